"""The engine of many machines: what becomes of chunks when workers die, freeze and stop, and the server restarts."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

import pytest
from procrastinate.jobs import Job

from batch.fleet_program import TABLES, Work
from batch.postgres import Postgres
from optcloud.batch.engines import fleet_worker as fleet_worker_module
from optcloud.batch.engines.fleet import FleetEngine, event_loop, fleet_worker
from optcloud.batch.engines.fleet_events import ChunkPutOff, EngineAway
from optcloud.batch.engines.fleet_queue import mend, prepare
from optcloud.batch.engines.fleet_worker import FleetWorker
from optcloud.batch.store.store import StoreUnavailable
from optcloud.core.errors import ConfigError
from patience import PATIENCE, eventually

Start = Callable[..., subprocess.Popen[str]]
WORKED = "select batch, chunk from worked where what = 'ended' order by batch, chunk"


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a worker; it ends with the test."""
    with ExitStack() as stack:

        def started(url: str, *words: str) -> subprocess.Popen[str]:
            process = subprocess.Popen(
                [sys.executable, "-m", "batch.fleet_program", url, *words],
                env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            watchdog = threading.Timer(PATIENCE, process.kill)
            watchdog.start()
            stack.callback(lambda: (watchdog.cancel(), process.kill(), process.wait(), process.stdout.close()))
            return process

        yield started


@pytest.fixture
def url(postgres: Postgres, postgres_url: str) -> str:
    postgres.execute(TABLES, postgres_url)
    return postgres_url


def add(url: str, batch: str, chunks: range) -> None:
    for chunk in chunks:
        Work(url).ask("insert into todo values (%s, %s)", batch, chunk)


def rows(url: str, sql: str, *values: object) -> list[Any]:
    return Work(url).ask(sql, *values)


def open_gate(url: str) -> None:
    rows(url, "update gate set open = true")


def begun(url: str) -> list[Any]:
    return rows(url, "select chunk, process from worked where what = 'begun' order by at")


def queued(url: str, status: str) -> int:
    return int(
        rows(url, "select count(*) from optcloud_engine.procrastinate_jobs where status::text = %s", status)[0][0]
    )


def test_each_chunk_is_worked_once_whatever_the_number_of_workers(url: str, start: Start) -> None:
    add(url, "spring", range(20))
    FleetEngine().start(url, "spring", range(20))
    open_gate(url)
    for worker in [start(url, "--until-empty") for _ in range(2)]:
        assert worker.wait() == 0
    assert rows(url, WORKED) == [("spring", chunk) for chunk in range(20)]
    assert rows(url, "select count(*) from optcloud_engine.procrastinate_jobs") == [(0,)]


def test_chunks_started_again_while_they_wait_are_not_queued_again(url: str) -> None:
    for _ in range(2):
        FleetEngine().start(url, "spring", range(3))
    FleetEngine().start(url, "summer", range(3))
    assert queued(url, "todo") == 6


class Refused(Work):
    """Work that is refused at first, and then at once done."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.refusals: list[Exception] = [ConfigError("no credentials"), ValueError("fake-secret")]

    async def work(self, batch: str, chunk: int) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        await asyncio.to_thread(self.note, batch, chunk, "ended")
        await asyncio.to_thread(self.ask, "update todo set open = false")


def test_a_chunk_whose_work_fails_is_tried_again_after_pauses_and_told_of(url: str) -> None:
    add(url, "spring", range(1))
    FleetEngine().start(url, "spring", [0])
    told: list[object] = []
    with asyncio.Runner(loop_factory=event_loop) as runner:
        runner.run(fleet_worker(url, Refused(url), tell=told.append).run(until_empty=True))
    assert rows(url, WORKED) == [("spring", 0)]
    put_off = [event for event in told if isinstance(event, ChunkPutOff)]
    assert [event.reason for event in put_off] == ["no credentials", "ValueError"]
    assert 1.0 <= put_off[0].pause <= 2.0 <= put_off[1].pause <= 4.0


def test_a_worker_that_is_stopped_hands_its_chunks_back(url: str, start: Start) -> None:
    add(url, "spring", range(2))
    FleetEngine().start(url, "spring", range(2))
    stopped = start(url)
    eventually(lambda: len(begun(url)) == 2)
    stopped.terminate()
    assert stopped.wait() == 0
    assert (queued(url, "doing"), queued(url, "todo")) == (0, 2)
    open_gate(url)
    assert start(url, "--until-empty").wait() == 0
    assert rows(url, WORKED) == [("spring", 0), ("spring", 1)]


def test_the_tables_are_made_by_any_number_at_once(postgres_url: str) -> None:
    at_once = threading.Barrier(3)

    def make(_: int) -> None:
        at_once.wait()
        prepare(postgres_url)

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(make, range(3)))
    assert queued(postgres_url, "todo") == 0


def test_tables_of_a_newer_version_are_refused(postgres_url: str) -> None:
    prepare(postgres_url)
    rows(postgres_url, "comment on schema optcloud_engine is '99.00.00_01_pre_newer.sql'")
    with pytest.raises(ConfigError, match="newer procrastinate"):
        FleetEngine().start(postgres_url, "spring", [0])


def test_tables_of_an_older_version_are_brought_up_to_date(postgres_url: str) -> None:
    prepare(postgres_url)
    rows(postgres_url, "comment on schema optcloud_engine is '03.04.00_01_pre_add_retry_failed_job_procedure.sql'")
    prepare(postgres_url)
    found = rows(postgres_url, "select obj_description('optcloud_engine'::regnamespace, 'pg_namespace')")
    assert found == [("03.04.00_50_post_add_retry_failed_job_procedure.sql",)]


def test_what_fell_out_of_the_queue_and_what_is_new_are_queued(url: str) -> None:
    add(url, "spring", range(2))
    FleetEngine().start(url, "spring", range(2))
    in_the_queue = f"{url}?options=-csearch_path%3Doptcloud_engine"
    rows(in_the_queue, "update procrastinate_jobs set status = 'failed' where args->>'chunk' = '1'")
    add(url, "spring", range(2, 3))
    add(url, "summer", range(3))  # nobody has started that
    for _ in range(2):
        assert mend(url, Work(url).open_chunks)
        assert queued(url, "todo") == 3
    rows(url, "update todo set open = false")
    assert not mend(url, Work(url).open_chunks)


def test_a_fleet_needs_postgresql() -> None:
    with pytest.raises(ConfigError, match="postgresql://"):
        FleetEngine().start("spring.sqlite", "spring", [0])


def test_a_server_that_is_away_for_hours_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two thousand failures in a row are more than a pause that doubles each time can count."""
    told: list[Any] = []
    tries = iter(range(2000))

    async def connected(_worker: FleetWorker, *, until_empty: bool) -> bool:
        if next(tries, None) is not None:
            raise StoreUnavailable("away")
        return True

    async def waited(forever: Any, _seconds: float) -> None:
        forever.close()
        raise TimeoutError

    monkeypatch.setattr(fleet_worker_module, "prepare", lambda _url: None)
    monkeypatch.setattr(FleetWorker, "_connected", connected)
    monkeypatch.setattr(fleet_worker_module.asyncio, "wait_for", waited)
    asyncio.run(FleetWorker("postgresql://", cast(Any, None), chunks_at_a_time=1, tell=told.append).run())
    pauses = [event.pause for event in told if isinstance(event, EngineAway)]
    assert len(pauses) == 2000
    assert 0.25 <= pauses[0] <= 0.5 and all(5.0 <= pause <= 10.0 for pause in pauses[-1000:])


def test_a_chunk_that_fails_for_days_is_tried_again() -> None:
    told: list[ChunkPutOff] = []
    tries = fleet_worker_module._TryAgain(cast(Any, told.append))
    job = Job(
        id=1,
        queue="optcloud",
        lock=None,
        queueing_lock=None,
        task_name="chunk",
        task_kwargs={"batch": "spring", "chunk": 0},
    )
    for _ in range(2000):
        tries.get_retry_decision(exception=RuntimeError(), job=job)
    assert all(30.0 <= event.pause <= 60.0 for event in told[-1000:])
