"""A small SQLite file in the user's state folder, for all processes of a user.

Each operation is a transaction on a connection of its own. The journal is a rollback journal, since a write-ahead log
does not work on network file systems; what is committed is on the disk.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from attrs import frozen

from optcloud.core.errors import ConfigError

if TYPE_CHECKING:
    import sqlite3

T = TypeVar("T")
PATIENCE = 30.0  # seconds, for other processes

# Held by each operation, and while the process forks: a child that came to life within one, of another thread, would
# find the file locked for ever, by what SQLite remembers.
_operating = threading.RLock()
if hasattr(os, "register_at_fork"):
    free = _operating.release
    os.register_at_fork(before=_operating.acquire, after_in_parent=free, after_in_child=free)


@frozen(kw_only=True)
class FileKind:
    """What a file holds: its tables, the version of them, and what is said where it cannot be written.

    ``patience``: how long other processes are waited for, in seconds; None: `PATIENCE`.
    """

    schema: str
    version: int
    fault: str
    hint: str
    patience: float | None = None


class SqliteFile:
    """A file of a kind. Each method raises `ConfigError` where it cannot be read or written."""

    def __init__(self, path: Path, kind: FileKind) -> None:
        self.path, self._kind = path, kind

    def write(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Read and write in a transaction, in a file that is made if there is none."""
        with _operating, self.explained():
            _make(self.path)
            with self._opened() as db:
                if not self._has_table(db):
                    db.execute(self._kind.schema)
                    db.execute(f"PRAGMA user_version = {self._kind.version}")
                work(db)

    def change(self, work: Callable[[sqlite3.Connection], T], nothing: T) -> T:
        """Read and write in a transaction. Where nothing was ever written, return ``nothing``, and make no file."""
        with _operating, self.explained():
            if _is_empty(self.path):
                return nothing
            with self._opened() as db:
                return work(db) if self._has_table(db) else nothing

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        import sqlite3  # noqa: PLC0415 - most processes have no such file

        patience = PATIENCE if self._kind.patience is None else self._kind.patience
        try:
            with closing(sqlite3.connect(self.path, timeout=patience, isolation_level=None)) as db:
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
        if version > self._kind.version:
            raise self._cannot(f"a newer optcloud wrote it: version {version}, this one knows {self._kind.version}")
        if version == 0 and tables:
            raise self._cannot(f"it is a database of something else: {', '.join(tables)}")
        return version == self._kind.version

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what the system raises into a `ConfigError` that names the file and says what to do."""
        try:
            yield
        except (OSError, ImportError) as error:
            raise self._cannot(error) from error

    def _cannot(self, why: object) -> ConfigError:
        return ConfigError(f"{self.path}: {self._kind.fault} ({why}); {self._kind.hint}")


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
            with suppress(OSError):  # not all file systems can, and not all folders may be read
                _sync(folder)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
