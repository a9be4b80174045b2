"""The clock that drivers read and sleep on; tests hand in one that they turn themselves."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import suppress
from typing import Protocol

from optcloud.core.flow import Instant
from optcloud.core.wake_up import Alarm

NAP = 1.0  # seconds


class Clock(Protocol):
    """Time as the drivers see it."""

    def now(self) -> Instant: ...
    def sleep(self, seconds: float) -> None: ...
    async def sleep_async(self, seconds: float) -> None: ...
    def doze(self, seconds: float, alarm: Alarm) -> None: ...
    async def doze_async(self, seconds: float, alarm: Alarm) -> None: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> Instant:
        """Read both clocks."""
        return Instant(time.monotonic(), time.time())

    def sleep(self, seconds: float) -> None:
        """Block this thread, in naps: Ctrl-C just before a sleep is noticed only when that sleep ends."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, NAP))

    async def sleep_async(self, seconds: float) -> None:
        """Yield to the event loop."""
        await asyncio.sleep(seconds)

    def doze(self, seconds: float, alarm: Alarm) -> None:
        """Block this thread, until the alarm rings at the latest."""
        rung = threading.Event()
        with alarm.wakes(rung.set):
            rung.wait(seconds)

    async def doze_async(self, seconds: float, alarm: Alarm) -> None:
        """Yield to the event loop, until the alarm rings at the latest; it may ring in another thread."""
        loop, rung = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(rung.set)

        with alarm.wakes(wake), suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await rung.wait()
