"""A feasible assignment, made greedily in order of time. It is not the vendor's optimizer, and says so."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from optcloud_sandbox.adiutaopt.problem import DAY, PlanTask, PlanWorker, Problem, read_problem
from optcloud_sandbox.settings import Limits

NOTICE = (
    "Made by the optcloud sandbox: a feasible assignment, not the vendor's optimizer. "
    "Names and types that the vendor does not publish are the sandbox's own."
)
BACKEND = {"version": "v1.0.0", "optVersion": "2024-10-01_0"}  # adiutaOpt facts F089

SPENT = "the sandbox stopped looking: the problem is too large for it"

REPEATED = ("client", "meta", "parameters")  # adiutaOpt facts F046: a solution repeats them


def solve(plan: Mapping[str, Any], request_id: str, most_looks: int = Limits.plan_looks) -> dict[str, Any]:
    """Output plan of a problem of any planner, or an ErrorPlan when the problem makes no sense (adiutaOpt facts F002).

    After `most_looks` looks (one worker for one task) the tasks left stay unassigned, and say so.
    """
    problem = read_problem(plan)
    if problem.errors:
        # ErrorPlan: only "recovery" is published (adiutaOpt facts F055); the rest is the sandbox's own.
        return {"requestID": request_id, "errors": problem.errors, "notice": NOTICE, "recovery": []}
    staff = _Staff(problem, most_looks)
    chosen = {task.index: staff.assign(task) for task in _in_order(problem)}
    return {
        "requestID": request_id,
        **{name: plan[name] for name in REPEATED if name in plan},
        "tasks": _shown_tasks(plan, problem, chosen),
        "workers": [dict(plan["workers"][roster.worker.index]) | roster.as_json() for roster in staff.rosters],
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

    worker: PlanWorker
    tasks: list[Any] = field(default_factory=list)
    minutes: int = 0
    busy_until: int = 0
    per_day: Counter[int] = field(default_factory=Counter)
    nights: int = 0
    last_night: int = -2
    off_until: int = -1
    used: Counter[str] = field(default_factory=Counter)

    def obstacle(self, task: PlanTask, first_day: int) -> str | None:
        """Why a worker with the qualifications cannot take the task; None when nothing is in the way."""
        worker, start = self.worker, task.start
        if start is not None:
            found = self._not_free(task, start, first_day)
            if found is not None:
                return found
        if worker.id in task.forbidden:
            return "not wanted (antiWorkers)"
        if worker.max_tasks is not None and len(self.tasks) >= worker.max_tasks:
            return "at their limit of tasks"
        for name, amount in task.amounts.items():
            if self.used[name] + amount > worker.amounts.get(name, amount):
                return f"without {name} left"
        return None

    def _not_free(self, task: PlanTask, start: int, first_day: int) -> str | None:
        worker, day = self.worker, start // DAY
        if start < self.busy_until:
            return "at work then"
        if worker.max_daily_tasks is not None and self.per_day[day] >= worker.max_daily_tasks:
            return "at their limit of that day"
        if day <= self.off_until:
            return "off after nights"
        if not worker.works_on(day - first_day):
            return "off that day"
        if worker.shifts is not None and not any(
            begin <= start and start + task.minutes <= end for begin, end in worker.shifts
        ):
            return "not on shift"
        return None

    def take(self, task: PlanTask) -> int:
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

    def as_json(self) -> dict[str, Any]:
        return {"totalTaskTime": self.minutes, "tasks": self.tasks}


def _in_order(problem: Problem) -> list[PlanTask]:
    return sorted(problem.tasks, key=lambda task: (task.start or 0, -task.revenue, task.index))


class _Staff:
    """The workers of a problem, while its tasks are given out in order of time."""

    def __init__(self, problem: Problem, most_looks: int) -> None:
        self.rosters = [_Roster(worker) for worker in problem.workers]
        self._first_day = problem.first_day
        self._looks_left = most_looks
        self._qualified: dict[frozenset[str], list[_Roster]] = {}
        self._concerned = self._with_dislikes()

    def assign(self, task: PlanTask) -> "_Assignment | str":
        """Who takes the task, or why nobody does."""
        qualified = self._with(task.qualifications)
        if self._looks_left < len(qualified):
            return SPENT
        self._looks_left -= len(qualified)
        at_work = self._at_work(task)
        working = {worker.id for worker in at_work}
        # Workers whom somebody now at work must not work with (adiutaOpt facts C13).
        shunned = frozenset[Any]().union(*(worker.forbidden for worker in at_work))
        able: list[_Roster] = []
        obstacles: Counter[str] = Counter()
        for roster in qualified:
            obstacle = roster.obstacle(task, self._first_day)
            if obstacle is None and (roster.worker.id in shunned or not roster.worker.forbidden.isdisjoint(working)):
                obstacle = "kept apart from somebody at work"
            if obstacle is None:
                able.append(roster)
            else:
                obstacles[obstacle] += 1
        if not able:
            return self._reason(len(qualified), obstacles)
        best = min(able, key=lambda roster: _reluctance(roster, task, working))
        return _Assignment(best, best.take(task))

    def _with(self, qualifications: frozenset[str]) -> list[_Roster]:
        if qualifications not in self._qualified:
            able = [roster for roster in self.rosters if qualifications <= roster.worker.qualifications]
            self._qualified[qualifications] = able
        return self._qualified[qualifications]

    def _with_dislikes(self) -> list[_Roster]:
        """Those who would not work with somebody, and those whom they mean: few, where workers are many."""
        minding = [roster for roster in self.rosters if roster.worker.forbidden or roster.worker.unpreferred]
        meant = frozenset[Any]().union(*(roster.worker.forbidden | roster.worker.unpreferred for roster in minding))
        return [
            roster
            for roster in self.rosters
            if roster.worker.forbidden or roster.worker.unpreferred or roster.worker.id in meant
        ]

    def _at_work(self, task: PlanTask) -> list[PlanWorker]:
        """Who of the concerned works when the task begins."""
        start = task.start
        return [] if start is None else [roster.worker for roster in self._concerned if roster.busy_until > start]

    def _reason(self, qualified: int, obstacles: Counter[str]) -> str:
        counts = Counter({"not qualified": len(self.rosters) - qualified}) + obstacles
        said = ", ".join(f"{count} {words}" for words, count in counts.most_common())
        return f"nobody can: {said}" if said else "there are no workers"


def _reluctance(roster: _Roster, task: PlanTask, working: set[Any]) -> tuple[bool, bool, bool, int, int, int]:
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
    plan: Mapping[str, Any], problem: Problem, chosen: Mapping[int, _Assignment | str]
) -> list[dict[str, Any]]:
    removed = set(problem.invalid)
    shown = []
    for index, data in enumerate(plan.get("tasks", [])):
        if index in removed:
            continue
        assignment = chosen[index]
        if isinstance(assignment, str):
            shown.append(dict(data) | {"unassignedReason": assignment})
        else:
            shown.append(dict(data) | {"workerID": assignment.roster.worker.id, "profit": assignment.profit})
    return shown


def _statistics(problem: Problem, chosen: Mapping[int, _Assignment | str]) -> dict[str, Any]:
    assignment = [(task, chosen[task.index]) for task in problem.tasks]
    pairs = [(task, assignment) for task, assignment in assignment if isinstance(assignment, _Assignment)]
    preferred = [assignment.roster.worker.id in task.preferred for task, assignment in pairs if task.preferred]
    unpreferred = [assignment.roster.worker.id in task.unpreferred for task, assignment in pairs if task.unpreferred]
    return {
        "assignedTasks": len(pairs),
        "unassignedTasks": len(assignment) - len(pairs),
        "profit": sum(assignment.profit for _, assignment in pairs),
        "preferredWorkers": {"matches": sum(preferred), "of": len(preferred)},
        "unpreferredWorkers": {"matches": sum(unpreferred), "of": len(unpreferred)},
    }
