"""Events: what flows report while they run (see `optcloud.core.flow.Notify`)."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from attrs import field, frozen

from optcloud.core.findings import InputFinding
from optcloud.core.states import Status

ALSO_AN_EVENT = {"also_an_event": True}
"""``extra`` of a log entry whose words are also in an event or an error: who shows those leaves the entry out."""


@frozen
class Submitted:
    """A job exists; ``ref`` resumes it anywhere. ``what``, in words: app and service, planner, number of machines."""

    ref: str
    what: str = field(default="", eq=False)


@frozen
class AlreadyKnown:
    """The problem was posted before: the job is the one of then, and no second calculation is spent."""

    ref: str


@frozen
class Pinned:
    """A job is bound to one version of the vendor's software, which the vendor advises against except for tests."""

    vendor: str
    version: str
    advice: str


@frozen
class Compressing:
    """A body of ``size`` bytes is compressed by a codec that takes minutes, since no faster one is enough."""

    vendor: str
    codec: str
    size: int


@frozen
class ProblemWarnings:
    """What is worth a look in a problem about to be sent; faults too, where it is to be sent in spite of them."""

    vendor: str
    warnings: tuple[InputFinding, ...]


@frozen
class Polled:
    """A look at a job: its status, and the seconds since the wait began."""

    ref: str
    status: Status
    elapsed: float


@frozen
class PollFailed:
    """A look at a job failed; the wait goes on."""

    ref: str
    reason: str
    elapsed: float


@frozen
class NotKnown:
    """One of many jobs is not known to its vendor; the wait for the others goes on."""

    ref: str


@frozen
class Watching:
    """After a look at many jobs: how many have ended, of how many, and the seconds since the wait began."""

    done: int
    total: int
    elapsed: float


@frozen
class Retrying:
    """A request is repeated after ``delay`` seconds; ``attempt`` counts from 1."""

    vendor: str
    operation: str
    reason: str
    attempt: int
    delay: float


@frozen
class Transferred:
    """How far a large body is: ``done`` of ``total`` bytes (None: not known), sent ("up") or received ("down").

    ``what`` is the operation. Told about once a megabyte and at the end; a body that is sent or fetched again is
    counted again from its start.
    """

    what: str
    done: int
    total: int | None
    direction: Literal["up", "down"]


@frozen
class ClockOff:
    """This machine's clock is ``seconds`` behind that of ``vendor`` (negative: ahead); corrected for.

    Told of a cloud whose credentials depend on the time: an identity provider's tokens, dates that are signed.
    """

    vendor: str
    seconds: float


@frozen
class TokensNotKept:
    """Tokens could not be kept for later processes, nor shared with them; ``reason`` says why. Signing in goes on."""

    place: str
    reason: str


@frozen
class MachineChanged:
    """A machine of a pool is in another state than when it was last looked at; ``was`` is "" the first time."""

    ref: str
    machine: str
    was: str
    state: str


@frozen
class MachinesKilled:
    """Machines were given back; ``hours`` are the machine-hours that they ran, as far as known."""

    machines: tuple[str, ...]
    hours: Decimal | None


@frozen
class MachinesReaped:
    """Machines that nobody held any more were found and killed; ``owner`` is the process that had launched them."""

    machines: tuple[str, ...]
    owner: str


@frozen
class ReapFailed:
    """What processes that died may have left could not be looked at; it is tried again at the next start."""

    reason: str


@frozen
class CostWarning:
    """Something may cost more than is meant: idle shutdown is off, credit is low, a license ends."""

    vendor: str
    words: str
