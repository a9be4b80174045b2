"""What an overlay action finds at each place that it would write, in a document newer than it was written for.

A place needs the action, says the result already, or says something else than the old document and the overlay do: then
the vendor's word wins. What is merged into an object is judged key by key; a value that the overlay adds where the old
document had none is judged as a whole, since parts of two descriptions of one thing make none.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.meaningless import is_meaningless
from openapi_drift.documents.overlay_meaning import counterpart, identity, meaning, named_at, same, says
from openapi_drift.documents.overlay_merge import INFERRED
from openapi_drift.documents.pointers import join
from openapi_drift.documents.references import find_reference, reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openapi_drift.documents.document import Document
    from openapi_drift.documents.overlay_targets import Match

ABSENT: Any = object()
"""Stands for what a document does not have."""


class Saying(enum.Enum):
    """What a place of the new document says, as seen from an action."""

    BEFORE = enum.auto()
    """What it said before, or nothing: the action is needed here."""
    RESULT = enum.auto()
    """What the action would make of it."""
    OTHER = enum.auto()
    """Something else: the vendor's word wins."""


@dataclass(frozen=True)
class Judged:
    """One place. ``annotation``: it means nothing to callers. ``kept``: the action may not write here."""

    pointer: str
    saying: Saying
    theirs: Any = ABSENT
    annotation: bool = False
    kept: bool = False


@dataclass
class Judge:
    """Judges places of ``document``, the new one with earlier actions applied.

    ``result`` is the new document with the whole overlay applied. ``old_known``: there is an old document to compare
    with. ``yielding``: what is only inferred adds and overwrites nothing.
    """

    document: Document
    result: Document
    old_known: bool
    yielding: bool
    _vendors: dict[int, Any] = field(default_factory=dict)
    """Items of lists that stay the vendor's, by id; they are held here, so that ids stay theirs."""
    _vendors_keys: dict[tuple[int, str | int], Any] = field(default_factory=dict)

    def update(self, action: dict[str, Any], match: Match, olds: Sequence[Any]) -> list[Judged]:
        """Judge all places of one match that an update writes. ``olds``: what the old document has in its place."""
        another_kind = olds and not any(isinstance(match.value, type(old)) for old in olds)
        if another_kind or self._is_vendors(match):
            return [self._other(match.pointer, match.value)]
        inferred = self.yielding and INFERRED in action
        return list(self._merged(match.value, action["update"], olds, match.tokens, inferred))

    def removal(self, action: dict[str, Any], match: Match, olds: Sequence[Any]) -> Judged:
        """Judge the place of one match that is to be removed."""
        named = named_at(match.tokens)
        said = meaning(match.value, named=named)
        there, result = counterpart(self.result, self.document, match.tokens)
        becomes = meaning(result, named=named) if there else ABSENT
        before = not olds or any(same(said, meaning(old, named=named)) for old in olds)
        if self._is_vendors(match):
            return self._other(match.pointer, match.value)
        changed = there and self.old_known and not before
        if there and (same(said, becomes) or (changed and self._goes_with(said, becomes))):
            return Judged(match.pointer, Saying.RESULT, match.value, kept=True)
        if (self.yielding and INFERRED in action) or (self.old_known and not before):
            if isinstance(match.tokens[-1], str):
                self._vendors_keys[(id(match.holders[-1]), match.tokens[-1])] = match.holders[-1]
            elif isinstance(match.value, dict | list):  # an item's index changes
                self._vendors[id(match.value)] = match.value
            return self._other(match.pointer, match.value)
        return Judged(match.pointer, Saying.BEFORE, match.value)

    def _goes_with(self, said: Any, becomes: Any) -> bool:
        """Tell whether one of the two has all that the other one has: what later actions put here, less or more."""
        return says(self.result, becomes, said) or says(self.document, said, becomes)

    def _is_vendors(self, match: Match) -> bool:
        keys = zip(map(id, match.holders), match.tokens, strict=True)
        return any(key in self._vendors_keys for key in keys) or any(
            id(holder) in self._vendors for holder in (*match.holders, match.value)
        )

    def _other(self, pointer: str, theirs: Any, *, annotation: bool = False) -> Judged:
        return Judged(pointer, Saying.OTHER, theirs, annotation, kept=True)

    def _merged(
        self, target: Any, update: Any, olds: Sequence[Any], tokens: tuple[str | int, ...], inferred: bool
    ) -> Iterator[Judged]:
        if isinstance(target, list):
            yield from self._appended(target, update if isinstance(update, list) else [update], olds, tokens)
            return
        inferred = inferred or (self.yielding and INFERRED in update)
        named = named_at(tokens)
        said, wanted = self._said(target, named), meaning(update, named=named)
        there, result = counterpart(self.result, self.document, tokens)
        results = [result] if there and isinstance(result, dict) else []
        for key, value in update.items():
            place = _Key(
                (*tokens, key),
                theirs=target.get(key, ABSENT),
                value=value,
                said=said.get(key, ABSENT),
                wanted=wanted.get(key, ABSENT),
                results=_values(results, key, named),
                olds=[old[key] for old in olds if isinstance(old, dict) and key in old],
                before=_values(olds, key, named),
                inferred=inferred,
                renewed=key == "type" and target.get("nullable") is True,
            )
            annotation = not named and is_meaningless(key)
            for judged in self._annotation(place) if annotation else self._key(place):
                if judged.saying is Saying.OTHER and judged.pointer == place.pointer:
                    self._vendors_keys[(id(target), key)] = target
                yield judged

    def _said(self, target: dict[str, Any], named: bool) -> dict[str, Any]:
        """What an object says, with what is behind it if it is a reference."""
        said: dict[str, Any] = meaning(target, named=named)
        behind = find_reference(self.document, target["$ref"]) if reference(target) is not None else None
        return {**meaning(behind), **said} if isinstance(behind, dict) else said

    def _annotation(self, place: _Key) -> list[Judged]:
        if _equal(place.theirs, place.value):
            return [Judged(place.pointer, Saying.RESULT, annotation=True)]
        as_before = not self.old_known or any(_equal(place.theirs, old) for old in place.olds)
        if place.theirs is ABSENT or (as_before and not place.inferred):
            return [Judged(place.pointer, Saying.BEFORE, annotation=True)]
        return [self._other(place.pointer, place.theirs, annotation=True)]

    def _key(self, place: _Key) -> list[Judged]:
        """Judge what an update says of one key."""
        as_result = any(same(place.said, result) for result in place.results) if place.said is not ABSENT else False
        if self._says(place) and isinstance(place.theirs, dict) and isinstance(place.value, dict):
            parts = list(self._merged(place.theirs, place.value, place.olds, place.tokens, place.inferred))
            return parts or [Judged(place.pointer, Saying.RESULT, place.theirs)]
        if as_result or self._says(place):
            return [Judged(place.pointer, Saying.RESULT, place.theirs, kept=place.differs)]
        if place.said is not ABSENT:
            return self._conflict(place)
        taken_away = isinstance(place.value, dict) and any(isinstance(old, dict) for old in place.olds)
        return [self._other(place.pointer, ABSENT) if taken_away else Judged(place.pointer, Saying.BEFORE)]

    def _conflict(self, place: _Key) -> list[Judged]:
        """Judge a key of which the document says something that is not what the update says."""
        objects = isinstance(place.theirs, dict) and isinstance(place.value, dict)
        lists = isinstance(place.theirs, list) and isinstance(place.value, list)
        parameters = lists and place.tokens[-1] == "parameters"
        # Only what the update says, but not all of it.
        less = place.wanted is not ABSENT and says(self.document, place.wanted, place.said)
        if parameters or (objects and (not self.old_known or place.olds or less)):
            return list(self._merged(place.theirs, place.value, place.olds, place.tokens, place.inferred))
        as_before = any(same(place.said, before) for before in place.before) or (lists and less and not place.olds)
        if not place.inferred and (not self.old_known or as_before):
            return [Judged(place.pointer, Saying.BEFORE)]
        return [self._other(place.pointer, place.theirs)]

    def _says(self, place: _Key) -> bool:
        if ABSENT in (place.said, place.wanted):  # nothing is wanted: a default written out
            return place.said is place.wanted
        if place.pointer == "/openapi":
            return str(place.said)[:3] == str(place.wanted)[:3]
        return says(self.document, place.said, place.wanted)

    def _appended(
        self, target: list[Any], items: list[Any], olds: Sequence[Any], tokens: tuple[str | int, ...]
    ) -> Iterator[Judged]:
        pointer = join("", *tokens)
        for item in items:
            name = identity(self.document, item)
            at = next((index for index, there in enumerate(target) if identity(self.document, there) == name), None)
            if at is None:
                yield Judged(join(pointer, len(target)), Saying.BEFORE)
                continue
            before = [old for one in olds if isinstance(one, list) for old in one if same(meaning(old), meaning(item))]
            said = self._said(target[at], named=False) if isinstance(target[at], dict) else target[at]
            other = self.old_known and not before and not says(self.document, said, meaning(item))
            yield Judged(join(pointer, at), Saying.OTHER if other else Saying.RESULT, target[at])


