"""An event loop whose clock jumps: a sleep ends at once, and all that happens happens in the same order each time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from optcloud.core.flow import Instant

T = TypeVar("T")
EPOCH = 1_800_000_000.0
MOST = 300_000  # turns of a loop


class _Jumping(selectors.DefaultSelector):
    """Waits for no time: it passes by the clock of the loop."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None:
            raise AssertionError("nothing will ever happen")
        self.loop.moment += timeout
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """What would run in threads runs in the loop, one step later; ``steps`` counts its turns."""

    def __init__(self) -> None:
        selector = _Jumping()
        selector.loop = self
        self.moment = 1000.0
        self.steps = 0
        self.at_step: dict[int, Callable[[], None]] = {}
        super().__init__(selector)

    def time(self) -> float:
        return self.moment

    def _run_once(self) -> None:
        self.steps += 1
        assert self.steps < MOST, "it goes round in circles"
        if (act := self.at_step.pop(self.steps, None)) is not None:
            act()
        super()._run_once()  # type: ignore[misc]

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        future = self.create_future()

        def work() -> None:
            if future.cancelled():
                return
            try:
                value = func(*args)
            except Exception as error:  # noqa: BLE001 - the future's
                future.set_exception(error)
            else:
                future.set_result(value)

        self.call_soon(work)
        return future


class VirtualClock:
    """The two clocks of a process in this loop; ``skew``: how far its wall clock is ahead."""

    def __init__(self, loop: VirtualLoop, skew: float = 0.0) -> None:
        self._loop, self.skew = loop, skew

    def now(self) -> Instant:
        return Instant(self._loop.time(), EPOCH + self._loop.time() + self.skew)

    def wall(self) -> float:
        return self.now().wall


def run(work: Callable[[VirtualLoop], Coroutine[Any, Any, T]]) -> T:
    """Run to the end, in a loop of its own."""
    loop = VirtualLoop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(work(loop))
