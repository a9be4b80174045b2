"""Rules: enum and const."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_drift.diff.schemas.context import SchemaRole
from openapi_drift.diff.schemas.rules.meanings import meaning, without_weight
from openapi_drift.diff.values import ABSENT, equal, frozen, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.schemas.model import Schema
    from openapi_drift.diff.schemas.pair import SchemaPair

_EXTENSIBLE = "x-extensible-enum"


def values(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report the values of an enum that came or went, and an enum that is new or dropped."""
    old, new = _enum(pair.base, pair.revision), _enum(pair.revision, pair.base)
    if new is not None and old is None:
        yield from _became_enum(pair)
    elif old is not None and new is None:
        says = f"may now hold more than the listed values: {meaning(pair, 'enum', False)}"
        yield from pair.report("became-not-enum", says, "enum")
    elif new is not None and old is not None:
        yield from _removed(pair, _missing(old, new))
        yield from _added(pair, _missing(new, old))


def _enum(schema: Schema, other: Schema) -> list[Any] | None:
    """The values of an enum; a const beside an enum, here or on the other side, is one of a single value."""
    if schema.const is ABSENT or (schema.enum is None and other.enum is None):
        return schema.enum
    return [schema.const] if schema.enum is None or not _missing([schema.const], schema.enum) else []


def _became_enum(pair: SchemaPair) -> Iterator[SchemaChange]:
    says = f"may now hold listed values only: {_refused(pair, 'others are refused', 'others no longer come')}"
    if pair.scope.in_request_header:
        yield from pair.named("request-header-property-became-enum", says, "enum")
    # The checker names a header as a whole by both ids; lists of accepted changes may have either.
    if not (pair.scope.in_request_header and pair.scope.nested):
        yield from pair.report("became-enum", says, "enum")


def _removed(pair: SchemaPair, gone: list[Any], key: str = "enum") -> Iterator[SchemaChange]:
    means = _refused(pair, "requests with it are refused", "it no longer comes")
    for value in gone:
        says = f"no longer takes the value {shown(value)}: {means}"
        if pair.scope.kind is SchemaRole.RESPONSE_BODY and not pair.scope.nested and key == "enum":
            yield from pair.named("response-mediatype-enum-value-removed", says, key)
        else:
            yield from pair.report(f"{key}-value-removed", says, key)


def _added(pair: SchemaPair, new: list[Any], key: str = "enum") -> Iterator[SchemaChange]:
    means = _refused(pair, "more requests are accepted", "readers that know only the old values meet a new one")
    for value in new:
        yield from pair.report(f"{key}-value-added", f"now also takes the value {shown(value)}: {means}", key)


def _refused(pair: SchemaPair, request: str, response: str) -> str:
    if pair.scope.direction_unknown:
        return meaning(pair, "enum", None)
    return without_weight(pair, "enum") or (request if pair.scope.request else response)


def extensible_values(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report values that joined or left an `x-extensible-enum`."""
    old, new = (schema.value.get(_EXTENSIBLE) for schema in (pair.base, pair.revision))
    if isinstance(old, list) and isinstance(new, list):
        yield from _removed(pair, _missing(old, new), _EXTENSIBLE)
        yield from _added(pair, _missing(new, old), _EXTENSIBLE)


def const(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report the one value allowed; beside an enum a const is one of a single value (see `values`)."""
    old, new = pair.base.const, pair.revision.const
    if equal(old, new) or pair.base.enum is not None or pair.revision.enum is not None:
        return
    if old is ABSENT:
        yield from pair.report("const-added", f"is now always {shown(new)}: {meaning(pair, 'const', True)}", "const")
    elif new is ABSENT:
        says = f"is no longer always {shown(old)}: {meaning(pair, 'const', False)}"
        yield from pair.report("const-removed", says, "const")
    else:
        says = f"is now always {shown(new)}, it was always {shown(old)}: {meaning(pair, 'const', None)}"
        yield from pair.report("const-changed", says, "const")


def _missing(values: list[Any], among: list[Any]) -> list[Any]:
    known = {frozen(value) for value in among}
    return [value for value in values if value is not None and frozen(value) not in known]


RULES = (values, extensible_values, const)
