"""A job that was submitted, whatever the cloud: the same verbs, blocking and awaitable."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

from optcloud.core.flow import Flow
from optcloud.core.polling import Pace
from optcloud.core.reference import Reference
from optcloud.core.states import Status
from optcloud.core.verbs import Awaited, Blocking, verb
from optcloud.handles.handle import Handle
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection

C = TypeVar("C")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class JobFlows(Protocol[R_co]):
    """What a job of any cloud can be asked, as flows."""

    @property
    def reference(self) -> Reference: ...

    def poll(self) -> Flow[Status]: ...
    def wait(self, *, timeout: float | None, pace: Pace | None) -> Flow[Status]: ...
    def result(self, *, timeout: float | None, pace: Pace | None) -> Flow[R_co]: ...
    def stop(self) -> Flow[None]: ...
    def cancel(self) -> Flow[None]: ...
    def delete(self) -> Flow[None]: ...


class JobVerbs(Handle[C, JobFlows[R]], Generic[C, R]):
    """What every job can be asked."""

    @verb
    def poll(self) -> Flow[Status]:
        """Look once. Raises `JobGone`."""
        return self._flows.poll()

    @verb
    def wait(self, timeout: float | None = None, *, pace: Pace | None = None) -> Flow[Status]:
        """Look until the job has ended; ``timeout`` in seconds. Raises `WaitTimeout`, which leaves the job alone."""
        return self._flows.wait(timeout=timeout, pace=pace)

    @verb
    def result(self, timeout: float | None = None, *, pace: Pace | None = None) -> Flow[R]:
        """Wait, then return the result. Raises `JobFailed`, `WaitTimeout`, `JobGone`."""
        return self._flows.result(timeout=timeout, pace=pace)

    @verb
    def stop(self) -> Flow[None]:
        """Finish early, keep what was found. Raises `Conflict`, `Unsupported`."""
        return self._flows.stop()

    @verb
    def cancel(self) -> Flow[None]:
        """End the job without a result. Raises `Conflict`, `Unsupported`."""
        return self._flows.cancel()

    @verb
    def delete(self) -> Flow[None]:
        """Remove the job and what it left. Raises `Conflict`, `Unsupported`."""
        return self._flows.delete()


class Job(JobVerbs[Connection, R], Blocking):
    """A submitted job. It survives pickle as its reference (`optcloud.handles.handle`)."""


class AsyncJob(JobVerbs[AsyncConnection, R], Awaited):
    """A submitted job; each verb is awaited. It survives pickle as its reference (`optcloud.handles.handle`)."""

    _ASYNC = True
