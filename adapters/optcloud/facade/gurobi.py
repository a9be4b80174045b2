"""Gurobi Instant Cloud as a person thinks of it: rent machines, use them, give them back.

Machines belong to the process that launched them: they are killed on the way out of a ``with``, else when the process
ends (also by Ctrl-C, SIGTERM, SIGHUP), and after ``kill -9`` at the next start; unless they were kept (`Pool.keep`).
Signals reach the main thread only: machines rented in others are killed when the process ends.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, Unpack, cast

from optcloud.clouds.gurobi.client_license import Access, ClientSettings
from optcloud.clouds.gurobi.launch_options import LaunchOptions
from optcloud.clouds.gurobi.launching import SETTLE
from optcloud.clouds.gurobi.machines import GurobiAccount
from optcloud.clouds.gurobi.models import License, Machine
from optcloud.clouds.gurobi.pools import PoolFlows
from optcloud.clouds.gurobi.reaping import Reaped
from optcloud.core import vault
from optcloud.core.errors import Conflict, OptCloudError
from optcloud.core.events import TOLD
from optcloud.core.flow import Flow
from optcloud.core.pace import Pace
from optcloud.core.redact import Secret
from optcloud.core.reference import Reference
from optcloud.drivers import held
from optcloud.drivers.asynchronous import AsyncConnection
from optcloud.drivers.blocking import Connection
from optcloud.drivers.interrupts import deferred
from optcloud.facade.gurobi_pools import AsyncNamedPool, AsyncNamedPools, NamedPool, NamedPools

if TYPE_CHECKING:
    from optcloud.clouds.gurobi.v2.account import GurobiV2Account

AnyAccount: TypeAlias = "GurobiAccount | GurobiV2Account"

logger = logging.getLogger("optcloud")
T = TypeVar("T")
READY_TIMEOUT = 1800.0
LAUNCHING = "interrupted: waiting for the answer to the launch, to kill what it made; once more to leave at once"
KILLING = "interrupted: machines are being killed; once more to leave at once, and let them run"


class _PoolView:
    """What both pools know of their machines, as last seen."""

    def __init__(self, flows: PoolFlows, blocking: Callable[[], Connection]) -> None:
        self._flows = flows
        self._blocking = blocking
        self._process = os.getpid()
        self._seen: list[Machine] = []

    @property
    def ref(self) -> str:
        """The pool as plain text: ``attach(ref)`` finds its machines again."""
        return str(self._flows.reference)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the machines, as launched."""
        return self._flows.ids

    @property
    def seen(self) -> list[Machine]:
        """The machines as last seen, without asking."""
        return list(self._seen)

    @property
    def servers(self) -> list[str]:
        """DNS names of the machines, the compute server first; those not yet known are left out."""
        return [machine.dns_name for machine in self._seen if machine.dns_name]

    @property
    def server(self) -> str:
        """DNS name of the compute server. Raises `Conflict` while it has none: `wait_ready` waits for it."""
        names = [machine.dns_name for machine in self._seen if machine.dns_name and not machine.worker]
        if not names:
            raise Conflict(f"{self.ref}: the compute server has no name yet; wait_ready() waits for it")
        return names[0]

    @property
    def workers(self) -> list[str]:
        """DNS names of the distributed workers, those not yet known left out."""
        return [machine.dns_name for machine in self._seen if machine.dns_name and machine.worker]

    @property
    def password(self) -> Secret | None:
        """What opens the machines; ``reveal()`` shows it."""
        return next((machine.password for machine in self._seen if machine.password), None)

    @property
    def parameters(self) -> ClientSettings:
        """What ``gurobipy.Env(params=…)`` takes to solve here; it has the password, which its repr masks.

        Raises `Conflict` while names are missing. Other forms: `optcloud.clouds.gurobi.client_license`.
        """
        return Access.to(self._seen).parameters()

    def _save_license(self, path: str | Path) -> None:
        text = Access.to(self._seen).license_text()
        with vault.drawer(vault.FilePlace(Path(path)), overwrite=True) as drawer:
            drawer.keep(text)

    def _hold(self) -> None:
        """See to it that the machines do not outlive the process."""
        flows, blocking = self._flows, self._blocking
        held.hold(self.ref, lambda: _kill_by(blocking, flows))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.ref!r})"

    def _not_killed(self, error: OptCloudError, raised: BaseException | None) -> None:
        """The machines may still run and cost: say so, without hiding the error that came first."""
        words = f"the machines may still run and cost money; kill them: {self.ref}"
        logger.error("%s (%s)", words, error, extra=TOLD)
        if raised is None:
            error.add_note(words)
            raise error
        raised.add_note(f"{words} ({error})")


