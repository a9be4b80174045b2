"""The rules about schemas: ``def rule(pair: SchemaPair) -> Iterator[SchemaChange]``, for two schemas that differ.

A rule looks at the two schemas themselves; what is inside them is compared in its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from openapi_drift.diff.change import SchemaChange
from openapi_drift.diff.schemas.openness import forbids
from openapi_drift.diff.schemas.pair import SchemaPair
from openapi_drift.diff.schemas.rules import (
    closing,
    composition,
    discriminators,
    enums,
    keywords,
    lifecycle,
    limits,
    patterns_and_defaults,
    properties,
    types,
)

SchemaRule = Callable[[SchemaPair], Iterator[SchemaChange]]

_MODULES = (
    types,
    patterns_and_defaults,
    enums,
    limits,
    properties,
    composition,
    discriminators,
    closing,
    keywords,
    lifecycle,
)
RULES: tuple[SchemaRule, ...] = tuple(chain(*(module.RULES for module in _MODULES)))


def changes(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Yield what the rules find; where one side forbids every value, nothing else about it matters."""
    if forbids(pair.base) != forbids(pair.revision):
        yield from closing.forbidden(pair)
    else:
        yield from chain.from_iterable(rule(pair) for rule in RULES)
