"""Which changes a user's own code meets, with file and line; and what is said of the rest."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from drift_check.test_vendor import run
from openapi_drift.checks.impact import touched
from openapi_drift.checks.uses import LIMITS, Reach, details, reaching
from openapi_drift.checks.verdict import CheckKind, DriftCheck, DriftVerdict
from openapi_drift.diff.change import Change, Level, Side
from openapi_drift.errors import SpecsError
from optcloud.cli.app import app
from optcloud.cli.exit_codes import DONE, DRIFT, ERROR
from specs.test_fetch import Server, text

REPOSITORY = Path(__file__).parents[2]
GET_TASKS = {"method": "GET", "path": "/tasks", "operation_id": "getTasks"}
RUN = {"method": "POST", "path": "/tasks/{app}/{service}", "operation_id": "createTaskLatestVersion"}
RESPONSE = {"method": "GET", "path": "/tasks/{id}/response", "operation_id": "getTaskResponse"}
SHIFT = {"method": "POST", "path": "/shift-description", "operation_id": "postShiftDescription"}
META = "/components/schemas/ShiftPlannerMeta/properties/removeInvalidTasks"


def change(pointer: str = "", **said: Any) -> Change:
    return Change("some-id", Level.BREAKING, "it changed", base=Side(pointer, None), **said)


def reach(folder: Path, code: str, *changes: Change) -> Reach:
    (folder / "code.py").write_text(code)
    return reaching(touched(changes, REPOSITORY), folder)


def lines(reached: Reach, number: int = 0) -> list[int]:
    return sorted({use.position.line for use in reached.changes[number].uses})


IMPORTS = [
    ("from aimms_pro.api.task import get_tasks\n\nget_tasks.sync(client=c)\n", [1, 3]),
    ("from aimms_pro.api.task import get_tasks as listing\nlisting.asyncio_detailed\n", [1, 2]),
    ("from aimms_pro.api.task.get_tasks import sync\nsync(client=c)\n", [1, 2]),
    ("import aimms_pro.api.task.get_tasks\naimms_pro.api.task.get_tasks.sync(client=c)\n", [1, 2]),
    ("import aimms_pro.api.task.get_tasks as g\n\ng.sync(client=c)\n", [1, 3]),
    ("from aimms_pro.api import task\n\n(\n    task\n    .get_tasks\n    .sync(client=c)\n)\n", [6]),
    ("from aimms_pro.api.task import *\n", [1]),
    ("def f():\n    from aimms_pro.api.task import get_tasks\n    call = get_tasks.sync\n    return call\n", [2, 3, 4]),
    ("from aimms_pro.api.task import get_task\nget_task.sync(client=c)\n", []),
    ("import aimms_pro\n", []),
    ("text = 'aimms_pro.api.task.get_tasks'\n", []),
    ("from .aimms_pro.api.task import get_tasks\n", []),
]


@pytest.mark.parametrize(("code", "expected"), IMPORTS)
def test_the_generated_packages(tmp_path: Path, code: str, expected: list[int]) -> None:
    assert lines(reach(tmp_path, code, change(**GET_TASKS))) == expected


GET_TASK = {"method": "GET", "path": "/tasks/{id}", "operation_id": "getTask"}
CATEGORIES = {"method": "GET", "path": "/applications/categories", "operation_id": "getAllApplicationCategories"}
FACADE = [
    ("from optcloud import OptCloud\nwith OptCloud() as oc:\n    oc.aimms.run('a', 'b')\n", RUN, [3]),
    ("from optcloud import OptCloud\nOptCloud().aimms.run('a', 'b')\n", RUN, [2]),
    ("import optcloud\nclass A:\n    def f(self):\n        self.oc.aimms.run('a', 'b')\n", RUN, [4]),
    (
        "import optcloud\naimms = optcloud.OptCloud().aimms\noc = optcloud.OptCloud()\na = oc.aimms\na.run('x')\n",
        RUN,
        [5],
    ),
    ("import optcloud\nasync def f(oc):\n    await oc.adiutaopt.shift.submit({})\n", SHIFT, [3]),
    ("import optcloud\nasync def f(oc):\n    await oc.adiutaopt.mixed.submit({})\n", SHIFT, []),
    ("import optcloud\ndef f(job):\n    return job.result()\n", RESPONSE, [3]),
    ("def f(job):\n    return job.result()\n", RESPONSE, []),
    ("import optcloud\ndef f(oc):\n    oc.aimms.tasks()\n", RUN, []),
    ("import optcloud\ndef f(series):\n    return series.runs()\n", GET_TASK, [3]),
    ("import optcloud\ndef f(oc):\n    oc.aimms.apps.categories.list()\n    oc.aimms.apps.list()\n", CATEGORIES, [3]),
]


@pytest.mark.parametrize(("code", "said", "expected"), FACADE)
def test_the_facade(tmp_path: Path, code: str, said: dict[str, str], expected: list[int]) -> None:
    assert lines(reach(tmp_path, code, change(**said))) == expected


MODELS = [
    ("from adiutaopt_models import ShiftPlannerMeta\nShiftPlannerMeta(\n    removeInvalidTasks=True\n)\n", [1, 2, 3]),
    ("import adiutaopt_models as m\nmeta = m.ShiftPlannerMeta()\nmeta.removeInvalidTasks = 1\n", [2, 3]),
    ("from adiutaopt.models import ShiftPlannerMeta\nx.remove_invalid_tasks\n", [1, 2]),
    ("from adiutaopt.models.shift_planner_meta import ShiftPlannerMeta\n", [1]),
    ("import optcloud\noc.adiutaopt.shift.submit(\n    {'meta': {'removeInvalidTasks': True}}\n)\n", [2, 3]),
    ("plan = {'removeInvalidTasks': True}\n", []),  # nobody here calls anything of ours
    ("from adiutaopt_models import ShiftPlannerHistory\n", []),
]


@pytest.mark.parametrize(("code", "expected"), MODELS)
def test_models_and_fields(tmp_path: Path, code: str, expected: list[int]) -> None:
    assert lines(reach(tmp_path, code, change(META, **SHIFT))) == expected


def test_the_order_stays_and_the_others_are_listed(tmp_path: Path) -> None:
    code = "from aimms_pro.api.task import get_tasks\n"
    found = reach(tmp_path, code, change(**RUN), change(**GET_TASKS), change(**SHIFT))
    assert [reached.impact.change.operation_id for reached in found.reaching] == ["getTasks"]
    assert [reached.impact.change.operation_id for reached in found.not_reaching] == [
        "createTaskLatestVersion",
        "postShiftDescription",
    ]
    record = found.as_dict()
    assert record["uses"][1] == [{"name": "aimms_pro.api.task.get_tasks", "file": str(tmp_path / "code.py"), "line": 1}]
    assert record["limits"] == LIMITS


def test_what_is_no_python_is_named(tmp_path: Path) -> None:
    (tmp_path / "old.py").write_text("print 'x'\n")
    (tmp_path / "binary.py").write_bytes(b"\x00\xff")
    found = reach(tmp_path, "from aimms_pro.api.task import get_tasks\n", change(**GET_TASKS))
    assert lines(found) == [1]
    assert (found.files, len(found.unread)) == (1, 2)
    assert str(tmp_path / "old.py") in "".join(found.unread)


def test_other_peoples_code_is_left_out(tmp_path: Path) -> None:
    for folder in (".venv/lib", "node_modules", "a/__pycache__", "venv"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "x.py").write_text("from aimms_pro.api.task import get_tasks\n")
    assert lines(reach(tmp_path, "x = 1\n", change(**GET_TASKS))) == []


def test_a_folder_without_python(tmp_path: Path) -> None:
    with pytest.raises(SpecsError, match="there is no Python file to read"):
        reaching([], tmp_path)


def test_an_alias_of_itself_is_no_circle(tmp_path: Path) -> None:
    code = "a = b.c\nb = a.d\na.e\nimport optcloud\n"
    assert lines(reach(tmp_path, code, change(**RUN))) == []


def test_lines_for_a_report(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("from aimms_pro.api.task import get_tasks\n" + "get_tasks.sync\n" * 9)
    tasks, shift = change(**GET_TASKS), change(**SHIFT)
    (tmp_path / "old.py").write_text("print 'x'\n")
    told = details(touched([tasks, shift], REPOSITORY), tmp_path)
    found = told.lines
    assert len(told.notes) == 1 and told.notes[0].startswith(
        f"not read, so nothing is known of it: {tmp_path}/old.py: "
    )
    assert found[tasks][-1].startswith(f"reaches `{tmp_path}`: `{tmp_path}/code.py:1` (aimms_pro.api.task.get_tasks), ")
    assert found[tasks][-1].endswith(" and 5 more places")
    assert found[shift][-1] == f"does not reach `{tmp_path}`, as far as reading can tell"
    assert [str(place) for place in told.uses[tasks]] == [f"{tmp_path}/code.py:{line}" for line in range(1, 11)]
    assert told.uses[shift] == []
    without = details(touched([tasks], REPOSITORY), None)
    assert ("reach" in "".join(without.lines[tasks]), without.notes, without.uses) == (False, (), {})
    check = DriftCheck(CheckKind.VENDOR, "aimms-pro-v2", DriftVerdict.DRIFT, changes=(tasks,), details=told)
    assert check.as_dict()["changes"][0]["details"] == found[tasks]


def test_on_the_command_line(vendor: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "code.py").write_text("from aimms_pro.api.task import get_tasks\n")
    snapshot = (REPOSITORY / "specs" / "aimms-pro-v2" / "openapi.yaml").read_text()
    served = snapshot.replace("operationId: getTasks\n", "operationId: listTasks\n")
    assert served != snapshot
    vendor.routes["/aimms"] = text(served)
    monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", "fake-key-for-tests-only")
    arguments = ("--cloud", "aimms", "--url", f"{vendor.url}/aimms", "--uses", str(tmp_path))
    result = run(REPOSITORY, *arguments)
    assert result.exit_code == DRIFT
    words = " ".join(result.stdout.split())
    assert re.search(r"touches `aimms_pro.api.task.get_tasks` and so `oc\.[^;]*`oc.aimms.tasks`, ", words)
    assert "vendor aimms-user-manager-v1: not checked: " in words  # the address is one document's
    assert f"`{tmp_path}/code.py:1` (aimms_pro.api.task.get_tasks)" in words
    assert " ".join(LIMITS.split()) in words
    (tmp_path / "code.py").unlink()
    result = run(REPOSITORY, *arguments)
    assert (result.exit_code, "there is no Python file" in result.stderr) == (ERROR, True)


def test_diff_marks_them_too(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("from aimms_pro.api.task import get_tasks\n")
    (tmp_path / "old.py").write_text("print 'x'\n")
    base = REPOSITORY / "generated" / "aimms_pro" / "openapi.json"
    (tmp_path / "new.json").write_text(base.read_text().replace('"getTasks"', '"listTasks"'))
    arguments = ["spec", "diff", str(base), str(tmp_path / "new.json"), "--root", str(REPOSITORY)]
    result = CliRunner().invoke(app, [*arguments, "--uses", str(tmp_path)])
    words = " ".join(result.stdout.split())
    assert result.exit_code == DONE, result.output
    assert "touches `aimms_pro.api.task.get_tasks`" in words
    assert f"`{tmp_path}/code.py:1` (aimms_pro.api.task.get_tasks)" in words
    assert (LIMITS in result.stderr, "not read, so nothing is known of it: " in result.stderr) == (True, True)
    assert "reach" not in CliRunner().invoke(app, arguments).stdout
