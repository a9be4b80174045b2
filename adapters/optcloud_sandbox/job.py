"""A piece of work whose progress is read: an AIMMS task's run or an adiutaOpt plan."""

import asyncio
import math
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Generic, TypeVar

from optcloud_sandbox.clock import SandboxClock
from optcloud_sandbox.pace import Pace

T = TypeVar("T")

PATIENCE = 1.0  # real seconds that a read waits for the work when the pace says that it is finished
NEARLY = math.nextafter(1, 0)  # a progress that no pace gives


class PacedJob(Generic[T]):
    """Work that starts when progress reaches `starts_at` and is done when the pace and the work itself are done.

    `due` is in seconds of the sandbox's clock. A job that is `held` does not move, though it may be due; once released,
    the pace counts from `begins`.
    """

    def __init__(self, clock: SandboxClock, work: Callable[[], T], due: float, starts_at: float = 0.0) -> None:
        self._clock = clock
        self._work: Callable[[], T] | None = work
        self._starts_at = starts_at
        self._running: asyncio.Future[T] | None = None
        self._polls = 0
        self.due = due
        self.begins = due
        self.held = False

    def is_due(self) -> bool:
        return self._clock.now() >= self.due

    def release(self) -> None:
        """Let a held job go, from now on."""
        self.held, self.begins = False, max(self.due, self._clock.now())

    async def poll(self, pace: Pace, workers: Executor) -> float:
        """Progress from 0 to 1 as this read sees it, below 0 before it is due; waits a little for the work."""
        progress = self.advance(self.measure(pace, counts=True), workers)
        return progress if progress != NEARLY else await self._settled()

    def measure(self, pace: Pace, *, counts: bool) -> float:
        """Progress as the pace has it, below 0 before the job is due or while it is held."""
        if self.held or not self.is_due():
            return -1.0
        self._polls += counts
        return pace.progress(self._polls, self._clock.now() - self.begins)

    def advance(self, progress: float, workers: Executor) -> float:
        """Start the work when progress has come so far; NEARLY instead of 1 while it is not done."""
        if progress >= self._starts_at:
            self._started(workers)
        if progress < 1:
            return progress
        return 1.0 if self._started(workers).done() else NEARLY

    def working(self) -> asyncio.Future[T] | None:
        """The work under way, None before its start and after its end."""
        return None if self._running is None or self._running.done() else self._running

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

    async def _settled(self) -> float:
        working = self.working()
        if working is not None:
            await asyncio.wait([working], timeout=PATIENCE)
        return NEARLY if self.working() else 1.0

    def _started(self, workers: Executor) -> asyncio.Future[T]:
        if self._running is None:
            work, self._work = self._work, None  # the work holds its input, which may be large
            if work is None:
                raise RuntimeError("the work of a job was started twice")
            self._running = asyncio.get_running_loop().run_in_executor(workers, work)
            # An outcome that nobody reads (the task was deleted) is no error of the sandbox.
            self._running.add_done_callback(lambda future: future.cancelled() or future.exception())
        return self._running
