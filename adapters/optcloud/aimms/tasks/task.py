"""The job of a task: what every job can do, and what only a task can; and the runs of a repeated one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Self

from optcloud.aimms.tasks.flows import SavedResult, TaskFlows, TaskResult
from optcloud.aimms.tasks.hooks import Hooked
from optcloud.aimms.tasks.logs import LogEntry, Logs, save_log
from optcloud.aimms.tasks.model import TaskView
from optcloud.aimms.tasks.series import SeriesFlows
from optcloud.core.flow import Progress, iterate, iterate_async
from optcloud.core.polling import Pace
from optcloud.core.states import Status
from optcloud.handles.handle import Handle
from optcloud.handles.job import AsyncJob, Job
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection


class Task(Job[TaskResult]):
    """A task of AIMMS PRO."""

    _flows: TaskFlows

    def wait(self, timeout: float | None = None, *, pace: Pace | None = None, hook: Hooked | None = None) -> Status:
        """Look until the task has ended; ``timeout`` in seconds. Raises `WaitTimeout`, which leaves the task alone.

        With a ``hook`` (`optcloud.aimms.tasks.hook_receiver`) that AIMMS calls, each call leads to a look, and looks on
        suspicion are fewer.
        """
        return self._run(self._flows.wait(timeout=timeout, pace=pace, hook=hook))

    def result(
        self, timeout: float | None = None, *, pace: Pace | None = None, hook: Hooked | None = None
    ) -> TaskResult:
        """Wait as `wait` does, then return the response. Raises `JobFailed`, `WaitTimeout`, `JobGone`."""
        return self._run(self._flows.result(timeout=timeout, pace=pace, hook=hook))

    def details(self) -> TaskView:
        """Look once; the task's times, codes and words, typed. Raises `JobGone`."""
        return TaskView.of(self.poll())

    @property
    def series(self) -> Series:
        """The runs of a repeated task (one that was run with ``every=``)."""
        return Series(self._connection, SeriesFlows(self._flows))

    def logs(self, *, follow: bool = False, pace: Pace | None = None) -> Iterator[LogEntry]:
        """The entries of the log so far; with ``follow`` also those to come, until the task has ended.

        Raises `NotFound` without a log (Task Scheduler 25.2.1.0 or later has them), `JobGone`.
        """
        return iterate(self._connection, Logs(self._flows, follow=follow, pace=pace))

    def save_log(self, path: str | Path, *, progress: Progress | None = None) -> Path:
        """Download the log into a file, piece by piece. Raises `NotFound` without a log, `OSError`."""
        return self._run(save_log(self._flows, path, progress=progress))

    def save(
        self,
        path: str | Path,
        timeout: float | None = None,
        *,
        pace: Pace | None = None,
        hook: Hooked | None = None,
        progress: Progress | None = None,
    ) -> SavedResult:
        """Wait, then write the response into a file piece by piece, with ``progress`` (`Transferred`).

        The file appears when it is whole. Raises `JobFailed`, `WaitTimeout`, `JobGone`, `OSError`.
        """
        return self._run(self._flows.save(path, timeout=timeout, pace=pace, hook=hook, progress=progress))

    def intermediate(self) -> TaskResult | None:
        """Fetch the intermediate status that a service has written (None: none yet); a local DEX service only.

        Raises `Unsupported` in the cloud, `JobGone`.
        """
        return self._run(self._flows.intermediate())


