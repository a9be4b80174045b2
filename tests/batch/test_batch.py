"""A batch as a person holds it, in both forms, on a vendor in memory."""

from __future__ import annotations

import asyncio
import inspect
import logging
import os
import pickle
import signal
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from batch.fake_vendor import FakeTarget, FakeThing, FakeVendor, Link
from optcloud.batch.batch import AsyncBatch, Batch
from optcloud.batch.engines.embedded import only_process
from optcloud.batch.handle import BatchPlace
from optcloud.batch.jobs import JobState
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.batch.progress import BatchCounts, BatchProgress, RateMeter, duration
from optcloud.batch.targets import target_for
from optcloud.core.errors import ConfigError, Forbidden, NotFound, NotPortable
from optcloud.process.exit_guard import Ended
from sandbox.facades import Blocked

INPUTS = [{"id": f"s{n}", "n": n} for n in range(6)]


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(target_for.KINDS, "fake_vendor", ("batch.fake_vendor", "FakeTarget"))


@pytest.fixture
def vendor() -> FakeVendor:
    return FakeVendor(arrives=lambda: 0.0, replies=lambda: 0.0, runs=lambda: 0.01, tick=0.01)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "spring.sqlite"


def place(vendor: FakeVendor, store: Path, name: str = "spring") -> BatchPlace:
    return BatchPlace(name, str(store), None, lambda event: None, vendor.link)


@pytest.fixture(params=["blocking", "asyncio"])
def batch(request: pytest.FixtureRequest, vendor: FakeVendor, store: Path) -> Iterator[Any]:
    if request.param == "blocking":
        blocking = Batch(place(vendor, store))
        yield blocking
        blocking.close()
        return
    loop = asyncio.new_event_loop()
    made = AsyncBatch(place(vendor, store), Link(vendor))
    yield Blocked(made, loop)
    loop.run_until_complete(made.aclose())
    loop.close()


def test_a_batch_from_its_first_line_to_its_last(batch: Any, vendor: FakeVendor, tmp_path: Path) -> None:
    vendor.failed = {"s4"}
    added = batch.add(FakeThing(), INPUTS, key="id")
    assert (added.added, added.known) == (6, 0)
    added = batch.add(FakeThing(), INPUTS, key="id")
    assert (added.added, added.known) == (0, 6)
    told: list[BatchProgress] = []
    counts = batch.run(limit=2, progress=told.append)
    assert counts == batch.counts() == BatchCounts(ok=5, failed=1)
    assert vendor.most_together <= 2
    assert told[-1].counts == counts
    results = list(batch.results())
    assert {key: result.bytes for key, result in results} == {
        one["id"]: b"result of " + vendor.taken(one["id"])[0].content for one in INPUTS if one["id"] != "s4"
    }
    assert [key for key, _ in results] == [key for key, _ in batch.results()]
    ends = [result.ended for _, result in results]
    assert ends == sorted(ends)
    [(key, failure)] = batch.failures()
    assert (key, failure.state, failure.message) == ("s4", JobState.FAILED, "infeasible")
    vendor.failed = set()
    assert batch.retry() == 1
    assert batch.run() == BatchCounts(ok=6)
    assert batch.to_csv(tmp_path / "all.csv").read_text().count("\n") >= 7
    status = batch.status()
    assert (status.name, status.counts, status.limit, status.stopped) == ("spring", BatchCounts(ok=6), 2, False)
    assert status.since is not None
    assert str(status).startswith("spring: 100.0 % of 6: 6 ok")


@pytest.mark.parametrize(
    ("verb", "name"),
    [("to_parquet", "x.parquet"), ("to_csv", "x.csv"), ("to_folder", "results"), ("picture", "run.html")],
)
def test_a_folder_that_is_not_there_is_named_before_the_jobs_are_read(
    batch: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str, name: str
) -> None:
    batch.add(FakeThing(), INPUTS, key="id")
    monkeypatch.setattr(JobLedger, "rows", lambda *_, **__: read_too_early())
    with pytest.raises(ConfigError, match="there is no folder .*nofolder for " + name):
        getattr(batch, verb)(tmp_path / "nofolder" / name)
    assert not (tmp_path / "nofolder").exists()


def read_too_early() -> Iterator[Any]:
    raise AssertionError("jobs were read")
    yield


def test_a_handle_that_was_given_no_target_knows_it(batch: Any, vendor: FakeVendor, store: Path) -> None:
    first = Batch(place(vendor, store))
    first.add(FakeThing(), INPUTS, key="id")
    first.close()
    assert batch.counts() == BatchCounts(new=6)
    batch.add(None, [{"id": "more"}], key="id")
    assert batch.run() == BatchCounts(ok=7)


