"""Errors at the command line speak of options and commands: no argument, method or class of Python is in them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from cli.conftest import Run
from optcloud.cli.app import app
from optcloud.cli.wording import at_command_line
from optcloud.sandbox import Sandbox

CODE = Path(__file__).parents[2] / "adapters" / "optcloud"
PYTHON = re.compile(
    r"OptCloud\(|\boc\.[a-z]|\w\(\)|\b[a-z]+(_[a-z]+)*=(True|False|None|…|')|\b(True|False|None)\b|ReplyLimits"
)
# What only a program can meet: the command line does not call it, or says it in its own words before.
OF_PROGRAMS = (
    *("adiutaopt/problem/", "aimms/tasks/hooks.py", "aimms/tasks/schedule.py", "aimms/tasks/listing.py", "batch/"),
    *("core/prompts.py", "core/process_bound.py", "gurobi/client_license.py", "gurobi/v2/", "observe/", "views/"),
    *("adiutaopt/sign_in/challenges.py", "process/child_guard.py", "process/signals.py", "core/settings_sources.py"),
)


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield what errors of a module say: the texts in calls that are raised, and in hints."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise) and node.exc is not None:
            whole = [each for each in ast.walk(node.exc) if isinstance(each, ast.JoinedStr)]
            parts = {id(part) for each in whole for part in each.values}
            for inner in ast.walk(node.exc):
                if isinstance(inner, ast.JoinedStr):
                    yield inner.lineno, "".join(_part(part) for part in inner.values)
                elif isinstance(inner, ast.Constant) and isinstance(inner.value, str) and id(inner) not in parts:
                    yield inner.lineno, str(inner.value)


def _part(part: ast.expr) -> str:
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "x"


def test_no_error_that_the_command_line_shows_has_words_of_python() -> None:
    found = []
    for path in CODE.rglob("*.py"):
        place = path.relative_to(CODE).as_posix()
        if not place.startswith(OF_PROGRAMS):
            for line, text in texts(path):
                if (wrong := PYTHON.search(at_command_line(text, {"kill_task": "--kill-task"}))) is not None:
                    found.append(f"{place}:{line}: {wrong[0]!r} in {text!r}")
    assert found == []


def commands(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if hasattr(command, "list_commands"):
        for name in command.list_commands(None):
            yield from commands(command.get_command(None, name), (*path, name))  # type: ignore[attr-defined]
    else:
        yield path


EVERY = [path for path in commands(typer.main.get_command(app)) if path[0] in {"aimms", "adiutaopt", "gurobi", "job"}]


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_without_settings_and_with_wrong_options_no_command_speaks_python(run: Run, path: tuple[str, ...]) -> None:
    for words in ((), ("aimms:default/x",), ("x", "y"), ("--no-such-option",)):
        assert PYTHON.search(run(*path, *words, stdin=b"{}").stderr) is None


def test_with_a_cloud_arguments_are_options(run: Run, sandbox: Sandbox) -> None:
    result = run("gurobi", "launch", "1", "--license-id", "no-such", "--no-wait")
    assert result.exit_code != 0 and "license_id" not in result.stderr.replace('"license_id"', "")


@pytest.mark.parametrize(
    ("said", "here"),
    [
        ("max_users: 0 is not positive", "--max-users: 0 is not positive"),
        ("there (keep_old='1.0' or hide_old='1.0')", "there (--keep-old 1.0 or --hide-old 1.0)"),
        ("again with if_changed", "again with --if-changed"),
        ("Give it: oc.aimms.apps.update('A', '1', latest=True)", "Give it: optcloud aimms apps update A 1 --latest"),
        ("look: oc.aimms.storage.info('/a/b')", "look: optcloud aimms storage show /a/b"),
        ("file /tmp/keep_old/x", "file /tmp/keep_old/x"),
        ("icon: it is not there", "--icon: it is not there"),
    ],
)
def test_in_the_words_of_the_command(said: str, here: str) -> None:
    names = ("max_users", "keep_old", "hide_old", "if_changed", "icon")
    assert at_command_line(said, {name: f"--{name.replace('_', '-')}" for name in names}) == here
