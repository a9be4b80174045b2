"""Machines that were launched together: ready inside a ``with``, killed on the way out of it, whatever happens.

They belong to the process that launched them. A pool that is pickled is a handle in the process where it arrives: it
knows the machines as last seen, their password too, so it can be solved on; a ``with`` there waits until they are ready
and does not kill them. To take machines over: ``with oc.attach(pool.ref)``.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Generator
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from optcloud.core import secret_store as vault
from optcloud.core.errors import Conflict, OptCloudError
from optcloud.core.flow import Flow
from optcloud.core.local_paths import local_path
from optcloud.core.polling import Pace
from optcloud.core.process_bound import ProcessBound
from optcloud.core.secret import Secret
from optcloud.core.verbs import Awaited, Blocking, verb
from optcloud.gurobi.cancellation import to_the_end
from optcloud.gurobi.client_license import ClientSettings, MachineAccess
from optcloud.gurobi.models import Machine
from optcloud.gurobi.pool_flows import PoolFlows
from optcloud.gurobi.reaping import begun, say_not_killed
from optcloud.handles.handle import Handle
from optcloud.process import exit_guard
from optcloud.process.signals import deferred
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection

C = TypeVar("C", bound=Connection | AsyncConnection)
T = TypeVar("T")
READY_TIMEOUT = 1800.0


class PoolVerbs(Handle[C, PoolFlows]):
    """What is known of a pool's machines, as last seen, and what they can be asked."""

    _process = -1  # whose the machines are; of a pool that arrived: another's

    def __init__(
        self, connection: C, flows: PoolFlows, ready_timeout: float = READY_TIMEOUT, pace: Pace | None = None
    ) -> None:
        super().__init__(connection, flows)
        self._process = os.getpid()
        self._seen: list[Machine] = []
        self._ready_timeout = ready_timeout
        self._pace = pace

    @property
    def _blocking(self) -> Callable[[], Connection]:
        return self._connection.blocking

    def _luggage(self) -> dict[str, Any]:
        return {"_seen": self._seen, "_ready_timeout": self._ready_timeout, "_pace": self._pace}

    def _as_last_seen(self) -> dict[str, object]:
        return {machine.id: f"{machine.state} {machine.dns_name or ''}" for machine in self._seen}

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the machines, as launched."""
        return self._reference.path

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

        Raises `Conflict` while names are missing. Other forms: `optcloud.gurobi.client_license`.
        """
        return MachineAccess.to(self._seen).parameters()

    def _save_license(self, path: str | Path) -> None:
        text = MachineAccess.to(self._seen).license_text()
        with vault.drawer(local_path(path), overwrite=True) as drawer:
            drawer.keep(text)

    def _hold(self) -> None:
        """See to it that the machines do not outlive the process."""
        flows, blocking = self._flows, self._blocking
        exit_guard.hold(self.ref, lambda: _kill_by(blocking, flows))

    @property
    def _is_owner(self) -> bool:
        """False in a process that the pool came to, by a fork or by pickle: the machines are another's."""
        return os.getpid() == self._process

    def _begun(self, flow: Flow[T]) -> Flow[T]:
        return begun(self._flows.account, flow)

    @verb
    def machines(self) -> Flow[list[Machine]]:
        """Ask for the machines as they are now."""
        self._seen = yield from self._begun(self._flows.machines())
        return self._seen

    @verb
    def wait_ready(self, timeout: float | None = None, *, pace: Pace | None = None) -> Flow[list[Machine]]:
        """Wait until all can receive jobs; ``timeout`` in seconds. Raises `JobFailed`, `WaitTimeout`."""
        self._seen = yield from self._begun(self._flows.wait_ready(timeout=timeout, pace=pace))
        return self._seen

    @verb
    def known(self) -> Flow[bool]:
        """Say whether Gurobi lists one of the machines, or a launch of one is written down here (and may show yet)."""
        return self._begun(self._flows.known())

    @verb
    def hours(self) -> Flow[Decimal | None]:
        """Count the machine-hours so far, of the machines as last seen; None where it cannot be known."""
        return self._begun(self._flows.hours(self._seen))

    @verb
    def now(self) -> Flow[datetime]:
        """Return the vendor's time as far as known: the one by which the hours of a machine are counted."""
        return self._flows.account.now()

    @verb
    def keep(self) -> Flow[None]:
        """Let the machines run on after this process, until somebody kills them or they idle out."""
        let_go = partial(exit_guard.let_go, self.ref)
        yield from self._begun(self._flows.keep(let_go))
        let_go()  # once more in the caller's thread: another one cannot take the handlers of signals back


