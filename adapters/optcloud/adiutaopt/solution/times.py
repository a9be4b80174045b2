"""The vendor's Date and Time in a solution as datetimes: tolerant, None for what cannot be one.

Sources: adiutaOpt facts F073-F077 (a Time is an offset from midnight of the Date beside it, perhaps negative or beyond
a day; no time zone is stated). Date and time in one ISO 8601 text are inferred.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from optcloud.adiutaopt.problem.values import read_date, read_time


class Times:
    """Reads texts; a large plan repeats few of them, so each is read once."""

    def __init__(self) -> None:
        self._days: dict[str, date | None] = {}
        self._offsets: dict[str, timedelta | None] = {}

    def day(self, text: Any) -> date | None:
        """Read a Date, or the day of an ISO 8601 date and time."""
        if not isinstance(text, str):
            return None
        if text not in self._days:
            self._days[text] = _read_day(text)
        return self._days[text]

    def moment(self, day: Any, value: Any) -> datetime | None:
        """Read a Time beside a Date, or a date and time in one text; a zone is left out, as the plan has none."""
        if not isinstance(value, str):
            return None
        offset = self._offset(value)
        if offset is None:
            return _read_moment(value)
        known = self.day(day)
        return None if known is None else _add(datetime.combine(known, time()), offset)

    def later(self, start: datetime, *, seconds: int | None, minutes: int | None) -> datetime | None:
        """Return the end of what takes so long; None where that is not known."""
        if seconds is None and minutes is None:
            return None
        whole = seconds if seconds is not None else 60 * (minutes or 0)
        try:
            return _add(start, timedelta(seconds=whole))
        except OverflowError:
            return None

    def _offset(self, text: str) -> timedelta | None:
        if text not in self._offsets:
            self._offsets[text] = _read_offset(text)
        return self._offsets[text]


def _read_offset(text: str) -> timedelta | None:
    try:
        return read_time(text)
    except ValueError:
        return None


def _read_day(text: str) -> date | None:
    try:
        return read_date(text.partition("T")[0].partition(" ")[0])
    except ValueError:  # no date, a day that the calendar does not have, or the year 0000
        return None


def _read_moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def _add(moment: datetime, offset: timedelta) -> datetime | None:
    try:
        return moment + offset
    except OverflowError:  # before the year 1 or after 9999
        return None
