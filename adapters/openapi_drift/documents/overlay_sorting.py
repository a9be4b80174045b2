"""Sorting the actions of an overlay for a document newer than the one that it was written for.

An action is needed, no longer needed, superseded, or to be looked at by a person. The actions are sorted in order while
they are applied, since a later one depends on what earlier ones did.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from openapi_drift.diff.values import shown
from openapi_drift.documents.escaping import visible
from openapi_drift.documents.overlay import Application, problem_of
from openapi_drift.documents.overlay_inlining import write_out
from openapi_drift.documents.overlay_judging import ABSENT, Judge, Judged, Saying
from openapi_drift.documents.overlay_left_out import LeftOut, check_values
from openapi_drift.documents.overlay_meaning import counterpart
from openapi_drift.documents.overlay_merge import Merge, unshared
from openapi_drift.documents.overlay_renames import RENAME
from openapi_drift.documents.overlay_targets import Found, Match, find
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from openapi_drift.documents.document import Document

ActionVerdict = Literal["needed", "no longer needed", "superseded", "to look at"]
_TOLD = 3
"""Places that a sentence names."""


@dataclass(frozen=True)
class SortedAction:
    """What has become of one action; ``number`` counts from 1. ``words`` say why, and what becomes of it. ``check``:
    the action's check value (`openapi_drift.documents.overlay_left_out`).

    ``places``: what of it is left out, where the rest is applied. Without them, it is applied as a whole if it is
    needed, and left out as a whole if not.
    """

    number: int
    target: str
    verdict: ActionVerdict
    words: str
    action: dict[str, Any]
    check: str
    places: tuple[str, ...] = ()

    @property
    def remarkable(self) -> bool:
        """Whether a person would want to know: it is not needed as a whole."""
        return self.verdict != "needed" or bool(self.places)

    @property
    def left_out(self) -> LeftOut | None:
        """The entry of `x-left-out` that leaves out what is not needed; None: all is needed."""
        if self.verdict == "needed" and not self.places:
            return None
        return LeftOut(self.target, self.check, self.verdict, self.words, self.places)

    def __str__(self) -> str:
        return f"action {self.number} ({self.target}): {self.verdict}: {self.words}"


def sort_actions(
    old: Document | None, new: Document, overlay: dict[str, Any], name: str, *, downloaded: bool = True
) -> list[SortedAction]:
    """Tell what has become of each action. ``old``: the document, without overlay, that the overlay was written for.

    Without ``old``, no action is superseded, but for what is only inferred and would overwrite a ``downloaded``
    document. Neither document is changed. Raises SpecsError for a target that is no JSONPath.
    """
    return sort_and_apply(old, new, overlay, name, downloaded=downloaded)[0]


def sort_and_apply(
    old: Document | None, new: Document, overlay: dict[str, Any], name: str, *, downloaded: bool = True
) -> tuple[list[SortedAction], Document]:
    """Sort, and return the new document with what is needed applied as well."""
    sorter = _Sorter(old, new, overlay, name, downloaded)
    checks = check_values(overlay["actions"])
    numbered = enumerate(zip(overlay["actions"], checks, strict=True), start=1)
    return [sorter.sorted(number, action, check) for number, (action, check) in numbered], sorter.document


@dataclass
class _Findings:
    places: list[Judged] = field(default_factory=list)
    nowhere: list[tuple[str, str]] = field(default_factory=list)
    """Names of the target at which nothing can be done, and why."""

    def count(self, saying: Saying) -> int:
        """Count what means something to callers; if nothing of it does, count what is for people."""
        meant = [place for place in self.places if not place.annotation] or self.places
        return sum(place.saying is saying for place in meant)


class _Sorter:
    def __init__(self, old: Document | None, new: Document, overlay: dict[str, Any], name: str, downloaded: bool):
        if any(RENAME in action for action in overlay["actions"]):
            raise SpecsError(f"{name}: {RENAME} belongs into adopted.yaml, which is not sorted")
        self.document: Document = unshared(new)
        self._name, self._yielding = name, downloaded
        whole = Application(unshared(new), overlay, name)
        for _written in whole.run():
            pass
        # Both follow action by action: what the old document was, and what the new one would be, before the next one.
        self._old = None if old is None else Application(unshared(old), overlay, name)
        self._unsorted = Application(unshared(new), overlay, name, yielding=downloaded)
        self._steps = [each.run() for each in (self._old, self._unsorted) if each is not None]
        self._judge = Judge(self.document, whole.document, old_known=old is not None, yielding=downloaded)
        self._superseded: list[str] = []

    def sorted(self, number: int, action: dict[str, Any], check: str) -> SortedAction:
        try:
            written_out = write_out(self.document, action)
            everything = find(self.document, action["target"])
        except SpecsError as error:
            raise SpecsError(f"{self._name}: action {number} ({action['target']}): {error}") from error
        found = _Findings()
        fitting: list[Match] = []
        for named in everything:
            problem = problem_of(self.document, action, named)
            if not problem:
                fitting += named.matches
            elif self._is_superseded(action, named):
                found.places.append(Judged(named.name, Saying.OTHER, kept=True))
            else:
                found.nowhere.append((named.name, problem))
        for match in fitting:
            olds = self._olds(action, match)
            if action.get("remove"):
                found.places.append(self._judge.removal(action, match, olds))
            else:
                found.places += self._judge.update(action, match, olds)
        self._superseded += [place.pointer for place in found.places if place.saying is Saying.OTHER]
        outcome = _outcome(number, action, check, found)
        if outcome.verdict == "needed" or outcome.places:
            Merge(self.document, set(outcome.places), self._yielding).write(action, fitting)
        elif outcome.verdict != "superseded":  # what is the vendor's stays itself, so that later actions know it
            for reference in reversed(written_out):
                reference.put_back()
        for step in self._steps:
            next(step)
        return outcome

    def _olds(self, action: dict[str, Any], match: Match) -> list[Any]:
        """What the old document has in place of a match; what the action finds there at all, if not this place."""
        if self._old is None:
            return []
        there, old = counterpart(self._old.document, self.document, match.tokens)
        if there:
            return [old]
        return [each.value for found in find(self._old.document, action["target"]) for each in found.matches]

    def _is_superseded(self, action: dict[str, Any], named: Found) -> bool:
        """Tell whether a name finds nothing only since an earlier action was left out for the vendor's word."""
        there = [each for each in find(self._unsorted.document, action["target"]) if each.name == named.name]
        return any(
            f"{match.pointer}/".startswith(f"{place}/")
            for each in there
            for match in each.matches
            for place in self._superseded
        )


