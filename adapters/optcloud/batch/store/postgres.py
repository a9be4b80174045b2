"""A store in PostgreSQL, for many machines: one connection a ledger, made again when the server was away.

A transaction that breaks off is begun again: all that is done in one is done only where things are as they were seen.
Where it breaks at its very end, the server is asked afterwards whether it was committed, so nothing is done twice.
"""

from __future__ import annotations

import functools
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from optcloud.batch.store.store import PATIENCE, Clock, StoreUnavailable, Transaction
from optcloud.core.errors import ConfigError
from optcloud.core.secret import Secret
from optcloud.process.postgres_address import DatabaseAddress, psycopg_driver

if TYPE_CHECKING:
    import psycopg

T = TypeVar("T")
OPENING = 5.0  # seconds that a server is waited for that was never seen
_SESSION = (
    f"set statement_timeout = '{PATIENCE:g}s'; set default_transaction_isolation = 'read committed'; "
    # A process that is frozen within a transaction must not keep the others from the account's row.
    "set idle_in_transaction_session_timeout = '10s'; "
    # What was armed is on the disk before it is sent, also where others on this server can do without.
    "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'"
)
_AGAIN = ("40001", "40P01")  # serialization failure, deadlock: nothing was done
_AWAY = ("08", "57P01", "57P02", "57P03", "25P03", "53300")  # connection, shutdown, starting up, idle, too many clients
_FULL = ("53100",)
_SETUP = {
    "42501": "the user may not do this there",
    "25006": "it cannot be written, being a copy of another server or set so",
}
# A refused connection has no code, only words; these pass by waiting.
_PASSING = ("refused", "starting up", "shutting down", "recovery", "time", "unexpectedly", "too many", "slots", "reset")


