"""Rules: keywords with conditions, tuples, and text that holds other content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.change import Level
from openapi_drift.diff.schemas.openness import Openness, openness, says_nothing
from openapi_drift.diff.schemas.pair import listed
from openapi_drift.diff.schemas.rules.meanings import meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.schemas.pair import SchemaPair

_ENTRIES = {"patternProperties": "pattern-property", "dependentSchemas": "dependent-schema"}
_CONTENT = {"contentMediaType": "content-media-type", "contentEncoding": "content-encoding"}
_XML = "xml"


def presence(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report `if`, `not` and `contains` that came or went; what stands in them is compared in its turn."""
    for key in ("if", "not", "contains"):
        before, after = (side.schema(key) is not None for side in (pair.base, pair.revision))
        if before != after:
            event = "added" if after else "removed"
            yield from pair.report(f"{key}-{event}", f"has `{key}` {event}: {meaning(pair, key, after)}", key)


def entries(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report entries of patternProperties and dependentSchemas that came or went."""
    for key, word in _ENTRIES.items():
        old, new = pair.base.schemas(key).keys(), pair.revision.schemas(key).keys()
        # Where properties without a name of their own are refused, another pattern lets more of them in.
        lets_in = key == "patternProperties" and _closed(pair, "additionalProperties")
        for event, names in (("added", new - old), ("removed", old - new)):
            narrowed = (event == "added") != lets_in
            for name in names:
                says = f"has `{name}` {event} in `{key}`: {meaning(pair, key, narrowed)}"
                yield from pair.report(f"{word}-{event}", says, key, _level(pair, narrowed) if lets_in else None)


def prefix_items(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report places of a tuple that came or went: fewer values fit, or more where further items are refused."""
    key = "prefixItems"
    before, after = (schema.alternatives(key) for schema in (pair.base, pair.revision))
    old, new = len(before), len(after)
    if old == new:
        return
    further = openness(pair.base if old < new else pair.revision, "items")
    if further is Openness.SCHEMA:
        level, means = Level.INFO, "the others are compared with `items`"
    elif further is Openness.CLOSED:
        level, means = _level(pair, new < old), meaning(pair, key, new < old)
    elif all(says_nothing(schema) for schema in (*before[new:], *after[old:])):
        level, means = Level.INFO, "the others may be anything"
    else:
        level, means = None, meaning(pair, key, new > old)
    event = "added" if new > old else "removed"
    says = f"describes {new} leading items instead of {old}: {means}"
    yield from pair.report(f"prefix-items-{event}", says, key, level)


def dependent_required(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report properties that others make required."""
    key = "dependentRequired"
    old, new = (_required_by(schema.value.get(key)) for schema in (pair.base, pair.revision))
    for name in old.keys() | new.keys():
        before, after = old.get(name, frozenset()), new.get(name, frozenset())
        if before == after:
            continue
        event = "changed" if before and after else "added" if after else "removed"
        narrowed = bool(after - before) if pair.scope.request else not before - after
        says = (
            f"has `{name}` {event} in `{key}` (it asks for {listed(after or before)}): {meaning(pair, key, narrowed)}"
        )
        level = _level(pair, narrowed) if event == "changed" else None
        yield from pair.report(f"dependent-required-{event}", says, key, level)


def _required_by(value: object) -> dict[str, frozenset[str]]:
    entries = value.items() if isinstance(value, dict) else ()
    return {name: frozenset(map(str, needs)) for name, needs in entries if isinstance(needs, list)}


def content(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report how text holds other content: its media type and encoding."""
    for key, word in _CONTENT.items():
        old, new = pair.base.text(key), pair.revision.text(key)
        if old != new:
            says = f"has `{key}` {new or 'unsaid'} instead of {old or 'unsaid'}"
            yield from pair.report(f"{word}-changed", says, key)


def xml(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report how it is written as XML; only bodies in XML are written so."""
    if pair.base.value.get(_XML) != pair.revision.value.get(_XML):
        says = "elements have other names or places" if pair.scope.xml else "it is not sent as XML here"
        level = None if pair.scope.xml else Level.INFO
        yield from pair.report("xml-changed", f"is written otherwise in XML: {says}", _XML, level)


def _closed(pair: SchemaPair, key: str) -> bool:
    return all(openness(side, key) is Openness.CLOSED for side in (pair.base, pair.revision))


def _level(pair: SchemaPair, narrowed: bool) -> Level:
    """The level of what fits fewer values (``narrowed``), or more."""
    return Level.BREAKING if narrowed == pair.scope.request else Level.INFO


RULES = (presence, entries, prefix_items, dependent_required, content, xml)
