"""Fixtures for users' own tests: `optcloud_sandbox` (fresh for each test) and `optcloud_environment`.

pytest loads this module by itself once optcloud is installed, so it imports nothing heavy before a test asks.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from optcloud_sandbox.server import Sandbox


@pytest.fixture(scope="session")
def optcloud_sandbox_server() -> Iterator["Sandbox"]:
    """One server for the whole session; use `optcloud_sandbox`, which cleans it before each test."""
    from optcloud_sandbox import Sandbox  # noqa: PLC0415 - see above

    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def optcloud_sandbox(optcloud_sandbox_server: "Sandbox") -> "Sandbox":
    """All three vendors and Cognito on loopback, without a trace of earlier tests."""
    optcloud_sandbox_server.forget_services()
    optcloud_sandbox_server.reset()
    return optcloud_sandbox_server


@pytest.fixture
def optcloud_environment(optcloud_sandbox: "Sandbox", monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The sandbox's environment variables, set for one test, so that `OptCloud()` finds it."""
    environment = optcloud_sandbox.environment()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment
