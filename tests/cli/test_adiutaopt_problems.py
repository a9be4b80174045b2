"""`optcloud adiutaopt check`, and `solve` of faulty problems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from optcloud.sandbox import Sandbox
from unit.faulty_problems import TOUR, as_sent

GOOD = b'{"meta": {}, "parameters": {}, "tasks": [], "workers": []}'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "problem.json"
    file.write_bytes(GOOD)
    return file


def submits(sandbox: Sandbox) -> list[Any]:
    return [entry for entry in sandbox.journal() if entry.path.endswith("description")]


def test_a_good_problem_is_good_without_credentials(run: Run, file: Path) -> None:
    result = run("adiutaopt", "check", str(file))
    assert (result.exit_code, result.stdout) == (0, "no faults, no warnings\n")
    assert run("adiutaopt", "check", "-", stdin=GOOD).exit_code == 0


def test_all_faults_and_warnings_are_listed(run: Run, file: Path) -> None:
    file.write_bytes(as_sent("all sorts"))
    result = run("adiutaopt", "check", str(file))
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0] == "fault: tasks[0].revenue: -1 is too small; write 0 or more"
    assert [line.partition(":")[0] for line in lines[:-1]] == ["fault"] * 4 + ["warning"] * 4
    assert lines[-1] == "4 faults, 4 warnings"
    report = json.loads(run("adiutaopt", "check", str(file), "--json").stdout)
    assert report["ok"] is False and len(report["faults"]) == 4 and len(report["warnings"]) == 4
    assert report["faults"][0] == {"path": "tasks[0].revenue", "what": "-1 is too small", "hint": "write 0 or more"}


def test_each_planner_has_its_own_checks(run: Run, file: Path) -> None:
    file.write_text(json.dumps(TOUR))
    assert run("adiutaopt", "check", str(file), "--planner", "mixed").stdout == "no faults, no warnings\n"
    assert "warning: tasks[0].weight" in run("adiutaopt", "check", str(file)).stdout


def test_solve_lists_all_faults_and_sends_nothing(run: Run, sandbox: Sandbox, file: Path) -> None:
    file.write_bytes(as_sent("all sorts"))
    result = run("adiutaopt", "solve", str(file))
    assert result.exit_code == 1 and submits(sandbox) == []
    for path in ("tasks[0].revenue", "tasks[2].date", "workers[0].costsPerMinute", "recovery"):
        assert f"  {path}: " in result.stderr
    (told,) = map(json.loads, run("adiutaopt", "solve", str(file), "--json").stderr.splitlines())
    assert told["faults"][0]["path"] == told["path"] == "tasks[0].revenue"


def test_solve_tells_warnings_and_sends(run: Run, sandbox: Sandbox, file: Path) -> None:
    file.write_bytes(GOOD[:-1] + b', "notes": 1}')
    result = run("adiutaopt", "solve", str(file))
    assert result.exit_code == 0 and len(submits(sandbox)) == 1
    assert "adiutaOpt warning: notes: the document names no such field; it is sent as it is" in result.stderr
    told = [json.loads(line) for line in run("adiutaopt", "solve", str(file), "--json").stderr.splitlines()]
    assert [event["warnings"][0]["path"] for event in told if event["event"] == "problem warnings"] == ["notes"]


def test_a_faulty_problem_is_sent_when_told_so(run: Run, sandbox: Sandbox, file: Path) -> None:
    file.write_bytes(GOOD[:-1] + b', "recovery": [-1]}')
    result = run("adiutaopt", "solve", str(file), "--send-anyway")
    assert "adiutaOpt warning: recovery[0]: -1 is too small" in result.stderr
    assert len(submits(sandbox)) == 1 and result.exit_code == 1  # the vendor refuses it, in its own words
    assert "422" in result.stderr
