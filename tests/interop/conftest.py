"""Other people's software on the sandbox, unmodified; skipped, with the reason, where it is not installed."""

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
