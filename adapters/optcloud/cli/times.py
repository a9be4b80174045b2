"""Times and durations as people type them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import typer

_SHORT = re.compile(r"(?P<number>\d+(?:\.\d+)?) ?(?P<unit>[smhdw])", re.ASCII)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LEAST = Decimal("0.01")
_BLANK_BEFORE_ZONE = re.compile(r" (?=(?:[+-]\d\d:?\d\d|Z)$)")


def moment(text: str, option: str | None = None) -> datetime:
    """Read a time such as ``2026-01-31T08:00`` (of this machine's zone) or ``2026-01-31 08:00 +01:00``.

    Raises `typer.BadParameter`.
    """
    try:
        read = datetime.fromisoformat(_BLANK_BEFORE_ZONE.sub("", text.strip()))
    except ValueError as error:
        words = f"{text!r} is no time such as 2026-01-31T08:00 or 2026-01-31T08:00+01:00"
        raise typer.BadParameter(words, param_hint=option) from error
    return read if read.tzinfo else read.astimezone()


def day_or_moment(text: str, option: str | None = None) -> date | datetime:
    """Read a day such as ``2026-01-31``, or a time as `moment` does. Raises `typer.BadParameter`."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return moment(text, option)


def duration(text: str) -> timedelta | str:
    """Read ``90s``, ``15m``, ``2h``, ``1d`` or ``1w``; anything else stays as it is, for the vendor's own words."""
    short = _SHORT.fullmatch(text.strip())
    return text if short is None else timedelta(**{_UNITS[short["unit"]]: float(short["number"])})


def seconds(value: float | None) -> str:
    """Write a number of seconds for people: 42.0 s, 3:05, 2:03:05; nothing for None."""
    if value is None:
        return ""
    if value < 59.95:
        return f"{value:.1f} s"
    minutes, left = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def instant(at: datetime) -> str:
    """Write a time for people: in UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def two_places(hours: Decimal | None) -> str:
    """Write hours for people: 0.25, 12.00; nothing for None."""
    if hours is None:
        return ""
    return "under 0.01" if 0 < hours < _LEAST else f"{hours:.2f}"


def machine_hours(hours: Decimal | None) -> str:
    """Write what machines ran together, for people."""
    return f"{two_places(hours) or 'unknown'} machine-hours"
