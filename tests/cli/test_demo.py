"""The demo: it passes on the sandbox, and it notices what is wrong."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from cli.conftest import Run
from optcloud.cli import demo
from optcloud.cli import demo_steps as walkthrough


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_JOBS_TAKE", 0.05)


def test_all_steps_pass_whatever_the_environment_says(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCLOUD_AIMMS_URL", "https://elsewhere.invalid/pro-api/v2")
    monkeypatch.setenv("OPTCLOUD_ADIUTAOPT_BEARER", "neither true nor false")
    result = run("demo", "--json")
    record = json.loads(result.stdout)
    assert result.exit_code == 0
    assert not list(Path(os.environ["XDG_STATE_HOME"]).rglob("*.sqlite3"))  # its launches are not the user's
    assert record["ok"] is True
    assert "not the vendors" in record["notice"]
    assert [step["cloud"] for step in record["steps"]] == ["AIMMS PRO"] * 3 + ["adiutaOpt"] * 2 + ["Gurobi"] * 3
    assert all(step["ok"] and step["result"] for step in record["steps"])
    assert record["seconds"] < 15


def test_a_wrong_result_fails_it_and_the_other_clouds_still_run(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walkthrough, "BEST", {"objective": 16, "chosen": []})
    result = run("demo")
    assert result.exit_code == 1
    assert result.stdout.count("✗") == 1
    assert "the best knapsack is" in result.stdout
    assert "no machine runs" in result.stdout
    assert "not the vendors" in result.stdout
    assert "the demo failed" in result.stderr


def test_duties_are_checked() -> None:
    walk = walkthrough.AdiutaOptDemo.__new__(walkthrough.AdiutaOptDemo)
    walk._roster = {"workers": [{"id": 1, "qualifications": ["care"]}]}
    duty = {"id": 7, "workerID": 1, "date": "2026-03-02", "qualifications": ["care"]}
    walk._check_duties([duty])
    for wrong in ([duty, duty], [duty | {"qualifications": ["lead"]}], [duty | {"antiWorkers": [1]}]):
        with pytest.raises(walkthrough.UnexpectedError):
            walk._check_duties(wrong)
