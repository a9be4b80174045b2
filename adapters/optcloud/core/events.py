"""What flows tell while they run (see `optcloud.core.flow.Notify`)."""

from __future__ import annotations

from attrs import frozen

from optcloud.core.states import Status


@frozen
class Submitted:
    """A job exists; ``ref`` resumes it anywhere."""

    ref: str


@frozen
class Polled:
    """A look at a job: its status, and the seconds since the wait began."""

    ref: str
    status: Status
    elapsed: float


@frozen
class PollFailed:
    """A look at a job failed; the wait goes on."""

    ref: str
    reason: str
    elapsed: float


@frozen
class Retrying:
    """A request is repeated after ``delay`` seconds; ``attempt`` counts from 1."""

    vendor: str
    operation: str
    reason: str
    attempt: int
    delay: float
