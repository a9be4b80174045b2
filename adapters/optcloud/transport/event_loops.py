"""Connections and locks that belong to one event loop, for an object that may be used in several."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerLoop(Generic[T]):
    """One thing for each event loop, made when it is first asked for there; those of closed loops are forgotten."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: dict[asyncio.AbstractEventLoop, T] = {}

    def here(self) -> T:
        """Return the thing of the running loop."""
        loop = asyncio.get_running_loop()
        if loop not in self._made:
            for closed in [other for other in list(self._made) if other.is_closed()]:
                self._made.pop(closed, None)
            self._made[loop] = self._make()
        return self._made[loop]

    def forget(self) -> T | None:
        """Return the thing of the running loop, if there is one, and forget it."""
        return self._made.pop(asyncio.get_running_loop(), None)
