"""Working chunks against a vendor in memory: nothing twice, nothing lost, whatever is lost on the way."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from batch.fake_vendor import FakeVendor, Killed, Link, down
from batch.virtual_time import VirtualClock, VirtualLoop, run
from optcloud.batch.engines.embedded import work_all
from optcloud.batch.events import ChunkBegun, CloudFailed, FateUnknown, JobChanged, StoreBack, StoreFailed, TwinFound
from optcloud.batch.jobs import JobInput, JobState, Timings
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.batch.store.store import StoreUnavailable
from optcloud.batch.targets import target_for
from optcloud.batch.worker.worker import BatchWorker
from optcloud.core.errors import ApiError, BadRequest, ConfigError, Forbidden, NotFound

SPEC = {"cloud": "fake_vendor", "version": "1.4"}


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(target_for.KINDS, "fake_vendor", ("batch.fake_vendor", "FakeTarget"))
    yield


class Scene:
    """A batch in a file, a vendor, and workers that live and die."""

    def __init__(self, loop: VirtualLoop, folder: Path, vendor: FakeVendor, jobs: int = 10, **words: Any) -> None:
        self.loop, self.vendor = loop, vendor
        self.clock = VirtualClock(loop)
        self.path = folder / "jobs.sqlite"
        self.events: list[Any] = []
        self.ledger = JobLedger.open(self.path, clock=self.clock.wall)
        with self.ledger._store._opened() as db:  # type: ignore[attr-defined]
            db.execute("pragma synchronous = off")  # nobody pulls the plug here
        self.ledger.create("b", account="fake:account", spec=SPEC, timings=Timings(), **words)
        self.keys = [f"k{n}" for n in range(jobs)]
        self.ledger.add("b", ((key, JobInput(key.encode())) for key in self.keys))

    def worker(self, ledger: Any = None, link: Link | None = None) -> BatchWorker:
        return BatchWorker(
            ledger or self.ledger, link or self.vendor.link(), notify=self.events.append, clock=self.clock
        )

    def told(self, kind: Any) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def counts(self) -> dict[str, int]:
        return {str(state): number for state, number in self.ledger.counts("b").items() if number}

    def check_each_once(self, *, but: set[str] = frozenset()) -> None:  # type: ignore[assignment]
        """Each job was taken once, and has its own result."""
        for key in self.keys:
            if key not in but:
                assert len([job for job in self.vendor.taken(key) if not job.deleted]) == 1, key
        for row in self.ledger.rows("b", states=[JobState.OK]):
            assert row.result == b"result of " + row.key.encode()


def test_a_chunk_is_worked_to_its_end(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(failed={"k3"}))
        async with scene.worker() as worker:
            assert await worker.work("b", 0) == "ended"
        assert scene.counts() == {"ok": 9, "failed": 1}
        scene.check_each_once()
        states = [event.after for event in scene.told(JobChanged) if event.key == "k3"]
        assert states == [JobState.ARMED, JobState.SENT, JobState.FAILED]
        assert scene.told(JobChanged)[-1].reason in ("Done", "infeasible")

    run(scene)


def test_work_again_finds_nothing_to_do(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor())
        async with scene.worker() as worker:
            await worker.work("b", 0)
            looks = scene.vendor.looks
            assert await worker.work("b", 0) == "ended"
        assert scene.vendor.looks == looks
        scene.check_each_once()

    run(scene)


def test_the_limit_is_kept_and_filled(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(), jobs=30)
        scene.ledger.set_limits("fake:account", most=3)
        async with scene.worker() as worker:
            await worker.work("b", 0)
        assert scene.vendor.most_together == 3
        scene.check_each_once()
        # thirty jobs of a second, three at a time: an ending of our own makes room at once
        assert loop.time() < 1000 + 30 / 3 * (1.0 + scene.vendor.tick + 0.2)

    run(scene)


def test_a_fate_is_decided_as_soon_as_it_is_ripe_while_others_run(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        vendor = FakeVendor(
            way=lambda key, attempt: (
                {"k0": "lost on the way", "k1": "reply lost"}.get(key, "taken")  # type: ignore[return-value]
                if attempt == 1
                else "taken"
            ),
            runs=lambda: 200.0,
        )
        scene = Scene(loop, tmp_path, vendor, jobs=4)
        decided: dict[str, float] = {}

        def note(event: Any) -> None:
            scene.events.append(event)
            if isinstance(event, JobChanged) and event.before is JobState.ARMED and event.key in ("k0", "k1"):
                decided.setdefault(event.key, loop.time())

        async with BatchWorker(scene.ledger, vendor.link(), notify=note, clock=scene.clock) as worker:
            await worker.work("b", 0)
        assert {event.key for event in scene.told(FateUnknown)} == {"k0", "k1"}
        for key in ("k0", "k1"):
            assert 1000 + Timings().settled <= decided[key] < 1000 + Timings().settled + 1
        [adopted] = [event for event in scene.told(JobChanged) if event.adopted]
        assert (adopted.key, adopted.after) == ("k1", JobState.SENT)
        scene.check_each_once()
        assert scene.counts() == {"ok": 4}

    run(scene)


def test_what_is_not_sent_is_sent_later_and_more_slowly(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        vendor = FakeVendor()
        vendor.way = lambda key, attempt: "not sent" if loop.time() < 1000 + 3600 else "taken"
        scene = Scene(loop, tmp_path, vendor)
        async with scene.worker() as worker:
            assert await worker.work("b", 0) == "ended"
        scene.check_each_once()
        armed = [event for event in scene.told(JobChanged) if event.after is JobState.ARMED]
        assert len(armed) < 10 + 3600 / 30 + 20  # in an hour, a try a minute or two
        assert loop.time() < 1000 + 3600 + 60 + 20
        assert {event.doing for event in scene.told(CloudFailed)} == {"submit"}

    run(scene)


def test_a_vendor_that_is_down_for_an_hour_is_waited_for(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        vendor = FakeVendor()

        def fail(*_: Any) -> None:
            if 1005 < loop.time() < 1000 + 3600:
                raise down()

        vendor.before_look = fail
        vendor.before_fetch = fail
        vendor.runs = lambda: 4.7
        scene = Scene(loop, tmp_path, vendor)
        async with scene.worker() as worker:
            assert await worker.work("b", 0) == "ended"
        scene.check_each_once()
        assert scene.counts() == {"ok": 10}
        assert {event.doing for event in scene.told(CloudFailed)} >= {"watch"}
        assert loop.time() < 1000 + 3600 + 130
        assert vendor.looks < 3600 / 30 + 60

    run(scene)


def test_a_result_that_cannot_be_had_now_is_fetched_later(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        vendor = FakeVendor()

        def fail(ref: str) -> None:
            if vendor.fetched[ref] < 4:
                raise down()

        vendor.before_fetch = fail
        scene = Scene(loop, tmp_path, vendor, jobs=3)
        async with scene.worker() as worker:
            await worker.work("b", 0)
        assert set(vendor.fetched.values()) == {4}
        assert len(scene.told(CloudFailed)) == 9
        assert scene.counts() == {"ok": 3}

    run(scene)


def test_a_result_that_is_no_result_fails_its_job_only(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        vendor = FakeVendor()

        def fail(ref: str) -> None:
            if vendor.jobs[ref].key == "k1":
                raise ValueError("not what was promised")
            if vendor.jobs[ref].key == "k2":
                del vendor.jobs[ref]

        vendor.before_fetch = fail
        scene = Scene(loop, tmp_path, vendor, jobs=4)
        async with scene.worker() as worker:
            await worker.work("b", 0)
        assert scene.counts() == {"ok": 2, "failed": 1, "gone": 1}
        [row] = scene.ledger.rows("b", keys=["k1"])
        assert (row.message, row.ref) == ("ValueError: not what was promised", vendor.taken("k1")[0].ref)

    run(scene)


def test_what_each_job_would_meet_ends_the_run_and_nothing_is_lost(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        vendor = FakeVendor(way=lambda key, attempt: "ends the run" if key == "k5" and attempt == 1 else "taken")
        scene = Scene(loop, tmp_path, vendor)
        async with scene.worker() as worker:
            with pytest.raises(Forbidden):
                await worker.work("b", 0)
        assert "failed" not in scene.counts()
        async with scene.worker() as worker:
            assert await worker.work("b", 0) == "ended"
        scene.check_each_once()
        assert scene.counts() == {"ok": 10}

    run(scene)


@pytest.mark.parametrize("limit", [4, None])
def test_a_batch_that_is_stopped_arms_nothing_more(tmp_path: Path, limit: int | None) -> None:
    async def scene(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(runs=lambda: 1000.0))
        scene.ledger.set_limits("fake:account", most=limit)
        loop.call_later(10, scene.ledger.stop, "b")
        async with scene.worker() as worker:
            assert await worker.work("b", 0) == "stopped"
            assert loop.time() < 1000 + 12
        assert scene.counts() == ({"sent": 10} if limit is None else {"sent": 4, "new": 6})
        scene.ledger.go_on("b")
        async with scene.worker() as worker:
            assert await worker.work("b", 0) == "ended"
        scene.check_each_once()

    run(scene)


def test_who_lost_the_chunk_ends_quietly(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(), jobs=30)
        scene.ledger.set_limits("fake:account", most=5)
        async with scene.worker() as one, scene.worker() as other:
            first = asyncio.create_task(one.work("b", 0))
            await asyncio.sleep(2.2)
            assert await other.work("b", 0) == "ended"
            assert await first == "not the owner"
        scene.check_each_once()
        assert scene.counts() == {"ok": 30}

    run(scene)


class Failing:
    """A ledger whose store fails for a while."""

    def __init__(self, ledger: JobLedger, fails: Any) -> None:
        self._ledger, self._fails = ledger, fails

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._ledger, name)

        def call(*args: Any, **words: Any) -> Any:
            self._fails(name, *args)
            return method(*args, **words)

        return call


def test_references_outlast_a_store_that_is_down(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(), jobs=40)

        def fails(name: str, *_: Any) -> None:
            if name in ("sent", "arm", "end", "batch") and 1000 < loop.time() < 1030 and scene.vendor.jobs:
                raise StoreUnavailable("down")

        async with scene.worker(Failing(scene.ledger, fails)) as worker:
            assert await worker.work("b", 0) == "ended"
        scene.check_each_once()
        assert not [event for event in scene.told(JobChanged) if event.adopted]  # none had to be looked for
        assert 1 <= len(scene.told(StoreFailed)) < 30  # not of each call
        assert len(scene.told(StoreBack)) >= 1

    run(scene)


def test_nothing_is_armed_while_a_reference_cannot_be_noted(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(), jobs=60)
        armed: list[float] = []

        def fails(name: str, *given: Any) -> None:
            if name == "sent" and given[1] == "k0" and loop.time() < 1030:
                raise StoreUnavailable("down")
            if name == "arm" and scene.told(StoreFailed) and not scene.told(StoreBack):
                armed.append(loop.time())

        async with scene.worker(Failing(scene.ledger, fails)) as worker:
            assert await worker.work("b", 0) == "ended"
        assert len(armed) <= 1  # one may be asked for already
        assert len([job for job in scene.vendor.jobs.values() if job.at < 1029]) < 60
        scene.check_each_once()

    run(scene)


def test_what_is_armed_is_not_sent_late(tmp_path: Path) -> None:
    """The clock of the wall jumps while jobs are armed, as where a machine was suspended: nothing of them is sent."""

    async def scene(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(), jobs=4)
        jumped: list[float] = []

        def suspend(name: str, *_: Any) -> None:
            if name == "arm" and not jumped:
                jumped.append(scene.clock.skew)
                loop.call_soon(jump)

        def jump() -> None:
            scene.clock.skew += 3600

        ways: list[tuple[str, int]] = []
        scene.vendor.way = lambda key, attempt: ways.append((key, attempt)) or "taken"  # type: ignore[func-returns-value]
        async with scene.worker(Failing(scene.ledger, suspend)) as worker:
            await worker.work("b", 0)
        assert {attempt for _, attempt in ways} == {2}
        scene.check_each_once()

    run(scene)


def test_an_input_that_is_gone_fails_its_job_only(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(), jobs=2)
        scene.ledger.add("b", [("big", JobInput(None, str(tmp_path / "none"), "0" * 64))])
        async with scene.worker() as worker:
            await worker.work("b", 0)
        assert scene.counts() == {"ok": 2, "failed": 1}
        [row] = scene.ledger.rows("b", keys=["big"])
        assert "none" in row.message

    run(scene)


def test_waiting_takes_no_task_for_a_job(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(runs=lambda: 500.0), jobs=300, chunk=100)
        async with scene.worker() as worker:
            work = [asyncio.create_task(worker.work("b", chunk)) for chunk in range(3)]
            await asyncio.sleep(100)
            assert scene.counts() == {"sent": 300}
            assert len(asyncio.all_tasks()) < 30
            await asyncio.gather(*work)
        scene.check_each_once()

    run(scene)


def test_what_others_put_back_to_new_is_sent_while_the_rest_runs(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(runs=lambda: 100.0, failed={"k2"}), jobs=3)

        def retry() -> None:
            scene.vendor.failed = set()
            assert scene.ledger.retry("b") == 1

        scene.vendor.runs = lambda: 1.0 if len(scene.vendor.jobs) == 2 else 100.0
        loop.call_later(20, retry)
        async with scene.worker() as worker:
            await worker.work("b", 0)
        assert scene.counts() == {"ok": 3}
        [_, again] = scene.vendor.taken("k2")
        assert 1020 < again.at < 1040

    run(scene)


def test_two_that_work_all_chunks_do_not_take_them_from_each_other_for_ever(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(runs=lambda: 10.0), jobs=40, chunk=5)
        scene.ledger.set_limits("fake:account", most=4)
        async with scene.worker() as one, scene.worker() as other:
            await asyncio.gather(work_all(one, "b"), work_all(other, "b"))
        scene.check_each_once()
        assert scene.counts() == {"ok": 40}
        assert len(scene.told(ChunkBegun)) <= 5 * 8

    run(scene)


def test_many_chunks_that_end_at_once_do_not_keep_each_other_from_it(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(), jobs=60, chunk=1)
        scene.vendor.runs = lambda: 1200.0 - loop.time() % 1000
        calls: Counter[str] = Counter()
        async with scene.worker(Failing(scene.ledger, lambda name, *_: calls.update([name]))) as worker:
            await asyncio.gather(*(worker.work("b", chunk) for chunk in range(60)))
        scene.check_each_once()
        assert calls["unknown"] <= 2 * 60  # read when it is begun, and once more at its end
        assert calls["arm"] <= 3 * 60 + 20

    run(scene)


def test_killed_raises_nothing_that_is_caught() -> None:
    assert not issubclass(Killed, Exception)


def test_a_task_of_an_attempt_that_was_given_up_is_deleted_while_it_is_queued(tmp_path: Path) -> None:
    """As by a process that was frozen while it sent: another one looked, found nothing, and sent the job again."""

    async def scene(loop: VirtualLoop) -> None:
        def way(key: str, attempt: int) -> str:
            if (key, attempt) == ("k1", 1):
                ledger = scene.ledger
                ledger.unsent("b", "k1", 1, "looked for too early")
                (job,) = ledger.arm("b", 0, ledger.take("b", 0), 1).jobs
                assert (job.key, job.attempt) == ("k1", 2)
                assert ledger.sent("b", "k1", 2, vendor.take(job, b"k1"))
            return "taken"

        vendor = FakeVendor(way=way)  # type: ignore[arg-type]
        scene = Scene(loop, tmp_path, vendor, jobs=2)
        async with scene.worker() as worker:
            await work_all(worker, "b")
        assert scene.counts() == {"ok": 2}
        assert [job.deleted for job in vendor.taken("k1")] == [False, True]
        assert [event.key for event in scene.told(TwinFound)] == ["k1"]
        scene.check_each_once()

    run(scene)


@pytest.mark.parametrize("kind", [NotFound, BadRequest])
def test_what_a_gateway_says_ends_no_job(tmp_path: Path, kind: type[ApiError]) -> None:
    """While the vendor is set up anew, say; the vendor's own word would be final."""

    async def scene(loop: VirtualLoop) -> None:
        said = [kind("<h1>Not Found</h1>", status=404) for _ in range(2)]

        def fault(_ref: str = "") -> None:
            if said:
                raise said.pop()

        vendor = FakeVendor(before_fetch=fault, before_look=lambda: fault() if len(said) == 2 else None)
        scene = Scene(loop, tmp_path, vendor, jobs=2)
        async with scene.worker() as worker:
            await work_all(worker, "b")
        assert scene.counts() == {"ok": 2}
        assert [event.doing for event in scene.told(CloudFailed)] == ["watch", "fetch"]

    run(scene)


