"""Tasks and their runs (facts, section 2)."""

import uuid
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, Literal

from optcloud.sandbox.aimms.schedule import Schedule, timestamp
from optcloud.sandbox.clock import Clock
from optcloud.sandbox.job import Job
from optcloud.sandbox.pace import Pace, word_for
from optcloud.sandbox.refusal import Refusal

COMING = ("queued", "assigned", "running", "solving")
STARTS_AT = COMING.index("running") / len(COMING)
MOST_CATCH_UP_RUNS = 1000

Interrupt = Literal["interrupt-solve", "interrupt-execution"]
Work = Callable[[], tuple[bytes, str]]


@dataclass
class Run:
    """One run of a task. Times are seconds of the sandbox's clock."""

    job: Job[tuple[bytes, str]]
    created: float
    state: str = "queued"
    assigned: float | None = None
    running: float | None = None
    ended: float | None = None
    error: str | None = None
    deleted: bool = False

    def finished(self) -> bool:
        return self.ended is not None

    async def poll(self, now: float, pace: Pace, workers: Executor) -> None:
        """One read that counts."""
        if not self.finished():
            self._move(await self.job.poll(pace, workers), now)

    async def peek(self, now: float, pace: Pace, workers: Executor) -> None:
        """A look that does not count as a poll."""
        if not self.finished():
            self._move(await self.job.peek(pace, workers), now)

    async def interrupt(self, word: Interrupt, now: float, workers: Executor) -> None:
        """interrupt-solve keeps what the run found, interrupt-execution fails it."""
        if self.state not in ("running", "solving"):
            raise Refusal(405, f"the task is {self.state}; only a running task can be interrupted")  # as DEX (inferred)
        if word == "interrupt-solve":
            await self.job.finish(workers)
            self._move(1.0, now)
        else:
            self._end("failed", now, "The task was interrupted (interrupt-execution).")

    def response(self) -> tuple[bytes, str]:
        if self.state != "completed":
            raise Refusal(404, f"the task is {self.state}: there is no response")  # as DEX (inferred)
        return self.job.outcome().result()

    def _move(self, progress: float, now: float) -> None:
        if progress < 0:
            return
        if progress < 1:
            self._enter(word_for(progress, COMING), now)
            return
        self._enter("solving", now)
        problem = self.job.outcome().exception()
        if problem is None:
            self._end("completed", now, None)
        else:
            self._end("failed", now, f"{type(problem).__name__}: {problem}")

    def _enter(self, state: str, now: float) -> None:
        self.state = state
        if state != "queued" and self.assigned is None:
            self.assigned = now
        if state in ("running", "solving") and self.running is None:
            self.running = now

    def _end(self, state: str, now: float, error: str | None) -> None:
        self.state, self.ended, self.error = state, now, error


@dataclass
class Task:
    """A task: one run, or, when it repeats, the runs 0, 1, 2… of one id."""

    id: str
    app: str
    version: str
    service: str
    work: Work = field(repr=False)
    schedule: Schedule
    clock: Clock
    runs: list[Run] = field(default_factory=list)
    repeats: bool = False

    def __post_init__(self) -> None:
        self.repeats = self.schedule.interval is not None
        self._add_run(self.schedule.due)

    def catch_up(self) -> None:
        """Add the runs that have become due, and the next one."""
        interval = self.schedule.interval
        for _ in range(MOST_CATCH_UP_RUNS):
            if interval is None or not self.repeats or not self.runs[-1].job.is_due():
                return
            self._add_run(self.runs[-1].job.due + interval)

    def run(self, group_index: int | None) -> tuple[int, Run]:
        """The run asked for, or the last; Refusal 404 when there is none."""
        self.catch_up()
        index = len(self.runs) - 1 if group_index is None else group_index
        if not 0 <= index < len(self.runs) or self.runs[index].deleted:
            raise Refusal(404, f"task {self.id} has no run {index}")
        return index, self.runs[index]

    def delete(self, index: int) -> bool:
        """Delete one run; deleting the last one ends the repetition. True when nothing of the task is left."""
        run = self.runs[index]
        if run.state not in ("queued", "completed", "failed"):
            # Documented for queued and completed; failed is allowed too (inferred); the status is DEX's (inferred).
            raise Refusal(405, f"the task is {run.state}; only queued, completed or failed tasks can be deleted")
        run.deleted = True
        if index == len(self.runs) - 1:
            self.repeats = False
            while self.runs and self.runs[-1].deleted:
                self.runs.pop()
        return not self.runs

    def shown(self, index: int) -> dict[str, Any]:
        """Task schema; null where the fact sheet documents null."""
        run = self.runs[index]
        done = run.finished()
        return {
            "id": self.id,
            "groupIndex": index if self.schedule.interval is not None else None,
            "appName": self.app,
            "appVersion": self.version,
            "serviceName": self.service,
            "state": run.state,
            "scheduleFor": timestamp(run.job.due) if self.schedule.text or self.repeats else None,
            "scheduleInterval": self.schedule.interval_text,
            "createdAt": timestamp(run.created),
            "assignedAt": None if run.assigned is None else timestamp(run.assigned),
            "runningAt": None if run.running is None else timestamp(run.running),
            "endedAt": None if run.ended is None else timestamp(run.ended),
            "queueTime": None if run.assigned is None else round(run.assigned - run.created, 6),
            "runTime": None if run.ended is None else round(run.ended - (run.running or run.ended), 6),
            "returnCode": (1 if run.state == "completed" else 0) if done else None,
            "errorMessage": run.error,
        }

    def _add_run(self, due: float) -> None:
        self.runs.append(Run(Job(self.clock, self.work, due, STARTS_AT), self.clock.now()))


class Tasks:
    """Tasks of the account, in the order created."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tasks: dict[str, Task] = {}

    def create(self, app: str, version: str, service: str, work: Work, schedule: Schedule) -> Task:
        task = Task(str(uuid.uuid4()), app, version, service, work, schedule, self._clock)
        self._tasks[task.id] = task
        return task

    def get(self, task_id: str) -> Task:
        task = self._tasks.get(task_id)
        if task is None:
            raise Refusal(404, f"task {task_id} doesn't exist")
        return task

    def remove(self, task: Task) -> None:
        del self._tasks[task.id]

    def all(self) -> list[Task]:
        return list(self._tasks.values())
