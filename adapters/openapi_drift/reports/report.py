"""What every form of report shows: the changes, folded and grouped by operation, worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from openapi_drift.diff.change import UNEXPLAINED, Change, Level, Side
from openapi_drift.documents.pointers import Position, tokens

DEFAULT_POLICY = "default"
LEVELS = (Level.BREAKING, Level.WARNING, Level.INFO)
_MANY = 4
_WORDS = {Level.BREAKING: "breaking", Level.WARNING: "warning", Level.INFO: "other"}


class Sources(Protocol):
    """Where the text of both documents is to be had."""

    def excerpt(self, side: Side) -> Excerpt | None:
        """Return the text at a side's place, or None where there is none to show."""


@dataclass(frozen=True)
class Excerpt:
    """Lines of a document as they stand there. ``first`` is the number of the first one; 0: not lines of a file."""

    first: int
    lines: Sequence[str]
    more: int = 0


@dataclass(frozen=True)
class Accepted:
    """A change that somebody accepted, and why."""

    change: Change
    reason: str


@dataclass(frozen=True)
class ChangeReport:
    """One comparison. ``base`` and ``revision`` are names for people.

    ``changes`` are those to show and ``hidden`` counts those left out by level. ``problems`` are sentences about
    acceptances that matched nothing or have expired. ``details`` are further lines on a change, such as what it
    touches in a user's code, and ``uses`` the places there. ``policy`` says whose levels these are. ``in_tree`` tells
    whether there is such a file where the report is read: forms that open files name no others.
    """

    base: str
    revision: str
    changes: Sequence[Change]
    accepted: Sequence[Accepted] = ()
    problems: Sequence[str] = ()
    hidden: int = 0
    details: Mapping[Change, Sequence[str]] = field(default_factory=dict)
    base_sources: Sources | None = None
    revision_sources: Sources | None = None
    policy: str = DEFAULT_POLICY
    uses: Mapping[Change, Sequence[Position]] = field(default_factory=dict)
    in_tree: Callable[[str], bool] = lambda _file: True

    def used_at(self, reported: ReportedChange) -> list[Position]:
        """Return the places in a user's code that a change reaches, each once."""
        found = (place for change in reported.changes for place in self.uses.get(change, ()))
        return [place for place in dict.fromkeys(found) if self.in_tree(place.file)]

    def excerpts(self, change: Change) -> tuple[Excerpt | None, Excerpt | None]:
        """Return the text of both sides of a change; where that is the same, of the object around it."""
        found = _excerpt(self.base_sources, change.base), _excerpt(self.revision_sources, change.revision)
        if change.base and change.revision and found[0] and found[1] and found[0].lines == found[1].lines:
            wider = (
                _excerpt(self.base_sources, _above(change.base)),
                _excerpt(self.revision_sources, _above(change.revision)),
            )
            if wider[0] and wider[1] and wider[0].lines != wider[1].lines:
                return wider
        return found

    @property
    def groups(self) -> list[ChangeGroup]:
        """The changes, folded and grouped, the group with the worst change first."""
        return group(self.changes)

    @property
    def summary(self) -> str:
        """One line that counts what was found."""
        if not self.changes:
            line = "No changes." if not (self.hidden or self.accepted) else "No other changes."
        else:
            reported_changes = [reported for group in self.groups for reported in group.reported_changes]
            operations = {operation for reported in reported_changes for operation in reported.operations}
            where = f" in {counted(len(operations), 'operation')}" if operations else ""
            line = f"{tally(reported_changes)}{where}."
            if unknown := sum(reported.count for reported in reported_changes if reported.change.id == UNEXPLAINED):
                line += f" {unknown:,} of them no rule explains: look at them."
        if self.accepted:
            line += f" {counted(len(fold(entry.change for entry in self.accepted)), 'change')} accepted."
        if self.hidden:
            line += f" {self.hidden} of lower level not shown."
        if self.policy != DEFAULT_POLICY:
            line += f" The levels are those of {self.policy}."
        return line


@dataclass(frozen=True)
class ReportedChange:
    """One change, told once however many operations it shows in (a schema can be used in many).

    ``operations`` are "METHOD /path", empty for what belongs to no operation. ``changes`` has one for each.
    """

    changes: tuple[Change, ...]
    operations: tuple[str, ...]

    @property
    def change(self) -> Change:
        """The first of the changes, which says what they have in common."""
        return self.changes[0]

    @property
    def count(self) -> int:
        """How many changes it is: what is at one place counts once."""
        return len(
            {(change.base, change.revision) if change.base or change.revision else change for change in self.changes}
        )

    @property
    def text(self) -> str:
        """The change as a sentence on one line."""
        return sentence(self.change)

    @property
    def positions(self) -> tuple[Position | None, Position | None]:
        """The places before and after."""
        base, revision = self.change.base, self.change.revision
        return base.position if base else None, revision.position if revision else None

    @property
    def places(self) -> tuple[str, str]:
        """File and line before and after, for people; "" where nothing is known of either."""
        base, revision = (str(position or "") for position in self.positions)
        return base or ("new" if revision else ""), revision or ("removed" if base else "")

    @property
    def place(self) -> str:
        """Both places on one line."""
        base, revision = self.places
        more = f" and {counted(self.count - 1, 'other place')}" if self.count > 1 else ""
        return (base if base == revision else f"{base} → {revision}") + more


