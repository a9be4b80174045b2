"""A store in a file, for one machine: SQLite with a write-ahead log, so that others read while a run goes on.

What is committed is on the disk (``synchronous = FULL``). The log needs memory that processes share, so the file must
be on a local disk, not on a network file system (`optcloud.batch.store.network_disks`).
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from optcloud.batch.store.network_disks import network_disk
from optcloud.batch.store.store import PATIENCE, Clock, StoreUnavailable, Transaction
from optcloud.core.errors import ConfigError

T = TypeVar("T")
APPLICATION = 0x6F636274  # "ocbt": what the file is for, in its header
_FULL, _BUSY, _LOCKED, _READONLY, _CORRUPT, _CANTOPEN, _NOTADB = (
    13,
    5,
    6,
    8,
    11,
    14,
    26,
)  # https://sqlite.org/rescode.html


class SqliteStore:
    """One connection, which threads take turns on."""

    for_update = for_update_of = ""
    among = "in (select value from json_each(?))"
    has_table = "select 1 from sqlite_master where type = 'table' and name = ?"
    lock_schema = analyze = ""
    changes_within = False
    words: Mapping[str, str] = {"bytes": "blob", "rowless": "without rowid"}

    def __init__(self, url: str, path: Path, clock: Clock | None = None, *, make: bool = True) -> None:
        self._url = url
        self.shown = str(path)
        self.path = path.absolute()
        self.files: Path | None = self.path.with_name(f"{self.path.name}.files")
        self._clock = clock or time.time
        self._lock = threading.RLock()
        self._db: sqlite3.Connection | None = None
        self._closed = False
        if not make and not self.path.exists():
            raise ConfigError(f"store: there is no file {self.shown}")
        if (kind := network_disk(self.path)) is not None:
            raise ConfigError(
                f"store: {self.shown} is on a network file system ({kind}), where each machine would see a state of "
                "its own, and send jobs twice: use a local disk, or a PostgreSQL for several machines"
            )
        with self._opened():
            _open_ones.add(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.shown!r})"

    @property
    def url(self) -> str:
        """The address as it was given."""
        return self._url

    @property
    def now(self) -> str:
        """The clock, in SQL."""
        return "store_now()"

    def read(self, sql: str, *values: Any) -> list[Any]:
        """Run one statement, and return its rows."""
        with self._opened() as db:
            return db.execute(sql, values).fetchall()

    def change(self, sql: str, *values: Any) -> list[Any]:
        """Run one statement in a transaction of its own."""
        with self._opened() as db:
            return db.execute(sql, values).fetchall()

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Do this in one transaction, while no other process writes."""
        with self._opened() as db:
            db.execute("begin immediate")
            try:
                done = work(_Work(db))
                db.execute("commit")
            except BaseException:
                if db.in_transaction:  # a full disk may have ended it
                    db.execute("rollback")
                raise
            return done

    def listed(self, values: Iterable[Any]) -> str:
        """Return the value for a list."""
        return json.dumps(list(values))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._closed = True
            self._let_go()

    def _let_go(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            db.close()

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                if self._db is None:
                    self._db = self._connected()
                yield self._db
            except sqlite3.Error as error:
                raise self._explained(error) from error

    def _connected(self) -> sqlite3.Connection:
        if self._closed:
            raise ConfigError(f"store: the ledger at {self.shown} is closed")
        db = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            self._prepare(db)
            db.execute("pragma synchronous = full")
            db.create_function("store_now", 0, self._clock)
        except BaseException:
            db.close()
            raise
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        """Leave alone what other programs keep in such a file; make a new one ours, with a write-ahead log."""
        db.execute("begin")  # one moment for all that is read
        ours = db.execute("pragma application_id").fetchone()[0] == APPLICATION
        empty = db.execute("select count(*) from sqlite_master").fetchone()[0] == 0
        log = db.execute("pragma journal_mode").fetchone()[0]
        db.execute("commit")
        if not ours and not empty:
            raise ConfigError(f"store: {self.shown} is a database of another program, not of batches")
        late = time.monotonic() + PATIENCE
        while log != "wal":
            try:
                log = db.execute("pragma journal_mode = wal").fetchone()[0]
            except sqlite3.OperationalError as error:  # of two who change it at once, one is told at once
                if error.sqlite_errorcode & 0xFF != _BUSY or time.monotonic() > late:
                    raise
                time.sleep(0.01)
            else:
                if log != "wal":
                    raise ConfigError(f"store: SQLite cannot keep a write-ahead log at {self.shown}; use a local disk")
        if not ours:
            db.execute(f"pragma application_id = {APPLICATION}")

    def _explained(self, error: sqlite3.Error) -> Exception:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without what refines it
        if code == _FULL:
            return StoreUnavailable(
                f"{self.shown}: no room is left for the store ({error}). Nothing is lost, and what could not be "
                "written down was not sent: make room on its disk, and run again"
            )
        if code in (_BUSY, _LOCKED):
            return StoreUnavailable(f"{self.shown}: another process kept the store locked for {PATIENCE:g} s")
        if code == _READONLY:
            return ConfigError(f"store: {self.shown} cannot be written: {error}")
        if code == _CANTOPEN:
            return ConfigError(
                f"store: {self.shown} cannot be opened: {error}; is its folder there, and yours to write?"
            )
        if code in (_NOTADB, _CORRUPT):
            return ConfigError(f"store: {self.shown} is no store of batches, or is damaged: {error}")
        return StoreUnavailable(f"{self.shown}: {error}")


class _Work:
    """A transaction that is under way."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Run a statement, and return its rows."""
        return self._db.execute(sql, values).fetchall()

    def each(self, sql: str, values: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each of these."""
        self._db.executemany(sql, values)

    def each_row(self, sql: str, values: Sequence[Sequence[Any]]) -> list[Any]:
        """Run a statement for each of these; return for each its first row, or None."""
        found = []
        for value in values:
            rows = self._db.execute(sql, value).fetchall()
            found.append(rows[0] if rows else None)
        return found


# SQLite's connections must not cross a fork: a child would believe that it holds the locks of its parent. So none is
# open while the process forks; each side opens its own when it next needs one.
_open_ones: weakref.WeakSet[SqliteStore] = weakref.WeakSet()
_held: list[SqliteStore] = []


def _before_fork() -> None:
    _held[:] = list(_open_ones)
    for store in _held:
        store._lock.acquire()
        store._let_go()


def _after_fork() -> None:
    for store in _held:
        store._lock.release()
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)
