"""Rules: how a value is written on the wire: `style`, `explode`, reserved characters, `schema` or `content`.

They hold for parameters, headers, and the parts of a body (`encoding`). Defaults count as if they were written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openapi_drift.diff.change import Level
from openapi_drift.diff.defaults import explode, explode_matters, style
from openapi_drift.diff.document import content
from openapi_drift.diff.rules.media_types import holds
from openapi_drift.diff.rules.pairs import described, header_pairs, parameter_pairs, response_pairs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import Change, Direction
    from openapi_drift.diff.document import DocumentNode
    from openapi_drift.diff.pairing import OperationPair
    from openapi_drift.diff.registry import OperationRule
    from openapi_drift.diff.schemas.comparison import SchemaComparison


@dataclass(frozen=True, slots=True)
class WrittenValue:
    """A value on both sides: ``prefix`` begins the ids of its changes, ``name`` their sentences."""

    pair: OperationPair
    prefix: str
    name: str
    place: Direction
    base: DocumentNode
    revision: DocumentNode

    def change(self, suffix: str, text: str, field: str, level: Level | None = None) -> Change:
        """Return a change of one of its fields."""
        return self.pair.change(
            f"{self.prefix}-{suffix}",
            f"{self.name} {text}",
            place=self.place,
            base=self.base,
            revision=self.revision,
            field=field,
            level=level,
        )


def parameters(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report parameters that are written in another way."""
    prefix = "webhook-parameter" if pair.incoming else "request-parameter"
    for base, revision in parameter_pairs(pair).both:
        value = WrittenValue(pair, prefix, described(revision.node), pair.asks, base.node, revision.node)
        yield from _form(value, base.place)


def headers(pair: OperationPair, schemas: SchemaComparison) -> Iterator[Change]:
    """Report headers of responses that are written in another way."""
    prefix = "webhook-reply-header" if pair.incoming else "response-header"
    for base, revision in response_pairs(pair).both:
        for old, new in header_pairs(base.node, revision.node).both:
            name = f"The header `{new.name}` of the {revision.name} response"
            yield from _form(WrittenValue(pair, prefix, name, pair.answers, old.node, new.node), "header")


def _form(value: WrittenValue, place: str) -> Iterator[Change]:
    old, new = content(value.base), content(value.revision)
    if bool(old) != bool(new) and (value.base.get("schema") or value.revision.get("schema")):
        was, is_ = (", ".join(f"`{name}`" for name in names) or "plain text" for names in (old, new))
        text = f"is now written as {is_} instead of {was}: the same value is other bytes"
        yield value.pair.change(
            f"{value.prefix}-content-changed",
            f"{value.name} {text}",
            place=value.place,
            base=next(iter(old.values()), value.base.get("schema")) or value.base,
            revision=next(iter(new.values()), value.revision.get("schema")) or value.revision,
        )
    elif old and new:
        yield from _media_type(value, next(iter(old)), next(iter(new)))
    else:
        yield from style_and_explode(value, place)
    if value.prefix == "request-parameter":
        yield from reserved_characters(value)
        yield from _empty_value(value)


def _media_type(value: WrittenValue, old: str, new: str) -> Iterator[Change]:
    if holds(new, old) and holds(old, new):
        return
    yield value.pair.change(
        f"{value.prefix}-media-type-changed",
        f"{value.name} is now of type `{new}` instead of `{old}`: the same value is other bytes",
        place=value.place,
        base=content(value.base)[old],
        revision=content(value.revision)[new],
    )


def style_and_explode(value: WrittenValue, place: str) -> Iterator[Change]:
    """Report another style, or lists and objects that are written otherwise."""
    old, new = style(value.base, place), style(value.revision, place)
    if old != new:
        text = f"is now written in the style `{new}` instead of `{old}`: the same value is other bytes"
        yield value.change("style-changed", text, "style")
    before, after = explode(value.base, place), explode(value.revision, place)
    written = any(isinstance(node.plain("explode"), bool) for node in (value.base, value.revision))
    if before == after or not (old == new or written):
        return
    if explode_matters(value.base, new) or explode_matters(value.revision, new):
        now = "each item by itself" if after else "all items as one value"
        text = f"is now written with {now} (`explode`), if it is a list or an object: the same value is other bytes"
        yield value.change("explode-changed", text, "explode")
    else:
        text = "says `explode` otherwise, which means nothing for what it holds"
        yield value.change("explode-changed", text, "explode", Level.INFO)


def reserved_characters(value: WrittenValue) -> Iterator[Change]:
    """Report reserved characters that may newly, or no longer, be sent as they are."""
    now = value.revision.flag("allowReserved")
    if value.base.flag("allowReserved") != now:
        event, has = ("set", "now has") if now else ("unset", "no longer has")
        text = f"{has} reserved characters as they are: one that has some is other bytes, and may be misread"
        yield value.change(f"allow-reserved-{event}", text, "allowReserved")


def _empty_value(value: WrittenValue) -> Iterator[Change]:
    old, new = value.base.flag("allowEmptyValue"), value.revision.flag("allowEmptyValue")
    if old and not new:
        text = "may no longer be sent without a value: requests that do so are refused"
        yield value.change("allow-empty-value-unset", text, "allowEmptyValue")
    elif new and not old:
        yield value.change("allow-empty-value-set", "may now be sent without a value", "allowEmptyValue")


OPERATION_RULES: tuple[OperationRule, ...] = (parameters, headers)
