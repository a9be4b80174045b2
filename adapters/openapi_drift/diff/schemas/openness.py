"""How much a keyword with one schema leaves open: everything, what fits its schema, or nothing."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from openapi_drift.diff.schemas.keywords import ANNOTATIONS

if TYPE_CHECKING:
    from collections.abc import Container

    from openapi_drift.diff.schemas.model import Schema

GRADED = (
    "additionalProperties",
    "unevaluatedProperties",
    "items",
    "unevaluatedItems",
    "propertyNames",
    "contentSchema",
    "then",
    "else",
)
"""Keywords under which `true`, `{}` and nothing at all say the same."""


class Openness(enum.IntEnum):
    """What may stand under a keyword, most first."""

    OPEN = 0
    SCHEMA = 1
    CLOSED = 2


def says_nothing(schema: Schema, but: Container[str] = ()) -> bool:
    """Return whether a schema only annotates, but for some keywords: every value is valid."""
    return all(key in ANNOTATIONS or key.startswith("x-") or key in but for key in schema.value)


def openness(schema: Schema, key: str) -> Openness:
    """Return how much a keyword of ``GRADED`` leaves open."""
    inside = schema.schema(key)
    if inside is None or says_nothing(inside):
        return Openness.OPEN
    return Openness.CLOSED if forbids(inside) else Openness.SCHEMA


def forbids(schema: Schema) -> bool:
    """Return whether no value at all is valid, as under `false`."""
    negated = schema.schema("not")
    return negated is not None and says_nothing(negated)
