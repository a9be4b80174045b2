"""Every exit code, each by a real cause."""

from __future__ import annotations

import inspect
import os
from pathlib import Path

import pytest

import optcloud
from cli.conftest import Run
from optcloud.cli.exit_codes import exit_code
from optcloud.sandbox import AfterPolls, Fault, Sandbox

UNKNOWN_TASK = "aimms:default/00000000-0000-0000-0000-000000000000"


def refuse(_data: bytes, _content_type: str) -> bytes:
    raise ValueError("no feasible point")


def test_done(sandbox: Sandbox, run: Run) -> None:
    assert run("aimms", "run", "Sandbox", "echo").exit_code == 0


def test_error_before_sending(sandbox: Sandbox, run: Run) -> None:
    result = run("gurobi", "launch", "1", "--machine-type", "c4.tiny")
    assert result.exit_code == 1
    assert "--machine-type" in result.stderr
    assert "c4.4xlarge" in result.stderr
    assert not [entry for entry in sandbox.journal() if entry.path.endswith("/launch")]


def test_error_of_the_vendor(sandbox: Sandbox, run: Run) -> None:
    sandbox.faults.add(Fault("html", path="/licenses", times=None, status=400))
    assert run("gurobi", "licenses", "list").exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("nosuch",),
        ("--nosuch",),
        ("aimms", "run", "App"),
        ("aimms", "run", "App", "echo", "--input", "no-such-file.json"),
        ("aimms", "run", "App", "echo", "--output", "no-such-folder/result.json"),
        ("adiutaopt", "solve", "no-such-file.json"),
        ("adiutaopt", "solve", "-", "--planner", "nosuch"),
        ("gurobi", "launch", "0"),
        ("gurobi", "launch", "1", "--no-wait", "--timeout", "1"),
        ("aimms", "run", "App", "echo", "--no-wait", "--output", "result.json"),
        ("adiutaopt", "solve", "-", "--no-wait", "--timeout", "1"),
        ("gurobi", "kill", "aimms:default/1"),
        ("job", "wait", "nosuch"),
        ("sandbox", "--pace", "after-polls:0"),
    ],
    ids=" ".join,
)
def test_usage(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert "--help" in result.stderr


@pytest.mark.parametrize("command", [("job", "result"), ("job", "wait")])
def test_job_failed(sandbox: Sandbox, run: Run, command: tuple[str, ...]) -> None:
    sandbox.register("Sandbox", "refuse", refuse)
    ref = run("aimms", "run", "Sandbox", "refuse", "--no-wait").stdout.strip()
    result = run(*command, ref)
    assert result.exit_code == 3
    assert "no feasible point" in result.stderr


def test_plan_failed(sandbox: Sandbox, run: Run) -> None:
    problem = b'{"meta": {}, "parameters": {}, "tasks": [{"id": "t"}, {"id": "t"}], "workers": []}'
    assert run("adiutaopt", "solve", "-", stdin=problem).exit_code == 3


def test_not_authorised(sandbox: Sandbox, run: Run, secrets: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    secrets.append("planted-wrong-key")
    monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", "planted-wrong-key")
    assert run("aimms", "tasks", "list").exit_code == 4


def test_scope_missing(sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.add_aimms_key("key-without-tasks", "PublishApp")
    monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", "key-without-tasks")
    assert run("aimms", "tasks", "list").exit_code == 4


def test_wrong_password(sandbox: Sandbox, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCLOUD_ADIUTAOPT_PASSWORD", "planted-wrong-password")
    problem = b'{"meta": {}, "parameters": {}, "tasks": [], "workers": []}'
    result = run("adiutaopt", "solve", "-", stdin=problem)
    assert result.exit_code == 4
    assert "planted-wrong-password" not in result.stderr


def test_no_credentials(run: Run) -> None:
    result = run("gurobi", "machines", "list")
    assert result.exit_code == 4
    assert "IC_ACCESS_ID" in result.stderr
    assert os.devnull in result.stderr


@pytest.mark.parametrize("arguments", [("job", "wait", UNKNOWN_TASK), ("aimms", "run", "NoSuchApp", "echo")])
def test_not_found(sandbox: Sandbox, run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 5


def test_still_running(sandbox: Sandbox, run: Run) -> None:
    sandbox.pace = AfterPolls(9)
    submitted = run("aimms", "run", "Sandbox", "echo", "--timeout", "0")
    assert submitted.exit_code == 8
    ref = submitted.stderr.splitlines()[0].removeprefix("submitted ")
    assert f"optcloud job wait {ref}" in submitted.stderr
    assert run("job", "wait", ref, "--timeout", "0").exit_code == 8
    sandbox.pace = AfterPolls(1)
    assert run("job", "wait", ref).exit_code == 0


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (optcloud.WaitTimeout, 8),
        (optcloud.JobFailed, 3),
        (optcloud.JobGone, 5),
        (optcloud.NotFound, 5),
        (optcloud.AuthError, 4),
        (optcloud.Forbidden, 4),
        (optcloud.CredentialsNotFound, 4),
        (optcloud.Conflict, 1),
        (optcloud.ServerError, 1),
        (optcloud.ConfigError, 1),
        (optcloud.ResponseMismatch, 1),
        (optcloud.TransportError, 1),
    ],
)
def test_table(kind: type[optcloud.OptCloudError], code: int) -> None:
    assert exit_code(kind.__new__(kind)) == code


def test_no_error_is_left_out() -> None:
    named = [getattr(optcloud, name) for name in optcloud.__all__]
    errors = [kind for kind in named if inspect.isclass(kind) and issubclass(kind, Exception)]
    assert len(errors) > 15
    assert {exit_code(kind.__new__(kind)) for kind in errors} == {1, 3, 4, 5, 8}
