"""The stores of a run: a file, or a database of a PostgreSQL of its own."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from batch.postgres import Postgres
from batch_kill.plan import Store
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.core.errors import ConfigError

NEWER = "update optcloud_store set version = version + 1"


class RunStore:
    """Where the ledger of a run is. ``server``: of PostgreSQL, to be killed."""

    def __init__(self, url: str, server: Postgres | None) -> None:
        self.url, self.server = url, server

    def newer_is_left_alone(self, folder: Path) -> bool:
        """Say whether a store of a newer version is refused, and stays as it is."""
        if self.server is not None:
            url = self.server.new_database()
            JobLedger.open(url).close()
            self.server.execute(NEWER, url)
            before = self._tables(url)
            return _refused(url) and self._tables(url) == before
        newer = folder / "newer.sqlite"
        with closing(sqlite3.connect(self.url)) as source, closing(sqlite3.connect(newer)) as copy:
            source.backup(copy)
            copy.execute(NEWER)
            copy.commit()
        hashed = hashlib.sha256(newer.read_bytes()).digest()
        return _refused(str(newer)) and hashlib.sha256(newer.read_bytes()).digest() == hashed

    def _tables(self, url: str) -> list[Any]:
        if self.server is None:
            return []
        columns = "select table_name, column_name from information_schema.columns where table_schema = 'public'"
        kept = "select version, marker from optcloud_store"
        return [*self.server.execute(f"{columns} order by 1, 2", url), *self.server.execute(kept, url)]


def _refused(url: str) -> bool:
    try:
        JobLedger.open(url).close()
    except ConfigError:
        return True
    return False


@contextmanager
def store_for(kind: Store, folder: Path) -> Iterator[RunStore]:
    """Make a store for the block."""
    if kind == "sqlite":
        yield RunStore(str(folder / "spring.sqlite"), None)
        return
    with Postgres() as server:
        yield RunStore(server.new_database(), server)
