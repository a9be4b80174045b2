"""The ledger of launches (`optcloud.clouds.gurobi.ledger`) in one SQLite file, which all processes of a user share.

Each operation is a transaction on a connection of its own. The journal is a rollback journal, since a write-ahead log
does not work on network file systems; what is committed is on the disk. No secret is written, and of the access id a
digest only.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import platformdirs
from attrs import evolve, frozen

from optcloud.clouds.gurobi.ledger import Entry, Fate, Ledger, NoLedger
from optcloud.core.errors import ConfigError
from optcloud.core.settings import GurobiSettings
from optcloud.drivers.owners import Owners, owners_of

if TYPE_CHECKING:
    import sqlite3

T = TypeVar("T")
VERSION = 1
PATIENCE = 30.0  # seconds, for other processes
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SANDBOX_LIFE = 86400.0  # seconds: a sandbox so old whose process is dead is gone
_SCHEMA = """
    CREATE TABLE launches (
        url TEXT NOT NULL, access TEXT NOT NULL, launch TEXT NOT NULL,
        count INTEGER NOT NULL, at REAL NOT NULL, marker TEXT, parameters TEXT NOT NULL,
        fate TEXT NOT NULL, ids TEXT NOT NULL,
        owner TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL,
        PRIMARY KEY (url, access, launch)
    )
