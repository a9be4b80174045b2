"""Engines with the real work behind them: batches on the sandbox, by pools of threads and processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from optcloud import OptCloud
from optcloud.batch.engines.executor import ChunksNotWorked
from optcloud.batch.jobs import JobState
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.core.errors import OptCloudError
from optcloud.sandbox import AtOnce, Sandbox
from patience import eventually

JOBS = 6
RIGHT = {f"s{n}": {"id": f"s{n}"} for n in range(JOBS)}
PROCESSES = partial(ProcessPoolExecutor, mp_context=multiprocessing.get_context("spawn"))


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox that the environment points at."""
    with Sandbox(pace=AtOnce()) as running:
        own = {"OPTCLOUD_CONFIG": os.devnull, "XDG_STATE_HOME": str(tmp_path)}
        for name, value in (running.environment() | own).items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def cloud(sandbox: Sandbox) -> Iterator[OptCloud]:
    with OptCloud() as opened:
        yield opened


def filled(cloud: OptCloud, store: str, service: str = "echo") -> Any:
    batch = cloud.batch("spring", store=store)
    batch.add(cloud.aimms.service("Sandbox", service), [{"id": f"s{n}"} for n in range(JOBS)], key="id", chunk=2)
    return batch


def results(batch: Any) -> dict[str, Any]:
    return {key: result.json() for key, result in batch.results()}


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, PROCESSES], ids=["threads", "processes"])
def test_a_batch_is_worked_by_a_pool(cloud: OptCloud, tmp_path: Path, pool: Any) -> None:
    batch = filled(cloud, str(tmp_path / "spring.sqlite"))
    with pool(3) as executor:
        assert batch.run_on(executor).ok == JOBS
    assert results(batch) == RIGHT
    assert len(list(cloud.aimms.tasks(limit=100))) == JOBS


def test_a_batch_whose_pool_died_goes_on_with_another(cloud: OptCloud, sandbox: Sandbox, tmp_path: Path) -> None:
    gate = threading.Event()

    def gated(data: bytes, content_type: str) -> tuple[bytes, str]:
        gate.wait()
        return data, content_type

    sandbox.register("Sandbox", "gated", gated)
    store = str(tmp_path / "spring.sqlite")
    batch = filled(cloud, store, "gated")
    with PROCESSES(1) as executor, ThreadPoolExecutor(1) as beside, JobLedger.open(store) as ledger:
        run = beside.submit(batch.run_on, executor)
        eventually(lambda: run.done() or ledger.counts("spring")[JobState.SENT])
        (process,) = multiprocessing.active_children()
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(ChunksNotWorked, match="run the batch again"):
            run.result()
    gate.set()
    with PROCESSES(2) as executor:
        assert batch.run_on(executor).ok == JOBS
    assert results(batch) == RIGHT
    assert len(list(cloud.aimms.tasks(limit=100))) == JOBS


def test_what_each_job_would_meet_is_raised_where_it_was_started(
    cloud: OptCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = filled(cloud, str(tmp_path / "spring.sqlite"))
    monkeypatch.delenv("OPTCLOUD_AIMMS_API_KEY")
    with PROCESSES(1) as executor, pytest.raises(OptCloudError, match="OPTCLOUD_AIMMS_API_KEY"):
        batch.run_on(executor)
    assert batch.counts().new == JOBS
