"""Telling whether two schemas say the same: alternatives belong together by what they mean, not where they stand.

A fingerprint looks some levels deep and no further (schemas may be cyclic). That is enough: it only proposes which
alternatives belong together, and what belongs together is compared in full.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.schemas.keywords import LIMITS, LISTS, MAPS, SINGLE
from openapi_drift.diff.values import frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.schemas.model import Schema

_WORDS = ("format", "pattern", "contentMediaType", "contentEncoding")
_NOTES = ("default", "deprecated", "discriminator", "dependentRequired")
"""What a rule reports although it says little or nothing of which values are valid; so are all extensions."""


_LEVELS = 8
"""How deep to look."""


@dataclass(frozen=True, slots=True, eq=False)
class _Looked:
    """What was seen at a schema: its own facts, its notes, and the schemas directly below by keyword and name."""

    own: int
    notes: int
    lists: list[tuple[str, list[Schema]]]
    named: list[tuple[str, str, Schema]]


class Fingerprints:
    """Fingerprints, each found once."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, bool, int], int] = {}
        self._looked: dict[object, _Looked] = {}

    def of(self, schema: Schema) -> int:
        """Return a number that is the same for schemas that say the same (as far as it looks)."""
        return self._of(schema, False, _LEVELS)

    def with_notes(self, schema: Schema) -> int:
        """Return the same for schemas that have the same notes, too."""
        return self._of(schema, True, _LEVELS)

    def _of(self, schema: Schema, notes: bool, levels: int) -> int:
        if not levels:
            return 0
        key = (schema.identity, notes, levels)
        if key not in self._known:
            self._known[key] = hash(frozenset(self._facts(schema, notes, levels)))
        return self._known[key]

    def _facts(self, schema: Schema, notes: bool, levels: int) -> Iterator[tuple[Any, ...]]:
        if schema.identity not in self._looked:
            self._looked[schema.identity] = _look(schema)
        looked = self._looked[schema.identity]
        yield "own", looked.own, looked.notes if notes else 0
        for key, alternatives in looked.lists:
            yield key, tuple(sorted(self._of(child, notes, levels - 1) for child in alternatives))
        for key, name, child in looked.named:
            yield key, name, self._of(child, notes, levels - 1)


def _look(schema: Schema) -> _Looked:
    named = [(key, name, child) for key in MAPS if key in schema.value for name, child in schema.schemas(key).items()]
    for key in SINGLE:
        child = schema.schema(key) if key in schema.value else None
        if child is not None and child.value:
            named.append((key, "", child))
    notes = ((key, frozen(note)) for key, note in schema.value.items() if key in _NOTES or key.startswith("x-"))
    lists = [(key, found) for key in LISTS if (found := schema.alternatives(key))]
    return _Looked(hash(frozenset(_own_facts(schema))), hash(frozenset(notes)), lists, named)


def _own_facts(schema: Schema) -> Iterator[tuple[Any, ...]]:
    yield "types", schema.types, schema.nullable
    for word in _WORDS:
        if schema.text(word):
            yield word, schema.text(word)
    for limit in LIMITS:
        value = schema.limit(limit)
        if value is not None:
            yield limit, value
    if schema.values is not None:
        yield "enum", frozenset(frozen(value) for value in schema.values if value is not None)
    yield "required", schema.required
    for flag in ("uniqueItems", "readOnly", "writeOnly"):
        if schema.flag(flag):
            yield (flag,)
