"""Two schemas beside each other, as the rules see them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from openapi_drift.diff.change import Level, SchemaChange, Side
from openapi_drift.diff.levels import LevelPolicy, rated_ids
from openapi_drift.diff.schemas.keywords import ANNOTATIONS, applies_to
from openapi_drift.diff.schemas.matching import Matched, match
from openapi_drift.diff.schemas.shapes import type_lists, wrapped
from openapi_drift.diff.schemas.subjects import subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.schemas.changed_references import ChangedReferences
    from openapi_drift.diff.schemas.context import SchemaScope
    from openapi_drift.diff.schemas.fingerprint import Fingerprints
    from openapi_drift.diff.schemas.model import Schema
    from openapi_drift.diff.values import ValueNumbers

_WORDS = {"readOnly": "read-only", "writeOnly": "write-only"}
"""How ids call what has one of these flags."""

_NEEDED = {"then": "if", "else": "if", "minContains": "contains", "maxContains": "contains"}

_FACTS = {"enum": "values", "const": "values", "nullable": "null"}
"""By keyword: the fact that it is part of (see `differences`)."""


@dataclass(eq=False)
class SchemaPair:
    """A schema of the base and the one that took its place."""

    base: Schema
    revision: Schema
    scope: SchemaScope
    fingerprints: Fingerprints
    texts: ValueNumbers
    references: ChangedReferences
    policy: LevelPolicy = LevelPolicy.DEFAULT
    explained: set[str] = field(default_factory=set)
    """The facts (see `differences`) that the changes reported so far tell of."""

    @cached_property
    def same_text(self) -> bool:
        """Whether both say the same to the letter; what they refer to may differ."""
        old, new = ([self.texts.of(part.value) for part in schema.parts] for schema in (self.base, self.revision))
        apart = self.base.form.beside or self.revision.form.beside
        return old == new and self.base.nullable == self.revision.nullable and not apart

    @property
    def unchanged(self) -> bool:
        """Whether nothing in them differs, whatever their references lead to."""
        if self.policy is LevelPolicy.OASDIFF and any(schema.written_all_of() for schema in (self.base, self.revision)):
            return False
        return self.same_text and not any(self.references.inside(part.value) for part in self.base.parts)

    @cached_property
    def null(self) -> tuple[bool, bool]:
        """Whether each side takes null; where both name it and list values, null must be among these, too.

        But many documents of 3.0 mean that `nullable` adds null to the values: 3.1 says the same by another list.
        """
        old, new = self.base, self.revision
        both = old.nullable and new.nullable and old.document.version == new.document.version
        if both and old.values is not None and new.values is not None:
            return None in old.values, None in new.values
        return old.nullable, new.nullable

    def matched(self, key: str) -> Matched:
        """Match the alternatives of `allOf`, `anyOf` or `oneOf`."""
        if key not in self._matched:
            base, revision = self.base.alternatives(key), self.revision.alternatives(key)
            self._matched[key] = match(base, revision, self.fingerprints)
        return self._matched[key]

    @cached_property
    def _matched(self) -> dict[str, Matched]:
        return {}

    @cached_property
    def type_lists(self) -> tuple[frozenset[str], frozenset[str]] | None:
        """The types of both sides where they are listed by oneOf or anyOf, and differ."""
        return type_lists(self.base, self.revision)

    @cached_property
    def wrapped(self) -> frozenset[str]:
        """The properties that moved into the alternatives of a new oneOf."""
        return wrapped(self.base, self.revision)

    @cached_property
    def travels(self) -> bool:
        """Whether it is sent in this direction: a read-only property of a request is not, nor what is in it."""
        unsent = self.scope.nested and self.scope.unsent
        return self.scope.travels and not (unsent and self.revision.flag(unsent))

    def bears(self, key: str) -> bool:
        """Return whether a keyword bears on a value that both sides' types allow, and has the keyword it needs."""
        return self._fits_types(key) and self.needed_for(key) == ""

    def needed_for(self, key: str) -> str:
        """Return the keyword without which this one says nothing, if neither side has it; else ""."""
        needed = _NEEDED.get(key, "")
        return needed if all(needed not in side.value for side in (self.base, self.revision)) else ""

    def _fits_types(self, key: str) -> bool:
        return all(applies_to(key, side.types) for side in (self.base, self.revision))

    def told_by_type(self, key: str) -> bool:
        """Return whether a keyword came or went with a type, whose change says it all."""
        return not self._fits_types(key) and self.base.types != self.revision.types

    def below(self, key: str) -> SchemaScope:
        """Return the scope of what stands under a keyword."""
        limited = key == "contains" and any("maxContains" in side.value for side in (self.base, self.revision))
        return self.scope.below(key, travels=self.travels, direction_unknown=limited)

    def _judged(self, id_: str, key: str, level: Level | None) -> Level:
        """The level of a change here: the id's, unless ``level`` is given; milder for what bears on nothing."""
        if not self.travels:
            return Level.INFO
        if self.policy is not LevelPolicy.DEFAULT:
            return self.policy.level_of(id_)
        if not self.bears(key):
            return Level.INFO
        if self.scope.direction_unknown and key not in ANNOTATIONS:
            return Level.WARNING
        return level or self.policy.level_of(id_)

    @property
    def subject(self) -> str:
        """What people call the place, as the first words of a sentence."""
        return subject(self.revision.pointer, self.scope)

    def report(
        self,
        suffix: str,
        says: str,
        key: str = "",
        level: Level | None = None,
        *,
        explains: tuple[str, ...] | None = None,
    ) -> Iterator[SchemaChange]:
        """Yield the change with this scope's id, if there is such an id; ``key``: the keyword that it is about.

        ``level`` takes the place of the id's. What does not travel in this direction (a read-only property in a
        request) cannot break it. ``explains`` are the facts (see `differences`) that the sentence tells of, if not
        the keyword alone.
        """
        yield from self.named(self.id_of(suffix), says, key, level, explains=explains)

    def id_of(self, suffix: str) -> str:
        """Return the id of this scope's changes with that end; there may be none."""
        id_ = f"{self.scope.prefix}-{suffix}"
        if not self.scope.body and id_ not in rated_ids():
            # What holds for a part of a parameter or header holds for the whole.
            id_ = f"{self.scope.kind.value}-{suffix}"
        special = id_.replace("-property-", f"-{_WORDS.get(self.scope.unsent, '')}-property-", 1)
        return special if not self.travels and special in rated_ids() else id_

    def named(
        self,
        id_: str,
        says: str,
        key: str = "",
        level: Level | None = None,
        *,
        explains: tuple[str, ...] | None = None,
    ) -> Iterator[SchemaChange]:
        """Yield the change with this id, if there is such an id; ``explains`` as for `report`."""
        if id_ in rated_ids() and not self.told_by_type(key):
            self.explained.update((_FACTS.get(key, key),) if explains is None else explains)
            level = self._judged(id_, key, level)
            yield SchemaChange(id_, level, f"{self.subject} {says}", side(self.base, key), side(self.revision, key))

    def of_property(
        self,
        id_: str,
        name: str,
        says: str,
        base: Schema | None,
        revision: Schema | None,
        *,
        level: Level | None = None,
        sent: bool = True,
    ) -> Iterator[SchemaChange]:
        """Yield a change about a property of these schemas; ``level`` takes the place of the id's.

        ``sent`` is false for a property that does not travel in this direction.
        """
        if id_ in rated_ids():
            self.explained.update((f"properties/{name}", f"required/{name}"))
            parent = self.revision if revision is not None else self.base
            text = f"{subject(parent.pointer, self.scope.below(), name)} {says}"
            yield SchemaChange(
                id_,
                self._judged(id_, "properties", level) if sent else Level.INFO,
                text,
                _place(self.base, self.base.place_of_property(name)) if base is not None else None,
                _place(self.revision, self.revision.place_of_property(name)) if revision is not None else None,
            )


def side(schema: Schema, key: str = "") -> Side:
    """Return the place of a schema, or of a keyword in it where it is written there."""
    return _place(schema, schema.place(key) if key else schema.pointer)


def _place(schema: Schema, pointer: str) -> Side:
    return Side(pointer, schema.document.position(pointer))


def listed(words: list[str] | frozenset[str]) -> str:
    """Return words as a list in a sentence."""
    ordered = sorted(words)
    return " or ".join(ordered) if len(ordered) < 3 else f"{', '.join(ordered[:-1])} or {ordered[-1]}"
