"""What submits have in common on whichever cloud: by when they are over, and what an error says of a job's fate."""

from __future__ import annotations

from typing import TypeVar

from optcloud.batch.jobs import NotSent, Refused, SendOutcome, UnknownFate
from optcloud.core.errors import ApiError, OptCloudError, TransportError
from optcloud.core.flow import Flow, Instant, ReadClock, WithDeadline
from optcloud.core.unknown_outcome import may_have_happened

T = TypeVar("T")
PAUSE = 5.0
"""Seconds until the next submit, where the vendor refused one for now and names no pause."""


def outcome_of(error: OptCloudError, *, refused: bool) -> SendOutcome:
    """Say what became of a submit that was sent once (`optcloud.core.request_policy.ONCE`) and ended so.

    ``refused``: whether the vendor's refusal, if it is one, is of this job, and would be the same again.
    """
    if may_have_happened(error):
        return UnknownFate(str(error))
    if refused:
        return Refused(str(error))
    if isinstance(error, TransportError | ApiError):
        asked: float | None = getattr(error, "retry_after", None)
        return NotSent(str(error), PAUSE if asked is None else asked)
    return UnknownFate(str(error))


def read_clock() -> Flow[Instant]:
    """Return the present moment, by the clock of whoever runs the flow."""
    now: Instant = yield ReadClock()
    return now


def within(flow: Flow[T], until: float) -> Flow[T]:
    """Run a flow until a time of the monotonic clock at the latest. Raises `DeadlineExceeded` then."""
    value: T = yield WithDeadline(flow, until)
    return value
