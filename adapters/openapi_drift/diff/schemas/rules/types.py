"""Rules: types and formats, null, and lists of types."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.change import Level
from openapi_drift.diff.schemas.context import SchemaRole
from openapi_drift.diff.schemas.keywords import CHOICES, covers
from openapi_drift.diff.schemas.openness import says_nothing
from openapi_drift.diff.schemas.pair import listed as words
from openapi_drift.diff.schemas.rules.meanings import meaning
from openapi_drift.diff.values import ABSENT, type_of

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
"""By type: formats and those that hold all their values; for texts, those of which oasdiff says so."""

_IDLE_FORMATS = {"number": {"", "double"}, "integer": {"", "int64", "bigint"}, "string": {"", "password"}}
"""By type: formats that hold each value that callers and readers write for it; "" is no format."""

_WITHOUT_COMMA = {"integer", "number", "boolean"}


def type_and_format(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report a type or format that changed; whether it breaks depends on who reads the value."""
    base, revision = pair.base, pair.revision
    if pair.type_lists or pair.wrapped:
        return
    if base.types == revision.types and base.text("format") == revision.text("format"):
        return
    was, is_ = _called(base), _called(revision)
    key = "type" if base.types != revision.types else "format"
    level = _level(pair)
    says = f"is now {is_}, it was {was}{_meaning(pair, level)}"
    yield from pair.report(_verdict(pair), says, key, level, explains=("type", "format"))


def _level(pair: SchemaPair) -> Level | None:
    """The level where the wire says more than types and formats do; None: the id's."""
    whole_parameter = pair.scope.kind is SchemaRole.PARAMETER and not pair.scope.nested and not pair.scope.typed
    if whole_parameter and _is_spread(pair):
        return Level.BREAKING
    if whole_parameter and _is_list_of_one(pair):
        return Level.INFO
    if _other_texts(pair):
        return Level.BREAKING
    same = _same_for_all(pair) if pair.base.types == pair.revision.types else _only_written(pair)
    return Level.INFO if same else None


def _other_texts(pair: SchemaPair) -> bool:
    """Whether both are texts of two formats that have none in common: no date is a date with a time."""
    before, after = (side.text("format") for side in _in_direction(pair))
    return pair.base.types == pair.revision.types == {"string"} and (before, after) in _WIDER_FORMATS["string"]


def _only_written(pair: SchemaPair) -> bool:
    """Whether one side names the type that the other one implies."""
    sides = (pair.base, pair.revision)
    return not all(side.types for side in sides) and _implied(pair.base) == _implied(pair.revision) != set()


def _implied(schema: Schema) -> set[str]:
    """The types that are named, or those of the listed values; who describes properties or items means such a value."""
    if schema.types:
        return set(schema.types)
    listed = schema.enum if schema.const is ABSENT else [schema.const]
    if listed is not None:
        return {type_of(value) for value in listed}
    return {type_ for key, type_ in (("properties", "object"), ("items", "array")) if key in schema.value}


def _same_for_all(pair: SchemaPair) -> bool:
    idle = set[str]().union(*(_IDLE_FORMATS.get(name, ()) for name in pair.base.types))
    return {side.text("format") for side in (pair.base, pair.revision)} <= idle


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
    """A parameter's object may travel as text or as JSON: where it is not said, both must agree for a clear verdict."""
    as_json, as_text = _breaks(pair, True), _breaks(pair, pair.scope.typed)
    if as_json != as_text:
        return "type-changed"
    return "type-specialized" if as_json else "type-generalized"


def _breaks(pair: SchemaPair, typed: bool) -> bool:
    """Whether a value that was valid may not be (request), or one may come that could not (response)."""
    old, new = _in_direction(pair)
    if pair.scope.kind is SchemaRole.PARAMETER and pair.scope.explode and _is_list_of_one(pair):
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
    return typed or "string" not in new


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
    return bool(types) and all(covers(by, name) for name in types)


def _wider(base: frozenset[str], revision: frozenset[str]) -> bool:
    return base != revision and (not revision or _covered(base, revision))


def _is_list_of_one(pair: SchemaPair) -> bool:
    """Whether a single value became a list that is written the same: the name repeated, or words without a comma."""
    items = pair.revision.schema("items")
    if (
        pair.revision.types != {"array"}
        or not pair.base.types
        or pair.base.types & {"array", "object"}
        or not says_nothing(pair.revision, but={"type", "items"})
    ):
        return False
    if not pair.scope.explode and (pair.scope.style == "deepObject" or not pair.base.types <= _WITHOUT_COMMA):
        return False
    return items is None or pair.fingerprints.of(items) == pair.fingerprints.of(pair.base)


def _is_spread(pair: SchemaPair) -> bool:
    """Whether a list or an object was written as several parameters, and became text, which is one."""
    several = pair.scope.explode or pair.scope.style == "deepObject"
    return several and bool(pair.base.types & {"array", "object"}) and pair.revision.types == {"string"}


def _called(schema: Schema) -> str:
    types = words(schema.types) or "of any type"
    return f"{types} ({schema.text('format')})" if schema.text("format") else types


def _meaning(pair: SchemaPair, level: Level | None) -> str:
    if pair.scope.direction_unknown or not pair.travels:
        return f": {meaning(pair, 'type', None)}"
    if level is Level.INFO:
        return ""
    if level is Level.BREAKING or _breaks(pair, pair.scope.typed):
        return (
            ": values that were valid are refused" if pair.scope.request else ": readers meet values they do not expect"
        )
    return ""


def null(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report null that became valid, or is no longer."""
    before, became = pair.null
    if before == became:
        return
    if pair.scope.direction_unknown or not pair.travels:
        says = f"{'may now' if became else 'may no longer'} be null: {meaning(pair, 'type', None)}"
    elif pair.scope.request:
        says = "may now be null" if became else "may no longer be null: requests with null are refused"
    else:
        says = "may now be null: readers must expect it" if became else "is no longer null"
    listed = pair.base.nullable and pair.revision.nullable
    key = "nullable" if "nullable" in (pair.revision.value if became else pair.base.value) else "type"
    key = "enum" if listed else key
    yield from pair.report("became-nullable" if became else "became-not-nullable", says, key, explains=("null",))


def list_of_types(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report types that joined or left a list of types (oneOf or anyOf of simple types)."""
    if pair.type_lists is None:
        return
    before, after = pair.type_lists
    lost, new = before - after, after - before
    # What breaks decides: types that a request may no longer hold, types that a response newly holds.
    narrowed = bool(lost) if pair.scope.request else not new
    says = f"no longer holds {words(lost)}" if narrowed else f"now also holds {words(new)}"
    event = "narrowed" if narrowed else "widened"
    level = Level.INFO if not (before | after) & {"array", "object"} and _is_any_text(pair) else None
    yield from pair.report(f"list-of-types-{event}", says, "type", level, explains=("type", "oneOf", "anyOf"))


def _is_any_text(pair: SchemaPair) -> bool:
    """Whether the values must fit into a plain text, where everything is text: it holds them all."""
    outer = _in_direction(pair)[1]
    members = [member for key in CHOICES for member in outer.alternatives(key)] or [outer]
    return not pair.scope.typed and any(
        member.types == {"string"} and says_nothing(member, {"type"}) for member in members
    )


RULES = (type_and_format, null, list_of_types)
