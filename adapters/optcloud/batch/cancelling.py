"""Cancelling a batch: nothing more is sent, what is queued at the vendor is deleted, what runs is stopped if asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from attrs import frozen

from optcloud.batch.jobs import JobState
from optcloud.batch.targets.target_for import target_for
from optcloud.batch.telemetry import BatchTelemetry
from optcloud.batch.worker.back_off import BackOff, passes
from optcloud.batch.worker.gathering import Gatherer
from optcloud.batch.worker.patient_ledger import PatientLedger
from optcloud.batch.worker.worked_batch import WorkedBatch
from optcloud.core.clock import SystemClock
from optcloud.core.errors import JobGone

if TYPE_CHECKING:
    from optcloud.batch.ledger.ledger import JobLedger

AT_A_TIME = 8
TRIES = 5
TICK = 0.5


@frozen
class BatchCancelled:
    """What became of the jobs that were under way.

    ``taken_back``: they were queued, were deleted, and are new again. ``stopped``: they ran, and have ended.
    ``running``: they run on (or could not be reached); their results come when the batch is resumed. ``unknown``: they
    may have been submitted; it is found out when the batch is resumed.
    """

    taken_back: int
    stopped: int
    running: int
    unknown: int


async def cancel(
    oc: Any, ledger: JobLedger, name: str, *, running: bool, notify: Callable[[object], None]
) -> BatchCancelled:
    """Stop the batch; see `BatchCancelled`."""
    telemetry = BatchTelemetry(notify)
    calls = PatientLedger(ledger, telemetry)
    telemetry.begin(calls)
    await calls.call("stop", lambda ledger: ledger.stop(name))
    info = await calls.call("batch", lambda ledger: ledger.batch(name))
    target = target_for(oc, info.spec)
    target.know(ledger.view(info.account))
    batch = WorkedBatch(info, target, calls, SystemClock(), telemetry, stopped=True)
    try:
        return await _Cancelling(batch, running=running).run()
    finally:
        await target.close()
        await telemetry.close()
        calls.close()


class _Cancelling:
    def __init__(self, batch: WorkedBatch, *, running: bool) -> None:
        self._batch, self._running = batch, running
        self._gatherer = Gatherer(batch)
        self._taken_back = self._stopped = 0
        self._seen: set[str] = set()
        self._flying: set[tuple[str, str]] = set()
        self._landed = asyncio.Event()
        self._places = asyncio.Semaphore(AT_A_TIME)

    async def run(self) -> BatchCancelled:
        tasks = [asyncio.create_task(self._guarded(work)) for work in self._gatherer.tasks()]
        try:
            await self._sweep_all()
            while self._flying and self._batch.error is None:
                self._landed.clear()
                await self._landed.wait()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if self._batch.error is not None:
            raise self._batch.error
        counts = await self._batch.ledger.call("counts", lambda ledger: ledger.counts(self._batch.name))
        return BatchCancelled(self._taken_back, self._stopped, counts[JobState.SENT], counts[JobState.ARMED])

    def landed(self, key: str, ref: str, *, new: bool = False) -> None:
        """A job that was stopped has ended, or is new again."""
        self._flying.discard((key, ref))
        self._taken_back, self._stopped = self._taken_back + new, self._stopped + (not new)
        self._landed.set()

    async def _sweep_all(self) -> None:
        """Go through what is in flight, and through what workers were about to send when the batch was stopped."""
        batch, timings = self._batch, self._batch.info.timings
        for _ in range(int((timings.start + timings.send) / TICK) + 1):
            jobs = await batch.ledger.call("read", lambda ledger: ledger.in_flight(batch.name))
            await asyncio.gather(*(self._cancel(key, ref) for key, ref in jobs if ref not in self._seen))
            armed = await batch.ledger.call("unknown", lambda ledger: ledger.unknown(batch.name))
            now = await batch.ledger.call("clock", lambda ledger: ledger.now())
            if not any(job.armed_at + timings.start + timings.send > now for job in armed):
                return
            await asyncio.sleep(TICK)

    async def _cancel(self, key: str, ref: str) -> None:
        self._seen.add(ref)
        batch = self._batch
        async with self._places:
            queued = await self._at_the_vendor(ref)
        if queued and await batch.ledger.call("take back", lambda ledger: ledger.take_back(batch.name, key, ref)):
            self._taken_back += 1
            batch.changed(key, JobState.SENT, JobState.NEW, ref=ref, reason="cancelled while it was queued")
        elif queued is False and self._running:
            self._flying.add((key, ref))
            self._gatherer.watch([(key, ref)], self)

    async def _at_the_vendor(self, ref: str) -> bool | None:
        """Return whether it was queued and is deleted; None: it could not be reached."""
        back_off = BackOff()
        for _ in range(TRIES):
            try:
                return await self._batch.target.cancel(ref, running=self._running)
            except JobGone:
                return False
            except Exception as error:
                if not passes(error):
                    raise
                await asyncio.sleep(back_off.failed(error))
        return None

    async def _guarded(self, work: Any) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            self._batch.fail(error)
            self._landed.set()
