"""The local history: what was submitted is found again, by lists and by ``--last``."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from optcloud.process.job_history import JobHistory
from optcloud.sandbox import AfterPolls, AtOnce, Sandbox
from optcloud_sandbox.roster import stored

SUBMIT = ("aimms", "run", "Sandbox", "echo", "--no-wait")


def listed(run: Run, *more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("job", "list", *more, "--json").stdout)
    return found


def test_each_job_is_written_down(sandbox: Sandbox, run: Run) -> None:
    """Of each cloud, the newest first, with what it is; a state is the one that was seen last."""
    task = run(*SUBMIT).stdout.strip()
    plan = run("adiutaopt", "solve", "-", "--no-wait", stdin=stored()).stdout.strip()
    pool = json.loads(run("gurobi", "launch", "1", "--json").stdout)["ref"]
    jobs = [(job["ref"], job["cloud"], job["what"], job["state"]) for job in listed(run)]
    assert jobs == [
        (pool, "gurobi", "1 machine", "running"),
        (plan, "adiutaopt", "shift", "queued"),
        (task, "aimms", "Sandbox echo", "queued"),
    ]
    assert run("job", "wait", task).exit_code == 0
    assert run("job", "result", plan).exit_code == 0
    assert run("gurobi", "kill", pool).exit_code == 0
    assert {job["ref"]: job["state"] for job in listed(run)} == {task: "succeeded", plan: "succeeded", pool: "gone"}
    assert [job["ref"] for job in listed(run, "--cloud", "aimms")] == [task]
    assert [job["ref"] for job in listed(run, "--state", "gone", "--state", "queued")] == [pool]
    assert [job["ref"] for job in listed(run, "--limit", "1")] == [pool]
    assert run("job", "list", "--limit", "1").stderr == "1 shown, more with --limit\n"
    refused = run("job", "list", "--state", "done")
    assert refused.exit_code == 2
    assert "'done' is none of queued, running, succeeded, failed, cancelled, unknown, gone" in refused.stderr


def test_what_ends_is_noted(sandbox: Sandbox, run: Run) -> None:
    sandbox.pace = AtOnce()
    one, two, three = (run(*SUBMIT).stdout.strip() for _ in range(3))
    assert run("aimms", "tasks", "wait", one, two).exit_code == 0
    assert run("aimms", "tasks", "delete", two).exit_code == 0
    run("job", "wait", three)
    assert run("job", "delete", three).exit_code == 0
    assert {job["ref"]: job["state"] for job in listed(run)} == {one: "succeeded", two: "gone", three: "gone"}


def test_show(sandbox: Sandbox, run: Run) -> None:
    ref = run(*SUBMIT).stdout.strip()
    record = json.loads(run("job", "show", ref, "--json").stdout)
    assert (record["ref"], record["state"], record["what"]) == (ref, "succeeded", "Sandbox echo")
    pool = json.loads(run("gurobi", "launch", "1", "--json").stdout)["ref"]
    assert json.loads(run("job", "show", pool, "--json").stdout)["ref"] == pool
    run("gurobi", "kill", "--last")
    assert run("job", "show", pool).exit_code == 5


def test_last_stands_for_a_reference(sandbox: Sandbox, run: Run) -> None:
    """The newest job, or the newest of the cloud that the command is for."""
    ref = run(*SUBMIT).stdout.strip()
    plan = run("adiutaopt", "solve", "-", "--no-wait", stdin=stored()).stdout.strip()
    assert json.loads(run("job", "wait", "--last", "--json").stdout)["ref"] == plan
    assert json.loads(run("aimms", "tasks", "show", "--json", "--last").stdout)["ref"] == ref
    assert run("job", "show", "--last", ref).exit_code == 2
    assert run("gurobi", "kill", "--last").exit_code == 2
    none = run("job", "wait", "--last", "--profile", "other")
    assert (none.exit_code, "no job of other was submitted from here" in none.stderr) == (2, True)
    for command in (("job", "wait"), ("series", "stop")):
        assert "--last" in run(*(("aimms",) if command[0] == "series" else ()), *command, "--help").stdout


def test_it_can_be_off(sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCLOUD_HISTORY", "off")
    assert run(*SUBMIT).exit_code == 0
    assert "OPTCLOUD_HISTORY is off" in run("job", "list").stderr
    assert "OPTCLOUD_HISTORY is off" in run("job", "wait", "--last").stderr
    assert not list(Path(os.environ["XDG_STATE_HOME"]).rglob("jobs*"))


def test_a_history_that_cannot_be_written_loses_no_job(
    sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is said once, and the job goes on."""
    (tmp_path / "jobs").write_text("no database at all, but a file that is long enough to be taken for one " * 9)
    monkeypatch.setenv("OPTCLOUD_HISTORY", str(tmp_path / "jobs"))
    done = run("aimms", "run", "Sandbox", "echo", "--input", "-", stdin=b"data")
    assert (done.exit_code, done.stdout_bytes) == (0, b"data")
    assert done.stderr.count("the history of jobs cannot be kept there") == 1
    assert "submitted aimms:default/" in done.stderr
    assert run("job", "list").exit_code == 1


def test_it_is_written_before_anything_is_said(
    sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A terminal that is lost at the first word has the job in the history."""
    sandbox.pace = AfterPolls(9)

    class TerminalLost(BaseException):
        """What a signal raises."""

    def lost(_messages: object, _event: object) -> None:
        raise TerminalLost

    with monkeypatch.context() as patched:
        patched.setattr("optcloud.cli.messages.Messages.hear", lost)
        with pytest.raises(TerminalLost):
            run(*SUBMIT)
    (job,) = listed(run)
    assert job["ref"].startswith("aimms:default/")


@pytest.mark.skipif(os.name != "posix", reason="modes are a thing of POSIX")
def test_it_is_the_owners_and_has_no_secret(sandbox: Sandbox, run: Run, secrets: list[str]) -> None:
    run(*SUBMIT)
    path = JobHistory.of_environment().path
    assert path is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not [secret for secret in secrets if secret.encode() in path.read_bytes()]
