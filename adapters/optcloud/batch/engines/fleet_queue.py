"""The queue of the fleet: procrastinate's tables, in a schema of their own in the store's database.

Beside them is the list of batches that were started, so that a chunk that fell out of the queue is put back (`mend`).
Imported only where the extra ``fleet`` is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, LiteralString

import psycopg
from procrastinate import SyncPsycopgConnector
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager, migrations_path

from optcloud.batch.store.store import StoreUnavailable
from optcloud.core.errors import ConfigError
from optcloud.process.postgres_address import DatabaseAddress

SCHEMA: LiteralString = "optcloud_engine"
SEARCH: LiteralString = f"set search_path to {SCHEMA}"
QUEUE = "optcloud"
TASK = "chunk"
_ONE_AT_A_TIME: LiteralString = "select pg_advisory_xact_lock(7203561845093270)"  # a number of our own
_PART = 1000  # chunks in one statement


def prepare(url: str) -> None:
    """Make the tables, or bring them to the version of procrastinate that is installed. Any number may do it at once.

    Raises `ConfigError` for tables of a newer version, and for a user who may not make them; `StoreUnavailable`.
    """
    with _queue(url) as connection:
        latest = max(path.name for path in migrations_path.glob("*.sql"))
        found = connection.execute(
            "select obj_description(to_regnamespace(%s)::oid, 'pg_namespace')", (SCHEMA,)
        ).fetchone()
        made = (found[0] or "") if found else ""
        if made > latest:
            raise ConfigError("the queue in this store was made by a newer procrastinate: update optcloud[fleet] here")
        if made == latest:
            return
        if made:
            for path in sorted(path for path in migrations_path.glob("*.sql") if path.name > made):
                connection.execute(path.read_bytes())
        else:
            connection.execute(f"create schema {SCHEMA}")
            connection.execute(SchemaManager.get_schema())
            connection.execute("create table started(batch text primary key, priority int not null)")
        connection.execute(psycopg.sql.SQL("comment on schema {} is {}").format(psycopg.sql.Identifier(SCHEMA), latest))


def enqueue(url: str, batch: str, chunks: Iterable[int], priority: int = 0) -> None:
    """Queue chunks, but for those that wait there, and note that the batch was started.

    Raises `ConfigError`, `StoreUnavailable`.
    """
    prepare(url)
    with _queue(url) as connection:
        connection.execute(
            "insert into started values (%s, %s) on conflict (batch) do update set priority = excluded.priority",
            (batch, priority),
        )
        _defer(connection, batch, sorted(set(chunks) - _queued(connection, batch, ["todo"])), priority)


def mend(url: str, open_chunks: Callable[[str], Sequence[int]]) -> bool:
    """Queue what is open and neither waits nor is worked, of all batches that were ever started.

    That is what fell out of the queue, and what is new since: jobs that were added, retried, or go on again. Return
    whether anything is open. Raises `StoreUnavailable`.
    """
    with _queue(url) as connection:
        anything = False
        for batch, priority in connection.execute("select batch, priority from started").fetchall():
            chunks = set(open_chunks(batch))
            if chunks:
                anything = True
                _defer(connection, batch, sorted(chunks - _queued(connection, batch, ["todo", "doing"])), priority)
    return anything


@contextmanager
def _queue(url: str) -> Iterator[psycopg.Connection[Any]]:
    """One transaction on the queue's tables; only one of these at a time, on all machines.

    Raises `ConfigError`, `StoreUnavailable`.
    """
    try:
        with psycopg.connect(**DatabaseAddress.parse(url).options()) as connection:
            connection.execute(_ONE_AT_A_TIME)
            connection.execute(SEARCH)
            yield connection
    except psycopg.OperationalError as error:
        raise StoreUnavailable(f"the queue of the fleet cannot be used: {first_line(error)}") from error
    except psycopg.ProgrammingError as error:  # no such database, an address that is none, no rights
        raise ConfigError(f"the queue of the fleet cannot be used: {first_line(error)}") from error


def first_line(error: Exception) -> str:
    """Return what an error of psycopg says, without what it was about; it has no password."""
    return str(error).partition("\n")[0]


def _queued(connection: psycopg.Connection[Any], batch: str, states: Sequence[str]) -> set[int]:
    rows = connection.execute(
        "select (args->>'chunk')::int from procrastinate_jobs"
        " where queue_name = %s and status::text = any(%s) and args->>'batch' = %s",
        (QUEUE, list(states), batch),
    )
    return {chunk for (chunk,) in rows}


def _defer(connection: psycopg.Connection[Any], batch: str, chunks: Sequence[int], priority: int) -> None:
    """``lock``: a chunk is worked once at a time, even when it is queued again meanwhile.

    There is no ``queueing_lock``: with one, a chunk that is queued again could not go back from its dead worker.
    """
    manager = JobManager(SyncPsycopgConnector())
    for first in range(0, len(chunks), _PART):
        part = [
            Job(
                id=None,
                queue=QUEUE,
                task_name=TASK,
                priority=priority,
                lock=f"{batch}/{chunk}",
                queueing_lock=None,
                task_kwargs={"batch": batch, "chunk": chunk},
            )
            for chunk in chunks[first : first + _PART]
        ]
        manager.batch_defer_jobs(part, connection=connection)
