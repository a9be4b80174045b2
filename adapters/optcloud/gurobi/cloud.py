"""Gurobi Instant Cloud as a person thinks of it: rent machines, use them, give them back.

Machines belong to the process that launched them: they are killed on the way out of a ``with``, else when the process
ends (also by Ctrl-C, SIGTERM, SIGHUP), and after ``kill -9`` at the next start; unless they were kept (`Pool.keep`).
Signals reach the main thread only: machines rented in others are killed when the process ends.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from attrs import field, frozen

from optcloud.core.diagnosis import Diagnosis
from optcloud.core.flow import Flow
from optcloud.core.polling import Pace
from optcloud.core.reference import Reference
from optcloud.core.secret import Secret, as_secret
from optcloud.core.verbs import Awaited, Blocking, finished_by, verb
from optcloud.gurobi.account import GurobiAccount
from optcloud.gurobi.cancellation import to_the_end
from optcloud.gurobi.doctor import machines_doctor
from optcloud.gurobi.launch_options import IDLE_SHUTDOWN, LaunchOptions
from optcloud.gurobi.launching import SETTLE
from optcloud.gurobi.models import License, Machine
from optcloud.gurobi.pool import READY_TIMEOUT, AsyncPool, Launching, Pool
from optcloud.gurobi.pool_flows import PoolFlows
from optcloud.gurobi.program import GurobiProgram, ProgramOptions
from optcloud.gurobi.reaping import Reaped
from optcloud.gurobi.v2.named_pools import AsyncNamedPool, AsyncNamedPools, NamedPool, NamedPools
from optcloud.handles.doctor import Doctor, examine, examine_async
from optcloud.process import exit_guard
from optcloud.process.signals import deferred
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection

if TYPE_CHECKING:
    from optcloud.gurobi.v2.account import GurobiV2Account
    from optcloud.gurobi.v2.pool_flows import NamedPoolFlows

LAUNCHING = "interrupted: waiting for the answer to the launch, to kill what it made; once more to leave at once"
C = TypeVar("C", bound=Connection | AsyncConnection)


@frozen
class _Launch:
    """A launch that was asked for, and how its machines are waited for."""

    flow: Flow[PoolFlows] = field(repr=False)
    ready_timeout: float
    pace: Pace | None


def _launch(connection: Connection, launch: _Launch) -> Pool:
    with deferred(LAUNCHING) as interrupt:
        pool = Pool(connection, connection.run(launch.flow), launch.ready_timeout, launch.pace)
        pool._hold()
        if interrupt.pending:
            pool.kill()
    return pool


def _launch_async(connection: AsyncConnection, launch: _Launch) -> Launching:
    async def made() -> AsyncPool:
        with exit_guard.in_order():  # SIGTERM must not end the process while the request is out
            pool = AsyncPool(connection, await connection.run(launch.flow), launch.ready_timeout, launch.pace)
            pool._hold()
        return pool

    async def launching() -> AsyncPool:
        return await to_the_end(made(), undo=AsyncPool._kill)

    return Launching(launching())


def _attach(connection: Connection, flows: PoolFlows | NamedPoolFlows) -> Pool | NamedPool:
    return Pool(connection, flows) if isinstance(flows, PoolFlows) else NamedPool(connection, flows)


def _attach_async(connection: AsyncConnection, flows: PoolFlows | NamedPoolFlows) -> AsyncPool | AsyncNamedPool:
    return AsyncPool(connection, flows) if isinstance(flows, PoolFlows) else AsyncNamedPool(connection, flows)


class GurobiVerbs(Generic[C]):
    """What an account can be asked, whatever its API."""

    def __init__(self, connection: C, account: GurobiAccount | GurobiV2Account) -> None:
        self._connection, self._account = connection, account

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

    @finished_by(_launch, _launch_async)
    def launch(
        self,
        count: int,
        *,
        machine_type: str | None = None,
        region: str | None = None,
        license_type: str | None = None,
        license_id: str | int | None = None,
        password: Secret | str | None = None,
        idle_shutdown: int | None = IDLE_SHUTDOWN,
        version: str | None = None,
        strict: bool = True,
        ready_timeout: float = READY_TIMEOUT,
        pace: Pace | None = None,
        settle: float = SETTLE,
    ) -> _Launch:
        """Launch machines, at most once; ``with`` waits for them (``ready_timeout`` in s) and kills them at the end.

        Without ``with`` they are killed when the process ends, unless they are kept. ``settle``: for how many seconds
        machines are looked for when the answer was lost. Raises as `GurobiAccount.launch` says.

        In asyncio ``await`` gives the pool, ``async with`` waits and kills; a launch that is cancelled waits for its
        answer, and kills what came of it.

        ``machine_type`` (left out: c4.2xlarge), ``region`` (us-east-1), ``license_type`` (light compute server),
        ``license_id`` (the smallest), ``version`` of Gurobi (the vendor's choice), ``password`` of the machines (made
        here, which also proves whose they are), ``idle_shutdown``: minutes without a job after which a machine ends
        (0: never, which is inferred). ``strict`` False sends words that the vendor's page does not list.
        """
        options: LaunchOptions = {
            "machine_type": machine_type,
            "region": region,
            "license_type": license_type,
            "license_id": license_id,
            "password": as_secret(password),
            "idle_shutdown": idle_shutdown,
            "version": version,
            "strict": strict,
        }
        return _Launch(self._account.launch(count, settle=settle, **options), ready_timeout, pace)

    @finished_by(_attach, _attach_async)
    def attach(self, reference: Reference) -> PoolFlows | NamedPoolFlows:
        """Return the pool of a reference, without asking Gurobi. Raises `ConfigError` for one of the other API."""
        return self._account.attach(reference)

    def program(
        self,
        command: str,
        *,
        machines: int = 1,
        at_once: int | None = None,
        timeout: float | None = None,
        ready_timeout: float = READY_TIMEOUT,
        machine_type: str | None = None,
        region: str | None = None,
        license_type: str | None = None,
        license_id: str | int | None = None,
        idle_shutdown: int | None = None,
        version: str | None = None,
        strict: bool = True,
    ) -> GurobiProgram:
        """Name what a batch runs, once for each job, on ``machines`` of its own: ``"python solve.py {scenario}"``.

        A plain value: nothing is asked or launched here. The template is that of `optcloud.gurobi.program`; the program
        runs on the worker's own machine, at its working folder, and solves on the rented ones by
        ``GRB_LICENSE_FILE``. It finds the job's input on its standard input and in the file that ``OPTCLOUD_INPUT``
        names, and its result is what it writes into the file that ``OPTCLOUD_RESULT`` names, else to its standard
        output. An exit code other than 0 is a failure, with the end of its standard error as the message.

        ``at_once``: programs at a time on a worker (as many as machines). ``timeout``: seconds for one. Further
        options are those of `launch`, without a password. Raises `ConfigError`, `BadRequest`.
        """
        options: ProgramOptions = {
            "machine_type": machine_type,
            "region": region,
            "license_type": license_type,
            "license_id": license_id,
            "idle_shutdown": idle_shutdown,
            "version": version,
            "strict": None if strict else False,
        }
        return GurobiProgram.of(
            self._account.profile,
            command,
            machines=machines,
            at_once=at_once,
            timeout=timeout,
            ready_timeout=ready_timeout,
            options=options,
        )

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

    def _doctor(self) -> Doctor:
        return machines_doctor(str(self._connection.client.base_url), self._account)

    @property
    def written_down(self) -> bool:
        """Whether launches are written down, so that what a killed process leaves is found at the next start."""
        return self._account.written_down


class Gurobi(GurobiVerbs[Connection], Blocking):
    """Gurobi Instant Cloud: API v1 (deprecated by its vendor), or v2 as far as it is published (``gurobi.api``).

    What an API does not have, or does not publish, raises `Unsupported`, and nothing is sent.
    """

    def doctor(self) -> Iterator[Diagnosis]:
        """Find out why it does not work: harmless reads, each told as it is made (`optcloud.gurobi.doctor`)."""
        return examine(self._doctor(), lambda _service: self._connection)

    @property
    def pools(self) -> NamedPools:
        """The pools of API v2, which have names. Raises `Unsupported` with v1."""
        self._account.check_pools()
        return NamedPools(self._connection, cast("GurobiV2Account", self._account))


class AsyncGurobi(GurobiVerbs[AsyncConnection], Awaited):
    """Gurobi Instant Cloud: API v1 (deprecated by its vendor), or v2 as far as it is published (``gurobi.api``).

    What an API does not have, or does not publish, raises `Unsupported`, and nothing is sent.
    """

    def doctor(self) -> AsyncIterator[Diagnosis]:
        """Find out why it does not work: harmless reads, each told as it is made (`optcloud.gurobi.doctor`)."""
        return examine_async(self._doctor(), lambda _service: self._connection)

    @property
    def pools(self) -> AsyncNamedPools:
        """The pools of API v2, which have names. Raises `Unsupported` with v1."""
        self._account.check_pools()
        return AsyncNamedPools(self._connection, cast("GurobiV2Account", self._account))
