"""Rules: the body of a request as a whole, and its media types. What the body may hold: `..schemas.bodies`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.change import Direction
from openapi_drift.diff.document import ANY_SCHEMA, content
from openapi_drift.diff.rules.media_types import takes
from openapi_drift.diff.rules.pairs import media_type_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import Change
    from openapi_drift.diff.document import DocumentNode
    from openapi_drift.diff.pairing import OperationPair
    from openapi_drift.diff.registry import OperationRule
    from openapi_drift.diff.schemas.comparison import SchemaComparison


def presence(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report a body that came or went."""
    base, revision = pair.base.request_body, pair.revision.request_body
    if base is None and revision is not None:
        if revision.flag("required"):
            id_, text = "request-body-added-required", "The request now needs a body: requests without one are refused"
        else:
            id_, text = "request-body-added-optional", "The request may now have a body"
        yield pair.change(id_, text, place=Direction.REQUEST, revision=revision)
    elif base is not None and revision is None:
        text = "The request has no body any more: what callers send in it is ignored or refused"
        yield pair.change("request-body-removed", text, place=Direction.REQUEST, base=base)


def required(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report a body that became required, or optional."""
    base, revision = pair.base.request_body, pair.revision.request_body
    if base is None or revision is None or base.flag("required") == revision.flag("required"):
        return
    if revision.flag("required"):
        id_, text = "request-body-became-required", "The body is now required: requests without one are refused"
    else:
        id_, text = "request-body-became-optional", "The body is no longer required"
    yield pair.change(id_, text, place=Direction.REQUEST, base=base, revision=revision, field="required")


def media_types(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report media types that the body may newly, or no longer, have."""
    base, revision = pair.base.request_body, pair.revision.request_body
    if base is not None and revision is not None:
        yield from types_sent(pair, base, revision)


def types_sent(pair: OperationPair, base: DocumentNode, revision: DocumentNode) -> Iterator[Change]:
    """Report the media types of what the document's user sends: a request, or the reply to a webhook."""
    pairs = media_type_pairs(content(base), content(revision))
    # A name that holds the old one still takes what callers send; one that does not is another type.
    changed = [(old, new) for old, new in pairs.both if not takes(new.name, old.name)]
    for old in [*pairs.removed, *(old for old, _ in changed)]:
        text = f"Bodies of type `{old.name}` are no longer accepted"
        yield pair.change("request-body-media-type-removed", text, place=Direction.REQUEST, base=old.node)
    for new in [*pairs.added, *(new for _, new in changed)]:
        text = f"Bodies may now also be of type `{new.name}`"
        yield pair.change("request-body-media-type-added", text, place=Direction.REQUEST, revision=new.node)
    for left, right in pairs.both:
        yield from _schema_existence(pair, left.node, right.node, right.name)


def _schema_existence(pair: OperationPair, base: DocumentNode, revision: DocumentNode, name: str) -> Iterator[Change]:
    before, after = base.get("schema"), revision.get("schema")
    if before is None and after is not None and after.value not in ANY_SCHEMA:
        text = f"The `{name}` body, until now anything, must now fit a schema"
        yield pair.change(
            "request-body-media-type-schema-added", text, place=Direction.REQUEST, base=base, revision=after
        )
    elif before is not None and after is None and before.value not in ANY_SCHEMA:
        text = f"The `{name}` body may now be anything: its schema was removed"
        yield pair.change(
            "request-body-media-type-schema-removed", text, place=Direction.REQUEST, base=before, revision=revision
        )


OPERATION_RULES: tuple[OperationRule, ...] = (presence, required, media_types)