def _kill_by(blocking: Callable[[], Connection], flows: PoolFlows) -> list[Machine]:
    """Kill on a connection of its own: the pool's may be closed, or its event loop may have ended."""
    connection = blocking()
    try:
        return connection.run(flows.kill())
    finally:
        connection.close()


class Pool(_PoolView):
    """Machines that were launched together. As a context manager: ready inside, killed on the way out."""

    def __init__(
        self, connection: Connection, flows: PoolFlows, ready_timeout: float = READY_TIMEOUT, pace: Pace | None = None
    ) -> None:
        super().__init__(flows, connection.blocking)
        self._connection = connection
        self._ready_timeout = ready_timeout
        self._pace = pace

    def _run(self, flow: Flow[T]) -> T:
        return self._connection.run(self._flows.account.begun(flow))

    def machines(self) -> list[Machine]:
        """Ask for the machines as they are now."""
        self._seen = self._run(self._flows.machines())
        return self._seen

    def wait_ready(self, timeout: float | None = None, *, pace: Pace | None = None) -> list[Machine]:
        """Wait until all can receive jobs; ``timeout`` in seconds. Raises `JobFailed`, `WaitTimeout`."""
        self._seen = self._run(self._flows.wait_ready(timeout=timeout, pace=pace))
        return self._seen

    def save_license(self, path: str | Path) -> None:
        """Write the client license file that Gurobi's tools take by ``GRB_LICENSE_FILE``, readable by its owner only.

        It has the password. Raises `Conflict` while names are missing, `SecretNotStored` where it cannot be written.
        """
        self._save_license(path)

    def hours(self) -> Decimal | None:
        """Count the machine-hours so far, of the machines as last seen; None where it cannot be known."""
        return self._run(self._flows.hours(self._seen))

    def now(self) -> datetime:
        """Return the vendor's time as far as known: the one by which the hours of a machine are counted."""
        return self._connection.run(self._flows.account.now())

    def kill(self) -> list[Machine]:
        """Give all machines back, those that are still there. Safe to repeat, also after `OptCloud.close`."""
        with deferred(KILLING):
            try:
                if self._connection.client.is_closed:
                    machines = _kill_by(self._blocking, self._flows)
                else:
                    machines = self._run(self._flows.kill())
            except (KeyboardInterrupt, SystemExit):  # the second one, which was told to let them run
                held.let_go(self.ref)
                raise
            held.let_go(self.ref)
        return machines

    def keep(self) -> None:
        """Let the machines run on after this process, until somebody kills them or they idle out."""
        self._run(self._flows.keep())
        held.let_go(self.ref)

    def __enter__(self) -> Pool:
        try:
            self._run(self._flows.hold())
            self._hold()
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
        if os.getpid() != self._process:
            return  # a forked child leaves the block too: the machines are its parent's
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
        super().__init__(flows, connection.blocking)
        self._connection = connection
        self._ready_timeout = ready_timeout
        self._pace = pace

    async def _run(self, flow: Flow[T]) -> T:
        return await self._connection.run(self._flows.account.begun(flow))

    async def machines(self) -> list[Machine]:
        """Ask for the machines as they are now."""
        self._seen = await self._run(self._flows.machines())
        return self._seen

    async def wait_ready(self, timeout: float | None = None, *, pace: Pace | None = None) -> list[Machine]:
        """Wait until all can receive jobs; ``timeout`` in seconds. Raises `JobFailed`, `WaitTimeout`."""
        self._seen = await self._run(self._flows.wait_ready(timeout=timeout, pace=pace))
        return self._seen

    async def save_license(self, path: str | Path) -> None:
        """Write the client license file that Gurobi's tools take by ``GRB_LICENSE_FILE``, readable by its owner only.

        It has the password. Raises `Conflict` while names are missing, `SecretNotStored` where it cannot be written.
        """
        await asyncio.to_thread(self._save_license, path)

    async def hours(self) -> Decimal | None:
        """Count the machine-hours so far, of the machines as last seen; None where it cannot be known."""
        return await self._run(self._flows.hours(self._seen))

    async def now(self) -> datetime:
        """Return the vendor's time as far as known: the one by which the hours of a machine are counted."""
        return await self._connection.run(self._flows.account.now())

    async def kill(self) -> list[Machine]:
        """Give all machines back, those that are still there; cancelled, it ends first.

        Safe to repeat, also after `AsyncOptCloud.aclose`.
        """
        return await _to_the_end(self._kill())

    async def _kill(self) -> list[Machine]:
        if self._connection.client.is_closed:
            machines = await asyncio.to_thread(_kill_by, self._blocking, self._flows)
        else:
            machines = await self._run(self._flows.kill())
        held.let_go(self.ref)
        return machines

    async def keep(self) -> None:
        """Let the machines run on after this process, until somebody kills them or they idle out."""
        await self._run(self._flows.keep())
        held.let_go(self.ref)

    async def __aenter__(self) -> AsyncPool:
        try:
            await self._run(self._flows.hold())
            self._hold()
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
        if os.getpid() != self._process:
            return  # a forked child leaves the block too: the machines are its parent's
        try:
            await self.kill()
        except OptCloudError as error:
            self._not_killed(error, raised)


