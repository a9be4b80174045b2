"""Rules: patterns and defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.schemas.context import SchemaRole
from openapi_drift.diff.schemas.pair import shown
from openapi_drift.diff.schemas.values import ABSENT, frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.schemas.pair import SchemaPair

_ANY = frozenset({".*", "^.*$", ".*$", "^.*", "^", "$"})
"""Patterns that every text matches."""


def pattern(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report a pattern that came, went or changed."""
    old, new = pair.base.text("pattern"), pair.revision.text("pattern")
    if old == new:
        return
    if not old:
        meaning = ": values that do not match it are refused" if pair.scope.request else ""
        yield from pair.report("pattern-added", f"must now match the pattern `{new}`{meaning}", "pattern")
    elif not new:
        yield from pair.report("pattern-removed", f"need not match the pattern `{old}` any more", "pattern")
    elif new in _ANY and pair.scope.request:
        yield from pair.report("pattern-generalized", f"may now be any text; the pattern was `{old}`", "pattern")
    else:
        meaning = ": values that were valid may be refused" if pair.scope.request else ""
        yield from pair.report("pattern-changed", f"has the pattern `{new}` instead of `{old}`{meaning}", "pattern")


def default(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report the value taken where none is given; a required parameter is always given."""
    old, new = pair.base.default, pair.revision.default
    if (pair.scope.kind is SchemaRole.PARAMETER and (pair.scope.required or pair.scope.nested)) or same(old, new):
        return
    meaning = ": calls that leave it out now mean something else" if pair.scope.kind is SchemaRole.PARAMETER else ""
    if old is ABSENT:
        yield from pair.report("default-value-added", f"now has the default {shown(new)}{meaning}", "default")
    elif new is ABSENT:
        yield from pair.report("default-value-removed", f"no longer has the default {shown(old)}{meaning}", "default")
    else:
        yield from pair.report(
            "default-value-changed", f"has the default {shown(new)} instead of {shown(old)}{meaning}", "default"
        )


def same(old: object, new: object) -> bool:
    """Return whether two values are the same JSON (true is not 1)."""
    return old is new or (old is not ABSENT and new is not ABSENT and bool(frozen(old) == frozen(new)))


RULES = (pattern, default)
