"""The words of a batch: what state a job is in, and what is told about it between ledger, loop and cloud.

A job goes ``new → armed → sent → ok | failed | gone``. It is armed on the disk before it is sent, so that after a death
it is known which submits may have happened. An armed job whose reply never came is of unknown fate; looking decides:
``sent`` (it is there: adopted), ``new`` (it provably never arrived) or ``held`` (a person decides).
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import TypeAlias

from attrs import field, frozen


class JobState(enum.StrEnum):
    """Where a job of a batch stands, in the words of the ledger."""

    NEW = "new"
    ARMED = "armed"
    SENT = "sent"
    OK = "ok"
    FAILED = "failed"
    GONE = "gone"
    HELD = "held"

    @property
    def ended(self) -> bool:
        """Whether nothing more happens by itself: only ``retry`` goes on from here."""
        return self in (JobState.OK, JobState.FAILED, JobState.GONE)


@frozen
class Timings:
    """How long a submit may take, in seconds; all workers of a batch must go by the same, so the ledger keeps them.

    A send begins within ``start`` of arming, and is over within ``send``; the clocks of store and vendor differ by
    ``skew`` at most. So nothing of an attempt can arrive later than the sum of them after it was armed.
    """

    start: float = 2.0
    send: float = 10.0
    skew: float = 2.0

    @property
    def settled(self) -> float:
        """Seconds after arming from which on an attempt has arrived or never will."""
        return self.start + self.send + self.skew


@frozen
class JobInput:
    """What a job is given: bytes in the store, or a file with its check value (large ones)."""

    content: bytes | None = field(repr=False)
    path: str | None = None
    sha256: str | None = None
    """In hexadecimal digits; always known for a file."""


@frozen
class ArmedJob:
    """A job that may be sent now, or was armed once and is of unknown fate.

    ``armed_at``: seconds since the epoch by the store's clock. ``marker``: milliseconds since the epoch, some seconds
    ahead of arming, never given twice in a store; a cloud that can shows it again with the job.
    """

    batch: str
    key: str
    attempt: int
    armed_at: float
    marker: int
    input: JobInput = field(repr=False)


@frozen
class Ending:
    """How a job that was sent has ended. ``state``: OK, FAILED or GONE; ``word`` is the vendor's own.

    ``result``: the bytes as the vendor gave them, None: none. ``started``, ``ended``: seconds since the epoch by the
    vendor's clock, None where it does not tell.
    """

    key: str
    ref: str
    state: JobState
    word: str = ""
    message: str = ""
    result: bytes | None = field(default=None, repr=False)
    content_type: str = ""
    started: float | None = None
    ended: float | None = None


@frozen
class TakenBack:
    """A job that was sent is not there any more, and nothing of it can come: it is new again, to be sent anew."""

    key: str
    ref: str
    reason: str


# ------------------------------------------------------------ what a send came to


@frozen
class Sent:
    """The vendor took the job; ``ref`` is the reference that ``attach`` takes."""

    ref: str


@frozen
class NotSent:
    """The submit provably never arrived, or was provably refused for now; the job is new again, after ``pause`` s."""

    reason: str
    pause: float = 0.0


@frozen
class Refused:
    """The vendor provably refused the job, and would again: it has failed."""

    reason: str


@frozen
class UnknownFate:
    """The reply was lost: the job stays armed until looking decides."""

    reason: str


SendOutcome: TypeAlias = Sent | NotSent | Refused | UnknownFate


# ------------------------------------------------------------ what looking came to


@frozen
class Adopt:
    """The job is there."""

    key: str
    attempt: int
    ref: str


@frozen
class NeverArrived:
    """The window shows that it is not there, and it can come no more."""

    key: str
    attempt: int
    reason: str


@frozen
class Hold:
    """Nothing can tell; a person decides. ``candidates``: references that it may be."""

    key: str
    attempt: int
    reason: str
    candidates: Sequence[str] = ()


@frozen
class LookAgain:
    """It cannot be told yet."""

    key: str
    attempt: int
    reason: str


Verdict: TypeAlias = Adopt | NeverArrived | Hold | LookAgain
