"""Which schemas inside two schemas belong together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.schemas.keywords import COMBINING, LISTS, MAPS, SINGLE
from openapi_drift.diff.schemas.model import schema_at
from openapi_drift.diff.schemas.normal_form import LEADING
from openapi_drift.diff.schemas.openness import GRADED, Openness, openness
from openapi_drift.documents.pointers import join

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from openapi_drift.diff.schemas.context import SchemaScope
    from openapi_drift.diff.schemas.model import Schema
    from openapi_drift.diff.schemas.pair import SchemaPair

_SINGLE, _LISTS, _MAPS = frozenset(SINGLE), frozenset(LISTS), frozenset(MAPS)
_KEYWORDS = _SINGLE | _LISTS | _MAPS


@dataclass(frozen=True, slots=True)
class KeywordStep:
    """A keyword on the way down to a schema; ``unsent``: the flags of the schema above it, but for the first step."""

    keyword: str
    unsent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class SchemaChild:
    """Two schemas that belong together, and the way down to them."""

    steps: tuple[KeywordStep, ...]
    base: Schema
    revision: Schema

    def scope(self, above: SchemaPair) -> SchemaScope:
        """Return the scope of the schemas in a pair of schemas that they are in."""
        first, *further = self.steps
        scope = above.below(first.keyword)
        for step in further:
            scope = scope.below(step.keyword, travels=scope.unsent not in step.unsent)
        return scope


def children(pair: SchemaPair) -> Iterator[SchemaChild]:
    """Yield the schemas inside that both sides have. One that only one side has is its keyword's rule's affair."""
    return _referred(pair) if pair.same_text and len(pair.base.parts) == 1 else _inside(pair)


def _referred(pair: SchemaPair) -> Iterator[SchemaChild]:
    """Yield what the references inside lead to: where both sides say the same, nothing else can differ."""
    old, new = pair.base.parts[0], pair.revision.parts[0]
    work: list[tuple[dict[str, Any], dict[str, Any], tuple[str, ...], tuple[KeywordStep, ...]]] = [
        (old.value, new.value, (), ())
    ]
    while work:
        base, revision, place, above = work.pop()
        unsent = frozenset(flag for flag in ("readOnly", "writeOnly") if above and revision.get(flag))
        for step, value, other in _parts(base, revision):
            if not pair.references.inside(value):
                continue
            path, steps = place + step, (*above, KeywordStep(step[0], unsent))
            if not LEADING.isdisjoint(value) or _turned(pair, value, other):
                base_child = schema_at(old.document, [(value, join(old.pointer, *path))])
                revision_child = schema_at(new.document, [(other, join(new.pointer, *path))])
                yield from _single(steps, base_child, revision_child)
            elif not _KEYWORDS.isdisjoint(value):
                work.append((value, other, path, steps))


def _turned(pair: SchemaPair, base: dict[str, Any], revision: dict[str, Any]) -> bool:
    """Whether a property is, by what it refers to, read-only or write-only on one side: its object's affair."""
    properties = base.get("properties")
    for name, value in properties.items() if isinstance(properties, dict) else ():
        if isinstance(value, dict) and not LEADING.isdisjoint(value) and pair.references.inside(value):
            sides = (pair.base.document, value), (pair.revision.document, revision["properties"][name])
            schemas = [schema for document, side in sides if (schema := schema_at(document, [(side, "")]))]
            if any(len({schema.flag(flag) for schema in schemas}) > 1 for flag in ("readOnly", "writeOnly")):
                return True
    return False


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


def _inside(pair: SchemaPair) -> Iterator[SchemaChild]:
    """Yield all schemas inside; where both sides say the same, those only that can differ."""
    base, revision = pair.base, pair.revision
    for key in COMBINING:
        if not pair.type_lists:
            yield from _with(key, pair.matched(key).both)
    yield from _with("prefixItems", _leading_items(base, revision))
    wanted = pair.references.inside if pair.same_text else None
    for key in MAPS:
        if key in base.value and key in revision.value:
            old, new = base.schemas(key, wanted), revision.schemas(key, wanted)
            yield from _with(key, ((old[name], new[name]) for name in old if name in new))
    for key in SINGLE:
        if key in base.value and key in revision.value and _is_compared(pair, key):
            yield from _single((KeywordStep(key),), base.schema(key), revision.schema(key))


def _leading_items(base: Schema, revision: Schema) -> Iterator[tuple[Schema, Schema]]:
    """Yield the schemas of each leading item; where one side does not list it, `items` is its schema there."""
    old, new = (schema.alternatives("prefixItems") for schema in (base, revision))
    yield from zip(old, new, strict=False)
    longer, shorter = (old, revision) if len(old) > len(new) else (new, base)
    further = shorter.schema("items")
    if len(old) != len(new) and further is not None and openness(shorter, "items") is Openness.SCHEMA:
        for schema in longer[min(len(old), len(new)) :]:
            yield (schema, further) if longer is old else (further, schema)


def _is_compared(pair: SchemaPair, key: str) -> bool:
    """Whether both sides have a schema there; that one opens or closes is told by a rule about the keyword."""
    return key not in GRADED or openness(pair.base, key) is openness(pair.revision, key) is Openness.SCHEMA


def _with(key: str, pairs: Iterable[tuple[Schema, Schema]]) -> Iterator[SchemaChild]:
    return (SchemaChild((KeywordStep(key),), base, revision) for base, revision in pairs)


def _single(steps: tuple[KeywordStep, ...], base: Schema | None, revision: Schema | None) -> Iterator[SchemaChild]:
    if base is not None and revision is not None:
        yield SchemaChild(steps, base, revision)
