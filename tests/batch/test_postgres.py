"""The PostgreSQL of the tests itself: it starts, it is empty, it keeps what was committed over a crash."""

import pytest

from batch.postgres import NoPostgresError, Postgres, server_for_tests


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