class AsyncTask(AsyncJob[TaskResult]):
    """A task of AIMMS PRO; each verb is awaited."""

    _flows: TaskFlows

    async def wait(
        self, timeout: float | None = None, *, pace: Pace | None = None, hook: Hooked | None = None
    ) -> Status:
        """Look until the task has ended; ``timeout`` in seconds. Raises `WaitTimeout`, which leaves the task alone.

        With a ``hook`` (`optcloud.aimms.tasks.hook_receiver`) that AIMMS calls, each call leads to a look, and looks on
        suspicion are fewer.
        """
        return await self._run(self._flows.wait(timeout=timeout, pace=pace, hook=hook))

    async def result(
        self, timeout: float | None = None, *, pace: Pace | None = None, hook: Hooked | None = None
    ) -> TaskResult:
        """Wait as `wait` does, then return the response. Raises `JobFailed`, `WaitTimeout`, `JobGone`."""
        return await self._run(self._flows.result(timeout=timeout, pace=pace, hook=hook))

    async def details(self) -> TaskView:
        """Look once; the task's times, codes and words, typed. Raises `JobGone`."""
        return TaskView.of(await self.poll())

    @property
    def series(self) -> AsyncSeries:
        """The runs of a repeated task (one that was run with ``every=``)."""
        return AsyncSeries(self._connection, SeriesFlows(self._flows))

    def logs(self, *, follow: bool = False, pace: Pace | None = None) -> AsyncIterator[LogEntry]:
        """The entries of the log so far; with ``follow`` also those to come, until the task has ended.

        Raises `NotFound` without a log (Task Scheduler 25.2.1.0 or later has them), `JobGone`.
        """
        return iterate_async(self._connection, Logs(self._flows, follow=follow, pace=pace))

    async def save_log(self, path: str | Path, *, progress: Progress | None = None) -> Path:
        """Download the log into a file, piece by piece. Raises `NotFound` without a log, `OSError`."""
        return await self._run(save_log(self._flows, path, progress=progress))

    async def save(
        self,
        path: str | Path,
        timeout: float | None = None,
        *,
        pace: Pace | None = None,
        hook: Hooked | None = None,
        progress: Progress | None = None,
    ) -> SavedResult:
        """Wait, then write the response into a file piece by piece, with ``progress`` (`Transferred`).

        The file appears when it is whole. Raises `JobFailed`, `WaitTimeout`, `JobGone`, `OSError`.
        """
        return await self._run(self._flows.save(path, timeout=timeout, pace=pace, hook=hook, progress=progress))

    async def intermediate(self) -> TaskResult | None:
        """Fetch the intermediate status that a service has written (None: none yet); a local DEX service only.

        Raises `Unsupported` in the cloud, `JobGone`.
        """
        return await self._run(self._flows.intermediate())


class Series(Handle[Connection, SeriesFlows]):
    """The runs of a repeated task, numbered from 0: ``series[3]`` is one of them."""

    def _found_by(self, cloud: Any) -> Self:
        found: Self = cloud.attach(self.ref).series
        return found

    def __getitem__(self, index: int) -> Task:
        return Task(self._connection, self._flows.run(index))

    def last(self) -> Task:
        """Ask for the last run: the one to come, as long as the series goes on. Raises `Conflict`, `JobGone`."""
        return Task(self._connection, self._connection.run(self._flows.last()))

    def runs(self) -> Iterator[Task]:
        """Ask how many runs there are and give them all, the one to come included. Raises `Conflict`, `JobGone`."""
        return map(partial(Task, self._connection), self._connection.run(self._flows.runs()))

    def stop(self) -> None:
        """End the repetition by deleting the last run. Raises `Conflict` once that has begun, `JobGone`."""
        self._connection.run(self._flows.stop())


class AsyncSeries(Handle[AsyncConnection, SeriesFlows]):
    """The runs of a repeated task, numbered from 0: ``series[3]`` is one of them. Each verb is awaited."""

    _ASYNC = True

    def _found_by(self, cloud: Any) -> Self:
        found: Self = cloud.attach(self.ref).series
        return found

    def __getitem__(self, index: int) -> AsyncTask:
        return AsyncTask(self._connection, self._flows.run(index))

    async def last(self) -> AsyncTask:
        """Ask for the last run: the one to come, as long as the series goes on. Raises `Conflict`, `JobGone`."""
        return AsyncTask(self._connection, await self._connection.run(self._flows.last()))

    async def runs(self) -> Iterator[AsyncTask]:
        """Ask how many runs there are and give them all, the one to come included. Raises `Conflict`, `JobGone`."""
        return map(partial(AsyncTask, self._connection), await self._connection.run(self._flows.runs()))

    async def stop(self) -> None:
        """End the repetition by deleting the last run. Raises `Conflict` once that has begun, `JobGone`."""
        await self._connection.run(self._flows.stop())
