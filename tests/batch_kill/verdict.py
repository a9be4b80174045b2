"""What came of a run, by the vendors' records of tasks, by what the store tells of jobs, and by the workers' notes.

Whether a job was done twice or not at all, the vendors' records say; the product is not asked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from batch_kill.figures import Figures
from batch_kill.scenarios import fails, is_right
from batch_kill.vendor import TaskRecord


@dataclass(frozen=True)
class JobRow:
    """What the store tells of a job at the end of a run."""

    key: str
    state: str
    attempt: int
    ref: str
    result: bytes | None
    message: str = ""
    candidates: tuple[str, ...] = ()


def judge(figures: Figures, rows: Sequence[JobRow], tasks: Sequence[TaskRecord], plans: Mapping[str, int]) -> None:
    """Count what must not be."""
    ours, theirs = [one for one in tasks if one.ours], [one for one in tasks if not one.ours]
    figures.events["trials of the marker"] += sum(one.scenario == "?" for one in ours)
    figures.jobs += len(rows)
    figures.tasks += len(ours) + sum(plans.values())
    figures.again += sum(max(0, row.attempt - 1) for row in rows)
    figures.late += sum(one.late for one in ours)
    figures.deleted_twins += sum(one.deleted is not None and not one.runs for one in ours)
    _judge_doubled(figures, ours, plans)
    by_id = {one.id: one for one in tasks}
    for row in rows:
        _judge_row(figures, row, by_id)
    for task in theirs:
        figures.events["a stranger's tasks"] += 1
        figures.events["a stranger's, with a moment"] += task.marked
        if (task.deleted is not None and task.deleted_by_us) or task.interrupted_by_us:
            figures.touched += 1
            figures.faults.append(f"a stranger's task was deleted or stopped: {task}")
    figures.most_at_once = most_at_once(ours)
    figures.beyond_limit += max(0, figures.most_at_once - figures.limit)
    if figures.most_at_once > figures.limit:
        figures.faults.append(f"{figures.most_at_once} tasks at once, {figures.limit} allowed")


def _judge_doubled(figures: Figures, ours: Iterable[TaskRecord], plans: Mapping[str, int]) -> None:
    by_scenario: dict[str, list[TaskRecord]] = defaultdict(list)
    for task in ours:
        if task.scenario != "?":
            by_scenario[task.scenario].append(task)
    for scenario, made in by_scenario.items():
        if sum(one.runs for one in made) > 1:
            figures.doubled += 1
            figures.faults.append("\n    ".join([f"doubled: {scenario}", *map(str, made)]))
    for scenario, count in plans.items():
        if count > 1:
            figures.doubled += 1
            figures.faults.append(f"doubled: {scenario}, {count} plans")


def _judge_row(figures: Figures, row: JobRow, by_id: Mapping[str, TaskRecord]) -> None:
    task = by_id.get(_id(row.ref))
    if row.state == "held":
        figures.held += 1
        some = [str(by_id.get(_id(ref))) for ref in row.candidates]
        figures.faults.append("\n    ".join([f"held: {row}", *some]))
    elif row.state not in ("ok", "failed"):
        figures.lost += 1
        figures.faults.append(f"lost: {row}")
    elif not _is_as_it_should_be(row):
        figures.wrong += 1
        figures.faults.append(f"wrong: {row}")
    if task is not None and not task.ours:
        figures.touched += 1
        figures.faults.append(f"a stranger's task was taken: {row}")


def _id(ref: str) -> str:
    return ref.rpartition("/")[2]


def _is_as_it_should_be(row: JobRow) -> bool:
    if fails(row.key):
        return row.state == "failed"
    return row.state == "ok" and is_right(row.key, row.result or b"")


def most_at_once(tasks: Iterable[TaskRecord]) -> int:
    """Return how many tasks there were at once, from their creation to their end or deletion."""
    steps = []
    for task in tasks:
        steps.append((task.created, 1))
        end = task.ended if task.deleted is None else min(task.deleted, task.ended or task.deleted)
        if end is not None:
            steps.append((end, -1))
    most = now = 0
    for _, step in sorted(steps):
        now += step
        most = max(most, now)
    return most


def count_notes(figures: Figures, notes: Sequence[Mapping[str, Any]]) -> None:
    """Count what workers noted: verdicts, ticks, and when chunks of the dead went on.

    Notes are in order of time; ``died`` is the director's own.
    """
    owner: dict[tuple[str, int], int] = {}
    waiting: dict[tuple[str, int], float] = {}
    for note in notes:
        match note["what"]:
            case "take":
                chunk = (note["batch"], note["chunk"])
                if chunk in waiting:
                    figures.went_on.append(note["at"] - waiting.pop(chunk))
                elif owner.get(chunk, note["life"]) != note["life"]:
                    figures.events["a chunk with a second owner"] += 1
                owner[chunk] = note["life"]
            case "left":
                chunk = (note["batch"], note["chunk"])
                if owner.get(chunk) == note["life"]:
                    del owner[chunk]
            case "died":
                for chunk in [chunk for chunk, life in owner.items() if life == note["life"]]:
                    waiting[chunk] = note["at"]
                    del owner[chunk]
            case "over":
                for chunk in [chunk for chunk, life in owner.items() if life == note["life"]]:
                    del owner[chunk]
            case "verdict":
                figures.verdicts[note["word"]] += 1
            case "tick":
                figures.ticks += 1
    figures.verdicts = Counter(figures.verdicts)
