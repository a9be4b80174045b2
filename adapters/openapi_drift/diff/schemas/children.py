"""Which schemas inside two schemas belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openapi_drift.diff.schemas.keywords import LISTS, MAPS, SINGLE
from openapi_drift.diff.schemas.model import schema_at
from openapi_drift.diff.schemas.openness import GRADED, Openness, openness
from openapi_drift.documents.pointers import join

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openapi_drift.diff.schemas.context import SchemaScope
    from openapi_drift.diff.schemas.model import Schema
    from openapi_drift.diff.schemas.pair import SchemaPair

    Child = tuple[SchemaScope, Schema, Schema]

_SINGLE, _LISTS, _MAPS = frozenset(SINGLE), frozenset(LISTS), frozenset(MAPS)
_KEYWORDS = _SINGLE | _LISTS | _MAPS
_COMBINING = frozenset({"$ref", "allOf", "anyOf", "oneOf"})


def children(pair: SchemaPair) -> Iterator[Child]:
    """Yield the schemas inside that both sides have. One that only one side has is its keyword's rule's affair."""
    return _referred(pair) if pair.same_text and len(pair.base.parts) == 1 else _inside(pair)


def _referred(pair: SchemaPair) -> Iterator[Child]:
    """Yield what the references inside lead to: where both sides say the same, nothing else can differ."""
    old, new = pair.base.parts[0], pair.revision.parts[0]
    work: list[tuple[dict[str, Any], dict[str, Any], tuple[str, ...], SchemaScope | None]] = [
        (old.value, new.value, (), None)
    ]
    while work:
        base, revision, place, above = work.pop()
        for step, value, other in _parts(base, revision):
            path = place + step
            unsent = pair.scope.unsent
            scope = pair.below(step[0]) if above is None else above.below(step[0], travels=not revision.get(unsent))
            if not _COMBINING.isdisjoint(value):
                base_child = schema_at(old.document, [(value, join(old.pointer, *path))])
                revision_child = schema_at(new.document, [(other, join(new.pointer, *path))])
                yield from _single(scope, base_child, revision_child)
            elif not _KEYWORDS.isdisjoint(value):
                work.append((value, other, path, scope))


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
    """Yield all schemas inside; where both sides say the same, those only that have references in them."""
    base, revision = pair.base, pair.revision
    for key in ("allOf", "anyOf", "oneOf"):
        if not pair.type_lists:
            yield from _with(pair.below(key), pair.matched(key).both)
    if "prefixItems" in base.value and "prefixItems" in revision.value:
        places = zip(base.alternatives("prefixItems"), revision.alternatives("prefixItems"), strict=False)
        yield from _with(pair.below("prefixItems"), places)
    same = pair.same_text
    for key in MAPS:
        if key in base.value and key in revision.value:
            sides = (schema.schemas(key, referring=same) for schema in (base, revision))
            yield from _with(pair.below(key), _named(*sides))
    for key in SINGLE:
        if not (key in base.value and key in revision.value) or (same and not base.refers(key)):
            continue
        if _is_compared(pair, key):
            yield from _single(pair.below(key), base.schema(key), revision.schema(key))


def _is_compared(pair: SchemaPair, key: str) -> bool:
    """Whether both sides have a schema there; that one opens or closes is told by a rule about the keyword."""
    return key not in GRADED or openness(pair.base, key) is openness(pair.revision, key) is Openness.SCHEMA


def _named(base: dict[str, Schema], revision: dict[str, Schema]) -> Iterator[tuple[Schema, Schema]]:
    for name, schema in base.items():
        if name in revision:
            yield schema, revision[name]


def _with(scope: SchemaScope, pairs: Iterable[tuple[Schema, Schema]]) -> Iterator[Child]:
    return ((scope, base, revision) for base, revision in pairs)


def _single(scope: SchemaScope, base: Schema | None, revision: Schema | None) -> Iterator[Child]:
    if base is not None and revision is not None:
        yield scope, base, revision
