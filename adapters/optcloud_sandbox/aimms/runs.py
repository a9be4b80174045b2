"""One run of a task: its states, its log (AIMMS facts 2)."""

import uuid
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import Literal

from optcloud_sandbox.aimms.reports import TaskReport
from optcloud_sandbox.aimms.schedule import timestamp
from optcloud_sandbox.clock import SandboxClock
from optcloud_sandbox.job import NEARLY, PacedJob
from optcloud_sandbox.pace import Pace, word_for
from optcloud_sandbox.parsing import writable
from optcloud_sandbox.refusal import Refusal

COMING = ("queued", "assigned", "running", "solving")
ENDED = ("completed", "failed")
STATES = COMING + ENDED
STARTS_AT = COMING.index("running") / len(COMING)

Interrupt = Literal["interrupt-solve", "interrupt-execution"]
Work = Callable[[TaskReport], tuple[bytes, str]]
OnState = Callable[[str], None]


class Run:
    """One run of a task. Times are seconds of the sandbox's clock; `on_state` is called with each new state."""

    def __init__(self, clock: SandboxClock, work: Work, due: float, on_state: OnState) -> None:
        self._clock = clock
        self._on_state = on_state
        self.report = TaskReport(clock)
        self.job: PacedJob[tuple[bytes, str]] = PacedJob(clock, partial(work, self.report), due, STARTS_AT)
        self.created = clock.now()
        self.state = "queued"
        self.assigned: float | None = None
        self.running: float | None = None
        self.ended: float | None = None
        self.error: str | None = None
        self.interrupted: Interrupt | None = None
        self.session: str | None = None
        self.deleted = False
        self.report.log(f"queued, due at {timestamp(due)}")

    def finished(self) -> bool:
        return self.ended is not None

    def under_way(self) -> bool:
        return self.state in ("running", "solving")

    def look(self, pace: Pace, workers: Executor, *, counts: bool) -> bool:
        """Move on as far as pace and work allow; `counts` as a poll. True when only the work is waited for."""
        if self.finished():
            return False
        progress = self.job.measure(pace, counts=counts)
        if progress < 0:
            return False
        self._walk(word_for(progress, COMING))  # before the work starts, which writes to the same log
        progress = self.job.advance(progress, workers)
        if progress == 1:
            self._finish()
        return progress == NEARLY

    async def interrupt(self, word: Interrupt, workers: Executor) -> None:
        """interrupt-solve keeps what the run found, interrupt-execution fails it."""
        self.interrupted = word
        self.report.log(f"{word} received")
        if word == "interrupt-solve":
            self._walk(COMING[-1])
            await self.job.finish(workers)
            self._finish()
        else:
            self._end("failed", "The task was interrupted (interrupt-execution).")

    def kill(self, reason: str) -> None:
        """End the run by force; its work goes on for nobody."""
        self._end("failed", reason)

    def response(self) -> tuple[bytes, str]:
        if self.state != "completed":
            raise Refusal(404, f"the task is {self.state}: there is no response")  # as DEX (inferred)
        return self.job.outcome().result()

    def _finish(self) -> None:
        problem = self.job.outcome().exception()
        if problem is None:
            self._end("completed", None)
        else:
            self._end("failed", f"{type(problem).__name__}: {problem}")

    def _walk(self, state: str) -> None:
        """Through every state on the way: hooks and logs leave none out, however rarely somebody looks."""
        for step in COMING[COMING.index(self.state) + 1 : COMING.index(state) + 1]:
            self.state = step
            if step == "assigned":
                self.assigned, self.session = self._clock.now(), str(uuid.uuid4())
            elif step == "running":
                self.running = self._clock.now()
            self._tell(step)

    def _end(self, state: str, error: str | None) -> None:
        self.state, self.ended, self.error = state, self._clock.now(), error and writable(error)
        self._tell(state)

    def _tell(self, state: str) -> None:
        self.report.log(state if self.error is None else f"{state}: {self.error}", "error" if self.error else "info")
        self._on_state(state)
