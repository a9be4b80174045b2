"""The fleet: chunks are queued in PostgreSQL by procrastinate, and workers on any machine take them.

Workers are started by `optcloud batch work` or `fleet_worker`. Needs the extra ``fleet``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from optcloud.core.errors import ConfigError
from optcloud.core.extras import check_installed

if TYPE_CHECKING:
    from optcloud.batch.engines.engine import ChunkWork
    from optcloud.batch.engines.fleet_worker import FleetWorker

PATIENCE = 10.0
"""Seconds after which a worker leaves a chunk for which the account's limit has no room: those that take the limit up
may wait in the queue, since their worker has died. It is queued again (`fleet_worker.MEND_EVERY`)."""
CHUNKS_AT_A_TIME = 8
"""How many chunks a worker works at a time; how many jobs run at a time is the account's limit."""


class FleetEngine:
    """The engine of many machines; the queue is in the database of the store."""

    def start(self, store: str, batch: str, chunks: Sequence[int], *, priority: int = 0) -> None:
        """Queue chunks for the workers. Raises `ConfigError`.

        A chunk that waits in the queue is not queued again. One that is being worked is, once: the work may be about
        to end without having seen what is new.
        """
        check_fleet(store)
        import_module("optcloud.batch.engines.fleet_queue").enqueue(store, batch, chunks, priority)


def fleet_worker(
    store: str,
    work: ChunkWork,
    *,
    chunks_at_a_time: int = CHUNKS_AT_A_TIME,
    tell: Callable[[object], None] = lambda event: None,
) -> FleetWorker:
    """Return a worker of the fleet, to be run. ``tell`` is called with each event of `fleet_events`.

    Raises `ConfigError`.
    """
    check_fleet(store)
    worker: FleetWorker = import_module("optcloud.batch.engines.fleet_worker").FleetWorker(
        store, work, chunks_at_a_time=chunks_at_a_time, tell=tell
    )
    return worker


def event_loop() -> asyncio.AbstractEventLoop:
    """Return a new loop that psycopg can wait in: on Windows, not the usual one."""
    return asyncio.SelectorEventLoop()


def check_fleet(store: str) -> None:
    """Raise `ConfigError` where a fleet cannot work this store, or the extra ``fleet`` is missing."""
    if not store.startswith(("postgresql://", "postgres://")):
        raise ConfigError("a fleet needs a store in PostgreSQL: postgresql://…")
    check_installed("procrastinate", "psycopg", package="optcloud[fleet]", purpose="a fleet")
