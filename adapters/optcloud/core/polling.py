"""Waiting for a job: how often it is looked at, and by when. Polling is not retrying (`optcloud.core.retry`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from logging import DEBUG
from typing import TypeVar

from attrs import field, frozen

from optcloud.core.errors import DeadlineExceeded, OptCloudError, RateLimited, ServerError, TransportError, WaitTimeout
from optcloud.core.events import Polled, PollFailed
from optcloud.core.flow import Flow, Instant, Notify, ReadClock, Sleep, WithDeadline
from optcloud.core.logs import waits
from optcloud.core.retry import unpredictable
from optcloud.core.states import Status
from optcloud.core.wake_up import Alarm

T = TypeVar("T")
PASSING = (ServerError, RateLimited, TransportError)
LAST_LOOK = 2.0
"""Seconds that a look has at least. So there is one last look at the deadline, and one look with ``timeout=0``."""


@frozen
class Pace:
    """Early looks are quick, later ones slower. Times in seconds.

    ``patience``: how long looks may fail without a break before the wait gives up with the last error.
    """

    first: float = 1.0
    factor: float = 1.5
    longest: float = 30.0
    jitter: float = 0.1
    patience: float = 900.0
    random: Callable[[], float] = field(default=unpredictable, repr=False)

    def delays(self) -> Iterator[float]:
        """Yield delays without end: growing, clamped, each shifted by up to ``jitter`` of itself."""
        delay = self.first
        while True:
            yield min(delay, self.longest) * (1.0 + self.jitter * (2.0 * self.random() - 1.0))
            delay = min(delay * self.factor, self.longest)


@frozen
class TimeLeft:
    """What a ``timeout`` leaves, counted from a moment; None: no end."""

    began: float
    timeout: float | None

    @classmethod
    def from_now(cls, timeout: float | None) -> Flow[TimeLeft]:
        """Begin to count."""
        now: Instant = yield ReadClock()
        return cls(now.monotonic, timeout)

    def run(self, flow: Flow[T]) -> Flow[T]:
        """Run a flow that must end before the time is over. Raises `DeadlineExceeded` if it does not."""
        if self.timeout is None:
            return (yield from flow)
        now: Instant = yield ReadClock()
        value: T = yield WithDeadline(flow, max(self.began + self.timeout, now.monotonic + LAST_LOOK))
        return value

    def fetch(self, flow: Flow[T], ref: str) -> Flow[T]:
        """Fetch what a job that has ended left. Raises `WaitTimeout` when the time is over first."""
        try:
            return (yield from self.run(flow))
        except DeadlineExceeded as error:
            words = f"it has ended, but its result had not come whole after {self.timeout:g} s"
            raise WaitTimeout(words, ref=ref) from error


def may_pass(error: OptCloudError) -> bool:
    """Say whether another look may go well, by an error of `PASSING`: not where settings or certificates are wrong."""
    return not isinstance(error, TransportError) or error.passing


def wait(
    poll: Callable[[], Flow[Status]], *, ref: str, pace: Pace, timeout: float | None, alarm: Alarm | None = None
) -> Flow[Status]:
    """Look at the job until it has ended, and return its last status.

    ``timeout`` is in seconds; None waits without end. A time-out raises `WaitTimeout` and leaves the job alone. A look
    that is under way then is broken off; the last one, at the end itself, has `LAST_LOOK` seconds.
    Looks that fail on the wire or at the vendor's side (5XX, 429) do not end the wait, unless they fail for
    ``pace.patience`` seconds without a break: then the last error is raised. What no look has got past yet and will not
    pass (a certificate that is not trusted, for one) is raised at once. ``alarm`` wakes the wait for a look
    ahead of time, after which the pace begins anew: what was announced may take a moment to show.
    """
    left = yield from TimeLeft.from_now(timeout)
    healthy = 0.0
    answered = False
    last = "not looked at yet"
    delays = pace.delays()
    while True:
        delay = next(delays)
        try:
            status = yield from left.run(poll())
        except PASSING as error:
            elapsed = yield from _elapsed(left.began)
            if elapsed - healthy >= pace.patience or not (answered or may_pass(error)):
                raise
            last, asked = type(error).__name__, getattr(error, "retry_after", None)
            delay = max(delay, min(asked or 0.0, pace.longest))
            yield Notify(PollFailed(ref, str(error), elapsed))
        else:
            answered = True
            elapsed = healthy = yield from _elapsed(left.began)
            last = status.word
            yield Notify(Polled(ref, status, elapsed))
            if status.state.ended:
                return status
        if timeout is not None:
            if elapsed >= timeout:
                raise WaitTimeout(f"not ended after {timeout:g} s, last seen: {last}", ref=ref)
            delay = min(delay, timeout - elapsed)  # one last look at the deadline itself
        if waits.isEnabledFor(DEBUG):
            waits.debug("%s: %s, %.1f s since the wait began; the next look in %.1f s", ref, last, elapsed, delay)
        yield Sleep(delay, alarm)
        if alarm is not None and alarm.heard():
            delays = pace.delays()


def _elapsed(began: float) -> Flow[float]:
    now: Instant = yield ReadClock()
    return now.monotonic - began
