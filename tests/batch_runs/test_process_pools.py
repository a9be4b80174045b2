"""Batches on the sandbox by pools of processes, of which one dies."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from batch.test_engines import JOBS, PROCESSES, RIGHT, cloud, filled, results, sandbox
from optcloud import OptCloud
from optcloud.batch.engines.executor import ChunksNotWorked
from optcloud.batch.jobs import JobState
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.sandbox import Sandbox
from patience import eventually

__all__ = ["cloud", "sandbox"]


def test_a_batch_is_worked_by_processes(cloud: OptCloud, tmp_path: Path) -> None:
    batch = filled(cloud, str(tmp_path / "spring.sqlite"))
    with PROCESSES(3) as executor:
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
