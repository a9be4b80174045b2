"""The sandbox's clock: real time plus what a test has turned it forward."""

import time
from datetime import UTC, datetime

CLOCK_ENDS = datetime(8000, 1, 1, tzinfo=UTC).timestamp()  # what begins then ends within four digits of a year


class SandboxClock:
    """Seconds since the epoch, as the vendors in the sandbox see them."""

    def __init__(self) -> None:
        self._turned = 0.0

    def now(self) -> float:
        return time.time() + self._turned

    def utc(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def turn(self, seconds: float) -> None:
        """Turn the clock forward by `seconds`; ValueError when negative (issued tokens would lie in the future)."""
        if not seconds >= 0:
            raise ValueError(f"seconds must be 0 or more to turn the clock forward, got {seconds!r}")
        if not self.now() + seconds < CLOCK_ENDS:
            raise ValueError(f"the clock cannot be turned to the year 8000 or beyond, got {seconds!r} seconds")
        self._turned += seconds

    def reset(self) -> None:
        self._turned = 0.0
