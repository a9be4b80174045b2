"""The operations of a document, with what they send: parameters and bodies, each with the place of its schema."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_drift.documents.document import METHODS
from openapi_drift.documents.pointers import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.generation.proof.json_schema import SchemaDocument


@dataclass(frozen=True)
class DescribedPart:
    """A parameter, or a body of one media type (``name`` is the media type): its object and its schema's place."""

    name: str
    place: str
    content: dict[str, Any]
    required: bool
    schema: Any
    schema_place: str


@dataclass(frozen=True)
class DescribedOperation:
    """An operation as the document says it."""

    method: str
    path: str
    place: str
    content: dict[str, Any]
    parameters: list[DescribedPart]
    bodies: list[DescribedPart]

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"


def operations(document: SchemaDocument) -> Iterator[DescribedOperation]:
    """Yield the operations below `paths`."""
    for path, item in document.content["paths"].items():
        found, place = document.follow(item, join("/paths", path))
        for method in METHODS:
            operation = found.get(method) if isinstance(found, dict) else None
            if isinstance(operation, dict):
                below = join(place, method)
                parameters = {**_parameters(document, found, place), **_parameters(document, operation, below)}
                bodies = list(_bodies(document, operation, below))
                yield DescribedOperation(method, path, below, operation, list(parameters.values()), bodies)


def replies(document: SchemaDocument, operation: DescribedOperation) -> Iterator[tuple[str, DescribedPart]]:
    """Yield the replies that have a schema, with their status."""
    for status, response in operation.content.get("responses", {}).items():
        found, place = document.follow(response, join(operation.place, "responses", status))
        for media_type, content in found.get("content", {}).items():
            if "schema" in content:
                yield status, _part(document, media_type, join(place, "content", media_type), content, required=True)


def _parameters(document: SchemaDocument, owner: dict[str, Any], place: str) -> dict[tuple[str, str], DescribedPart]:
    parts = {}
    for index, parameter in enumerate(owner.get("parameters", ())):
        found, at = document.follow(parameter, join(place, "parameters", index))
        holder, where = found, at
        for media_type, content in found.get("content", {}).items():
            holder, where = content, join(at, "content", media_type)
        required = bool(found.get("required")) or found["in"] == "path"
        schema, schema_place = holder.get("schema", {}), join(where, "schema")
        parts[found["in"], found["name"]] = DescribedPart(found["name"], at, found, required, schema, schema_place)
    return parts


def _bodies(document: SchemaDocument, operation: dict[str, Any], place: str) -> Iterator[DescribedPart]:
    if "requestBody" in operation:
        found, at = document.follow(operation["requestBody"], join(place, "requestBody"))
        for media_type, content in found.get("content", {}).items():
            required = bool(found.get("required"))
            yield _part(document, media_type, join(at, "content", media_type), content, required=required)


def _part(document: SchemaDocument, name: str, place: str, content: Any, *, required: bool) -> DescribedPart:
    del document
    return DescribedPart(name, place, content, required, content.get("schema", {}), join(place, "schema"))


def media(media_type: str) -> str:
    """Return a media type without parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Return whether a media type is JSON."""
    return media(media_type) == "application/json" or media(media_type).endswith("+json")


def decoded(text: bytes) -> Any:
    """Return JSON as a value; of what is none, a word that says so."""
    try:
        return json.loads(text)
    except ValueError:
        return f"no JSON: {text[:80]!r}"
