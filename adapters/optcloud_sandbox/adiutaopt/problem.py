"""A submitted problem as the sandbox's planner reads it.

Published are the names revenue, unpreferredWorkers, antiWorkers, costsPerMinute, costsInitial, maxDailyTasks,
maxAssignableTasks, consecutiveNightShiftsForOffdays, minOffdaysAfterConsecutiveNightShifts, workdayPattern,
workdayCycle, shifts, duration, durationInSeconds, capacity, volume, weight, removeInvalidTasks, and the formats of Date
and Time. Their types, and every other name read here (id, date, startTime, endTime, qualifications, preferredWorkers),
are not: those are the sandbox's own convention.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NoReturn

DAY = 24 * 60  # minutes

_DATE = re.compile(r"([0-9]{4})-(0?[1-9]|1[0-2])-(0?[1-9]|[12][0-9]|3[01])")  # adiutaOpt facts F073
_TIME = re.compile(r"(-?)([0-9]{1,9}):([0-5][0-9]|[0-9])")  # adiutaOpt facts F075

AMOUNTS = ("capacity", "volume", "weight")


@dataclass(frozen=True, slots=True)  # there may be a few hundred thousand
class PlanTask:
    """Times are minutes since day 0 of the calendar; `start` is None for a task without a fixed time."""

    id: Any
    index: int
    start: int | None
    minutes: int
    revenue: int
    qualifications: frozenset[str]
    preferred: frozenset[Any]
    unpreferred: frozenset[Any]
    forbidden: frozenset[Any]
    amounts: Mapping[str, int]

    @property
    def day(self) -> int | None:
        return None if self.start is None else self.start // DAY

    @property
    def is_night(self) -> bool:
        """Starts at 20:00 or later, or runs past midnight (the sandbox's own convention)."""
        if self.start is None:
            return False
        clock = self.start % DAY
        return clock >= 20 * 60 or clock + self.minutes > DAY


@dataclass(frozen=True)
class PlanWorker:
    id: Any
    index: int
    costs_per_minute: int
    costs_initial: int
    max_daily_tasks: int | None
    max_tasks: int | None
    qualifications: frozenset[str]
    unpreferred: frozenset[Any]
    forbidden: frozenset[Any]
    pattern: tuple[bool, ...]
    cycle: int
    nights_for_offdays: int | None
    offdays_after_nights: int
    shifts: tuple[tuple[int, int], ...] | None
    amounts: Mapping[str, int]

    def works_on(self, day: int) -> bool:
        """By the pattern, `day` days after the plan's first one; in a longer cycle the days not named are off."""
        place = day % self.cycle if self.pattern else 0
        return not self.pattern or (place < len(self.pattern) and self.pattern[place])


@dataclass
class Problem:
    """`errors` are {"errorID", "path", "message"}; `invalid` are indices of tasks left out by removeInvalidTasks."""

    tasks: list[PlanTask] = field(default_factory=list)
    workers: list[PlanWorker] = field(default_factory=list)
    first_day: int = 0
    errors: list[dict[str, str]] = field(default_factory=list)
    invalid: list[int] = field(default_factory=list)


class _FieldError(Exception):
    def __init__(self, error_id: str, path: str, message: str) -> None:
        super().__init__(message)
        self.entry = {"errorID": error_id, "path": path, "message": message}


def read_problem(plan: Mapping[str, Any]) -> Problem:
    """The problem, or what is wrong with it, which the vendor too finds only after accepting it.

    Source: adiutaOpt facts F002.
    """
    problem = Problem()
    try:
        meta = plan.get("meta", {})
        workers, tasks = _objects(plan, "workers"), _objects(plan, "tasks")
        start = _FieldReader("/meta", meta if isinstance(meta, dict) else {}).day("start")
    except _FieldError as error:
        problem.errors.append(error.entry)
        return problem
    known = {data.get("id", index) for index, data in enumerate(workers) if isinstance(data.get("id", 0), int | str)}
    for index, data in enumerate(workers):
        _add_worker(problem, index, data, known)
    drop = isinstance(meta, dict) and meta.get("removeInvalidTasks") is True
    for index, data in enumerate(tasks):
        _add_task(problem, index, data, known, drop)
    _check_unique(problem, "workers", [worker.id for worker in problem.workers])
    _check_unique(problem, "tasks", [task.id for task in problem.tasks])
    problem.first_day = start or min((task.day for task in problem.tasks if task.day is not None), default=0)
    return problem


def _objects(plan: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The array `name`; only the shift planner's document says that it holds objects."""
    items = plan.get(name, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _FieldError("wrong-type", f"/{name}", f"{name} must be an array of objects")
    return items


def _add_worker(problem: Problem, index: int, data: Mapping[str, Any], known: set[Any]) -> None:
    reader = _FieldReader(f"/workers/{index}", data)
    try:
        worker = reader.worker(index)
        reader.known_workers(known)
    except _FieldError as error:
        problem.errors.append(error.entry)
    else:
        problem.workers.append(worker)


def _add_task(problem: Problem, index: int, data: Mapping[str, Any], known: set[Any], drop: bool) -> None:
    reader = _FieldReader(f"/tasks/{index}", data)
    try:
        task = reader.task(index)
        reader.known_workers(known)
    except _FieldError as error:
        if drop:
            problem.invalid.append(index)
        else:
            problem.errors.append(error.entry)
    else:
        problem.tasks.append(task)


def _check_unique(problem: Problem, kind: str, ids: list[Any]) -> None:
    (item, count), *_ = Counter(ids).most_common(1) or [(None, 0)]
    if count > 1:
        message = f"the id {item!r} stands {count} times"
        problem.errors.append({"errorID": "duplicate-id", "path": f"/{kind}", "message": message})


class _FieldReader:
    """Fields of one object; _FieldError names the path."""

    def __init__(self, path: str, data: Mapping[str, Any]) -> None:
        self._path = path
        self._data = data

    def task(self, index: int) -> PlanTask:
        start, minutes = self._times()
        return PlanTask(
            id=self._id(index),
            index=index,
            start=start,
            minutes=minutes,
            revenue=self._count("revenue", 0) or 0,
            qualifications=self._set("qualifications"),
            preferred=self._set("preferredWorkers"),
            unpreferred=self._set("unpreferredWorkers"),
            forbidden=self._set("antiWorkers"),
            amounts=self._amounts(""),
        )

    def worker(self, index: int) -> PlanWorker:
        pattern = self._pattern()
        return PlanWorker(
            id=self._id(index),
            index=index,
            costs_per_minute=self._count("costsPerMinute", 0) or 0,
            costs_initial=self._count("costsInitial", 0) or 0,
            max_daily_tasks=self._count("maxDailyTasks", None),
            max_tasks=self._count("maxAssignableTasks", None),
            qualifications=self._set("qualifications"),
            unpreferred=self._set("unpreferredWorkers"),
            forbidden=self._set("antiWorkers"),
            pattern=pattern,
            cycle=self._count("workdayCycle", None) or len(pattern),
            nights_for_offdays=self._count("consecutiveNightShiftsForOffdays", None) or None,
            offdays_after_nights=self._count("minOffdaysAfterConsecutiveNightShifts", 0) or 0,
            shifts=self._shifts(),
            amounts={name: most - self._amounts("Initial").get(name, 0) for name, most in self._amounts("").items()},
        )

    def known_workers(self, known: set[Any]) -> None:
        for name in ("preferredWorkers", "unpreferredWorkers", "antiWorkers"):
            for worker in self._set(name) - known:
                self._fail("dangling-id", name, f"there is no worker with the id {worker!r}")

    def day(self, name: str) -> int:
        text = self._data.get(name)
        if text is None:
            return 0
        found = _DATE.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            self._fail("malformed-date", name, f"{text!r} is not a date of the form YYYY-MM-DD")
        try:
            return date(*(int(part) for part in found.groups())).toordinal()
        except ValueError as error:
            self._fail("impossible-date", name, f"{text!r} is not a day of the calendar: {error}")

    def _times(self) -> tuple[int | None, int]:
        start, end = self._minutes("startTime"), self._minutes("endTime")
        seconds = self._count("durationInSeconds", None)
        minutes = self._count("duration", 0) or 0
        if seconds is not None:
            minutes = -(-seconds // 60)
        midnight = self.day("date") * DAY
        if start is None or "date" not in self._data:
            return None, minutes
        if end is not None:
            minutes = end - start
        if minutes < 0:
            self._fail(
                "negative-duration", "endTime", "the task ends before it starts; write 30:00 for 06:00 of the next day"
            )
        return midnight + start, minutes

    def _minutes(self, name: str) -> int | None:
        """Minutes from midnight of the date beside it, perhaps negative or beyond a day (adiutaOpt facts F076)."""
        text = self._data.get(name)
        if text is None:
            return None
        found = _TIME.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            self._fail("malformed-time", name, f"{text!r} is not a time of the form hh:mm or -hh:mm")
        sign, hours, minutes = found.groups()
        return (-1 if sign else 1) * (int(hours) * 60 + int(minutes))

    def _shifts(self) -> tuple[tuple[int, int], ...] | None:
        shifts = self._data.get("shifts")
        if shifts is None:
            return None
        if not isinstance(shifts, list) or not all(isinstance(shift, dict) for shift in shifts):
            self._fail("wrong-type", "shifts", "shifts must be an array of objects with date, startTime, endTime")
        windows = []
        for index, shift in enumerate(shifts):
            start, minutes = _FieldReader(f"{self._path}/shifts/{index}", shift)._times()
            if start is not None:
                windows.append((start, start + minutes))
        return tuple(windows)

    def _pattern(self) -> tuple[bool, ...]:
        """Days on and off from the plan's first day."""
        pattern = self._data.get("workdayPattern")
        if pattern is None:
            return ()
        if not isinstance(pattern, list) or not pattern or not all(item in (0, 1) for item in pattern):
            self._fail("wrong-type", "workdayPattern", "workdayPattern must be an array of 0 and 1, a day each")
        return tuple(bool(item) for item in pattern)

    def _id(self, index: int) -> Any:
        value = self._data.get("id", index)
        if isinstance(value, bool) or not isinstance(value, int | str):
            self._fail("wrong-type", "id", f"an id must be an integer or a string, got {value!r}")
        return value

    def _set(self, name: str) -> frozenset[Any]:
        values = self._data.get(name, [])
        if not isinstance(values, list) or not all(isinstance(value, int | str) for value in values):
            self._fail("wrong-type", name, f"{name} must be an array of ids, got {values!r}")
        return frozenset(values)

    def _count(self, name: str, default: int | None) -> int | None:
        value = self._data.get(name, default)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            self._fail("wrong-type", name, f"{name} must be an integer of 0 or more, got {value!r}")
        return value

    def _amounts(self, suffix: str) -> dict[str, int]:
        amounts = {}
        for name in AMOUNTS:
            value = self._data.get(name + suffix)
            if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
                self._fail("wrong-type", name + suffix, f"{name + suffix} must be an integer, got {value!r}")
            if value is not None:
                amounts[name] = value
        return amounts

    def _fail(self, error_id: str, name: str, message: str) -> NoReturn:
        raise _FieldError(error_id, f"{self._path}/{name}", message)
