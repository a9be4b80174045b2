"""Which store an address means: a file of SQLite, or a PostgreSQL database."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from optcloud.core.errors import ConfigError
from optcloud.core.local_paths import local_path

if TYPE_CHECKING:
    from optcloud.batch.store.store import Clock, Store


def open_store(url: str | os.PathLike[str], *, clock: Clock | None, make: bool) -> Store:
    """Return the store at an address: a path, ``sqlite:///path`` or ``postgresql://…``. Raises `ConfigError`."""
    text = os.fspath(url)
    if not text or text == ":memory:":
        raise ConfigError("store: a path or an address is needed, such as spring.sqlite: a store outlives the process")
    scheme, found, rest = text.partition("://")
    if not found or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]+", scheme):
        return _file(text, text, clock, make)
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        return _file(text, rest[1:], clock, make)
    if scheme in ("postgresql", "postgres"):
        from optcloud.batch.store.postgres import PostgresStore  # noqa: PLC0415 - psycopg is an extra, and heavy

        return PostgresStore(text, clock)
    raise ConfigError(
        f"store: {scheme}:// is no address that a store can have; use a path such as spring.sqlite, "
        "sqlite:///spring.sqlite or postgresql://user@host/database"
    )


def shown_store(store: str) -> str:
    """Return the address of a store without its password; of one that cannot be read, or not here, the kind alone."""
    if "://" not in store or store.startswith("sqlite:"):
        return store
    from optcloud.process.postgres_address import DatabaseAddress  # noqa: PLC0415 - a file does without

    try:
        return DatabaseAddress.parse(store).shown
    except ConfigError:
        return f"{store.partition('://')[0]}://…"


def _file(url: str, path: str, clock: Clock | None, make: bool) -> Store:
    from optcloud.batch.store.sqlite import SqliteStore  # noqa: PLC0415 - sqlite3 is loaded by those who use a file

    return SqliteStore(url, local_path(path, "store"), clock, make=make)
