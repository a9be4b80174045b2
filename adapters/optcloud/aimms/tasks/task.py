"""The job of a task: what every job can do, and what only a task can; and the runs of a repeated one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Self, TypeVar

from optcloud.aimms.tasks.details import TaskView
from optcloud.aimms.tasks.hooks import Hooked
from optcloud.aimms.tasks.logs import LogEntry, Logs, save_log
from optcloud.aimms.tasks.result import TaskResult
from optcloud.aimms.tasks.series import SeriesFlows
from optcloud.aimms.tasks.task_flows import TaskFlows
from optcloud.core.flow import Flow, Pages
from optcloud.core.polling import Pace
from optcloud.core.states import Status
from optcloud.core.verbs import Awaited, Blocking, giving, pages, verb
from optcloud.handles.handle import Handle
from optcloud.handles.job import AsyncJob, Job, JobVerbs
from optcloud.handles.verb_from import verb_from
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection

C = TypeVar("C")


class TaskVerbs(JobVerbs[C, TaskResult]):
    """What a task of AIMMS PRO can be asked."""

    _flows: TaskFlows

    save = verb_from("_flows", TaskFlows.save)
    save_log = verb_from("_flows", save_log)
    intermediate = verb_from("_flows", TaskFlows.intermediate)

    @verb
    def poll(self) -> Flow[Status]:
        """Look once. Raises `JobGone`."""
        return self._learning(self._flows.poll())

    @verb
    def wait(
        self, timeout: float | None = None, *, pace: Pace | None = None, hook: Hooked | None = None
    ) -> Flow[Status]:
        """Look until the task has ended; ``timeout`` in seconds. Raises `WaitTimeout`, which leaves the task alone.

        With a ``hook`` (`optcloud.aimms.tasks.hook_receiver`) that AIMMS calls, each call leads to a look, and looks on
        suspicion are fewer.
        """
        return self._learning(self._flows.wait(timeout, pace=pace, hook=hook))

    @verb
    def result(
        self, timeout: float | None = None, *, pace: Pace | None = None, hook: Hooked | None = None
    ) -> Flow[TaskResult]:
        """Wait as `wait` does, then return the response. Raises `JobFailed`, `WaitTimeout`, `JobGone`.

        Once this handle has seen how the task ended, the response is fetched at once.
        """
        return self._flows.result(timeout, pace=pace, hook=hook)

    @verb
    def details(self) -> Flow[TaskView]:
        """Look once; the task's times, codes and words, typed. Raises `JobGone`."""
        return TaskView.of((yield from self._learning(self._flows.poll())))

    @pages
    def logs(self, *, follow: bool = False, pace: Pace | None = None) -> Pages[LogEntry]:
        """The entries of the log so far; with ``follow`` also those to come, until the task has ended.

        Raises `NotFound` without a log (Task Scheduler 25.2.1.0 or later has them), `JobGone`.
        """
        return Logs(self._flows, follow=follow, pace=pace)

    def _saw(self, status: Status) -> None:
        """Keep what a look elsewhere showed, if it is an end: that is final, and not looked at again."""
        self._link = self._connection, self._flows.knowing(status)

    def _learning(self, look: Flow[Status]) -> Flow[Status]:
        status = yield from look
        self._saw(status)
        return status


class Task(TaskVerbs[Connection], Job[TaskResult]):
    """A task of AIMMS PRO."""

    @property
    def series(self) -> Series:
        """The runs of a repeated task (one that was run with ``every=``)."""
        return Series(self._connection, SeriesFlows(self._flows))


class AsyncTask(TaskVerbs[AsyncConnection], AsyncJob[TaskResult]):
    """A task of AIMMS PRO; each verb is awaited."""

    @property
    def series(self) -> AsyncSeries:
        """The runs of a repeated task (one that was run with ``every=``)."""
        return AsyncSeries(self._connection, SeriesFlows(self._flows))


class SeriesVerbs(Handle[C, SeriesFlows]):
    """What the runs of a repeated task can be asked."""

    stop = verb_from("_flows", SeriesFlows.stop)

    def _found_by(self, cloud: Any) -> Self:
        found: Self = cloud.attach(self.ref).series
        return found

    @giving(Task, AsyncTask)
    def last(self) -> Flow[TaskFlows]:
        """Ask for the last run: the one to come, as long as the series goes on. Raises `Conflict`, `JobGone`."""
        return self._flows.last()


class Series(SeriesVerbs[Connection], Blocking):
    """The runs of a repeated task, numbered from 0: ``series[3]`` is one of them."""

    def __getitem__(self, index: int) -> Task:
        return Task(self._connection, self._flows.run(index))

    def runs(self) -> Iterator[Task]:
        """Ask how many runs there are and give them all, the one to come included. Raises `Conflict`, `JobGone`."""
        return map(partial(Task, self._connection), self._connection.run(self._flows.runs()))


class AsyncSeries(SeriesVerbs[AsyncConnection], Awaited):
    """The runs of a repeated task, numbered from 0: ``series[3]`` is one of them. Each verb is awaited."""

    _ASYNC = True

    def __getitem__(self, index: int) -> AsyncTask:
        return AsyncTask(self._connection, self._flows.run(index))

    async def runs(self) -> Iterator[AsyncTask]:
        """Ask how many runs there are and give them all, the one to come included. Raises `Conflict`, `JobGone`."""
        return map(partial(AsyncTask, self._connection), await self._connection.run(self._flows.runs()))
