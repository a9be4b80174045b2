"""OpenAPI 3.0 as 3.1 says it: `nullable` as a type, exclusive limits as numbers.

The generators take `nullable` in some places only: not beside an enum, in a map, in items, or where a document
that calls itself 3.1 has kept it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_drift.generation.normalisation.schemas import ANNOTATIONS, resolved, slots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import Document
    from openapi_drift.generation.normalisation.notes import Note

_NULL = {"type": "null"}


def say_as_31(document: Document) -> Iterator[Note]:
    """Change the document in place; says nothing, since nothing is lost."""
    is_30 = str(document.get("openapi", "")).startswith("3.0")
    for slot in slots(document):
        schema = slot.schema
        nullable = schema.pop("nullable", None) is True
        if is_30 and "$ref" in schema:  # 3.0 ignores what stands beside a reference
            for key in [key for key in schema if key not in ANNOTATIONS and key != "$ref"]:
                del schema[key]
        _limits_as_numbers(schema)
        if nullable:
            slot.replace(_or_null(document, schema))
    yield from ()


def _limits_as_numbers(schema: dict[str, Any]) -> None:
    for exclusive, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(schema.get(exclusive), bool):
            is_exclusive = schema.pop(exclusive)
            if is_exclusive and limit in schema:
                schema[exclusive] = schema.pop(limit)


def _or_null(document: Document, schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that takes null, too."""
    composed = [key for key in ("$ref", "allOf", "anyOf", "oneOf", "not", "const") if key in schema]
    if not composed:
        return _typed_or_null(schema)
    if takes_null(document, schema):
        return schema
    bare = set(schema) - ANNOTATIONS == {composed[0]}
    if bare and composed[0] in ("anyOf", "oneOf") and isinstance(schema[composed[0]], list):
        return {**schema, composed[0]: [*schema[composed[0]], _NULL]}
    outside = {key: value for key, value in schema.items() if key in ANNOTATIONS}
    inner = {key: value for key, value in schema.items() if key not in ANNOTATIONS}
    members = inner.get("allOf")
    if set(inner) == {"allOf"} and isinstance(members, list) and len(members) == 1:
        inner = members[0]
    return {**outside, "anyOf": [inner, _NULL]}


def _typed_or_null(schema: dict[str, Any]) -> dict[str, Any]:
    kind = schema.get("type")
    changed = dict(schema)
    if isinstance(kind, str) and kind != "null":
        changed["type"] = [kind, "null"]
    elif isinstance(kind, list) and "null" not in kind:
        changed["type"] = [*kind, "null"]
    enum = schema.get("enum")
    if isinstance(enum, list) and None not in enum:
        changed["enum"] = [*enum, None]
    return changed


def takes_null(document: Document, schema: Any, seen: frozenset[int] = frozenset()) -> bool:
    """Return whether null is a value of a schema, as far as types, enums and compositions tell."""
    schema = resolved(document, schema)
    if id(schema) in seen or "not" in schema:
        return False
    seen |= {id(schema)}
    if schema.get("nullable") is True:
        return True
    kind = schema.get("type")
    if kind is not None and kind != "null" and not (isinstance(kind, list) and "null" in kind):
        return False
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        return False
    if "const" in schema and schema["const"] is not None:
        return False
    below = {key: [takes_null(document, item, seen) for item in _list(schema.get(key))] for key in _COMPOSED}
    return (
        all(below["allOf"])
        and (not below["anyOf"] or any(below["anyOf"]))
        and (not below["oneOf"] or below["oneOf"].count(True) == 1)
    )


_COMPOSED = ("allOf", "anyOf", "oneOf")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
