"""Other people's software on the sandbox, unmodified; skipped, with the reason, where it is not installed."""

import os
from collections.abc import Iterator

import pytest

from optcloud.sandbox import Sandbox


@pytest.fixture(scope="session")
def server() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(server: Sandbox) -> Sandbox:
    server.forget_services()
    server.reset()
    return server


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where all counterparts were installed on purpose, one that is missing is a failure, not a skip."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("OPTCLOUD_INTEROP") == "all" and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
