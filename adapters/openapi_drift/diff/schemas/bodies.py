"""The schemas of request bodies and responses."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from openapi_drift.diff.document import content
from openapi_drift.diff.rules.pairs import media_type_pairs, response_pairs
from openapi_drift.diff.schemas.comparison import change_of
from openapi_drift.diff.schemas.context import SchemaContext, SchemaRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import Change, SchemaChange
    from openapi_drift.diff.document import DocumentNode
    from openapi_drift.diff.pairing import OperationPair
    from openapi_drift.diff.registry import OperationRule
    from openapi_drift.diff.schemas.comparison import SchemaComparison


def request_body(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report what a request's body may newly or no longer hold; once, whatever media types say it."""
    role = SchemaRole.RESPONSE_BODY if pair.incoming else SchemaRole.REQUEST_BODY
    found = dict.fromkeys(_changes(schemas, pair.base.request_body, pair.revision.request_body, role))
    for change in found:
        yield change_of(pair, change, pair.asks, " (sent to receivers)" if pair.incoming else "")


def responses(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report what responses may newly or no longer hold; once, with the statuses that it holds for."""
    statuses: defaultdict[SchemaChange, list[str]] = defaultdict(list)
    role = SchemaRole.REQUEST_BODY if pair.incoming else SchemaRole.RESPONSE_BODY
    for base, revision in response_pairs(pair).both:
        for change in dict.fromkeys(_changes(schemas, base.node, revision.node, role)):
            statuses[change].append(revision.name)
    for change, names in statuses.items():
        word, several = ("reply", "replies") if pair.incoming else ("response", "responses")
        where = f" ({word if len(set(names)) == 1 else several} {', '.join(sorted(set(names)))})"
        yield change_of(pair, change, pair.answers, where)


def _changes(
    schemas: SchemaComparison, base: DocumentNode | None, revision: DocumentNode | None, kind: SchemaRole
) -> Iterator[SchemaChange]:
    for old, new in media_type_pairs(content(base), content(revision)).both:
        left, right = old.node.schema(), new.node.schema()
        if left and right:
            yield from schemas.changes(left, right, SchemaContext(kind, new.name))


OPERATION_RULES: tuple[OperationRule, ...] = (request_body, responses)
