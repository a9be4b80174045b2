"""A sandbox, fresh for each test, and raw clients of its wire."""

import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from optcloud.sandbox import Sandbox
from sandbox_server.aimms_answers import judge
from sandbox_server.raw_clients import CognitoClient, Exchange, GurobiClient

# Loopback without TLS: loading certificates would be the larger part of each test.
PLAIN: Any = {"verify": False, "trust_env": False}


@pytest.fixture(scope="session")
def server() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(server: Sandbox) -> Sandbox:
    server.forget_services()
    server.reset()
    return server


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    # No default Accept, Accept-Encoding or User-Agent: each test says what it sends.
    with httpx.Client(timeout=10, **PLAIN) as client:
        client.headers.clear()
        yield client


@pytest.fixture
def aimms(sandbox: Sandbox) -> Iterator[httpx.Client]:
    headers = {"apikey": sandbox.credentials.aimms_api_key}
    with httpx.Client(base_url=sandbox.urls.aimms, headers=headers, timeout=10, **PLAIN) as client:
        yield client


@pytest.fixture
def account(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """As `aimms`, with every answer judged by the document."""

    def judged(response: httpx.Response) -> None:
        response.read()
        judge(response, sandbox.urls.aimms)

    headers = {"apikey": sandbox.credentials.aimms_api_key}
    hooks: Any = {"response": [judged]}
    with httpx.Client(base_url=sandbox.urls.aimms, headers=headers, timeout=30, event_hooks=hooks, **PLAIN) as client:
        yield client


@pytest.fixture
def raw(sandbox: Sandbox) -> Exchange:
    """Send bytes over a socket of their own and read until the server closes; connection errors are raised."""

    def exchange(request: bytes) -> bytes:
        parts = urlsplit(sandbox.urls.root)
        with socket.create_connection((str(parts.hostname), parts.port or 0), timeout=10) as connection:
            connection.sendall(request)
            received = b""
            while piece := connection.recv(65536):
                received += piece
            return received

    return exchange


@pytest.fixture
def cognito(sandbox: Sandbox, http: httpx.Client) -> CognitoClient:
    return CognitoClient(sandbox, http)


@pytest.fixture
def adiutaopt(sandbox: Sandbox, cognito: CognitoClient) -> Iterator[httpx.Client]:
    headers = {"authorization": f"Bearer {cognito.tokens()['IdToken']}"}
    with httpx.Client(base_url=sandbox.urls.adiutaopt, timeout=30, **PLAIN) as client:
        client.headers.clear()
        client.headers.update(headers)
        yield client


@pytest.fixture
def gurobi(sandbox: Sandbox, http: httpx.Client) -> GurobiClient:
    return GurobiClient(sandbox, http)
