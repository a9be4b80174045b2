"""Work that is taken up after a death: the jobs that were under way are seen to first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from batch.fake_vendor import FakeVendor
from batch.test_work import Scene
from batch.virtual_time import VirtualLoop, run
from optcloud.batch.engines.embedded import work_all
from optcloud.batch.targets import target_for


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(target_for.KINDS, "fake_vendor", ("batch.fake_vendor", "FakeTarget"))
    yield


def test_a_late_chunk_that_takes_up_the_limit_is_worked_too(tmp_path: Path) -> None:
    """Else the first chunks wait for room that nobody makes."""

    async def scene(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(), jobs=4, chunk=1)
        scene.ledger.set_limits("fake:account", most=1)
        epoch = scene.ledger.take("b", 3)
        [job] = scene.ledger.arm("b", 3, epoch, 1).jobs
        scene.ledger.sent("b", job.key, job.attempt, scene.vendor.take(job, b"k3"))
        async with scene.worker() as worker, asyncio.timeout(600):
            await work_all(worker, "b")
        assert scene.counts() == {"ok": 4}
        scene.check_each_once()

    run(scene)


def test_a_chunk_without_room_is_left_to_others(tmp_path: Path) -> None:
    """A worker of a fleet has places for some chunks, and those that take up the limit may wait in the queue."""

    async def scene(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(), jobs=2, chunk=1)
        scene.ledger.set_limits("fake:account", most=1)
        epoch = scene.ledger.take("b", 1)
        [job] = scene.ledger.arm("b", 1, epoch, 1).jobs
        scene.ledger.sent("b", job.key, job.attempt, scene.vendor.take(job, b"k1"))
        async with scene.worker() as worker:
            began = loop.time()
            assert await worker.work("b", 0, patience=10.0) == "no room"
            assert 10.0 <= loop.time() - began <= 13.0
            assert await worker.work("b", 1, patience=10.0) == "ended"
            assert await worker.work("b", 0, patience=10.0) == "ended"
        scene.check_each_once()

    run(scene)
