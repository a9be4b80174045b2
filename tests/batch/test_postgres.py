"""The PostgreSQL of the tests itself: it starts, it is empty, it keeps what was committed over a crash."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from batch.postgres import NoPostgresError, Postgres, server_for_tests
from patience import eventually


def test_each_database_is_fresh(postgres: Postgres) -> None:
    first, second = postgres.new_database(), postgres.new_database()
    postgres.execute("create table there(n int)", first)
    assert postgres.execute("select tablename from pg_tables where schemaname = 'public'", first) == [("there",)]
    assert postgres.execute("select tablename from pg_tables where schemaname = 'public'", second) == []


@pytest.mark.parametrize("hard", [False, True])
def test_what_was_committed_outlives_a_restart(hard: bool) -> None:
    with server_for_tests(durable=True) as server:
        url = server.new_database()
        server.execute("create table there as select 7 as n", url)
        server.restart(hard=hard)
        assert server.execute("select n from there", url) == [(7,)]


@pytest.mark.usefixtures("postgres")  # skipped where there is none
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_ends_with_the_process_that_started_it(number: signal.Signals) -> None:
    program = (
        "import signal\nfrom batch.postgres import Postgres\n"
        "with Postgres() as server:\n    print(server._process.pid, server._folder, flush=True)\n    signal.pause()\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        pid, folder = starter.stdout.readline().split()
        starter.send_signal(number)
    eventually(lambda: not _runs(int(pid)) and not Path(folder).exists())


def _runs(pid: int) -> bool:
    """Whether there is such a process, and not only what its parent, who has died, would have been told."""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return found.strip()[:1] not in ("", "Z")


def test_without_postgresql_tests_are_skipped_or_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise NoPostgresError("no PostgreSQL here")

    monkeypatch.setattr("batch.postgres._binaries", none)
    monkeypatch.delenv("OPTCLOUD_POSTGRESQL", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no PostgreSQL here"), server_for_tests():
        raise AssertionError
    monkeypatch.setenv("OPTCLOUD_POSTGRESQL", "required")
    with pytest.raises(pytest.fail.Exception, match="no PostgreSQL here"), server_for_tests():
        raise AssertionError