def test_when_the_first_jobs_all_fail_alike_the_rest_waits_for_a_person(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        vendor = FakeVendor(failed={f"k{n}" for n in range(200)})
        scene = Scene(loop, tmp_path, vendor, jobs=200, chunk=50)
        scene.ledger.set_limits("fake:account", most=4)
        async with scene.worker() as worker:
            with pytest.raises(
                ConfigError, match=r"first 2\d jobs .* failed alike: infeasible\. .*`failures`.*run .*again"
            ):
                await work_all(worker, "b")
        assert scene.ledger.batch("b").stopped  # by whoever else works it, too
        assert scene.counts()["failed"] < 30
        assert len(vendor.jobs) < 40
        scene.ledger.go_on("b")
        async with scene.worker() as worker:
            await work_all(worker, "b")
        assert scene.counts() == {"failed": 200}
        scene.check_each_once()

    run(scene)


def test_when_the_first_jobs_are_all_refused_alike_the_rest_waits_for_a_person(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        scene = Scene(loop, tmp_path, FakeVendor(way=lambda key, attempt: "refused"), jobs=200)
        async with scene.worker() as worker:
            with pytest.raises(ConfigError, match="failed alike: no such input"):
                await worker.work("b", 0)
        assert scene.counts()["new"] > 100

    run(scene)


@pytest.mark.parametrize("good", ["k0", "k15"])
def test_one_job_that_is_ok_is_reason_enough_to_go_on(tmp_path: Path, good: str) -> None:
    async def scene(loop: VirtualLoop) -> None:
        vendor = FakeVendor(failed={f"k{n}" for n in range(60)} - {good})
        scene = Scene(loop, tmp_path, vendor, jobs=60)
        scene.ledger.set_limits("fake:account", most=4)
        async with scene.worker() as worker:
            assert await worker.work("b", 0) == "ended"
        assert scene.counts() == {"failed": 59, "ok": 1}

    run(scene)


def test_jobs_that_fail_for_several_reasons_end_no_run(tmp_path: Path) -> None:
    async def scene(loop: VirtualLoop) -> None:
        vendor = FakeVendor(
            way=lambda key, attempt: "refused" if key == "k7" else "taken", failed={f"k{n}" for n in range(60)}
        )
        scene = Scene(loop, tmp_path, vendor, jobs=60)
        scene.ledger.set_limits("fake:account", most=4)
        async with scene.worker() as worker:
            assert await worker.work("b", 0) == "ended"
        assert scene.counts() == {"failed": 60}

    run(scene)
