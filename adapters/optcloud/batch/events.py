"""What happens in a batch, told to whoever listens: log lines, telemetry, a person at a terminal.

An observer is called in the event loop of the worker, so it must be quick, and must not raise. `optcloud.core.events`
has what single requests tell; these come beside them.
"""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from optcloud.batch.jobs import JobState


@frozen
class JobChanged:
    """A job is in another state, as the ledger has it; ``reason`` is in words, and may be empty.

    ``attempt`` counts from 1; ``ref`` is the vendor's reference, as soon as it is known. ``adopted``: the job was
    found at the vendor when it was looked for, after its reply was lost.
    """

    batch: str
    account: str
    key: str
    before: JobState
    after: JobState
    attempt: int = 0
    ref: str | None = None
    reason: str = ""
    adopted: bool = False


@frozen
class FateUnknown:
    """A submit was sent, and no reply came: the job stays armed until looking decides, ``settles`` seconds later."""

    batch: str
    account: str
    key: str
    attempt: int
    reason: str
    settles: float


@frozen
class CloudFailed:
    """What was asked of the vendor failed in a way that passes; it is done again after ``pause`` seconds.

    ``doing``: "submit", "watch" (look which have ended), "fetch" (a result), "reconcile" (look for lost submits).
    ``key`` is "" where it concerns no single job.
    """

    batch: str
    account: str
    doing: Literal["submit", "watch", "fetch", "reconcile"]
    reason: str
    pause: float
    key: str = ""


@frozen
class StoreFailed:
    """The store did not take or give what ``doing`` names; it is asked again after ``pause`` s. Nothing is armed."""

    doing: str
    reason: str
    pause: float


@frozen
class StoreBack:
    """The store works again, after ``seconds``."""

    seconds: float


@frozen
class TwinFound:
    """A job's reference came too late: the attempt was taken for never arrived, and the job was armed again.

    The reference is kept as a twin's, so that it can be deleted while it is queued.
    """

    batch: str
    account: str
    key: str
    attempt: int
    ref: str


@frozen
class ChunkBegun:
    """A worker works a chunk of a batch; ``epoch`` counts its owners."""

    batch: str
    chunk: int
    epoch: int


@frozen
class ChunkLeft:
    """A worker is done with a chunk.

    ``why``: "ended", "stopped" (the batch), "not the owner" (another works it), "no room" (within the account's limit,
    for a while: another chunk comes first).
    """

    batch: str
    chunk: int
    why: Literal["ended", "stopped", "not the owner", "no room"]
