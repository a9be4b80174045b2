"""`optcloud aimms run|tasks|show|wait|logs|stop|cancel|delete|series|stats|intermediate` on the sandbox."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from optcloud import OptCloud, Pace
from optcloud.sandbox import AfterPolls, AtOnce, Sandbox, this_run
from patience import PATIENCE, eventually

GONE = "aimms:default/00000000-0000-0000-0000-000000000000"


@pytest.fixture
def oc(sandbox: Sandbox) -> Iterator[OptCloud]:
    """What a test needs besides the command that it is about is quicker with the facade."""
    with OptCloud() as oc:
        yield oc


def submit(oc: OptCloud, service: str = "echo") -> str:
    return oc.aimms.run("Sandbox", service, input=b"x").ref


def submit_with(run: Run, *more: str) -> str:
    result = run("aimms", "run", "Sandbox", "echo", "--input", "-", "--no-wait", *more, stdin=b"x")
    assert result.exit_code == 0, result.stderr
    return str(result.stdout.strip())


def state(oc: OptCloud, ref: str) -> str:
    job: Any = oc.attach(ref)
    return str(job.poll().state.value)


def data(result: Any) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def until_running(oc: OptCloud, ref: str) -> None:
    for _look in range(9):
        if state(oc, ref) == "running":
            return
    raise AssertionError(f"{ref} never ran")


@pytest.fixture
def stepwise(sandbox: Sandbox) -> Sandbox:
    sandbox.pace = AfterPolls(4)
    return sandbox


# ---------------------------------------------------------------- run


def test_a_result_goes_into_a_file_piece_by_piece(sandbox: Sandbox, run: Run, tmp_path: Path) -> None:
    sent = bytes(range(256)) * 20_000  # 5 MB
    (tmp_path / "in.bin").write_bytes(sent)
    out = tmp_path / "out.bin"
    result = run("aimms", "run", "Sandbox", "echo", "--input", str(tmp_path / "in.bin"), "-o", str(out), "--json")
    assert data(result) == {
        "ref": json.loads(result.stderr.splitlines()[0])["ref"],
        "state": "succeeded",
        "content_type": "application/octet-stream",
        "size": len(sent),
        "file": str(out),
    }
    assert out.read_bytes() == sent
    assert [path.name for path in tmp_path.iterdir() if path.name not in {"in.bin", "out.bin"}] == []


MEASURED = """
import re, sys
from pathlib import Path
from optcloud.cli import main
try:
    main()
finally:
    print(re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1], file=sys.stderr)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peaks are counted otherwise elsewhere")
@pytest.mark.parametrize("to", ["file", "stdout"])
def test_stdin_is_a_stream_and_the_result_is_one(sandbox: Sandbox, tmp_path: Path, to: str) -> None:
    peaks, out = [], tmp_path / "out"
    for size in (1, 24 * 2**20):
        command = [sys.executable, "-c", MEASURED, "aimms", "run", "Sandbox", "echo", "--input", "-"]
        command += ["-o", str(out)] if to == "file" else []
        with (tmp_path / "stdout").open("wb") as stdout:
            done = subprocess.run(
                command, input=b"x" * size, stdout=stdout, stderr=subprocess.PIPE, timeout=PATIENCE, check=True
            )
        out = out if to == "file" else tmp_path / "stdout"
        assert out.stat().st_size == size
        peaks.append(int(done.stderr.split()[-1]) * 1024)
    assert peaks[1] - peaks[0] < 12 * 2**20


