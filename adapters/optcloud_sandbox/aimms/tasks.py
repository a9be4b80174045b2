"""Tasks, their runs, and the look at them (AIMMS facts 2)."""

import asyncio
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial

from optcloud_sandbox.aimms.gate import Gate
from optcloud_sandbox.aimms.runs import Run, Work
from optcloud_sandbox.aimms.schedule import TaskSchedule
from optcloud_sandbox.clock import SandboxClock
from optcloud_sandbox.job import PATIENCE
from optcloud_sandbox.pace import Pace
from optcloud_sandbox.refusal import Refusal

MOST_CATCH_UP_RUNS = 1000
LOG_PATIENCE = 0.05  # seconds that a look at what a task has said so far waits for its work

Hook = Callable[[str, str], None]


def no_hook(task_id: str, state: str) -> None:
    """No hook was asked for, so nobody is told the state."""


@dataclass(frozen=True)
class TaskOrder:
    """What is to run, and when."""

    app: str
    version: str
    service: str
    work: Work = field(repr=False)
    schedule: TaskSchedule


class ServedTask:
    """A task: one run, or, when it repeats, the runs 0, 1, 2… of one id."""

    def __init__(self, order: TaskOrder, clock: SandboxClock, gate: Gate, hook: Hook) -> None:
        self.id = str(uuid.uuid4())
        self.app = order.app
        self.version = order.version
        self.service = order.service
        self.schedule = order.schedule
        self.runs: list[Run] = []
        self.repeats = order.schedule.interval is not None
        self._work = order.work if self.repeats else None  # it holds the input, which may be large
        self._clock = clock
        self._gate = gate
        self._hook = hook
        self._add_run(order.work, order.schedule.due)

    def catch_up(self) -> None:
        """Add the runs that have become due, and the next one."""
        interval = self.schedule.interval
        for _ in range(MOST_CATCH_UP_RUNS):
            if interval is None or self._work is None or not self.repeats or not self.runs[-1].job.is_due():
                return
            self._add_run(self._work, self.runs[-1].job.due + interval)

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

    def _add_run(self, work: Work, due: float) -> None:
        run = Run(self._clock, work, due, partial(self._hook, self.id))
        self.runs.append(run)
        self._gate.add(run)


class TaskRegistry:
    """Tasks of an account or of a local DEX service, in the order created."""

    def __init__(self, clock: SandboxClock, limit: Callable[[], int | None]) -> None:
        self._clock = clock
        self._tasks: dict[str, ServedTask] = {}
        self._gate = Gate(limit)

    def create(self, order: TaskOrder, hook: Hook = no_hook) -> ServedTask:
        task = ServedTask(order, self._clock, self._gate, hook)
        self._tasks[task.id] = task
        return task

    def get(self, task_id: str) -> ServedTask:
        task = self._tasks.get(task_id)
        if task is None:
            raise Refusal(404, f"task {task_id} doesn't exist")
        return task

    def has(self, task: ServedTask) -> bool:
        return task.id in self._tasks

    def remove(self, task: ServedTask) -> None:
        del self._tasks[task.id]

    def all(self) -> list[ServedTask]:
        return list(self._tasks.values())

    def glance(self, runs: Iterable[Run], pace: Pace, workers: Executor, *, counts: bool = False) -> list[Run]:
        """Move the runs on without waiting; those of which only the work is waited for come back."""
        self._gate.advance(pace, workers)
        looked_at = list(runs)
        if counts and any(run.job.held for run in looked_at):
            # Somebody waits for a task that waits for others: the poll counts for these, too, or none would ever end.
            looked_at += [run for run in self._gate.active() if run not in looked_at]
        return [run for run in looked_at if run.look(pace, workers, counts=counts)]

    async def look(
        self, runs: Iterable[Run], pace: Pace, workers: Executor, *, counts: bool = False, patience: float = PATIENCE
    ) -> None:
        """Like `glance`, and wait up to `patience` seconds for the work of all of them together."""
        waited_for = self.glance(runs, pace, workers, counts=counts)
        works = [working for run in waited_for if (working := run.job.working()) is not None]
        if works:
            await asyncio.wait(works, timeout=patience)
        for run in waited_for:
            run.look(pace, workers, counts=False)
        self._gate.advance(pace, workers)
