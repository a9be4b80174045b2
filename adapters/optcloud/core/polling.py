"""How often a job is looked at while waiting. Polling is not retrying (`optcloud.core.retry`)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from attrs import field, frozen


def unpredictable() -> float:
    """Return a number from 0 to 1. (The bound ``random.random`` would be pickled with the state of its generator.)"""
    return random.random()  # noqa: S311 - it spreads requests, nothing more  # nosec B311


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
