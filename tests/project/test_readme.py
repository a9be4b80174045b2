"""The README says what is true: its commands are what CI runs, its code runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from optcloud.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, flags=re.DOTALL)
EXAMPLES = [code for language, code in BLOCKS if language == "python"]


def test_ci_runs_the_readmes_test_command_and_the_demo() -> None:
    demo, tests = [code.strip() for language, code in BLOCKS if language == "sh" and "-s " in code]
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert tests in ci.splitlines()
    assert demo.rpartition("&& ")[2] == ".venv/bin/nox -s demo"
    assert ".venv/bin/nox -s demo" in ci


@pytest.mark.parametrize(
    ("code", "printed"),
    list(zip(EXAMPLES, ("State.SUCCEEDED", "not the vendor's optimizer", ".sandbox.invalid"), strict=True)),
    ids=["aimms", "adiutaopt", "gurobi"],
)
def test_the_examples_run_on_the_sandbox(
    code: str, printed: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    prepared: dict[str, Any] = {
        "payload": {"assignment": {"costs": [[4, 1], [2, 3]]}},
        "problem": {"meta": {}, "parameters": {}, "tasks": [{"id": "t"}], "workers": [{"id": "w"}]},
    }
    with Sandbox() as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        sandbox.register("Scheduling", "solve", lambda data, content_type: (data, content_type))
        exec(compile(code, "README.md", "exec"), prepared)
    assert printed in capsys.readouterr().out


def test_the_top_level_is_the_seven_and_nothing_else() -> None:
    allowed = {"pyproject.toml", "noxfile.py", "specs", "generated", "adapters", "tests", "README.md"}
    visible = {path.name for path in ROOT.iterdir() if not path.name.startswith((".", "__"))}
    assert visible - {"LICENSE", "CHANGELOG.md", "build", "dist"} == allowed
