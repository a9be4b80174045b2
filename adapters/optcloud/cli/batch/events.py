"""What happens in a batch, said on stderr: what a person can do something about, and not each job."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from attrs import asdict

from optcloud.batch.engines.fleet_events import ChunkPutOff, ChunkTakenOver, EngineAway, EngineReady
from optcloud.batch.events import ChunkBegun, ChunkLeft, CloudFailed, StoreBack, StoreFailed, TwinFound
from optcloud.core.events import (
    ClockOff,
    CostWarning,
    MachineChanged,
    MachinesKilled,
    MachinesReaped,
    Pinned,
    ReapFailed,
    TokensNotKept,
)

if TYPE_CHECKING:
    from optcloud.batch.progress import BatchProgress
    from optcloud.cli.messages import Messages

_OF_ALL_JOBS = (
    *(ClockOff, CostWarning, MachineChanged, MachinesKilled, MachinesReaped, Pinned, ReapFailed, TokensNotKept),
)
_AGAIN_AFTER = 30.0  # seconds: what fails for one job fails for many
_A_MINUTE = 60.0


class BatchMessages:
    """Hears the events of a batch and of its requests, and how far it is.

    ``secrets_from``: tells of a vendor which secrets are set, and where; ``clock``: seconds that only grow.
    """

    def __init__(
        self,
        messages: Messages,
        secrets_from: Callable[[str], Sequence[str]] = lambda vendor: (),
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._messages, self._secrets_from, self._clock = messages, secrets_from, clock
        self._said: dict[str, float] = {}
        self._in_hand: set[tuple[str, int]] = set()
        self._line_at: dict[str, float] = {}

    @property
    def in_hand(self) -> list[str]:
        """The batches of which a chunk is worked here."""
        return sorted({batch for batch, _ in self._in_hand})

    def progress(self, batch: str, now: BatchProgress) -> None:
        """Show how far a batch is; without a terminal, a line a minute."""
        if self._messages.shows_progress:
            self._messages.show(str(now))
        elif now.elapsed - self._line_at.get(batch, 0.0) >= _A_MINUTE:
            self._line_at[batch] = now.elapsed
            self.say_progress(batch, now)

    def say_progress(self, batch: str, now: BatchProgress) -> None:
        """Say how far a batch is."""
        facts = asdict(now.counts) | {"per_second": now.rate, "seconds_left": now.left}
        self._messages.say(f"{batch}: {now}", event="progress", batch=batch, **facts)

    def hear(self, event: object) -> None:
        """Say an event, or leave it."""
        match event:
            case CloudFailed(batch, _, doing, reason, pause):
                facts = {"event": "cloud failed", "batch": batch, "doing": doing, "reason": reason, "pause": pause}
                self._say_seldom(f"{batch}: {doing}: {reason}; it is tried again", **facts)
            case StoreFailed(doing, reason, pause):
                facts = {"event": "store failed", "doing": doing, "reason": reason, "pause": pause}
                self._say_seldom(f"the store: {reason}; it is tried again", **facts)
            case StoreBack(seconds):
                self._said.clear()
                self._messages.say(f"the store works again, after {seconds:.0f} s", event="store back", seconds=seconds)
            case TwinFound(batch, _, key, _, ref):
                words = f"{batch}: {key} has a twin at the vendor: {ref}; it is deleted while it is queued"
                self._messages.say(words, event="twin", batch=batch, key=key, ref=ref)
            case EngineReady():
                self._messages.say("ready for chunks", event="ready")
            case EngineAway(reason, pause):
                self._messages.say(
                    f"the queue does not answer ({reason}); it is tried again",
                    event="queue away",
                    reason=reason,
                    pause=pause,
                )
            case ChunkBegun(batch, chunk):
                self._in_hand.add((batch, chunk))
            case ChunkLeft(batch, chunk):
                self._in_hand.discard((batch, chunk))
            case ChunkPutOff(batch, chunk, reason, pause, refused_by):
                self._in_hand.discard((batch, chunk))
                if refused_by:
                    self._say_refused(event)
                    return
                words = f"{batch}, chunk {chunk}: {reason}; it is tried again after {pause:.0f} s"
                facts = {"event": "chunk put off", "batch": batch, "chunk": chunk, "reason": reason, "pause": pause}
                self._messages.say(words, **facts)
            case ChunkTakenOver(batch, chunk):
                words = f"{batch}, chunk {chunk}: its worker gives no sign of life; it goes on with another"
                self._messages.say(words, event="chunk taken over", batch=batch, chunk=chunk)
            case _ if isinstance(event, _OF_ALL_JOBS):
                self._messages.hear(event)

    def _say_refused(self, event: ChunkPutOff) -> None:
        vendor = event.refused_by
        if not self._is_time(f"refused by {vendor}", _A_MINUTE):
            return
        places = list(self._secrets_from(vendor))
        words = f"{vendor} does not accept the credentials of this worker"
        words += f" ({'; '.join(places)})" if places else ""
        words += f": {event.reason}; its chunks are tried again; set them right, and start this worker again"
        facts = {"vendor": vendor, "secrets": places, "reason": event.reason, "batch": event.batch}
        self._messages.say(words, event="credentials refused", **facts)

    def _say_seldom(self, words: str, **facts: object) -> None:
        if self._is_time(words, _AGAIN_AFTER):
            self._messages.say(words, **facts)

    def _is_time(self, what: str, after: float) -> bool:
        now = self._clock()
        if now - self._said.get(what, float("-inf")) < after:
            return False
        self._said[what] = now
        return True
