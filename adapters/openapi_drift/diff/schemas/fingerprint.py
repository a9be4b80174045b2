"""Telling whether two schemas say the same: alternatives belong together by what they mean, not where they stand.

A fingerprint looks some levels deep and no further (schemas may be cyclic). That is enough: it only proposes which
alternatives belong together, and what belongs together is compared in full.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.schemas.keywords import LIMITS, LISTS, MAPS, SINGLE
from openapi_drift.diff.schemas.values import ANNOTATIONS, frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.schemas.model import Schema

_ZERO_SAYS_NOTHING = ("minLength", "minItems", "minProperties")
_WORDS = ("format", "pattern", "contentMediaType", "contentEncoding")
_NOTES = ("default", "deprecated", "discriminator", "dependentRequired")
"""What a rule reports although it says little or nothing of which values are valid; so are all extensions."""


@dataclass(frozen=True, slots=True)
class _Reach:
    """How many levels deep to look; ``notes``: at keywords that only annotate, too."""

    levels: int = 12
    notes: bool = True

    def below(self) -> _Reach:
        return _Reach(self.levels - 1, self.notes)


class Fingerprints:
    """Fingerprints, each found once."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, _Reach], int] = {}

    def of(self, schema: Schema) -> int:
        """Return a number that is the same for schemas that say the same (as far as it looks)."""
        return self._of(schema, _Reach(notes=False))

    def with_notes(self, schema: Schema) -> int:
        """Return the same for schemas that have the same notes, too."""
        return self._of(schema, _Reach())

    def _of(self, schema: Schema, reach: _Reach) -> int:
        if not reach.levels:
            return 0
        key = (schema.identity, reach)
        if key not in self._known:
            self._known[key] = hash(frozenset(self._facts(schema, reach)))
        return self._known[key]

    def _facts(self, schema: Schema, reach: _Reach) -> Iterator[tuple[Any, ...]]:
        yield "types", schema.types, schema.nullable
        for word in _WORDS:
            if schema.text(word):
                yield word, schema.text(word)
        for limit in LIMITS:
            value = schema.limit(limit)
            if value or (value == 0 and limit not in _ZERO_SAYS_NOTHING):
                yield limit, value
        if schema.values is not None:
            yield "enum", frozenset(frozen(value) for value in schema.values if value is not None)
        yield "required", schema.required
        for flag in ("uniqueItems", "readOnly", "writeOnly"):
            if schema.flag(flag):
                yield (flag,)
        if reach.notes:
            for key, note in schema.value.items():
                if key in _NOTES or key.startswith("x-"):
                    yield "note", key, frozen(note)
        yield from self._below(schema, reach.below())

    def _below(self, schema: Schema, reach: _Reach) -> Iterator[tuple[Any, ...]]:
        for key in LISTS:
            found = [self._of(child, reach) for child in schema.alternatives(key)]
            if found:
                yield key, tuple(sorted(found))
        for key in MAPS:
            for name, child in schema.schemas(key).items():
                yield key, name, self._of(child, reach)
        for key in SINGLE:
            below = schema.schema(key)
            if below is not None and below.value:
                yield key, self._of(below, reach)


def says_nothing(schema: Schema) -> bool:
    """Return whether a schema only annotates: every value is valid."""
    return all(key in ANNOTATIONS or key.startswith("x-") for key in schema.value)
