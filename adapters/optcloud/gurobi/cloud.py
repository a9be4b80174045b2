"""Gurobi Instant Cloud as a person thinks of it: rent machines, use them, give them back.

Machines belong to the process that launched them: they are killed on the way out of a ``with``, else when the process
ends (also by Ctrl-C, SIGTERM, SIGHUP), and after ``kill -9`` at the next start; unless they were kept (`Pool.keep`).
Signals reach the main thread only: machines rented in others are killed when the process ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Unpack, cast

from optcloud.core.flow import Flow
from optcloud.core.polling import Pace
from optcloud.core.reference import Reference
from optcloud.core.verbs import Awaited, Blocking, verb
from optcloud.gurobi.account import GurobiAccount
from optcloud.gurobi.cancellation import to_the_end
from optcloud.gurobi.launch_options import LaunchOptions, out_of_sight
from optcloud.gurobi.launching import SETTLE
from optcloud.gurobi.models import License, Machine
from optcloud.gurobi.pool import READY_TIMEOUT, AsyncPool, Launching, Pool
from optcloud.gurobi.pool_flows import PoolFlows
from optcloud.gurobi.reaping import Reaped
from optcloud.gurobi.v2.named_pools import AsyncNamedPool, AsyncNamedPools, NamedPool, NamedPools
from optcloud.process import exit_guard
from optcloud.process.signals import deferred
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection

if TYPE_CHECKING:
    from optcloud.gurobi.v2.account import GurobiV2Account

LAUNCHING = "interrupted: waiting for the answer to the launch, to kill what it made; once more to leave at once"


class GurobiVerbs:
    """What an account can be asked, whatever its API."""

    _account: GurobiAccount | GurobiV2Account

    @verb
    def licenses(self) -> Flow[list[License]]:
        """List the account's licenses; those that end or whose credit is low are told (`CostWarning`)."""
        return self._account.begun(self._account.licenses())

    @verb
    def machines(self) -> Flow[list[Machine]]:
        """List the account's machines."""
        return self._account.begun(self._account.machines())

    @verb
    def machine(self, machine_id: str) -> Flow[Machine]:
        """Look at one machine. Raises `NotFound`."""
        return self._account.begun(self._account.machine(machine_id))

    @verb
    def kill(self, ids: Iterable[str]) -> Flow[list[Machine]]:
        """Kill machines by id. Raises `InvalidMachineIds` when one is not there."""
        return self._account.begun(self._account.kill(ids))

    @verb
    def reap(self, hosts: Iterable[str] = ()) -> Flow[Reaped]:
        """Kill what dead processes left; ``hosts``: further hosts whose processes are all dead, as you know."""
        return self._account.reap(hosts)  # not `begun`: that would reap before, without a word

    @verb
    def survey(self, hosts: Iterable[str] = ()) -> Flow[Reaped]:
        """Say what `reap` would do now; nothing is killed, claimed or forgotten."""
        return self._account.survey(hosts)

    @verb
    def now(self) -> Flow[datetime]:
        """Return the vendor's time as far as known: the one by which the hours of a machine are counted."""
        return self._account.now()

    @verb
    def call(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: object = None) -> Flow[Any]:
        """Send any request of the vendor's own reference of API v2, and return the JSON (None: an empty reply).

        ``path`` stands behind ``/api/v2``. Reads are repeated where the wire fails, other methods never.
        """
        return self._account.begun(self._account.call(method, path, query=query, body=body))

    @property
    def written_down(self) -> bool:
        """Whether launches are written down, so that what a killed process leaves is found at the next start."""
        return self._account.written_down


class Gurobi(GurobiVerbs, Blocking):
    """Gurobi Instant Cloud: API v1 (deprecated by its vendor), or v2 as far as it is published (``gurobi.api``).

    What an API does not have, or does not publish, raises `Unsupported`, and nothing is sent.
    """

    def __init__(self, connection: Connection, account: GurobiAccount | GurobiV2Account) -> None:
        self._connection, self._account = connection, account

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
        options = out_of_sight(options)
        with deferred(LAUNCHING) as interrupt:
            flows = self._connection.run(self._account.launch(count, settle=settle, **options))
            pool = Pool(self._connection, flows, ready_timeout, pace)
            pool._hold()
            if interrupt.pending:
                pool.kill()
        return pool

    @property
    def pools(self) -> NamedPools:
        """The pools of API v2, which have names. Raises `Unsupported` with v1."""
        self._account.check_pools()
        return NamedPools(self._connection, cast("GurobiV2Account", self._account))

    def attach(self, reference: Reference) -> Pool | NamedPool:
        """Return the pool of a reference, without asking Gurobi. Raises `ConfigError` for one of the other API."""
        flows = self._account.attach(reference)
        return Pool(self._connection, flows) if isinstance(flows, PoolFlows) else NamedPool(self._connection, flows)


class AsyncGurobi(GurobiVerbs, Awaited):
    """Gurobi Instant Cloud: API v1 (deprecated by its vendor), or v2 as far as it is published (``gurobi.api``).

    What an API does not have, or does not publish, raises `Unsupported`, and nothing is sent.
    """

    def __init__(self, connection: AsyncConnection, account: GurobiAccount | GurobiV2Account) -> None:
        self._connection, self._account = connection, account

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
        options = out_of_sight(options)

        async def made() -> AsyncPool:
            with exit_guard.in_order():  # SIGTERM must not end the process while the request is out
                flows = await self._connection.run(self._account.launch(count, settle=settle, **options))
                pool = AsyncPool(self._connection, flows, ready_timeout, pace)
                pool._hold()
            return pool

        async def launching() -> AsyncPool:
            return await to_the_end(made(), undo=AsyncPool._kill)

        return Launching(launching())

    @property
    def pools(self) -> AsyncNamedPools:
        """The pools of API v2, which have names. Raises `Unsupported` with v1."""
        self._account.check_pools()
        return AsyncNamedPools(self._connection, cast("GurobiV2Account", self._account))

    def attach(self, reference: Reference) -> AsyncPool | AsyncNamedPool:
        """Return the pool of a reference, without asking Gurobi. Raises `ConfigError` for one of the other API."""
        flows = self._account.attach(reference)
        if isinstance(flows, PoolFlows):
            return AsyncPool(self._connection, flows)
        return AsyncNamedPool(self._connection, flows)
