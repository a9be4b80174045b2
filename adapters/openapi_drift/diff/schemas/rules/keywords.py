"""Rules: the keywords that OpenAPI 3.1 brought from JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openapi_drift.diff.schemas.pair import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.change import SchemaChange
    from openapi_drift.diff.schemas.pair import SchemaPair

_PRESENCE = {
    "if": "if",
    "then": "then",
    "else": "else",
    "contains": "contains",
    "propertyNames": "property-names",
    "unevaluatedItems": "unevaluated-items",
    "unevaluatedProperties": "unevaluated-properties",
    "contentSchema": "content-schema",
}
_ENTRIES = {"patternProperties": "pattern-property", "dependentSchemas": "dependent-schema"}
_CONTENT = {"contentMediaType": "content-media-type", "contentEncoding": "content-encoding"}


def presence(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report conditions that came or went; `true` is no condition."""
    for key, word in _PRESENCE.items():
        before, after = (schema.value.get(key, True) is not True for schema in (pair.base, pair.revision))
        if before != after:
            event = "added" if after else "removed"
            yield from pair.report(f"{word}-{event}", f"has `{key}` {event}: {_meaning(pair, after)}", key)


def entries(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report entries of patternProperties and dependentSchemas that came or went."""
    for key, word in _ENTRIES.items():
        old, new = pair.base.schemas(key).keys(), pair.revision.schemas(key).keys()
        for event, names in (("added", new - old), ("removed", old - new)):
            for name in names:
                says = f"has `{name}` {event} in `{key}`: {_meaning(pair, event == 'added')}"
                yield from pair.report(f"{word}-{event}", says, key)


def prefix_items(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report places of a tuple that came or went."""
    old, new = (len(schema.alternatives("prefixItems")) for schema in (pair.base, pair.revision))
    if old != new:
        event = "added" if new > old else "removed"
        yield from pair.report(
            f"prefix-items-{event}", f"describes {new} leading items instead of {old}", "prefixItems"
        )


def dependent_required(pair: SchemaPair) -> Iterator[SchemaChange]:
    """Report properties that others make required."""
    old, new = (_required_by(schema.value.get("dependentRequired")) for schema in (pair.base, pair.revision))
    changed = {name for name in old.keys() & new.keys() if old[name] != new[name]}
    for event, names in (
        ("added", new.keys() - old.keys()),
        ("removed", old.keys() - new.keys()),
        ("changed", changed),
    ):
        for name in names:
            needs = new.get(name) or old.get(name) or frozenset()
            says = f"has `{name}` {event} in `dependentRequired` (it asks for {listed(needs) or 'nothing'})"
            yield from pair.report(f"dependent-required-{event}", says, "dependentRequired")


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


def _meaning(pair: SchemaPair, added: bool) -> str:
    if pair.scope.request:
        return "values that were valid may be refused" if added else "more values are accepted"
    return "fewer values can come" if added else "values may come that could not before"


RULES = (presence, entries, prefix_items, dependent_required, content)
