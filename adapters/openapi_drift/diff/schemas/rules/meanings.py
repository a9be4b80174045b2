"""What a change means for who sends a value or reads it, in the words that end its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.schemas.pair import listed

if TYPE_CHECKING:
    from openapi_drift.diff.schemas.pair import SchemaPair

REFUSED = "values that were valid may be refused"


def meaning(pair: SchemaPair, key: str, narrowed: bool | None) -> str:
    """Return what it means that fewer values fit (``narrowed``), more values (False), or nobody knows which (None)."""
    if idle := without_weight(pair, key):
        return idle
    if pair.scope.direction_unknown:
        return "below `not` or `if`, where more may mean fewer: whom it breaks is not judged"
    if pair.scope.request:
        return REFUSED if narrowed or narrowed is None else "more values are accepted"
    return "fewer values can come" if narrowed else "values may come that could not before"


def without_weight(pair: SchemaPair, key: str) -> str:
    """Return why a change breaks nobody: it does not travel, or bears on no value that is allowed; "" otherwise."""
    if not pair.travels:
        only, not_in = ("read", "requests") if pair.scope.request else ("write", "responses")
        return f"it is {only}-only and does not travel in {not_in}"
    if needed := pair.needed_for(key):
        return f"without `{needed}` it says nothing"
    if not pair.bears(key):
        return f"`{key}` says nothing about {listed(pair.base.types | pair.revision.types)}"
    return ""
