"""`optcloud adiutaopt solve`: what a terminal shows, and files that are checked before anything is sent."""

from __future__ import annotations

import csv
import json
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from cli.conftest import Run
from optcloud.cli.results import print_result
from optcloud.cli.session import CliSession
from optcloud.core import extras
from optcloud.sandbox import Sandbox
from optcloud_sandbox.roster import stored


@pytest.fixture
def problem(tmp_path: Path) -> str:
    file = tmp_path / "problem.json"
    file.write_bytes(stored())
    return str(file)


def test_a_terminal_shows_figures_and_a_table(
    sandbox: Sandbox, run: Run, problem: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ref = run("adiutaopt", "solve", problem, "--no-wait").stdout.strip()
    session = CliSession()
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with session.connect() as oc:
        job: Any = oc.attach(ref)
        print_result(session, job, timeout=None, file=None)
    shown = capsys.readouterr()
    assert "Ada Amsel" in shown.out
    assert "workerID" not in shown.out
    assert f"optcloud job result {ref} -o plan.json" in shown.err


def test_tables_beside_the_plan(sandbox: Sandbox, run: Run, problem: str, tmp_path: Path) -> None:
    names = {"--csv": tmp_path / "a.csv", "--excel": tmp_path / "a.xlsx", "--parquet": tmp_path / "a.parquet"}
    words = [word for name, file in names.items() for word in (name, str(file))]
    result = run("adiutaopt", "solve", problem, *words)
    assert result.stdout_bytes == run("adiutaopt", "solve", problem).stdout_bytes
    assert all(f"saved {file}" in result.stderr for file in names.values())
    with names["--csv"].open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    table = parquet.read_table(names["--parquet"])
    assert len(rows) == table.num_rows == 140
    assert table.column_names == list(rows[0])


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("-o", "plan.xyz"), 2, "ends with .json"),
        (("-o", "plan.csv"), 2, "--csv, --excel, --parquet"),
        (("--gantt", "plan.bmp"), 2, ".html, .svg, .png, .pdf"),
        (("--parquet", "nowhere/plan.parquet"), 2, "there is no folder"),
        (("--excel", "plan.xlsx"), 1, "pip install"),
        (("--parquet", "plan.parquet"), 1, 'pip install "optcloud[parquet]"'),
        (("--no-wait", "--csv", "plan.csv"), 2, "--no-wait"),
    ],
)
def test_a_file_that_cannot_be_is_refused_before_anything_is_sent(
    sandbox: Sandbox,
    run: Run,
    problem: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    lacking = {"openpyxl", "pyarrow"} if code == 1 else set()
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name in lacking else find_spec(name))
    result = run("adiutaopt", "solve", problem, *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert words in " ".join(result.stderr.split())
    assert sandbox.journal() == []


def test_packages_are_listed(sandbox: Sandbox, run: Run) -> None:
    listed = json.loads(run("adiutaopt", "packages", "list", "--json").stdout)
    assert listed
    assert run("adiutaopt", "packages").stdout.count("\n") == len(listed) + 1
    assert json.loads(run("adiutaopt", "packages", "list", "--planner", "floor", "--json").stdout)