def test_a_failed_task_leaves_no_file(sandbox: Sandbox, run: Run, tmp_path: Path) -> None:
    def fail(_data: bytes, _content_type: str) -> bytes:
        raise ValueError("no feasible point")

    sandbox.register("Sandbox", "fail", fail)
    result = run("aimms", "run", "Sandbox", "fail", "-o", str(tmp_path / "out"))
    assert result.exit_code == 3
    assert "no feasible point" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_at(sandbox: Sandbox, run: Run) -> None:
    at = datetime.fromtimestamp(sandbox.now(), UTC) + timedelta(hours=2)
    ref = submit_with(run, "--at", at.strftime("%Y-%m-%d %H:%M:%S +00:00"))
    shown = data(run("aimms", "tasks", "show", ref, "--json"))
    assert shown["state"] == "queued"
    assert shown["schedule_for"][:19] == at.strftime("%Y-%m-%d %H:%M:%S")
    sandbox.turn(7201)
    assert run("job", "result", ref).stdout_bytes == b"x"


@pytest.mark.parametrize("after", ["90m", "1.5h", "PT1H30M", "90 minutes"])
def test_after(sandbox: Sandbox, oc: OptCloud, run: Run, after: str) -> None:
    ref = submit_with(run, "--delay", after)
    sandbox.turn(5390)
    assert state(oc, ref) == "queued"
    sandbox.turn(11)
    assert state(oc, ref) == "succeeded"


@pytest.mark.parametrize(
    ("more", "code"), [(("--at", "soon"), 2), (("--every", "now and then"), 1), (("--hook", "mine.test"), 1)]
)
def test_what_cannot_be_asked_for_is_not_sent(sandbox: Sandbox, run: Run, more: tuple[str, ...], code: int) -> None:
    result = run("aimms", "run", "Sandbox", "echo", *more)
    assert (result.exit_code, result.stdout) == (code, "")
    assert sandbox.journal() == []


