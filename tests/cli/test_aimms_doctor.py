"""`optcloud aimms doctor`, and server: each finding as a line, the exit code by what is at fault."""

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
from unit.proxying import answering, serving


def findings(result: Any) -> dict[str, dict[str, Any]]:
    return {finding["check"]: finding for finding in json.loads(result.stdout)["findings"]}


def test_nothing_wrong(sandbox: Sandbox, run: Run) -> None:
    result = run("aimms", "doctor")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("fine         settings: url from environment variable OPTCLOUD_AIMMS_URL; api_key from")
    assert lines[1].startswith("fine         connection: http://127.0.0.1:")
    assert lines[2].startswith("fine         host: AIMMS PRO answers")
    assert "fine         clock: this machine's clock agrees with the server's" in lines
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
    assert "make a new one" in told["key"]["hint"]
    assert told["scope Tasks"]["verdict"] == "not checked"


def test_no_key_is_the_first_finding(run: Run) -> None:
    result = run("aimms", "doctor")
    assert result.exit_code == 4
    assert result.stdout.startswith("fault        credentials: AIMMS PRO needs account (or url) and api_key.")
    assert "OPTCLOUD_AIMMS_ACCOUNT" in result.stdout


def test_settings_that_cannot_be_used(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCLOUD_AIMMS_URL", "http://planning.invalid/pro-api/v2")  # no TLS
    monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", "fake-key")
    result = run("aimms", "doctor", "--json")
    assert result.exit_code == 1
    assert list(findings(result)) == ["settings"]


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("HTTPS_PROXY", "http://user:planted-pass@proxy.invalid:port", "variable HTTPS_PROXY is no address of a proxy"),
        ("https_proxy", "ftp://user:planted-pass@proxy.invalid", "variable https_proxy is of a kind"),
        ("ALL_PROXY", "http://user:planted-pass @proxy.invalid", "variable ALL_PROXY has white space"),
        ("SSL_CERT_FILE", "/no/such.pem", "variable SSL_CERT_FILE: '/no/such.pem' cannot be used"),
        ("SSL_CERT_DIR", "/no/such", "variable SSL_CERT_DIR: '/no/such' cannot be used"),
        ("OPTCLOUD_AIMMS_API_KEY", "planted-pass\n", "variable OPTCLOUD_AIMMS_API_KEY): a header cannot hold it"),
        ("OPTCLOUD_AIMMS_URL", "https://acme.aimms.cloud/pro-api/v1", "write https://acme.aimms.cloud/pro-api/v2"),
    ],
)
def test_an_environment_that_cannot_be_used_is_the_first_finding(
    run: Run, secrets: list[str], variable: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variable and the mend are named, without a traceback and without a password; other commands say the same."""
    secrets.append("planted-pass")
    monkeypatch.setenv("OPTCLOUD_AIMMS_URL", "https://planning.invalid/pro-api/v2")
    monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", "fake-key")
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, value)
    result = run("aimms", "doctor", "--json")
    assert result.exit_code == 1
    assert list(findings(result)) == ["settings"]
    assert words in findings(result)["settings"]["words"]
    other = run("aimms", "server", "--json")
    assert other.exit_code == 1 and words in json.loads(other.stderr or other.stdout)["message"]


def test_a_proxy_that_refuses_is_named(run: Run, secrets: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheme is not needed; the password is not shown."""
    secrets.append("planted-pass")
    monkeypatch.setenv("OPTCLOUD_AIMMS_URL", "https://planning.invalid/pro-api/v2")
    monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", "fake-key")
    with serving(answering(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", [])) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"user:planted-pass@127.0.0.1:{port}")
        result = run("aimms", "doctor", "--json")
    assert result.exit_code == 1
    assert (
        f"through the proxy http://127.0.0.1:{port} (from environment variable HTTPS_PROXY)"
        in findings(result)["host"]["words"]
    )
    assert "USER:PASSWORD@" in findings(result)["host"]["hint"]


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
    assert "nothing listens there" in findings(result)["host"]["hint"]
    assert result.stderr == ""


def test_a_host_that_fails_is_asked_once(sandbox: Sandbox, run: Run) -> None:
    sandbox.faults.add(Fault("html", vendor="aimms", path="/version$", status=503, times=None))
    result = run("aimms", "doctor", "--json")
    assert result.exit_code == 1
    assert len([entry for entry in sandbox.journal() if entry.path.endswith("/version")]) == 1


def test_a_local_service(sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCLOUD_AIMMS_LOCAL", "1")
    monkeypatch.setenv("OPTCLOUD_AIMMS_URL", sandbox.urls.dex)
    assert run("aimms", "doctor").stdout.endswith("fine         desk: the local DEX service answers\n")
    monkeypatch.setenv("OPTCLOUD_AIMMS_URL", sandbox.urls.gurobi)
    wrong = run("aimms", "doctor", "--json")
    assert wrong.exit_code == 1
    assert "/api/v2" in findings(wrong)["desk"]["hint"]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("OPTCLOUD_AIMMS_URL", f"http://127.0.0.1:{port}/api/v2")
    gone = run("aimms", "doctor", "--json")
    assert gone.exit_code == 1
    assert "StartAPIService" in findings(gone)["desk"]["hint"]


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
