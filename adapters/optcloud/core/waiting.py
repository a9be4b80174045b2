"""Waiting for a job, as one flow for all clouds."""

from __future__ import annotations

from collections.abc import Callable

from optcloud.core.deadline import TimeLeft
from optcloud.core.errors import RateLimited, ServerError, TransportError, WaitTimeout
from optcloud.core.events import Polled, PollFailed
from optcloud.core.flow import Flow, Instant, Notify, ReadClock, Sleep
from optcloud.core.polling import Pace
from optcloud.core.states import Status
from optcloud.core.wake_up import Alarm

PASSING = (ServerError, RateLimited, TransportError)


def wait(
    poll: Callable[[], Flow[Status]], *, ref: str, pace: Pace, timeout: float | None, alarm: Alarm | None = None
) -> Flow[Status]:
    """Look at the job until it has ended, and return its last status.

    ``timeout`` is in seconds; None waits without end. A time-out raises `WaitTimeout` and leaves the job alone. A look
    that is under way then is broken off; the last one, at the end itself, has `LAST_LOOK` seconds.
    Looks that fail on the wire or at the vendor's side (5XX, 429) do not end the wait, unless they fail for
    ``pace.patience`` seconds without a break: then the last error is raised. ``alarm`` wakes the wait for a look
    ahead of time, after which the pace begins anew: what was announced may take a moment to show.
    """
    left = yield from TimeLeft.from_now(timeout)
    healthy = 0.0
    last = "not looked at yet"
    delays = pace.delays()
    while True:
        delay = next(delays)
        try:
            status = yield from left.run(poll())
        except PASSING as error:
            elapsed = yield from _elapsed(left.began)
            if elapsed - healthy >= pace.patience:
                raise
            last, asked = type(error).__name__, getattr(error, "retry_after", None)
            delay = max(delay, min(asked or 0.0, pace.longest))
            yield Notify(PollFailed(ref, str(error), elapsed))
        else:
            elapsed = healthy = yield from _elapsed(left.began)
            last = status.word
            yield Notify(Polled(ref, status, elapsed))
            if status.state.ended:
                return status
        if timeout is not None:
            if elapsed >= timeout:
                raise WaitTimeout(f"not ended after {timeout:g} s, last seen: {last}", ref=ref)
            delay = min(delay, timeout - elapsed)  # one last look at the deadline itself
        yield Sleep(delay, alarm)
        if alarm is not None and alarm.heard():
            delays = pace.delays()


def _elapsed(began: float) -> Flow[float]:
    now: Instant = yield ReadClock()
    return now.monotonic - began
