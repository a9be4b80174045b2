"""Which process owns what is written down in a PostgreSQL, and whether it lives, on whatever host.

Each process holds, for its life, a session of its own with an advisory lock: PostgreSQL frees it when the session ends,
however that ends. A host that vanishes is noticed by keepalives, in less than a minute. Sessions must reach the server
itself: what shares them out by transaction (PgBouncer can) frees locks at once.
"""

from __future__ import annotations

import hashlib
import os
import platform
import threading
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from optcloud.process.owners import Owner
from optcloud.process.postgres_address import DatabaseAddress, psycopg_driver

if TYPE_CHECKING:
    import psycopg

PATIENCE = 30  # seconds, for other processes
_KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4}  # the server's, of its side
_HELD = """
    SELECT count(*) FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND ((classid::bigint << 32) | objid::bigint) = %s
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


# Held while a session is used, and while the process forks: a child that came to life meanwhile, of another thread,
# would find locks of libpq taken for ever.
_using = threading.RLock()


def connect(url: str) -> psycopg.Connection[Any]:
    """Return a new session, each statement of which is a transaction. Raises `ConfigError`, and psycopg's errors."""
    options = {"connect_timeout": str(PATIENCE)} | DatabaseAddress.parse(url).options()
    session: psycopg.Connection[Any] = psycopg_driver().connect(**options, autocommit=True)
    return session


def lock_number(name: str) -> int:
    """Return the number of the advisory lock of a name."""
    return int.from_bytes(hashlib.sha256(f"optcloud {name}".encode()).digest()[:8], "big", signed=True)


class PostgresOwners:
    """The processes that own something in a database. Raises psycopg's errors."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.host = platform.node()
        self._renew()

    def _renew(self) -> None:
        self._guard = threading.Lock()
        self._me: Owner | None = None
        self._session: psycopg.Connection[Any] | None = None
        self._backend = 0

    def me(self) -> Owner:
        """Return this process, whose lock is held from here on; where its session was lost, the lock is taken anew.

        Between the two, others may have taken over what it owned.
        """
        with self._guard, _using:
            me = self._me or Owner(uuid.uuid4().hex, self.host, os.getpid())
            if self._session is None or not _answers(self._session):
                self._session = self._enter(me)
            self._me = me
            return me

    def is_alive(self, name: str, host: str, dead_hosts: Collection[str] = ()) -> bool:
        """Say whether the process lives, on whatever host: PostgreSQL knows."""
        if self._me is not None and name == self._me.name:
            return True
        with _using, connect(self._url) as session:
            return bool(session.execute(_HELD, (lock_number(name),)).fetchone()[0])  # type: ignore[index]

    def sweep(self) -> None:
        """Do nothing: the dead leave no locks."""

    def leave(self) -> None:
        """Give the lock back and end the session; at the end of a process, the server does both when it notices."""
        with self._guard:
            if self._session is not None:
                with suppress(psycopg_driver().Error):  # a session that is lost has no lock
                    self._session.execute("SELECT pg_advisory_unlock_all()")
                self._session.close()
        self._renew()

    def leave_to_parent(self) -> None:
        """Forget the owner that this object was, in the child of a fork: the session is the parent's."""
        if self._session is not None:
            with suppress(OSError):
                os.close(self._session.fileno())  # closing the session would end it for the parent, too
        self._renew()

    def _enter(self, me: Owner) -> psycopg.Connection[Any]:
        session = connect(self._url)
        try:
            if self._backend:  # that the old one is lost, the server may not have noticed
                session.execute("SELECT pg_terminate_backend(%s)", (self._backend,))
            session.execute(f"SET lock_timeout = '{PATIENCE}s'")
            for name, value in _KEEPALIVES.items():
                session.execute(f"SET tcp_{name} = {value}")
            session.execute("SELECT pg_advisory_lock(%s)", (lock_number(me.name),))
        except BaseException:
            session.close()
            raise
        self._backend = session.info.backend_pid
        return session


def _answers(session: psycopg.Connection[Any]) -> bool:
    import psycopg  # noqa: PLC0415 - of the extra "fleet"

    try:
        session.execute("SELECT 1")
    except psycopg.Error:
        with suppress(psycopg.Error):
            session.close()
        return False
    return True


_of: dict[str, PostgresOwners] = {}
_adding = threading.Lock()


def postgres_owners_of(url: str) -> PostgresOwners:
    """Return the owners of a database: the same ones for the whole process."""
    with _adding:
        return _of.setdefault(url, PostgresOwners(url))


@contextmanager
def transaction(url: str, turn: str) -> Iterator[psycopg.Connection[Any]]:
    """Open a session with a transaction, on the disk at its end; those of one ``turn`` come one after the other."""
    with _using, connect(url) as session, session.transaction():
        session.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
        session.execute("SET LOCAL synchronous_commit = on")
        session.execute("SELECT pg_advisory_xact_lock(%s)", (lock_number(turn),))
        yield session


def _forked() -> None:
    global _adding  # noqa: PLW0603 - a thread that is no more may hold it
    _adding = threading.Lock()
    for owners in _of.values():
        owners.leave_to_parent()
    _using.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_using.acquire, after_in_parent=_using.release, after_in_child=_forked)
