"""Plans on the command line: solved with a picture, shown, compared; what was interrupted is finished later."""

from __future__ import annotations

import csv
import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from cli.test_interrupt import interrupt, started
from optcloud.sandbox import AfterSeconds, Sandbox
from optcloud_sandbox.adiutaopt.planner import solve
from optcloud_sandbox.roster import roster, stored

needs_pictures = pytest.mark.skipif(
    find_spec("vl_convert") is None, reason="vl-convert-python (the extra pictures) is not installed"
)


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    path = tmp_path / "problem.json"
    path.write_bytes(stored())
    return path


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan with a task that nobody can do."""
    given = roster()
    given["tasks"].append({"id": 1, "name": "fly", "date": "2026-03-03", "startTime": "8:00", "endTime": "9:00"})
    given["tasks"][-1]["qualifications"] = ["wings"]
    return saved(tmp_path / "plan.json", solve(given, "request-1"))


def saved(path: Path, content: Any) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@needs_pictures
def test_solve_saves_and_draws(sandbox: Sandbox, run: Run, problem: Path, tmp_path: Path) -> None:
    file, picture = tmp_path / "solution.json", tmp_path / "plan.html"
    result = run("adiutaopt", "solve", str(problem), "-o", str(file), "--gantt", str(picture))
    assert result.exit_code == 0
    assert len(json.loads(file.read_bytes())["tasks"]) == 140
    assert picture.read_text(encoding="utf-8").count(" · task ") == 140
    assert [line for line in result.stderr.splitlines() if line.startswith("saved")] == [
        f"saved {file}",
        f"saved {picture}",
    ]


@needs_pictures
def test_what_was_interrupted_is_finished_later(sandbox: Sandbox, run: Run, problem: Path, tmp_path: Path) -> None:
    file, picture = tmp_path / "my solution.json", tmp_path / "plan.svg"
    sandbox.pace = AfterSeconds(3600)
    with started("adiutaopt", "solve", str(problem), "-o", str(file), "--gantt", str(picture)) as process:
        assert process.stderr is not None
        ref = next(line for line in process.stderr if line.startswith("submitted ")).split()[1]
        out, err = interrupt(process)
    assert (process.returncode, out) == (130, "")
    assert f"resume: optcloud job wait {ref}" in err
    assert f"then: optcloud job result {ref} --output '{file}' --gantt {picture}" in err
    waited = run("job", "wait", ref, "--timeout", "0")
    assert waited.exit_code == 8
    sandbox.turn(3601)
    assert run("job", "wait", ref).stdout == "succeeded\n"
    finished = run("job", "result", ref, "--output", str(file), "--gantt", str(picture))
    assert finished.exit_code == 0
    assert len(json.loads(file.read_bytes())["tasks"]) == 140
    assert "Ada Amsel" in picture.read_text(encoding="utf-8")


@needs_pictures
def test_a_wait_that_timed_out_says_how_to_finish(sandbox: Sandbox, run: Run, problem: Path, tmp_path: Path) -> None:
    sandbox.pace = AfterSeconds(3600)
    result = run("adiutaopt", "solve", str(problem), "--gantt", str(tmp_path / "plan.png"), "--timeout", "0")
    assert result.exit_code == 8
    assert f"--gantt {tmp_path / 'plan.png'}" in result.stderr


@pytest.mark.parametrize("name", ["plan.gif", "nowhere/plan.svg"])
def test_a_picture_that_cannot_be_is_refused_before_anything_is_sent(
    sandbox: Sandbox, run: Run, problem: Path, tmp_path: Path, name: str
) -> None:
    result = run("adiutaopt", "solve", str(problem), "--gantt", str(tmp_path / name))
    assert result.exit_code == (2 if find_spec("vl_convert") or name == "plan.gif" else 1)
    assert sandbox.journal() == []


def test_the_missing_extra_is_named_before_anything_is_sent(
    sandbox: Sandbox, run: Run, problem: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    result = run("adiutaopt", "solve", str(problem), "--gantt", str(tmp_path / "plan.svg"))
    assert result.exit_code == 1
    assert 'pip install "optcloud[pictures]"' in result.stderr
    assert sandbox.journal() == []


def test_only_plans_are_drawn(sandbox: Sandbox, run: Run, tmp_path: Path) -> None:
    result = run("job", "result", "aimms:default/abc", "--gantt", str(tmp_path / "plan.html"))
    assert (result.exit_code, sandbox.journal()) == (2, [])
    assert "only plans of adiutaOpt are drawn" in result.stderr


def test_show_sums_up(run: Run, plan: Path) -> None:
    out = run("adiutaopt", "show", str(plan)).stdout
    assert out.startswith("140 of 141 tasks assigned to 20 of 20 workers, 1071 hours")
    assert "Tara Tanne" in out
    figures = json.loads(run("adiutaopt", "show", str(plan), "--json").stdout)
    assert (figures["assigned"], figures["unassigned"], figures["request_id"]) == (140, 1, "request-1")
    assert figures["first"] == "2026-03-02T06:00:00"
    assert figures["statistics"]["unassignedTasks"] == 1


def test_show_says_what_nobody_does_and_why(run: Run, plan: Path) -> None:
    out = run("adiutaopt", "show", str(plan), "--unassigned").stdout
    assert "not qualified" in out
    (lost,) = json.loads(run("adiutaopt", "show", str(plan), "--unassigned", "--json").stdout)
    assert (lost["task"], lost["name"], lost["start"], lost["kind"]) == (1, "fly", "2026-03-03 08:00", "wings")


def test_show_exports(run: Run, plan: Path, tmp_path: Path) -> None:
    result = run("adiutaopt", "show", str(plan), "--csv", str(tmp_path / "plan.csv"))
    assert (result.exit_code, result.stdout) == (0, "")
    with (tmp_path / "plan.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 141
    pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    assert run("adiutaopt", "show", str(plan), "--excel", str(tmp_path / "plan.xlsx")).exit_code == 0
    assert (tmp_path / "plan.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("option", "name", "module", "package"),
    [
        ("--excel", "plan.xlsx", "openpyxl", "openpyxl"),
        ("--parquet", "plan.parquet", "pyarrow", "optcloud[parquet]"),
        ("--gantt", "plan.png", "vl_convert", "optcloud[pictures]"),
    ],
)
def test_show_names_what_a_file_needs(
    run: Run, plan: Path, monkeypatch: pytest.MonkeyPatch, option: str, name: str, module: str, package: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    result = run("adiutaopt", "show", str(plan), option, str(plan.parent / name))
    told = f'error: {name} needs {module}, which is not installed: pip install "{package}"\n'
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", told)


def test_show_draws_a_page_without_the_extra(
    run: Run, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    result = run("adiutaopt", "show", str(plan), "--gantt", str(tmp_path / "plan.html"))
    assert (result.exit_code, result.stderr) == (0, f"saved {tmp_path / 'plan.html'}\n")


@needs_pictures
def test_show_draws(run: Run, plan: Path, tmp_path: Path) -> None:
    target = tmp_path / "day.svg"
    options = ("--by", "day", "--colour", "name", "--language", "de", "--from", "2026-03-03", "--to", "2026-03-03")
    result = run("adiutaopt", "show", str(plan), "--gantt", str(target), *options)
    assert result.stderr == f"saved {target}\n"
    drawn = target.read_text(encoding="utf-8")
    assert "Di 3. März 2026" in drawn
    assert drawn.count(" · Aufgabe ") == 11


def test_the_last_day_of_a_picture_is_no_reference_of_a_job(run: Run, plan: Path, tmp_path: Path) -> None:
    days = ("--first", "2026-03-02", "--last", "2026-03-03")
    result = run("adiutaopt", "show", str(plan), "--gantt", str(tmp_path / "plan.html"), *days)
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "plan.html").exists()


def test_show_says_what_it_did_not_find_and_takes_names(run: Run, tmp_path: Path) -> None:
    file = saved(tmp_path / "plan.json", {"tasks": [{"nr": 1, "emp": 7}], "workers": [{"id": 7}]})
    assert "not found in the tasks: task, worker, start, end; name them: --field task=NAME" in (
        run("adiutaopt", "show", str(file)).stderr
    )
    named = run("adiutaopt", "show", str(file), "--field", "task=nr", "--field", "worker=emp")
    assert named.stdout.startswith("1 of 1 tasks assigned to 1 of 1 workers")
    assert run("adiutaopt", "show", str(file), "--field", "boss=x").exit_code == 1


def test_show_of_something_else_is_an_error(run: Run, tmp_path: Path) -> None:
    result = run("adiutaopt", "show", str(saved(tmp_path / "error.json", {"recovery": []})))
    assert result.exit_code == 1
    assert "this is not a solution" in result.stderr


def test_diff(run: Run, plan: Path, tmp_path: Path) -> None:
    content = json.loads(plan.read_bytes())
    content["tasks"][0]["workerID"] = 1
    content["tasks"][1]["endTime"] = "15:00"
    del content["tasks"][2]["workerID"]
    for worker in content["workers"]:
        worker["tasks"] = []
    other = saved(tmp_path / "other.json", content)
    out = run("adiutaopt", "diff", str(plan), str(other)).stdout.splitlines()
    assert [line for line in out if not line.startswith(" ")] == [
        "newly unassigned: 1",
        "assigned differently: 1",
        "moved in time: 1",
        "unchanged: 138",
    ]
    assert any("1000 early ward 1: Karim Kiefer, " in line and "-> Ada Amsel, " in line for line in out)
    found = json.loads(run("adiutaopt", "diff", str(plan), str(other), "--json").stdout)
    assert [one["after"]["task"] for one in found["newly_unassigned"]] == [1002]
    assert run("adiutaopt", "diff", str(plan), str(plan)).stdout == "no differences in 141 tasks\n"
