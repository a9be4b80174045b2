"""Rules: `encoding`, which says how each part of a multipart body (or field of a form) is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from openapi_drift.diff.change import Direction, Level
from openapi_drift.diff.defaults import part_type
from openapi_drift.diff.document import content, entries
from openapi_drift.diff.rules.media_types import holds, parse
from openapi_drift.diff.rules.pairs import header_pairs, media_type_pairs, response_pairs
from openapi_drift.diff.rules.serialization import WrittenValue, reserved_characters, style_and_explode
from openapi_drift.diff.schemas.context import SchemaContext, SchemaRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import Change
    from openapi_drift.diff.document import DocumentNode
    from openapi_drift.diff.pairing import OperationPair
    from openapi_drift.diff.registry import OperationRule
    from openapi_drift.diff.rules.pairs import Named
    from openapi_drift.diff.schemas.comparison import SchemaComparison


def requests(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report parts of a request's body that are written in another way."""
    base, revision = pair.base.request_body, pair.revision.request_body
    for old, new in media_type_pairs(content(base), content(revision)).both:
        yield from _encodings(pair, schemas, pair.asks, old, new)


def responses(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report the same of responses."""
    for base, revision in response_pairs(pair).both:
        for old, new in media_type_pairs(content(base.node), content(revision.node)).both:
            yield from _encodings(pair, schemas, pair.answers, old, new)


def _encodings(
    pair: OperationPair, schemas: SchemaComparison, place: Direction, base: Named, revision: Named
) -> Iterator[Change]:
    kind = parse(revision.name)
    counts = kind.type == "multipart" or kind.subtype == "x-www-form-urlencoded"
    prefix = "request-body" if place is Direction.REQUEST else "response-body"
    old, new = entries(base.node, "encoding"), entries(revision.node, "encoding")
    for name in dict.fromkeys([*old, *new]):
        # What has no encoding is written by the defaults: its media type stands in for it.
        left, right = old.get(name, base.node), new.get(name, revision.node)
        text = f"The part `{name}` of the `{revision.name}` body"
        value = WrittenValue(pair, f"{prefix}-encoding", text, place, left, right)
        changes = [*_content_type(value, _part(base, name), _part(revision, name), name in old, name in new)]
        if kind.type != "multipart" or any(node.plain("style") for node in (left, right)):
            changes += [*style_and_explode(value, "query"), *reserved_characters(value)]
        for change in changes:
            yield change if counts else replace(change, level=Level.INFO)  # elsewhere an encoding says nothing
        yield from _headers(pair, schemas, left, right, place)


def _headers(
    pair: OperationPair, schemas: SchemaComparison, base: DocumentNode, revision: DocumentNode, place: Direction
) -> Iterator[Change]:
    role = SchemaRole.PARAMETER if place is Direction.REQUEST else SchemaRole.HEADER
    for before, after in header_pairs(base, revision).both:
        old, new = before.node.get("schema"), after.node.get("schema")
        if old and new:
            yield from schemas.compare(pair, old, new, SchemaContext(role, after.name, "header"))


def _part(media_type: Named, name: str) -> DocumentNode | None:
    schema = media_type.node.get("schema")
    properties = schema.get("properties") if schema else None
    return properties.get(name) if properties else None


def _content_type(
    value: WrittenValue, base: DocumentNode | None, revision: DocumentNode | None, written: bool, now_written: bool
) -> Iterator[Change]:
    old = part_type(value.base if written else None, base)
    new = part_type(value.revision if now_written else None, revision)
    if set(old.split(",")) == set(new.split(",")):
        return
    wider, narrower = (new, old) if value.prefix.startswith("request") else (old, new)
    if all(any(holds(general, special) for general in wider.split(",")) for special in narrower.split(",")):
        text = f"is now of type `{new}`, which goes with `{old}`"
        yield value.change("content-type-compatible", text, "contentType")
    else:
        text = f"is now of type `{new}` instead of `{old}`: what is sent and read today is another type"
        yield value.change("content-type-changed", text, "contentType")


OPERATION_RULES: tuple[OperationRule, ...] = (requests, responses)
