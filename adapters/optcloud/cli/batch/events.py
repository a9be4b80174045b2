"""What happens in a batch, said on stderr: what a person can do something about, and not each job."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from optcloud.batch.engines.fleet_events import ChunkPutOff, ChunkTakenOver, EngineAway, EngineReady
from optcloud.batch.events import CloudFailed, StoreBack, StoreFailed, TwinFound
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
    from optcloud.cli.messages import Messages

_OF_ALL_JOBS = (
    *(ClockOff, CostWarning, MachineChanged, MachinesKilled, MachinesReaped, Pinned, ReapFailed, TokensNotKept),
)
_AGAIN_AFTER = 30.0  # seconds: what fails for one job fails for many


class BatchMessages:
    """Hears the events of a batch and of its requests."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self._said: dict[str, float] = {}

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
            case ChunkPutOff(batch, chunk, reason, pause):
                words = f"{batch}, chunk {chunk}: {reason}; it is tried again after {pause:.0f} s"
                facts = {"event": "chunk put off", "batch": batch, "chunk": chunk, "reason": reason, "pause": pause}
                self._messages.say(words, **facts)
            case ChunkTakenOver(batch, chunk):
                words = f"{batch}, chunk {chunk}: its worker gives no sign of life; it goes on with another"
                self._messages.say(words, event="chunk taken over", batch=batch, chunk=chunk)
            case _ if isinstance(event, _OF_ALL_JOBS):
                self._messages.hear(event)

    def _say_seldom(self, words: str, **facts: object) -> None:
        now = time.monotonic()
        if now - self._said.get(words, float("-inf")) >= _AGAIN_AFTER:
            self._said[words] = now
            self._messages.say(words, **facts)
