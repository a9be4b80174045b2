"""What a check of drift found, whatever its kind: each part is "no drift", "drift" or "not checked", never a guess."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from openapi_drift.checks.uses import Details
from openapi_drift.diff.change import Level
from openapi_drift.reports.report import DEFAULT_POLICY, fold, tally

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from openapi_drift.diff.change import Change
    from openapi_drift.reports.report import Accepted

_LEVELS = {"breaking": {Level.BREAKING}, "warning": {Level.BREAKING, Level.WARNING}, "any": set(Level)}
FAIL_ON = tuple(_LEVELS)


class CheckKind(enum.Enum):
    """What is held against what."""

    DOCUMENT = "document"
    """The snapshot in `specs/` against what the registry records of it, and its overlay."""
    VENDOR = "vendor"
    """What the vendor serves now, a document or a page, against the snapshot."""
    GENERATED = "generated"
    """`generated/` against what documents, overlays and generators give."""


class DriftVerdict(enum.Enum):
    """What is known."""

    NO_DRIFT = "no drift"
    DRIFT = "drift"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class DriftCheck:
    """One comparison: ``id`` is an entry of `specs/`, or "all" for the generated packages together.

    ``reason`` says why it was not checked; ``offered`` is False if there is nothing to check, or nobody knows where.
    ``notes`` are sentences for people. ``files`` and ``diff`` are those of `generated/` that differ. ``details``: what
    a change touches, and where a user's code meets it.
    """

    kind: CheckKind
    id: str
    verdict: DriftVerdict
    reason: str = ""
    changes: tuple[Change, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    diff: str = ""
    details: Details = field(default_factory=Details)
    offered: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Return it for programs."""
        return {
            "kind": self.kind.value,
            "id": self.id,
            "verdict": self.verdict.value,
            "reason": self.reason,
            "changes": [change.as_dict() | self._details(change) for change in self.changes],
            "accepted": [entry.change.as_dict() | {"reason": entry.reason} for entry in self.accepted],
            "notes": list(self.notes),
            "files": list(self.files),
            "diff": self.diff,
        }

    def _details(self, change: Change) -> dict[str, Any]:
        lines = self.details.lines.get(change)
        return {"details": list(lines)} if lines else {}


@dataclass(frozen=True)
class DriftReport:
    """All comparisons of a run.

    ``problems`` are sentences about acceptances that matched nothing or expired. ``policy`` names the levels' source.
    """

    checks: tuple[DriftCheck, ...]
    problems: tuple[str, ...] = ()
    policy: str = DEFAULT_POLICY

    def section(self, kind: CheckKind) -> list[DriftCheck]:
        """Return the comparisons of a kind, in order."""
        return [check for check in self.checks if check.kind is kind]

    def verdict(self, kind: CheckKind) -> DriftVerdict:
        """Return what is known of a kind: drift anywhere counts, then what was not checked, or not asked for."""
        found = {check.verdict for check in self.section(kind)}
        if DriftVerdict.DRIFT in found:
            return DriftVerdict.DRIFT
        return DriftVerdict.NO_DRIFT if found == {DriftVerdict.NO_DRIFT} else DriftVerdict.NOT_CHECKED

    @property
    def changes(self) -> list[Change]:
        """All changes, in order."""
        return [change for check in self.checks for change in check.changes]

    @property
    def not_checked(self) -> list[DriftCheck]:
        """What nothing is known about."""
        return [check for check in self.checks if check.verdict is DriftVerdict.NOT_CHECKED]

    def left_open(self, names: Collection[str]) -> list[DriftCheck]:
        """Return what was not checked and should have been: all that is named, and all that its vendor offers.

        Where nothing of a kind could be checked, all of it should have been.
        """
        known = {check.kind for check in self.checks if check.verdict is not DriftVerdict.NOT_CHECKED}
        return [check for check in self.not_checked if check.offered or check.id in names or check.kind not in known]

    def fails(self, level: str) -> bool:
        """Tell whether a change is as bad as ``level``, one of `FAIL_ON`."""
        return any(change.level in _LEVELS[level] for change in self.changes)

    def as_dict(self) -> dict[str, Any]:
        """Return it for programs: the verdict of each kind that was asked for, and the checks."""
        sections = {kind.value: self.verdict(kind).value for kind in CheckKind if self.section(kind)}
        checks = [check.as_dict() for check in self.checks]
        return {"sections": sections, "checks": checks, "problems": list(self.problems), "policy": self.policy}

    def lines(self) -> Iterator[str]:
        """One line a check, for people."""
        for check in self.checks:
            words = f": {check.reason}" if check.reason else ""
            words = f": {tally(fold(check.changes))}" if check.changes else words
            yield f"{check.kind.value} {check.id}: {check.verdict.value}{words}"
