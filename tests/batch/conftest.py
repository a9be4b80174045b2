"""A PostgreSQL for the tests of batches: one server for a whole test process, a fresh database for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from batch.postgres import Postgres, server_for_tests


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running server. Who stops it starts it again."""
    with server_for_tests() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The address of a database of the test's own."""
    url = postgres.new_database()
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store, of each kind in turn."""
    if request.param == "sqlite":
        return str(tmp_path / "spring.sqlite")
    url: str = request.getfixturevalue("postgres_url")
    return url