async def _to_the_end(work: Coroutine[Any, Any, T], undo: Callable[[T], Awaitable[object]] | None = None) -> T:
    """Await ``work``. Cancelled meanwhile, wait for its end all the same, undo it, and only then be cancelled."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError as cancelled:
        try:
            done = await task
            if undo is not None:
                await undo(done)
        except OptCloudError as error:
            cancelled.add_note(str(error))
        raise


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
    """Gurobi Instant Cloud: API v1 (deprecated by its vendor), or v2 as far as it is published (``gurobi.api``).

    What an API does not have, or does not publish, raises `Unsupported`, and nothing is sent.
    """

    def __init__(self, connection: Connection, account: AnyAccount) -> None:
        self._connection = connection
        self._account = account

    def _run(self, flow: Flow[T]) -> T:
        return self._connection.run(self._account.begun(flow))

    def licenses(self) -> list[License]:
        """List the account's licenses; those that end or whose credit is low are told (`CostWarning`)."""
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
        settle: float = SETTLE,
        **options: Unpack[LaunchOptions],
    ) -> Pool:
        """Launch machines, at most once; ``with`` waits for them (``ready_timeout`` in s) and kills them at the end.

        Without ``with`` they are killed when the process ends, unless they are kept. ``settle``: for how many seconds
        machines are looked for when the answer was lost. Raises as `GurobiAccount.launch` says.
        """
        with deferred(LAUNCHING) as interrupt:
            flows = self._connection.run(self._account.launch(count, settle=settle, **options))
            pool = Pool(self._connection, flows, ready_timeout, pace)
            pool._hold()
            if interrupt.pending:
                pool.kill()
        return pool

    def kill(self, ids: Iterable[str]) -> list[Machine]:
        """Kill machines by id. Raises `InvalidMachineIds` when one is not there."""
        return self._run(self._account.kill(ids))

    def reap(self, hosts: Iterable[str] = ()) -> Reaped:
        """Kill what dead processes left; ``hosts``: further hosts whose processes are all dead, as you know."""
        return self._connection.run(self._account.reap(hosts))  # not `_run`: that would reap before, without a word

    def survey(self, hosts: Iterable[str] = ()) -> Reaped:
        """Say what `reap` would do now; nothing is killed, claimed or forgotten."""
        return self._connection.run(self._account.survey(hosts))

    def now(self) -> datetime:
        """Return the vendor's time as far as known: the one by which the hours of a machine are counted."""
        return self._connection.run(self._account.now())

    @property
    def pools(self) -> NamedPools:
        """The pools of API v2, which have names. Raises `Unsupported` with v1."""
        self._account.check_pools()
        return NamedPools(self._connection, cast("GurobiV2Account", self._account))

    def machine(self, machine_id: str) -> Machine:
        """Look at one machine. Raises `NotFound`."""
        return self._run(self._account.machine(machine_id))

    def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: object = None) -> Any:
        """Send any request of the vendor's own reference of API v2, and return the JSON (None: an empty reply).

        ``path`` stands behind ``/api/v2``. Reads are repeated where the wire fails, other methods never.
        """
        return self._run(self._account.call(method, path, query=query, body=body))

    def attach(self, reference: Reference) -> Pool | NamedPool:
        """Return the pool of a reference, without asking Gurobi. Raises `ConfigError` for one of the other API."""
        flows = self._account.attach(reference)
        return Pool(self._connection, flows) if isinstance(flows, PoolFlows) else NamedPool(self._connection, flows)


