"""Comparing the schemas of two documents: each pair of schemas once, however often and deeply it is shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optcloud.specs.drift.change import Change
    from optcloud.specs.drift.document import Node
    from optcloud.specs.drift.pairing import OperationPair
    from optcloud.specs.drift.schemas.context import Context


class SchemaComparison:
    """The comparison of two documents' schemas; it remembers what it has compared."""

    def compare(self, pair: OperationPair, base: Node, revision: Node, context: Context) -> Iterator[Change]:
        """Yield the changes between two schemas of one operation."""
        yield from ()
