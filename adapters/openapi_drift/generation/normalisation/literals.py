"""Defaults, enums, constants and formats that a generator would refuse, or write wrongly."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from openapi_drift.generation.normalisation.notes import Note
from openapi_drift.generation.normalisation.schemas import resolved, slots, types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from openapi_drift.documents.document import Document

FORMATS: dict[str, frozenset[str]] = {
    "string": frozenset(
        {
            "binary",
            "byte",
            "date",
            "date-time",
            "date-time-local",
            "decimal",
            "duration",
            "email",
            "hostname",
            "idn-email",
            "idn-hostname",
            "integer",
            "ipv4",
            "ipv4-network",
            "ipv6",
            "ipv6-network",
            "iri",
            "iri-reference",
            "json-pointer",
            "password",
            "path",
            "regex",
            "relative-json-pointer",
            "time",
            "time-local",
            "timestamp with time zone",
            "ulid",
            "unixtime",
            "uri",
            "uri-reference",
            "uri-template",
            "uuid",
            "uuid1",
            "uuid2",
            "uuid3",
            "uuid4",
            "uuid5",
        }
    ),
    "number": frozenset({"date-time", "decimal", "double", "float", "time", "time-delta", "unixtime"}),
    "integer": frozenset({"date-time", "int32", "int64", "unix-time", "unixtime"}),
}
"""The formats that mean something to the generator of the models."""

_READ: dict[str, Callable[[str], Any]] = {
    "date": date.fromisoformat,
    "date-time": datetime.fromisoformat,
    "uuid": UUID,
}
_MOST = 2**63
"""Models hold a fixed integer in 64 bits."""


def mend_literals(document: Document) -> Iterator[Note]:
    """Change enums, constants and defaults in place: each is a value of its schema's type, or goes."""
    for slot in slots(document):
        schema, place = slot.schema, slot.place
        yield from _mend_enum(schema, place)
        if "default" in schema:
            yield from _mend_default(document, schema, place)
        if isinstance(schema.get("const"), dict | list):
            del schema["const"]
            yield Note(place, "a constant that is an object or an array is generated as any value")


def forget_unknown_formats(document: Document) -> Iterator[Note]:
    """Drop the formats that the generator does not know, in place: such a value is of the plain type."""
    met: dict[tuple[str, str], list[str]] = {}
    for slot in slots(document):
        format_ = slot.schema.get("format")
        kinds = [kind for kind in types(slot.schema) if kind != "null"]
        if format_ is None or all(isinstance(format_, str) and format_ in FORMATS.get(kind, ()) for kind in kinds):
            continue
        del slot.schema["format"]
        if slot.place.startswith("/components/schemas/"):  # models are made of these only
            met.setdefault((str(format_), " or ".join(kinds)), []).append(slot.place)
    for (format_, kind), places in met.items():
        more = f" (and in {len(places) - 1} more places)" if len(places) > 1 else ""
        yield Note(places[0], f"the format {format_!r} of {kind} is unknown: the type is plain {kind}{more}")


def _mend_enum(schema: dict[str, Any], place: str) -> Iterator[Note]:
    enum = schema.get("enum")
    if not isinstance(enum, list):
        schema.pop("enum", None)
        return
    kinds = [kind for kind in types(schema) if kind != "null"]
    mended: list[Any] = []
    for value in enum:
        word = _as_typed(value, kinds[0]) if len(kinds) == 1 else value
        if not any(word == other and type(word) is type(other) for other in mended):
            mended.append(word)
    if len(kinds) == 1 and kinds[0] == "boolean":
        return
    if len({type(value) for value in mended if value is not None}) > 1 or any(
        type(value) not in (str, int, type(None)) or (type(value) is int and abs(value) >= _MOST) for value in mended
    ):
        del schema["enum"]
        yield Note(place, "an enum that is neither all text nor all integers is generated as any value of its type")
    elif not mended:
        del schema["enum"]
    else:
        schema["enum"] = mended


def _as_typed(value: Any, kind: str) -> Any:
    """Return a value as its type says it: the number 5 under `type: string` is "5", the word "5" under integer is 5."""
    if kind == "string" and isinstance(value, bool):
        return str(value).lower()
    if kind == "string" and isinstance(value, int | float):
        return str(value)
    if kind == "integer" and isinstance(value, str):
        return _number(value) if isinstance(_number(value), int) else value
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _number(text: str) -> int | float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else number


def _mend_default(document: Document, schema: dict[str, Any], place: str) -> Iterator[Note]:
    default = schema["default"]
    inner = effective(document, schema)
    kinds = [kind for kind in types(inner) if kind != "null"]
    mended = _converted(default, kinds[0]) if len(kinds) == 1 else default
    if fits(document, inner, mended):
        schema["default"] = mended
    else:
        del schema["default"]
        yield Note(place, "its default is no value of its schema, so it is left out", lost=True)


def effective(document: Document, schema: dict[str, Any], seen: frozenset[int] = frozenset()) -> dict[str, Any]:
    """Return a schema after its reference, or the single one that it is composed of; {} for a circle."""
    if id(schema) in seen:
        return {}
    seen |= {id(schema)}
    members = [item for key in ("allOf", "anyOf", "oneOf") for item in schema.get(key) or [] if isinstance(item, dict)]
    members = [item for item in members if item != {"type": "null"}]
    if "$ref" in schema:
        return effective(document, resolved(document, schema), seen)
    if len(members) == 1 and "type" not in schema and "enum" not in schema:
        return effective(document, resolved(document, members[0]), seen)
    return schema


def _converted(value: Any, kind: str) -> Any:
    if kind == "boolean" and isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if kind == "number" and isinstance(value, str) and _number(value) is not None:
        return _number(value)
    return _as_typed(value, kind)


def fits(  # noqa: PLR0911  a list of cases
    document: Document, schema: dict[str, Any], value: Any, seen: frozenset[int] = frozenset()
) -> bool:
    """Return whether a value has the type of a schema, and is in its enum; of a union, of one of its members."""
    if value is None:
        return True
    if id(schema) in seen:
        return False
    if types(schema) == ["null"] or (isinstance(schema.get("enum"), list) and value not in schema["enum"]):
        return False
    for key in ("anyOf", "oneOf"):
        if isinstance(schema.get(key), list):
            members = [effective(document, item) for item in schema[key] if isinstance(item, dict)]
            return any(fits(document, item, value, seen | {id(schema)}) for item in members)
    kinds = types(schema)
    if isinstance(value, dict) and ("properties" in schema or "allOf" in schema or "object" in kinds):
        return value == {} or not kinds or "object" in kinds
    if not kinds:
        return True
    if isinstance(value, str) and "string" in kinds and schema.get("format") in _READ:
        return _reads(_READ[schema["format"]], value)
    return any(isinstance(value, _PYTHON[kind]) for kind in kinds if kind in _PYTHON) and not (
        isinstance(value, bool) and "boolean" not in kinds
    )


_PYTHON: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


def _reads(read: Callable[[str], Any], value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True