def test_what_was_left_open_is_decided_when_the_batch_is_made(batch: Any) -> None:
    batch.add(FakeThing(), INPUTS, key="id")
    assert batch.info().spec["version"] == "1.4"
    assert batch.add(FakeThing(), INPUTS, key="id").known == 6
    assert batch.add(FakeThing(version="1.4"), INPUTS, key="id").known == 6
    with pytest.raises(ConfigError, match=r"stays as it was made: version '1\.4', not '1\.5'"):
        batch.add(FakeThing(version="1.5"), INPUTS, key="id")


def test_inputs_may_come_as_they_are_made(batch: Any) -> None:
    async def made() -> AsyncIterator[dict[str, int]]:
        for number in range(1100):
            yield {"id": number % 1000}

    added = batch.add(FakeThing(), made(), key="id")
    assert (added.added, added.known) == (1000, 100)
    assert batch.counts() == BatchCounts(new=1000)


def test_a_new_batch_needs_a_target(batch: Any, store: Path) -> None:
    with pytest.raises(ConfigError, match="say what its jobs run on"):
        batch.add(None, INPUTS, key="id")
    with pytest.raises(ConfigError, match="int is nothing that a batch can run"):
        batch.add(5, INPUTS, key="id")


@pytest.mark.parametrize("asynchronous", [False, True])
def test_inputs_with_a_fault_make_no_batch(batch: Any, asynchronous: bool) -> None:
    def rows() -> Iterator[dict[str, int]]:
        yield from ({"id": n} for n in range(300))
        yield {"other": 1}

    async def as_made() -> AsyncIterator[dict[str, int]]:
        for row in rows():
            yield row

    with pytest.raises(ConfigError, match="id"):
        batch.add(FakeThing(version="1.3"), as_made() if asynchronous else rows(), key="id")
    with pytest.raises(ConfigError, match="no batch 'spring', nor any other"):
        batch.status()
    batch.add(FakeThing(version="1.4"), INPUTS, key="id")
    assert batch.run() == BatchCounts(ok=6)


