"""The schemas of request bodies and responses."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from optcloud.specs.drift.change import Place
from optcloud.specs.drift.document import content
from optcloud.specs.drift.rules.pairs import media_type_pairs, response_pairs
from optcloud.specs.drift.schemas.comparison import change_of
from optcloud.specs.drift.schemas.context import Context, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optcloud.specs.drift.change import Change
    from optcloud.specs.drift.document import Node
    from optcloud.specs.drift.pairing import OperationPair
    from optcloud.specs.drift.registry import OperationRule
    from optcloud.specs.drift.schemas.comparison import SchemaComparison
    from optcloud.specs.drift.schemas.finding import Finding


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
