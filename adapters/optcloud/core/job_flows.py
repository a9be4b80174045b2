"""What a job of any cloud can be asked, as flows; the facade turns each into a blocking or awaitable verb."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from optcloud.core.flow import Flow
from optcloud.core.polling import Pace
from optcloud.core.reference import Reference
from optcloud.core.states import Status

R_co = TypeVar("R_co", covariant=True)


class JobFlows(Protocol[R_co]):
    """The verbs of a job: `poll, wait, result, stop, cancel, delete`."""

    @property
    def reference(self) -> Reference: ...

    def poll(self) -> Flow[Status]: ...
    def wait(self, *, timeout: float | None, pace: Pace | None) -> Flow[Status]: ...
    def result(self, *, timeout: float | None, pace: Pace | None) -> Flow[R_co]: ...
    def stop(self) -> Flow[None]: ...
    def cancel(self) -> Flow[None]: ...
    def delete(self) -> Flow[None]: ...


AnyJobFlows = JobFlows[Any]
