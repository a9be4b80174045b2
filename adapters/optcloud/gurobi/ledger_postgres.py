"""The ledger of launches (`optcloud.gurobi.ledger`) in PostgreSQL: for processes on many hosts.

Whether the process lives that launched something is known over all hosts (`optcloud.process.postgres_owners`), so what
a dead one left is claimed by whoever comes next, wherever that is. `lead` says, for machines that many processes use,
which one of them rents and kills: at any time one. No secret is written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from attrs import frozen

from optcloud.core.errors import ConfigError
from optcloud.gurobi.ledger_rows import LedgerRows
from optcloud.process.postgres_address import DatabaseAddress
from optcloud.process.postgres_owners import PostgresOwners, postgres_owners_of, transaction

T = TypeVar("T")
VERSION = 1
_TURN = "gurobi launches"
_SCHEMA = f"""
    CREATE TABLE gurobi_launches (
        rowid bigint GENERATED ALWAYS AS IDENTITY,
        url text NOT NULL, access text NOT NULL, launch text NOT NULL,
        count integer NOT NULL, at double precision NOT NULL, marker text, parameters text NOT NULL,
        fate text NOT NULL, ids text NOT NULL,
        owner text NOT NULL, host text NOT NULL, pid integer NOT NULL,
        PRIMARY KEY (url, access, launch)
    );
    CREATE TABLE gurobi_pools (
        url text NOT NULL, access text NOT NULL, name text NOT NULL, ids text NOT NULL,
        owner text NOT NULL, host text NOT NULL, pid integer NOT NULL,
        PRIMARY KEY (url, access, name)
    );
    COMMENT ON TABLE gurobi_launches IS '{VERSION}'
"""
_POOL = "SELECT ids, owner, host, pid FROM gurobi_pools WHERE url = ? AND access = ? AND name = ?"
_LEAD = """
    INSERT INTO gurobi_pools VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (url, access, name)
    DO UPDATE SET ids = excluded.ids, owner = excluded.owner, host = excluded.host, pid = excluded.pid
"""
_IDS = "UPDATE gurobi_pools SET ids = ? WHERE url = ? AND access = ? AND name = ? AND owner = ?"
_RETIRE = "DELETE FROM gurobi_pools WHERE url = ? AND access = ? AND name = ? AND owner = ?"


class LaunchesUnwritable(ConfigError):  # noqa: N818 - as the others, it says what happened
    """PostgreSQL does not answer just now, so launches cannot be written down: nothing is launched meanwhile."""


@frozen
class PoolLead:
    """Who rents machines that many processes use. ``ids``: the machines, once they are known.

    ``mine``: this process does, and is to launch them where there are no ids; else ``leader`` does.
    """

    mine: bool
    ids: tuple[str, ...]
    leader: str


class PostgresLedger(LedgerRows):
    """A `Ledger` of one account in the PostgreSQL of an address, whose tables are made by the first `intend`.

    Raises `ConfigError`. Threads may share it. ``owners`` is of the tests: several processes in one.
    """

    def __init__(self, postgres: str, url: str, access_id: str, owners: PostgresOwners | None = None) -> None:
        table = PostgresTable(postgres)
        super().__init__(table, table.place, url, access_id, owners or postgres_owners_of(postgres))

    def lead(self, name: str) -> PoolLead:
        """Return who leads; this process does, if nobody does that lives. What a dead leader had launched is adopted.

        A leader whose session was lost, and who was succeeded, is told here that it leads no more.
        """

        def lead(db: Any) -> PoolLead:
            me = self._owners.me()
            row = next(iter(db.execute(_POOL, (*self._account, name))), None)
            ids: tuple[str, ...] = ()
            if row is not None:
                ids, (owner, host, pid) = tuple(json.loads(row[0])), row[1:]
                if owner == me.name:
                    return PoolLead(True, ids, f"pid {pid} on {host}")
                if self._owners.is_alive(owner, host):
                    return PoolLead(False, ids, f"pid {pid} on {host}")
                ids = ids if self._adopt(db, owner, ids) else ()
            db.execute(_LEAD, (*self._account, name, json.dumps(ids), me.name, me.host, me.pid))
            return PoolLead(True, ids, f"pid {me.pid} on {me.host}")

        found: list[PoolLead] = []
        self._table.write(lambda db: found.append(lead(db)))
        return found[0]

    def publish(self, name: str, ids: Iterable[str]) -> None:
        """Tell the others which machines there are (none: they are to wait). Nothing, where another leads."""
        packed, me = json.dumps(list(ids)), self._owners.me().name
        self._table.change(lambda db: db.execute(_IDS, (packed, *self._account, name, me)), None)

    def retire(self, name: str) -> None:
        """Lead no more: the machines are killed."""
        me = self._owners.me().name
        self._table.change(lambda db: db.execute(_RETIRE, (*self._account, name, me)), None)

    def _adopt(self, db: Any, owner: str, ids: tuple[str, ...]) -> bool:
        """Take over a dead leader's launch, where it is of exactly these machines and nobody has claimed it."""
        for row in self._rows(db):
            if row.fate == "launched" and row.owner == owner and ids and set(row.ids) == set(ids):
                self._take(db, row)
                return True
        return False


class PostgresTable:
    """Where launches are written down. Each method raises `ConfigError` where they cannot be."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._address = DatabaseAddress.parse(url)
        self.place = self._address.shown
        """The address without its password."""

    def write(self, work: Callable[[Any], object]) -> None:
        """Read and write in a transaction, in tables that are made if there are none."""
        with self.explained(), transaction(self._url, _TURN) as session:
            if not self._has_table(session):
                session.execute(_SCHEMA)
            work(_Marked(session))

    def change(self, work: Callable[[Any], T], nothing: T) -> T:
        """Read and write in a transaction. Where no launch was ever written, return ``nothing``, and make no table."""
        with self.explained(), transaction(self._url, _TURN) as session:
            return work(_Marked(session)) if self._has_table(session) else nothing

    def _has_table(self, session: Any) -> bool:
        """Say whether anything was written yet. Raises `ConfigError` for what a newer optcloud wrote."""
        (exists, version) = session.execute(
            "SELECT to_regclass('gurobi_launches')::text, obj_description(to_regclass('gurobi_launches'), 'pg_class')"
        ).fetchone()
        if exists is not None and version != str(VERSION):
            raise self._cannot(f"a newer optcloud wrote it: version {version}, this one knows {VERSION}")
        return exists is not None

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what PostgreSQL raises into a `ConfigError` that names the database and says what to do."""
        try:
            yield
        except ConfigError:
            raise
        except Exception as error:
            import psycopg  # noqa: PLC0415 - of the extra "fleet"

            if isinstance(error, psycopg.OperationalError | OSError):
                raise LaunchesUnwritable(str(self._cannot(self._said(error)))) from None
            if not isinstance(error, psycopg.Error):
                raise
            raise self._cannot(self._said(error)) from None

    def _said(self, error: Exception) -> str:
        return self._address.hide(str(error).strip())

    def _cannot(self, why: object) -> ConfigError:
        return ConfigError(f"{self.place}: launches cannot be written down there ({why})")


class _Marked:
    """A session that takes statements as SQLite does: ``?`` for parameters, and the table is ``launches``."""

    def __init__(self, session: Any) -> None:
        self._session = session

    def execute(self, sql: str, parameters: Any = ()) -> Any:
        return self._session.execute(sql.replace("?", "%s").replace(" launches ", " gurobi_launches "), parameters)
