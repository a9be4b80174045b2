"""A PostgreSQL for tests: started by its own binaries on 127.0.0.1, gone with the test process, however that ends.

As a program's own::

    with Postgres() as server:
        ledger = JobLedger.open(server.new_database())
        server.restart()

Tests take the fixtures ``postgres`` (one server for all tests of a process) and ``postgres_url`` (a fresh database)
of ``tests/batch/conftest.py``. Where there is none, tests are skipped; with ``OPTCLOUD_POSTGRESQL=required`` they fail.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from optcloud.process.child_guard import guard
from patience import PATIENCE

PLACES = "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin"
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
"""For tests that end no server the hard way: nothing waits for the disk."""


class NoPostgresError(Exception):
    """There is no PostgreSQL on this machine that a test can start; the message says what was looked for."""


class Postgres:
    """A server with a data folder of its own, trusted on loopback; made and started by entering it.

    ``durable``: what was committed outlives `kill`, as in life. ``settings`` are lines of ``postgresql.conf``, such as
    ``max_connections=20``.
    """

    def __init__(self, *, durable: bool = True, settings: tuple[str, ...] = ()) -> None:
        self._binaries = _binaries()
        self._settings = (*(() if durable else NOT_DURABLE), *settings)
        self._as_user = _unprivileged()
        self._numbers = itertools.count(1)
        self._folder = Path()
        self._left = contextlib.ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def __enter__(self) -> Postgres:
        self._folder = self._left.enter_context(guard.folder())
        try:
            if self._as_user:
                os.chown(self._folder, self._as_user["user"], self._as_user["group"])
            self._make()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._left.close()

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database of this server; it stays the same over `restart`."""
        return f"postgresql://optcloud@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Make an empty database, and return its address."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self.execute(f"create database {name}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop the database of an address, whoever is connected."""
        self.execute(f"drop database if exists {url.rpartition('/')[2]} with (force)")

    def execute(self, sql: str, url: str | None = None) -> list[Any]:
        """Run one statement, and return its rows."""
        import psycopg

        with psycopg.connect(url or self.url(), autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        for _ in range(5):
            fresh = not self.port
            self.port = self.port or _free_port()
            if self._answers():
                return
            self.kill()
            if fresh:  # somebody may have taken the port meanwhile
                self.port = 0
        raise AssertionError(f"PostgreSQL did not start:\n{self._log()}")

    def stop(self) -> None:
        """Shut the server down in good order, cutting the connections: what an administrator's restart does."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Let the server die at once, without writing anything more; it recovers by its log at the next `start`."""
        self._end(signal.SIGQUIT)

    def restart(self, *, hard: bool = False) -> None:
        """Stop (``hard``: kill) and start again, on the same port."""
        if hard:
            self.kill()
        else:
            self.stop()
        self.start()

    def _make(self) -> None:
        made = self._run(
            "initdb", "-D", "data", "-U", "optcloud", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        )
        if made.returncode:
            raise AssertionError(f"initdb failed:\n{made.stdout.decode(errors='replace')}")

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [self._binaries / program, *arguments],
            cwd=self._folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=PATIENCE,
            **self._as_user,
        )

    def _answers(self) -> bool:
        """Start the process; say whether it came to answer, rather than to its end."""
        settings = (
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "shared_buffers=32MB",
            *self._settings,
        )
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", "data", *(part for line in settings for part in ("-c", line))],
                cwd=self._folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the tests
                **self._as_user,
            )
        guard.watch(self._process.pid)
        late = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < late:
            if self._run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)).returncode == 0:
                # Another server may hold the port: ours has ended then, or is about to.
                return self._named() == self._process.pid
            time.sleep(0.02)
        return False

    def _named(self) -> int:
        """Return the process that the data folder names as its server; it has its port once it is named there."""
        try:
            return int((self._folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, IndexError):
            return 0

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(how)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(PATIENCE)
            guard.forget(process.pid)

    def _log(self) -> str:
        try:
            return (self._folder / "log").read_text(errors="replace")[-2000:]
        except OSError:
            return ""


def _binaries() -> Path:
    found = shutil.which("postgres")
    folders = [Path(found).resolve().parent] if found else []
    for pattern in PLACES:
        folders += sorted(Path("/").glob(pattern.lstrip("/")), key=lambda path: path.parent.name, reverse=True)
    for folder in folders:
        if all((folder / program).exists() for program in ("postgres", "initdb", "pg_isready")):
            return folder
    raise NoPostgresError(f"no PostgreSQL: neither on PATH nor in {', '.join(PLACES)}")


def _unprivileged() -> dict[str, Any]:
    """Whom the server runs as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise NoPostgresError("PostgreSQL refuses root, and there is neither a user postgres nor nobody")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def server_for_tests(*, durable: bool = False) -> Iterator[Postgres]:
    """Run a server for tests; skip, or fail where ``OPTCLOUD_POSTGRESQL=required``, if there is none."""
    try:
        server = Postgres(durable=durable)
    except NoPostgresError as error:
        if os.environ.get("OPTCLOUD_POSTGRESQL") == "required":
            pytest.fail(str(error))
        pytest.skip(str(error))
    with server:
        yield server
