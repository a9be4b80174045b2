"""Two schemas beside each other, as the rules see them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.change import Level, SchemaChange, Side
from openapi_drift.diff.levels import levels
from openapi_drift.diff.schemas.context import SchemaRole
from openapi_drift.diff.schemas.matching import Matched, match
from openapi_drift.diff.schemas.shapes import same_types, type_lists, wrapped
from openapi_drift.diff.schemas.subjects import subject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.schemas.context import SchemaScope
    from openapi_drift.diff.schemas.fingerprint import Fingerprints
    from openapi_drift.diff.schemas.model import Schema
    from openapi_drift.diff.schemas.values import Texts

_ONE_SIDED = {SchemaRole.REQUEST_BODY: ("readOnly", "read-only"), SchemaRole.RESPONSE_BODY: ("writeOnly", "write-only")}
"""Flags of what does not travel in this direction, and their word in ids."""

_FACTS = {"enum": "values", "const": "values", "nullable": "null"}
"""By keyword: the fact that it is part of (see `differences`)."""


@dataclass(eq=False)
class SchemaPair:
    """A schema of the base and the one that took its place."""

    base: Schema
    revision: Schema
    scope: SchemaScope
    fingerprints: Fingerprints
    texts: Texts
    explained: set[str] = field(default_factory=set)
    """The facts (see `differences`) that the changes reported so far tell of."""

    @cached_property
    def same_text(self) -> bool:
        """Whether both say the same to the letter; what they refer to may differ."""
        old, new = ([self.texts.of(part.value) for part in schema.parts] for schema in (self.base, self.revision))
        apart = self.base.form.beside or self.revision.form.beside
        return old == new and self.base.nullable == self.revision.nullable and not apart

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
    def same_types(self) -> bool:
        """Whether both allow the same types and say so in different ways."""
        return same_types(self.base, self.revision)

    @cached_property
    def wrapped(self) -> frozenset[str]:
        """The properties that moved into the alternatives of a new oneOf."""
        return wrapped(self.base, self.revision)

    @cached_property
    def one_way(self) -> bool:
        """Whether this is a property that does not travel in this direction: read-only in a request, for instance."""
        flag, _ = _ONE_SIDED.get(self.scope.kind, ("", ""))
        return bool(flag and self.scope.nested and self.revision.flag(flag))

    @property
    def subject(self) -> str:
        """What people call the place, as the first words of a sentence."""
        return subject(self.revision.pointer, self.scope)

    def report(
        self, suffix: str, says: str, key: str = "", explains: tuple[str, ...] | None = None
    ) -> Iterator[SchemaChange]:
        """Yield the change with this scope's id, if there is such an id; ``key``: the keyword that it is about.

        ``explains`` are the facts (see `differences`) that the sentence tells of, if not the keyword alone. What does
        not travel in this direction (a read-only property in a request) cannot break it.
        """
        id_ = f"{self.scope.prefix}-{suffix}"
        if self.scope.kind is SchemaRole.PARAMETER and id_ not in levels():
            # What holds for a part of a parameter holds for the parameter.
            id_ = f"{self.scope.kind.value}-{suffix}"
        if self.one_way:
            _, word = _ONE_SIDED[self.scope.kind]
            special = id_.replace("-property-", f"-{word}-property-", 1)
            if special in levels():
                id_ = special
            elif levels().get(id_) is not Level.INFO:
                return
        yield from self.named(id_, says, key, explains)

    def named(
        self, id_: str, says: str, key: str = "", explains: tuple[str, ...] | None = None
    ) -> Iterator[SchemaChange]:
        """Yield the change with this id, if there is such an id."""
        level = self._level(id_)
        if level is not None:
            self.explained.update((_FACTS.get(key, key),) if explains is None else explains)
            yield SchemaChange(id_, level, f"{self.subject} {says}", side(self.base, key), side(self.revision, key))

    def _level(self, id_: str) -> Level | None:
        """Return an id's level, if there is such an id; nobody can tell what a change below a `not` or `if` means."""
        level = levels().get(id_)
        return Level.WARNING if level and self.scope.turned else level

    def of_property(
        self, id_: str, name: str, says: str, base: Schema | None, revision: Schema | None
    ) -> Iterator[SchemaChange]:
        """Yield a change about a property of these schemas."""
        level = self._level(id_)
        if level is not None:
            self.explained.update((f"properties/{name}", f"required/{name}"))
            parent = self.revision if revision is not None else self.base
            text = f"{subject(parent.pointer, self.scope.below(), name)} {says}"
            yield SchemaChange(
                id_,
                level,
                text,
                _place(self.base, self.base.place_of_property(name)) if base is not None else None,
                _place(self.revision, self.revision.place_of_property(name)) if revision is not None else None,
            )


def side(schema: Schema, key: str = "") -> Side:
    """Return the place of a schema, or of a keyword in it where it is written there."""
    return _place(schema, schema.place(key) if key else schema.pointer)


def _place(schema: Schema, pointer: str) -> Side:
    return Side(pointer, schema.document.position(pointer))


def shown(value: Any) -> str:
    """Return a value as people read it: JSON, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"


def listed(words: list[str] | frozenset[str]) -> str:
    """Return words as a list in a sentence."""
    ordered = sorted(words)
    return " or ".join(ordered) if len(ordered) < 3 else f"{', '.join(ordered[:-1])} or {ordered[-1]}"