def test_a_vendor_that_refuses_the_target_leaves_no_batch(batch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def settle(_: FakeTarget) -> None:
        raise NotFound("no such version")

    with monkeypatch.context() as patched:
        patched.setattr(FakeTarget, "settle", settle)
        with pytest.raises(NotFound):
            batch.add(FakeThing(), INPUTS, key="id")
    assert batch.add(FakeThing(), (one for one in INPUTS), key="id").added == 6


def test_reading_makes_no_store(batch: Any, store: Path) -> None:
    with pytest.raises(ConfigError, match=r"spring\.sqlite"):
        batch.counts()
    assert not store.exists()


def test_a_time_out_returns_what_is_left(batch: Any, vendor: FakeVendor) -> None:
    vendor.runs = lambda: 3600.0
    batch.add(FakeThing(), INPUTS, key="id")
    assert batch.run(timeout=0.2).open == 6  # however many were submitted by then
    vendor.runs = lambda: 0.01
    for job in vendor.jobs.values():
        job.until = 0.0
    assert batch.run() == BatchCounts(ok=6)
    assert len(vendor.jobs) == 6


def submit_all(batch: Any, vendor: FakeVendor, store: Path) -> None:
    """Run it until each job is submitted, and end then, by an error that ends runs."""
    vendor.runs = lambda: 3600.0

    def end() -> None:
        with JobLedger.open(store) as ledger:
            if ledger.counts("spring")[JobState.SENT] == len(INPUTS):
                raise Forbidden("enough")

    vendor.before_look = end
    with pytest.raises(Forbidden, match="enough"):
        batch.run()
    vendor.before_look = lambda: None


def test_what_is_cancelled_goes_on_later(batch: Any, vendor: FakeVendor, store: Path) -> None:
    batch.add(FakeThing(), INPUTS, key="id")
    submit_all(batch, vendor, store)
    for job in list(vendor.jobs.values())[:4]:
        job.queued = False
    done = batch.cancel()
    assert (done.taken_back, done.stopped, done.running) == (2, 0, 4)
    assert batch.counts() == BatchCounts(new=2, running=4)
    assert batch.status().stopped
    done = batch.cancel(running=True)
    assert (done.taken_back, done.stopped, done.running) == (0, 4, 0)
    assert batch.counts() == BatchCounts(new=2, ok=4)
    batch.resume()
    assert not batch.status().stopped
    vendor.runs = lambda: 0.01
    assert batch.run() == BatchCounts(ok=6)
    assert len([job for job in vendor.jobs.values() if not job.deleted]) == 6


def test_a_held_job_is_decided_by_a_person(batch: Any, vendor: FakeVendor, store: Path) -> None:
    batch.add(FakeThing(), INPUTS[:2], key="id")
    with JobLedger.open(store) as ledger:
        epoch = ledger.take("spring", 0)
        for job in ledger.arm("spring", 0, epoch, 2).jobs:
            ledger.hold("spring", job.key, job.attempt, "nobody knows", ["fake:default/9"])
    assert batch.run() == BatchCounts(held=2)
    [(_, one), _] = batch.failures()
    assert (one.state, one.message) == (JobState.HELD, "nobody knows")
    with pytest.raises(ConfigError, match="either"):
        batch.resolve("s0")
    batch.resolve("s0", send_again=True)
    batch.resolve("s1", it_is="fake:default/9")
    assert batch.run() == BatchCounts(ok=1, gone=1)
    assert batch.retry(failed=False, gone=True) == 1


def test_errors_that_each_job_would_meet_are_raised(batch: Any, vendor: FakeVendor) -> None:
    vendor.way = lambda key, attempt: "ends the run"
    batch.add(FakeThing(), INPUTS, key="id")
    with pytest.raises(Forbidden):
        batch.run()
    vendor.way = lambda key, attempt: "taken"
    assert batch.run() == BatchCounts(ok=6)


def test_one_process_works_a_file(batch: Any, store: Path) -> None:
    batch.add(FakeThing(), INPUTS, key="id")
    with only_process(store):
        with pytest.raises(ConfigError, match="this process already runs a batch of this store"):
            batch.run()
        store.with_name(f"{store.name}.lock").write_text(f"{os.getppid():<20}")
        with pytest.raises(ConfigError, match=rf"another process \(pid {os.getppid()}\) runs batches"):
            batch.run()
    assert batch.run() == BatchCounts(ok=6)


def test_a_display_that_fails_does_not_end_the_run(batch: Any, caplog: pytest.LogCaptureFixture) -> None:
    def progress(now: BatchProgress) -> None:
        raise ValueError("no terminal")

    batch.add(FakeThing(), INPUTS, key="id")
    with caplog.at_level(logging.WARNING, "optcloud"):
        assert batch.run(progress=progress) == BatchCounts(ok=6)
    assert "progress is told no more: ValueError: no terminal" in caplog.text


def test_the_same_in_postgresql(vendor: FakeVendor, postgres_url: str) -> None:
    batch = Batch(BatchPlace("spring", postgres_url, None, lambda event: None, vendor.link))
    vendor.failed = {"s4"}
    batch.add(FakeThing(), INPUTS, key="id", chunk=2)
    assert batch.run(limit=2) == BatchCounts(ok=5, failed=1)
    assert vendor.most_together <= 2
    ends = [result.ended for _, result in batch.results()]
    assert len(ends) == 5
    assert ends == sorted(ends)
    assert batch.retry() == 1
    done = batch.cancel()
    assert (done.taken_back, done.running) == (0, 0)
    vendor.failed = set()
    assert batch.run() == batch.status().counts == BatchCounts(ok=6)
    batch.close()


def test_an_executor_works_a_batch(batch: Any, vendor: FakeVendor) -> None:
    batch.add(FakeThing(), INPUTS, key="id", chunk=2)
    with ThreadPoolExecutor(2) as executor:
        assert batch.run_on(executor) == BatchCounts(ok=6)
    assert len(vendor.jobs) == 6


def test_a_fleet_needs_a_server(batch: Any) -> None:
    batch.add(FakeThing(), INPUTS, key="id")
    with pytest.raises(ConfigError, match="postgresql"):
        batch.start()
    with pytest.raises(ConfigError, match="procrastinate"):
        batch.start(engine="celery")


def test_results_are_followed_while_others_work(vendor: FakeVendor, store: Path) -> None:
    async def both() -> list[str]:
        batch = AsyncBatch(place(vendor, store), Link(vendor))
        await batch.add(FakeThing(), INPUTS, key="id", chunk=2)
        running = asyncio.create_task(batch.run(limit=1))
        found = [key async for key, _ in batch.results(follow=True)]
        await running
        await batch.aclose()
        return found

    found = asyncio.run(both())
    assert sorted(found) == [one["id"] for one in INPUTS]


@pytest.fixture
def ctrl_c_raises() -> Iterator[None]:
    """Some libraries change what Ctrl-C does when they are imported, and some shells when they start the tests."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c_raises")
def test_ctrl_c_ends_in_order(vendor: FakeVendor, store: Path, caplog: pytest.LogCaptureFixture) -> None:
    batch = Batch(place(vendor, store))
    batch.add(FakeThing(), INPUTS, key="id")
    vendor.runs = lambda: 3600.0

    def interrupt(progress: BatchProgress) -> None:
        if progress.counts.running == 6:
            vendor.before_look = lambda: None
            signal.raise_signal(signal.SIGINT)

    vendor.before_look = lambda: interrupt(BatchProgress(batch.counts(), 0.0))
    with caplog.at_level(logging.WARNING, "optcloud"), pytest.raises(KeyboardInterrupt):
        batch.run()
    assert "nothing is lost" in caplog.text
    vendor.before_look, vendor.runs = lambda: None, lambda: 0.01
    for job in vendor.jobs.values():
        job.until = 0.0
    assert batch.run() == BatchCounts(ok=6)
    assert len(vendor.jobs) == 6
    batch.close()


def test_sigterm_ends_in_order(vendor: FakeVendor, store: Path) -> None:
    batch = Batch(place(vendor, store))
    batch.add(FakeThing(), INPUTS, key="id")

    def terminate() -> None:
        vendor.before_look = lambda: None
        signal.raise_signal(signal.SIGTERM)

    vendor.before_look = terminate
    with pytest.raises(Ended) as ended:
        batch.run()
    assert ended.value.code == 143
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    assert batch.run() == BatchCounts(ok=6)
    batch.close()


def test_in_a_notebook_it_says_what_to_use(vendor: FakeVendor, store: Path) -> None:
    batch = Batch(place(vendor, store))
    batch.add(FakeThing(), INPUTS, key="id")

    async def cell() -> None:
        assert batch.counts() == BatchCounts(new=6)  # which needs no loop
        with pytest.raises(ConfigError, match="AsyncOptCloud"):
            batch.run()

    asyncio.run(cell())
    batch.close()


def test_both_forms_have_the_same_words() -> None:
    def words(kind: type) -> dict[str, Any]:
        found = {name: value for name, value in inspect.getmembers(kind) if name[0] != "_" and callable(value)}
        found.pop("close", None), found.pop("aclose", None)
        return {name: (list(inspect.signature(value).parameters), value.__doc__) for name, value in found.items()}

    assert words(Batch) == words(AsyncBatch)
    assert inspect.iscoroutinefunction(AsyncBatch.run)
    assert not inspect.iscoroutinefunction(Batch.run)


def test_a_batch_stays_in_its_process(vendor: FakeVendor, store: Path) -> None:
    with pytest.raises(NotPortable, match="by its name and its store"):
        pickle.dumps(Batch(place(vendor, store)))


@pytest.mark.parametrize(
    ("store", "shown"),
    [
        ("spring.sqlite", "spring.sqlite"),
        ("postgresql://ada:fake-word@db.example:5433/plans", "postgresql://ada@db.example:5433/plans"),
        ("postgresql://db.example/plans?user=ada&password=fake-word", "postgresql://ada@db.example/plans"),
        ("postgresql://ada:fake-word@x@db.example/plans", "postgresql://…"),
        ("mysql://ada:fake-word@db.example/plans", "mysql://…"),
    ],
)
def test_a_batch_shows_its_store_without_the_password(vendor: FakeVendor, store: str, shown: str) -> None:
    batch = Batch(BatchPlace("spring", store, None, lambda event: None, vendor.link))
    assert repr(batch) == f"Batch('spring', store={shown!r})"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (89, "89 s"), (95, "2 min"), (3700, "1 h 02 min"), (200_000, "2 d 7 h")],
)
def test_times_are_told_in_two_units(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_progress_reads_as_a_line() -> None:
    meter = RateMeter()
    assert str(meter.progress(BatchCounts(new=50_000), 0.0)) == "0.0 % of 50,000: 0 ok, 0 running, 50,000 new"
    line = str(meter.progress(BatchCounts(new=48_760, running=40, ok=1190, failed=10), 600.0))
    assert line == "2.4 % of 50,000: 1,190 ok, 40 running, 48,760 new, 10 failed; 2.0/s, 6 h 47 min left"
    assert meter.progress(BatchCounts(new=100), 700.0).rate is None  # somebody put jobs back
