"""What a ledger tells: of a batch, an account, a job. Times are seconds since the epoch, by the store's clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from optcloud.batch.jobs import ArmedJob, JobState, Timings

ArmingReason: TypeAlias = Literal["", "limit", "rate", "nothing new", "stopped", "not the owner"]


@frozen
class BatchInfo:
    """A batch as it was made. ``chunk``: jobs of one chunk; ``stopped``: nothing more is armed until it goes on."""

    name: str
    account: str
    spec: Mapping[str, Any]
    timings: Timings
    chunk: int
    priority: int
    stopped: bool
    created: float


@frozen
class AccountLimits:
    """What an account may do, over all its batches in the store; None: as much as it likes.

    ``most``: jobs that are armed or sent at one time; ``per_second``: jobs that are armed.
    """

    most: int | None = None
    per_second: float | None = None


@frozen
class Added:
    """How many jobs are new in the batch, and how many were in it before."""

    added: int
    known: int


@frozen
class Arming:
    """The jobs that may be sent now: each within ``Timings.start`` seconds of its ``armed_at``, or not at all.

    ``reason`` tells why there are not more of them, and is empty where there are as many as were asked for. ``wait``:
    seconds after which asking again may bring some (limit, rate); sooner, where a job of the account has ended.
    """

    jobs: tuple[ArmedJob, ...]
    reason: ArmingReason = ""
    wait: float = 0.0


@frozen
class JobRow:
    """A job and what became of it.

    ``attempt``: how often it was armed; ``ref``: what ``attach`` takes; ``word``: the vendor's word for its state;
    ``added``, ``armed``, ``sent``: when, by the store's clock; ``started``, ``ended``: when, by the vendor's where it
    tells. The result is bytes in ``result``, or a file ``result_path`` (large ones), or was none. ``candidates``:
    references that a held job may be.
    """

    key: str
    chunk: int
    state: JobState
    attempt: int
    ref: str | None
    word: str
    message: str
    added: float
    armed: float | None
    sent: float | None
    started: float | None
    ended: float | None
    result: bytes | None = field(repr=False)
    result_path: str | None
    result_sha256: str | None
    content_type: str
    candidates: tuple[str, ...]


@frozen
class JobTimes:
    """When things happened to a job, as in `JobRow`, and without what is large."""

    attempt: int
    ref: str | None
    added: float
    armed: float | None
    sent: float | None
    started: float | None
    ended: float | None


def utc_of(seconds: float | None) -> datetime | None:
    """Return a time of the ledger as a `datetime` in UTC; None stays None."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
