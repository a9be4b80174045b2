"""Which schemas inside two schemas belong together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.schemas.keywords import LISTS, MAPS, SINGLE
from openapi_drift.diff.schemas.model import Schema, schema_at
from openapi_drift.documents.pointers import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.schemas.pair import SchemaPair

_SINGLE, _LISTS, _MAPS = frozenset(SINGLE), frozenset(LISTS), frozenset(MAPS)
_KEYWORDS = _SINGLE | _LISTS | _MAPS
_COMBINING = frozenset({"$ref", "allOf", "anyOf", "oneOf"})
_TURNED = frozenset({"not", "if"})
"""What is refused below them is accepted above, or decides what is."""

_OPEN = frozenset({"additionalProperties", "unevaluatedProperties", "unevaluatedItems"})
"""Here a schema that came or went is a rule's affair: open, closed and described are three things."""


@dataclass(frozen=True, slots=True, eq=False)
class Child:
    """Two schemas that belong together; ``turned``: below a `not` or an `if`."""

    base: Schema
    revision: Schema
    turned: bool = False


def children(pair: SchemaPair) -> Iterator[Child]:
    """Yield the schemas inside that both sides have. One that only one side has is its keyword's rule's affair."""
    return _referred(pair) if pair.same_text and len(pair.base.parts) == 1 else _inside(pair)


def _referred(pair: SchemaPair) -> Iterator[Child]:
    """Yield what the references inside lead to: where both sides say the same, nothing else can differ."""
    old, new = pair.base.parts[0], pair.revision.parts[0]
    work: list[tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]] = [(old.value, new.value, ())]
    while work:
        base, revision, place = work.pop()
        for step, value, other in _parts(base, revision):
            path = place + step
            if not _COMBINING.isdisjoint(value):
                yield from _child(
                    schema_at(old.document, [(value, join(old.pointer, *path))]),
                    schema_at(new.document, [(other, join(new.pointer, *path))]),
                    not _TURNED.isdisjoint(path),  # a property of that name, too: its changes are warnings then
                )
            elif not _KEYWORDS.isdisjoint(value):
                work.append((value, other, path))


def _parts(base: dict[str, Any], revision: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Yield the schemas directly inside two equal schemas, with the path to them."""
    for key, value in base.items():
        if key in _SINGLE:
            entries: Any = [((key,), value, revision[key])]
        elif key in _LISTS and isinstance(value, list):
            entries = [((key, str(index)), item, revision[key][index]) for index, item in enumerate(value)]
        elif key in _MAPS and isinstance(value, dict):
            entries = [((key, name), item, revision[key][name]) for name, item in value.items()]
        else:
            continue
        yield from (entry for entry in entries if isinstance(entry[1], dict))


def _inside(pair: SchemaPair) -> Iterator[Child]:
    base, revision = pair.base, pair.revision
    for key in ("allOf", "anyOf", "oneOf"):
        if not pair.type_lists:
            yield from (Child(*both) for both in pair.matched(key).both)
    if "prefixItems" in base.value and "prefixItems" in revision.value:
        both = zip(base.alternatives("prefixItems"), revision.alternatives("prefixItems"), strict=False)
        yield from (Child(*schemas) for schemas in both)
    for key in MAPS:
        if key in base.value and key in revision.value:
            yield from _named(base.schemas(key), revision.schemas(key))
    for key in SINGLE:
        if key in base.value and key in revision.value:
            old, new = base.schema(key), revision.schema(key)
            if key not in _OPEN or all(schema and schema.kind == "schema" for schema in (old, new)):
                yield from _child(old, new, key in _TURNED)


def _named(base: dict[str, Schema], revision: dict[str, Schema]) -> Iterator[Child]:
    for name, schema in base.items():
        if name in revision:
            yield Child(schema, revision[name])


def _child(base: Schema | None, revision: Schema | None, turned: bool) -> Iterator[Child]:
    if base is not None and revision is not None:
        yield Child(base, revision, turned)