def _outcome(number: int, action: dict[str, Any], check: str, found: _Findings) -> SortedAction:
    needed, other = found.count(Saying.BEFORE), found.count(Saying.OTHER)
    told = [place for place in found.places if place.saying is Saying.OTHER and not place.annotation]
    kept = [place.pointer for place in found.places if place.kept]
    verdict: ActionVerdict
    if found.nowhere:
        verdict, words = "to look at", "; ".join(_nowhere(action, *each) for each in found.nowhere)
        if needed:
            words += f"; the rest is needed{_also_kept(told)}"
    elif needed:
        said = "says part of it" if found.count(Saying.RESULT) else "does not say it"
        verdict, words = "needed", f"the document {said}{_also_kept(told)}"
    elif other:
        told = told or [place for place in found.places if place.saying is Saying.OTHER]
        verdict = "superseded"
        words = f"the vendor's word wins: {_named(told)}"
    else:
        verdict, words = "no longer needed", "the document says it now"
    places = [*kept, *(name for name, _ in found.nowhere)] if verdict == "needed" or needed else []
    return SortedAction(number, action["target"], verdict, visible(words), action, check, tuple(dict.fromkeys(places)))


def _nowhere(action: dict[str, Any], name: str, problem: str) -> str:
    return problem if name == action["target"] else f"{name} {problem}"


def _also_kept(told: list[Judged]) -> str:
    return f"; kept as the vendor has it: {_named(told)}" if told else ""


def _named(places: list[Judged]) -> str:
    words = [
        f"{place.pointer} is {'gone' if place.theirs is ABSENT else shown(place.theirs)}" for place in places[:_TOLD]
    ]
    more = len(places) - _TOLD
    return ", ".join(words) + (f" and {more} more" if more > 0 else "")
