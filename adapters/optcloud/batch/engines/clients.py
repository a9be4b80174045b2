"""What a process that works chunks has open: the ledger, a client, and the one worker that its chunks share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from optcloud.batch.progress import BatchCounts
from optcloud.core.errors import ConfigError

if TYPE_CHECKING:
    from optcloud.batch.ledger.ledger import JobLedger
    from optcloud.batch.worker.worker import BatchWorker

Clients: TypeAlias = Callable[[], Any]
"""Makes an `AsyncOptCloud`; credentials are read where it is called. Picklable where chunks go to other processes."""


class LedgerWork:
    """The work of chunks by a ledger; as an engine calls it (`optcloud.batch.engines.engine.ChunkWork`).

    ``patience``: of `BatchWorker.work`, for an engine that brings a chunk again which was left.
    """

    def __init__(self, ledger: JobLedger, worker: BatchWorker, *, patience: float | None = None) -> None:
        self._ledger, self._worker, self._patience = ledger, worker, patience

    async def work(self, batch: str, chunk: int) -> bool:
        """Work a chunk to its end; or return False, when there was no room for it for a while.

        Raises `OptCloudError`.
        """
        return await self._worker.work(batch, chunk, patience=self._patience) != "no room"

    def counts(self, batch: str) -> BatchCounts:
        """Return how many jobs of a batch are in each state. Blocking. Raises `ConfigError`, `StoreUnavailable`."""
        return BatchCounts.of(self._ledger.counts(batch))

    def open_chunks(self, batch: str) -> Sequence[int]:
        """Return the chunks that have something to do; none if the batch is stopped, or not there. Blocking."""
        try:
            return () if self._ledger.batch(batch).stopped else self._ledger.open_chunks(batch)
        except ConfigError:
            return ()


@asynccontextmanager
async def opened(
    clients: Clients,
    store: str,
    *,
    files: str | Path | None = None,
    notify: Callable[[object], None] = lambda event: None,
    patience: float | None = None,
) -> AsyncIterator[LedgerWork]:
    """Open the ledger and a client, for the block. Raises `ConfigError`."""
    from optcloud.batch.ledger.ledger import JobLedger  # noqa: PLC0415 - brings sqlite3
    from optcloud.batch.worker.worker import BatchWorker  # noqa: PLC0415

    ledger = await asyncio.to_thread(partial(JobLedger.open, store, files=files))
    try:
        async with clients() as oc, BatchWorker(ledger, oc, notify=notify) as worker:
            yield LedgerWork(ledger, worker, patience=patience)
    finally:
        await asyncio.to_thread(ledger.close)
