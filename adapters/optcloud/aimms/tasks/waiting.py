"""Waiting for many tasks at the cost of one list request a tick."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, TypeVar

from optcloud.aimms.connection import Endpoint
from optcloud.aimms.tasks.hooks import Hooked
from optcloud.aimms.tasks.task import AsyncTask, Task
from optcloud.aimms.tasks.task_flows import task_of
from optcloud.aimms.tasks.wait_for_many import CountProgress, Ends
from optcloud.core.flow import Flow, Pages
from optcloud.core.polling import Pace
from optcloud.core.reference import Reference
from optcloud.core.states import Status
from optcloud.core.verbs import pages, verb

AnyTask = TypeVar("AnyTask", Task, AsyncTask)


class WaitVerbs(Generic[AnyTask]):
    """Waiting for tasks that were submitted here or elsewhere."""

    _connection: Any
    _profile: str
    _endpoint: Endpoint
    _task_kind: type[AnyTask]

    @verb
    def wait_all(
        self,
        jobs: Iterable[AnyTask | Reference | str],
        timeout: float | None = None,
        *,
        pace: Pace | None = None,
        progress: CountProgress | None = None,
        hook: Hooked | None = None,
    ) -> Flow[list[Status]]:
        """Wait until each task has ended; returns their last statuses in the order given, failed ones included.

        Costs one list request a tick, not one request a task. ``jobs``: tasks, or their references. ``timeout`` in
        seconds; ``progress`` is called with how many have ended and how many there are; ``hook`` as in `Task.wait`.
        Raises `WaitTimeout`, and `JobGone` once the others have ended: both have ``ended`` and ``left``.
        """
        tasks = self._tasks(jobs)
        return _all_ended(tasks, self._ends(tasks, timeout=timeout, pace=pace, progress=progress, hook=hook))

    @pages
    def as_completed(
        self,
        jobs: Iterable[AnyTask | Reference | str],
        timeout: float | None = None,
        *,
        pace: Pace | None = None,
        progress: CountProgress | None = None,
        hook: Hooked | None = None,
    ) -> Pages[tuple[AnyTask, Status]]:
        """Yield each task with its last status as it ends. Everything else is as in `wait_all`.

        A task given twice comes once.
        """
        tasks = self._tasks(jobs)
        return _EndedTasks(tasks, self._ends(tasks, timeout=timeout, pace=pace, progress=progress, hook=hook))

    def attach(self, reference: Reference) -> AnyTask:
        """Return the job of a reference, without asking AIMMS."""
        return self._task_kind(self._connection, task_of(reference, self._endpoint))

    def _ends(self, tasks: list[AnyTask], **how: Any) -> Ends:
        return Ends(self._profile, [task._flows for task in tasks], **how)

    def _tasks(self, jobs: Iterable[AnyTask | Reference | str]) -> list[AnyTask]:
        return [self._task(job) for job in jobs]

    def _task(self, job: AnyTask | Reference | str) -> AnyTask:
        if isinstance(job, Reference | str):
            return self.attach(Reference.parse(job) if isinstance(job, str) else job)
        return job


def _all_ended(tasks: Iterable[AnyTask], ends: Ends) -> Flow[list[Status]]:
    """Wait, and have each handle know how its task has ended."""
    try:
        return (yield from ends.all())
    finally:
        for task in tasks:
            if task.ref in ends.ended:
                task._saw(ends.ended[task.ref])


class _EndedTasks(Generic[AnyTask]):
    """`Ends` with the tasks that were given, each with its last status."""

    def __init__(self, tasks: list[AnyTask], ends: Ends) -> None:
        self._tasks: dict[str, AnyTask] = {task.ref: task for task in tasks}
        self._ends = ends

    def next(self) -> Flow[list[tuple[AnyTask, Status]] | None]:
        ended = yield from self._ends.next()
        if ended is None:
            return None
        found = [(self._tasks[str(flows.reference)], status) for flows, status in ended]
        for task, status in found:
            task._saw(status)
        return found
