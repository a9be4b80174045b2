"""A worker of the fleet: takes chunks from the queue, and puts back those whose worker has died.

When the connection to PostgreSQL is lost, procrastinate's worker ends; a new one is started when PostgreSQL answers
again. The work of chunks goes on meanwhile. Imported only where the extra ``fleet`` is installed.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from optcloud.batch.engines.engine import ChunkWork
from optcloud.batch.engines.fleet_events import ChunkPutOff, ChunkTakenOver, EngineAway, EngineReady
from optcloud.batch.engines.fleet_queue import QUEUE, SEARCH, TASK, mend, prepare
from optcloud.batch.store.store import StoreUnavailable
from optcloud.core.errors import AuthError, OptCloudError
from optcloud.core.retry import growing_pause
from optcloud.process.postgres_address import DatabaseAddress

HEARTBEAT = 1.0
DEAD_AFTER = 4.0
"""Seconds without a heartbeat after which a worker's chunks are queued again. It may live: nothing is doubled by it."""
FORGOTTEN_AFTER = 60.0
"""Seconds after which a worker's row goes; above `DEAD_AFTER`, so that its chunks are seen before."""
TICK = 0.5
MEND_EVERY = 5.0
LONGEST_PAUSE = 60.0
"""Seconds until a chunk that failed is tried again, at the most."""
LONGEST_AWAY = 10.0
"""Seconds until PostgreSQL is tried again, at the most."""
LET_GO = 1.0
"""Seconds that chunks have to end when the worker is asked to stop."""
LOST = (ConnectorException, psycopg.OperationalError, StoreUnavailable)
for _name in ("procrastinate", "psycopg.pool"):
    logging.getLogger(_name).addHandler(logging.NullHandler())  # what matters is told; else Python prints all of it


