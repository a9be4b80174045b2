"""What is different between two solutions, task by task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from attrs import field, frozen

from optcloud.adiutaopt.connection import VENDOR
from optcloud.adiutaopt.solution.assignments import Assignment, Id, Rows
from optcloud.core.errors import ResponseMismatch


@frozen
class TaskDifference:
    """One task in both solutions."""

    before: Assignment
    after: Assignment

    def __str__(self) -> str:
        return f"{name_of(self.after)}: {_told(self.before)} -> {_told(self.after)}"


@frozen
class SolutionDifference:
    """What became of the tasks of one solution in another. A task may be both ``reassigned`` and ``moved``."""

    reassigned: tuple[TaskDifference, ...]
    moved: tuple[TaskDifference, ...]
    newly_unassigned: tuple[TaskDifference, ...]
    newly_assigned: tuple[TaskDifference, ...]
    added: tuple[Assignment, ...]
    removed: tuple[Assignment, ...]
    unchanged: int = field(kw_only=True)

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return any((self.reassigned, self.moved, self.newly_unassigned, self.newly_assigned, self.added, self.removed))


_Key: TypeAlias = tuple[Id, int]


def compare(before: Rows, after: Rows) -> SolutionDifference:
    """Compare by task id; of tasks with the same id the first with the first, and so on.

    Raises `ResponseMismatch` where tasks have no id that can be read.
    """
    old, new = _by_id(before), _by_id(after)
    changes = [TaskDifference(old[key], new[key]) for key in old if key in new]
    both = [change for change in changes if change.before.assigned and change.after.assigned]
    moved = tuple(change for change in changes if _period(change.before) != _period(change.after))
    reassigned = tuple(change for change in both if change.before.worker != change.after.worker)
    lost = tuple(change for change in changes if change.before.assigned and not change.after.assigned)
    won = tuple(change for change in changes if change.after.assigned and not change.before.assigned)
    touched = {id(change) for group in (moved, reassigned, lost, won) for change in group}
    return SolutionDifference(
        reassigned=reassigned,
        moved=moved,
        newly_unassigned=lost,
        newly_assigned=won,
        added=_only(new, old),
        removed=_only(old, new),
        unchanged=len(changes) - len(touched),
    )


def name_of(row: Assignment) -> str:
    """Name a task for people: its id and its name."""
    return f"{row.task} {row.task_name}" if row.task_name else str(row.task)


def _by_id(rows: Rows) -> dict[_Key, Assignment]:
    seen = Counter[Id]()
    found = {}
    for row in rows.tasks:
        if row.task is None:
            raise ResponseMismatch(
                f"tasks[{row.index}] has no id, so solutions cannot be compared; if it has one under a name of its "
                "own, say so: solution.read_as(SolutionWords(task=…))",
                vendor=VENDOR,
            )
        found[(row.task, seen[row.task])] = row
        seen[row.task] += 1
    return found


def _only(these: Mapping[_Key, Assignment], those: Mapping[_Key, Assignment]) -> tuple[Assignment, ...]:
    return tuple(row for key, row in these.items() if key not in those)


def _period(row: Assignment) -> Iterable[object]:
    return row.date, row.start, row.end


def _told(row: Assignment) -> str:
    who = (row.worker_name or str(row.worker)) if row.assigned else "nobody"
    when = f", {row.start:%Y-%m-%d %H:%M}" if row.start else ""
    until = f" to {row.end:%H:%M}" if row.start and row.end else ""
    return who + when + until
