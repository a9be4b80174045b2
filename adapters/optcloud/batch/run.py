"""A run: the worker, the engine within the process, and whoever is told how far it is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from attrs import frozen

from optcloud.batch.engines.embedded import only_process, work_all
from optcloud.batch.progress import BatchCounts, BatchProgress, RateMeter
from optcloud.batch.worker.worker import BatchWorker
from optcloud.core.events import ALSO_AN_EVENT

if TYPE_CHECKING:
    from optcloud.batch.ledger.ledger import JobLedger

logger = logging.getLogger("optcloud")
EVERY = 2.0  # seconds between two looks at the counts
QUIET = 30.0  # seconds after which a line comes although nothing has changed


@frozen
class RunOptions:
    """How a batch is run; `optcloud.batch.batch.BatchVerbs.run` tells of each."""

    limit: int | None = None
    per_second: float | None = None
    progress: Callable[[BatchProgress], object] | None = None
    timeout: float | None = None


async def run(
    oc: Any, ledger: JobLedger, batch: str, options: RunOptions, *, notify: Callable[[object], None]
) -> BatchCounts:
    """Work a batch until each job has ended or is held, or the time is over."""
    began = asyncio.get_running_loop().time()
    with only_process(ledger.file):
        await asyncio.to_thread(_begin, ledger, batch, options)
        async with BatchWorker(ledger, oc, notify=notify) as worker:
            telling = asyncio.create_task(_tell(worker, batch, options.progress))
            try:
                async with asyncio.timeout(options.timeout) as limit:
                    await work_all(worker, batch)
            except TimeoutError:
                if not limit.expired():
                    raise
            except asyncio.CancelledError:
                words = "batch %s is interrupted; nothing is lost: run it again, and it goes on"
                logger.warning(words, batch, extra=ALSO_AN_EVENT)
                raise
            finally:
                telling.cancel()
                await asyncio.gather(telling, return_exceptions=True)
    counts = BatchCounts.of(await asyncio.to_thread(ledger.counts, batch))
    if options.progress is not None:
        _told(options.progress, BatchProgress(counts, asyncio.get_running_loop().time() - began))
    return counts


def _begin(ledger: JobLedger, batch: str, options: RunOptions) -> None:
    info = ledger.batch(batch)
    if info.stopped:
        ledger.go_on(batch)
    if options.limit is not None or options.per_second is not None:
        now = ledger.limits(info.account)
        most = now.most if options.limit is None else options.limit
        ledger.set_limits(
            info.account, most=most, per_second=now.per_second if options.per_second is None else options.per_second
        )


async def _tell(worker: BatchWorker, batch: str, progress: Callable[[BatchProgress], object] | None) -> None:
    if progress is None:
        return
    clock, meter = asyncio.get_running_loop().time, RateMeter()
    began, told, last = clock(), float("-inf"), BatchCounts()
    while True:
        counts = BatchCounts.of(await worker.ledger.call("counts", lambda ledger: ledger.counts(batch)))
        now = clock()
        how_far = meter.progress(counts, now - began)
        if counts != last or now - told >= QUIET:
            if not _told(progress, how_far):
                return
            told, last = now, counts
        await asyncio.sleep(EVERY)


def _told(progress: Callable[[BatchProgress], object], how_far: BatchProgress) -> bool:
    """Tell how far a run is. False: that failed, and the run is worth more than its display."""
    try:
        progress(how_far)
    except Exception as error:  # noqa: BLE001 - whatever the person's function raises
        logger.warning("progress is told no more: %s: %s", type(error).__name__, error)
        return False
    return True
