"""States of a job, in one vocabulary, with the vendor's own word kept."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen


class State(enum.Enum):
    """Where a job stands. UNKNOWN: the vendor said a word that optcloud does not know; it counts as not ended."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"

    @property
    def ended(self) -> bool:
        """True when the job will not change any more."""
        return self in _ENDED


_ENDED = frozenset({State.SUCCEEDED, State.FAILED, State.CANCELLED})


@frozen
class Status:
    """One look at a job: our state, the vendor's word, the vendor's message if any, and the reply as received."""

    state: State
    word: str
    message: str | None = None
    reply: Mapping[str, Any] = field(factory=dict, repr=False)
