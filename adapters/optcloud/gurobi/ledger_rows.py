"""The ledger of launches (`optcloud.gurobi.ledger`) as a table of a database, for all accounts and processes.

No secret is written, and of the access id a digest only. `optcloud.gurobi.ledger_file` keeps the table in a file of the
user's, `optcloud.gurobi.ledger_postgres` in PostgreSQL, for processes on many hosts.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from attrs import evolve, frozen

from optcloud.core.request_policy import LOOPBACK
from optcloud.gurobi.ledger import LaunchEntry, LaunchOutcome, Ledger
from optcloud.process.owners import Owner

T = TypeVar("T")
SANDBOX_LIFE = 86400.0  # seconds: a sandbox so old whose process is dead is gone
_COLUMNS = "url, access, launch, count, at, marker, parameters, fate, ids, owner, host, pid"
_INSERT = f"INSERT INTO launches ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - names of ours
_SELECT = f"SELECT rowid, {_COLUMNS} FROM launches ORDER BY at, rowid"  # noqa: S608 - names of ours
_LAUNCHED = "UPDATE launches SET fate = 'launched', ids = ? WHERE rowid = ?"
_FATE = "UPDATE launches SET fate = ? WHERE rowid = ?"
_IDS = "UPDATE launches SET ids = ? WHERE rowid = ?"
_TAKE = "UPDATE launches SET fate = ?, owner = ?, host = ?, pid = ? WHERE rowid = ?"
_DELETE = "DELETE FROM launches WHERE rowid = ?"


class RowsInTransaction(Protocol):
    """A connection within a transaction. Parameters of a statement are written ``?``."""

    def execute(self, sql: str, parameters: Any = ..., /) -> Iterable[Any]:
        """Run one statement, and return its rows."""


class LaunchTable(Protocol):
    """Where the table is. Each method raises `ConfigError` where launches cannot be written down."""

    def write(self, work: Callable[[Any], object]) -> None:
        """Read and write in a transaction, in a table that is made if there is none."""

    def change(self, work: Callable[[Any], T], nothing: T) -> T:
        """Read and write in a transaction; where no launch was ever written, return ``nothing``, and make nothing."""

    def explained(self) -> AbstractContextManager[None]:
        """Turn what the system raises into a `ConfigError` that says what to do."""


class ProcessLocks(Protocol):
    """Who owns what is written down, and whether they live."""

    def me(self) -> Owner:
        """Return this process, whose lock is held from here on."""

    def is_alive(self, name: str, host: str, dead_hosts: Collection[str] = ()) -> bool:
        """Say whether the process lives, or cannot be judged."""

    def sweep(self) -> None:
        """Remove what dead processes left of their locks."""


class LedgerRows(Ledger):
    """A `Ledger` of one account in a table. Raises `ConfigError`. Threads may share it."""

    def __init__(self, table: LaunchTable, place: str, url: str, access_id: str, owners: ProcessLocks) -> None:
        self._table, self._place, self._owners = table, place, owners
        self._account = (url.rstrip("/"), account_digest(access_id))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._place!r}, {self._account[0]!r})"

    def intend(self, entry: LaunchEntry) -> None:
        """Write a new entry, owned by this process. `ValueError` for a password among the parameters."""
        if any("password" in name.lower() for name in entry.parameters):
            raise ValueError("a password among the parameters of an entry: no secret is written down")
        self._table.write(lambda db: self._insert(db, entry))

    def launched(self, launch: str, ids: Iterable[str]) -> None:
        """Note the machines."""
        packed = _packed(ids)
        self._change(_named(launch), lambda db, row: db.execute(_LAUNCHED, (packed, row.rowid)))

    def give_up(self, launch: str) -> None:
        """Note that nobody holds the launch any more."""
        self._change(_named(launch), _to("given up"))

    def seek(self, ids: Iterable[str]) -> None:
        """Give the launches up whose machines are all among these."""
        wanted = frozenset(ids)
        self._change(lambda row: row.is_within(wanted), _to("given up"))

    def keep(self, ids: Iterable[str]) -> None:
        """Hand the launches that have any of these machines to the person."""
        wanted = frozenset(ids)
        self._change(lambda row: bool(wanted.intersection(row.ids)), _to("kept"))

    def hold(self, ids: Iterable[str]) -> None:
        """Take the kept launches back whose machines are all among these."""
        wanted = frozenset(ids)
        self._change(lambda row: row.fate == "kept" and row.is_within(wanted), self._take)

    def close(self, launch: str) -> None:
        """Forget a launch."""
        self._change(_named(launch), lambda db, row: db.execute(_DELETE, (row.rowid,)))

    def gone(self, ids: Iterable[str]) -> None:
        """Note that these machines run no more."""
        dead = frozenset(ids)

        def take_out(db: RowsInTransaction, row: _Row) -> None:
            left = [machine for machine in row.ids if machine not in dead]
            if left:
                db.execute(_IDS, (_packed(left), row.rowid))
            else:
                db.execute(_DELETE, (row.rowid,))

        self._change(lambda row: bool(dead.intersection(row.ids)), take_out)

    def claim(self, hosts: Iterable[str] = ()) -> list[LaunchEntry]:
        """Take over what nobody holds; ``owner`` of what is returned names who held it before.

        Entries of sandboxes (on this machine, older than a day, of a process that is dead) are forgotten, whosever
        they were: no one would ever claim them. Raises `ConfigError`.
        """
        dead = frozenset(hosts)

        def claim(db: RowsInTransaction) -> list[LaunchEntry]:
            alive = self._judge(dead)
            left = [row for row in self._rows(db) if row.is_left(alive(row))]
            claimed = [evolve(row, fate=row.fate_when_held).entry(alive=alive(row)) for row in left]
            for row in left:
                self._take(db, row)
            self._forget_sandboxes(db, alive)
            return claimed

        claimed: list[LaunchEntry] = self._table.change(claim, [])
        with self._table.explained():
            self._owners.sweep()
        return claimed

    def entries(self) -> list[LaunchEntry]:
        """Return all that is open, oldest first."""

        def entries(db: RowsInTransaction) -> list[LaunchEntry]:
            alive = self._judge()
            return [row.entry(alive=alive(row)) for row in self._rows(db)]

        return self._table.change(entries, [])

    def _rows(self, db: RowsInTransaction) -> list[_Row]:
        return [row for row in _all_rows(db) if (row.url, row.access) == self._account]

    def _insert(self, db: RowsInTransaction, entry: LaunchEntry) -> None:
        me = self._owners.me()  # the lock first, then the row that names its holder
        parameters = json.dumps(dict(entry.parameters))
        asked = (entry.launch, entry.count, entry.at, entry.marker, parameters, entry.fate, _packed(entry.ids))
        db.execute(_INSERT, (*self._account, *asked, me.name, me.host, me.pid))

    def _take(self, db: RowsInTransaction, row: _Row) -> None:
        me = self._owners.me()
        db.execute(_TAKE, (row.fate_when_held, me.name, me.host, me.pid, row.rowid))

    def _change(self, which: Callable[[_Row], bool], change: Callable[[RowsInTransaction, _Row], object]) -> None:
        """Change those launches of this account, all in one transaction."""

        def work(db: RowsInTransaction) -> None:
            for row in filter(which, self._rows(db)):
                change(db, row)

        self._table.change(work, None)

    def _judge(self, dead_hosts: Collection[str] = ()) -> Callable[[_Row], bool]:
        """Return what says whether the owner of a row lives; each is looked at once."""
        known: dict[str, bool] = {}

        def alive(row: _Row) -> bool:
            if row.owner not in known:
                known[row.owner] = self._owners.is_alive(row.owner, row.host, dead_hosts)
            return known[row.owner]

        return alive

    def _forget_sandboxes(self, db: RowsInTransaction, alive: Callable[[_Row], bool]) -> None:
        for row in _all_rows(db):
            others = (row.url, row.access) != self._account  # this one is there, as it seems
            if others and row.is_sandbox and row.at < time.time() - SANDBOX_LIFE and not alive(row):
                db.execute(_DELETE, (row.rowid,))


def account_digest(access_id: str) -> str:
    """Return what an account is told by, in place of its access id."""
    return hashlib.sha256(access_id.encode()).hexdigest()[:16]


@frozen
class _Row:
    """A row of the table, as it is stored."""

    rowid: int
    url: str
    access: str
    launch: str
    count: int
    at: float
    marker: str | None
    parameters: str
    fate: LaunchOutcome
    packed_ids: str
    owner: str
    host: str
    pid: int

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(json.loads(self.packed_ids))

    def is_within(self, machines: frozenset[str]) -> bool:
        """Say whether its machines are known, and all among these."""
        return bool(self.ids) and machines.issuperset(self.ids)

    @property
    def is_sandbox(self) -> bool:
        return urlsplit(self.url).hostname in LOOPBACK

    @property
    def fate_when_held(self) -> LaunchOutcome:
        return "launched" if self.ids else "intended"

    def is_left(self, alive: bool) -> bool:
        """Say whether nobody holds it, when the owner is ``alive``."""
        return self.fate == "given up" or (self.fate != "kept" and not alive)

    def entry(self, *, alive: bool) -> LaunchEntry:
        """Return what is known of the launch."""
        return LaunchEntry(
            launch=self.launch,
            count=self.count,
            at=self.at,
            marker=self.marker,
            parameters=json.loads(self.parameters),
            fate=self.fate,
            ids=self.ids,
            owner=f"pid {self.pid} on {self.host}",
            alive=alive,
        )


def _all_rows(db: RowsInTransaction) -> list[_Row]:
    return [_Row(*values) for values in db.execute(_SELECT)]


def _named(launch: str) -> Callable[[_Row], bool]:
    return lambda row: row.launch == launch


def _to(fate: LaunchOutcome) -> Callable[[RowsInTransaction, _Row], object]:
    return lambda db, row: db.execute(_FATE, (fate, row.rowid))


def _packed(ids: Iterable[str]) -> str:
    return json.dumps(list(ids))
