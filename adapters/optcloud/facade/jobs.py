"""A job that was submitted, whatever the cloud: the same verbs, blocking and awaitable."""

from __future__ import annotations

from typing import Generic, TypeVar

from optcloud.core.flow import Flow
from optcloud.core.jobs import JobFlows
from optcloud.core.pace import Pace
from optcloud.core.states import Status
from optcloud.drivers.asynchronous import AsyncConnection
from optcloud.drivers.blocking import Connection
from optcloud.facade.handles import Handle

R = TypeVar("R")
T = TypeVar("T")


class Job(Handle[Connection, JobFlows[R]], Generic[R]):
    """A submitted job. It survives pickle as its reference (`optcloud.facade.handles`)."""

    def _run(self, flow: Flow[T]) -> T:
        return self._connection.run(flow)

    def poll(self) -> Status:
        """Look once. Raises `JobGone`."""
        return self._run(self._flows.poll())

    def wait(self, timeout: float | None = None, *, pace: Pace | None = None) -> Status:
        """Look until the job has ended; ``timeout`` in seconds. Raises `WaitTimeout`, which leaves the job alone."""
        return self._run(self._flows.wait(timeout=timeout, pace=pace))

    def result(self, timeout: float | None = None, *, pace: Pace | None = None) -> R:
        """Wait, then return the result. Raises `JobFailed`, `WaitTimeout`, `JobGone`."""
        return self._run(self._flows.result(timeout=timeout, pace=pace))

    def stop(self) -> None:
        """Finish early, keep what was found. Raises `Conflict`, `Unsupported`."""
        self._run(self._flows.stop())

    def cancel(self) -> None:
        """End the job without a result. Raises `Conflict`, `Unsupported`."""
        self._run(self._flows.cancel())

    def delete(self) -> None:
        """Remove the job and what it left. Raises `Conflict`, `Unsupported`."""
        self._run(self._flows.delete())


class AsyncJob(Handle[AsyncConnection, JobFlows[R]], Generic[R]):
    """A submitted job; each verb is awaited. It survives pickle as its reference (`optcloud.facade.handles`)."""

    _ASYNC = True

    async def _run(self, flow: Flow[T]) -> T:
        return await self._connection.run(flow)

    async def poll(self) -> Status:
        """Look once. Raises `JobGone`."""
        return await self._run(self._flows.poll())

    async def wait(self, timeout: float | None = None, *, pace: Pace | None = None) -> Status:
        """Look until the job has ended; ``timeout`` in seconds. Raises `WaitTimeout`, which leaves the job alone."""
        return await self._run(self._flows.wait(timeout=timeout, pace=pace))

    async def result(self, timeout: float | None = None, *, pace: Pace | None = None) -> R:
        """Wait, then return the result. Raises `JobFailed`, `WaitTimeout`, `JobGone`."""
        return await self._run(self._flows.result(timeout=timeout, pace=pace))

    async def stop(self) -> None:
        """Finish early, keep what was found. Raises `Conflict`, `Unsupported`."""
        await self._run(self._flows.stop())

    async def cancel(self) -> None:
        """End the job without a result. Raises `Conflict`, `Unsupported`."""
        await self._run(self._flows.cancel())

    async def delete(self) -> None:
        """Remove the job and what it left. Raises `Conflict`, `Unsupported`."""
        await self._run(self._flows.delete())
