"""Any `concurrent.futures.Executor` as an engine: threads, processes, or the executors of Dask and Ray.

Only ``submit`` is used. What is submitted is picklable, and makes its client and opens the ledger where it runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from optcloud.core.errors import OptCloudError

if TYPE_CHECKING:
    from optcloud.batch.engines.clients import Clients

TRIES = 3
"""How often a chunk is submitted whose future failed, as where a worker of a cluster died."""
PATIENCE = 10.0
"""Seconds after which a chunk without room is left: those that take the limit up may wait for a place here."""
Chunk: TypeAlias = tuple[str, str, int]  # store, batch, number
Work: TypeAlias = "Callable[[Clients, str, str, int], bool | None]"


class ChunksNotWorked(OptCloudError):  # noqa: N818 - as the errors of `optcloud.core.errors`
    """An executor did not work all chunks. Nothing is lost or doubled: run the batch again."""


def work_chunk(clients: Clients, store: str, batch: str, chunk: int, *, files: str | Path | None = None) -> bool:
    """Work a chunk: what an executor runs. Returns False where the account's limit had no room for it for a while.

    Raises `OptCloudError`.
    """
    from optcloud.batch.engines.clients import opened  # noqa: PLC0415 - where it runs, not where it is submitted

    async def work() -> bool:
        async with opened(clients, store, files=files, patience=PATIENCE) as ready:
            return await ready.work(batch, chunk)

    return asyncio.run(work())


class ExecutorEngine:
    """Has chunks worked by an executor; whoever made that shuts it down.

    ``clients`` is a picklable callable that makes an `AsyncOptCloud`, such as ``partial(AsyncOptCloud, "acme")``.
    ``files`` is the folder of large inputs and results (left out: beside the store). ``work`` is what is submitted in
    place of `work_chunk`, with ``clients``, the store, the batch and the chunk; a chunk for which it returns False is
    submitted again, behind the others.
    """

    def __init__(
        self,
        executor: Executor,
        clients: Clients,
        work: Work | None = None,
        *,
        files: str | Path | None = None,
    ) -> None:
        self._executor, self._clients = executor, clients
        self._work: Work = work or partial(work_chunk, files=files)
        self._under_way: dict[Future[bool | None], Chunk] = {}
        self._tries: dict[Chunk, int] = {}
        self._failed: dict[Chunk, BaseException] = {}

    def start(self, store: str, batch: str, chunks: Sequence[int]) -> None:
        """Submit chunks, but for those that are under way. `wait` tells how they ended."""
        for chunk in [(store, batch, number) for number in chunks]:
            if chunk not in self._under_way.values():
                self._tries[chunk] = 0
                self._submit(chunk)

    def wait(self) -> None:
        """Wait until all that was started has ended; what failed is submitted again, `TRIES` times in all.

        An error of optcloud's own is not: it would come again. Raises the first of these, and `ChunksNotWorked`.
        """
        try:
            while self._under_way:
                done, _ = wait(list(self._under_way), return_when=FIRST_COMPLETED)
                for future in done:
                    self._take(self._under_way.pop(future), future)
        except BaseException:  # Ctrl-C: what has not begun need not
            for future in self._under_way:
                future.cancel()
            raise
        self._tell()

    def _submit(self, chunk: Chunk) -> None:
        store, batch, number = chunk
        self._tries[chunk] += 1
        try:
            self._under_way[self._executor.submit(self._work, self._clients, store, batch, number)] = chunk
        except RuntimeError as error:  # broken, or shut down
            self._failed[chunk] = error

    def _take(self, chunk: Chunk, future: Future[bool | None]) -> None:
        try:
            if future.result() is False:
                self._tries[chunk] = 0
                self._submit(chunk)
        except OptCloudError as error:
            self._failed[chunk] = error
        except (BrokenExecutor, CancelledError) as error:  # this executor works nothing any more
            self._failed[chunk] = error
        except Exception as error:  # noqa: BLE001 - whatever a cluster says of a worker that died
            if self._tries[chunk] < TRIES:
                self._submit(chunk)
            else:
                self._failed[chunk] = error

    def _tell(self) -> None:
        failed = {chunk: self._failed[chunk] for chunk in self._tries if chunk in self._failed}  # as they were started
        self._failed = {}
        if not failed:
            return
        ours = [error for error in failed.values() if isinstance(error, OptCloudError)]
        first = ours[0] if ours else next(iter(failed.values()))
        if ours:
            raise first
        why = "broken: a worker process died" if isinstance(first, BrokenExecutor) else type(first).__name__
        raise ChunksNotWorked(
            f"{len(failed)} of {len(self._tries)} chunks were not worked to their end (executor: {why});"
            " nothing is lost: run the batch again"
        ) from first
