"""Jobs of unknown fate: armed, and no reply came. As soon as nothing of them can arrive any more, looking decides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from attrs import define, field

from optcloud.batch.events import CloudFailed
from optcloud.batch.jobs import Adopt, ArmedJob, Hold, JobState, LookAgain, NeverArrived, Verdict
from optcloud.batch.worker.back_off import BackOff, passes
from optcloud.batch.worker.worked_batch import WorkedBatch

AGAIN = 2.0  # seconds until the second look; later ones come more slowly
LONGEST = 60.0


class Deciding(Protocol):
    """Whose job it is: the chunk that is told what became of it."""

    @property
    def number(self) -> int:
        """The chunk."""

    def decided(self, key: str, attempt: int, adopted: str | None) -> None:
        """Its fate is written down: ``adopted`` is its reference, None: it is new, or held, or was decided before."""


@define(eq=False)
class _Unknown:
    job: ArmedJob
    tell: Deciding
    look_at: float  # by the store's clock
    back_off: BackOff = field(factory=lambda: BackOff(first=AGAIN, longest=LONGEST))


class Reconciler:
    """The jobs of one batch whose fate is unknown to this process."""

    def __init__(self, batch: WorkedBatch) -> None:
        self._batch = batch
        self._unknown: dict[tuple[str, int], _Unknown] = {}
        self._more = asyncio.Event()

    def add(self, jobs: Iterable[ArmedJob], tell: Deciding) -> None:
        """Look at these, too, once they are ripe."""
        settled = self._batch.info.timings.settled
        for job in jobs:
            self._unknown[job.key, job.attempt] = _Unknown(job, tell, job.armed_at + settled)
        self._more.set()

    def forget(self, tell: Deciding) -> None:
        """Leave the jobs of a chunk to others."""
        for which in [which for which, unknown in self._unknown.items() if unknown.tell is tell]:
            del self._unknown[which]

    async def run(self) -> None:
        """Decide, until cancelled. Raises what does not pass by another look."""
        back_off = BackOff()
        while True:
            self._more.clear()
            now = await self._batch.ledger.call("clock", lambda ledger: ledger.now())
            ripe = [unknown for unknown in self._unknown.values() if unknown.look_at <= now]
            if not ripe:
                await self._sleep(min((one.look_at for one in self._unknown.values()), default=None), now)
                continue
            try:
                await self._decide(ripe, now)
                back_off.went_well()
            except Exception as error:
                if not passes(error):
                    raise
                pause = back_off.failed(error)
                batch = self._batch
                batch.notify(CloudFailed(batch.name, batch.info.account, "reconcile", str(error), pause))
                await asyncio.sleep(pause)

    async def _sleep(self, until: float | None, now: float) -> None:
        try:
            async with asyncio.timeout(None if until is None else until - now + 0.01):
                await self._more.wait()
        except TimeoutError:
            pass

    async def _decide(self, ripe: Sequence[_Unknown], now: float) -> None:
        batch = self._batch
        jobs = await self._still_armed(ripe)
        if not jobs:
            return
        view = batch.ledger.ledger.view(batch.info.account)
        verdicts = await batch.target.reconcile(jobs, view, batch.info.timings)
        for verdict in verdicts:
            await self._apply(verdict)
        for job in jobs:  # what was not decided: later
            if (unknown := self._unknown.get((job.key, job.attempt))) is not None:
                unknown.look_at = now + unknown.back_off.failed()

    async def _still_armed(self, ripe: Sequence[_Unknown]) -> list[ArmedJob]:
        """Return those of which nobody has heard meanwhile, as the ledger has them now."""
        name, chunks = self._batch.name, {unknown.tell.number for unknown in ripe}
        armed = await self._batch.ledger.call(
            "unknown", lambda ledger: [job for chunk in sorted(chunks) for job in ledger.unknown(name, chunk)]
        )
        now_armed = {(job.key, job.attempt): job for job in armed}
        found = []
        for unknown in ripe:
            which = unknown.job.key, unknown.job.attempt
            if which in now_armed:
                found.append(now_armed[which])
            else:
                self._told(which, None)
        return found

    async def _apply(self, verdict: Verdict) -> None:
        key, attempt, name = verdict.key, verdict.attempt, self._batch.name
        adopted, after, reason = None, JobState.NEW, getattr(verdict, "reason", "")
        match verdict:
            case LookAgain():
                return
            case Adopt(ref=ref):
                adopted, after = ref, JobState.SENT
                done = await self._write(lambda ledger: ledger.sent(name, key, attempt, ref))
            case NeverArrived():
                done = await self._write(lambda ledger: ledger.unsent(name, key, attempt, reason))
            case Hold(candidates=candidates):
                after = JobState.HELD
                done = await self._write(lambda ledger: ledger.hold(name, key, attempt, reason, candidates))
        if done:
            self._batch.changed(
                key, JobState.ARMED, after, attempt=attempt, ref=adopted, reason=reason, adopted=adopted is not None
            )
        self._told((key, attempt), adopted if done else None)

    async def _write(self, work: Callable[..., bool]) -> bool:
        return await self._batch.ledger.call("decision", work)

    def _told(self, which: tuple[str, int], adopted: str | None) -> None:
        unknown = self._unknown.pop(which, None)
        if unknown is not None:
            unknown.tell.decided(*which, adopted)
