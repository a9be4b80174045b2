"""Rules: patterns and defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.change import Level
from openapi_drift.diff.schemas.context import SchemaRole
from openapi_drift.diff.schemas.rules.meanings import meaning
from openapi_drift.diff.values import ABSENT, equal, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.schemas.pair import SchemaPair

_ANY = frozenset({".*", "^.*$", ".*$", "^.*", "^", "$"})
"""Patterns that every text matches."""


def pattern(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report a pattern that came, went or changed."""
    key = "pattern"
    old, new = pair.base.text(key), pair.revision.text(key)
    if old == new:
        return
    if not old:
        everything = "every text does" if new in _ANY else ""
        text = f"must now match the pattern `{new}`: {everything or meaning(pair, key, True)}"
        yield from pair.report("pattern-added", text, key, Level.INFO if everything else None)
    elif not new:
        everything = "every text does" if old in _ANY else ""
        text = f"need not match the pattern `{old}` any more: {everything or meaning(pair, key, False)}"
        yield from pair.report("pattern-removed", text, key, Level.INFO if everything else None)
    elif new in _ANY and pair.scope.request:
        yield from pair.report("pattern-generalized", f"may now be any text; the pattern was `{old}`", key)
    else:
        text = f"has the pattern `{new}` instead of `{old}`: {meaning(pair, key, None)}"
        yield from pair.report("pattern-changed", text, key)


_FILLED_IN = {
    "added": "what calls that leave it out mean is said only now",
    "removed": "what calls that leave it out mean is no longer said",
    "changed": "calls that leave it out now mean something else",
}


def default(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report the value taken where none is given; a required parameter is always given."""
    key = "default"
    old, new = pair.base.default, pair.revision.default
    if equal(old, new):
        return
    if old is ABSENT:
        event, says = "added", f"now has the default {shown(new)}"
    elif new is ABSENT:
        event, says = "removed", f"no longer has the default {shown(old)}"
    else:
        event, says = "changed", f"has the default {shown(new)} instead of {shown(old)}"
    always_given = pair.scope.kind is SchemaRole.PARAMETER and pair.scope.required and not pair.scope.nested
    if always_given:
        means = ": it is always given"
    elif pair.scope.request and pair.travels:
        # oasdiff takes each of these for a break in parameters, and so do we: there it is what callers leave to it.
        means = f": {_FILLED_IN['changed' if pair.scope.kind is SchemaRole.PARAMETER else event]}"
    else:
        means = ""
    yield from pair.report(f"default-value-{event}", f"{says}{means}", key, Level.INFO if always_given else None)


RULES = (pattern, default)
