"""The schemas of request bodies and responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optcloud.specs.drift.document import Node, content
from optcloud.specs.drift.rules.pairs import media_type_pairs, response_pairs
from optcloud.specs.drift.schemas.context import Context, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optcloud.specs.drift.change import Change
    from optcloud.specs.drift.pairing import OperationPair
    from optcloud.specs.drift.registry import OperationRule
    from optcloud.specs.drift.schemas.comparison import SchemaComparison


def request_body(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Compare what a request's body may hold."""
    sides = (pair.base.request_body, pair.revision.request_body)
    yield from _bodies(pair, schemas, sides, Kind.REQUEST_BODY, "")


def responses(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Compare what the responses may hold, status by status."""
    for base, revision in response_pairs(pair).both:
        yield from _bodies(pair, schemas, (base.node, revision.node), Kind.RESPONSE_BODY, revision.name)


def _bodies(
    pair: OperationPair, schemas: SchemaComparison, sides: tuple[Node | None, Node | None], kind: Kind, location: str
) -> Iterator[Change]:
    for base, revision in media_type_pairs(content(sides[0]), content(sides[1])).both:
        left, right = base.node.get("schema"), revision.node.get("schema")
        if left and right:
            yield from schemas.compare(pair, left, right, Context(kind, revision.name, location))


OPERATION_RULES: tuple[OperationRule, ...] = (request_body, responses)
