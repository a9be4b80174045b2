"""The command line on the sandbox. No run of it may show a secret: the fixture that runs it looks."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from typer.testing import CliRunner

from optcloud.cli.app import app
from optcloud.sandbox import AtOnce, Sandbox

Run = Callable[..., Any]


@pytest.fixture(scope="session", autouse=True)
def one_ssl_context() -> Iterator[None]:
    """Each command opens a client of its own, which reads all certificates of the world: once is enough here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        yield


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox, bare: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A sandbox that the environment points at."""
    running.pace = AtOnce()
    for name, value in running.environment().items():
        monkeypatch.setenv(name, value)
    yield running
    running.forget_services()
    running.reset()


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, running: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An environment without any setting, a state folder of its own, and a terminal of fixed width without colours."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    of_the_wire = [f"{name}_PROXY" for name in ("HTTPS", "HTTP", "ALL", "NO")] + ["SSL_CERT_FILE", "SSL_CERT_DIR"]
    of_the_wire += [name.lower() for name in of_the_wire]
    for name in (
        *running.environment(),
        "OPTCLOUD_PROFILE",
        "OPTCLOUD_LOG",
        "FORCE_COLOR",
        "OPTCLOUD_AIMMS_ACCOUNT",
        *of_the_wire,
    ):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"OPTCLOUD_CONFIG": os.devnull, "COLUMNS": "100", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def secrets(running: Sandbox) -> list[str]:
    """What no output may show; tests may add to it."""
    known = running.credentials
    return [known.aimms_api_key, known.password, known.gurobi_secret_key]


@pytest.fixture
def run(bare: None, secrets: list[str]) -> Run:
    """Run `optcloud ARGUMENTS…`; the result has exit_code, stdout, stdout_bytes and stderr."""

    def running(*arguments: str, stdin: bytes | None = None) -> Any:
        result = CliRunner().invoke(app, list(arguments), input=stdin, prog_name="optcloud")
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        for secret in secrets:
            assert secret not in result.stdout + result.stderr
        assert "\x1b" not in result.stderr
        assert "Traceback" not in result.stderr
        return result

    return running
