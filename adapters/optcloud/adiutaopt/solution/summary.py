"""What a solution comes to: counts, hours and profit, in all and for each worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from attrs import field, frozen

from optcloud.adiutaopt.solution.assignments import Assignment, Id, Rows, Worker
from optcloud.views.notebook import ShownAsTable


@frozen
class WorkerLoad:
    """What one worker does. ``minutes`` counts tasks with a known start and end; ``days`` those with a known date.

    ``profit`` is the sum as received, None where no task has one. ``task_time`` is the vendor's ``totalTaskTime``.
    """

    worker: Id | None
    name: str | None
    tasks: int
    days: int
    minutes: float
    profit: int | None
    task_time: Any = None


@frozen
class Summary(ShownAsTable):
    """A solution in figures. ``statistics`` and ``info`` are the vendor's, as received."""

    tasks: int
    assigned: int
    unassigned: int
    workers: int
    idle: int
    minutes: float
    profit: int | None
    first: datetime | None
    last: datetime | None
    request_id: str | None
    per_worker: tuple[WorkerLoad, ...] = field(repr=False)
    statistics: Any
    info: Any

    def __str__(self) -> str:
        period = f", {self.first:%Y-%m-%d %H:%M} to {self.last:%Y-%m-%d %H:%M}" if self.first and self.last else ""
        profit = "" if self.profit is None else f", profit {self.profit}"
        return (
            f"{self.assigned} of {self.tasks} tasks assigned to {self.workers - self.idle} of {self.workers} workers, "
            f"{self.minutes / 60:g} hours{profit}{period}"
        )


def summarize(rows: Rows, head: Mapping[str, Any]) -> Summary:
    """Count. ``head`` holds ``requestID``, ``statistics`` and ``info`` as received, where there are some."""
    assigned = [row for row in rows.tasks if row.assigned]
    loads = _loads(rows.workers, assigned)
    request_id = head.get("requestID")
    return Summary(
        tasks=len(rows.tasks),
        assigned=len(assigned),
        unassigned=len(rows.tasks) - len(assigned),
        workers=len(loads),
        idle=sum(load.tasks == 0 for load in loads),
        minutes=_minutes(assigned),
        profit=_profit(assigned),
        first=min((row.start for row in assigned if row.start), default=None),
        last=max((row.end for row in assigned if row.end), default=None),
        request_id=request_id if isinstance(request_id, str) else None,
        per_worker=loads,
        statistics=head.get("statistics"),
        info=head.get("info"),
    )


def _loads(workers: Iterable[Worker], assigned: Iterable[Assignment]) -> tuple[WorkerLoad, ...]:
    """One for each worker in the order received, then for those whom only tasks name."""
    given: dict[Id | None, list[Assignment]] = {}
    for row in assigned:
        given.setdefault(row.worker, []).append(row)
    loads = [_load(worker, given.pop(worker.worker, []) if worker.worker is not None else []) for worker in workers]
    return (*loads, *(_load(Worker(worker, None), rows) for worker, rows in given.items()))


def _load(worker: Worker, rows: list[Assignment]) -> WorkerLoad:
    return WorkerLoad(
        worker=worker.worker,
        name=worker.name,
        tasks=len(rows),
        days=len({row.date for row in rows if row.date}),
        minutes=_minutes(rows),
        profit=_profit(rows),
        task_time=worker.task_time,
    )


def _minutes(rows: Iterable[Assignment]) -> float:
    return sum(row.minutes or 0.0 for row in rows)


def _profit(rows: Iterable[Assignment]) -> int | None:
    profits = [row.profit for row in rows if row.profit is not None]
    return sum(profits) if profits else None
