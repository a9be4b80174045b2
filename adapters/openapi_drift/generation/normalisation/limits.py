"""Limits that msgspec cannot check, or would check where they do not apply: left out of the models.

A value beyond such a limit is read and sent as it is; the document that is shipped still says the limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_drift.generation.normalisation.notes import Note
from openapi_drift.generation.normalisation.schemas import resolved, slots, types
from openapi_drift.generation.normalisation.unions import NO_PLAIN_TEXT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import Document

_NUMBERS = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
_APPLIES = {
    "string": frozenset({"minLength", "maxLength", "pattern"}),
    "integer": _NUMBERS,
    "number": _NUMBERS,
    "array": frozenset({"minItems", "maxItems", "uniqueItems"}),
    "object": frozenset({"minProperties", "maxProperties"}),
    "boolean": frozenset[str](),
    "null": frozenset[str](),
}
_ALL = frozenset().union(*_APPLIES.values())
_LOWEST, _HIGHEST = -(2**63), 2**63 - 1


def leave_out_limits(document: Document) -> Iterator[Note]:
    """Change the schemas in place."""
    for slot in slots(document):
        kinds = types(slot.schema)
        if not kinds:
            continue
        applies = frozenset().union(*(_APPLIES.get(kind, frozenset()) for kind in kinds))
        if slot.schema.get("enum") or slot.schema.get("format") in NO_PLAIN_TEXT:
            applies -= _APPLIES["string"]
        for keyword in sorted(_ALL & set(slot.schema)):
            if keyword not in applies:  # means nothing for such a value
                del slot.schema[keyword]
            elif reason := _refusal(keyword, slot.schema[keyword], kinds):
                yield Note(slot.place, f"models do not check its {keyword} {slot.schema.pop(keyword)}: {reason}")
    for slot in slots(document):
        yield from _in_union(document, slot.schema, slot.place)


def _refusal(keyword: str, value: Any, kinds: list[str]) -> str:
    if keyword in _NUMBERS and "integer" in kinds and isinstance(value, int | float):
        if not _LOWEST <= value <= _HIGHEST:
            return "it is beyond 64 bits"
        if "number" in kinds:
            return "it applies to integers and to numbers with a fraction alike"
    if keyword == "multipleOf" and "number" in kinds and not float(value).is_integer():
        return "a number with a fraction is only near to a multiple"
    return ""


def _in_union(document: Document, schema: dict[str, Any], place: str) -> Iterator[Note]:
    """msgspec checks all texts, and all numbers, of a union against the limits of each of its members."""
    for key in ("anyOf", "oneOf"):
        members = schema.get(key)
        if not isinstance(members, list):
            continue
        found = [resolved(document, member) for member in members]
        for same, keywords in ((("string",), _APPLIES["string"]), (("integer", "number"), _NUMBERS)):
            numbers = [number for number, item in enumerate(found) if set(same) & set(types(item))]
            limited = [number for number in numbers if keywords & set(found[number])]
            if len(numbers) > 1 and limited:
                for number in limited:
                    members[number] = {name: item for name, item in found[number].items() if name not in keywords}
                yield Note(place, "models do not check the limits of this union's members: each has others")
