"""A solution as a Gantt chart: by worker, days as columns; or by day, hours as columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Any, Literal, TypeAlias

from attrs import frozen

from optcloud.adiutaopt.connection import VENDOR
from optcloud.adiutaopt.solution.assignments import Assignment, Id, Rows
from optcloud.adiutaopt.solution.language import LANGUAGES, ChartLanguage
from optcloud.core.errors import ConfigError, ResponseMismatch
from optcloud.views.gantt.chart import Bar, Chart, ChartColumn, Lane, Section

By: TypeAlias = Literal["worker", "day"]
Colour: TypeAlias = Literal["auto", "kind", "qualification", "name"]
TO = "\N{EN DASH}"
_SATURDAY = 5
MOST_DAYS = 400
_KINDS_OF_NAMES = 12  # more names of tasks than this are no kinds


@frozen
class Timed:
    """A row with a start and an end."""

    row: Assignment
    start: datetime
    end: datetime
    kind: str

    @property
    def day(self) -> date:
        """The day that the task counts for: the one it begins on."""
        return self.start.date()


@frozen
class Wish:
    """What the picture shall show. ``first`` and ``last`` are days, both included; a task counts for its first day."""

    by: By = "worker"
    colour: Colour = "auto"
    title: str | None = None
    first: date | None = None
    last: date | None = None
    language: str = "en"


def chart_of(rows: Rows, wish: Wish, *, title: str) -> Chart:
    """Return the chart. Raises `ConfigError` for a wish that cannot be, `ResponseMismatch` where no task has times."""
    if wish.by not in ("worker", "day"):
        raise ConfigError(f"a picture is made by worker or by day, not by {wish.by!r}")
    if wish.language not in LANGUAGES:
        raise ConfigError(f"{wish.language!r} is no language known here: {', '.join(LANGUAGES)}")
    kind_of = _kinds(rows.tasks, wish.colour, LANGUAGES[wish.language])
    timed = [
        Timed(row, row.start, max(row.start, row.end), kind_of(row)) for row in rows.tasks if row.start and row.end
    ]
    if rows.tasks and not timed:
        raise ResponseMismatch(
            "no task of the solution has a start and an end that can be read; if they have names of their own, say so: "
            f"solution.read_as(SolutionWords(start=…, end=…)). Read were: {rows.fields}",
            vendor=VENDOR,
        )
    shown = [task for task in timed if (wish.first or date.min) <= task.day <= (wish.last or date.max)]
    if not shown:
        raise ConfigError("there is no task in that period" if timed else "the solution has no tasks")
    _check_span(shown)
    return _Charting(rows, shown, LANGUAGES[wish.language], len(rows.tasks) - len(timed)).chart(
        wish.by, wish.title or title
    )


def _check_span(timed: Sequence[Timed]) -> None:
    """Refuse days so far apart that a date is likely wrong: the picture would be as wide."""
    first, last = min(timed, key=lambda task: task.start), max(timed, key=lambda task: task.end)
    if (last.end.date() - first.day).days >= MOST_DAYS:
        raise ConfigError(
            f"from {first.day} (task {first.row.task}) to {last.end.date()} (task {last.row.task}) are more days than "
            f"a picture holds ({MOST_DAYS}): see whether the dates are right, or give first and last days"
        )


class _Charting:
    def __init__(self, rows: Rows, timed: Sequence[Timed], language: ChartLanguage, untimed: int) -> None:
        self._rows = rows
        self._timed = timed
        self._words = language
        self._untimed = untimed
        self._first = min(task.day for task in timed)
        self._last = max(task.day for task in timed)
        self._given: dict[Id | None, list[Timed]] = {}
        for task in timed:
            self._given.setdefault(task.row.worker, []).append(task)

    def chart(self, by: By, title: str) -> Chart:
        words, open_tasks = self._words, self._given.get(None, [])
        sections, columns, ticks, hours = self._by_worker() if by == "worker" else self._by_day()
        known = {worker.worker for worker in self._rows.workers} | (self._given.keys() - {None})
        subtitle = words.subtitle.format(
            first=words.long_day(self._first),
            last=words.long_day(self._last),
            assigned=len(self._timed) - len(open_tasks),
            tasks=len(self._timed),
            busy=len(self._given.keys() - {None}),
            workers=len(known),
            hours=words.hours(_hours(task for task in self._timed if task.row.assigned)),
        )
        return Chart(
            title=title,
            subtitle=subtitle,
            sections=sections,
            columns=columns,
            ticks=ticks,
            hours=hours,
            kinds=dict(Counter(task.kind for task in self._timed).most_common()),
            words=words.around,
            remarks=(words.untimed.format(tasks=self._untimed),) if self._untimed else (),
        )

    def _by_worker(self) -> tuple[tuple[Section, ...], tuple[ChartColumn, ...], tuple[tuple[float, str], ...], float]:
        origin = datetime.combine(self._first, time())
        open_tasks = self._given.get(None, [])
        lanes = [self._open_lane(open_tasks, origin)] if open_tasks else []
        lanes += [self._lane(name, self._given.get(worker, []), origin) for worker, name in self._names()]
        # Nights of the last day run on into the next one: as much of it as they need.
        end = max(task.end for task in self._timed)
        hours = max(24.0 * self._days, 6.0 * ceil((end - origin).total_seconds() / 21600))
        columns = tuple(self._day_column(number, hours) for number in range(ceil(hours / 24)))
        step = {1: 1, 2: 2, 3: 3}.get(self._days)
        ticks = tuple((float(h), f"{h % 24:02}") for h in range(0, int(hours), step)) if step else ()
        return (Section(None, tuple(lanes)),), columns, ticks, hours

    def _by_day(self) -> tuple[tuple[Section, ...], tuple[ChartColumn, ...], tuple[tuple[float, str], ...], float]:
        days = [self._first + timedelta(number) for number in range(self._days)]
        sections = tuple(self._day_section(day) for day in days if any(task.day == day for task in self._timed))
        latest = max((task.end - datetime.combine(task.day, time())).total_seconds() for task in self._timed)
        hours = max(24, 2 * ceil(latest / 7200))
        columns = tuple(
            ChartColumn(h, h + 2, (f"{h % 24:02}:00", f"{h % 24:02}"), shaded=h >= 24) for h in range(0, hours, 2)
        )
        return sections, columns, (), float(hours)

    @property
    def _days(self) -> int:
        return (self._last - self._first).days + 1

    def _names(self) -> list[tuple[Id, str]]:
        """Workers in the order received, then those whom only tasks name."""
        listed = [(worker.worker, worker.title) for worker in self._rows.workers if worker.worker is not None]
        known = {worker for worker, _ in listed}
        return listed + [(worker, str(worker)) for worker in self._given if worker is not None and worker not in known]

    def _day_section(self, day: date) -> Section:
        origin = datetime.combine(day, time())
        today: dict[Id | None, list[Timed]] = {
            worker: [task for task in tasks if task.day == day] for worker, tasks in self._given.items()
        }
        open_tasks = today.pop(None, [])
        busy = [
            (min(task.start for task in today[w]), index, w, name)
            for index, (w, name) in enumerate(self._names())
            if today.get(w)
        ]
        lanes = [self._open_lane(open_tasks, origin)] if open_tasks else []
        lanes += [self._lane(name, today[worker], origin) for _, _, worker, name in sorted(busy, key=lambda it: it[:2])]
        tasks = [task for worker in today for task in today[worker]]
        words = self._words
        note = words.day_note.format(tasks=len(tasks), workers=len(busy), hours=words.hours(_hours(tasks)))
        missing = words.day_open.format(open=len(open_tasks)) if open_tasks else ""
        return Section(words.long_day(day), tuple(lanes), note + missing)

    def _lane(self, name: str, tasks: Sequence[Timed], origin: datetime) -> Lane:
        note = f"{self._words.hours(_hours(tasks))} · {len(tasks)}" if tasks else "0"
        return Lane(name, note, tuple(self._bar(task, name, origin) for task in tasks))

    def _open_lane(self, tasks: Sequence[Timed], origin: datetime) -> Lane:
        note = f"{self._words.hours(_hours(tasks))} · {len(tasks)}"
        name = self._words.around.open
        return Lane(name, note, tuple(self._bar(task, name, origin) for task in tasks), open=True)

    def _bar(self, task: Timed, who: str, origin: datetime) -> Bar:
        start, end = task.start, task.end
        clock, name = _clock(start, end), task.row.task_name or str(task.row.task)
        return Bar(
            start=(start - origin).total_seconds() / 3600,
            end=(end - origin).total_seconds() / 3600,
            kind=task.kind,
            labels=(f"{name} {clock}", name, clock, clock.partition(TO)[0]),
            hint=self._hint(task, who, name),
            open=not task.row.assigned,
        )

    def _hint(self, task: Timed, who: str, name: str) -> tuple[str, ...]:
        words, row = self._words, task.row
        until = f"{task.end:%H:%M}" if task.end - task.start < timedelta(days=1) else f"{task.end:%Y-%m-%d %H:%M}"
        lines = [
            who,
            name,
            f"{words.long_day(task.day)}, {task.start:%H:%M}{TO}{until} ({words.hours(_hours([task]))})",
        ]
        lines += [row.kind] if row.kind else []
        lines += [", ".join(row.qualifications)] if row.qualifications else []
        lines += [f"{words.profit} {row.profit}"] if row.profit is not None else []
        lines += [row.reason] if row.reason else []
        return (*lines, f"{words.task} {row.task}")

    def _day_column(self, number: int, hours: float) -> ChartColumn:
        day = self._first + timedelta(number)
        count = Counter(task.row.assigned for task in self._timed if task.day == day)
        words = self._words
        return ChartColumn(
            start=24.0 * number,
            end=min(24.0 * (number + 1), hours),
            titles=words.short_days(day),
            note=words.count.format(tasks=count[True]) if count else "",
            warning=words.open_count.format(open=count[False]) if count[False] else "",
            shaded=day.weekday() >= _SATURDAY,
        )


def _hours(tasks: Any) -> float:
    total: float = sum((task.end - task.start).total_seconds() for task in tasks) / 3600
    return total


def _clock(start: datetime, end: datetime) -> str:
    return TO.join(f"{at:%H}" if at.minute == 0 else f"{at:%H:%M}" for at in (start, end))


def _kinds(tasks: Sequence[Assignment], colour: Colour, words: ChartLanguage) -> Any:
    """Return what tells a row's kind: a field of it, or, with ``auto``, the first that says something."""
    ways: Mapping[str, Any] = {
        "kind": lambda row: row.kind or words.no_kind,
        "qualification": lambda row: ", ".join(row.qualifications) or words.no_kind,
        "name": lambda row: row.task_name or words.no_kind,
    }
    if colour != "auto":
        if colour not in ways:
            raise ConfigError(f"a picture is coloured by {', '.join(ways)} or auto, not by {colour!r}")
        return ways[colour]
    if any(row.kind for row in tasks):
        return ways["kind"]
    if any(row.qualifications for row in tasks):
        return ways["qualification"]
    names = {row.task_name for row in tasks}
    return ways["name"] if len(names) <= _KINDS_OF_NAMES else lambda row: words.one_kind
