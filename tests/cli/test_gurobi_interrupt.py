"""Whatever ends `optcloud gurobi launch` or `run` leaves no machine running, and says so: with real signals."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import Run
from cli.processes import START, interrupt, said, started
from optcloud.gurobi.pool import Pool
from optcloud.process import exit_guard as held
from optcloud.sandbox import AfterSeconds, AtOnce, Fault, Sandbox
from patience import PATIENCE, eventually

FOREVER = AfterSeconds(3600)
pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are a thing of POSIX")
CHILD = """
import signal, sys, time
try:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    print("runs", flush=True)
    time.sleep(30)
except KeyboardInterrupt:
    print("solved so far", flush=True)
    time.sleep(0.2)  # a second one would be felt
    sys.exit(5)
"""
AT_TERMINAL = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n" + START


def asked(sandbox: Sandbox, endpoint: str) -> bool:
    return any(entry.path.endswith(endpoint) for entry in sandbox.journal())


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_while_the_launch_is_under_way(sandbox: Sandbox, name: str, code: int) -> None:
    sandbox.faults.add(Fault("slow", path="/launch"))
    with started("gurobi", "launch", "2") as process:
        eventually(sandbox.gurobi.alive)
        process.send_signal(signal.Signals[name])
        said(process, "interrupted: waiting for the answer to the launch")
        assert len(sandbox.gurobi.alive()) == 2
        sandbox.faults.release()
        out, err = process.communicate()
    assert (process.returncode, out) == (code, "")
    assert [record.ended_by for record in sandbox.gurobi.machines()] == ["kill"] * 2
    assert err.splitlines()[-1].startswith("interrupted: 2 machines killed, ")
    assert err.count("killed") == 1
    assert "Traceback" not in err


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGHUP", 129)])
def test_while_waiting(sandbox: Sandbox, name: str, code: int) -> None:
    sandbox.pace = FOREVER
    with started("gurobi", "launch", "2", "--json") as process:
        said(process, '"state": "launching"')
        out, err = interrupt(process, signal.Signals[name])
    assert (process.returncode, out) == (code, "")
    assert [record.ended_by for record in sandbox.gurobi.machines()] == ["kill"] * 2
    last = json.loads(err.splitlines()[-1])
    assert (last["event"], last["exit_code"], last["hints"]) == ("interrupted", code, [])
    assert sorted(last["killed"]) == sorted(record.id for record in sandbox.gurobi.machines())
    assert float(last["hours"]) < 1
    assert last["ref"].startswith("gurobi:default/")


def test_between_two_steps(sandbox: Sandbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(_pool: Pool) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Pool, "__enter__", pressed)
    result = run("gurobi", "launch", "2")
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr.splitlines()[-2:] == ["interrupted", "  the machines are killed on the way out"]
    held._kill_all()  # as the end of the process does
    assert sandbox.gurobi.alive() == []


def test_twice_while_they_are_killed(sandbox: Sandbox, run: Run) -> None:
    sandbox.pace = FOREVER
    sandbox.faults.add(Fault("status", path="/kill", retry_after=30, times=None))
    with started("gurobi", "launch", "2") as process:
        said(process, ": launching")
        process.send_signal(signal.SIGINT)
        said(process, "kill: attempt 1 failed")
        process.send_signal(signal.SIGINT)
        told = said(process, "machines are being killed; once more to leave at once")
        out, err = interrupt(process)
    assert (process.returncode, out) == (130, "")
    assert sum(entry.path.endswith("/kill") for entry in sandbox.journal()) == 1, "the next attempt is not waited for"
    alive = [record.id for record in sandbox.gurobi.alive()]
    assert len(alive) == 2
    assert told.count("once more") == 1
    lines = [line.strip() for line in err.splitlines()]
    assert lines[0] == "interrupted"
    assert lines[1].startswith("2 machines may still run and cost money: ")
    assert all(one in lines[1] for one in alive)
    assert lines[2].startswith("kill them: optcloud gurobi kill gurobi:default/")
    assert lines[3] == "if you do not, the next command of optcloud gurobi kills them"
    assert "Traceback" not in err
    sandbox.faults.clear()
    assert "2 machines killed that pid " in run("gurobi", "licenses", "list").stderr
    assert sandbox.gurobi.alive() == []


def test_the_next_command_kills_what_a_killed_one_left_and_says_so(sandbox: Sandbox, run: Run) -> None:
    sandbox.pace = FOREVER
    with started("gurobi", "launch", "2") as process:
        said(process, ": launching")
        process.kill()
        process.wait()
    assert len(sandbox.gurobi.alive()) == 2
    planned = json.loads(run("gurobi", "reap", "--dry-run", "--json").stdout)
    assert (planned["dry_run"], len(planned["killed"])) == (True, 2)
    assert len(sandbox.gurobi.alive()) == 2
    result = run("gurobi", "machines", "list")
    assert f"2 machines killed that pid {process.pid} on " in result.stderr
    assert result.stdout.count("killing") == 2
    assert sandbox.gurobi.alive() == []
    assert "killing machines that" not in result.stderr  # the log entry of the same
    assert json.loads(run("gurobi", "reap", "--json").stdout)["killed"] == []


def test_what_others_left_is_not_counted_among_ones_own(sandbox: Sandbox, run: Run) -> None:
    sandbox.pace = FOREVER  # once its machines are ready the command keeps them
    with started("gurobi", "launch", "2") as process:
        said(process, ": launching")
        process.kill()
        process.wait()
    sandbox.pace = AtOnce()
    result = run("gurobi", "run", "sh", "-c", "exit 4")
    assert result.exit_code == 4
    assert f"2 machines killed that pid {process.pid} on " in result.stderr
    assert result.stderr.splitlines()[-1].startswith("1 machine killed, ")


def test_reap_kills_and_shows_what_a_killed_command_left(sandbox: Sandbox, run: Run) -> None:
    sandbox.pace = FOREVER
    kept = json.loads(run("gurobi", "launch", "1", "--no-wait", "--json").stdout)["machines"][0]["id"]
    with started("gurobi", "launch", "1") as process:
        said(process, ": launching")
        process.kill()
        process.wait()
    result = run("gurobi", "reap")
    assert result.exit_code == 0
    assert "killed:" in result.stdout
    assert "kept: runs until somebody kills it" in result.stdout
    assert [record.id for record in sandbox.gurobi.alive()] == [kept]


def test_a_command_is_handed_ctrl_c_where_no_terminal_does_it(sandbox: Sandbox, tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text(CHILD)
    with started("gurobi", "run", "--", sys.executable, str(child)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "runs\n"
        assert len(sandbox.gurobi.alive()) == 1
        out, err = interrupt(process)
    assert (process.returncode, out) == (5, "solved so far\n")
    assert sandbox.gurobi.alive() == []
    assert "1 machine killed, " in err


def test_ctrl_c_at_a_terminal_reaches_the_command_once(sandbox: Sandbox, tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text(CHILD)
    ours, theirs = os.openpty()
    rest = ("gurobi", "run", "--", sys.executable, str(child))
    with subprocess.Popen(
        [sys.executable, "-c", AT_TERMINAL, *rest],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        assert process.stdout is not None
        assert process.stdout.readline() == "runs\n"
        os.write(ours, b"\x03")
        out, _ = process.communicate(timeout=PATIENCE)
    os.close(ours)
    assert (process.returncode, out) == (5, "solved so far\n")
    assert sandbox.gurobi.alive() == []


def test_a_command_is_ended_before_its_machines(sandbox: Sandbox, tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text(CHILD)
    with started("gurobi", "run", "--", sys.executable, str(child)) as process:
        assert process.stdout is not None
        process.stdout.readline()
        out, err = interrupt(process, signal.SIGTERM)  # stdout ends with the child, too
    assert (process.returncode, out) == (143, "")
    assert sandbox.gurobi.alive() == []
    assert err.splitlines()[-1].startswith("interrupted: 1 machine killed, ")
