"""`-v`, `--debug` and ``OPTCLOUD_LOG``: a line a request on stderr, wherever the option stands; stdout stays pure."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.conftest import Run
from optcloud import RetryPolicy
from optcloud.core.logs import stop_logging
from optcloud.sandbox import Fault, Sandbox

REQUEST = re.compile(r"GET 127\.0\.0\.1:\d+/aimms/pro-api/v2/version getVersion: 200 \(\d+\.\d{3} s, attempt 1\)\n")
PLACES = ("{} aimms server", "aimms {} server", "aimms server {}")


@pytest.fixture(autouse=True)
def stopped() -> Iterator[None]:
    yield
    stop_logging()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("option", ["-v", "--verbose", "--debug"])
def test_anywhere_on_the_command_line(sandbox: Sandbox, run: Run, place: str, option: str) -> None:
    before = logging.getLogger("optcloud").level
    plain = run("aimms", "server")
    result = run(*place.format(option).split())
    assert (result.exit_code, result.stdout, plain.stderr) == (0, plain.stdout, "")
    assert len(REQUEST.findall(result.stderr)) == 1
    assert ("apikey: ***" in result.stderr) == (option == "--debug")
    assert logging.getLogger("optcloud").level == before
    assert run("aimms", "server").stderr == ""


def test_a_default_command_takes_it_too(sandbox: Sandbox, run: Run) -> None:
    assert "/tasks getTasks: 200 (" in run("aimms", "tasks", "-v").stderr


@pytest.mark.parametrize("option", ["-v", "--debug"])
def test_with_json_each_line_is_an_object_with_the_facts(sandbox: Sandbox, run: Run, option: str) -> None:
    result = run("aimms", "server", "--json", option)
    assert json.loads(result.stdout)["healthy"] is True
    told = [json.loads(line) for line in result.stderr.splitlines()]
    (version,) = (each for each in told if each["event"] == "request" and each["operation"] == "getVersion")
    assert (version["method"], version["status"], version["attempt"], version["level"]) == ("GET", 200, 1, "info")
    assert version["host"].startswith("127.0.0.1:") and version["path"] == "/aimms/pro-api/v2/version"
    assert version["seconds"] >= 0 and version["message"]
    assert {each["event"] for each in told} == ({"request"} if option == "-v" else {"request", "wire", "log"})


def test_attempts_and_sign_ins_are_told(sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RetryPolicy, "backoff", lambda _policy, _attempt: 0.0)
    sandbox.faults.add(Fault("status", vendor="adiutaopt", path="version", status=503, times=1, retry_after=0))
    result = run("doctor", "adiutaopt", "--debug")
    assert "/ InitiateAuth: 200 (" in result.stderr
    assert f"{sandbox.credentials.username} signs in at http://127.0.0.1:" in result.stderr
    result = run("adiutaopt", "login", "--debug")
    assert "authorization" not in result.stderr.lower() or "authorization: ***" in result.stderr


def test_a_repeated_request_has_its_number(sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RetryPolicy, "backoff", lambda _policy, _attempt: 0.0)
    sandbox.faults.add(Fault("status", vendor="aimms", path="/version$", status=503, times=1, retry_after=0))
    told = run("aimms", "server", "-v").stderr
    assert re.search(r"getVersion: 503 \([0-9.]+ s, attempt 1\)", told)
    assert re.search(r"getVersion: 200 \([0-9.]+ s, attempt 2\)", told)
    assert told.count("attempt 1 failed") == 1, "an event says it: the log does not say it again"


@pytest.mark.parametrize("value", ["info", "debug"])
def test_the_variable_says_the_same(sandbox: Sandbox, run: Run, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCLOUD_LOG", value)
    result = run("aimms", "server")
    assert len(REQUEST.findall(result.stderr)) == 1
    assert ("apikey: ***" in result.stderr) == (value == "debug")


def test_into_a_file(sandbox: Sandbox, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCLOUD_LOG", f"info,{tmp_path / 'wire.log'}")
    assert run("aimms", "server").stderr == ""
    assert len(REQUEST.findall((tmp_path / "wire.log").read_text(encoding="utf-8"))) == 1


def test_a_value_that_says_nothing_is_an_error(sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCLOUD_LOG", "loud")
    result = run("aimms", "server")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: environment variable OPTCLOUD_LOG: 'loud' is none of info, debug")
