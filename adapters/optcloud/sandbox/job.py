"""A piece of work whose progress is read: an AIMMS task's run or an adiutaOpt plan."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Generic, TypeVar

from optcloud.sandbox.clock import Clock
from optcloud.sandbox.pace import Pace

T = TypeVar("T")

PATIENCE = 1.0  # real seconds that a read waits for the work when the pace says that it is finished
NEARLY = 0.999


class Job(Generic[T]):
    """Work that starts when progress reaches `starts_at` and is done when the pace and the work itself are done."""

    def __init__(self, clock: Clock, work: Callable[[], T], due: float, starts_at: float = 0.0) -> None:
        self._clock = clock
        self._work = work
        self._starts_at = starts_at
        self._running: asyncio.Future[T] | None = None
        self._polls = 0
        self.due = due

    def is_due(self) -> bool:
        return self._clock.now() >= self.due

    async def poll(self, pace: Pace, workers: Executor) -> float:
        """Progress from 0 to 1 as this read sees it; below 0 when the job is not due yet."""
        if not self.is_due():
            return -1.0
        self._polls += 1
        return await self._advance(pace, workers)

    async def peek(self, pace: Pace, workers: Executor) -> float:
        """Like `poll`, but the read does not count."""
        return await self._advance(pace, workers) if self.is_due() else -1.0

    async def finish(self, workers: Executor) -> asyncio.Future[T]:
        """Wait for the work, whatever the pace says."""
        running = self._started(workers)
        await asyncio.wait([running])
        return running

    def outcome(self) -> asyncio.Future[T]:
        """The finished work; RuntimeError before that."""
        if self._running is None or not self._running.done():
            raise RuntimeError("the outcome of a job was read before the job was done")
        return self._running

    async def _advance(self, pace: Pace, workers: Executor) -> float:
        progress = pace.progress(self._polls, self._clock.now() - self.due)
        if progress >= self._starts_at:
            self._started(workers)
        if progress < 1:
            return progress
        done, _ = await asyncio.wait([self._started(workers)], timeout=PATIENCE)
        return 1.0 if done else NEARLY

    def _started(self, workers: Executor) -> asyncio.Future[T]:
        if self._running is None:
            self._running = asyncio.get_running_loop().run_in_executor(workers, self._work)
            # An outcome that nobody reads (the task was deleted) is no error of the sandbox.
            self._running.add_done_callback(lambda future: future.cancelled() or future.exception())
        return self._running
