"""What is missing is named with its mend, and what is not needed is not loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from optcloud.sandbox import Sandbox
from patience import PATIENCE

ROOT = Path(__file__).parents[2]
DOCUMENTS = [str(ROOT / "specs" / name / "openapi.yaml") for name in ("aimms-pro-v2", "adiutaopt-v6")]
LACKING = "import sys\nfor name in {names!r}: sys.modules[name] = None\nfrom optcloud.cli import main\nmain()"
LOADED = "import sys\n{code}\nprint(*sorted(m for m in {names!r} if m in sys.modules))"


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "100"},
    )


@pytest.mark.parametrize(
    ("lacking", "arguments", "hint"),
    [
        (["typer"], ["demo"], 'pip install "optcloud[cli]"'),
        (["starlette", "uvicorn"], ["demo"], 'pip install "optcloud[sandbox]"'),
        (["starlette", "uvicorn"], ["sandbox"], 'pip install "optcloud[sandbox]"'),
        (["yaml"], ["spec", "diff", *DOCUMENTS], 'pip install "optcloud[specs]"'),
    ],
)
def test_a_missing_extra_is_named(sandbox: Sandbox, lacking: list[str], arguments: list[str], hint: str) -> None:
    done = python(LACKING.format(names=lacking), *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert hint in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_list_in_a_pipe_needs_no_rich_and_a_table_names_it(sandbox: Sandbox) -> None:
    lists, page = LACKING.format(names=["rich"]), ["gurobi", "migrate"]
    assert python(lists, "gurobi", "licenses", "list").stdout.startswith("id\t")
    done = python(lists, *page)
    assert done.returncode == 1
    assert done.stderr.strip().endswith('pip install "optcloud[cli]"')


def test_importing_the_command_line_loads_nothing() -> None:
    names = ["typer", "rich", "httpx", "msgspec", "attrs", "starlette", "yaml"]
    assert python(LOADED.format(code="import optcloud.cli", names=names)).stdout == "\n"


def test_help_loads_no_cloud() -> None:
    names = ["httpx", "msgspec", "aimms_pro", "adiutaopt", "adiutaopt_models", "starlette", "uvicorn", "yaml"]
    code = "from optcloud.cli import main\ntry: main()\nexcept SystemExit: pass"
    done = python(LOADED.format(code=code, names=names), "--version")
    assert done.stdout.splitlines() == ["optcloud 0.1.0", ""]


def test_a_foreign_import_error_is_not_hidden() -> None:
    done = python("import sys\nsys.modules['optcloud.cli.app'] = None\nfrom optcloud.cli import main\nmain()")
    assert "ModuleNotFoundError" in done.stderr


def test_module_and_script_are_the_same() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "optcloud", "--version"], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert done.stdout == "optcloud 0.1.0\n"
