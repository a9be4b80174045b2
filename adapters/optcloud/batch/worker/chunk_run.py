"""Working one chunk of a batch: arm as many of its jobs as may be sent, send them, until all have ended or are held."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Literal, Protocol, cast

from optcloud.batch.events import ChunkBegun, ChunkLeft
from optcloud.batch.jobs import ArmedJob, JobState, NotSent, Sent, UnknownFate
from optcloud.batch.targets.target import LEAD, HasLead
from optcloud.batch.worker.gathering import Gatherer
from optcloud.batch.worker.reconciling import Reconciler
from optcloud.batch.worker.sending import send
from optcloud.batch.worker.worked_batch import WorkedBatch
from optcloud.core.flow import Instant

GROUP = 8  # jobs armed in one commit
SOON = 1.0  # seconds, until the ledger is asked again whether a job of others has ended
LONG = 3600.0  # and where it is told when there is more to do
NO_ANSWER = ("pause", "full", "sends")
"""Reasons for which the ledger was not asked for more."""
Why = Literal["ended", "stopped", "not the owner", "no room"]


class Sends(Protocol):
    """The sends of a process, of which so many are under way at a time."""

    def reserve(self, most: int) -> int:
        """Take places for as many sends, or fewer."""

    def give_back(self, places: int) -> None:
        """Give places back that are not used."""

    def begin(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run a send in a place that was taken; it outlives the chunk's work."""


