"""The clock that drivers read and sleep on; tests hand in one that they turn themselves."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

from optcloud.core.flow import Instant


class Clock(Protocol):
    """Time as the drivers see it."""

    def now(self) -> Instant: ...
    def sleep(self, seconds: float) -> None: ...
    async def sleep_async(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> Instant:
        """Read both clocks."""
        return Instant(time.monotonic(), time.time())

    def sleep(self, seconds: float) -> None:
        """Block this thread."""
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Yield to the event loop."""
        await asyncio.sleep(seconds)
