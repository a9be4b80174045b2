"""The schemas of request bodies and responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optcloud.specs.drift.document import Node, content
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
    newer = pair.revision.responses
    for status, response in pair.base.responses.items():
        yield from _bodies(pair, schemas, (response, newer.get(status)), Kind.RESPONSE_BODY, status)


def _bodies(
    pair: OperationPair, schemas: SchemaComparison, sides: tuple[Node | None, Node | None], kind: Kind, location: str
) -> Iterator[Change]:
    newer = content(sides[1])
    for name, media_type in content(sides[0]).items():
        if name not in newer:
            continue
        left, right = media_type.get("schema"), newer[name].get("schema")
        if left and right:
            yield from schemas.compare(pair, left, right, Context(kind, name, location))


OPERATION_RULES: tuple[OperationRule, ...] = (request_body, responses)
