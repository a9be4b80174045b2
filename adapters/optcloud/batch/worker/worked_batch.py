"""A batch that this process works: what its chunks share."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Protocol

from attrs import define, field

from optcloud.batch.events import JobChanged
from optcloud.batch.jobs import JobState
from optcloud.batch.targets.target import HasRoom, Target
from optcloud.batch.worker.back_off import BackOff
from optcloud.batch.worker.first_endings import FIRST, FirstEndings
from optcloud.batch.worker.patient_ledger import PatientLedger
from optcloud.core.clock import Clock
from optcloud.core.flow import Instant

if TYPE_CHECKING:
    from optcloud.batch.ledger.rows import BatchInfo


class Chunk(Protocol):
    """A chunk that is worked."""

    @property
    def number(self) -> int:
        """Which one of the batch."""

    @property
    def hungry(self) -> bool:
        """Whether it may have jobs to send."""

    @property
    def waits_for_place(self) -> bool:
        """Whether it waits until a submit of this process is over."""

    def stir(self, *, ask: bool = True) -> None:
        """Have it look around."""


@define(eq=False)
class WorkedBatch:
    """The batch, what its jobs run on, and how the vendor takes submits just now."""

    info: BatchInfo
    target: Target
    ledger: PatientLedger
    clock: Clock
    notify: Callable[[object], None]
    back_off: BackOff = field(factory=BackOff)
    not_before: float = 0.0
    """Nothing is armed before this time of the monotonic clock: the vendor asked for a pause, or takes nothing."""
    stopped: bool = False
    error: BaseException | None = None
    """What ends the run."""
    sending: int = 0
    """Jobs that are being armed or sent here just now."""
    first: FirstEndings = field(factory=FirstEndings)
    """How the first jobs have ended."""
    chunks: set[Chunk] = field(factory=set)
    """Those that are worked here just now."""

    @property
    def name(self) -> str:
        """The name of the batch in its store."""
        return self.info.name

    def fail(self, error: BaseException) -> None:
        """End the run with an error; the first one counts."""
        self.error = self.error or error
        for chunk in self.chunks:
            chunk.stir(ask=False)

    async def doubt(self) -> None:
        """Stop the batch, wherever it is worked, and end the run, where the first jobs have all failed alike."""
        if self.first.over or self.first.alike < FIRST:
            return
        error = self.first.fault(self.name, await self.ledger.call("counts", lambda ledger: ledger.counts(self.name)))
        if error is not None:
            await self.ledger.call("stop", lambda ledger: ledger.stop(self.name))
            self.fail(error)

    def stop(self) -> None:
        """Arm nothing more: somebody stopped the batch."""
        self.stopped = True
        for chunk in self.chunks:
            chunk.stir(ask=False)

    def stir_hungry(self) -> None:
        """Have those chunks ask for more that have jobs to send: there is room."""
        for chunk in self.chunks:
            if chunk.hungry:
                chunk.stir()

    def stir_waiting(self) -> None:
        """Have those chunks ask for more that wait for a place among the submits under way: there is one."""
        for chunk in self.chunks:
            if chunk.waits_for_place:
                chunk.stir()

    def stir_those(self, numbers: Collection[int]) -> None:
        """Have these ask for more: they have jobs that are new, whoever made them so."""
        for chunk in self.chunks:
            if chunk.number in numbers and not chunk.hungry:
                chunk.stir()

    def room(self) -> int | None:
        """Return how many more jobs the target takes here; None: any number."""
        return self.target.room() - self.sending if isinstance(self.target, HasRoom) else None

    def seconds_since(self, moment: Instant) -> float:
        """Return how long ago that is, by the clock of the two that says longer: one of them stops in a suspend."""
        now = self.clock.now()
        return max(now.monotonic - moment.monotonic, now.wall - moment.wall)

    def pause(self, seconds: float) -> None:
        """Arm nothing for some seconds."""
        self.not_before = max(self.not_before, self.clock.now().monotonic + seconds)

    def pause_left(self) -> float:
        """Return for how many seconds nothing is to be armed."""
        return max(0.0, self.not_before - self.clock.now().monotonic)

    def changed(
        self,
        key: str,
        before: JobState,
        after: JobState,
        *,
        attempt: int = 0,
        ref: str | None = None,
        reason: str = "",
        adopted: bool = False,
    ) -> None:
        """Tell that a job is in another state."""
        if after.ended:
            self.first.saw(after, reason)
        self.notify(JobChanged(self.name, self.info.account, key, before, after, attempt, ref, reason, adopted))
