"""Gurobi Instant Cloud v1 as a person thinks of it: rent machines, use them, give them back.

The vendor has deprecated API v1; its keys do not work with v2.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterable
from types import TracebackType
from typing import Any, Unpack

from optcloud.clouds.gurobi.machines import GurobiAccount, LaunchOptions, PoolFlows
from optcloud.clouds.gurobi.models import License, Machine
from optcloud.core.errors import OptCloudError
from optcloud.core.pace import Pace
from optcloud.core.redact import Secret
from optcloud.core.reference import Reference
from optcloud.drivers.asynchronous import AsyncConnection
from optcloud.drivers.blocking import Connection

logger = logging.getLogger("optcloud")
READY_TIMEOUT = 1800.0


class _PoolView:
    """What both pools know of their machines, as last seen."""

    def __init__(self, flows: PoolFlows) -> None:
        self._flows = flows
        self._seen: list[Machine] = []

    @property
    def ref(self) -> str:
        """The pool as plain text: ``attach(ref)`` finds its machines again."""
        return str(self._flows.reference)

    @property
    def servers(self) -> list[str]:
        """DNS names of the machines, the compute server first; those not yet known are left out."""
        return [machine.dns_name for machine in self._seen if machine.dns_name]

    @property
    def password(self) -> Secret | None:
        """What opens the machines; ``reveal()`` shows it."""
        return next((machine.password for machine in self._seen if machine.password), None)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.ref!r})"

    def _not_killed(self, error: OptCloudError, raised: BaseException | None) -> None:
        """The machines may still run and cost: say so, without hiding the error that came first."""
        words = f"the machines may still run and cost money; kill them: {self.ref}"
        logger.error("%s (%s)", words, error)
        if raised is None:
            error.add_note(words)
            raise error
        raised.add_note(f"{words} ({error})")


class Pool(_PoolView):
    """Machines that were launched together. As a context manager: ready inside, killed on the way out."""

    def __init__(
        self, connection: Connection, flows: PoolFlows, ready_timeout: float = READY_TIMEOUT, pace: Pace | None = None
    ) -> None:
        super().__init__(flows)
        self._run = connection.run
        self._ready_timeout = ready_timeout
        self._pace = pace

    def machines(self) -> list[Machine]:
        """Ask for the machines as they are now."""
        self._seen = self._run(self._flows.machines())
        return self._seen

    def wait_ready(self, timeout: float | None = None, *, pace: Pace | None = None) -> list[Machine]:
        """Wait until all can receive jobs; ``timeout`` in seconds. Raises `JobFailed`, `WaitTimeout`."""
        self._seen = self._run(self._flows.wait_ready(timeout=timeout, pace=pace))
        return self._seen

    def kill(self) -> list[Machine]:
        """Give all machines back. Safe to repeat."""
        return self._run(self._flows.kill())

    def __enter__(self) -> Pool:
        try:
            self.wait_ready(self._ready_timeout, pace=self._pace)
        except BaseException as error:
            self._leave(error)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave(error)

    def _leave(self, raised: BaseException | None) -> None:
        try:
            self.kill()
        except OptCloudError as error:
            self._not_killed(error, raised)


class AsyncPool(_PoolView):
    """Machines that were launched together. As a context manager: ready inside, killed on the way out."""

    def __init__(
        self,
        connection: AsyncConnection,
        flows: PoolFlows,
        ready_timeout: float = READY_TIMEOUT,
        pace: Pace | None = None,
    ) -> None:
        super().__init__(flows)
        self._run = connection.run
        self._ready_timeout = ready_timeout
        self._pace = pace

    async def machines(self) -> list[Machine]:
        """Ask for the machines as they are now."""
        self._seen = await self._run(self._flows.machines())
        return self._seen

    async def wait_ready(self, timeout: float | None = None, *, pace: Pace | None = None) -> list[Machine]:
        """Wait until all can receive jobs; ``timeout`` in seconds. Raises `JobFailed`, `WaitTimeout`."""
        self._seen = await self._run(self._flows.wait_ready(timeout=timeout, pace=pace))
        return self._seen

    async def kill(self) -> list[Machine]:
        """Give all machines back. Safe to repeat."""
        return await self._run(self._flows.kill())

    async def __aenter__(self) -> AsyncPool:
        try:
            await self.wait_ready(self._ready_timeout, pace=self._pace)
        except BaseException as error:
            await self._leave(error)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._leave(error)

    async def _leave(self, raised: BaseException | None) -> None:
        try:
            await self.kill()
        except OptCloudError as error:
            self._not_killed(error, raised)


class Launching:
    """A launch under way: ``await`` it for the pool, or enter it with ``async with``."""

    def __init__(self, pool: Any) -> None:
        self._coming = pool
        self._pool: AsyncPool | None = None

    def __await__(self) -> Generator[Any, Any, AsyncPool]:
        return self._coming.__await__()  # type: ignore[no-any-return]

    async def __aenter__(self) -> AsyncPool:
        self._pool = await self
        return await self._pool.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            await self._pool.__aexit__(kind, error, trace)


class Gurobi:
    """Gurobi Instant Cloud, REST API v1 (deprecated by its vendor)."""

    def __init__(self, connection: Connection, account: GurobiAccount) -> None:
        self._connection = connection
        self._run = connection.run
        self._account = account

    def licenses(self) -> list[License]:
        """List the account's licenses."""
        return self._run(self._account.licenses())

    def machines(self) -> list[Machine]:
        """List the account's machines."""
        return self._run(self._account.machines())

    def launch(
        self,
        count: int,
        *,
        ready_timeout: float = READY_TIMEOUT,
        pace: Pace | None = None,
        **options: Unpack[LaunchOptions],
    ) -> Pool:
        """Launch machines, at most once; ``with`` waits for them (``ready_timeout`` in s) and kills them at the end."""
        return Pool(self._connection, self._run(self._account.launch(count, **options)), ready_timeout, pace)

    def kill(self, ids: Iterable[str]) -> list[Machine]:
        """Kill machines by id. Safe to repeat."""
        return self._run(self._account.kill(ids))

    def attach(self, reference: Reference) -> Pool:
        """Return the pool of a reference, without asking Gurobi."""
        return Pool(self._connection, PoolFlows(self._account, reference))


class AsyncGurobi:
    """Gurobi Instant Cloud, REST API v1 (deprecated by its vendor); each verb is awaited."""

    def __init__(self, connection: AsyncConnection, account: GurobiAccount) -> None:
        self._connection = connection
        self._run = connection.run
        self._account = account

    async def licenses(self) -> list[License]:
        """List the account's licenses."""
        return await self._run(self._account.licenses())

    async def machines(self) -> list[Machine]:
        """List the account's machines."""
        return await self._run(self._account.machines())

    def launch(
        self,
        count: int,
        *,
        ready_timeout: float = READY_TIMEOUT,
        pace: Pace | None = None,
        **options: Unpack[LaunchOptions],
    ) -> Launching:
        """Launch machines, at most once: ``await`` gives the pool, ``async with`` waits and kills at the end."""

        async def launching() -> AsyncPool:
            flow = self._account.launch(count, **options)
            return AsyncPool(self._connection, await self._run(flow), ready_timeout, pace)

        return Launching(launching())

    async def kill(self, ids: Iterable[str]) -> list[Machine]:
        """Kill machines by id. Safe to repeat."""
        return await self._run(self._account.kill(ids))

    def attach(self, reference: Reference) -> AsyncPool:
        """Return the pool of a reference, without asking Gurobi."""
        return AsyncPool(self._connection, PoolFlows(self._account, reference))
