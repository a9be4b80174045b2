"""Each planner of adiutaOpt is imported on use, from a document of its own where there is one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from openapi_drift.generation.generate import generate

REPOSITORY = Path(__file__).parents[2]
SOURCES = """\
[adiutaopt-v6]
client = "adiutaopt"
models = "adiutaopt_models"
{common}
[adiutaopt-shift-v6]
client = "adiutaopt_shift"
models = "adiutaopt_shift_models"
{common}
"""
COMMON = """\
vendor = "adiutaByte"
url = "{url}"
format = "json"
provenance = "downloaded"
version = "6.0.0"
sha256 = ""
date = "2026-01-01"
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Packages of two documents: one has the mixed planner and the solutions, the other the shift planner."""
    root = tmp_path_factory.mktemp("planners")
    whole = json.loads((REPOSITORY / "generated" / "adiutaopt" / "openapi.json").read_text(encoding="utf-8"))
    mixed = ("/description", "/version", "/packages-list", "/solution")
    parts = {
        "adiutaopt-v6": only(whole, mixed, ("ShiftPlanner", "FloorPlanner")),
        "adiutaopt-shift-v6": only(whole, ("/shift-",), ("MixedPlanner", "FloorPlanner")),
    }
    for id_, document in parts.items():
        folder = root / "specs" / id_
        folder.mkdir(parents=True)
        (folder / "openapi.json").write_text(json.dumps(document))
    (root / "specs" / "sources.toml").write_text(SOURCES.format(common=COMMON))
    shutil.copy(REPOSITORY / "pyproject.toml", root)
    generate(root)
    return root / "generated"


def only(document: Any, starts: tuple[str, ...], others: tuple[str, ...]) -> Any:
    """The document with the paths that start so, without the schemas of other planners."""
    paths = {path: item for path, item in document["paths"].items() if path.startswith(starts)}
    components = document["components"]
    kept = {name: schema for name, schema in components["schemas"].items() if not name.startswith(others)}
    return {**document, "paths": paths, "components": {**components, "schemas": kept}}


PROGRAM = """
import os
import adiutaopt_models, adiutaopt_shift_models
from optcloud import OptCloud, Pace, Unsupported
from optcloud.sandbox import Sandbox
from optcloud.adiutaopt.planners import FLOOR, MIXED, SHIFT

assert not hasattr(adiutaopt_models, "ShiftPlannerInputPlan")
assert SHIFT.submit.__name__.startswith("adiutaopt_shift.api."), SHIFT.submit
assert SHIFT.problem_type is adiutaopt_shift_models.ShiftPlannerInputPlan
assert MIXED.submit.__name__.startswith("adiutaopt.api."), MIXED.submit
with Sandbox() as sandbox:
    os.environ |= sandbox.environment()
    oc = OptCloud()
    problem = {"meta": {}, "parameters": {}, "tasks": [{"id": "early"}], "workers": [{"id": "anna"}]}
    report = oc.adiutaopt.shift.check({"tasks": 1})
    assert not report.ok, report
    for planner in (oc.adiutaopt.shift, oc.adiutaopt.mixed):
        plan = planner.submit(problem).result(pace=Pace(0.01, 0.02)).plan
        print(type(plan).__module__, planner.version() is not None)
    for verb in (oc.adiutaopt.floor.version, oc.adiutaopt.floor.packages, lambda: oc.adiutaopt.floor.check({})):
        try:
            verb()
        except Unsupported as error:
            print(error)
    oc.close()
"""


def test_a_planner_comes_from_its_own_document_and_a_missing_one_says_so(tree: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-W", "error", "-c", PROGRAM],
        env={**os.environ, "PYTHONPATH": f"{tree}{os.pathsep}{REPOSITORY / 'adapters'}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shift, mixed, *missing = done.stdout.splitlines()
    assert (shift, mixed) == ("adiutaopt_shift_models True", "adiutaopt_models True")
    assert len(missing) == 3
    for line in missing:
        assert line.startswith("the floor planner of adiutaOpt: no document here has it (adiutaopt")
        assert "[adiutaopt-floor-v6] in specs/sources.toml" in line
