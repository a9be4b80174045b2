"""The stability that an operation or a property promises, `x-stability-level`: from draft to stable."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openapi_drift.diff.document import DocumentNode

FIELD = "x-stability-level"
LEVELS = ("draft", "alpha", "beta", "stable")
PROMISED = ("beta", "stable")


def is_valid(node: DocumentNode) -> bool:
    """Return whether the node's level is one of `LEVELS`, or absent."""
    value = node.plain(FIELD)
    return value is None or value in LEVELS


def level(node: DocumentNode) -> str:
    """Return the node's level; without one (or with one that is no level) it is stable."""
    value = node.plain(FIELD)
    return str(value) if value in LEVELS else "stable"


def is_promised(node: DocumentNode) -> bool:
    """Return whether callers may rely on the operation: neither draft nor alpha."""
    return level(node) in PROMISED
