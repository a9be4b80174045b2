"""A feasible assignment, made greedily in order of time. It is not the vendor's optimizer, and says so."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from optcloud.sandbox.adiutaopt.problem import DAY, Problem, Task, Worker, read_problem

NOTICE = (
    "Made by the optcloud sandbox: a feasible assignment, not the vendor's optimizer. "
    "Names and types that the vendor does not publish are the sandbox's own."
)
BACKEND = {"version": "v1.0.0", "optVersion": "2024-10-01_0"}  # F089

REPEATED = ("client", "meta", "parameters")  # F046: a solution repeats them


def solve(plan: Mapping[str, Any], request_id: str) -> dict[str, Any]:
    """Output plan of a problem of any planner, or an ErrorPlan when the problem makes no sense (F002)."""
    problem = read_problem(plan)
    if problem.errors:
        # ErrorPlan: only "recovery" is published (F055); the rest is the sandbox's own.
        return {"requestID": request_id, "errors": problem.errors, "notice": NOTICE, "recovery": []}
    rosters = [_Roster(worker) for worker in problem.workers]
    chosen = {task.index: _assign(task, rosters, problem.first_day) for task in _in_order(problem)}
    return {
        "requestID": request_id,
        **{name: plan[name] for name in REPEATED if name in plan},
        "tasks": _shown_tasks(plan, problem, chosen),
        "workers": [dict(plan["workers"][roster.worker.index]) | roster.shown() for roster in rosters],
        "statistics": _statistics(problem, chosen),
        "info": {"notice": NOTICE, "removedTasks": len(problem.invalid)},
        "backendVersion": BACKEND,
        "recovery": [],
    }


@dataclass
class _Assignment:
    roster: "_Roster"
    profit: int


@dataclass
class _Roster:
    """What one worker has been given so far, in order of time."""

    worker: Worker
    tasks: list[Any] = field(default_factory=list)
    minutes: int = 0
    busy_until: int = 0
    per_day: Counter[int] = field(default_factory=Counter)
    nights: int = 0
    last_night: int = -2
    off_until: int = -1
    used: Counter[str] = field(default_factory=Counter)

    def can_take(self, task: Task, first_day: int) -> bool:
        worker = self.worker
        return (
            worker.id not in task.forbidden
            and task.qualifications <= worker.qualifications
            and (worker.max_tasks is None or len(self.tasks) < worker.max_tasks)
            and all(
                self.used[name] + amount <= worker.amounts.get(name, amount) for name, amount in task.amounts.items()
            )
            and (task.start is None or self._is_free(task, task.start, first_day))
        )

    def _is_free(self, task: Task, start: int, first_day: int) -> bool:
        worker, day = self.worker, start // DAY
        return (
            start >= self.busy_until
            and day > self.off_until
            and (worker.max_daily_tasks is None or self.per_day[day] < worker.max_daily_tasks)
            and (not worker.pattern or worker.pattern[(day - first_day) % len(worker.pattern)])
            and (
                worker.shifts is None
                or any(begin <= start and start + task.minutes <= end for begin, end in worker.shifts)
            )
        )

    def take(self, task: Task) -> int:
        """Profit of the task for this worker: revenue less costs (signed, as the published profit is)."""
        first = not self.tasks
        self.tasks.append(task.id)
        self.minutes += task.minutes
        self.used.update(task.amounts)
        if task.start is not None and task.day is not None:
            self.busy_until = max(self.busy_until, task.start + task.minutes)
            self.per_day[task.day] += 1
            if task.is_night:
                self._count_night(task.day)
        initial = self.worker.costs_initial if first else 0
        return task.revenue - initial - self.worker.costs_per_minute * task.minutes

    def _count_night(self, day: int) -> None:
        if day != self.last_night:
            self.nights = self.nights + 1 if day == self.last_night + 1 else 1
            self.last_night = day
        if self.worker.nights_for_offdays is not None and self.nights >= self.worker.nights_for_offdays:
            self.off_until = day + self.worker.offdays_after_nights

    def shown(self) -> dict[str, Any]:
        return {"totalTaskTime": self.minutes, "tasks": self.tasks}


def _in_order(problem: Problem) -> list[Task]:
    return sorted(problem.tasks, key=lambda task: (task.start or 0, -task.revenue, task.index))


def _assign(task: Task, rosters: list[_Roster], first_day: int) -> _Assignment | None:
    at_work = [roster.worker for roster in rosters if task.start is not None and roster.busy_until > task.start]
    working = {worker.id for worker in at_work}
    # Workers whom somebody now at work must not work with (C13).
    shunned = frozenset[Any]().union(*(worker.forbidden for worker in at_work))
    able = [
        roster
        for roster in rosters
        if roster.can_take(task, first_day)
        and roster.worker.id not in shunned
        and roster.worker.forbidden.isdisjoint(working)
    ]
    if not able:
        return None
    best = min(able, key=lambda roster: _reluctance(roster, task, working))
    return _Assignment(best, best.take(task))


def _reluctance(roster: _Roster, task: Task, working: set[Any]) -> tuple[bool, bool, bool, int, int, int]:
    worker = roster.worker
    return (
        worker.id in task.unpreferred,
        bool(worker.unpreferred & working),
        worker.id not in task.preferred,
        roster.minutes,
        worker.costs_per_minute,
        worker.index,
    )


def _shown_tasks(
    plan: Mapping[str, Any], problem: Problem, chosen: Mapping[int, _Assignment | None]
) -> list[dict[str, Any]]:
    removed = set(problem.invalid)
    shown = []
    for index, data in enumerate(plan.get("tasks", [])):
        if index in removed:
            continue
        given = chosen[index]
        if given is None:
            shown.append(dict(data) | {"unassignedReason": "no worker is free, qualified and allowed"})
        else:
            shown.append(dict(data) | {"workerID": given.roster.worker.id, "profit": given.profit})
    return shown


def _statistics(problem: Problem, chosen: Mapping[int, _Assignment | None]) -> dict[str, Any]:
    given = [(task, chosen[task.index]) for task in problem.tasks]
    pairs = [(task, assignment) for task, assignment in given if assignment is not None]
    preferred = [assignment.roster.worker.id in task.preferred for task, assignment in pairs if task.preferred]
    unpreferred = [assignment.roster.worker.id in task.unpreferred for task, assignment in pairs if task.unpreferred]
    return {
        "assignedTasks": len(pairs),
        "unassignedTasks": len(given) - len(pairs),
        "profit": sum(assignment.profit for _, assignment in pairs),
        "preferredWorkers": {"matches": sum(preferred), "of": len(preferred)},
        "unpreferredWorkers": {"matches": sum(unpreferred), "of": len(unpreferred)},
    }
