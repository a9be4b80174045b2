"""Rules: the statuses of responses and their media types. What the bodies may hold: `..schemas.bodies`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.change import Direction, Level
from openapi_drift.diff.document import ANY_SCHEMA, content
from openapi_drift.diff.rules.media_types import holds, same_parameters, takes
from openapi_drift.diff.rules.pairs import Named, media_type_pairs, response_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import Change
    from openapi_drift.diff.document import DocumentNode
    from openapi_drift.diff.pairing import OperationPair
    from openapi_drift.diff.registry import OperationRule
    from openapi_drift.diff.schemas.comparison import SchemaComparison


def statuses(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report statuses that only one side documents."""
    pairs = response_pairs(pair)
    for response in pairs.removed:
        kind = _kind(response.name)
        meaning = "callers that wait for it wait in vain" if kind == "success" else "callers need not expect it"
        text = f"Status {response.name} is no longer answered: {meaning}"
        yield pair.change(f"response-{kind}-status-removed", text, place=Direction.RESPONSE, base=response.node)
    for response in pairs.added:
        text = f"Status {response.name} may now be answered"
        yield pair.change(
            f"response-{_kind(response.name)}-status-added", text, place=Direction.RESPONSE, revision=response.node
        )


def _kind(status: str) -> str:
    return "success" if status.startswith("2") else "non-success"


def media_types(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report media types that a response may newly, or no longer, have."""
    for base, revision in response_pairs(pair).both:
        yield from types_read(pair, f"The {revision.name} response", base.node, revision.node)


def types_read(pair: OperationPair, name: str, base: DocumentNode, revision: DocumentNode) -> Iterator[Change]:
    """Report the media types of what the document's user reads: a response, or a webhook's request."""
    pairs = media_type_pairs(content(base), content(revision))
    for old in pairs.removed:
        text = f"{name} no longer comes as `{old.name}`: callers that accept only that get nothing"
        yield pair.change("response-media-type-removed", text, place=Direction.RESPONSE, base=old.node)
    for new in pairs.added:
        text = f"{name} may now also come as `{new.name}`"
        yield pair.change("response-media-type-added", text, place=Direction.RESPONSE, revision=new.node)
    for old, new in pairs.both:
        yield from _name(pair, name, old, new)
        yield from _schema_existence(pair, name, old, new)


def _name(pair: OperationPair, name: str, old: Named, new: Named) -> Iterator[Change]:
    level = None
    if holds(old.name, new.name) and holds(new.name, old.name):
        if same_parameters(old.name, new.name):
            return
        id_, meaning = "response-media-type-name-changed", "the parameters of the type differ"
    elif not same_parameters(old.name, new.name):
        id_, meaning = "response-media-type-name-changed", "type and parameters differ"
    elif takes(old.name, new.name):
        id_, meaning = "response-media-type-name-specialized", "a special case of it"
    elif holds(old.name, new.name):
        id_, level = "response-media-type-name-specialized", Level.BREAKING
        meaning = "a special case of it, but callers that accept only the old type get nothing"
    else:
        id_, meaning = "response-media-type-name-generalized", "which callers may not be able to read"
    text = f"{name} comes as `{new.name}` instead of `{old.name}`: {meaning}"
    yield pair.change(id_, text, place=Direction.RESPONSE, base=old.node, revision=new.node, level=level)


def _schema_existence(pair: OperationPair, name: str, old: Named, new: Named) -> Iterator[Change]:
    before, after = old.node.get("schema"), new.node.get("schema")
    if before is None and after is not None and after.value not in ANY_SCHEMA:
        text = f"{name} (`{new.name}`) now has a schema: callers may rely on it"
        yield pair.change(
            "response-body-media-type-schema-added", text, place=Direction.RESPONSE, base=old.node, revision=after
        )
    elif before is not None and after is None and before.value not in ANY_SCHEMA:
        text = f"{name} (`{new.name}`) has no schema any more: it may hold anything"
        yield pair.change(
            "response-body-media-type-schema-removed", text, place=Direction.RESPONSE, base=before, revision=new.node
        )


OPERATION_RULES: tuple[OperationRule, ...] = (statuses, media_types)
