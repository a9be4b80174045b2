"""Every fact that is marked as inferred, held against a vendor's own document: confirmed, contradicted, unknown.

`x-inferred` holds words for people, so what is checked are the values beside the mark: the object that has it, key by
key. A fact is confirmed only if the document says all of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from openapi_drift.adoption.fact_comparison import FactComparison
from openapi_drift.documents.document import load, whole
from openapi_drift.documents.escaping import visible
from openapi_drift.documents.overlay import Application, apply, load_overlay
from openapi_drift.documents.overlay_meaning import counterpart, identity
from openapi_drift.documents.overlay_merge import INFERRED, unshared
from openapi_drift.documents.overlay_targets import find
from openapi_drift.documents.pointers import join

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import Document
    from openapi_drift.sources import DocumentSource

FactVerdict = Literal["confirmed", "contradicted", "unknown"]
_ABSENT: Any = object()
_CITATION = re.compile(r"\b(\w+(?: v\d)?) facts ([FC]\d{2,3}|\d{1,2}(?:\.\d+)*)")
_TOLD = 3
"""Places that a sentence names."""


@dataclass(frozen=True)
class Fact:
    """One mark. ``inferred`` are its words, ``place`` is a JSON pointer, or a target that the document does not have.

    ``found`` says what the document has there, and ``change`` is the one place to change if it contradicts.
    """

    inferred: tuple[str, ...]
    place: str
    verdict: FactVerdict
    found: str
    change: str

    @property
    def words(self) -> str:
        """A sentence for people."""
        where = f"; to change: {self.change}" if self.verdict == "contradicted" else ""
        return visible(f"{', '.join(self.inferred)} ({self.place}): {self.found}{where}")


def check_facts(source: DocumentSource, new: Document) -> list[Fact]:
    """Check all marks of an entry, as it is here, against the vendor's own document under our names."""
    old = whole(load(source.document)) if source.document.exists() else {}
    if source.adopted:
        old = apply(old, load_overlay(source.adopted), str(source.adopted))
    return facts_of(old, new, load_overlay(source.overlay) if source.overlay else None)


def facts_of(old: Document, new: Document, overlay: dict[str, Any] | None, name: str = "overlay.yaml") -> list[Fact]:
    """Check the marks of a document and of its overlay against another document. Both are without overlay.

    Raises SpecsError for a target that is no JSONPath.
    """
    facts = list(_of_document(old, new, overlay, name))
    for number, action in enumerate(overlay["actions"] if overlay else (), start=1):
        facts += _of_action(old, new, action, _to_change(action, number, name))
    return facts


def _of_document(old: Document, new: Document, overlay: dict[str, Any] | None, name: str) -> Iterator[Fact]:
    written = list(_written(old, overlay, name)) if overlay else []
    for tokens, value in _marked(old, ()):
        there, theirs = counterpart(new, old, tokens)
        pointer = join("", *tokens)
        change = next(
            (change for place, change in written if f"{place}/".startswith(f"{pointer}/")),
            "nothing here, since the new document stands in place of ours",
        )
        yield _checked(old, new, value, theirs if there else _ABSENT, tokens, place=pointer, change=change)


def _written(old: Document, overlay: dict[str, Any], name: str) -> Iterator[tuple[str, str]]:
    """Each place that the overlay writes, and what there is to change about it."""
    steps = Application(unshared(old), overlay, name).run()
    for number, (action, pointers) in enumerate(zip(overlay["actions"], steps, strict=True), start=1):
        yield from ((pointer, _to_change(action, number, name)) for pointer in pointers)


def _of_action(old: Document, new: Document, action: dict[str, Any], change: str) -> Iterator[Fact]:
    if "update" not in action:
        return
    update = action["update"]
    marked = list(_marked(update, ()))
    if INFERRED in action and isinstance(update, dict):
        marked.insert(0, ((), {INFERRED: action[INFERRED], **update}))
    for found in find(new, action["target"]) if marked else ():
        for below, value in marked:
            for match in found.matches:
                theirs = _at(new, match.value, update, below)
                tokens = (*match.tokens, *below)
                place = join(match.pointer, *below)
                yield _checked(old, new, value, theirs, tokens, place=place, change=change)
            if not found.matches:
                place = found.name + join("", *below)
                yield _checked(old, new, value, _ABSENT, below, place=place, change=change)


def _checked(
    old: Document, new: Document, ours: Any, theirs: Any, tokens: tuple[str | int, ...], *, place: str, change: str
) -> Fact:
    inferred = ours[INFERRED] if isinstance(ours[INFERRED], list) else [ours[INFERRED]]
    words_of_mark = tuple(str(word) for word in inferred)
    comparison = FactComparison(old, new)
    if theirs is not _ABSENT:
        comparison.compare(ours, theirs, tokens)
    verdict: FactVerdict
    if comparison.contradictions:
        verdict, found = "contradicted", f"the document says otherwise: {_some(comparison.contradictions)}"
    elif theirs is _ABSENT:
        verdict, found = "unknown", "the document has nothing there"
    elif comparison.silent:
        verdict, found = "unknown", f"the document says nothing of {_some(comparison.silent)}"
    elif comparison.alike:
        verdict, found = "confirmed", f"the document says the same: {_some(comparison.alike)}"
    else:
        verdict, found = "unknown", "no value stands beside the mark"
    return Fact(words_of_mark, place, verdict, found, change)


def _marked(value: Any, tokens: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], dict[str, Any]]]:
    """Each object with a mark, and the way to it. The mark itself, and what extensions hold, is not looked into."""
    if isinstance(value, dict):
        if INFERRED in value:
            yield tokens, value
        for key, item in value.items():
            if not key.startswith("x-"):
                yield from _marked(item, (*tokens, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _marked(item, (*tokens, index))


def _at(new: Document, theirs: Any, update: Any, tokens: tuple[str | int, ...]) -> Any:
    """What the document has in place of a part of an update; parameters belong together by their names."""
    for token in tokens:
        update = update[token]
        if isinstance(token, int):
            items = theirs if isinstance(theirs, list) else []
            wanted = identity(new, update)
            theirs = next((item for item in items if identity(new, item) == wanted), _ABSENT)
        else:
            theirs = theirs.get(token, _ABSENT) if isinstance(theirs, dict) else _ABSENT
    return theirs


def _to_change(action: dict[str, Any], number: int, name: str) -> str:
    """The place of the fact that an action cites; else the action itself."""
    cited = _CITATION.search(str(action.get("x-evidence", "")))
    if cited is None:
        return f"action {number} of {name}"
    fact = cited[2]
    anchor = fact.lower() if fact[0] in "FC" else "section-" + fact.replace(".", "-")
    return f"FACTS.md#{anchor} ({cited[0]})"


def _some(places: list[str]) -> str:
    more = len(places) - _TOLD
    return ", ".join(place or "all of it" for place in places[:_TOLD]) + (f" and {more} more" if more > 0 else "")
