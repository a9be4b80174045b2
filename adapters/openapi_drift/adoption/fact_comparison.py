"""Holding what we inferred against what a document says, value by value: the same, something else, or nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.values import shown
from openapi_drift.documents.overlay_meaning import identity, meaning, named_at, same
from openapi_drift.documents.overlay_merge import INFERRED
from openapi_drift.documents.pointers import join
from openapi_drift.documents.references import find_reference, reference

if TYPE_CHECKING:
    from openapi_drift.documents.document import Document

_DEEPEST = 64


@dataclass
class FactComparison:
    """``ours`` and ``theirs`` are the documents in which references are followed; the rest are findings, by place."""

    ours: Document
    theirs: Document
    alike: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)

    def compare(self, ours: Any, theirs: Any, tokens: tuple[str | int, ...]) -> None:
        """Compare what is at one place, without what has a mark of its own inside."""
        named = named_at(tokens)
        self._compare(meaning(_unmarked(ours), named=named), meaning(theirs, named=named), "", 0)

    def _compare(self, ours: Any, theirs: Any, place: str, depth: int) -> None:
        if same(ours, theirs) or (_is_open(ours) and _is_open(theirs)):
            if ours not in ({}, []):
                self.alike.append(place)
            return
        if depth > _DEEPEST:
            self.silent.append(place)
            return
        ours, theirs = _behind(self.ours, ours), _behind(self.theirs, theirs)
        if isinstance(ours, dict) and isinstance(theirs, dict):
            self._objects(ours, theirs, place, depth)
        elif isinstance(ours, list) and isinstance(theirs, list):
            self._lists(ours, theirs, place, depth)
        elif same(ours, theirs):
            self.alike.append(place)
        else:
            self.contradictions.append(f"{place or 'it'} is {shown(theirs)}, not {shown(ours)}")

    def _objects(self, ours: dict[str, Any], theirs: dict[str, Any], place: str, depth: int) -> None:
        for key, value in ours.items():
            below = join(place, key)
            if key in theirs:
                self._compare(value, theirs[key], below, depth + 1)
            elif key in ("anyOf", "oneOf") and isinstance(value, list) and theirs:
                self._one_of(value, theirs, below, depth)
            else:
                self.silent.append(below)

    def _one_of(self, alternatives: list[Any], theirs: dict[str, Any], place: str, depth: int) -> None:
        """Of what we left open, the document has decided for one alternative, or for something else."""
        for alternative in alternatives:
            trial = FactComparison(self.ours, self.theirs)
            trial._compare(alternative, theirs, place, depth + 1)
            if trial.alike and not trial.contradictions:
                self.alike.append(place)
                return
        self.contradictions.append(f"{place} is none of what we left open: {shown(theirs)}")

    def _lists(self, ours: list[Any], theirs: list[Any], place: str, depth: int) -> None:
        if not all(isinstance(item, dict) and "in" in _behind(self.ours, item) for item in ours):
            self.contradictions.append(f"{place} is {shown(theirs)}, not {shown(ours)}")
            return
        there = {identity(self.theirs, item): item for item in theirs}
        for item in ours:
            name = identity(self.ours, item)
            if name in there:
                self._compare(item, there[name], f"{place}/{name}", depth + 1)
            else:
                self.silent.append(f"{place}/{name}")


def _is_open(value: Any) -> bool:
    """Whether a schema says, in either way, that anything goes."""
    return value is True or value == {}


def _behind(document: Document, value: Any) -> Any:
    if reference(value) is None:
        return value
    found = find_reference(document, value["$ref"])
    return value if found is None else meaning(found)


def _unmarked(value: Any) -> Any:
    """A value without the objects inside that have a mark of their own."""
    if isinstance(value, dict):
        return {key: _unmarked(item) for key, item in value.items() if not _marked(item)}
    return [_unmarked(item) for item in value if not _marked(item)] if isinstance(value, list) else value


def _marked(value: Any) -> bool:
    return isinstance(value, dict) and INFERRED in value
