"""Comparing the schemas of two documents: each pair of schemas once, however often and deeply it is shared.

The pairs form a graph, cyclic where schemas are. It is walked without recursion; what changed below a schema is asked
of its strongly connected parts, of which only those where something changed are kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from openapi_drift.diff.change import Change, Direction
from openapi_drift.diff.levels import LevelPolicy
from openapi_drift.diff.schemas.changed_parts import ChangedParts
from openapi_drift.diff.schemas.changed_references import ChangedReferences
from openapi_drift.diff.schemas.children import SchemaChild, children
from openapi_drift.diff.schemas.context import SchemaRole, scope_of
from openapi_drift.diff.schemas.differences import unexplained
from openapi_drift.diff.schemas.fingerprint import Fingerprints
from openapi_drift.diff.schemas.model import schema_at
from openapi_drift.diff.schemas.pair import SchemaPair
from openapi_drift.diff.schemas.rules import changes
from openapi_drift.diff.schemas.rules.composition import all_of
from openapi_drift.diff.schemas.rules.properties import one_way_by_reference
from openapi_drift.diff.schemas.shapes import align
from openapi_drift.diff.values import ValueNumbers

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
        self._texts = ValueNumbers()
        self._references: ChangedReferences | None = None
        self._children: dict[tuple[object, object], list[SchemaChild]] = {}
        self._parts: ChangedParts[Key, SchemaChange] = ChangedParts()
        self._scopes: dict[SchemaScope, int] = {}
        self._shown: set[tuple[object, object]] = set()

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
        if pair.unchanged:
            return ()
        root = self._key(pair.base, pair.revision, pair.scope)
        self._explore(root, pair)
        return self._parts.below(root)

    def _aligned(self, base: Schema, revision: Schema, scope: SchemaScope) -> SchemaPair:
        pair = self._pair(base, revision, scope)
        return pair if pair.same_text else self._pair(*align(base, revision, self._fingerprints), scope)

    def _pair(self, base: Schema, revision: Schema, scope: SchemaScope) -> SchemaPair:
        if self._references is None:
            self._references = ChangedReferences(base.document, revision.document, self._texts)
        return SchemaPair(base, revision, scope, self._fingerprints, self._texts, self._references, self._policy)

    def _key(self, base: Schema, revision: Schema, scope: SchemaScope) -> Key:
        return base.identity, revision.identity, self._scopes.setdefault(scope, len(self._scopes))

    def _explore(self, root: Key, pair: SchemaPair) -> None:
        """Compare every pair of schemas below the root that has not been compared."""
        waiting = [(root, pair)]
        while waiting:
            key, current = waiting.pop()
            if key in self._parts:
                continue
            below = [(child, child.scope(current)) for child in self._children_of(current)]
            keys = [self._key(child.base, child.revision, scope) for child, scope in below]
            self._parts.add(key, self._changes(key, current), keys)
            for child_key, (child, scope) in zip(keys, below, strict=True):
                if child_key not in self._parts:
                    waiting.append((child_key, self._pair(child.base, child.revision, scope)))

    def _children_of(self, pair: SchemaPair) -> list[SchemaChild]:
        """Return the schemas inside that may differ: the same wherever the pair stands."""
        key = pair.base.identity, pair.revision.identity
        if key not in self._children:
            found = []
            for child in children(pair):
                inner = self._aligned(child.base, child.revision, pair.scope)
                if not inner.unchanged:
                    found.append(replace(child, base=inner.base, revision=inner.revision))
            self._children[key] = found
        return self._children[key]

    def _changes(self, key: Key, pair: SchemaPair) -> tuple[SchemaChange, ...]:
        """Return what is told of a pair. No rule has words for a component, which is looked at if no operation is."""
        if pair.scope.kind is SchemaRole.MODEL:
            return () if key[:2] in self._shown else tuple(unexplained(pair))
        self._shown.add(key[:2])
        if pair.same_text:
            return (*all_of(pair), *one_way_by_reference(pair))  # schemas that say nothing may join it
        return (*changes(pair), *unexplained(pair))


def change_of(pair: OperationPair, change: SchemaChange, place: Direction, where: str = "") -> Change:
    """Return a finding as a change of an operation; ``where`` ends its sentence."""
    operation = pair.revision
    named = operation.method, operation.path, operation.operation_id
    return Change(change.id, change.level, change.text + where, *named, place, change.base, change.revision)
