"""The tasks of a solution as rows: who does what, from when to when; and who does nothing.

Nearly all field names are inferred (`field_names`), so reading is tolerant: what is not found is None, and
`FieldsFound` says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, TypeAlias, TypeGuard

import msgspec
from attrs import field, frozen

from optcloud.adiutaopt.connection import VENDOR
from optcloud.adiutaopt.solution.field_names import Names, SolutionWords
from optcloud.adiutaopt.solution.times import Times
from optcloud.core.errors import ResponseMismatch
from optcloud.core.replies import UNREADABLE

Id: TypeAlias = int | str
_IDS = (int, str)


@frozen
class Assignment:
    """One task of a solution, assigned to a worker or, with ``worker`` None, to nobody.

    ``start`` and ``end`` have no time zone, as the vendor states none (adiutaOpt facts F077). ``index`` is the task's
    place in the solution's ``tasks``, for everything that is not shown here. Amounts are as received (``profit``,
    ``revenue``).
    """

    index: int
    task: Id | None
    task_name: str | None
    worker: Id | None
    worker_name: str | None
    date: date | None
    start: datetime | None
    end: datetime | None
    kind: str | None
    qualifications: tuple[str, ...]
    revenue: int | None
    profit: int | None
    reason: str | None

    @property
    def assigned(self) -> bool:
        """Whether somebody does it."""
        return self.worker is not None

    @property
    def minutes(self) -> float | None:
        """How long it takes, where start and end are known."""
        if self.start is None or self.end is None:
            return None
        return (self.end - self.start).total_seconds() / 60


@frozen
class Worker:
    """One worker of a solution. ``task_time`` is the vendor's ``totalTaskTime`` as received (unit not published)."""

    worker: Id | None
    name: str | None
    task_time: Any = None

    @property
    def title(self) -> str:
        """The name, else the id."""
        return self.name or str(self.worker)


@frozen
class FieldsFound:
    """Under which names a solution's fields were found.

    ``found`` maps meanings of `SolutionWords` to names, ``missing`` are meanings without one, ``unreadable`` counts
    values that were there and could not be read, by meaning.
    """

    found: Mapping[str, str]
    missing: tuple[str, ...]
    unreadable: Mapping[str, int]

    def __str__(self) -> str:
        parts = [", ".join(f"{meaning}: {name}" for meaning, name in self.found.items())]
        if self.missing:
            parts.append(f"not found: {', '.join(self.missing)}")
        parts += [f"{count} unreadable values of {meaning}" for meaning, count in self.unreadable.items()]
        return "; ".join(parts)


@frozen
class Rows:
    """What was read of a solution, in the order received."""

    tasks: tuple[Assignment, ...] = field(repr=False)
    workers: tuple[Worker, ...] = field(repr=False)
    fields: FieldsFound


class _Top(msgspec.Struct):
    """The arrays, their items unread: they are decoded one by one, so that a large plan is never there twice."""

    tasks: list[msgspec.Raw]
    workers: list[msgspec.Raw]


def read_rows(raw: bytes, words: SolutionWords) -> Rows:
    """Read tasks and workers. Raises `ResponseMismatch` where these are not arrays of objects."""
    try:
        top = msgspec.json.decode(raw, type=_Top)
        return _Reader(words).read(top)
    except UNREADABLE as error:
        raise ResponseMismatch(
            f"this is not a solution with arrays of objects as tasks and workers: {error}", vendor=VENDOR, body=raw
        ) from error


# What is said to be missing where it is: other meanings are alternatives, or rare by nature.
_LOOKED_FOR = (
    "task",
    "task_name",
    "worker",
    "date",
    "start",
    "end",
    "kind",
    "qualifications",
    "worker_id",
    "worker_name",
)


