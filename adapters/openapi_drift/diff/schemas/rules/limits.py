"""Rules: limits of numbers, lengths and counts.

A minimum that rises or a maximum that falls refuses values that were valid; the other way lets new ones through.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from openapi_drift.diff.change import Level
from openapi_drift.diff.levels import rated_ids
from openapi_drift.diff.schemas.rules.meanings import meaning, without_weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.schemas.model import Schema
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
    ("minProperties", "min-properties", "minimum number of properties"),
    ("maxProperties", "max-properties", "maximum number of properties"),
    ("minContains", "min-contains", "minimum number of items that `contains` asks for"),
    ("maxContains", "max-contains", "maximum number of items that `contains` allows"),
)


def limits(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report limits that were set, moved or dropped."""
    for key, word, says in _LIMITS:
        old, new = (schema.limit(key) for schema in (pair.base, pair.revision))
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
    idle = without_weight(pair, key) or _idle(pair, key, narrowed)
    text = f"{sentence}: {idle or meaning(pair, key, narrowed)}"
    yield from pair.report(f"{word}-{event}", text, key, Level.INFO if idle else None)


def _event(pair: SchemaPair, word: str, old: float | None, new: float | None) -> str:
    """Return "set" or "unset" where there is an id for it; else the change counts as one from or to no limit at all."""
    event = "set" if old is None else "unset" if new is None else ""
    return event if pair.id_of(f"{word}-{event}") in rated_ids() else ""


def _idle(pair: SchemaPair, key: str, narrowed: bool) -> str:
    """Return why a limit that moved leaves the same values valid; "" if it does not."""
    if not key.lower().endswith("imum"):
        return ""
    lower = key.lower().endswith("minimum")
    old, new = (_bound(side, lower) for side in (pair.base, pair.revision))
    if (new > old) if narrowed else (new < old):
        return ""
    return "another limit, or its being an integer, says the same already"


def _bound(schema: Schema, lower: bool) -> tuple[float, bool]:
    """Return a number's limit, and whether it is itself excluded; greater is narrower at both ends."""
    sign, end = (1, "inimum") if lower else (-1, "aximum")
    bounds: list[tuple[float, bool]] = [(-math.inf, False)]
    for key, exclusive in ((f"m{end}", False), (f"exclusiveM{end}", True)):
        value = schema.limit(key)
        if value is not None:
            bounds.append((sign * value, exclusive))
    value, exclusive = max(bounds)
    if schema.types == {"integer"} and math.isfinite(value):
        return (math.floor(value) + 1 if exclusive else math.ceil(value)), False
    return value, exclusive


def multiple_of(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report the number of which values are multiples; a multiple of 6 is one of 3."""
    key = "multipleOf"
    old, new = (schema.limit(key) for schema in (pair.base, pair.revision))
    if old == new:
        return
    narrowed: bool | None
    if old is None:
        event, narrowed, says = "added", True, f"must now be a multiple of {new}"
    elif new is None:
        event, narrowed, says = "removed", False, f"need not be a multiple of {old} any more"
    else:
        event, narrowed = _multiples(old, new)
        says = f"is a multiple of {new} instead of {old}"
    integers = all(side.types == {"integer"} for side in (pair.base, pair.revision))
    idle = without_weight(pair, key)
    if not idle and integers and event in ("added", "removed") and _multiples(new or old or 1, 1)[0] == "specialized":
        idle = "every integer is one"
    text = f"{says}: {idle or meaning(pair, key, narrowed)}"
    yield from pair.report(f"multiple-of-{event}", text, key, Level.INFO if idle else None)


def _multiples(old: float, new: float) -> tuple[str, bool | None]:
    """Return whether the multiples became fewer (True), more (False) or others (None), and the word for it."""
    if not all(math.isfinite(value) and value > 0 for value in (old, new)):
        return "changed", None
    before, after = (Fraction(value) if isinstance(value, int) else Fraction(repr(value)) for value in (old, new))
    if (after / before).denominator == 1:
        return "specialized", True
    return ("generalized", False) if (before / after).denominator == 1 else ("changed", None)


def unique_items(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report items that must differ now, or need not any more."""
    key = "uniqueItems"
    is_ = pair.revision.flag(key)
    if pair.base.flag(key) != is_:
        event, says = ("added", "must now have items that differ") if is_ else ("removed", "may now have equal items")
        yield from pair.report(f"unique-items-{event}", f"{says}: {meaning(pair, key, is_)}", key)


RULES = (limits, multiple_of, unique_items)
