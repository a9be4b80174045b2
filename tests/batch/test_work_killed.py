"""Workers that die at any moment, two on one chunk, replies that are lost: each job is taken once, none is lost."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from batch.fake_vendor import FakeVendor, Killed, Link, Way
from batch.test_work import Scene
from batch.virtual_time import VirtualLoop, run
from optcloud.batch.events import TwinFound
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.batch.targets import target_for

WAYS: tuple[Way, ...] = ("taken", "reply lost", "lost on the way", "not sent")
LIVES = 12


@pytest.fixture(autouse=True, scope="module")
def fake() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(target_for.KINDS, "fake_vendor", ("batch.fake_vendor", "FakeTarget"))
        yield


class Mortal:
    """A process: its view of the ledger and of the vendor, of which it has nothing any more once it is dead."""

    def __init__(self, scene: Scene) -> None:
        self.link = Link(scene.vendor)
        self.ledger: Any = _Lent(scene.ledger, self.link)
        self.worker = scene.worker(self.ledger, self.link)
        self.tasks: list[asyncio.Task[Any]] = []

    def kill(self) -> None:
        self.link.dead = True
        mine = {*self.tasks, *self.worker._sends.tasks}
        for running in self.worker._running.values():
            mine.update(running.tasks)
        for task in mine:
            task.cancel()

    async def buried(self) -> None:
        for running in self.worker._running.values():
            await asyncio.gather(*running.tasks, return_exceptions=True)
        await asyncio.gather(*self.worker._sends.tasks, *self.tasks, return_exceptions=True)


class _Lent:
    def __init__(self, ledger: JobLedger, link: Link) -> None:
        self._ledger, self._link = ledger, link

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._ledger, name)

        def call(*args: Any, **words: Any) -> Any:
            if self._link.dead:
                raise asyncio.CancelledError
            return method(*args, **words)

        return call


async def live(scene: Scene, chunks: list[int], die_after: int | None, beside: bool) -> None:
    """Work the chunks, in one process or two, until the end or until one dies."""
    processes = [Mortal(scene) for _ in range(2 if beside else 1)]
    for process in processes:
        process.tasks = [asyncio.create_task(process.worker.work("b", chunk)) for chunk in chunks]
    dying = processes[0]
    if die_after is not None:
        scene.loop.at_step[scene.loop.steps + die_after] = dying.kill
    for process in processes:
        results = await asyncio.gather(*process.tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, asyncio.CancelledError | Killed):
                raise result
    scene.loop.at_step.clear()
    for process in processes:
        if process.link.dead:
            await process.buried()
        else:
            await process.worker.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 2**32),
    jobs=st.integers(1, 14),
    chunk=st.integers(1, 14),
    limit=st.none() | st.integers(1, 6),
    trouble=st.floats(0, 0.7),
    deaths=st.lists(st.integers(1, 400), max_size=LIVES),
    beside=st.booleans(),
)
def test_each_job_is_taken_once(
    seed: int, jobs: int, chunk: int, limit: int | None, trouble: float, deaths: list[int], beside: bool
) -> None:
    chance = random.Random(seed)

    def way(key: str, attempt: int) -> Way:
        return chance.choice(WAYS) if chance.random() < trouble else "taken"

    async def scene(loop: VirtualLoop) -> None:
        vendor = FakeVendor(
            way=way,
            arrives=lambda: chance.choice([0.0, 0.01, 0.2, 3.0]),
            replies=lambda: chance.choice([0.0, 0.01, 0.2, 3.0, 9.0]),
            runs=lambda: chance.choice([0.0, 0.1, 1.0, 30.0]),
        )
        with tempfile.TemporaryDirectory() as folder:
            scene = Scene(loop, Path(folder), vendor, jobs=jobs, chunk=chunk)
            if limit is not None:
                scene.ledger.set_limits("fake:account", most=limit)
            for die_after in [*deaths, None]:
                while chunks := scene.ledger.open_chunks("b"):
                    await live(scene, chunks, die_after, beside)
                    if die_after is not None:
                        break
            assert scene.counts() == {"ok": jobs}
            scene.check_each_once()
            assert not scene.told(TwinFound)
            if limit is not None:
                assert vendor.most_together <= limit
            scene.ledger.close()

    run(scene)