class _Reader:
    def __init__(self, words: SolutionWords) -> None:
        self._words = words
        self._object = msgspec.json.Decoder(dict[str, Any])
        self._found: dict[str, str] = {}
        self._unreadable: dict[str, int] = {}
        self._texts: dict[str, str] = {}  # names, reasons and lists of qualifications recur: each is kept once
        self._lists: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._times = Times()

    def read(self, top: _Top) -> Rows:
        workers, by_task = self._workers(top.workers)
        names = {worker.worker: worker.name for worker in workers}
        tasks = tuple(
            self._task(index, self._object.decode(raw), names, by_task) for index, raw in enumerate(top.tasks)
        )
        missing = tuple(meaning for meaning in _LOOKED_FOR if meaning not in self._found)
        if "seconds" in self._found or "minutes" in self._found:
            missing = tuple(meaning for meaning in missing if meaning != "end")
        return Rows(tasks, workers, FieldsFound(self._found, missing, self._unreadable))

    def _workers(self, raws: list[msgspec.Raw]) -> tuple[tuple[Worker, ...], dict[Id, Id]]:
        """The workers, and, by task, the worker whose list names it: where tasks do not name theirs."""
        workers, by_task = [], dict[Id, Id]()
        for raw in raws:
            data = self._object.decode(raw)
            worker = Worker(
                self._id(data, "worker_id", self._words.worker_id),
                self._text(data, "worker_name", self._words.worker_name),
                self._get(data, "worker_time", self._words.worker_time),
            )
            workers.append(worker)
            listed = self._get(data, "worker_tasks", self._words.worker_tasks)
            if isinstance(listed, list) and worker.worker is not None:
                by_task |= dict.fromkeys(self._listed(listed), worker.worker)
        return tuple(workers), by_task

    def _listed(self, tasks: list[Any]) -> Iterator[Id]:
        for task in tasks:
            found = self._get(task, "task", self._words.task) if isinstance(task, dict) else task
            if _is_id(found):
                yield found

    def _task(
        self, index: int, data: dict[str, Any], names: Mapping[Id | None, str | None], by_task: Mapping[Id, Id]
    ) -> Assignment:
        words = self._words
        task = self._id(data, "task", words.task)
        worker = self._worker(data)
        if worker is None and task is not None:
            worker = by_task.get(task)
        start, end, day = self._period(data)
        return Assignment(
            index=index,
            task=task,
            task_name=self._text(data, "task_name", words.task_name),
            worker=worker,
            worker_name=names.get(worker),
            date=day,
            start=start,
            end=end,
            kind=self._text(data, "kind", words.kind),
            qualifications=self._list(data, "qualifications", words.qualifications),
            revenue=self._number(data, "revenue", words.revenue),
            profit=self._number(data, "profit", words.profit),
            reason=None if worker is not None else self._text(data, "reason", words.reason),
        )

    def _worker(self, data: dict[str, Any]) -> Id | None:
        value = self._get(data, "worker", self._words.worker)
        if isinstance(value, dict):
            value = self._get(value, "worker_id", self._words.worker_id)
        return self._as_id("worker", value)

    def _period(self, data: dict[str, Any]) -> tuple[datetime | None, datetime | None, date | None]:
        words = self._words
        day = self._get(data, "date", words.date)
        start = self._moment("start", self._get(data, "start", words.start), day)
        end_day = self._get(data, "end_date", words.end_date)
        end = self._moment("end", self._get(data, "end", words.end), day if end_day is None else end_day)
        if end is None and start is not None:
            end = self._times.later(
                start,
                seconds=self._number(data, "seconds", words.seconds),
                minutes=self._number(data, "minutes", words.minutes),
            )
        if day is None or isinstance(day, dict):
            return start, end, start.date() if start else None
        known = self._times.day(day)
        if known is None:
            self._fault("date")
        return start, end, known or (start.date() if start else None)

    def _moment(self, meaning: str, value: Any, day: Any) -> datetime | None:
        if isinstance(value, dict):  # an object with a date and a time of its own
            own = self._get(value, "date", self._words.date)
            day = day if own is None else own
            value = self._get(value, "time", self._words.time)
        if value is None:
            return None
        moment = self._times.moment(day, value)
        if moment is None:
            self._fault(meaning)
        return moment

    def _get(self, data: Mapping[str, Any], meaning: str, names: Names) -> Any:
        for name in names:
            value = data.get(name)
            if value is not None:
                if meaning not in self._found:
                    self._found[meaning] = name
                return value
        return None

    def _id(self, data: Mapping[str, Any], meaning: str, names: Names) -> Id | None:
        return self._as_id(meaning, self._get(data, meaning, names))

    def _as_id(self, meaning: str, value: Any) -> Id | None:
        if _is_id(value):
            return value
        if value is not None:
            self._fault(meaning)
        return None

    def _text(self, data: Mapping[str, Any], meaning: str, names: Names) -> str | None:
        value = self._get(data, meaning, names)
        if value is None:
            return None
        text = ", ".join(_texts(value)) if isinstance(value, list) else _plain(value)
        return self._texts.setdefault(text, text)

    def _list(self, data: Mapping[str, Any], meaning: str, names: Names) -> tuple[str, ...]:
        value = self._get(data, meaning, names)
        if value is None:
            return ()
        texts = _texts(value if isinstance(value, list) else [value])
        return self._lists.setdefault(texts, texts)

    def _number(self, data: Mapping[str, Any], meaning: str, names: Names) -> int | None:
        value = self._get(data, meaning, names)
        if value is None or type(value) is int:
            return value
        self._fault(meaning)
        return None

    def _fault(self, meaning: str) -> None:
        self._unreadable[meaning] = self._unreadable.get(meaning, 0) + 1


def _is_id(value: Any) -> TypeGuard[Id]:
    return type(value) in _IDS  # no bool; called a million times for a large plan


def _texts(values: list[Any]) -> tuple[str, ...]:
    return tuple(_plain(value) for value in values)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
