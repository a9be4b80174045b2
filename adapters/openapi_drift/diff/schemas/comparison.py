"""Comparing the schemas of two documents: each pair of schemas once, however often and deeply it is shared.

The pairs form a graph, cyclic where schemas are. It is walked without recursion; what changed below a schema is asked
of its strongly connected parts, of which only those where something changed are kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.change import Change, Direction
from openapi_drift.diff.levels import LevelPolicy
from openapi_drift.diff.schemas.changed_parts import ChangedParts
from openapi_drift.diff.schemas.children import children
from openapi_drift.diff.schemas.context import SchemaRole, scope_of
from openapi_drift.diff.schemas.differences import unexplained
from openapi_drift.diff.schemas.fingerprint import Fingerprints
from openapi_drift.diff.schemas.model import schema_at
from openapi_drift.diff.schemas.pair import SchemaPair
from openapi_drift.diff.schemas.rules import changes
from openapi_drift.diff.schemas.rules.composition import all_of
from openapi_drift.diff.schemas.shapes import align
from openapi_drift.diff.schemas.values import Texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.document import DocumentNode
    from openapi_drift.diff.pairing import OperationPair
    from openapi_drift.diff.schemas.context import SchemaContext, SchemaScope
    from openapi_drift.diff.schemas.model import Schema

Key = tuple[object, object, int]
"""Two schemas, and the number of their scope."""


class SchemaComparison:
    """The comparison of two documents' schemas; it remembers what it has compared."""

    def __init__(self, policy: LevelPolicy = LevelPolicy.DEFAULT) -> None:
        self._policy = policy
        self._fingerprints = Fingerprints()
        self._texts = Texts()
        self._parts: ChangedParts[Key, SchemaChange] = ChangedParts()
        self._scopes: dict[SchemaScope, int] = {}

    def compare(
        self,
        pair: OperationPair,
        base: DocumentNode,
        revision: DocumentNode,
        context: SchemaContext,
        where: str = "",
    ) -> Iterator[Change]:
        """Yield the changes between two schemas of one operation; ``where`` ends their sentences."""
        place = Direction.REQUEST if scope_of(context).request else Direction.RESPONSE
        if context.kind is SchemaRole.HEADER:
            where = f" (response {context.location})"
        for change in self.changes(base, revision, context):
            yield change_of(pair, change, place, where)

    def changes(self, base: DocumentNode, revision: DocumentNode, context: SchemaContext) -> tuple[SchemaChange, ...]:
        """Return what changed from one schema to the other, and in what they are made of."""
        left, right = (schema_at(node.document, [(node.value, node.pointer)]) for node in (base, revision))
        if left is None or right is None:
            return ()
        pair = self._aligned(left, right, scope_of(context))
        root = self._key(pair)
        self._explore(root, pair)
        return self._parts.below(root)

    def _aligned(self, base: Schema, revision: Schema, scope: SchemaScope) -> SchemaPair:
        pair = self._pair(base, revision, scope)
        return pair if pair.same_text else self._pair(*align(base, revision, self._fingerprints), scope)

    def _pair(self, base: Schema, revision: Schema, scope: SchemaScope) -> SchemaPair:
        return SchemaPair(base, revision, scope, self._fingerprints, self._texts, self._policy)

    def _key(self, pair: SchemaPair) -> Key:
        number = self._scopes.setdefault(pair.scope, len(self._scopes))
        return pair.base.identity, pair.revision.identity, number

    def _explore(self, root: Key, pair: SchemaPair) -> None:
        """Compare every pair of schemas below the root that has not been compared."""
        waiting = [(root, pair)]
        while waiting:
            key, current = waiting.pop()
            if key in self._parts:
                continue
            below = [self._aligned(base, revision, scope) for scope, base, revision in children(current)]
            keys = [self._key(child) for child in below]
            self._parts.add(key, _changes(current), keys)
            waiting += [entry for entry in zip(keys, below, strict=True) if entry[0] not in self._parts]


def _changes(pair: SchemaPair) -> tuple[SchemaChange, ...]:
    if pair.same_text:
        return tuple(all_of(pair))  # schemas that say nothing may join it
    found = () if pair.scope.kind is SchemaRole.MODEL else tuple(changes(pair))  # no rule has words for a component
    return (*found, *unexplained(pair))


def change_of(pair: OperationPair, change: SchemaChange, place: Direction, where: str = "") -> Change:
    """Return a finding as a change of an operation; ``where`` ends its sentence."""
    return Change(
        id=change.id,
        level=change.level,
        text=change.text + where,
        method=pair.revision.method,
        path=pair.revision.path,
        operation_id=pair.revision.operation_id,
        place=place,
        base=change.base,
        revision=change.revision,
    )
