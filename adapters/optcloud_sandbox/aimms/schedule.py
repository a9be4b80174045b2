"""When a task runs: scheduleFor, scheduleIn, scheduleInterval (AIMMS facts 2.8)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from optcloud_sandbox.clock import CLOCK_ENDS
from optcloud_sandbox.refusal import Refusal

_MOMENT = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[ T](?P<clock>\d\d:\d\d(:\d\d)?)(?P<fraction>\.\d{1,6})? ?(?P<zone>Z|[+-]\d\d:\d\d)?"
)
_ISO = re.compile(
    r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?",
    re.ASCII,
)
_WORD = re.compile(r"(\d+) ?(second|minute|hour|day|week|month|year)s?", re.ASCII)
_BETWEEN = re.compile(r",? and |, ?| ")  # "1 day 2 hours" and the like (inferred: the page has "1 day" and "2 weeks")
_SECONDS = {
    # A month and a year are as long as here (inferred).
    "seconds": 1.0,
    "minutes": 60.0,
    "hours": 3600.0,
    "days": 86400.0,
    "weeks": 7 * 86400.0,
    "months": 30 * 86400.0,
    "years": 365 * 86400.0,
}
_END = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


@dataclass(frozen=True)
class TaskSchedule:
    """`due` in seconds since the epoch, `interval` in seconds; the texts are shown as received."""

    due: float
    text: str | None = None
    interval: float | None = None
    interval_text: str | None = None


def read_schedule(query: Mapping[str, str], now: float) -> TaskSchedule:
    """Schedule of a new task; Refusal 400 names the parameter that cannot be read."""
    moment, delay, interval = (query.get(name) for name in ("scheduleFor", "scheduleIn", "scheduleInterval"))
    due = now
    if moment is not None:
        due = max(due, _moment(moment))
    if delay is not None:
        due = max(due, now + _duration(delay, "scheduleIn"))
    repeated = None if interval is None else _duration(interval, "scheduleInterval")
    # What repeats has a next run as soon as one is due, which is before the sandbox's clock ends.
    if due > _END or CLOCK_ENDS + (repeated or 0) > _END:
        raise Refusal(400, "the schedule comes to lie beyond the year 9999")
    if repeated is not None and repeated < 1:
        raise Refusal(400, f"scheduleInterval must be one second or longer, got {interval!r}")
    shown = None if moment is None and delay is None else timestamp(due)
    return TaskSchedule(due, shown, repeated, interval)


def timestamp(moment: float) -> str:
    """A time as the task examples print it: blank, six decimals, no zone; UTC here (unknown 13: inferred)."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _moment(text: str) -> float:
    found = _MOMENT.fullmatch(text.strip())
    if found is not None:
        fraction, zone = found["fraction"] or "", (found["zone"] or "+00:00").replace("Z", "+00:00")
        try:
            return datetime.fromisoformat(
                f"{found['day']}T{found['clock']}{fraction and fraction.ljust(7, '0')}{zone}"
            ).timestamp()
        except ValueError as error:
            raise Refusal(400, f"scheduleFor is no moment: {error}") from error
    raise Refusal(400, f"scheduleFor must look like YYYY-MM-DD hh:mm:ss.ms +/-HH:MM, got {text!r}")


def _duration(text: str, name: str) -> float:
    """Seconds of an ISO 8601 duration or of words."""
    parts = _iso_parts(text.strip()) or _word_parts(text.strip())
    if not parts:
        raise Refusal(
            400, f"{name} must be an ISO 8601 duration such as P1DT2H or words such as '2 weeks', got {text!r}"
        )
    return sum(float(count) * _SECONDS[unit] for unit, count in parts)


def _iso_parts(text: str) -> list[tuple[str, str]]:
    found = _ISO.fullmatch(text)
    if found is None or text.endswith("T"):
        return []
    return [(unit, count) for unit, count in found.groupdict().items() if count]


def _word_parts(text: str) -> list[tuple[str, str]]:
    parts, place = [], 0
    while (found := _WORD.match(text, place)) is not None:
        parts.append((f"{found[2]}s", found[1]))
        if found.end() == len(text):
            return parts
        between = _BETWEEN.match(text, found.end())
        if between is None:
            break
        place = between.end()
    return []
