"""Rules: types and formats, null, and lists of types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.schemas.context import SchemaRole
from openapi_drift.diff.schemas.pair import listed
from openapi_drift.diff.schemas.shapes import says_nothing_but

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.schemas.model import Schema
    from openapi_drift.diff.schemas.pair import SchemaPair

_WIDER_FORMATS = {
    "number": {("float", "double")},
    "integer": {("int32", "int64"), ("int32", "bigint"), ("int64", "bigint")},
    "string": {("date", "date-time"), ("time", "date-time")},
}
"""By type: formats and those that hold all their values."""


def type_and_format(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report a type or format that changed; whether it breaks depends on who reads the value."""
    base, revision = pair.base, pair.revision
    if pair.type_lists or pair.same_types or pair.wrapped:
        return
    if base.types == revision.types and base.text("format") == revision.text("format"):
        return
    was, is_ = _called(base), _called(revision)
    says = f"is now {is_}, it was {was}{_meaning(pair)}"
    yield from pair.report(_verdict(pair), says, "type", explains=("type", "format"))


def _verdict(pair: SchemaPair) -> str:
    if pair.scope.kind is SchemaRole.PARAMETER and pair.scope.nested:
        return _property_of_parameter(pair)
    request = pair.scope.request
    if _breaks(pair, pair.scope.typed):
        widened = not request and _wider(pair.base.types, pair.revision.types) and not _format_breaks(pair)
        return "type-generalized" if widened else "type-changed"
    before, after = (pair.base.types, pair.revision.types) if request else (pair.revision.types, pair.base.types)
    if (
        before != after
        and before
        and after
        and not _covered(before, after)
        and pair.scope.kind is not SchemaRole.PARAMETER
    ):
        return "type-compatible"
    return "type-generalized" if request else "type-specialized"


def _property_of_parameter(pair: SchemaPair) -> str:
    """A parameter's object travels as text or as JSON, nobody knows: both must agree for a clear verdict."""
    as_json, as_text = _breaks(pair, True), _breaks(pair, False)
    if as_json != as_text:
        return "type-changed"
    return "type-specialized" if as_json else "type-generalized"


def _breaks(pair: SchemaPair, typed: bool) -> bool:
    """Whether a value that was valid may not be (request), or one may come that could not (response)."""
    old, new = _in_direction(pair)
    if pair.scope.kind is SchemaRole.PARAMETER and pair.scope.explode and _repeats(pair):
        return False
    return _type_breaks(old.types, new.types, typed) or _format_breaks(pair)


def _type_breaks(old: frozenset[str], new: frozenset[str], typed: bool) -> bool:
    if old == new or not new:
        return False
    if not old:
        return True
    if _covered(old, new):
        return False
    # Where everything is text, text holds everything.
    return typed or (new - old) != {"string"}


def _format_breaks(pair: SchemaPair) -> bool:
    old, new = _in_direction(pair)
    before, after = old.text("format"), new.text("format")
    if before == after or not after or (not new.types and old.types):
        return False
    if len(new.types) != 1:
        return True
    return (before, after) not in _WIDER_FORMATS.get(next(iter(new.types)), set())


def _in_direction(pair: SchemaPair) -> tuple[Schema, Schema]:
    """The schema whose values must fit, and the one that they must fit into."""
    return (pair.base, pair.revision) if pair.scope.request else (pair.revision, pair.base)


def _covered(types: frozenset[str], by: frozenset[str]) -> bool:
    return bool(types) and all(name in by or (name == "integer" and "number" in by) for name in types)


def _wider(base: frozenset[str], revision: frozenset[str]) -> bool:
    return base != revision and (not revision or _covered(base, revision))


def _repeats(pair: SchemaPair) -> bool:
    """Whether a single value became a list that may be given by repeating the parameter: one value is such a list."""
    items = pair.revision.schema("items")
    if (
        pair.revision.types != {"array"}
        or "array" in pair.base.types
        or not says_nothing_but(pair.revision, {"type", "items"})
    ):
        return False
    return items is None or pair.fingerprints.of(items) == pair.fingerprints.of(pair.base)


def _called(schema: Schema) -> str:
    types = listed(schema.types) or "of any type"
    return f"{types} ({schema.text('format')})" if schema.text("format") else types


def _meaning(pair: SchemaPair) -> str:
    if _breaks(pair, pair.scope.typed):
        return (
            ": values that were valid are refused" if pair.scope.request else ": readers meet values they do not expect"
        )
    return ""


def null(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report null that became valid, or is no longer."""
    if pair.base.nullable == pair.revision.nullable:
        return
    became = pair.revision.nullable
    if pair.scope.request:
        says = "may now be null" if became else "may no longer be null: requests with null are refused"
    else:
        says = "may now be null: readers must expect it" if became else "is no longer null"
    key = "nullable" if "nullable" in (pair.revision.value if became else pair.base.value) else "type"
    yield from pair.report("became-nullable" if became else "became-not-nullable", says, key, explains=("null",))


def list_of_types(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report types that joined or left a list of types (oneOf or anyOf of simple types)."""
    if pair.type_lists is None:
        return
    before, after = pair.type_lists
    lost, new = before - after, after - before
    # What breaks decides: types that a request may no longer hold, types that a response newly holds.
    narrowed = bool(lost) if pair.scope.request else not new
    says = f"no longer holds {listed(lost)}" if narrowed else f"now also holds {listed(new)}"
    event = "narrowed" if narrowed else "widened"
    yield from pair.report(f"list-of-types-{event}", says, explains=("type", "oneOf", "anyOf"))


RULES = (type_and_format, null, list_of_types)
