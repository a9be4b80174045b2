"""Pools of Gurobi Instant Cloud, API v2: named configurations of machines, started as a whole.

No request that terminates machines is published (`clouds/gurobi/v2/FACTS.md`): a started pool ends by its idle
shutdown, or by hand. So nothing here is killed on the way out, and a pool is not to be used in a ``with``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Self, TypeVar, Unpack

from optcloud.core.flow import Flow
from optcloud.core.polling import Pace
from optcloud.gurobi.models import Machine
from optcloud.gurobi.references import pool_id_of
from optcloud.handles.handle import Handle
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection

if TYPE_CHECKING:
    from optcloud.gurobi.v2.account import GurobiV2Account
    from optcloud.gurobi.v2.flows import NamedPoolFlows  # noqa: F401 - named in a string below
    from optcloud.gurobi.v2.models import NamedPool as Details
    from optcloud.gurobi.v2.pool_options import PoolOptions

C = TypeVar("C", bound=Connection | AsyncConnection)
T = TypeVar("T")


class _NamedPoolView(Handle[C, "NamedPoolFlows"]):
    """What both know without asking."""

    @property
    def id(self) -> str:
        """The pool's id, as ``CLOUDPOOL`` of a license file takes it."""
        return pool_id_of(self._reference)


class NamedPool(_NamedPoolView[Connection]):
    """A pool of API v2. What is not published raises `Unsupported`."""

    def _run(self, flow: Flow[T]) -> T:
        return self._connection.run(flow)

    def details(self) -> Details:
        """Ask for the configuration. Raises `NotFound`."""
        return self._run(self._flows.details())

    def machines(self) -> list[Machine]:
        """List the pool's machines."""
        return self._run(self._flows.machines())

    def members(self) -> list[Machine]:
        """List the pool's machines as the pool knows them, the compute servers first: of each, at least its id."""
        return self._run(self._flows.members())

    def start(self) -> bool:
        """Start what does not run of the pool, by one request; True when it is ready for jobs already."""
        return self._run(self._flows.start())

    def start_and_wait(self, timeout: float | None = None, *, pace: Pace | None = None) -> list[Machine]:
        """Start the pool and wait until it is ready; ``timeout`` in seconds. Raises `WaitTimeout`.

        Each look is the start again, since no other sign of readiness is known: if that is not what you want, `start`.
        """
        return self._run(self._flows.start_and_wait(timeout=timeout, pace=pace))

    def scale(self, count: int) -> None:
        """Set the number of compute servers, once. What becomes of running machines is not published."""
        self._run(self._flows.scale(count))

    def kill(self) -> NoReturn:
        """Raise `Unsupported`: how machines are terminated is not published."""
        self._flows.kill()

    def delete(self) -> NoReturn:
        """Raise `Unsupported`."""
        self._flows.delete()

    def __enter__(self) -> Self:
        self._flows.check_with()

    def __exit__(self, *_: object) -> None:
        """Never come to: `__enter__` raises."""


class AsyncNamedPool(_NamedPoolView[AsyncConnection]):
    """A pool of API v2. What is not published raises `Unsupported`."""

    _ASYNC = True

    async def _run(self, flow: Flow[T]) -> T:
        return await self._connection.run(flow)

    async def details(self) -> Details:
        """Ask for the configuration. Raises `NotFound`."""
        return await self._run(self._flows.details())

    async def machines(self) -> list[Machine]:
        """List the pool's machines."""
        return await self._run(self._flows.machines())

    async def members(self) -> list[Machine]:
        """List the pool's machines as the pool knows them, the compute servers first: of each, at least its id."""
        return await self._run(self._flows.members())

    async def start(self) -> bool:
        """Start what does not run of the pool, by one request; True when it is ready for jobs already."""
        return await self._run(self._flows.start())

    async def start_and_wait(self, timeout: float | None = None, *, pace: Pace | None = None) -> list[Machine]:
        """Start the pool and wait until it is ready; ``timeout`` in seconds. Raises `WaitTimeout`.

        Each look is the start again, since no other sign of readiness is known: if that is not what you want, `start`.
        """
        return await self._run(self._flows.start_and_wait(timeout=timeout, pace=pace))

    async def scale(self, count: int) -> None:
        """Set the number of compute servers, once. What becomes of running machines is not published."""
        await self._run(self._flows.scale(count))

    async def kill(self) -> NoReturn:
        """Raise `Unsupported`: how machines are terminated is not published."""
        self._flows.kill()

    async def delete(self) -> NoReturn:
        """Raise `Unsupported`."""
        self._flows.delete()

    async def __aenter__(self) -> Self:
        self._flows.check_with()

    async def __aexit__(self, *_: object) -> None:
        """Never come to: `__aenter__` raises."""


class NamedPools:
    """The pools of an account of API v2."""

    def __init__(self, connection: Connection, account: GurobiV2Account) -> None:
        self._connection = connection
        self._account = account

    def attach(self, pool_id: str) -> NamedPool:
        """Return a pool by its id, ``LICENSE-NAME`` such as 999999-default; nothing is asked."""
        return NamedPool(self._connection, self._account.pool(pool_id))

    def create(self, name: str, **options: Unpack[PoolOptions]) -> NamedPool:
        """Create a pool, once; nothing runs yet. Raises `BadRequest` before sending, for what is wrong in it."""
        return NamedPool(self._connection, self._connection.run(self._account.create_pool(name, **options)))

    def list(self) -> NoReturn:
        """Raise `Unsupported`: the request is not published."""
        self._account.pools()


class AsyncNamedPools:
    """The pools of an account of API v2."""

    def __init__(self, connection: AsyncConnection, account: GurobiV2Account) -> None:
        self._connection = connection
        self._account = account

    def attach(self, pool_id: str) -> AsyncNamedPool:
        """Return a pool by its id, ``LICENSE-NAME`` such as 999999-default; nothing is asked."""
        return AsyncNamedPool(self._connection, self._account.pool(pool_id))

    async def create(self, name: str, **options: Unpack[PoolOptions]) -> AsyncNamedPool:
        """Create a pool, once; nothing runs yet. Raises `BadRequest` before sending, for what is wrong in it."""
        return AsyncNamedPool(self._connection, await self._connection.run(self._account.create_pool(name, **options)))

    async def list(self) -> NoReturn:
        """Raise `Unsupported`: the request is not published."""
        self._account.pools()
