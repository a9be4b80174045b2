"""Pools of Gurobi Instant Cloud, API v2: named configurations of machines, started as a whole.

No request that terminates machines is published (FACTS.md beside this file): a started pool ends by its idle
shutdown, or by hand. So nothing here is killed on the way out, and a pool is not to be used in a ``with``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Generic, NoReturn, Self, TypeVar

from optcloud.core.flow import Flow
from optcloud.core.polling import Pace
from optcloud.core.verbs import Awaited, Blocking, finished_by, giving, verb
from optcloud.gurobi.launch_options import IDLE_SHUTDOWN
from optcloud.gurobi.models import Machine
from optcloud.handles.handle import Handle
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection

if TYPE_CHECKING:
    from optcloud.gurobi.v2.account import GurobiV2Account
    from optcloud.gurobi.v2.models import PoolConfiguration
    from optcloud.gurobi.v2.pool_flows import NamedPoolFlows

C = TypeVar("C", bound=Connection | AsyncConnection)


class NamedPoolVerbs(Handle[C, "NamedPoolFlows"]):
    """What a pool with a name can be asked."""

    @property
    def id(self) -> str:
        """The pool's id, as ``CLOUDPOOL`` of a license file takes it."""
        return self._reference.path[1]

    @verb
    def details(self) -> Flow[PoolConfiguration]:
        """Ask for the configuration. Raises `NotFound`."""
        return self._flows.details()

    @verb
    def machines(self) -> Flow[list[Machine]]:
        """List the pool's machines."""
        return self._flows.machines()

    @verb
    def members(self) -> Flow[list[Machine]]:
        """List the pool's machines as the pool knows them, the compute servers first: of each, at least its id."""
        return self._flows.members()

    @verb
    def start(self) -> Flow[bool]:
        """Start what does not run of the pool, by one request; True when it is ready for jobs already."""
        return self._flows.start()

    @verb
    def start_and_wait(self, timeout: float | None = None, *, pace: Pace | None = None) -> Flow[list[Machine]]:
        """Start the pool and wait until it is ready; ``timeout`` in seconds. Raises `WaitTimeout`.

        Each look is the start again, since no other sign of readiness is known: if that is not what you want, `start`.
        """
        return self._flows.start_and_wait(timeout=timeout, pace=pace)

    @verb
    def scale(self, count: int) -> Flow[None]:
        """Set the number of compute servers, once. What becomes of running machines is not published."""
        return self._flows.scale(count)

    @verb
    def kill(self) -> Flow[NoReturn]:
        """Raise `Unsupported`: how machines are terminated is not published."""
        return self._flows.kill()

    @verb
    def delete(self) -> Flow[NoReturn]:
        """Raise `Unsupported`."""
        return self._flows.delete()


class NamedPool(NamedPoolVerbs[Connection], Blocking):
    """A pool of API v2. What is not published raises `Unsupported`."""

    def __enter__(self) -> Self:
        self._flows.check_with()

    def __exit__(self, *_: object) -> None:
        """Never come to: `__enter__` raises."""


class AsyncNamedPool(NamedPoolVerbs[AsyncConnection], Awaited):
    """A pool of API v2. What is not published raises `Unsupported`."""

    _ASYNC = True

    async def __aenter__(self) -> Self:
        self._flows.check_with()

    async def __aexit__(self, *_: object) -> None:
        """Never come to: `__aenter__` raises."""


class NamedPoolsVerbs(Generic[C]):
    """What can be done about the pools of an account of API v2."""

    def __init__(self, connection: C, account: GurobiV2Account) -> None:
        self._connection, self._account = connection, account

    @giving(NamedPool, AsyncNamedPool)
    def create(
        self,
        name: str,
        *,
        machine_type: str | None = None,
        compute_servers: int | None = None,
        distributed_workers: int | None = None,
        job_limit: int | None = None,
        job_history: bool | None = None,
        idle_shutdown: int | None = IDLE_SHUTDOWN,
        more: Mapping[str, Any] | None = None,
    ) -> Flow[NamedPoolFlows]:
        """Create a pool, once; nothing runs yet. Raises `BadRequest` before sending, for what is wrong in it.

        ``compute_servers``: the pool's size. ``distributed_workers`` of each compute server. ``job_limit``: jobs at a
        time on one machine. ``idle_shutdown``: minutes without a job after which a machine ends; nothing else ends the
        machines. ``more``: other fields, by the names of the vendor's reference, sent as they are.
        """
        return self._account.create_pool(
            name,
            machine_type=machine_type,
            compute_servers=compute_servers,
            distributed_workers=distributed_workers,
            job_limit=job_limit,
            job_history=job_history,
            idle_shutdown=idle_shutdown,
            more=more,
        )

    @verb
    def list(self) -> Flow[NoReturn]:
        """Raise `Unsupported`: the request is not published."""
        return self._account.pools()

    @finished_by(NamedPool, AsyncNamedPool)
    def attach(self, pool_id: str) -> NamedPoolFlows:
        """Return a pool by its id, ``LICENSE-NAME`` such as 999999-default; nothing is asked."""
        return self._account.pool(pool_id)


class NamedPools(NamedPoolsVerbs[Connection], Blocking):
    """The pools of an account of API v2."""


class AsyncNamedPools(NamedPoolsVerbs[AsyncConnection], Awaited):
    """The pools of an account of API v2."""
