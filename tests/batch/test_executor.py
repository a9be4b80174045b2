"""Any executor as an engine: threads and processes; what becomes of chunks whose worker fails or dies."""

from __future__ import annotations

import multiprocessing
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from batch.executor_work import die, fail, no_client, note
from optcloud.batch.engines.executor import TRIES, ChunksNotWorked, ExecutorEngine
from optcloud.core.errors import ConfigError


def worked(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    "pool", [ThreadPoolExecutor, partial(ProcessPoolExecutor, mp_context=multiprocessing.get_context("spawn"))]
)
def test_all_chunks_are_worked(pool: Any, tmp_path: Path) -> None:
    with pool(2) as executor:
        engine = ExecutorEngine(executor, no_client, note)
        engine.start(str(tmp_path), "spring", range(3))
        engine.start(str(tmp_path), "summer", range(2))
        engine.wait()
    assert worked(tmp_path) == ["spring-0", "spring-1", "spring-2", "summer-0", "summer-1"]


def test_a_chunk_under_way_is_not_submitted_again(tmp_path: Path) -> None:
    gate, calls = threading.Event(), []

    def wait_there(clients: Any, store: str, batch: str, chunk: int) -> None:
        calls.append(chunk)
        gate.wait()

    with ThreadPoolExecutor(2) as executor:
        engine = ExecutorEngine(executor, no_client, wait_there)
        for _ in range(2):
            engine.start(str(tmp_path), "spring", range(2))
        gate.set()
        engine.wait()
        engine.start(str(tmp_path), "spring", [0])  # when it has ended, it is
        engine.wait()
    assert sorted(calls) == [0, 0, 1]


def test_an_error_of_ours_comes_when_all_others_have_ended(tmp_path: Path) -> None:
    with ThreadPoolExecutor(1) as executor:
        engine = ExecutorEngine(executor, no_client, fail)
        engine.start(str(tmp_path), "spring", range(3))
        with pytest.raises(ConfigError, match="no credentials for chunk 1"):
            engine.wait()
    assert worked(tmp_path) == ["spring-0", "spring-1", "spring-2"]


def test_a_pool_whose_process_died_is_told_of(tmp_path: Path) -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        engine = ExecutorEngine(executor, no_client, die)
        engine.start(str(tmp_path), "spring", range(3))
        with pytest.raises(ChunksNotWorked, match=r"2 of 3 chunks .*a worker process died.*run the batch again"):
            engine.wait()
        with pytest.raises(ChunksNotWorked):  # nor does it take new ones
            engine.start(str(tmp_path), "spring", [0])
            engine.wait()
    assert worked(tmp_path) == ["spring-0"]


class Cluster(Executor):
    """An executor that works at once, and whose worker dies at the first calls."""

    def __init__(self, deaths: int) -> None:
        self.deaths = deaths

    def submit(self, function: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.deaths -= 1
        if self.deaths >= 0:
            future.set_exception(OSError("the worker was lost"))
        else:
            future.set_result(function(*arguments, **options))
        return future


def test_a_chunk_whose_worker_was_lost_is_submitted_again(tmp_path: Path) -> None:
    engine = ExecutorEngine(Cluster(TRIES - 1), no_client, note)
    engine.start(str(tmp_path), "spring", [0])
    engine.wait()
    assert worked(tmp_path) == ["spring-0"]


def test_a_chunk_without_room_comes_again_behind_the_others(tmp_path: Path) -> None:
    """One of those that take the limit up may be waiting for a place of this executor."""
    calls: list[int] = []

    def without_room(clients: Any, store: str, batch: str, chunk: int) -> bool:
        calls.append(chunk)
        return chunk == 1 or 1 in calls

    with ThreadPoolExecutor(1) as executor:
        engine = ExecutorEngine(executor, no_client, without_room)
        engine.start(str(tmp_path), "spring", range(2))
        engine.wait()
    assert calls == [0, 1, 0]


def test_but_not_for_ever(tmp_path: Path) -> None:
    engine = ExecutorEngine(Cluster(TRIES), no_client, note)
    engine.start(str(tmp_path), "spring", [0])
    with pytest.raises(ChunksNotWorked, match="OSError"):
        engine.wait()
    assert worked(tmp_path) == []
