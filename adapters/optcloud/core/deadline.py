"""Work that must be over by a time: each attempt within it, its time-outs and its pauses end there."""

from __future__ import annotations

from typing import TypeVar

from attrs import frozen

from optcloud.core.errors import DeadlineExceeded, WaitTimeout
from optcloud.core.flow import Flow, Instant, ReadClock, WithDeadline

T = TypeVar("T")
LAST_LOOK = 2.0
"""Seconds that work has at least: at the deadline itself there is one last look, and with ``timeout=0`` one at all."""


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
        """Run a flow, which is over by the end. Raises `DeadlineExceeded`, unless it ended."""
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
