"""Rules: the headers of responses. Those of requests are parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.change import Direction, Level
from openapi_drift.diff.rules.pairs import Named, header_pairs, response_pairs, schema_pairs
from openapi_drift.diff.schemas.context import SchemaContext, SchemaRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import Change
    from openapi_drift.diff.pairing import OperationPair
    from openapi_drift.diff.registry import OperationRule
    from openapi_drift.diff.schemas.comparison import SchemaComparison


def response_headers(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report headers that came, went, became optional, or may hold something else."""
    for base, revision in response_pairs(pair).both:
        headers = header_pairs(base.node, revision.node)
        status = revision.name
        for old in headers.removed:
            yield _removed(pair, status, old)
        for new in headers.added:
            text = f"The {status} response may now have the header `{new.name}`"
            yield pair.change("response-header-added", text, place=Direction.RESPONSE, revision=new.node)
        for old, new in headers.both:
            yield from _both(pair, status, old, new)
            yield from header_values(pair, schemas, SchemaContext(SchemaRole.HEADER, new.name, status), old, new)


def _removed(pair: OperationPair, status: str, old: Named) -> Change:
    if old.node.flag("required"):
        id_, meaning = "required-response-header-removed", "callers that read it find nothing"
    else:
        id_, meaning = "optional-response-header-removed", "callers that look for it never find it"
    text = f"The {status} response no longer has the header `{old.name}`: {meaning}"
    level = Level.INFO if old.name.lower() == "content-type" else None  # the media type of the content says it
    return pair.change(id_, text, place=Direction.RESPONSE, base=old.node, level=level)


def _both(pair: OperationPair, status: str, old: Named, new: Named) -> Iterator[Change]:
    if old.node.flag("required") == new.node.flag("required"):
        return
    verb, meaning = (
        ("optional", "may now be missing") if old.node.flag("required") else ("required", "always comes now")
    )
    yield pair.change(
        f"response-header-became-{verb}",
        f"The header `{new.name}` of the {status} response {meaning}",
        place=Direction.RESPONSE,
        base=old.node,
        revision=new.node,
        field="required",
    )


def header_values(
    pair: OperationPair, schemas: SchemaComparison, context: SchemaContext, old: Named, new: Named
) -> Iterator[Change]:
    """Compare what a header may hold: its schemas, or those of its one media type."""
    for before, after, _ in schema_pairs(old.node, new.node):
        yield from schemas.compare(pair, before, after, context)


OPERATION_RULES: tuple[OperationRule, ...] = (response_headers,)
