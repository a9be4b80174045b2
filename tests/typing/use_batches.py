"""What type checkers see of batches, in both forms: read by mypy and pyright, never run."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

from optcloud import AsyncOptCloud, OptCloud
from optcloud.batch.batch import AsyncBatch, Batch
from optcloud.batch.cancelling import BatchCancelled
from optcloud.batch.ledger.rows import Added, BatchInfo
from optcloud.batch.progress import BatchCounts
from optcloud.batch.results.results import JobResult
from optcloud.batch.status import BatchStatus


def blocking(oc: OptCloud) -> None:
    batch = assert_type(oc.batch("spring", store="spring.sqlite"), Batch)
    assert_type(batch.add(oc.aimms.service("Scheduling", "solve"), Path("inputs.csv"), key="id"), Added)
    assert_type(batch.run(limit=40, progress=print), BatchCounts)
    assert_type(batch.counts(), BatchCounts)
    assert_type(batch.status(), BatchStatus)
    assert_type(batch.info(), BatchInfo)
    for key, result in batch.results():
        assert_type(key, str)
        assert_type(result, JobResult)
    assert_type(batch.retry(failed=True), int)
    assert_type(batch.cancel(running=True), BatchCancelled)
    assert_type(batch.to_parquet("results.parquet"), Path)
    batch.run(400)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def awaited(oc: AsyncOptCloud) -> None:
    batch = assert_type(oc.batch("spring", store="spring.sqlite"), AsyncBatch)
    assert_type(await batch.add(oc.adiutaopt.shift, [{"id": "a"}], key="id"), Added)
    assert_type(await batch.run(per_second=2.5, timeout=60), BatchCounts)
    assert_type(await batch.status(), BatchStatus)
    async for key, result in batch.results(follow=True):
        assert_type(key, str)
        assert_type(result, JobResult)
    await batch.resolve("a", it_is="aimms:default/1")
    await batch.start(engine="procrastinate")
