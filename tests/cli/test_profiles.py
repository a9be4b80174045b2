"""``--profile`` is taken anywhere, completed by the shell, and a mistyped one names those that there are."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli.conftest import Run
from optcloud.cli.app import app
from optcloud.sandbox import Sandbox


@pytest.fixture
def profiles(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with the profiles prod and dev; the environment has no settings."""
    file = tmp_path / "config.toml"
    environment = sandbox.environment()
    lines = [f"[{name}.aimms]\nurl = '{environment['OPTCLOUD_AIMMS_URL']}'" for name in ("prod", "dev")]
    file.write_text("\n".join(f"{line}\napi_key = '{environment['OPTCLOUD_AIMMS_API_KEY']}'" for line in lines))
    file.chmod(0o600)
    for name in environment:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OPTCLOUD_CONFIG", str(file))
    return file


WORDS = ("aimms", "tasks", "list", "--json")


@pytest.mark.parametrize("at", range(len(WORDS) + 1))
@pytest.mark.parametrize("given", [("--profile", "prod"), ("--profile=prod",)], ids=["two", "one"])
def test_it_is_taken_anywhere(run: Run, profiles: Path, at: int, given: tuple[str, ...]) -> None:
    result = run(*WORDS[:at], *given, *WORDS[at:])
    assert (result.exit_code, result.stdout) == (0, "[]\n")


@pytest.mark.parametrize("words", [("aimms", "tasks"), ("aimms", "--profile", "dev", "tasks")])
def test_it_is_taken_where_a_command_is_left_out_and_the_last_one_counts(
    run: Run, profiles: Path, words: tuple[str, ...]
) -> None:
    assert run(*words, "--profile", "prod").exit_code == 0
    assert "there is no profile 'none'" in run(*words, "--profile", "none").stderr


@pytest.mark.parametrize("mistyped", ["Prod", "prdo", "pord"])
def test_a_mistyped_one_names_those_that_there_are(run: Run, profiles: Path, mistyped: str) -> None:
    result = run("aimms", "tasks", "--profile", mistyped)
    assert result.exit_code == 4
    words = f"error: there is no profile '{mistyped}' in {profiles}: did you mean prod? There are dev, prod"
    assert result.stderr.splitlines()[0] == words


def completed(words: str) -> list[str]:
    shell = {"_OPTCLOUD_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split(" ")) - 1)}
    return CliRunner().invoke(app, env=shell, prog_name="optcloud").stdout.split()


def test_the_command_line_names_no_argument(run: Run, profiles: Path) -> None:
    said = run("gurobi", "machines").stderr
    assert "IC_ACCESS_ID" in said and "OptCloud(" not in said


def test_the_shell_completes_it(profiles: Path) -> None:
    for group, begun in itertools.product(("", "aimms ", "aimms tasks ", "aimms tasks list ", "job wait "), ("", "p")):
        assert completed(f"optcloud {group}--profile {begun}") == (["prod"] if begun else ["prod", "dev"])
    profiles.write_text("[default")
    assert completed("optcloud --profile ") == []


def test_what_a_program_is_given_is_its_own(run: Run, profiles: Path) -> None:
    """Behind the command that `gurobi run` runs, options are that command's."""
    assert "Gurobi Instant Cloud needs" in run("gurobi", "run", "python", "--profile", "none").stderr


def commands(command: Any, name: str = "optcloud") -> Iterator[tuple[str, Any]]:
    yield name, command
    for below in command.list_commands(None) if hasattr(command, "list_commands") else ():
        yield from commands(command.get_command(None, below), f"{name} {below}")


def test_no_command_is_without_the_options_of_all() -> None:
    wanted = {"--profile", "--verbose", "--debug"}
    lacking = {
        name: wanted - {word for param in command.params for word in param.opts}
        for name, command in commands(typer.main.get_command(app))
    }
    assert {name: words for name, words in lacking.items() if words} == {}