class ChunkRun:
    """One chunk, under one epoch."""

    def __init__(
        self,
        batch: WorkedBatch,
        number: int,
        *,
        sends: Sends,
        gatherer: Gatherer,
        reconciler: Reconciler,
        all_armed: Callable[[], None],
        patience: float | None = None,
    ) -> None:
        self.number = number
        self.hungry = True
        """Whether it has jobs that may be new, for which there was no place."""
        self.waits_for_place = False
        """Whether as many submits were under way as may be when it last had jobs to send."""
        self._batch, self._sends, self._gatherer, self._reconciler = batch, sends, gatherer, reconciler
        self._all_armed = all_armed
        self._patience = patience
        self._epoch = 0
        self._sending: set[tuple[str, int]] = set()
        self._unknown: set[tuple[str, int]] = set()
        self._flying: set[tuple[str, str]] = set()
        self._wake = asyncio.Event()
        self._read_again = False  # what the ledger has may be other than what is known here
        self._ask = True  # the ledger is to be asked for more to send
        self._left = False

    async def run(self) -> Why:
        """Work until done. Raises what ends the run. Cancelled, sends that are under way go on."""
        batch, number = self._batch, self.number
        self._epoch = await batch.ledger.call("take", lambda ledger: ledger.take(batch.name, number))
        batch.notify(ChunkBegun(batch.name, number, self._epoch))
        try:
            await self._read()
            why = await self._until_done()
            await self._until_sent()
        finally:
            self._left = True
            self._reconciler.forget(self)
            self._gatherer.forget(self._flying, self)
            self._no_longer_hungry()
        batch.notify(ChunkLeft(batch.name, number, why))
        return why

    def stir(self, *, ask: bool = True) -> None:
        """Have it look around, and ask the ledger for more to send."""
        self._ask = self._ask or ask
        self._wake.set()

    # ------------------------------------------------------------ what others tell

    def landed(self, key: str, ref: str, *, new: bool = False) -> None:
        """The ending of a job is written down; ``new``: it is to be sent again."""
        self._flying.discard((key, ref))
        self.hungry, self._ask = self.hungry or new, self._ask or new
        self._wake.set()

    def decided(self, key: str, attempt: int, adopted: str | None) -> None:
        """The fate of a job is written down."""
        self._unknown.discard((key, attempt))
        if adopted is None:
            self._read_again = self._ask = True
        else:
            self._watch([(key, adopted)])
        self._wake.set()

    # ------------------------------------------------------------ the work

    async def _until_done(self) -> Why:
        batch, sure, reason, ask_at = self._batch, False, "", 0.0
        had_room = batch.clock.now().monotonic
        while True:
            await batch.doubt()
            if batch.error is not None:
                await self._until_sent()
                raise batch.error
            if batch.stopped:
                return "stopped"
            self._wake.clear()
            if self._read_again:
                self._read_again = False
                await self._read()
            if self._ask:
                self._ask = False
                reason, wait = await self._arm()
                if reason in ("not the owner", "stopped"):
                    return cast(Why, reason)
                if reason == "nothing new":
                    self._no_longer_hungry()
                    if sure and not (self._busy or self._read_again):
                        return "ended"
                sure = sure and reason in NO_ANSWER
                ask_at = batch.clock.now().monotonic + wait
            if self._busy or reason != "limit":
                had_room = batch.clock.now().monotonic
            elif self._patience is not None and batch.clock.now().monotonic > had_room + self._patience:
                return "no room"
            if reason == "nothing new" and not self._busy:
                sure = self._ask = self._read_again = True  # once more, by what the ledger has: sent first, then new
                continue
            if not await self._rest(ask_at - batch.clock.now().monotonic):
                self._ask = True

    @property
    def _busy(self) -> bool:
        return bool(self._sending or self._unknown or self._flying)

    async def _arm(self) -> tuple[str, float]:
        """Arm a group and send it. Returns why no more, and after how many seconds to ask again."""
        batch = self._batch
        await batch.ledger.healthy()
        if (pause := batch.pause_left()) > 0:
            return "pause", pause
        room = batch.room()
        if room is not None and room <= 0:
            self.hungry = True
            return "full", SOON
        most = GROUP if room is None else min(room, GROUP)
        places = self._sends.reserve(most if self.hungry and not batch.back_off.failures else 1)
        self.waits_for_place = not places
        if not places:
            return "sends", LONG
        batch.sending += places
        used = 0
        try:
            lead = batch.target.lead if isinstance(batch.target, HasLead) else LEAD
            armed, failures = batch.clock.now(), batch.ledger.failures
            arming = await batch.ledger.call(
                "arm", lambda ledger: ledger.arm(batch.name, self.number, self._epoch, places, lead=lead)
            )
            if batch.ledger.failures > failures:
                self._read_again = True  # what was armed before the store failed is to be found
            for job in arming.jobs:
                self._begin(job, armed)
                used += 1
        finally:
            self._sends.give_back(places - used)
            batch.sending -= places - used
        if arming.reason == "nothing new":
            return arming.reason, LONG
        self.hungry = True
        if arming.jobs and not arming.reason:
            return "", 0.0
        return arming.reason, min(arming.wait or SOON, SOON)

    def _begin(self, job: ArmedJob, armed: Instant) -> None:
        self._batch.changed(job.key, JobState.NEW, JobState.ARMED, attempt=job.attempt)
        self._sending.add((job.key, job.attempt))
        self._sends.begin(self._send(job, armed))

    async def _send(self, job: ArmedJob, armed: Instant) -> None:
        which = job.key, job.attempt
        try:
            outcome = await send(self._batch, job, armed)
        except Exception as error:  # noqa: BLE001 - of the ledger, by a fault: it ends the run
            self._batch.fail(error)
            outcome = UnknownFate(type(error).__name__)
        finally:
            self._sending.discard(which)
            self._batch.sending -= 1
            self._wake.set()  # heard at the next await: what follows comes first
        if self._left:
            return
        match outcome:
            case Sent(ref):
                self._watch([(job.key, ref)])
            case UnknownFate():
                self._unknown.add(which)
                self._reconciler.add([job], self)
            case NotSent():
                self.hungry = self._ask = True

    async def _read(self) -> None:
        """Take up what the ledger has of this chunk: sent by earlier owners, adopted by others, armed and not known."""
        batch, number = self._batch, self.number
        armed, flying = await batch.ledger.call(
            "read", lambda ledger: (ledger.unknown(batch.name, number), ledger.in_flight(batch.name, number))
        )
        self._watch(job for job in flying if job not in self._flying)
        unknown = [job for job in armed if (job.key, job.attempt) not in self._sending | self._unknown]
        self._unknown.update((job.key, job.attempt) for job in unknown)
        self._reconciler.add(unknown, self)

    def _watch(self, jobs: Any) -> None:
        jobs = list(jobs)
        self._flying.update(jobs)
        self._gatherer.watch(jobs, self)

    async def _until_sent(self) -> None:
        while self._sending:
            self._wake.clear()
            await self._wake.wait()

    async def _rest(self, seconds: float) -> bool:
        """Wait to be woken: True; False when the time is over."""
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return False
        return True

    def _no_longer_hungry(self) -> None:
        if self.hungry:
            self.hungry = False
            self._all_armed()
