"""The vendor's own types of values: dates, times, weekdays, languages, genders; from and to Python's.

Source: vendor page "ShiftPlanner v6.0.0", common data types; adiutaOpt facts F073-F080. No time zone is stated
(adiutaOpt facts F077): a date and a time are what the clock on the wall shows where the plan is made, so aware
datetimes are refused.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from enum import IntEnum

DATE = re.compile(r"([0-9]{4})-(0?[1-9]|1[0-2])-(0?[1-9]|[1-2][0-9]|3[0-1])")
TIME = re.compile(r"(-?)([0-9]{1,9}):([0-5][0-9]|[0-9])")
_MOST_HOURS = 999_999_999
_MINUTE = timedelta(minutes=1)
_LEAP_YEAR = 2000


class Weekday(IntEnum):
    """Days of the week, as the vendor counts them (adiutaOpt facts F080)."""

    SUNDAY = 0
    MONDAY = 1
    TUESDAY = 2
    WEDNESDAY = 3
    THURSDAY = 4
    FRIDAY = 5
    SATURDAY = 6


class Language(IntEnum):
    """Languages of a plan (adiutaOpt facts F078)."""

    GERMAN = 0
    ENGLISH = 1


class Gender(IntEnum):
    """Genders (adiutaOpt facts F079)."""

    NOT_PROVIDED = 0
    MALE = 1
    FEMALE = 2
    OTHER = 3


def weekday(day: date) -> Weekday:
    """Return the weekday of a date: Sunday is 0, unlike in Python."""
    return Weekday(day.isoweekday() % 7)


def vendor_date(day: date) -> str:
    """Write a date, or the day of a datetime, as the vendor's Date: ``2026-03-02``."""
    if isinstance(day, datetime):
        day = _naive(day).date()
    return day.isoformat()


def vendor_time(moment: datetime | timedelta | time, on: date | None = None) -> str:
    """Write a moment as the vendor's Time: the offset from midnight of the date that stands in the same object.

    ``on`` is that date; a datetime is counted from it (from its own day without), so that the next morning is
    ``31:25`` and the evening before ``-01:30``. A timedelta is the offset itself, a time one within the day. Raises
    ValueError for what the vendor's Time cannot say: seconds, time zones, more than nine digits of hours.
    """
    offset = _offset(moment, on)
    if offset % _MINUTE:
        raise ValueError(f"{moment} has seconds, and the vendor's Time has none: round it to minutes")
    minutes = abs(offset) // _MINUTE
    if minutes // 60 > _MOST_HOURS:
        raise ValueError(f"{moment} is more than {_MOST_HOURS} hours from midnight, the most that a Time can say")
    return f"{'-' if offset < timedelta() else ''}{minutes // 60:02}:{minutes % 60:02}"


def read_date(text: str) -> date:
    """Read a Date; digits may be unpadded (``2051-4-1``). Raises ValueError, also for a day that does not exist.

    The vendor's year 0000 has no counterpart in Python: ValueError, too.
    """
    found = DATE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a Date: write year, month and day, such as 2026-03-02")
    if why := impossible(text):
        raise ValueError(f"{text!r} is not a day of the calendar: {why}")
    year, month, day = (int(part) for part in found.groups())
    if year == 0:
        raise ValueError(f"{text!r}: Python's dates begin with the year 0001")
    return date(year, month, day)


def read_time(text: str) -> timedelta:
    """Read a Time as the offset from midnight; the minus is that of hours and minutes together. Raises ValueError."""
    found = TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a Time: write hours and minutes, such as 07:25, 31:25 or -16:35")
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return -offset if found[1] else offset


def moment(date_text: str, time_text: str) -> datetime:
    """Return the moment that a Date and a Time of the same object mean, without a time zone (adiutaOpt facts F077).

    Source: adiutaOpt facts F076.

    Raises ValueError for malformed or impossible ones, and for moments outside the years 0001 to 9999.
    """
    midnight = datetime.combine(read_date(date_text), time())
    try:
        return midnight + read_time(time_text)
    except OverflowError:
        raise ValueError(f"{date_text} {time_text} is outside the years 0001 to 9999") from None


def impossible(text: str) -> str | None:
    """Say why a text in the form of a Date names no day of the calendar; None for all other texts.

    The pattern takes ``2020-02-31``; the vendor's optimizer refuses it after the problem was accepted (adiutaOpt facts
    F074).
    """
    found = DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups())
    last = monthrange(year or _LEAP_YEAR, month)[1]  # the year 0 is a leap year; Python's calendar has none
    return None if day <= last else f"month {month} of {year:04} has {last} days"


def _offset(moment: datetime | timedelta | time, on: date | None) -> timedelta:
    if isinstance(moment, timedelta):
        if on is not None:
            raise ValueError("a timedelta is an offset already: leave out `on`, or give a datetime")
        return moment
    if isinstance(moment, datetime):
        naive = _naive(moment)
        day = naive.date() if on is None else on.date() if isinstance(on, datetime) else on
        return naive - datetime.combine(day, time())
    if moment.tzinfo is not None:
        raise ValueError(f"{moment} has a time zone, and the vendor states none: take the clock of the place planned")
    return datetime.combine(date.min, moment) - datetime.combine(date.min, time())


def _naive(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        return moment
    raise ValueError(
        f"{moment} has a time zone, and the vendor states none: take the clock of the place planned, "
        "moment.astimezone(zone).replace(tzinfo=None)"
    )
