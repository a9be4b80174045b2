"""Unions that msgspec cannot decode: two kinds of objects, or of arrays, of which nothing tells which one came.

Such members become one plain object (or array, or text) in the models: the value is kept as it came, and
`msgspec.convert(value, Model)` makes a typed one of it. A union with a discriminator is tagged, and stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_drift.generation.normalisation.notes import Note
from openapi_drift.generation.normalisation.schemas import component, resolved, slots, types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import Document

NO_PLAIN_TEXT = frozenset(
    {"date-time", "date", "time", "binary", "byte", "duration", "uuid", "uuid1", "uuid2", "uuid3", "uuid4", "uuid5"}
    | {"decimal", "date-time-local", "time-local", "ipv4", "ipv6", "unixtime", "path", "timestamp with time zone"}
)
"""Formats for which a value of the models is no plain text."""

_TOLD = 6  # names in a note
_RAW: dict[str, dict[str, Any]] = {
    "object": {"type": "object", "additionalProperties": True},
    "array": {"type": "array", "items": {}},
    "string": {"type": "string"},
}


def keep_undecodable_unions_raw(document: Document) -> Iterator[Note]:
    """Change the unions of a document in place."""
    for slot in slots(document):
        key = "anyOf" if isinstance(slot.schema.get("anyOf"), list) else "oneOf"
        if not isinstance(slot.schema.get(key), list):
            continue
        members = list(_members(document, slot.schema, frozenset()))
        by_kind = {kind: [item for item in members if _kind(document, item) == kind] for kind in _RAW}
        refused = {kind for kind in _RAW if _is_refused(by_kind[kind], kind, document)}
        if not refused or "discriminator" in slot.schema:
            continue
        kept = [item for item in members if _kind(document, item) not in refused]
        names = [name for item in members if (name := component(item.get("$ref")))]
        rest = {name: value for name, value in slot.schema.items() if name not in ("anyOf", "oneOf", "discriminator")}
        rest.pop("default", None)
        slot.replace({**rest, "anyOf": [*kept, *(dict(_RAW[kind]) for kind in _RAW if kind in refused)]})
        told = f" ({', '.join(names[:_TOLD])}{', …' if names[_TOLD:] else ''})" if names else ""
        if slot.place.startswith("/components/schemas/"):  # models are made of these only
            reason = f"a union of which nothing tells the members apart{told}"
            yield Note(slot.place, f"{reason}: kept in models as it comes")


def most_demanding_first(document: Document) -> Iterator[Note]:
    """Order in place the members of unions by what they require: the client takes the first one that reads a value."""
    for slot in slots(document):
        for key in ("anyOf", "oneOf"):
            members = slot.schema.get(key)
            if isinstance(members, list) and sum(_kind(document, item) == "object" for item in members) > 1:
                slot.schema[key] = sorted(members, key=lambda item: -len(required(document, item)))
    yield from ()


def required(document: Document, schema: Any, depth: int = 0) -> frozenset[str]:
    """Return the properties that an object must have, by all its parts."""
    found = resolved(document, schema)
    own = frozenset(name for name in found.get("required") or [] if isinstance(name, str))
    if depth > _DEPTH:
        return own
    return own.union(*(required(document, part, depth + 1) for part in found.get("allOf") or []))


_DEPTH = 20  # deeper than documents go


def _members(document: Document, schema: dict[str, Any], seen: frozenset[str]) -> Iterator[dict[str, Any]]:
    """Yield the members of a union, and of the unions among them; of each type, if one schema has several."""
    for key in ("anyOf", "oneOf"):
        for member in schema.get(key) or []:
            if not isinstance(member, dict):
                continue
            name = component(member.get("$ref"))
            found = resolved(document, member)
            if "anyOf" in found or "oneOf" in found:
                if name is None or name not in seen:
                    yield from _members(document, found, seen | ({name} if name else frozenset()))
            elif len(types(found)) > 1 and name is None:
                yield from ({**found, "type": kind} for kind in types(found))
            else:
                yield member


def _kind(document: Document, member: dict[str, Any]) -> str:
    found = resolved(document, member)
    kinds = types(found)
    if kinds:
        return kinds[0]
    if "properties" in found or "allOf" in found or "additionalProperties" in found:
        return "object"
    if "items" in found:
        return "array"
    return "string" if any(isinstance(value, str) for value in found.get("enum") or []) else "any"


def _is_refused(members: list[dict[str, Any]], kind: str, document: Document) -> bool:
    found = [resolved(document, member) for member in members]
    if kind == "string":
        classes = {item.get("format") if item.get("format") in NO_PLAIN_TEXT else "" for item in found}
        return len(classes) > 1
    return len({id(item) for item in found}) > 1
