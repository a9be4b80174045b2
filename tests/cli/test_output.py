"""Data on stdout, talk on stderr, JSON for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from optcloud import OptCloud
from optcloud.sandbox import AfterPolls, AtOnce, Fault, Sandbox
from optcloud_sandbox.roster import stored

METADATA = {
    "name": "project7003",
    "description": "my_project",
    "projectVersion": "3.0",
    "aimmsVersionId": "4.84.1.5-linux64-x64-vc141",
    "attributes": {"isWebUI": "false"},
    "projectCategory": "cat_1",
}


def lines_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_response_is_the_only_thing_on_stdout(sandbox: Sandbox, run: Run) -> None:
    sent = bytes(range(256))
    result = run("aimms", "run", "Sandbox", "echo", "--input", "-", "--content-type", "image/x-test", stdin=sent)
    assert result.stdout_bytes == sent
    assert result.stderr.startswith("submitted aimms:default/")
    assert len(result.stderr.splitlines()) == 1


def test_input_file_has_its_media_type(sandbox: Sandbox, run: Run, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes(b"a,b\n1,2\n")
    result = run("aimms", "run", "Sandbox", "echo", "--input", str(tmp_path / "table.csv"), "--json")
    assert json.loads(result.stdout)["content_type"].startswith("text/csv")


@pytest.mark.parametrize(
    ("sent", "encoding", "response"),
    [(b'{"a": [1]}', "json", {"a": [1]}), ("Grüße".encode(), "text", "Grüße"), (b"\xff\x00", "base64", "/wA=")],
)
def test_response_inside_json(sandbox: Sandbox, run: Run, sent: bytes, encoding: str, response: Any) -> None:
    result = run("aimms", "run", "Sandbox", "echo", "--input", "-", "--json", stdin=sent)
    record = json.loads(result.stdout)
    assert record["ref"].startswith("aimms:default/")
    assert (record["state"], record["size"]) == ("succeeded", len(sent))
    assert (record["encoding"], record["response"]) == (encoding, response)
    assert [line["event"] for line in lines_of(result.stderr)] == ["submitted"]
    assert lines_of(result.stderr)[0]["ref"] == record["ref"]


def test_response_in_a_file(sandbox: Sandbox, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "response.bin"
    result = run("aimms", "run", "Sandbox", "echo", "--input", "-", "-o", str(file), stdin=b"\x00\x01")
    assert result.stdout == ""
    assert file.read_bytes() == b"\x00\x01"


def test_no_wait_prints_the_reference_and_result_resumes(sandbox: Sandbox, run: Run) -> None:
    ref = run("aimms", "run", "Sandbox", "echo", "--input", "-", "--no-wait", stdin=b"later").stdout.strip()
    assert run("job", "result", ref).stdout_bytes == b"later"
    waited = run("job", "wait", ref, "--json")
    assert json.loads(waited.stdout) == {"ref": ref, "state": "succeeded", "word": "completed", "message": None}


def test_error_as_json(sandbox: Sandbox, run: Run) -> None:
    result = run("aimms", "run", "NoSuchApp", "echo", "--json")
    assert result.stdout == ""
    (error,) = lines_of(result.stderr)
    assert (error["event"], error["error"], error["exit_code"]) == ("error", "NotFound", 5)
    assert (error["status"], error["vendor"]) == (404, "AIMMS PRO")


@pytest.mark.parametrize("wrong", [("wait", "nosuch"), ("wait", "--nosuch"), ("nosuch",)])
def test_usage_error_as_json(run: Run, wrong: tuple[str, ...]) -> None:
    (error,) = lines_of(run("job", *wrong, "--json").stderr)
    assert (error["event"], error["exit_code"]) == ("error", 2)


def test_still_running_as_json(sandbox: Sandbox, run: Run) -> None:
    sandbox.pace = AfterPolls(9)
    *told, error = lines_of(run("adiutaopt", "solve", "-", "--timeout", "0", "--json", stdin=stored()).stderr)
    assert {line["event"] for line in told} == {"problem warnings", "submitted"}
    assert error["error"] == "WaitTimeout"
    assert error["hints"] == [f"the job goes on; resume: optcloud job wait {error['ref']}"]


def test_retries_are_told_on_stderr(sandbox: Sandbox, run: Run) -> None:
    sandbox.faults.add(Fault("status", vendor="gurobi", status=503, retry_after=0))
    result = run("gurobi", "licenses", "list", "--json")
    assert result.exit_code == 0
    assert [line["event"] for line in lines_of(result.stderr)] == ["retrying"]
    assert [entry["id"] for entry in json.loads(result.stdout)] == ["95912", "95913"]


def test_a_vendors_words_do_not_steer_the_terminal(sandbox: Sandbox, run: Run) -> None:
    def fail(_data: bytes, _content_type: str) -> bytes:
        raise ValueError("\x1b]0;title\x07 [bold]too late[/bold]")

    sandbox.register("Sandbox", "fail", fail)
    result = run("aimms", "run", "Sandbox", "fail")  # the fixture looks for escapes
    assert "[bold]too late[/bold]" in result.stderr


def test_a_table_in_a_pipe_has_no_escapes_and_is_not_cut(sandbox: Sandbox, run: Run) -> None:
    ref = run("aimms", "run", "Sandbox", "echo", "--no-wait").stdout.strip()
    table = run("aimms", "tasks", "list").stdout
    assert ref in table
    assert "\x1b" not in table


def test_tasks(sandbox: Sandbox, run: Run) -> None:
    assert run("aimms", "tasks", "list").stderr == "no tasks\n"
    assert run("aimms", "tasks", "list", "--json").stdout == "[]\n"
    ref = run("aimms", "run", "Sandbox", "echo", "--no-wait").stdout.strip()
    assert ref in run("aimms", "tasks", "list", "--app", "Sandbox").stdout
    (task,) = json.loads(run("aimms", "tasks", "list", "--json").stdout)
    assert (task["ref"], task["app"], task["service"]) == (ref, "Sandbox", "echo")


def test_publish(sandbox: Sandbox, run: Run, tmp_path: Path) -> None:
    pack, metadata = tmp_path / "app.aimmspack", tmp_path / "metadata.json"
    pack.write_bytes(b"pack")
    metadata.write_text(json.dumps(METADATA))
    result = run("aimms", "publish", str(pack), "--metadata", str(metadata))
    assert result.stdout == "published project7003 3.0\n"
    metadata.write_text(json.dumps(METADATA | {"projectVersion": "3.1"}))
    entry = json.loads(run("aimms", "publish", str(pack), "--metadata", str(metadata), "--json").stdout)
    assert (entry["changed"], entry["name"], entry["version"]) == (True, "project7003", "3.1")
    metadata.write_text("[1]")
    refused = run("aimms", "publish", str(pack), "--metadata", str(metadata))
    assert refused.exit_code == 2
    assert "a JSON object is needed" in refused.stderr


def test_solve(sandbox: Sandbox, run: Run, tmp_path: Path) -> None:
    problem, file = tmp_path / "roster.json", tmp_path / "plan.json"
    problem.write_bytes(stored())
    printed = run("adiutaopt", "solve", str(problem))
    assert len(json.loads(printed.stdout)["tasks"]) == 140
    saved = run("adiutaopt", "solve", str(problem), "-o", str(file))
    assert saved.stdout.splitlines()[:2] == ["workers: 20", "tasks: 140"]
    assert file.read_bytes() == printed.stdout_bytes
    record = json.loads(run("adiutaopt", "solve", str(problem), "--json").stdout)
    assert record["assigned"] + record["unassigned"] == record["tasks"] == 140
    assert record["solution"] == json.loads(file.read_bytes())


def test_machines(sandbox: Sandbox, run: Run, secrets: list[str], tmp_path: Path) -> None:
    (tmp_path / "password").write_text("planted-machine-password\n")
    secrets.append("planted-machine-password")
    launched = run("gurobi", "launch", "2", "--password-file", str(tmp_path / "password"), "--json")
    record = json.loads(launched.stdout)
    with OptCloud() as oc:
        assert [machine.password.reveal() for machine in oc.gurobi.machines()] == ["planted-machine-password"] * 2
    assert [machine["state"] for machine in record["machines"]] == ["idle", "idle"]
    assert lines_of(launched.stderr)[-1]["kill"] == f"optcloud gurobi kill {record['ref']}"
    listed = json.loads(run("gurobi", "machines", "list", "--json").stdout)
    assert [machine["id"] for machine in listed] == [machine["id"] for machine in record["machines"]]
    assert run("gurobi", "machines", "list").stdout.count("\tidle\t") == 2
    assert json.loads(run("job", "wait", record["ref"], "--json").stdout)["ref"] == record["ref"]
    assert run("job", "stop", record["ref"]).exit_code == 1
    first, second = (machine["id"] for machine in listed)
    sandbox.pace = AfterPolls(3)
    assert run("gurobi", "kill", first).exit_code == 0
    assert run("gurobi", "kill", record["ref"]).exit_code == 0  # both: safe to repeat
    states = {
        machine["id"]: machine["state"] for machine in json.loads(run("gurobi", "machines", "list", "--json").stdout)
    }
    assert states == {first: "killing", second: "killing"}
    sandbox.pace = AtOnce()
    assert run("gurobi", "machines", "list").stderr == "no machines\n"


def test_launch_without_wait(sandbox: Sandbox, run: Run) -> None:
    sandbox.pace = AfterPolls(9)
    result = run("gurobi", "launch", "1", "--no-wait")
    assert result.exit_code == 0
    assert "launching" in result.stdout
    assert "optcloud gurobi kill gurobi:default/" in result.stderr


@pytest.mark.parametrize("verb", ["stop", "cancel", "delete"])
def test_verbs_of_jobs(sandbox: Sandbox, run: Run, verb: str) -> None:
    sandbox.pace = AfterPolls(4)
    ref = run("aimms", "run", "Sandbox", "echo", "--no-wait").stdout.strip()
    for _ in range(3):  # until it runs
        run("job", "wait", ref, "--timeout", "0")
    if verb == "delete":
        sandbox.pace = AtOnce()
        run("job", "wait", ref)
    assert run("job", verb, ref).exit_code == 0
    after = run("job", "wait", ref)
    assert after.exit_code == {"stop": 0, "cancel": 3, "delete": 5}[verb]


def test_a_profile_is_asked_for_by_name(sandbox: Sandbox, run: Run, tmp_path: Path, monkeypatch: Any) -> None:
    known = sandbox.credentials
    config = tmp_path / "config.toml"
    config.write_text(f'[other.aimms]\nurl = "{sandbox.urls.aimms}"\napi_key = "{known.aimms_api_key}"\n')
    monkeypatch.setenv("OPTCLOUD_CONFIG", str(config))
    monkeypatch.delenv("OPTCLOUD_AIMMS_API_KEY")
    ref = run("--profile", "other", "aimms", "run", "Sandbox", "echo", "--no-wait").stdout.strip()
    assert ref.startswith("aimms:other/")
    assert run("job", "wait", ref).exit_code == 0  # the reference names its profile


def test_version(run: Run) -> None:
    assert run("--version").stdout == "optcloud 0.1.0\n"
