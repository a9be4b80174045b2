"""Rules: limits of numbers, lengths and counts.

A minimum that rises or a maximum that falls refuses values that were valid; the other way lets new ones through.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.levels import levels
from openapi_drift.diff.schemas.context import SchemaRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.schemas.pair import SchemaPair

_LIMITS = (
    ("minimum", "min", "minimum"),
    ("maximum", "max", "maximum"),
    ("exclusiveMinimum", "exclusive-min", "exclusive minimum"),
    ("exclusiveMaximum", "exclusive-max", "exclusive maximum"),
    ("minLength", "min-length", "minimum length"),
    ("maxLength", "max-length", "maximum length"),
    ("minItems", "min-items", "minimum number of items"),
    ("maxItems", "max-items", "maximum number of items"),
    ("minContains", "min-contains", "minimum number of items that `contains` asks for"),
    ("maxContains", "max-contains", "maximum number of items that `contains` allows"),
)
_FROM_ZERO = ("minLength", "minItems")
"""Zero is the same as no limit."""


def limits(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report limits that were set, moved or dropped."""
    for key, word, says in _LIMITS:
        old, new = (schema.limit(key) for schema in (pair.base, pair.revision))
        if key in _FROM_ZERO:
            old, new = old or None, new or None
        if old != new:
            yield from _limit(pair, (key, word, says), old, new)


def _limit(
    pair: SchemaPair, names: tuple[str, str, str], old: float | None, new: float | None
) -> Iterator[SchemaChange]:
    key, word, says = names
    lower = "min" in word
    if old is None:
        narrowed, sentence = True, f"now has the {says} {new}"
    elif new is None:
        narrowed, sentence = False, f"no longer has a {says} (it was {old})"
    else:
        narrowed, sentence = (new > old) == lower, f"has the {says} {new} instead of {old}"
    event = _event(pair, word, old, new) or ("increased" if narrowed == lower else "decreased")
    yield from pair.report(f"{word}-{event}", f"{sentence}: {_meaning(pair, narrowed)}", key)


def _event(pair: SchemaPair, word: str, old: float | None, new: float | None) -> str:
    """Return "set" or "unset" where there is an id for it; else the change counts as one from or to no limit at all."""
    event = "set" if old is None else "unset" if new is None else ""
    prefixes = {
        pair.scope.prefix,
        pair.scope.kind.value if pair.scope.kind is SchemaRole.PARAMETER else pair.scope.prefix,
    }
    return event if any(f"{prefix}-{word}-{event}" in levels() for prefix in prefixes) else ""


def _meaning(pair: SchemaPair, narrowed: bool) -> str:
    if pair.scope.request:
        return "values that were valid may be refused" if narrowed else "more values are accepted"
    return "fewer values can come" if narrowed else "values may come that could not before"


RULES = (limits,)