class PostgresStore:
    """One connection, which threads take turns on; a child process makes its own."""

    for_update = " for update"
    for_update_of = " for update of {}"
    among = "= any(?)"
    has_table = "select 1 from pg_tables where schemaname = any(current_schemas(false)) and tablename = ?"
    lock_schema = "select pg_advisory_xact_lock(1331913315)"
    changes_within = True
    analyze = "analyze optcloud_job, optcloud_input"
    words: Mapping[str, str] = {"bytes": "bytea", "rowless": ""}
    files: Path | None = None

    def __init__(self, url: str, clock: Clock | None = None) -> None:
        self._url = Secret(url)
        self._driver = psycopg_driver()
        self._place = DatabaseAddress.parse(url)
        self.shown = self._place.shown
        self._clock = clock
        self._lock = threading.RLock()
        self._db: psycopg.Connection[Any] | None = None
        self._process = os.getpid()
        self._closed = False
        with self._lock:
            self._connect(time.monotonic() + OPENING, known=False)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.shown!r})"

    @property
    def url(self) -> str:
        """The address as it was given."""
        return self._url.reveal()

    @property
    def now(self) -> str:
        """The server's clock in SQL, or what was given in its place."""
        if self._clock is None:
            return "cast(extract(epoch from clock_timestamp()) as double precision)"
        return f"cast({self._clock()!r} as double precision)"

    def read(self, sql: str, *values: Any) -> list[Any]:
        """Run one statement, and return its rows."""
        return self._again(lambda db: _rows(db, sql, values))

    def change(self, sql: str, *values: Any) -> list[Any]:
        """Run one statement, in a transaction of its own."""
        return self._again(lambda db: _rows(db, sql, values))

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Do this in one transaction, once."""
        open_end: list[tuple[str, T]] = []  # a transaction of which it is not known whether it was committed

        def once(db: psycopg.Connection[Any]) -> T:
            if open_end:
                number, done = open_end[0]
                if _committed(db, number):
                    return done
                open_end.clear()
            db.execute("begin")
            try:
                done = work(_Work(db))
                number = _rows(db, "select pg_current_xact_id_if_assigned()::text", ())[0][0]
                if number is not None:
                    open_end.append((number, done))
                db.execute("commit")
            except BaseException:
                if not db.closed and db.info.transaction_status != self._driver.pq.TransactionStatus.IDLE:
                    open_end.clear()  # the server still answers: it was not committed
                    _roll_back(db)
                raise
            return done

        return self._again(once)

    def listed(self, values: Iterable[Any]) -> list[Any]:
        """Return the value for a list."""
        return list(values)

    def close(self) -> None:
        """End the connection."""
        with self._lock:
            self._closed = True
            if self._db is not None and self._process == os.getpid():
                self._db.close()

    def _again(self, work: Callable[[psycopg.Connection[Any]], T]) -> T:
        """Do this, again where the connection broke or others were in the way; for some time."""
        with self._lock:
            late = time.monotonic() + PATIENCE
            while True:
                db = self._connect(late)
                try:
                    return work(db)
                except self._driver.Error as error:
                    away = db.closed or db.broken or _is(error, _AWAY)
                    if not (away or _is(error, _AGAIN)) or time.monotonic() > late:
                        raise self._explained(error) from error
                    if away:
                        db.close()

    def _connect(self, late: float, *, known: bool = True) -> psycopg.Connection[Any]:
        """Return the connection, made anew where it is none of this process, or has ended.

        ``known``: the server was there, so it is waited for whatever it says now.
        """
        if self._closed:
            raise ConfigError(f"store: the ledger at {self.shown} is closed")
        if self._process != os.getpid():
            _of_parents.append(self._db)  # never ended from here: the parent goes on with it
            self._db, self._process = None, os.getpid()
        pause = 0.05
        while self._db is None or self._db.closed:
            try:
                self._db = self._connected()
            except self._driver.OperationalError as error:
                said = self._place.hide(" ".join(str(error).split()))
                passing = known or any(words in said for words in _PASSING)
                if not passing:
                    raise ConfigError(f"store: {self.shown}: {said}") from None
                if time.monotonic() + pause > late:
                    raise StoreUnavailable(f"{self.shown}: the server does not answer: {said}") from None
                time.sleep(pause)
                pause = min(1.0, 2 * pause)
        return self._db

    def _connected(self) -> psycopg.Connection[Any]:
        db: psycopg.Connection[Any] = self._driver.connect(**self._place.options(), autocommit=True)
        try:
            self._place.check(db.info.server_version)
            db.execute(_SESSION)
        except BaseException:
            db.close()
            raise
        return db

    def _explained(self, error: psycopg.Error) -> ConfigError | StoreUnavailable:
        said = self._place.hide(" ".join(str(error).split()))
        if _is(error, _FULL):
            return StoreUnavailable(
                f"{self.shown}: no room is left on the server's disk ({said}). Nothing is lost, and what could not be "
                "written down was not sent: make room there, and run again"
            )
        for state, words in _SETUP.items():
            if _is(error, (state,)):
                return ConfigError(f"store: {self.shown}: {words} ({said})")
        return StoreUnavailable(f"{self.shown}: {said}")


class _Work:
    """A transaction that is under way."""

    def __init__(self, db: psycopg.Connection[Any]) -> None:
        self._db = db

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Run a statement, and return its rows."""
        return _rows(self._db, sql, values)

    def each(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each of these."""
        with self._db.cursor() as cursor:
            cursor.executemany(_sql(sql), values)

    def each_row(self, sql: str, values: Sequence[Sequence[Any]]) -> list[Any]:
        """Run a statement for each of these; return for each its first row, or None."""
        with self._db.cursor() as cursor:
            cursor.executemany(_sql(sql), values, returning=True)
            found = [cursor.fetchone()] if values else []
            while cursor.nextset():
                found.append(cursor.fetchone())
            return found


_of_parents: list[Any] = []


@functools.lru_cache(maxsize=256)
def _sql(sql: str) -> bytes:
    return sql.replace("?", "%s").encode()


def _rows(db: psycopg.Connection[Any], sql: str, values: Sequence[Any]) -> list[Any]:
    cursor = db.execute(_sql(sql), values)
    return cursor.fetchall() if cursor.description else []


def _roll_back(db: psycopg.Connection[Any]) -> None:
    try:
        db.execute("rollback")
    except Exception:
        db.close()  # the server then does it
        raise


def _committed(db: psycopg.Connection[Any], number: str) -> bool:
    """Say whether a transaction of a connection that has ended was committed; wait until that is known."""
    late = time.monotonic() + PATIENCE
    while True:
        status = _rows(db, "select pg_xact_status(?::xid8)", (number,))[0][0]
        if status != "in progress" or time.monotonic() > late:
            return bool(status == "committed")
        time.sleep(0.05)


def _is(error: psycopg.Error, states: Iterable[str]) -> bool:
    return any((error.sqlstate or "").startswith(state) for state in states)
