"""Server: the document, the version, the health."""

import json
from typing import Any

from optcloud_sandbox.aimms.operations.base import Operations
from optcloud_sandbox.documents import document
from optcloud_sandbox.refusal import Refusal

FORMATS = ("yaml", "json")  # "can be downloaded in YAML/JSON format"; the words of the query are inferred


class ServerOperations(Operations):
    def get_openapi_specification(self, format: str | None) -> Any:  # noqa: A002 - the document's name
        """The effective document as the package carries it, as data: JSON, which is YAML, too."""
        if format not in (None, *FORMATS):
            raise Refusal(400, f"format must be {' or '.join(FORMATS)}, got {format!r}")
        return json.dumps(document(self.operation.package), indent=2)

    def get_version(self) -> Any:
        return {"version": "sandbox of optcloud, in the manner of v2"}

    def health_check(self) -> None:
        """A reply without a body: all is well."""
