"""How a batch stands, whoever works it: what the store alone can tell."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from attrs import frozen

from optcloud.batch.ledger.rows import utc_of
from optcloud.batch.progress import WINDOW, BatchCounts, BatchProgress

if TYPE_CHECKING:
    from optcloud.batch.ledger.ledger import JobLedger


@frozen
class BatchStatus:
    """A batch at one moment. Times are in UTC, by the store's clock.

    ``since``: when the first job was armed; ``last``: when a job was last armed or has last ended; None: never.
    ``limit``, ``per_second``: what the account may do, None: as much as it likes. ``progress`` has counts, rate and
    time left; it reads well as text.
    """

    name: str
    account: str
    stopped: bool
    priority: int
    created: datetime
    since: datetime | None
    last: datetime | None
    limit: int | None
    per_second: float | None
    progress: BatchProgress

    @property
    def counts(self) -> BatchCounts:
        """How many jobs are in each state."""
        return self.progress.counts

    def __str__(self) -> str:
        return f"{self.name}{' (stopped)' if self.stopped else ''}: {self.progress}"


def status(ledger: JobLedger, name: str) -> BatchStatus:
    """Read how a batch stands. Raises `ConfigError` where there is none of this name."""
    info = ledger.batch(name)
    limits = ledger.limits(info.account)
    counts = BatchCounts.of(ledger.counts(name))
    now = ledger.now()
    first, last, lately = ledger.activity(name, now - WINDOW)
    span = min(WINDOW, now - first) if first is not None else 0.0
    rate = lately / span if lately and span > 0 and counts.open else None
    left = counts.open / rate if rate else None
    elapsed = now - first if first is not None else 0.0
    return BatchStatus(
        name=info.name,
        account=info.account,
        stopped=info.stopped,
        priority=info.priority,
        created=datetime.fromtimestamp(info.created, UTC),
        since=utc_of(first),
        last=utc_of(last),
        limit=limits.most,
        per_second=limits.per_second,
        progress=BatchProgress(counts, elapsed, rate, left),
    )
