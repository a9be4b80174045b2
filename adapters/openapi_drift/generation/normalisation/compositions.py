"""Compositions that the client's generator cannot merge into one class, or of which it would drop a part.

Such a schema becomes one object with all properties of its parts; those of a union's members are optional.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from openapi_drift.generation.normalisation.literals import effective
from openapi_drift.generation.normalisation.notes import Note
from openapi_drift.generation.normalisation.schemas import ANNOTATIONS, component, named, resolved, slots, types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import Document

_SHAPES = frozenset({"$ref", "type", "properties", "items", "prefixItems", "enum", "const", "additionalProperties"})
_COMPOSED = ("allOf", "anyOf", "oneOf")
_DEEPEST = 30  # steps from the top: what merges with itself has no end
_ENDLESS = "is composed of itself: generated as any value"
_ONE_OBJECT = "generated as one object with all properties of its parts"


def merge_compositions(document: Document) -> Iterator[Note]:
    """Change the schemas in place."""
    for slot in slots(document):
        _drop_rules(slot.schema)
        _collapse(document, slot.schema)
    for slot in slots(document):
        schema = slot.schema
        if "allOf" in schema:
            reason = _why_not(document, schema)
        elif "properties" in schema and ("anyOf" in schema or "oneOf" in schema):
            reason = "has properties beside a union"
        else:
            continue
        if reason and slot.place.count("/") > _DEEPEST:
            slot.replace({})
            yield Note(slot.place, _ENDLESS)
        elif reason:
            slot.replace(copy.deepcopy(flattened(document, schema)))
            yield Note(slot.place, f"{reason}: {_ONE_OBJECT}")


def merge_parts_for_models(document: Document) -> Iterator[Note]:
    """Change in place what no Struct can be composed of: unions, several Structs, a property said twice."""
    for slot in slots(document):
        parts = slot.schema.get("allOf")
        if isinstance(parts, list) and any(not _has_shape(part) for part in parts):
            _collapse(document, slot.schema)
            parts = slot.schema.get("allOf")
        if not isinstance(parts, list):
            continue
        members = [resolved(document, part) for part in parts]
        if any(_is_union(member) and _has_shape(member) for member in members):
            if slot.place.count("/") > _DEEPEST:
                slot.replace({})
                yield Note(slot.place, _ENDLESS)
                continue
            yield Note(slot.place, f"is composed of a union: {_ONE_OBJECT}")
        elif sum("$ref" in part and bool(_all(document, part, frozenset())) for part in parts) <= 1 and not (
            _says_twice(document, [*parts, {"properties": slot.schema.get("properties") or {}}])
        ):
            continue
        slot.replace(copy.deepcopy(flattened(document, slot.schema)))


def _says_twice(document: Document, parts: list[Any]) -> bool:
    """Whether a property of objects is said by two parts, each with its own words."""
    seen: dict[str, Any] = {}
    for part in parts:
        for name, value in _all(document, part, frozenset()).items():
            if name in seen and seen[name] != value and _holds_object(document, value):
                return True
            seen[name] = value
    return False


def _holds_object(document: Document, schema: Any) -> bool:
    found = resolved(document, schema)
    is_array = "items" in found and _holds_object(document, found["items"])
    return is_array or "allOf" in found or _is_object(document, found)


def _drop_rules(schema: dict[str, Any]) -> None:
    """Forget members that only restrict (`required`, `not`, limits): code is made of shapes."""
    for key in ("anyOf", "oneOf"):
        members = schema.get(key)
        if isinstance(members, list) and members and not any(_has_shape(member) for member in members):
            del schema[key]


def _has_shape(member: Any) -> bool:
    if not isinstance(member, dict):
        return False
    return bool(_SHAPES & set(member)) or any(_has_shape(item) for key in _COMPOSED for item in member.get(key) or [])


def _collapse(document: Document, schema: dict[str, Any]) -> None:
    """Of an `allOf` with one member that has a shape, keep that one; join members that are no objects."""
    members = schema.get("allOf")
    if not isinstance(members, list) or any(not isinstance(member, dict) for member in members):
        return
    shaped = [member for member in members if _has_shape(member)]
    scalars = [effective(document, member) for member in shaped]
    if shaped and not any(_is_object(document, item) or _is_union(item) for item in scalars):
        notes = {key: value for item in members for key, value in item.items() if key in ANNOTATIONS}
        kept = [member for member in shaped if "$ref" in member][:1] or [_joined(shaped)]
        schema.update({**notes, **{key: value for key, value in schema.items() if key in ANNOTATIONS}})
        schema["allOf"] = kept
        if "$ref" not in kept[0]:
            del schema["allOf"]
            schema.update({key: value for key, value in kept[0].items() if key not in schema})
        elif schema.get("type") is not None:
            del schema["type"]
    elif (
        len(shaped) == 1 < len(members)
        and "$ref" in shaped[0]
        and not _SHAPES - {"type"} & set(schema)
        and not any("required" in member for member in [*members, schema])
    ):
        notes = {key: value for item in members for key, value in item.items() if key in ANNOTATIONS}
        schema.update({**notes, **{key: value for key, value in schema.items() if key in ANNOTATIONS}})
        schema["allOf"] = shaped


def _joined(members: list[dict[str, Any]]) -> dict[str, Any]:
    joined: dict[str, Any] = {}
    for member in members:
        joined |= member
    return joined


def _is_union(schema: dict[str, Any]) -> bool:
    return "anyOf" in schema or "oneOf" in schema


def _is_object(document: Document, schema: Any) -> bool:
    """Whether the generator makes a class of a schema."""
    schema = resolved(document, schema)
    if _is_union(schema) or schema.get("enum") or isinstance(schema.get("type"), list):
        return False
    members = schema.get("allOf")
    if members and "type" not in schema:
        return len(members) != 1 or "$ref" not in members[0] or _is_object(document, members[0])
    return schema.get("type") == "object" or (schema.get("type") is None and "properties" in schema)


def _why_not(document: Document, schema: dict[str, Any]) -> str:
    members = schema["allOf"] if isinstance(schema["allOf"], list) else []
    reason = ""
    if _is_union(schema):
        reason = "has `allOf` beside a union"
    elif isinstance(schema.get("type"), list) or schema.get("enum"):
        pass
    elif len(members) == 1 and "$ref" in members[0]:
        reason = "adds properties to what it refers to" if "properties" in schema else ""
    elif any("$ref" in member and not _is_object(document, member) for member in members):
        reason = "is composed of something that is no object"
    elif any("$ref" not in member and (_is_union(member) or "allOf" in member) for member in members):
        reason = "is composed of a composition"
    else:
        reason = _conflict(
            document, [schema.get("properties") or {}, *(_all(document, item, frozenset()) for item in members)]
        )
    return reason


def _conflict(document: Document, parts: list[dict[str, Any]]) -> str:
    found: dict[str, Any] = {}
    for part in parts:
        for name, value in part.items():
            if name in found and not _merges(document, found[name], value):
                return f"says its property {name!r} twice, each time otherwise"
            found[name] = value
    return ""


def _all(document: Document, schema: Any, seen: frozenset[int]) -> dict[str, Any]:
    schema = resolved(document, schema)
    if id(schema) in seen:
        return {}
    found = dict(schema.get("properties") or {})
    for member in schema.get("allOf") or []:
        found |= _all(document, member, seen | {id(schema)})
    return found


def _kind(document: Document, schema: Any) -> tuple[str, ...]:
    found = effective(document, schema) if isinstance(schema, dict) else {}
    if _is_union(found) or isinstance(found.get("type"), list):
        return ("union",)
    if found.get("enum") and found.get("type") != "boolean":
        return ("enum", type(found["enum"][0]).__name__)
    if _is_object(document, found):
        return ("object",)
    kind = types(found)[:1]
    if kind == ["string"] and found.get("format") in ("date", "date-time", "binary", "uuid"):
        return ("string", found["format"])
    return (kind[0],) if kind else ("any",)


def _merges(document: Document, one: Any, other: Any) -> bool:
    if one == other:
        return True
    kinds = _kind(document, one), _kind(document, other)
    if ("any",) in kinds:
        return True
    if kinds[0] == kinds[1]:
        first, second = (effective(document, item) for item in (one, other))
        if kinds[0][0] == "enum":
            return set(first["enum"]) <= set(second["enum"]) or set(second["enum"]) <= set(first["enum"])
        if kinds[0] == ("array",):
            return _merges(document, first.get("items") or {}, second.get("items") or {})
        return kinds[0] != ("union",) or first == second
    pair = {*kinds}
    return pair in ({("integer",), ("number",)}, {("enum", "str"), ("string",)}, {("enum", "int"), ("integer",)}) or (
        ("string",) in pair and all(kind[0] == "string" and kind[-1] != "uuid" for kind in pair)
    )


def flattened(document: Document, schema: dict[str, Any]) -> dict[str, Any]:
    """Return one object that has what a schema and all its parts have."""
    properties, required = _gathered(document, schema, frozenset())
    kept = {key: value for key, value in schema.items() if key in ANNOTATIONS}
    found = {**kept, "type": "object", "properties": properties}
    if required:
        found["required"] = [name for name in properties if name in required]
    if "additionalProperties" in schema:
        found["additionalProperties"] = schema["additionalProperties"]
    return found


def _gathered(document: Document, schema: Any, seen: frozenset[str]) -> tuple[dict[str, Any], set[str]]:
    if not isinstance(schema, dict):
        return {}, set()
    name = component(schema.get("$ref"))
    if name is not None:
        return ({}, set()) if name in seen else _gathered(document, named(document).get(name), seen | {name})
    properties: dict[str, Any] = {}
    required = set(schema.get("required") or [])
    for key in _COMPOSED:
        for member in schema.get(key) or []:
            found, needed = _gathered(document, member, seen)
            for name_, value in found.items():
                properties[name_] = _either(document, properties[name_], value, key) if name_ in properties else value
            required |= needed if key == "allOf" else set()
    own = schema.get("properties")
    if isinstance(own, dict):
        for name_, value in own.items():
            properties[name_] = _either(document, properties[name_], value, "allOf") if name_ in properties else value
    return properties, required


def _either(document: Document, one: Any, other: Any, key: str) -> Any:
    """Return what a property is that is said twice: in all parts the later one, in a union's members either of them."""
    if _bare(one) == _bare(other) or _kind(document, other) == ("any",):
        return one
    if key == "allOf" or _kind(document, one) == ("any",):
        return other
    members = one["anyOf"] if set(one) == {"anyOf"} else [one]
    return {"anyOf": members if _bare(other) in map(_bare, members) else [*members, other]}


def _bare(schema: Any) -> Any:
    """Return what of a schema a value has to obey."""
    if not isinstance(schema, dict):
        return schema
    return {key: value for key, value in schema.items() if key not in ANNOTATIONS}
