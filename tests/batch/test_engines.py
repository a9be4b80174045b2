"""Engines with the real work behind them: batches on the sandbox, by pools (of processes: `batch_runs`)."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from optcloud import OptCloud
from optcloud.core.errors import OptCloudError
from optcloud.sandbox import AtOnce, Sandbox

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


def test_a_batch_is_worked_by_a_pool(cloud: OptCloud, tmp_path: Path) -> None:
    batch = filled(cloud, str(tmp_path / "spring.sqlite"))
    with ThreadPoolExecutor(3) as executor:
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
