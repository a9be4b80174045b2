"""A job that was submitted, whatever the cloud: the same verbs, blocking and awaitable."""

from __future__ import annotations

from typing import Generic, TypeVar

from optcloud.core.jobs import JobFlows
from optcloud.core.pace import Pace
from optcloud.core.states import Status
from optcloud.drivers.asynchronous import AsyncConnection
from optcloud.drivers.blocking import Connection

R = TypeVar("R")


class Job(Generic[R]):
    """A submitted job."""

    def __init__(self, connection: Connection, flows: JobFlows[R]) -> None:
        self._run = connection.run
        self._flows = flows

    @property
    def ref(self) -> str:
        """The job as plain text: ``attach(ref)`` resumes it anywhere."""
        return str(self._flows.reference)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.ref!r})"

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


class AsyncJob(Generic[R]):
    """A submitted job; each verb is awaited."""

    def __init__(self, connection: AsyncConnection, flows: JobFlows[R]) -> None:
        self._run = connection.run
        self._flows = flows

    @property
    def ref(self) -> str:
        """The job as plain text: ``attach(ref)`` resumes it anywhere."""
        return str(self._flows.reference)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.ref!r})"

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
