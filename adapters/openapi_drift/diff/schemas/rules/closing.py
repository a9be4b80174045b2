"""Rules: what a schema leaves open beside what it names: it closes, opens, or asks for a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.schemas.openness import GRADED, Openness, forbids, openness
from openapi_drift.diff.schemas.rules.meanings import meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.schemas.pair import SchemaPair

_THINGS = {
    "additionalProperties": ("additional-properties", "properties that it does not name"),
    "unevaluatedProperties": ("unevaluated-properties", "properties that nothing in it names"),
    "items": ("items", "items that it does not name one by one"),
    "unevaluatedItems": ("unevaluated-items", "items that nothing in it names"),
    "propertyNames": ("property-names", "names of properties"),
    "contentSchema": ("content-schema", "what its text holds"),
    "then": ("then", "values that meet its `if`"),
    "else": ("else", "values that do not meet its `if`"),
}
_CLOSES = ("additionalProperties", "unevaluatedProperties", "items", "unevaluatedItems")
_SAYS = {
    Openness.OPEN: "no longer restricts {} (`{}`)",
    Openness.SCHEMA: "has a schema for {} (`{}`)",
    Openness.CLOSED: "no longer takes {} (`{}`)",
}


def closing(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report keywords that now leave less open, or more; two schemas are compared as such."""
    for key in GRADED:
        old, new = (openness(side, key) for side in (pair.base, pair.revision))
        if old is new:
            continue
        word, things = _THINGS[key]
        says = "now takes {} (`{}`)" if old is Openness.CLOSED else _SAYS[new]
        end = f"{word}-{_event(key, old, new)}"
        yield from pair.report(end, f"{says.format(things, key)}: {meaning(pair, key, new > old)}", key)


def _event(key: str, old: Openness, new: Openness) -> str:
    # oasdiff has its words for `unevaluated…`, whatever stands under it.
    from_open_to_closed = {old, new} == {Openness.OPEN, Openness.CLOSED}
    if key in _CLOSES and Openness.CLOSED in (old, new) and not (from_open_to_closed and "unevaluated" in key):
        return "closed" if new is Openness.CLOSED else "opened"
    return "added" if new > old else "removed"


def forbidden(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report a schema that now forbids every value (`false`), or no longer does."""
    now = forbids(pair.revision)
    says = "must no longer be there" if now else "may now be there"
    end = "became-forbidden" if now else "became-allowed"
    yield from pair.report(end, f"{says}: {meaning(pair, '', now)}", "not")


RULES = (closing,)