@dataclass(frozen=True)
class ChangeGroup:
    """Findings of the same operations. ``title`` is for people; ``operations`` may be many."""

    title: str
    operations: tuple[str, ...]
    reported_changes: tuple[ReportedChange, ...]

    @property
    def level(self) -> Level:
        """The worst level in it."""
        return min((reported.change.level for reported in self.reported_changes), key=LEVELS.index)

    @property
    def tally(self) -> str:
        """Such as "1 breaking, 2 other"."""
        return tally(self.reported_changes)


def sentence(change: Change) -> str:
    """Return what a change says, on one line, with a full stop."""
    words = " ".join(change.text.split())
    return words if words.endswith((".", "!", "?")) else f"{words}."


def operation(change: Change) -> str:
    """Return "METHOD /path", or "" for a change of no single operation."""
    return " ".join(f"{change.method.upper()} {change.path}".split())


def fold(changes: Iterable[Change]) -> list[ReportedChange]:
    """Put together what is the same change at the same place, seen from several operations."""
    found: dict[object, list[Change]] = {}
    for change in changes:
        key: object = (change.id, change.level, change.text, change.base, change.revision)
        if change.base is None and change.revision is None:
            key = change
        found.setdefault(key, []).append(change)
    return [
        ReportedChange(tuple(alike), tuple(dict.fromkeys(filter(None, map(operation, alike)))))
        for alike in found.values()
    ]


def gather(reported_changes: Iterable[ReportedChange], fewest: int) -> list[ReportedChange]:
    """Put together what says the same of at least so many operations, each at a place of its own."""
    found: dict[object, list[ReportedChange]] = {}
    for reported in reported_changes:
        same = (reported.change.id, reported.change.level, reported.text)
        found.setdefault(same if reported.operations else reported, []).append(reported)
    result = []
    for alike in found.values():
        if len(alike) < fewest:
            result += alike
            continue
        changes = tuple(change for reported in alike for change in reported.changes)
        result.append(ReportedChange(changes, tuple(dict.fromkeys(map(operation, changes)))))
    return result


def group(changes: Iterable[Change]) -> list[ChangeGroup]:
    """Group folded changes by operation, or by shared component and its operations."""
    found: dict[tuple[str, tuple[str, ...]], list[ReportedChange]] = {}
    for reported in gather(fold(changes), _MANY):
        shared = len(reported.operations) != 1 and reported.count == 1
        component = _component(reported.change) if shared else ""
        found.setdefault((component, reported.operations), []).append(reported)
    groups = [
        ChangeGroup(_title(component, operations), operations, tuple(sorted(reported_changes, key=_rank)))
        for (component, operations), reported_changes in found.items()
    ]
    return sorted(groups, key=lambda group: LEVELS.index(group.level))  # stable: else in the order of the changes


def counted(number: int, what: str) -> str:
    """Return such as "1 change", "2 changes"."""
    return f"{number:,} {what}" + ("" if number == 1 else "s")


def tally(reported_changes: Iterable[ReportedChange]) -> str:
    """Return such as "2 breaking, 1 warning, 12 other"."""
    counts = Counter[Level]()
    for reported in reported_changes:
        counts[reported.change.level] += reported.count
    return ", ".join(
        counted(counts[level], "warning") if level is Level.WARNING else f"{counts[level]:,} {_WORDS[level]}"
        for level in LEVELS
        if counts[level]
    )


def _rank(reported: ReportedChange) -> int:
    return LEVELS.index(reported.change.level)


def _component(change: Change) -> str:
    """Such as "schema Task", for a place under /components."""
    side = change.revision or change.base
    parts = tokens(side.pointer) if side else []
    if parts[:1] != ["components"] or len(parts) < 3:
        return ""
    return f"{_singular(parts[1])} {' '.join(parts[2].split())}"


def _singular(kind: str) -> str:
    return {"requestBodies": "request body", "responses": "response", "securitySchemes": "security scheme"}.get(
        kind, kind.removesuffix("s")
    )


def _title(component: str, operations: tuple[str, ...]) -> str:
    if len(operations) == 1:
        return operations[0]
    name = component[:1].upper() + component[1:]
    if not operations:
        return name or "The document as a whole"
    return f"{name}, in {len(operations)} operations" if name else f"{len(operations)} operations"


def _excerpt(sources: Sources | None, side: Side | None) -> Excerpt | None:
    return sources.excerpt(side) if sources and side else None


def _above(side: Side) -> Side:
    """The object around a place; around a property, the schema, which says what is required."""
    return Side(side.pointer.rpartition("/")[0].removesuffix("/properties"), side.position)
