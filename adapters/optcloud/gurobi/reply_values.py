"""Numbers, dates and times as Gurobi Instant Cloud may write them: read tolerantly, None where they cannot be read.

Source: Gurobi facts 3 and 4: numbers come as numbers or strings, a license's end as ``2016-06-30``.
How a creation time is written is not published: that it is ISO 8601, or counted from the epoch, is inferred.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d{1,3})?", re.ASCII)
_ISO = re.compile(r"\d{4}(-?)\d\d\1\d\d([Tt ]|$)", re.ASCII)  # fromisoformat takes any character between date and time
_EPOCH_SECONDS = (Decimal(10**8), Decimal(41 * 10**8))  # 1973 to 2099; what is smaller may be a date without hyphens
_LONGEST = 64
_MOST_MINUTES = 10**9


def text(value: object) -> str:
    """Return a value as text; "" for null."""
    return "" if value is None else str(value)


def number(value: object) -> Decimal | None:
    """Read a number that comes as a number or a string; None for anything else."""
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    written = _short(value)
    if not _NUMBER.fullmatch(written):
        return None
    try:
        return Decimal(written)
    except InvalidOperation:  # the pattern lets none such through; should one get there, it is no number
        return None


def minutes(value: object) -> int | None:
    """Read a whole number of minutes, 0 or more: ``60``, ``"60"``, ``60.0``; None for anything else."""
    read = number(value)
    if read is None or not 0 <= read <= _MOST_MINUTES or read != read.to_integral_value():
        return None
    return int(read)


def day(value: object) -> date | None:
    """Read a date, as written: the time of the day and the zone are left out."""
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    read = _moment(value)
    return None if read is None else read.date()


def moment(value: object) -> datetime | None:
    """Read a moment, in UTC. One that names no zone is taken for UTC (inferred)."""
    read = value if isinstance(value, datetime) else _moment(value)
    if read is None:
        return None
    try:
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except OverflowError:  # the zone moves it out of the calendar
        return None


def _moment(value: object) -> datetime | None:
    since_epoch = number(value)
    if since_epoch is not None:
        for unit in (1, 1000):
            if _EPOCH_SECONDS[0] <= since_epoch / unit < _EPOCH_SECONDS[1]:
                return datetime.fromtimestamp(float(since_epoch / unit), UTC)
    written = _short(value)
    try:
        return datetime.fromisoformat(written) if _ISO.match(written) else None
    except ValueError:
        return None


def _short(value: object) -> str:
    """Return a value as text without blanks around it; "" for what is too long to be a number, a date or a time."""
    written = str(value).strip()
    return written if len(written) <= _LONGEST else ""