def test_the_key_of_a_hook_is_not_shown(
    sandbox: Sandbox, run: Run, secrets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets.append("planted-key-of-the-hook")
    monkeypatch.setenv("OPTCLOUD_AIMMS_HOOK", "http://127.0.0.1:9/hook?key=planted-key-of-the-hook")
    assert submit_with(run).startswith("aimms:default/")
    eventually(sandbox.hook_calls)  # the sandbox calls from a thread of its own


# ---------------------------------------------------------------- look


def test_tasks_are_filtered_and_tell_their_times(sandbox: Sandbox, oc: OptCloud, run: Run) -> None:
    refs, moments = [], []
    for _ in range(3):
        moments.append(datetime.fromtimestamp(sandbox.now(), UTC).isoformat())
        refs.append(submit(oc))
        state(oc, refs[-1])
        sandbox.turn(86400)

    def listed(*more: str) -> list[str]:
        return [one["ref"] for one in data(run("aimms", "tasks", "list", *more, "--json"))]

    newest = refs[::-1]
    assert listed() == newest
    assert listed("--after", moments[1]) == newest[:2]
    assert listed("--after", moments[1], "--before", moments[2]) == refs[1:2]
    assert listed("--before", moments[1][:10]) == refs[:1]
    assert listed("--limit", "1", "--app", "Sandbox", "--version", "1.0") == newest[:1]
    assert run("aimms", "tasks", "list", "--limit", "2").stderr == "2 shown, more with --limit\n"
    assert listed("--app", "Other") == listed("--service", "other") == listed("--state", "queued") == []
    assert listed("--service", "echo", "--state", "queued", "--state", "succeeded") == newest
    assert "'done' is none of queued, running" in run("aimms", "tasks", "list", "--state", "done").stderr
    wrong = run("aimms", "tasks", "list", "--after", "yesterday")
    assert wrong.exit_code == 2
    assert "--after: 'yesterday' is no time" in wrong.stderr
    table = run("aimms", "tasks", "list").stdout
    assert "queued" in table.splitlines()[0].split("\t")
    assert "0.0 s" in table


def test_show(sandbox: Sandbox, oc: OptCloud, run: Run) -> None:
    ref = submit(oc)
    state(oc, ref)
    lines = run("aimms", "tasks", "show", ref).stdout.splitlines()
    assert lines[:3] == [f"ref: {ref}", "state: succeeded", "word: completed"]
    assert "service: echo" in lines
    assert run("aimms", "tasks", "show", GONE).exit_code == 5
    assert run("aimms", "tasks", "show", "gurobi:default/1").exit_code == 2


def test_several_are_waited_for_with_one_list(sandbox: Sandbox, oc: OptCloud, run: Run) -> None:
    refs = [submit(oc) for _ in range(12)]
    before = len(sandbox.journal())
    told = run("aimms", "tasks", "wait", *refs)
    assert sorted(told.stdout.splitlines()) == sorted(f"succeeded {ref}" for ref in refs)
    assert len(sandbox.journal()) - before == 1
    records = data(run("job", "wait", *refs, "--json"))
    assert {record["ref"] for record in records} == set(refs)


def test_several_of_which_one_failed(sandbox: Sandbox, oc: OptCloud, run: Run) -> None:
    def fail(_data: bytes, _content_type: str) -> bytes:
        raise ValueError("no feasible point")

    sandbox.register("Sandbox", "fail", fail)
    refs = [submit(oc), submit(oc, "fail")]
    result = run("aimms", "tasks", "wait", *refs)
    assert result.exit_code == 3
    assert f"failed {refs[1]}" in result.stdout
    assert "1 of 2 tasks did not succeed" in result.stderr
    assert "no feasible point" in result.stderr
    assert run("aimms", "tasks", "wait", refs[0], GONE).exit_code == 5


def test_several_that_go_on(stepwise: Sandbox, oc: OptCloud, run: Run) -> None:
    stepwise.pace = AfterPolls(50)
    refs = [submit(oc), submit(oc)]
    result = run("job", "wait", *refs, "--timeout", "0")
    assert result.exit_code == 8
    assert f"the jobs go on; resume: optcloud job wait {refs[0]} {refs[1]}" in result.stderr
    (error,) = [json.loads(line) for line in run("job", "wait", *refs, "--timeout", "0", "--json").stderr.splitlines()]
    assert error["refs"] == refs


@pytest.mark.parametrize("others", [("adiutaopt:default/shift/k",), ("aimms:other/1",)])
def test_what_cannot_be_waited_for_together(sandbox: Sandbox, run: Run, others: tuple[str, ...]) -> None:
    assert run("job", "wait", GONE, *others).exit_code == 2
    assert sandbox.journal() == []


def test_logs(stepwise: Sandbox, oc: OptCloud, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optcloud.aimms.tasks.logs.PACE", Pace(first=0.01, longest=0.01))
    ref = submit(oc)
    followed = run("aimms", "tasks", "logs", ref, "--follow", "--json")
    words = [json.loads(line)["fields"]["message"] for line in followed.stdout.splitlines()]
    assert words[-1] == "completed"
    assert len(words) == len(set(words)) >= 3
    printed = run("aimms", "tasks", "logs", ref).stdout
    assert len(printed.splitlines()) == len(words)
    file = tmp_path / "task.log"
    assert run("aimms", "tasks", "logs", ref, "-o", str(file)).stdout == f"saved {file}\n"
    assert "completed" in file.read_text()
    assert run("aimms", "tasks", "logs", ref, "--follow", "-o", str(file)).exit_code == 2
    assert run("aimms", "tasks", "logs", GONE).exit_code == 5


def test_stats(sandbox: Sandbox, oc: OptCloud, run: Run) -> None:
    state(oc, submit(oc))
    assert json.loads(run("aimms", "tasks", "stats").stdout)["completed"] == 1
    assert data(run("aimms", "tasks", "stats", "--current", "--json"))["total_tasks"] == 0


# ---------------------------------------------------------------- end


@pytest.mark.parametrize(("verb", "after"), [("stop", "succeeded"), ("cancel", "failed")])
def test_a_running_task_is_interrupted(stepwise: Sandbox, oc: OptCloud, run: Run, verb: str, after: str) -> None:
    ref = submit(oc)
    until_running(oc, ref)
    assert run("aimms", verb, ref).stdout == f"{verb} asked for: {ref}\n"
    stepwise.pace = AtOnce()
    assert state(oc, ref) == after


def test_a_refusal_of_one_is_told_and_the_others_have_their_turn(stepwise: Sandbox, oc: OptCloud, run: Run) -> None:
    running, queued = submit(oc), submit(oc)
    until_running(oc, running)
    result = run("aimms", "tasks", "delete", running, GONE, queued, "--json")
    assert result.exit_code == 1  # of the first refusal
    assert json.loads(result.stdout) == [{"ref": queued, "done": "deleted"}]
    errors = [json.loads(line) for line in result.stderr.splitlines()]
    assert [error["error"] for error in errors] == ["Conflict", "JobGone"]
    assert "the task is" in errors[0]["message"]  # with its state
    assert run("aimms", "tasks", "show", queued).exit_code == 5


def test_what_concerns_all_ends_it_at_once(
    sandbox: Sandbox, oc: OptCloud, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    refs = [submit(oc), submit(oc)]
    monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", "planted-wrong-key")
    result = run("aimms", "tasks", "delete", *refs)
    assert (result.exit_code, result.stdout) == (4, "")
    assert len(result.stderr.splitlines()) == 1


# ---------------------------------------------------------------- series


def test_a_series(sandbox: Sandbox, oc: OptCloud, run: Run) -> None:
    result = run("aimms", "run", "Sandbox", "echo", "--input", "-", "--every", "1d", "--no-wait", "--json", stdin=b"x")
    ref = data(result)["ref"]
    assert ref.endswith("/0")
    assert json.loads(result.stderr.splitlines()[1])["end"] == f"optcloud aimms series stop {ref}"
    assert run("job", "result", ref).stdout_bytes == b"x"
    sandbox.turn(86401)
    runs = data(run("aimms", "series", "list", ref, "--json"))[::-1]
    name = ref.removesuffix("/0")
    assert [(one["ref"], one["state"]) for one in runs] == [
        (f"{name}/0", "succeeded"),
        (f"{name}/1", "succeeded"),
        (f"{name}/2", "queued"),
    ]
    assert f"{name}/2" in run("aimms", "tasks", "list").stdout
    run("aimms", "tasks", "delete", f"{name}/0")
    assert run("aimms", "series", "stop", name).stdout == f"repetition ended: {name}\n"
    sandbox.turn(10 * 86400)
    states = [one["state"] for one in data(run("aimms", "series", "list", name, "--json"))]
    assert states == ["succeeded", "deleted"]
    assert f"{name}/1" in run("aimms", "series", "list", name).stdout
    plain = submit(oc)
    refused = run("aimms", "series", "stop", plain)
    assert refused.exit_code == 1
    assert "not a repeated task" in refused.stderr


# ---------------------------------------------------------------- a local DEX service


@pytest.fixture
def desk(sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    monkeypatch.setenv("OPTCLOUD_AIMMS_LOCAL", "1")
    monkeypatch.setenv("OPTCLOUD_AIMMS_URL", sandbox.urls.dex)
    return sandbox


def test_the_same_commands_on_the_desk(desk: Sandbox, oc: OptCloud, run: Run) -> None:
    def telling(data: bytes, _content_type: str) -> bytes:
        if data:
            this_run().status(data, "text/plain")
        return b"done"

    desk.register("Planning", "telling", telling)
    ref, silent = (
        run("aimms", "run", "any", "telling", "--input", "-", "--no-wait", stdin=sent).stdout.strip()
        for sent in (b"gap 3 %", b"")
    )
    assert run("job", "result", ref).stdout == "done"
    assert run("aimms", "tasks", "intermediate", ref).stdout == "gap 3 %"
    assert data(run("aimms", "tasks", "intermediate", ref, "--json"))["response"] == "gap 3 %"
    state(oc, silent)
    nothing = run("aimms", "tasks", "intermediate", silent)
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert "none yet" in nothing.stderr
    assert ref in run("aimms", "tasks", "list").stdout
    unsupported = run("aimms", "apps", "list")
    assert unsupported.exit_code == 1
    assert "aimms.local" in unsupported.stderr
