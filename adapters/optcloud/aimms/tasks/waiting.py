"""Waiting for many tasks at the cost of one list request a tick."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Any

from optcloud.aimms.connection import Endpoint
from optcloud.aimms.tasks.flows import task_of
from optcloud.aimms.tasks.hooks import Hooked
from optcloud.aimms.tasks.logs import stats
from optcloud.aimms.tasks.task import AsyncTask, Task
from optcloud.aimms.tasks.wait_for_many import Ended, Ends, Progress
from optcloud.core.flow import iterate, iterate_async
from optcloud.core.polling import Pace
from optcloud.core.reference import Reference
from optcloud.core.states import Status
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection


class Watching:
    """Waiting for many tasks."""

    _connection: Connection
    _profile: str
    _place: Endpoint

    def wait_all(
        self,
        jobs: Iterable[Task | Reference | str],
        timeout: float | None = None,
        *,
        pace: Pace | None = None,
        progress: Progress | None = None,
        hook: Hooked | None = None,
    ) -> list[Status]:
        """Wait until each task has ended; returns their last statuses in the order given, failed ones included.

        Costs one list request a tick, not one request a task. ``jobs``: tasks, or their references. ``timeout`` in
        seconds; ``progress`` is called with how many have ended and how many there are; ``hook`` as in `Task.wait`.
        Raises `WaitTimeout`, and `JobGone` once the others have ended: both have ``ended`` and ``left``.
        """
        _watched, ends = self._ends(jobs, timeout=timeout, pace=pace, progress=progress, hook=hook)
        return self._connection.run(ends.all())

    def as_completed(
        self,
        jobs: Iterable[Task | Reference | str],
        timeout: float | None = None,
        *,
        pace: Pace | None = None,
        progress: Progress | None = None,
        hook: Hooked | None = None,
    ) -> Iterator[tuple[Task, Status]]:
        """Yield each task with its last status as it ends. Everything else is as in `wait_all`.

        A task given twice comes once.
        """
        watched, ends = self._ends(jobs, timeout=timeout, pace=pace, progress=progress, hook=hook)
        return _named(iterate(self._connection, ends), watched)

    def stats(self, *, current: bool = False) -> Any:
        """Read the account's figures about tasks, or the ``current`` ones, as received: the shape is not published."""
        return self._connection.run(stats(current=current))

    def _ends(self, jobs: Iterable[Task | Reference | str], **how: Any) -> tuple[dict[str, Task], Ends]:
        """Return the tasks by their references, and what waits for them."""
        given = [self._task(job) for job in jobs]
        return {task.ref: task for task in given}, Ends(self._profile, [task._flows for task in given], **how)

    def _task(self, job: Task | Reference | str) -> Task:
        if isinstance(job, Task):
            return job
        reference = Reference.parse(job) if isinstance(job, str) else job
        return Task(self._connection, task_of(reference, self._place))


class AsyncWatching:
    """Waiting for many tasks; each verb is awaited."""

    _connection: AsyncConnection
    _profile: str
    _place: Endpoint

    async def wait_all(
        self,
        jobs: Iterable[AsyncTask | Reference | str],
        timeout: float | None = None,
        *,
        pace: Pace | None = None,
        progress: Progress | None = None,
        hook: Hooked | None = None,
    ) -> list[Status]:
        """Wait until each task has ended; returns their last statuses in the order given, failed ones included.

        Costs one list request a tick, not one request a task. ``jobs``: tasks, or their references. ``timeout`` in
        seconds; ``progress`` is called with how many have ended and how many there are; ``hook`` as in `Task.wait`.
        Raises `WaitTimeout`, and `JobGone` once the others have ended: both have ``ended`` and ``left``.
        """
        _watched, ends = self._ends(jobs, timeout=timeout, pace=pace, progress=progress, hook=hook)
        return await self._connection.run(ends.all())

    def as_completed(
        self,
        jobs: Iterable[AsyncTask | Reference | str],
        timeout: float | None = None,
        *,
        pace: Pace | None = None,
        progress: Progress | None = None,
        hook: Hooked | None = None,
    ) -> AsyncIterator[tuple[AsyncTask, Status]]:
        """Yield each task with its last status as it ends. Everything else is as in `wait_all`.

        A task given twice comes once.
        """
        watched, ends = self._ends(jobs, timeout=timeout, pace=pace, progress=progress, hook=hook)
        return _named_async(iterate_async(self._connection, ends), watched)

    async def stats(self, *, current: bool = False) -> Any:
        """Read the account's figures about tasks, or the ``current`` ones, as received: the shape is not published."""
        return await self._connection.run(stats(current=current))

    def _ends(self, jobs: Iterable[AsyncTask | Reference | str], **how: Any) -> tuple[dict[str, AsyncTask], Ends]:
        """Return the tasks by their references, and what waits for them."""
        given = [self._task(job) for job in jobs]
        return {task.ref: task for task in given}, Ends(self._profile, [task._flows for task in given], **how)

    def _task(self, job: AsyncTask | Reference | str) -> AsyncTask:
        if isinstance(job, AsyncTask):
            return job
        reference = Reference.parse(job) if isinstance(job, str) else job
        return AsyncTask(self._connection, task_of(reference, self._place))


def _named(ends: Iterator[Ended], watched: Mapping[str, Task]) -> Iterator[tuple[Task, Status]]:
    for task, status in ends:
        yield watched[str(task.reference)], status


async def _named_async(
    ends: AsyncIterator[Ended], watched: Mapping[str, AsyncTask]
) -> AsyncIterator[tuple[AsyncTask, Status]]:
    async for task, status in ends:
        yield watched[str(task.reference)], status