def _kill_by(blocking: Callable[[], Connection], flows: PoolFlows) -> list[Machine]:
    """Kill on a connection of its own: the pool's may be closed, or its event loop may have ended."""
    connection = blocking()
    try:
        return connection.run(flows.kill())
    finally:
        connection.close()


class Pool(PoolVerbs[Connection], Blocking):
    """Machines that were launched together. As a context manager: ready inside, killed on the way out.

    In another process, where it arrived by pickle, it does not own them: a ``with`` waits for them, and kills nothing.
    """

    def save_license(self, path: str | Path) -> None:
        """Write the client license file that Gurobi's tools take by ``GRB_LICENSE_FILE``, readable by its owner only.

        It has the password. Raises `Conflict` while names are missing, `SecretNotStored` where it cannot be written.
        """
        self._save_license(path)

    def kill(self) -> list[Machine]:
        """Give all machines back, those that are still there. Safe to repeat, also after `OptCloud.close`."""
        with deferred(exit_guard.KILLING):
            try:
                if self._connection.client.is_closed:
                    machines = _kill_by(self._blocking, self._flows)
                else:
                    machines = self._connection.run(self._begun(self._flows.kill()))
            except (KeyboardInterrupt, SystemExit):  # the second one, which was told to let them run
                exit_guard.let_go(self.ref)
                raise
            exit_guard.let_go(self.ref)
        return machines

    def __enter__(self) -> Pool:
        try:
            if self._is_owner:
                self._connection.run(self._begun(self._flows.hold()))
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
        if not self._is_owner:
            return
        try:
            self.kill()
        except OptCloudError as error:
            say_not_killed(self.ref, error, raised)


class AsyncPool(PoolVerbs[AsyncConnection], Awaited):
    """Machines that were launched together. As a context manager: ready inside, killed on the way out.

    In another process, where it arrived by pickle, it does not own them: a ``with`` waits for them, and kills nothing.
    """

    _ASYNC = True

    async def save_license(self, path: str | Path) -> None:
        """Write the client license file that Gurobi's tools take by ``GRB_LICENSE_FILE``, readable by its owner only.

        It has the password. Raises `Conflict` while names are missing, `SecretNotStored` where it cannot be written.
        """
        await asyncio.to_thread(self._save_license, path)

    async def kill(self) -> list[Machine]:
        """Give all machines back, those that are still there; cancelled, it ends first.

        Safe to repeat, also after `AsyncOptCloud.aclose`.
        """
        return await to_the_end(self._kill())

    async def _kill(self) -> list[Machine]:
        if self._connection.client.is_closed:
            machines = await asyncio.to_thread(_kill_by, self._blocking, self._flows)
        else:
            machines = await self._connection.run(self._begun(self._flows.kill()))
        exit_guard.let_go(self.ref)
        return machines

    async def __aenter__(self) -> AsyncPool:
        try:
            if self._is_owner:
                await self._connection.run(self._begun(self._flows.hold()))
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
        if not self._is_owner:
            return
        try:
            await self.kill()
        except OptCloudError as error:
            say_not_killed(self.ref, error, raised)


class Launching(ProcessBound):
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
