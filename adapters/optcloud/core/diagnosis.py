"""What a doctor says: one check, how it ended, and what to do about it."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from optcloud.core.errors import ReplyError
from optcloud.core.flow import Call, Flow, Instant, ReadClock, Reply
from optcloud.core.retry import http_date

CLOCK_TOLERANCE = 30.0  # seconds; Date headers have whole seconds, and caches on the way add some


class Health(enum.Enum):
    """How well it is, by one check."""

    FINE = "fine"
    WARNING = "warning"
    FAULT = "fault"
    NOT_CHECKED = "not checked"
    NOT_SET_UP = "not set up"


@frozen
class Diagnosis:
    """One check: its name, how it ended, what was seen, and a hint where one is known."""

    check: str
    verdict: Health
    words: str
    hint: str | None = None


def check_clock(probe: Callable[[], Mapping[str, Any]], matter: str) -> Flow[Diagnosis]:
    """Compare this machine's clock with the server's, by the ``Date`` of a reply; ``matter``: why it counts.

    ``probe`` returns the arguments of a harmless read; its refusal tells the time as well.
    """
    try:
        reply: Reply = yield Call(probe())
        headers = reply.headers
    except ReplyError as error:
        headers = error.headers
    server = http_date(headers.get("date", ""))
    if server is None:
        return Diagnosis("clock", Health.NOT_CHECKED, "the reply does not tell the server's time")
    now: Instant = yield ReadClock()
    behind = server - now.wall
    if abs(behind) < CLOCK_TOLERANCE:
        return Diagnosis("clock", Health.FINE, "this machine's clock agrees with the server's")
    side = "behind" if behind > 0 else "ahead of"
    words = f"this machine's clock is {abs(behind):.0f} s {side} the server's: {matter}"
    return Diagnosis("clock", Health.WARNING, words, "set this machine's clock (NTP)")
