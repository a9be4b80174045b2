"""The change engine: what changed between two documents.

New rules go into a module of `openapi_drift.diff.rules` (see there); rules about schemas into `.schemas`.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from openapi_drift.diff.change import Change
from openapi_drift.diff.levels import SEVERITY, LevelPolicy
from openapi_drift.diff.pairing import pair
from openapi_drift.diff.rules import (
    document,
    headers,
    lifecycle,
    operations,
    parameters,
    request_bodies,
    responses,
    security,
    stability,
)
from openapi_drift.diff.schemas import bodies
from openapi_drift.diff.schemas.comparison import SchemaComparison

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import LoadedDocument

_MODULES = (operations, parameters, request_bodies, responses, headers, security, lifecycle, document)
OPERATION_RULES = tuple(chain(bodies.OPERATION_RULES, *(module.OPERATION_RULES for module in _MODULES)))
DOCUMENT_RULES = tuple(chain(*(module.DOCUMENT_RULES for module in _MODULES)))


def compare(base: LoadedDocument, revision: LoadedDocument, policy: LevelPolicy = LevelPolicy.DEFAULT) -> list[Change]:
    """Return what changed from ``base`` to ``revision``: breaking first, then by path, method and place.

    ``policy`` says how bad each change is.
    """
    changes = {policy.judge(change) for change in _changes(base, revision, policy)}
    changes.update(document.version_policy(base, revision, changes))
    return sorted(changes, key=_sort_key)


def _changes(base: LoadedDocument, revision: LoadedDocument, policy: LevelPolicy) -> Iterator[Change]:
    pairing = pair(base, revision)
    schemas = SchemaComparison(policy)
    for operation_pair in pairing.pairs:
        in_scope = stability.in_scope(operation_pair)
        for operation_rule in chain(stability.OPERATION_RULES, OPERATION_RULES if in_scope else ()):
            yield from operation_rule(operation_pair, schemas)
    for document_rule in DOCUMENT_RULES:
        yield from document_rule(base, revision, pairing)


def _sort_key(change: Change) -> tuple[object, ...]:
    sides = [side.pointer if side else "" for side in (change.revision, change.base)]
    return SEVERITY[change.level], change.path, change.method, sides[0] or sides[1], change.id, change.text, sides[1]