@dataclass(frozen=True)
class _Key:
    """One key that an update sets, and what the documents have there.

    ``said``, ``wanted``, ``results`` and ``before`` are what document, update, whole overlay and old document mean.
    """

    tokens: tuple[str | int, ...]
    theirs: Any
    value: Any
    said: Any
    wanted: Any
    results: list[Any]
    olds: list[Any]
    before: list[Any]
    inferred: bool
    renewed: bool
    """The document says null in the words of OpenAPI 3.0, beside what an update would say in those of 3.1."""

    @property
    def pointer(self) -> str:
        return join("", *self.tokens)

    @property
    def differs(self) -> bool:
        """Whether merging would give what says the same another form, which then stays the vendor's."""
        return not self.renewed and not _covers(self.theirs, self.value)


def _values(holders: Sequence[Any], key: str, named: bool) -> list[Any]:
    """What each of some objects means by a key."""
    meanings = [meaning(holder, named=named) for holder in holders if isinstance(holder, dict)]
    return [said[key] for said in meanings if key in said]


def _covers(whole: Any, part: Any) -> bool:
    if isinstance(whole, dict) and isinstance(part, dict):
        return all(key in whole and _covers(whole[key], item) for key, item in part.items())
    if isinstance(whole, list) and isinstance(part, list):
        return all(any(_equal(there, item) for there in whole) for item in part)
    return _equal(whole, part)


def _equal(one: Any, other: Any) -> bool:
    return one is other if ABSENT in (one, other) else same(one, other)
