"""The observer on a small document, without a network."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from openapi_drift.observed.observed import Observed, read_shapes
from optcloud.core.secret import Redactor
from optcloud.observe.document import Document
from optcloud.observe.record import Record
from optcloud.observe.watch import Watch


def document(schema: Any, schemas: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """One operation, getThing, whose 200 is JSON of this schema."""
    response = {"description": "OK", "content": {"application/json": {"schema": schema}}}
    errors = {"description": "Failed", "content": {"application/json": {"schema": {"type": "object"}}}}
    operation = {"operationId": "getThing", "responses": {"200": response, "5XX": errors}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Small", "version": "1.0"},
        "paths": {"/things/{id}": {"get": operation}},
        "components": {"schemas": dict(schemas or {})},
    }


def watching(
    content: Mapping[str, Any], file: Path, words: Mapping[str, Iterable[str]] | None = None, redact: Any = None
) -> Watch:
    record = Record(file, "Vendor", "small", "1.0")
    return Watch(Document(content, words or {}), record, redact or Redactor())


def show(
    watch: Watch, body: Any, status: int = 200, media: str = "application/json", operation: str = "getThing"
) -> None:
    """Let a reply pass."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    request: Any = SimpleNamespace(extensions={"operation": {"id": operation}})
    reply: Any = SimpleNamespace(status_code=status, headers={"content-type": media} if media else {}, content=content)
    watch(request, reply)


def seen(file: Path) -> list[Observed]:
    return read_shapes(file)


def brief(shapes: Iterable[Observed]) -> list[tuple[str, str, str, str]]:
    return [(one.kind, one.place, one.name, " ".join(one.found)) for one in shapes]
