"""Rules: enum and const."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_drift.diff.schemas.context import SchemaRole
from openapi_drift.diff.schemas.pair import shown
from openapi_drift.diff.schemas.rules.patterns_and_defaults import same
from openapi_drift.diff.schemas.values import ABSENT, frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.schemas.model import Schema
    from openapi_drift.diff.schemas.pair import SchemaPair

_EXTENSIBLE = "x-extensible-enum"


def values(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report the values of an enum that came or went, and an enum that is new."""
    old, new = pair.base.enum, pair.revision.enum
    if new is not None and old is None and not _same_constant(pair):
        yield from _became_enum(pair)
    elif new is not None and old is not None:
        yield from _removed(pair, _missing(old, new))
        yield from _added(pair, _missing(new, old))


def _became_enum(pair: SchemaPair) -> Iterator[SchemaChange]:
    says = "may now hold listed values only: others are refused"
    if _is_in_header(pair):
        yield from pair.named("request-header-property-became-enum", says, "enum")
    # The checker names a header as a whole by both ids; lists of accepted changes may have either.
    if not (_is_in_header(pair) and pair.scope.nested):
        yield from pair.report("became-enum", says, "enum")


def _removed(pair: SchemaPair, gone: list[Any]) -> Iterator[SchemaChange]:
    meaning = ": requests with it are refused" if pair.scope.request else ": it no longer comes"
    for value in gone:
        says = f"no longer takes the value {shown(value)}{meaning}"
        if pair.scope.kind is SchemaRole.RESPONSE_BODY and not pair.scope.nested:
            yield from pair.named("response-mediatype-enum-value-removed", says, "enum")
        else:
            yield from pair.report("enum-value-removed", says, "enum")


def _added(pair: SchemaPair, new: list[Any]) -> Iterator[SchemaChange]:
    meaning = "" if pair.scope.request else ": readers that know only the old values meet a new one"
    for value in new:
        yield from pair.report("enum-value-added", f"now also takes the value {shown(value)}{meaning}", "enum")


def extensible_values(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report values that left an `x-extensible-enum`."""
    old, new = (schema.value.get(_EXTENSIBLE) for schema in (pair.base, pair.revision))
    if isinstance(old, list) and isinstance(new, list):
        for value in _missing(old, new):
            says = f"no longer takes the value {shown(value)}: requests with it are refused"
            yield from pair.report("x-extensible-enum-value-removed", says, _EXTENSIBLE)


def const(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report the one value allowed; an enum of one value says the same as a const."""
    old, new = pair.base.const, pair.revision.const
    if same(old, new) or _same_constant(pair):
        return
    if old is ABSENT:
        meaning = ": other values are refused" if pair.scope.request else ""
        yield from pair.report("const-added", f"is now always {shown(new)}{meaning}", "const")
    elif new is ABSENT:
        meaning = "" if pair.scope.request else ": other values may come"
        yield from pair.report("const-removed", f"is no longer always {shown(old)}{meaning}", "const")
    else:
        yield from pair.report("const-changed", f"is now always {shown(new)}, it was always {shown(old)}", "const")


def _same_constant(pair: SchemaPair) -> bool:
    return bool(_constant(pair.base) == _constant(pair.revision) != ABSENT)


def _constant(schema: Schema) -> Any:
    if schema.const is not ABSENT:
        return frozen(schema.const)
    return frozen(schema.enum[0]) if schema.enum is not None and len(schema.enum) == 1 else ABSENT


def _missing(values: list[Any], among: list[Any]) -> list[Any]:
    known = {frozen(value) for value in among}
    return [value for value in values if value is not None and frozen(value) not in known]


def _is_in_header(pair: SchemaPair) -> bool:
    return pair.scope.kind is SchemaRole.PARAMETER and pair.scope.location == "header"


RULES = (values, extensible_values, const)
