"""Working chunks of batches: what an engine runs, as often as it likes.

    async with BatchWorker(ledger, oc) as worker:
        await worker.work("spring", 0)

Any number of workers may work on a store, in any number of processes; what makes each job run once is in the ledger.
A process has one worker, which runs many chunks at a time: those of one batch share the looks at the vendor's list.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from attrs import define, field

from optcloud.batch.targets.target_for import target_for
from optcloud.batch.telemetry import BatchTelemetry
from optcloud.batch.worker.chunk_run import GROUP, ChunkRun, Why
from optcloud.batch.worker.first_endings import FirstEndings
from optcloud.batch.worker.gathering import Gatherer
from optcloud.batch.worker.patient_ledger import PatientLedger
from optcloud.batch.worker.reconciling import Reconciler
from optcloud.batch.worker.worked_batch import WorkedBatch
from optcloud.core.clock import Clock, SystemClock

if TYPE_CHECKING:
    from optcloud.batch.ledger.ledger import JobLedger

SENDS = 32  # under way at a time
GRACE = 5.0  # seconds
PULSE = 1.0  # seconds between two looks whether a batch was stopped
SELDOM = 15  # of these, until it is looked whether somebody has put jobs back to new


def _ignore(_event: object) -> None:
    """Nobody listens."""


def _nothing() -> None:
    """Nobody asks."""


class _Sends:
    """The sends under way, of all chunks."""

    def __init__(self, most: int, room: Callable[[], None]) -> None:
        self._free = self._most = most
        self._room = room
        self.tasks: set[asyncio.Task[None]] = set()

    def reserve(self, most: int) -> int:
        """Take places: a group's worth is waited for, so that a commit arms more than one."""
        if self._free < min(most, GROUP, self._most):
            return 0
        places = min(most, self._free)
        self._free -= places
        return places

    def give_back(self, places: int) -> None:
        """Give places back."""
        had, self._free = self._free, self._free + places
        if had < min(GROUP, self._most) <= self._free:
            self._room()

    def begin(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a send."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self.tasks.add(task)
        task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self.give_back(1)


@define(eq=False)
class _Running:
    """A batch with what runs for it in the background."""

    batch: WorkedBatch
    gatherer: Gatherer
    reconciler: Reconciler
    tasks: list[asyncio.Task[None]] = field(factory=list)

    async def end(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.batch.target.close()


class BatchWorker:
    """Works chunks of the batches of one store, in one event loop.

    ``oc``: the `AsyncOptCloud` that jobs are sent by. ``notify``: called with each event of `optcloud.batch.events`.
    ``sends``: how many submits are under way at a time. Use it as an async context manager; what is under way when it
    is left has `GRACE` seconds to be noted.
    """

    def __init__(
        self,
        ledger: JobLedger,
        oc: Any,
        *,
        notify: Callable[[object], None] = _ignore,
        sends: int = SENDS,
        clock: Clock | None = None,
        executor: Executor | None = None,
    ) -> None:
        self._oc = oc
        self._notify = BatchTelemetry(notify)
        self._clock = clock or SystemClock()
        self._ledger = PatientLedger(ledger, self._notify, executor=executor)
        self._notify.begin(self._ledger)
        self._sends = _Sends(sends, self._stir_waiting)
        self._running: dict[str, _Running] = {}
        self._all: set[_Running] = set()  # those whose run ended with an error, too
        self._beginning = asyncio.Lock()

    @property
    def ledger(self) -> PatientLedger:
        """The ledger, as it is asked here."""
        return self._ledger

    async def work(
        self, batch: str, chunk: int, *, all_armed: Callable[[], None] = _nothing, patience: float | None = None
    ) -> Why:
        """Work a chunk until every job of it has ended or is held ("ended"), or until there is nothing to do for us.

        That is: the batch was "stopped", or another worker took the chunk ("not the owner"). Safe to repeat, and to run
        anywhere at the same time. ``all_armed`` is called when no job of it is new any more: time to begin another
        chunk. ``patience``: seconds after which a chunk of which nothing is under way is left ("no room") where the
        account's limit has none for it: other chunks, which wait to be worked, may take it up; None: it waits.
        Raises what each job would meet: `AuthError`, `Forbidden`, `ConfigError`; nothing is lost then.
        """
        running = await self._run(batch)
        work = ChunkRun(
            running.batch,
            chunk,
            sends=self._sends,
            gatherer=running.gatherer,
            reconciler=running.reconciler,
            all_armed=all_armed,
            patience=patience,
        )
        running.batch.chunks.add(work)
        try:
            return await work.run()
        finally:
            running.batch.chunks.discard(work)
            if not running.batch.chunks and not self._sends.tasks:  # those of others may be of this batch, too
                await self._end(running)

    async def close(self, *, grace: float = GRACE) -> None:
        """End. Submits that are under way have ``grace`` seconds to be noted; looking decides about others."""
        if self._sends.tasks:
            await asyncio.wait(self._sends.tasks, timeout=grace)
        for task in self._sends.tasks:
            task.cancel()
        await asyncio.gather(*self._sends.tasks, return_exceptions=True)
        for running in list(self._all):
            await self._end(running)
        await self._notify.close()
        self._ledger.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _run(self, name: str) -> _Running:
        async with self._beginning:
            running = self._running.get(name)
            if running is not None and running.batch.error is None:
                return running
            info, counts = await self._ledger.call("batch", lambda ledger: (ledger.batch(name), ledger.counts(name)))
            target = target_for(self._oc, info.spec)
            target.know(self._ledger.ledger.view(info.account))
            batch = WorkedBatch(info, target, self._ledger, self._clock, self._notify, stopped=info.stopped)
            batch.first = FirstEndings.after(counts)
            running = _Running(batch, Gatherer(batch), Reconciler(batch))
            for coroutine in (*running.gatherer.tasks(), running.reconciler.run(), self._pulse(batch)):
                running.tasks.append(asyncio.create_task(_guarded(batch, coroutine)))
            self._running[name] = running
            self._all.add(running)
            return running

    async def _end(self, running: _Running) -> None:
        if running in self._all:
            self._all.discard(running)
            if self._running.get(running.batch.name) is running:
                del self._running[running.batch.name]
            await running.end()

    async def _pulse(self, batch: WorkedBatch) -> None:
        """Notice what other processes do to the batch: stop it, let it go on, put jobs back to new."""
        for beat in itertools.count(1):
            await asyncio.sleep(PULSE)
            info = await self._ledger.call("batch", lambda ledger: ledger.batch(batch.name))
            if info.stopped:
                batch.stop()
            batch.stopped = info.stopped
            if beat % SELDOM == 0:
                batch.stir_those(await self._ledger.call("chunks", lambda ledger: ledger.new_chunks(batch.name)))

    def _stir_waiting(self) -> None:
        for running in self._running.values():
            running.batch.stir_waiting()


async def _guarded(batch: WorkedBatch, coroutine: Coroutine[Any, Any, None]) -> None:
    try:
        await coroutine
    except Exception as error:  # noqa: BLE001 - whoever works a chunk raises it
        batch.fail(error)
