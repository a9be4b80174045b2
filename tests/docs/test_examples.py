"""The examples run on the sandbox as they stand, and the notebook from its first cell to its last."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path

import pytest

from docs.snippets import ROOT
from patience import PATIENCE

EXAMPLES = ROOT / "adapters" / "docs" / "examples"
PRINTED = {
    "adiutaopt_plan.py": "that nobody does",
    "aimms_scenarios.py": "4,completed,",
    "batch_study.py": "10 ok, 0 running",
    "gurobi_machines.py": "machine-hours so far",
    "hooks.py": "State.SUCCEEDED",
    "three_clouds_asyncio.py": "AIMMS PRO:",
}
DRIFT = "drift_in_ci.py"


def run(script: str, capsys: pytest.CaptureFixture[str]) -> str:
    """Run it in this process; returns what it printed."""
    runpy.run_path(str(EXAMPLES / script), run_name="__main__")
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_example_is_run_here() -> None:
    assert {path.name for path in EXAMPLES.iterdir()} == {*PRINTED, DRIFT, "study.ipynb"}


@pytest.mark.parametrize("script", PRINTED)
@pytest.mark.usefixtures("sandbox")
def test_an_example_runs(script: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert PRINTED[script] in run(script, capsys)


def test_the_example_of_drift_finds_the_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = (ROOT / "specs" / "aimms-pro-v2" / "openapi.yaml").read_text(encoding="utf-8")
    (folder / "old.yaml").write_text(old, encoding="utf-8")
    (folder / "new.yaml").write_text(re.sub("queueTime", "waitTime", old), encoding="utf-8")
    (folder / "plan.py").write_text("import optcloud\n\nprint(job.details().queue_time)\n", encoding="utf-8")
    for revision, code in (("new.yaml", 6), ("old.yaml", 0)):
        monkeypatch.setattr(sys, "argv", [DRIFT, "old.yaml", revision, "plan.py"])
        with pytest.raises(SystemExit) as left:
            run(DRIFT, capsys)
        assert left.value.code == code
        assert ("plan.py:3" in capsys.readouterr().out) is (code == 6)


@pytest.mark.usefixtures("sandbox")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_the_notebook_runs(folder: Path) -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    notebook = nbformat.read(EXAMPLES / "study.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)  # what is shown comes from a run of one's own
    nbclient.NotebookClient(notebook, timeout=PATIENCE, resources={"metadata": {"path": str(folder)}}).execute()
    assert [cell for cell in notebook.cells if cell.cell_type == "code" and not cell.outputs] == []