"""

_INSERT = "INSERT INTO launches VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SELECT = "SELECT rowid, * FROM launches ORDER BY at, rowid"
_LAUNCHED = "UPDATE launches SET fate = 'launched', ids = ? WHERE rowid = ?"
_FATE = "UPDATE launches SET fate = ? WHERE rowid = ?"
_IDS = "UPDATE launches SET ids = ? WHERE rowid = ?"
_TAKE = "UPDATE launches SET fate = ?, owner = ?, host = ?, pid = ? WHERE rowid = ?"
_DELETE = "DELETE FROM launches WHERE rowid = ?"

# Held by each operation, and while the process forks: a child that came to life within one, of another thread, would
# find the file locked for ever, by what SQLite remembers.
_operating = threading.RLock()
if hasattr(os, "register_at_fork"):
    free = _operating.release
    os.register_at_fork(before=_operating.acquire, after_in_parent=free, after_in_child=free)


def ledger_for(settings: GurobiSettings) -> Ledger:
    """Return where launches are written down by these settings. Nothing is read or made yet."""
    if settings.ledger == "off":
        return NoLedger()
    if settings.ledger is None:
        path = platformdirs.user_state_path("optcloud") / "gurobi" / "ledger.sqlite3"
    else:
        path = Path(settings.ledger).expanduser()
    return FileLedger(path, settings.url, settings.access_id)


class FileLedger:
    """A `Ledger` of one account in a file, which is made by the first `intend`. Raises `ConfigError`.

    Threads may share it. ``owners`` is of the tests: several processes in one.
    """

    def __init__(self, path: Path, url: str, access_id: str, owners: Owners | None = None) -> None:
        self.path = path.resolve()
        self._account = (url.rstrip("/"), hashlib.sha256(access_id.encode()).hexdigest()[:16])
        self._owners = owners or owners_of(self.path.parent / "owners")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r}, {self._account[0]!r})"

    def intend(self, entry: Entry) -> None:
        """Write a new entry, owned by this process. `ValueError` for a password among the parameters."""
        if any("password" in name.lower() for name in entry.parameters):
            raise ValueError("a password among the parameters of an entry: no secret is written down")
        with _operating, self._explained():
            _make(self.path)
            with self._opened() as db:
                self._insert(db, entry)

    def launched(self, launch: str, ids: Iterable[str]) -> None:
        """Note the machines."""
        packed = _packed(ids)
        self._change(launch, lambda db, rowid: db.execute(_LAUNCHED, (packed, rowid)))

    def give_up(self, launch: str) -> None:
        """Note that nobody holds the launch any more."""
        self._change(launch, lambda db, rowid: db.execute(_FATE, ("given up", rowid)))

    def keep(self, ids: Iterable[str]) -> None:
        """Hand the launches that have any of these machines to the person."""
        wanted = frozenset(ids)

        def keep(db: sqlite3.Connection) -> None:
            for row in self._rows(db):
                if wanted.intersection(row.ids):
                    db.execute(_FATE, ("kept", row.rowid))

        self._in_transaction(keep, None)

    def hold(self, ids: Iterable[str]) -> None:
        """Take the kept launches that have any of these machines back."""
        wanted = frozenset(ids)

        def hold(db: sqlite3.Connection) -> None:
            for row in self._rows(db):
                if row.fate == "kept" and wanted.intersection(row.ids):
                    self._take(db, row)

        self._in_transaction(hold, None)

    def close(self, launch: str) -> None:
        """Forget a launch."""
        self._change(launch, lambda db, rowid: db.execute(_DELETE, (rowid,)))

    def gone(self, ids: Iterable[str]) -> None:
        """Note that these machines run no more."""
        dead = frozenset(ids)

        def gone(db: sqlite3.Connection) -> None:
            for row in self._rows(db):
                left = [machine for machine in row.ids if machine not in dead]
                if row.ids and not left:
                    db.execute(_DELETE, (row.rowid,))
                elif len(left) < len(row.ids):
                    db.execute(_IDS, (_packed(left), row.rowid))

        self._in_transaction(gone, None)

    def claim(self, hosts: Iterable[str] = ()) -> list[Entry]:
        """Take over what nobody holds; ``owner`` of what is returned names who held it before.

        Entries of sandboxes (on this machine, older than a day, of a process that is dead) are forgotten, whosever
        they were: no one would ever claim them. Raises `ConfigError`.
        """
        dead = frozenset(hosts)

        def claim(db: sqlite3.Connection) -> list[Entry]:
            alive = self._judge(dead)
            left = [row for row in self._rows(db) if row.is_left(alive(row))]
            claimed = [evolve(row, fate=row.fate_when_held).entry(alive=alive(row)) for row in left]
            for row in left:
                self._take(db, row)
            self._forget_sandboxes(db, alive)
            return claimed

        claimed: list[Entry] = self._in_transaction(claim, [])
        with self._explained():
            self._owners.sweep()
        return claimed

    def entries(self) -> list[Entry]:
        """Return all that is open, oldest first."""

        def entries(db: sqlite3.Connection) -> list[Entry]:
            alive = self._judge()
            return [row.entry(alive=alive(row)) for row in self._rows(db)]

        return self._in_transaction(entries, [])

    def _rows(self, db: sqlite3.Connection) -> list[_Row]:
        return [row for row in _all_rows(db) if (row.url, row.access) == self._account]

    def _insert(self, db: sqlite3.Connection, entry: Entry) -> None:
        if not self._has_table(db):
            db.execute(_SCHEMA)
            db.execute(f"PRAGMA user_version = {VERSION}")
        me = self._owners.me()  # the lock first, then the row that names its holder
        parameters = json.dumps(dict(entry.parameters))
        asked = (entry.launch, entry.count, entry.at, entry.marker, parameters, entry.fate, _packed(entry.ids))
        db.execute(_INSERT, (*self._account, *asked, me.name, me.host, me.pid))

    def _take(self, db: sqlite3.Connection, row: _Row) -> None:
        me = self._owners.me()
        db.execute(_TAKE, (row.fate_when_held, me.name, me.host, me.pid, row.rowid))

    def _change(self, launch: str, change: Callable[[sqlite3.Connection, int], object]) -> None:
        def work(db: sqlite3.Connection) -> None:
            for row in self._rows(db):
                if row.launch == launch:
                    change(db, row.rowid)

        self._in_transaction(work, None)

    def _judge(self, dead_hosts: Collection[str] = ()) -> Callable[[_Row], bool]:
        """Return what says whether the owner of a row lives; each is looked at once."""
        known: dict[str, bool] = {}

        def alive(row: _Row) -> bool:
            if row.owner not in known:
                known[row.owner] = self._owners.is_alive(row.owner, row.host, dead_hosts)
            return known[row.owner]

        return alive

    def _forget_sandboxes(self, db: sqlite3.Connection, alive: Callable[[_Row], bool]) -> None:
        for row in _all_rows(db):
            others = (row.url, row.access) != self._account  # this one is there, as it seems
            if others and row.is_sandbox and row.at < time.time() - SANDBOX_LIFE and not alive(row):
                db.execute(_DELETE, (row.rowid,))

    def _in_transaction(self, work: Callable[[sqlite3.Connection], T], nothing: T) -> T:
        """Do the work in a transaction of its own; where there is no ledger, there is ``nothing``."""
        with _operating, self._explained():
            if _is_empty(self.path):
                return nothing
            with self._opened() as db:
                return work(db) if self._has_table(db) else nothing

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        import sqlite3  # noqa: PLC0415 - most processes have no ledger

        try:
            with closing(sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)) as db:
                db.execute("PRAGMA synchronous = EXTRA")  # the journal's removal is on the disk, too
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")  # else all is rolled back by the closing
        except sqlite3.Error as error:
            raise self._cannot(error) from error

    def _has_table(self, db: sqlite3.Connection) -> bool:
        """Say whether anything was written yet. Raises `ConfigError` for what is not ours to read."""
        version: int = db.execute("PRAGMA user_version").fetchone()[0]
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        if version > VERSION:
            raise self._cannot(f"a newer optcloud wrote it: version {version}, this one knows {VERSION}")
        if version == 0 and tables:
            raise self._cannot(f"it is a database of something else: {', '.join(tables)}")
        return version == VERSION

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ImportError) as error:
            raise self._cannot(error) from error

    def _cannot(self, why: object) -> ConfigError:
        mend = 'set gurobi.ledger (OPTCLOUD_GUROBI_LEDGER) to another path, or to "off"'
        return ConfigError(f"{self.path}: launches cannot be written down there ({why}); {mend}")


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
    fate: Fate
    packed_ids: str
    owner: str
    host: str
    pid: int

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(json.loads(self.packed_ids))

    @property
    def is_sandbox(self) -> bool:
        return urlsplit(self.url).hostname in LOOPBACK

    @property
    def fate_when_held(self) -> Fate:
        return "launched" if self.ids else "intended"

    def is_left(self, alive: bool) -> bool:
        """Say whether nobody holds it, when the owner is ``alive``."""
        return self.fate == "given up" or (self.fate != "kept" and not alive)

    def entry(self, *, alive: bool) -> Entry:
        """Return what is known of the launch."""
        return Entry(
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


def _all_rows(db: sqlite3.Connection) -> list[_Row]:
    return [_Row(*values) for values in db.execute(_SELECT)]


def _packed(ids: Iterable[str]) -> str:
    return json.dumps(list(ids))


def _is_empty(path: Path) -> bool:
    """Say whether there is nothing in the file, or no file."""
    try:
        return path.stat().st_size == 0
    except (FileNotFoundError, NotADirectoryError):
        return True


def _make(path: Path) -> None:
    """Make the file, which is its owner's alone as are those beside it, and make sure of it on the disk."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    if os.name == "posix":
        for folder in (path.parent, path.parent.parent):
            opened = os.open(folder, os.O_RDONLY)
            os.fsync(opened)
            os.close(opened)
