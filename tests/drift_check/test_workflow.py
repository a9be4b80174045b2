"""The scheduled workflow, run here step by step: its own shell, with a stand-in for gh and a repository of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from openapi_drift.sources import load_sources
from optcloud.cli.app import app
from specs.conftest import make_checkout

REPOSITORY = Path(__file__).parents[2]
GH = """\
#!/bin/sh
echo "gh $*" >> "$LOG"
[ "$2" != create ] || [ ! -f "$LOG.exists" ] || exit 1
touch "$LOG.exists"
"""


def steps() -> dict[str, dict[str, Any]]:
    workflow = yaml.safe_load((REPOSITORY / ".github" / "workflows" / "drift.yml").read_text())
    return {step["name"]: step for step in workflow["jobs"]["drift"]["steps"] if "name" in step}


class Runner:
    """Runs a step as GitHub does: bash -e, the workflow's environment, files for outputs and the summary."""

    def __init__(self, folder: Path) -> None:
        self.root = make_checkout(folder / "checkout")
        self.log = folder / "log"
        self.output, self.summary = folder / "output", folder / "summary"
        self.bin = folder / "bin"
        self.bin.mkdir()
        self._program("gh", GH)
        self.environment = {
            **{"PATH": f"{self.bin}:{os.environ['PATH']}", "HOME": str(folder), "LOG": str(self.log)},
            **{"GITHUB_OUTPUT": str(self.output), "GITHUB_STEP_SUMMARY": str(self.summary)},
            **{"BRANCH": "drift/proposed", "REPORT": "drift-report.md", "OPTCLOUD_AIMMS_ACCOUNT": "acme"},
            **{"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
        }
        self.origin = folder / "origin.git"
        self.git("init", "-q", "--bare", str(self.origin))
        self.git("init", "-q", "-b", "main")
        self.git("remote", "add", "origin", str(self.origin))
        (self.root / "generated").mkdir()
        (self.root / "generated" / "y.py").write_text("")
        self.git("add", ".")
        self.git("-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "start")

    def _program(self, name: str, text: str) -> None:
        path = self.bin / name
        path.write_text(text)
        path.chmod(0o755)

    def optcloud(self, code: int, *, fails: str = "never") -> None:
        """A stand-in: writes the report and ends as told; commands named ``fails`` fail."""
        self._program(
            "optcloud",
            f'#!/bin/sh\necho "optcloud $*" >> "$LOG"\n'
            f'case "$*" in\n*{fails}*) echo "why" >&2; exit 1;;\n'
            f'*check*) echo "# Drift" > drift-report.md; exit {code};;\n'
            "*generate*) mkdir -p generated; date > generated/x.py;;\nesac\n",
        )

    def git(self, *arguments: str, root: Path | None = None) -> str:
        where = root or self.root
        done = subprocess.run(
            ["git", *arguments], cwd=where, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run(self, name: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", steps()[name]["run"]],
            cwd=self.root,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def said(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


@pytest.mark.parametrize("code", [0, 6, 7])
def test_the_code_of_the_check_is_kept(runner: Runner, code: int) -> None:
    runner.optcloud(code)
    assert runner.run("Check", ADIUTAOPT_URL="https://example.org/a b").returncode == 0
    assert runner.output.read_text() == f"code={code}\n"
    assert runner.summary.read_text() == "# Drift\n"
    assert runner.said() == [
        "optcloud spec check --url adiutaopt=https://example.org/a b --format github --markdown drift-report.md"
    ]
    assert runner.run("Say how it ended", CODE=str(code)).returncode == code


def test_without_an_address_none_is_given(runner: Runner) -> None:
    runner.optcloud(7)
    runner.run("Check", ADIUTAOPT_URL="")
    assert runner.said() == ["optcloud spec check --format github --markdown drift-report.md"]


def test_a_check_that_breaks_is_no_success(runner: Runner) -> None:
    runner.optcloud(0, fails="check")
    assert runner.run("Check").returncode == 0
    assert runner.output.read_text() == "code=1\n"


def test_what_changed_is_proposed(runner: Runner) -> None:
    runner.optcloud(6)
    runner.run("Check")
    assert runner.run("Fetch and regenerate", ADIUTAOPT_URL="https://example.org").returncode == 0
    done = runner.run("Propose")
    assert done.returncode == 0, done.stderr
    assert runner.said()[-1].startswith("gh pr create --head drift/proposed --title ")
    assert runner.said()[-1].endswith("--body-file drift-report.md")
    files = runner.git("show", "--name-only", "--format=", "drift/proposed", root=runner.origin).split()
    assert files == ["generated/x.py"]  # and never the report

    runner.git("checkout", "-q", "main")
    runner.optcloud(6)
    (runner.root / "specs" / "orders-v1" / "openapi.json").write_text("{}")
    done = runner.run("Propose")
    assert done.returncode == 0, done.stderr
    assert runner.said()[-1] == "gh pr edit drift/proposed --body-file drift-report.md"


def test_what_could_not_be_fetched_or_regenerated_is_in_the_text(runner: Runner) -> None:
    runner.optcloud(6, fails="adiutaopt")
    runner.run("Check", ADIUTAOPT_URL="")
    assert runner.run("Fetch and regenerate").returncode == 0
    assert "**Not fetched: adiutaopt-v6.**" in (runner.root / "drift-report.md").read_text()
    runner.optcloud(6, fails="generate")
    assert runner.run("Fetch and regenerate").returncode == 0
    assert "**Not regenerated:**\n\n```text\nwhy\n```\n" in (runner.root / "drift-report.md").read_text()


def test_every_document_is_fetched(runner: Runner) -> None:
    runner.optcloud(6)
    runner.run("Fetch and regenerate", ADIUTAOPT_URL="https://example.org")
    fetched = [line.split()[3] for line in runner.said() if line.startswith("optcloud spec fetch ")]
    assert sorted(fetched) == sorted(load_sources(REPOSITORY))


def test_without_a_changed_file_there_is_nothing_to_propose(runner: Runner) -> None:
    runner.optcloud(6)
    runner.run("Check")
    done = runner.run("Propose")
    assert (done.returncode, "::notice::no file changes" in done.stdout) == (0, True)
    assert not any(line.startswith("gh") for line in runner.said())


def test_its_commands_and_options_are_there() -> None:
    text = "".join(step["run"] for step in steps().values())
    root: Any = typer.main.get_command(app)
    there = root.commands["spec"]
    for command, rest in re.findall(r"optcloud spec (\w+)((?:.*\\\n)*.*)", text):
        options = {name for parameter in there.get_command(None, command).params for name in parameter.opts}
        assert set(re.findall(r"(?<![\w-])--[a-z-]+", rest.split("||")[0])) <= options, command


def test_secrets_are_given_only_to_the_steps_that_ask_the_vendors() -> None:
    with_secrets = {name for name, step in steps().items() if "secrets." in str(step)}
    assert with_secrets == {"Check", "Fetch and regenerate"}
    assert all("${{" not in step["run"] for step in steps().values())


def test_the_session_is_there() -> None:
    if find_spec("nox") is None:
        pytest.skip("nox is not installed here: its session is read only")
    done = subprocess.run(
        [sys.executable, "-m", "nox", "-l", "-f", str(REPOSITORY / "noxfile.py")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "- drift -> " in done.stdout, done.stderr
