"""The schemas of request bodies and responses."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from openapi_drift.diff.change import Place
from openapi_drift.diff.document import content
from openapi_drift.diff.rules.pairs import media_type_pairs, response_pairs
from openapi_drift.diff.schemas.comparison import change_of
from openapi_drift.diff.schemas.context import Context, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import Change
    from openapi_drift.diff.document import Node
    from openapi_drift.diff.pairing import OperationPair
    from openapi_drift.diff.registry import OperationRule
    from openapi_drift.diff.schemas.comparison import SchemaComparison
    from openapi_drift.diff.schemas.finding import Finding


def request_body(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report what a request's body may newly or no longer hold; once, whatever media types say it."""
    found = dict.fromkeys(_findings(schemas, pair.base.request_body, pair.revision.request_body, Kind.REQUEST_BODY))
    for finding in found:
        yield change_of(pair, finding, Place.REQUEST)


def responses(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report what responses may newly or no longer hold; once, with the statuses that it holds for."""
    statuses: defaultdict[Finding, list[str]] = defaultdict(list)
    for base, revision in response_pairs(pair).both:
        for finding in dict.fromkeys(_findings(schemas, base.node, revision.node, Kind.RESPONSE_BODY)):
            statuses[finding].append(revision.name)
    for finding, names in statuses.items():
        plural = "s" if len(set(names)) > 1 else ""
        yield change_of(pair, finding, Place.RESPONSE, f" (response{plural} {', '.join(sorted(set(names)))})")


def _findings(schemas: SchemaComparison, base: Node | None, revision: Node | None, kind: Kind) -> Iterator[Finding]:
    for old, new in media_type_pairs(content(base), content(revision)).both:
        left, right = old.node.get("schema"), new.node.get("schema")
        if left and right:
            yield from schemas.findings(left, right, Context(kind, new.name))


OPERATION_RULES: tuple[OperationRule, ...] = (request_body, responses)
