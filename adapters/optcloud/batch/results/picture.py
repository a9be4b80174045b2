"""A batch as a picture: how many jobs were in which state over time, how long they ran, what went wrong."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from math import ceil, floor
from pathlib import Path

from attrs import evolve

from optcloud.batch.jobs import JobState
from optcloud.batch.ledger.rows import JobRow
from optcloud.batch.results.tables import replacing
from optcloud.core.errors import ConfigError
from optcloud.core.escaping import shown
from optcloud.core.local_paths import path_to_write
from optcloud.views.gantt.colours import OTHERS, PALETTE
from optcloud.views.run.bins import Bins
from optcloud.views.run.chart import RunChart, RunFailure, RunLayer, RunTimes
from optcloud.views.run.page import page_of_run

_SKY, _ORANGE, _GREEN, _PINK, _BLUE, _YELLOW, _RED = PALETTE
_STATES = {  # from below; what went wrong stands at the foot, where a thin layer is seen
    "failed": _RED,
    "gone": _PINK,
    "held": _YELLOW,
    "ok": _GREEN,
    "running": _BLUE,
    "sent": _SKY,
    "being sent": _ORANGE,
    "not sent yet": OTHERS,
}
_PASSING = ("running", "sent", "being sent")
_INDEX = {name: index for index, name in enumerate(_STATES)}

_TROUBLE = (JobState.FAILED, JobState.GONE, JobState.HELD)
_POINTS, _BARS = 240, 30
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
_PACES = (("second", 1), ("minute", 60), ("hour", 3600), ("day", 86400))
_MOST_MESSAGES, _SHOWN_MESSAGES = 2000, 12


def picture(rows: Iterable[JobRow], path: str | Path, *, title: str = "Batch", now: float | None = None) -> Path:
    """Write a page (``.html``) that shows a batch, in one file that needs nothing else; a hundred thousand jobs fit.

    ``now``: until when jobs that have not ended are drawn, in seconds since the epoch. Times are in UTC. A job that was
    sent again is drawn as it went the last time.

    Raises `ConfigError` for another end of the name, where the folder is not there, or without the extra ``pictures``;
    `DrawingError`, `OSError`.
    """
    target = path_to_write(path)
    if target.suffix.lower() not in (".html", ".htm"):
        raise ConfigError(f"{shown(target.name)}: a picture of a batch is a page, whose name ends with .html")
    page = page_of_run(run_chart(rows, title=title, now=time.time() if now is None else now))
    with replacing(target) as beside:
        beside.write_text(page, encoding="utf-8")
    return target


def run_chart(rows: Iterable[JobRow], *, title: str = "Batch", now: float) -> RunChart:
    """Return what `picture` draws."""
    run = _Run(now)
    for row in rows:
        run.take(row)
    return run.chart(title)


class _Run:
    """What is gathered of the rows."""

    def __init__(self, now: float) -> None:
        self._now = now
        self._changes = Bins(len(_STATES))
        self._durations = Bins(1)
        self._begin: float | None = None
        self._added = now
        self._last = 0.0
        self._started_is_known = self._started_is_unknown = False
        self._longest = 0.0
        self._failures: dict[tuple[str, str], RunFailure] = {}
        self._other_failures = 0
        self._ended = self._held = self._all = 0

    def take(self, row: JobRow) -> None:
        """Count a job."""
        self._all += 1
        self._ended += row.state.ended
        self._held += row.state is JobState.HELD
        before = None
        at = 0.0
        for moment, name in _history(row):
            at = min(max(at, moment), self._now)
            if before is not None:
                self._changes.add(at, _INDEX[before], -1)
            self._changes.add(at, _INDEX[name])
            before = name
        self._last = max(self._last, at)
        self._added = min(self._added, row.added)
        if row.state is not JobState.NEW and row.armed is not None:
            self._begin = row.armed if self._begin is None else min(self._begin, row.armed)
        self._take_duration(row)
        if row.state in _TROUBLE:
            self._take_failure(row)

    def _take_duration(self, row: JobRow) -> None:
        begin = row.sent if row.started is None else row.started
        if row.state in (JobState.OK, JobState.FAILED) and begin is not None and row.ended is not None:
            self._started_is_known |= row.started is not None
            self._started_is_unknown |= row.started is None
            took = max(0.0, row.ended - begin)
            self._durations.add(took, 0)
            self._longest = max(self._longest, took)

    def _take_failure(self, row: JobRow) -> None:
        message = row.message or row.word or "no word of why"
        same = (str(row.state), re.sub(r"[0-9]+", "0", message[:400]))  # numbers aside
        known = self._failures.get(same)
        if known is None and len(self._failures) >= _MOST_MESSAGES:
            self._other_failures += 1
            return
        first = known or RunFailure(str(row.state), message, 0, row.key)
        varied = first.varied or first.message != message
        self._failures[same] = evolve(first, count=first.count + 1, varied=varied)

    def chart(self, title: str) -> RunChart:
        """Return what is to be drawn."""
        begin = self._added if self._begin is None else self._begin
        end = self._last if self._ended + self._held == self._all else self._now
        end = max(end, begin + 1)
        moments = [begin + (end - begin) * point / _POINTS for point in range(_POINTS + 1)] if self._all else []
        standing = self._changes.standing(moments) if moments else []
        layers = [
            RunLayer(name, colour, name in _PASSING, [counts[_INDEX[name]] for counts in standing])
            for name, colour in _STATES.items()
        ]
        failures = sorted(self._failures.values(), key=lambda one: -one.count)
        others = self._other_failures + sum(one.count for one in failures[_SHOWN_MESSAGES:])
        return RunChart(
            title,
            self._remarks(begin, end),
            moments,
            layers,
            "Jobs at the vendor",
            self._times(),
            failures[:_SHOWN_MESSAGES],
            others,
        )

    def _remarks(self, begin: float, end: float) -> list[str]:
        if not self._all:
            return ["There are no jobs yet."]
        words = f"{self._ended:,} of {self._all:,} jobs have ended ({_percent(self._ended, self._all)})"
        if self._held:
            words += f", {self._held:,} {'is' if self._held == 1 else 'are'} held until a person decides"
        if self._begin is None:
            return [f"{words}; none has been sent."]
        pace = f", {_pace(self._ended / (end - begin))}" if self._ended else ""
        return [f"{words}.", f"{_utc(begin)} to {_utc(end)} UTC: {_span(end - begin)}{pace}."]

    def _times(self) -> RunTimes | None:
        if not self._longest:
            return None
        low, high = self._durations.quantile(0), self._durations.quantile(0.98)
        high = self._longest if self._longest <= 2 * high else high
        step = next((one for one in _STEPS if (high - low) / one <= _BARS), (high - low) / _BARS)
        first = floor(low / step)
        edges = [step * index for index in range(first, max(first + 1, ceil(high / step + 1e-9)) + 1)]
        counts = self._durations.between(edges)
        title = "from start to end" if self._started_is_known else "from sending to end"
        if self._started_is_known and self._started_is_unknown:
            title += " (from sending, where the start is not known)"
        remark = (
            f"Half of the jobs took {_span(self._durations.quantile(0.5))} or less, 95 % "
            f"{_span(self._durations.quantile(0.95))} or less; the longest took {_span(self._longest)}."
        )
        left = sum(sums[0] for _, sums in self._durations) - sum(counts)
        if left:
            remark += f" {left:,} that took longer than {_span(edges[-1])} are not drawn."
        return RunTimes(title, edges, counts, remark)


def _history(row: JobRow) -> Iterator[tuple[float, str]]:
    """Tell when the job came into which state, in the order of time."""
    yield row.added, "not sent yet"
    if row.state is JobState.NEW:
        return
    armed = row.added if row.armed is None else row.armed
    if row.state is JobState.HELD:
        yield armed, "held"
        return
    yield armed, "being sent"
    if row.state is JobState.ARMED:
        return
    sent = armed if row.sent is None else row.sent
    yield sent, "sent"
    if row.started is not None:
        yield row.started, "running"
    if row.state is not JobState.SENT:
        yield (sent if row.ended is None else row.ended), str(row.state)


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _span(seconds: float) -> str:
    """Say a span of time in the two units that matter."""
    if seconds < 10:
        return f"{seconds:.2g} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def _pace(per_second: float) -> str:
    unit, seconds = next((one for one in _PACES if per_second * one[1] >= 2), _PACES[-1])
    pace = per_second * seconds
    return f"{f'{pace:,.0f}' if pace >= 100 else f'{pace:.2g}'} jobs a {unit}"


def _percent(part: int, whole: int) -> str:
    share = 100 * part / whole
    return f"{floor(share * 10) / 10:g} %"
