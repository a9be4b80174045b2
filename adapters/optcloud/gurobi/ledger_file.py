"""The ledger of launches (`optcloud.gurobi.ledger`), in one file for all accounts and processes of a user.

`optcloud.process.sqlite_file` is the file, `optcloud.process.owners` knows which processes live.
"""

from __future__ import annotations

from pathlib import Path

import platformdirs

from optcloud.core.local_paths import local_path
from optcloud.core.settings import GurobiSettings
from optcloud.gurobi.ledger import Ledger, NoLedger
from optcloud.gurobi.ledger_rows import LedgerRows
from optcloud.process.owners import Owners, owners_of
from optcloud.process.sqlite_file import FileKind, SqliteFile

_LAUNCHES = FileKind(
    schema="""
    CREATE TABLE launches (
        url TEXT NOT NULL, access TEXT NOT NULL, launch TEXT NOT NULL,
        count INTEGER NOT NULL, at REAL NOT NULL, marker TEXT, parameters TEXT NOT NULL,
        fate TEXT NOT NULL, ids TEXT NOT NULL,
        owner TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL,
        PRIMARY KEY (url, access, launch)
    )
    """,
    version=1,
    fault="launches cannot be written down there",
    hint='set gurobi.ledger (OPTCLOUD_GUROBI_LEDGER) to another path, or to "off"',
)


def ledger_for(settings: GurobiSettings) -> Ledger:
    """Return where launches are written down by these settings. Nothing is read or made yet."""
    if settings.ledger == "off":
        return NoLedger()
    if settings.ledger is None:
        path = platformdirs.user_state_path("optcloud") / "gurobi" / "ledger.sqlite3"
    elif settings.ledger.startswith(("postgresql://", "postgres://")):
        from optcloud.gurobi.ledger_postgres import PostgresLedger  # noqa: PLC0415 - few have one

        return PostgresLedger(settings.ledger, settings.url, settings.access_id)
    else:
        path = local_path(settings.ledger, "gurobi.ledger").expanduser()
    return FileLedger(path, settings.url, settings.access_id)


class FileLedger(LedgerRows):
    """A `Ledger` of one account in a file, which is made by the first `intend`. Raises `ConfigError`.

    Threads may share it. ``owners`` is of the tests: several processes in one.
    """

    def __init__(self, path: Path, url: str, access_id: str, owners: Owners | None = None) -> None:
        self.path = path.resolve()
        owners = owners or owners_of(self.path.parent / "owners")
        super().__init__(SqliteFile(self.path, _LAUNCHES), str(self.path), url, access_id, owners)
