"""When an API key ends: at most a year ahead, in any of the vendor's spellings of a date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

from optcloud.aimms.connection import VENDOR
from optcloud.core.errors import BadRequest
from optcloud.core.flow import Flow, Instant, ReadClock

Expiry: TypeAlias = date | datetime | timedelta | str
"""When a key ends: a day, a moment (its day in UTC), a time from now, or a text such as ``2027-01-31``."""


def expiry_of(text: str) -> datetime | None:
    """Read a date in any of the vendor's spellings: ``2023-10-21``, ``2023-10-21T00:00``, with seconds or an offset.

    Inferred: without an offset it is UTC, a day means its beginning.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def expiration_day(expires: Expiry, now: datetime) -> date:
    """Return the day to ask for. Raises `BadRequest` when it is past or more than a year ahead.

    Inferred: "1 year" ends on the same day of the next year, by the day it is now in UTC.
    """
    if isinstance(expires, str):
        moment = expiry_of(expires)
        if moment is None:
            raise _refused(f"{expires!r} is no date such as 2027-01-31")
        day = moment.date()
    elif isinstance(expires, timedelta):
        day = _later(now, expires)
    elif isinstance(expires, datetime):
        day = (expires.astimezone(UTC) if expires.tzinfo else expires).date()
    else:
        day = expires
    today = now.date()
    if day < today:
        raise _refused(f"{day} is in the past (today is {today})")
    if day > (latest := _a_year_after(today)):
        raise _refused(f"{day} is more than a year ahead; the latest is {latest}")
    return day


def _later(now: datetime, delay: timedelta) -> date:
    try:
        return (now + delay).date()
    except OverflowError as error:
        raise _refused(f"{delay} from now is no date") from error


def _a_year_after(today: date) -> date:
    leap_day = (today.month, today.day) == (2, 29)
    return today.replace(year=today.year + 1, day=28 if leap_day else today.day)


def _refused(what: str) -> BadRequest:
    return BadRequest(f"expirationDate: {what}", vendor=VENDOR, operation="createApiKey")


def now_by_the_clock() -> Flow[datetime]:
    """Return the moment it is, in UTC."""
    instant: Instant = yield ReadClock()
    return datetime.fromtimestamp(instant.wall, UTC)