class FleetWorker:
    """Works chunks of all batches that were started on the fleet. One for a process."""

    def __init__(self, store: str, work: ChunkWork, *, chunks_at_a_time: int, tell: Callable[[object], None]) -> None:
        self._store, self._work, self._tell = store, work, tell
        self._chunks_at_a_time = chunks_at_a_time
        self._in_hand: dict[tuple[str, int], asyncio.Task[object]] = {}
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Have `run` hand back its chunks, and return. To be called in the event loop."""
        self._stop.set()

    async def run(self, *, until_empty: bool = False) -> None:
        """Work until `stop`; with ``until_empty``, until nothing is open in the batches that were started.

        Raises `ConfigError`, and `StoreUnavailable` for a server that does not answer at the start.
        """
        await asyncio.to_thread(prepare, self._store)
        failures = 0
        try:
            while not self._stop.is_set():
                try:
                    if await self._connected(until_empty=until_empty):
                        return
                    failures = 0
                except LOST as error:
                    failures += 1
                    pause = growing_pause(failures, 0.5, LONGEST_AWAY)
                    self._tell(EngineAway(type(error.__cause__ or error).__name__, pause))
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._stop.wait(), pause)
        finally:
            await self._hand_back()

    async def _connected(self, *, until_empty: bool) -> bool:
        """Work until stopped (False), nothing is open (True), or the connection is lost (raises)."""
        app = self._app()
        async with app.open_async():
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=self._chunks_at_a_time,
                    fetch_job_polling_interval=TICK,
                    abort_job_polling_interval=3600.0,  # nobody aborts
                    shutdown_graceful_timeout=LET_GO,
                    delete_jobs="always",  # the ledger knows what became of them
                    install_signal_handlers=False,
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=FORGOTTEN_AFTER,
                )
            )
            caring = asyncio.create_task(self._care(app.job_manager, until_empty=until_empty))
            stopped = asyncio.create_task(self._stop.wait())
            tasks: set[asyncio.Task[Any]] = {working, caring, stopped}
            self._tell(EngineReady())
            try:
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                if self._stop.is_set():
                    self._cancel_work()
                await asyncio.gather(*tasks, return_exceptions=True)
            if stopped in done:
                return False
            for task in done:
                task.result()
            if caring in done:
                return True
            raise ConnectorException("one of its connections was lost")  # and so it ended by itself

    def _app(self) -> App:
        kwargs = DatabaseAddress.parse(self._store).options()
        app = App(connector=PsycopgConnector(kwargs=kwargs, min_size=1, max_size=4, timeout=3.0, configure=_configure))
        app.job_manager = _UnchangedJobs(app.connector)
        app.task(name=TASK, queue=QUEUE, retry=_TryAgain(self._tell))(self._chunk)
        return app

    async def _chunk(self, batch: str, chunk: int) -> None:
        """Work a chunk, or wait for the work of it that goes on since an earlier connection."""
        task = self._in_hand.get((batch, chunk))
        if task is None:
            task = self._in_hand[batch, chunk] = asyncio.create_task(self._work.work(batch, chunk))
            task.add_done_callback(lambda ended: self._ended((batch, chunk), ended))
        await asyncio.shield(task)

    def _ended(self, which: tuple[str, int], task: asyncio.Task[object]) -> None:
        del self._in_hand[which]
        if not task.cancelled():
            task.exception()  # is told where it is awaited, if it is

    def _cancel_work(self) -> None:
        for task in self._in_hand.values():
            task.cancel()

    async def _hand_back(self) -> None:
        self._cancel_work()
        await asyncio.gather(*self._in_hand.values(), return_exceptions=True)

    async def _care(self, jobs: JobManager, *, until_empty: bool) -> None:
        """Put chunks of the dead back into the queue, and those that fell out of it; return when nothing is open."""
        ticks = 0
        while True:
            for job in await jobs.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=DEAD_AFTER):
                with suppress(ConnectorException):  # another worker was quicker; a lost connection is seen at the next
                    await jobs.retry_job(job)
                    self._tell(ChunkTakenOver(str(job.task_kwargs["batch"]), int(str(job.task_kwargs["chunk"]))))
            if (until_empty and not self._in_hand) or ticks % int(MEND_EVERY / TICK) == 0:
                anything = await asyncio.to_thread(mend, self._store, self._work.open_chunks)
                if until_empty and not anything:
                    return
            ticks += 1
            await asyncio.sleep(TICK)


class _UnchangedJobs(JobManager):
    """Changes a job of the queue only while it is as it was read: being worked, by the same worker.

    A worker that was frozen, and taken for dead, must not end the job that another has gone on with.
    """

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        if await self._unchanged(job):
            await super().finish_job(job, status, delete_job)

    async def retry_job(self, job: Job, *arguments: Any, **options: Any) -> None:
        if await self._unchanged(job):
            await super().retry_job(job, *arguments, **options)

    async def _unchanged(self, job: Job) -> bool:
        rows = await self.connector.execute_query_all_async(
            "select 1 as one from procrastinate_jobs"
            " where id = %(id)s and status = 'doing' and worker_id is not distinct from %(worker)s",
            id=job.id,
            worker=job.worker_id,
        )
        return bool(rows)


class _TryAgain(BaseRetryStrategy):
    """A chunk is never dropped: it is tried again, after pauses that grow; at once when its worker was stopped.

    The queue counts the deaths of workers as attempts, too, so failures are counted here.
    """

    def __init__(self, tell: Callable[[object], None]) -> None:
        self._tell = tell
        self._failures: Counter[tuple[str, int]] = Counter()

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        if isinstance(exception, asyncio.CancelledError):
            return RetryDecision(retry_in={"seconds": 0})
        batch, chunk = str(job.task_kwargs["batch"]), int(str(job.task_kwargs["chunk"]))
        self._failures[batch, chunk] += 1
        pause = growing_pause(self._failures[batch, chunk], 2.0, LONGEST_PAUSE)
        # the words of others' errors may have secrets
        reason = str(exception) if isinstance(exception, OptCloudError) else type(exception).__name__
        refused_by = exception.vendor if isinstance(exception, AuthError) else ""
        self._tell(ChunkPutOff(batch, chunk, reason, pause, refused_by))
        return RetryDecision(retry_in={"milliseconds": int(pause * 1000)})


async def _configure(connection: psycopg.AsyncConnection[Any]) -> None:
    await connection.set_autocommit(True)
    await connection.execute(SEARCH)
