"""When a task runs: at a moment, after a delay, again and again.

Source: vendor page "AIMMS PRO REST API", Schedule Task(s); AIMMS facts 2.8.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from optcloud.aimms.connection import VENDOR
from optcloud.core.errors import BadRequest

# As in the document's overlay: what may follow the minutes is optional, without an offset it is UTC.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: [+-]\d\d:\d\d)?", re.ASCII)
_ISO = re.compile(
    r"P(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?", re.ASCII
)
# The vendor gives "1 day" and "2 weeks" and no list of words: any number with any word, several in a row (inferred).
_WORDS = re.compile(r"\d+ ?[A-Za-z]+(?:(?:,| and|, and)? \d+ ?[A-Za-z]+)*", re.ASCII)
_MILLISECOND = timedelta(milliseconds=1)


def moment(at: datetime | str, name: str = "at") -> str:
    """Return ``scheduleFor``: ``YYYY-MM-DD hh:mm:ss.ms +HH:MM``, in the zone of the datetime.

    A datetime without a zone is refused, since the vendor would read it as UTC. A fraction of a millisecond is rounded
    up: the task must not run before its time. An offset with seconds (times of long ago) is cut to minutes, and the
    moment stays the same. Text is the vendor's own form. Raises `BadRequest`.
    """
    if isinstance(at, str):
        if _MOMENT.fullmatch(at) is None or not _exists(at):
            raise _wrong(name, f"{at!r} is no moment such as 2026-01-31 08:00:00.000 +01:00")
        return at
    if not isinstance(at, datetime):  # a date, which type checkers do not always see
        raise _wrong(name, f"{at} is a day without a time; datetime.combine makes one of both")
    offset = at.utcoffset()
    if offset is None:
        raise _wrong(
            name,
            f"{at.isoformat()} has no time zone; give it one, such as "
            "datetime(2026, 1, 31, 8, tzinfo=ZoneInfo('Europe/Amsterdam')) or at.astimezone() for this machine's",
        )
    try:
        local = at.astimezone(timezone(timedelta(minutes=int(offset / timedelta(minutes=1)))))
        local += -timedelta(microseconds=local.microsecond) % _MILLISECOND
    except OverflowError as error:
        raise _wrong(name, f"{at.isoformat()} lies beyond all years") from error
    text = local.isoformat(" ", "milliseconds")
    return f"{text[:-6]} {text[-6:]}"


def delay(after: timedelta | str, name: str = "after") -> str:
    """Return ``scheduleIn`` or ``scheduleInterval``: an ISO 8601 duration, or the vendor's words ("2 weeks").

    Source: AIMMS facts 2: either form is taken. That seconds may have a fraction is inferred from ISO 8601. Raises
    `BadRequest` for nothing, less than nothing and text of neither form.
    """
    if isinstance(after, str):
        if not (_ISO.fullmatch(after) or _WORDS.fullmatch(after)) or not re.search("[1-9]", after):
            raise _wrong(name, f"{after!r} is no duration such as P1DT2H, '1 day' or '2 weeks'")
        return after
    if after <= timedelta(0):
        raise _wrong(name, f"{after} is not more than nothing")
    hours, seconds = divmod(after.seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    fraction = f".{after.microseconds:06}".rstrip("0") if after.microseconds else ""
    date = f"{after.days}D" if after.days else ""
    time = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M")) if count)
    time += f"{seconds}{fraction}S" if seconds or fraction else ""
    return f"P{date}T{time}" if time else f"P{date}"


def schedule(at: datetime | str | None, after: timedelta | str | None, every: timedelta | str | None) -> dict[str, str]:
    """Return the arguments of the generated call. Raises `BadRequest` before sending."""
    if at is not None and after is not None:
        raise _wrong("at, after", "both say when the task runs first; give one of them")
    words = {
        "schedule_for": None if at is None else moment(at),
        "schedule_in": None if after is None else delay(after),
        "schedule_interval": None if every is None else delay(every, "every"),
    }
    return {name: word for name, word in words.items() if word is not None}


def _exists(text: str) -> bool:
    """Return whether there is such a day and time."""
    date, time, *offset = text.split()
    clock, _, fraction = time.partition(".")
    try:
        datetime.fromisoformat(f"{date}T{clock}{'.' + (fraction + '000000')[:6] if fraction else ''}{''.join(offset)}")
    except ValueError:
        return False
    return True


def _wrong(name: str, words: str) -> BadRequest:
    return BadRequest(f"{name}: {words}", vendor=VENDOR)