class AsyncGurobi:
    """Gurobi Instant Cloud: API v1 (deprecated by its vendor), or v2 as far as it is published (``gurobi.api``).

    What an API does not have, or does not publish, raises `Unsupported`, and nothing is sent.
    """

    def __init__(self, connection: AsyncConnection, account: AnyAccount) -> None:
        self._connection = connection
        self._account = account

    async def _run(self, flow: Flow[T]) -> T:
        return await self._connection.run(self._account.begun(flow))

    async def licenses(self) -> list[License]:
        """List the account's licenses; those that end or whose credit is low are told (`CostWarning`)."""
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
        settle: float = SETTLE,
        **options: Unpack[LaunchOptions],
    ) -> Launching:
        """Launch machines, at most once: ``await`` gives the pool, ``async with`` waits and kills at the end.

        Without ``async with`` they are killed when the process ends, unless they are kept. Cancelled, a launch waits
        for its answer, and kills what came of it. ``settle``: for how many seconds machines are looked for when the
        answer was lost. Raises as `GurobiAccount.launch` says.
        """

        async def made() -> AsyncPool:
            with held.in_order():  # SIGTERM must not end the process while the request is out
                flows = await self._connection.run(self._account.launch(count, settle=settle, **options))
                pool = AsyncPool(self._connection, flows, ready_timeout, pace)
                pool._hold()
            return pool

        async def launching() -> AsyncPool:
            return await _to_the_end(made(), undo=AsyncPool.kill)

        return Launching(launching())

    async def kill(self, ids: Iterable[str]) -> list[Machine]:
        """Kill machines by id. Raises `InvalidMachineIds` when one is not there."""
        return await self._run(self._account.kill(ids))

    async def reap(self, hosts: Iterable[str] = ()) -> Reaped:
        """Kill what dead processes left; ``hosts``: further hosts whose processes are all dead, as you know."""
        return await self._connection.run(self._account.reap(hosts))  # not `_run`: that would reap before

    async def survey(self, hosts: Iterable[str] = ()) -> Reaped:
        """Say what `reap` would do now; nothing is killed, claimed or forgotten."""
        return await self._connection.run(self._account.survey(hosts))

    async def now(self) -> datetime:
        """Return the vendor's time as far as known: the one by which the hours of a machine are counted."""
        return await self._connection.run(self._account.now())

    @property
    def pools(self) -> AsyncNamedPools:
        """The pools of API v2, which have names. Raises `Unsupported` with v1."""
        self._account.check_pools()
        return AsyncNamedPools(self._connection, cast("GurobiV2Account", self._account))

    async def machine(self, machine_id: str) -> Machine:
        """Look at one machine. Raises `NotFound`."""
        return await self._run(self._account.machine(machine_id))

    async def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: object = None) -> Any:
        """Send any request of the vendor's own reference of API v2, and return the JSON (None: an empty reply).

        ``path`` stands behind ``/api/v2``. Reads are repeated where the wire fails, other methods never.
        """
        return await self._run(self._account.call(method, path, query=query, body=body))

    def attach(self, reference: Reference) -> AsyncPool | AsyncNamedPool:
        """Return the pool of a reference, without asking Gurobi. Raises `ConfigError` for one of the other API."""
        flows = self._account.attach(reference)
        if isinstance(flows, PoolFlows):
            return AsyncPool(self._connection, flows)
        return AsyncNamedPool(self._connection, flows)
