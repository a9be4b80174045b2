"""The rules about schemas: ``def rule(pair: SchemaPair) -> Iterator[SchemaChange]``, called for two schemas that differ.

A rule looks at the two schemas themselves; what is inside them is compared in its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from openapi_drift.diff.change import SchemaChange
from openapi_drift.diff.schemas.pair import SchemaPair
from openapi_drift.diff.schemas.rules import bounds, choices, composition, keywords, lifecycle, properties, types, words

SchemaRule = Callable[[SchemaPair], Iterator[SchemaChange]]

_MODULES = (types, words, choices, bounds, properties, composition, keywords, lifecycle)
RULES: tuple[SchemaRule, ...] = tuple(chain(*(module.RULES for module in _MODULES)))
