"""The operations of AIMMS PRO's document and of those of its sibling services, as the generated packages carry them."""

from __future__ import annotations

import importlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from openapi_drift.documents.document import parse_openapi
from openapi_drift.sources import DocumentSource, load_sources

REPOSITORY = Path(__file__).parents[2]
METHODS = ("get", "put", "post", "delete", "patch")
OF_THE_DOCUMENT = 81  # in the vendor's own document of AIMMS PRO


@dataclass(frozen=True)
class Operation:
    """One operation; ``module`` is the generated one, ``added`` says that the vendor's document lacks it."""

    package: str
    id: str
    method: str
    path: str
    module: str
    added: bool
    described: Any

    @property
    def name(self) -> str:
        """Unique over all documents: ``getTask``, ``user-manager:getUser``."""
        return self.id if self.service == "pro" else f"{self.service}:{self.id}"

    @property
    def service(self) -> str:
        """``pro``, ``user-manager``, …"""
        return self.package.removeprefix("aimms_").replace("_", "-")

    @property
    def endpoint(self) -> ModuleType:
        """The generated module with `sync_detailed` and `asyncio_detailed`."""
        return importlib.import_module(self.module)

    def documents(self, status: int) -> Any:
        """What the document says of a status; None when it does not name it."""
        responses = self.described["responses"]
        said = next((responses[key] for key in (str(status), f"{status // 100}XX") if key in responses), None)
        if said and "$ref" in said:
            return effective(self.package)["components"]["responses"][said["$ref"].rpartition("/")[2]]
        return said


@cache
def operations() -> dict[str, Operation]:
    """All operations by name, in the documents' order."""
    found = {}
    for package, source in _sources().items():
        modules = _modules(package)
        known = set(re.findall(r"operationId: (\w+)", source.document.read_text(encoding="utf-8")))
        for path, item in effective(package)["paths"].items():
            for method in (each for each in METHODS if each in item):
                id_ = item[method]["operationId"]
                operation = Operation(package, id_, method.upper(), path, modules[id_], id_ not in known, item[method])
                found[operation.name] = operation
    return found


@cache
def effective(package: str) -> Any:
    """The document that a client package is generated from."""
    return json.loads((REPOSITORY / "generated" / package / "openapi.json").read_bytes())


@cache
def vendors() -> Any:
    """The vendor's own document of AIMMS PRO, without overlay."""
    source = _sources()["aimms_pro"]
    return parse_openapi(source.document.read_text(encoding="utf-8"), source.id, source.format)


def _sources() -> dict[str, DocumentSource]:
    """The documents of AIMMS, by the client package generated from each."""
    found = load_sources(REPOSITORY).items()
    return {source.client: source for id_, source in found if id_.startswith("aimms-") and source.client}


def _modules(package: str) -> dict[str, str]:
    """The generated modules by operation id, as each of them says it."""
    generated = REPOSITORY / "generated"
    found = {}
    for path in sorted((generated / package / "api").glob("*/*.py")):
        said = re.search(r'"operation": \{\s*"id": "(\w+)"', path.read_text(encoding="utf-8"))
        if said:
            found[said[1]] = ".".join(path.relative_to(generated).with_suffix("").parts)
    return found
