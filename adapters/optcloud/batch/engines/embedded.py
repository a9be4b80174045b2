"""The engine within the process: works all chunks of a batch, as many at a time as it takes to keep sends going.

One process works a file: a lock of the operating system, which is free again when its holder ends, however that ends.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from optcloud.batch.jobs import JobState
from optcloud.batch.worker.chunk_run import Why
from optcloud.batch.worker.worker import BatchWorker
from optcloud.core.errors import ConfigError
from optcloud.process.file_locks import TAKEN, lock

if TYPE_CHECKING:
    from optcloud.batch.ledger.ledger import JobLedger

HUNGRY = 2
"""Chunks at a time that have jobs to send: the second is taken up at once when the first has none left."""
LEFT_ALONE = 30.0  # seconds that a chunk is left to another worker that took it


async def work_all(worker: BatchWorker, batch: str) -> None:
    """Work until each job has ended or is held, or the batch is stopped. Raises what ends the run.

    Safe beside other workers: a chunk that another took is left to it for some time, and then worked again if it is
    still open.
    """
    while chunks := await worker.ledger.call("chunks", lambda ledger: _open_chunks(ledger, batch)):
        under_way = await worker.ledger.call("chunks", lambda ledger: _under_way(ledger, batch))
        whys = await _Round(worker, batch, chunks, under_way).run()
        if whys == {"not the owner"}:
            await asyncio.sleep(LEFT_ALONE)


def _open_chunks(ledger: JobLedger, batch: str) -> list[int]:
    return [] if ledger.batch(batch).stopped else ledger.open_chunks(batch)


def _under_way(ledger: JobLedger, batch: str) -> set[int]:
    """Return the chunks that have jobs at the vendor, or may have."""
    return {row.chunk for row in ledger.rows(batch, states=(JobState.ARMED, JobState.SENT))}


class _Round:
    """Each of these chunks, once. Those that are under way begin at once: only they make room within the limit."""

    def __init__(self, worker: BatchWorker, batch: str, chunks: list[int], under_way: set[int]) -> None:
        self._worker, self._batch = worker, batch
        self._under_way = [chunk for chunk in chunks if chunk in under_way]
        self._waiting = deque(chunk for chunk in chunks if chunk not in under_way)
        self._hungry: set[int] = set()
        self._tasks: set[asyncio.Task[Why]] = set()
        self._room = asyncio.Event()

    async def run(self) -> set[Why]:
        whys: set[Why] = set()
        try:
            for chunk in self._under_way:
                self._begin(chunk)
            while self._waiting or self._tasks:
                while self._waiting and len(self._hungry) < HUNGRY:
                    self._begin(self._waiting.popleft())
                self._room.clear()
                await self._room.wait()
                for task in [task for task in self._tasks if task.done()]:
                    self._tasks.discard(task)
                    whys.add(task.result())
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        return whys

    def _begin(self, chunk: int) -> None:
        self._hungry.add(chunk)
        fed = partial(self._fed, chunk)
        task = asyncio.create_task(self._worker.work(self._batch, chunk, all_armed=fed))
        task.add_done_callback(lambda _: fed())
        self._tasks.add(task)

    def _fed(self, chunk: int) -> None:
        self._hungry.discard(chunk)
        self._room.set()


@contextmanager
def only_process(store: Path | None) -> Iterator[None]:
    """Be the one process that works the batches of a file; None: any number may. Raises `ConfigError`."""
    if store is None:
        yield
        return
    beside = store.with_name(f"{store.name}.lock")
    try:
        file = os.open(beside, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ConfigError(
            f"{beside}: the lock cannot be made ({error.strerror}); the store must be in a folder that can be written"
        ) from error
    try:
        try:
            lock(file)
        except TAKEN as error:
            raise ConfigError(_why_taken(store, _pid_in(file))) from error
        os.write(file, f"{os.getpid():<20}".encode())
        yield
    finally:
        os.close(file)


def _pid_in(file: int) -> int | None:
    try:
        text = os.read(file, 20).decode("ascii", "replace").strip()
    except OSError:  # Windows does not let anybody read what is locked
        return None
    return int(text) if text.isdigit() else None


def _why_taken(store: Path, pid: int | None) -> str:
    if pid == os.getpid():
        return f"{store}: this process already runs a batch of this store; wait until that run has ended, or cancel it"
    named = "" if pid is None else f" (pid {pid})"
    return (
        f"{store}: another process{named} runs batches of this store; wait until it has ended, or end it: nothing is "
        "lost. For several processes, keep the store in PostgreSQL"
    )
