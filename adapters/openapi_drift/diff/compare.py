"""The change engine: what changed between two documents.

New rules go into a module of `openapi_drift.diff.rules` (see there); rules about schemas into `.schemas`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from openapi_drift.diff.change import Change, Level
from openapi_drift.diff.levels import SEVERITY, LevelPolicy
from openapi_drift.diff.pairing import pair
from openapi_drift.diff.rules import (
    document,
    encodings,
    headers,
    incoming,
    lifecycle,
    links,
    operations,
    parameters,
    request_bodies,
    responses,
    security,
    security_schemes,
    serialization,
    servers,
    stability,
)
from openapi_drift.diff.schemas import bodies
from openapi_drift.diff.schemas.comparison import SchemaComparison
from openapi_drift.diff.unexplained import unexplained

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.pairing import Pairing
    from openapi_drift.documents.document import LoadedDocument

_ALL = (operations, serialization, encodings, lifecycle, stability)
"""Rules for what callers send as for what receivers of webhooks and callbacks are sent."""
_OUTGOING = (parameters, request_bodies, responses, headers, links, security, servers, *_ALL)
_DOCUMENT = (operations, incoming, security, security_schemes, servers, document)
OPERATION_RULES = tuple(chain(bodies.OPERATION_RULES, *(module.OPERATION_RULES for module in _OUTGOING)))
INCOMING_RULES = tuple(chain(bodies.OPERATION_RULES, *(module.OPERATION_RULES for module in (incoming, *_ALL))))
DOCUMENT_RULES = tuple(chain(*(module.DOCUMENT_RULES for module in _DOCUMENT)))


def compare(base: LoadedDocument, revision: LoadedDocument, policy: LevelPolicy = LevelPolicy.DEFAULT) -> list[Change]:
    """Return what changed from ``base`` to ``revision``: breaking first, then by path, method and place.

    ``policy`` says how bad each change is. Empty only if nothing differs but what means nothing
    (`openapi_drift.diff.meaningless`).
    """
    pairing, schemas = pair(base, revision), SchemaComparison(policy)
    changes = {policy.judge(change) for change in _changes(base, revision, pairing, schemas)}
    changes.update(document.version(base, revision, changes))
    changes.update(unexplained(base, revision, pairing, schemas, changes))
    return sorted(changes, key=_sort_key)


def _changes(
    base: LoadedDocument, revision: LoadedDocument, pairing: Pairing, schemas: SchemaComparison
) -> Iterator[Change]:
    for rules, pairs in ((OPERATION_RULES, pairing.pairs), (INCOMING_RULES, pairing.incoming)):
        for operation_pair in pairs:
            in_scope = stability.in_scope(operation_pair)
            for rule in rules:
                milder = not in_scope and rule not in stability.OPERATION_RULES
                for change in rule(operation_pair, schemas):
                    yield replace(change, level=Level.INFO) if milder else change
    for document_rule in DOCUMENT_RULES:
        yield from document_rule(base, revision, pairing)


def _sort_key(change: Change) -> tuple[object, ...]:
    sides = [side.pointer if side else "" for side in (change.revision, change.base)]
    return SEVERITY[change.level], change.path, change.method, sides[0] or sides[1], change.id, change.text, sides[1]
