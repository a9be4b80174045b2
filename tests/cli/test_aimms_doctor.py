"""`optcloud aimms doctor`: each finding as a line, the exit code by what is at fault."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from optcloud import RetryPolicy
from optcloud.core.clock import SystemClock
from optcloud.sandbox import Fault, Sandbox


def findings(result: Any) -> dict[str, dict[str, Any]]:
    return {finding["check"]: finding for finding in json.loads(result.stdout)["findings"]}


def test_nothing_wrong(sandbox: Sandbox, run: Run) -> None:
    result = run("aimms", "doctor")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("fine         host: AIMMS PRO answers")
    assert any(line.startswith("fine         scope Tasks: ") for line in lines)
    assert result.stderr == ""


def test_a_warning_has_its_mend_and_is_no_failure(sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.add_aimms_key("key-of-a-planner", "Tasks")
    monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", "key-of-a-planner")
    result = run("aimms", "doctor")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("warning      scope PublishApp: "))
    assert lines[at + 1].startswith("             give the key this scope")


def test_a_wrong_key_is_4(sandbox: Sandbox, run: Run, secrets: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    secrets.append("planted-wrong-key")
    monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", "planted-wrong-key")
    result = run("aimms", "doctor", "--json")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["ok"] is False
    told = findings(result)
    assert told["key"]["verdict"] == "fault"
    assert "make a new one" in told["key"]["mend"]
    assert told["scope Tasks"]["verdict"] == "not checked"


def test_no_key_is_the_first_finding(run: Run) -> None:
    result = run("aimms", "doctor")
    assert result.exit_code == 4
    assert result.stdout.startswith("fault        credentials: aimms.url (or account) was not found.")
    assert "OPTCLOUD_AIMMS_ACCOUNT" in result.stdout


def test_settings_that_cannot_be_used(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCLOUD_AIMMS_URL", "http://planning.invalid/pro-api/v2")  # no TLS
    monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", "fake-key")
    result = run("aimms", "doctor", "--json")
    assert result.exit_code == 1
    assert list(findings(result)) == ["settings"]


def test_a_host_that_is_not_there_is_told_at_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("OPTCLOUD_AIMMS_URL", f"http://127.0.0.1:{port}/pro-api/v2")
    monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", "fake-key")
    slept: list[float] = []
    monkeypatch.setattr(SystemClock, "sleep", lambda _clock, seconds: slept.append(seconds))
    result = run("aimms", "doctor", "--json")
    assert result.exit_code == 1
    assert slept == [], "retries would wait in between"
    assert findings(result)["host"]["verdict"] == "fault"
    assert "nothing listens there" in findings(result)["host"]["mend"]
    assert result.stderr == ""


def test_a_host_that_fails_is_asked_once(sandbox: Sandbox, run: Run) -> None:
    sandbox.faults.add(Fault("html", vendor="aimms", path="/version$", status=503, times=None))
    result = run("aimms", "doctor", "--json")
    assert result.exit_code == 1
    assert len([entry for entry in sandbox.journal() if entry.path.endswith("/version")]) == 1


def test_a_local_service(sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCLOUD_AIMMS_LOCAL", "1")
    monkeypatch.setenv("OPTCLOUD_AIMMS_URL", sandbox.urls.dex)
    assert run("aimms", "doctor").stdout == "fine         desk: the local DEX service answers\n"
    monkeypatch.setenv("OPTCLOUD_AIMMS_URL", sandbox.urls.gurobi)
    wrong = run("aimms", "doctor", "--json")
    assert wrong.exit_code == 1
    assert "/api/v2" in findings(wrong)["desk"]["mend"]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("OPTCLOUD_AIMMS_URL", f"http://127.0.0.1:{port}/api/v2")
    gone = run("aimms", "doctor", "--json")
    assert gone.exit_code == 1
    assert "StartAPIService" in findings(gone)["desk"]["mend"]


def test_server(sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RetryPolicy, "backoff", lambda _policy, _attempt: 0.0)
    assert run("aimms", "server").stdout.splitlines()[-1] == "healthy: yes"
    sandbox.faults.add(Fault("status", vendor="aimms", path="/health-check$", status=503, times=None, retry_after=0))
    result = run("aimms", "server", "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["healthy"] is False
    assert told["trouble"]
    assert told["version"]
