"""The machines of one batch, as a worker has them: rented here, or by the one worker that leads.

Alone (the store is a file) a worker rents them itself, by the account's own ledger of launches. Of a fleet (the store
is a PostgreSQL) one worker leads: it launches, with the ledger of launches in the same PostgreSQL, says there which
machines they are, and kills them. The others ask the vendor for these machines, whose list has their password: no
secret is in the store. Where the leader dies, another one leads, and takes its machines over.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast
from weakref import WeakKeyDictionary

from attrs import define, evolve, field

from optcloud.batch.targets.gurobi_access import PoolAccess, all_there, only_one_of, unforeseen
from optcloud.batch.targets.target import LedgerView
from optcloud.core.errors import OptCloudError
from optcloud.core.events import ALSO_AN_EVENT
from optcloud.core.polling import Pace
from optcloud.core.reference import Reference
from optcloud.gurobi.account import GurobiAccount
from optcloud.gurobi.cancellation import to_the_end
from optcloud.gurobi.cloud import AsyncGurobi
from optcloud.gurobi.ledger_postgres import PoolLead, PostgresLedger
from optcloud.gurobi.pool import AsyncPool
from optcloud.gurobi.program import GurobiProgram
from optcloud.process import exit_guard
from optcloud.process.child_guard import guard

logger = logging.getLogger("optcloud")
LOOK = 2.0  # seconds between two looks who leads
CHECK = 60.0  # seconds between two looks whether the machines are still there
LINGER = 30.0  # seconds for which machines wait for the next chunk of an open batch, where no other worker uses them
FIRST, LONGEST = 5.0, 300.0  # seconds of pause after machines could not be had


@define(eq=False, repr=False)
class BatchMachines:
    """The machines of one batch in this process; none before the first `used`."""

    gurobi: AsyncGurobi
    program: GurobiProgram
    batch: str
    store: LedgerView | None
    shared: PostgresLedger | None
    """The ledger of launches of a fleet; None: alone."""
    pace: Pace | None = None
    error: OptCloudError | None = None
    """Why machines could not be had, for as long as nobody tries again."""
    pause: float = FIRST
    _access: PoolAccess | None = None
    _pool: AsyncPool | None = None
    _news: asyncio.Event = field(factory=asyncio.Event)
    _doubt: asyncio.Event = field(factory=asyncio.Event)
    _work: asyncio.Task[None] | None = None
    _rest: asyncio.Task[None] | None = None
    _taken: bool = False
    _users: int = 0
    _files: int = 0

    @asynccontextmanager
    async def used(self) -> AsyncIterator[PoolAccess]:
        """Wait for the machines, and use them in the block. Raises what kept them from being had."""
        self._users += 1
        try:
            yield await self._ready()
        finally:
            self._users -= 1

    async def _ready(self) -> PoolAccess:
        while self._access is None:
            if self._work is None or self._work.done():
                self._work = asyncio.create_task(self._tend())
            if self.error is not None:
                raise self.error
            await self._news.wait()
        return self._access

    async def still_there(self, access: PoolAccess) -> bool:
        """Say whether the machines that a program had are there yet: else its failure is not its own."""
        pool = self._pool
        if pool is None or self._access is None or self._access.ref != access.ref:
            return False
        if await all_there(pool):
            return True
        self._doubt.set()
        return False

    async def leave(self) -> None:
        """Give the machines back if the batch is over; else they wait for its next chunk, for some time."""
        if self._work is None:
            return
        if await self._is_open():
            self._taken = False
            _resting().setdefault(self._key, self)
            self._rest = asyncio.create_task(self._until_over())
        else:
            await self._end()

    def take_up(self) -> None:
        """Go on with machines that waited."""
        self._taken = True
        if self._rest is not None:
            self._rest.cancel()

    @property
    def _key(self) -> tuple[str, str]:
        return (self.store.url if self.store else "", self.batch)

    async def _is_open(self) -> bool:
        if self.store is None:
            return False
        try:
            return await asyncio.to_thread(self.store.is_open, self.batch)
        except Exception:  # noqa: BLE001 - a store that is down, or closed: nobody will go on here
            return False

    async def _until_over(self) -> None:
        waited = 0.0
        try:
            while (self.shared is not None or waited < LINGER) and await self._is_open():
                await asyncio.sleep(LOOK)
                waited += LOOK
        finally:
            if not self._taken:
                _resting().pop(self._key, None)
                await self._end()

    async def _end(self) -> None:
        work, self._work = self._work, None
        if work is not None:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    # ------------------------------------------------------------ the work

    async def _tend(self) -> None:
        """Have machines, for as long as there are programs that use them or wait for them."""
        async with only_one_of(self._key):
            await self._tend_alone()

    async def _tend_alone(self) -> None:
        with guard.folder() as folder:
            while self._users:
                try:
                    await self._once(folder)
                    self.pause = FIRST
                except Exception as raised:  # noqa: BLE001 - whoever waits for machines is told
                    error = raised if isinstance(raised, OptCloudError) else unforeseen(raised)
                    logger.warning(
                        "batch %s: no machines, tried again in %g s: %s",
                        self.batch,
                        self.pause,
                        error,
                        extra=ALSO_AN_EVENT,
                    )
                    self.error = error
                    self._tell()
                    await asyncio.sleep(self.pause)
                    self.error, self.pause = None, min(2 * self.pause, LONGEST)

    async def _once(self, folder: Path) -> None:
        lead = await self._lead()
        if lead is None or lead.mine:
            await self._rent(folder, () if lead is None else lead.ids)
        elif lead.ids:
            await self._use(folder, lead)
        else:
            await asyncio.sleep(LOOK)

    async def _lead(self) -> PoolLead | None:
        return None if self.shared is None else await asyncio.to_thread(self.shared.lead, self.batch)

    async def _rent(self, folder: Path, ids: tuple[str, ...]) -> None:
        """Launch, or take over what a dead leader launched; return when the machines are lost, or another one leads."""
        pool = self._attach(ids) if ids else await self._launch()
        mine = True
        try:
            if self.shared is not None and not ids:
                await asyncio.to_thread(self.shared.publish, self.batch, pool.ids)
            await pool.__aenter__()
            await self._open(folder, pool)
            mine = await self._while_mine(pool)
        finally:
            self._shut()
            if mine:
                await to_the_end(self._kill(pool))
            else:
                exit_guard.let_go(pool.ref)

    async def _launch(self) -> AsyncPool:
        program = self.program
        options: dict[str, Any] = dict(program.options)
        return await self.gurobi.launch(
            program.machines, ready_timeout=program.ready_timeout, pace=self.pace, **options
        )

    def _attach(self, ids: tuple[str, ...]) -> AsyncPool:
        account = cast(GurobiAccount, self.gurobi._account)
        flows = account.attach(Reference("gurobi", account.profile, ids))
        return AsyncPool(self.gurobi._connection, flows, self.program.ready_timeout, self.pace)

    async def _while_mine(self, pool: AsyncPool) -> bool:
        """Return when the machines are not all there: True; False, when another one leads."""
        since_check = 0.0
        while True:
            doubted = await self._doubted()
            since_check += LOOK
            if self.shared is not None:
                try:
                    if not (await asyncio.to_thread(self.shared.lead, self.batch)).mine:
                        return False
                except OptCloudError as error:  # PostgreSQL is down: who leads is found out when it is up
                    logger.warning("batch %s: who rents cannot be read: %s", self.batch, error, extra=ALSO_AN_EVENT)
            if doubted or since_check >= CHECK:
                since_check = 0.0
                if not await all_there(pool):
                    logger.warning("batch %s: machines of %s are gone", self.batch, pool.ref, extra=ALSO_AN_EVENT)
                    return True

    async def _use(self, folder: Path, lead: PoolLead) -> None:
        """Use the leader's machines, until there are others, or this process leads."""
        pool = self._attach(lead.ids)
        try:
            await pool.wait_ready(self.program.ready_timeout, pace=self.pace)
            await self._open(folder, pool)
            while True:
                await self._doubted()
                try:
                    now = await self._lead()
                except OptCloudError:  # PostgreSQL is down: the machines are as they were
                    continue
                if now != lead:
                    return
        finally:
            self._shut()

    async def _doubted(self) -> bool:
        try:
            async with asyncio.timeout(LOOK):
                await self._doubt.wait()
        except TimeoutError:
            return False
        self._doubt.clear()
        return True

    async def _kill(self, pool: AsyncPool) -> None:
        if self.shared is not None:
            try:
                await asyncio.to_thread(self.shared.retire, self.batch)
            except OptCloudError as error:
                logger.warning("batch %s: %s", self.batch, error, extra=ALSO_AN_EVENT)
        try:
            await pool.kill()
        except OptCloudError as error:  # it is tried again when the process ends, and at the next start
            words = "%s: the machines may still run and cost money (%s)"
            logger.error(words, pool.ref, error, extra=ALSO_AN_EVENT)  # noqa: TRY400 - where it broke tells nothing

    async def _open(self, folder: Path, pool: AsyncPool) -> None:
        self._files += 1
        path = folder / f"{self._files}.lic"
        await pool.save_license(path)
        self._pool, self._access = pool, PoolAccess(path, pool.ref)
        self._tell()

    def _shut(self) -> None:
        self._pool = self._access = None

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()


_of_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str], BatchMachines]] = WeakKeyDictionary()


def _resting() -> dict[tuple[str, str], BatchMachines]:
    return _of_loops.setdefault(asyncio.get_running_loop(), {})


def machines_of(
    gurobi: AsyncGurobi, program: GurobiProgram, batch: str, store: LedgerView | None, *, pace: Pace | None = None
) -> BatchMachines:
    """Return the machines of a batch: those that wait for its next chunk, if there are any."""
    resting = _resting().pop((store.url if store else "", batch), None)
    if resting is not None:
        resting.take_up()
        return resting
    shared = None
    if store is not None and store.url.startswith(("postgresql://", "postgres://")):
        account = cast(GurobiAccount, gurobi._account)
        shared = PostgresLedger(store.url, str(gurobi._connection.client.base_url), account.access_id)
        gurobi = AsyncGurobi(gurobi._connection, evolve(account, ledger=shared))
    return BatchMachines(gurobi, program, batch, store, shared, pace)
