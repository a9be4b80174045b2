"""The port to a cloud: what the jobs of a batch run on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from attrs import frozen

from optcloud.batch.jobs import ArmedJob, Ending, SendOutcome, TakenBack, Timings, Verdict
from optcloud.core.errors import AuthError, ConfigError, Forbidden

ENDS_THE_RUN = (AuthError, Forbidden, ConfigError)
"""Errors that each job would meet: the run ends with them, and goes on where it was once they are mended."""
LEAD = 4.0
"""Seconds that markers are ahead of arming, where the target has no ``lead`` of its own (`HasLead`)."""


@frozen
class SubmitAttempt:
    """An attempt that the ledger knows, of whichever batch of the account.

    ``armed_at``: seconds since the epoch by the store's clock; ``marker``: milliseconds, as in `ArmedJob`.
    """

    batch: str
    key: str
    attempt: int
    armed_at: float
    marker: int
    ref: str | None
    """None: never known; of the armed ones, and of those that were taken for never arrived."""
    current: bool
    """Whether the job is armed in this attempt: its fate is unknown."""


class LedgerView(Protocol):
    """What the ledger knows beside the jobs in question: read when deciding, and only there."""

    @property
    def url(self) -> str:
        """The store's address, as it was given; it may have a password in it."""

    def now(self) -> float:
        """Return the store's clock, in seconds since the epoch."""

    def is_open(self, batch: str) -> bool:
        """Return whether a batch has jobs that are new, armed or sent, and was not stopped."""

    def refs(self, candidates: Collection[str]) -> set[str]:
        """Return which references belong to some job of this store, of whatever batch."""

    def attempts(self, since: float, until: float) -> list[SubmitAttempt]:
        """Return the attempts of all batches of this account in the store that were armed in a span of time."""

    def by_marker(self, markers: Collection[int]) -> dict[int, SubmitAttempt]:
        """Return the attempts that have these markers."""

    def fact(self, name: str) -> str | None:
        """Return what was learnt of this account by any worker of the store, or None."""

    def set_fact(self, name: str, value: str) -> None:
        """Keep what was learnt of this account; what was known under the name is replaced."""


class Target(Protocol):
    """One kind of job on one account. Made of the batch's spec in each worker; all methods run in its event loop."""

    @property
    def account(self) -> str:
        """Whose limits count, such as ``aimms:https://acme.aimms.cloud``; the same text in each worker."""

    def spec(self) -> Mapping[str, Any]:
        """Return what makes the same target elsewhere, as plain JSON without secrets; it has ``cloud``."""

    def know(self, ledger: LedgerView) -> None:
        """Be told of the ledger, in each worker before the first job is sent or watched, and before ``settle``."""

    async def settle(self) -> None:
        """Before the first job of a new batch: make "latest" a version, prove what markers need.

        Raises `ConfigError` for what is not there, and what the vendor's answers raise; then no batch is made.
        """

    async def send(self, job: ArmedJob, content: bytes, timings: Timings) -> SendOutcome:
        """Submit once, in ``timings.send`` seconds at the most; what became of it is returned.

        Raises what each job would meet, and what therefore ends the run (`ENDS_THE_RUN`): `AuthError`, `Forbidden`,
        `ConfigError`.
        """

    def watch(self, refs: Collection[str]) -> None:
        """Have ``ended`` look at these, too."""

    async def ended(self) -> Sequence[tuple[str, Any]]:
        """Wait for the next look, and return which of the watched have ended, and how: handed to ``ending``.

        Pairs of reference and how. Raises what the look failed with: it is made again where that passes, and else
        ends the run.
        """

    async def ending(self, key: str, ref: str, how: Any) -> Ending | TakenBack:
        """Fetch what is to be kept of a job that has ended. Raises errors that pass by another try."""

    async def reconcile(self, jobs: Sequence[ArmedJob], known: LedgerView, timings: Timings) -> Sequence[Verdict]:
        """Decide about jobs of unknown fate. Raises errors that pass by another look."""

    async def cancel(self, ref: str, *, running: bool) -> bool:
        """Take a queued job back (True: it never ran); a running one is stopped if asked, and ends as such.

        Raises `JobGone` where the vendor does not know it any more, and errors that pass by another try.
        """

    async def close(self) -> None:
        """Let go of what is held."""


@runtime_checkable
class HasLead(Protocol):
    """A target that says how far markers are to be ahead of arming; for others it is `LEAD`."""

    @property
    def lead(self) -> float:
        """Seconds by the store's clock; read before each arming."""


@runtime_checkable
class HasRoom(Protocol):
    """A target that takes some jobs at a time in each worker, whatever the account's limit."""

    def room(self) -> int:
        """Return how many more it takes now; there may be more once one has ended."""
