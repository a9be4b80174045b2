"""The help texts, word for word. After a wanted change: OPTCLOUD_UPDATE_GOLDEN=1 pytest tests/cli/test_help.py"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.conftest import Run
from optcloud.cli.app import app

GOLDEN = Path(__file__).parent / "golden"
MADE_WITH = (0, 27)  # typer; other versions lay the same help out in other ways


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if hasattr(command, "list_commands"):
        for name in command.list_commands(None):
            yield from commands(command.get_command(None, name), (*path, name))


PATHS = list(commands(typer.main.get_command(app)))
LISTING = [
    ("aimms", "tasks"),
    ("adiutaopt", "packages"),
    ("gurobi", "machines"),
    ("gurobi", "licenses"),
]  # alone, they list
GROUPS = [path for path in PATHS if any(other[:-1] == path for other in PATHS if other) and path not in LISTING]


def golden_file(path: tuple[str, ...]) -> Path:
    return GOLDEN / ("-".join(("optcloud", *path)) + ".txt")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: " ".join(path) or "optcloud")
def test_help(run: Run, path: tuple[str, ...]) -> None:
    installed = version("typer")
    if tuple(map(int, installed.split(".")[:2])) != MADE_WITH:
        pytest.skip(f"not checked: the golden files were made with typer 0.27, this is {installed}")
    text = run(*path, "--help").stdout
    if os.environ.get("OPTCLOUD_UPDATE_GOLDEN"):
        golden_file(path).write_text(text, encoding="utf-8")
    assert text == golden_file(path).read_text(encoding="utf-8")


def test_no_stray_golden_file() -> None:
    assert {file.name for file in GOLDEN.iterdir()} == {golden_file(path).name for path in PATHS}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: " ".join(path) or "optcloud")
def test_each_command_has_json(run: Run, path: tuple[str, ...]) -> None:
    text = run(*path, "--help").stdout
    assert "--json" in text or "COMMAND [ARGS]..." in text


@pytest.mark.parametrize("group", GROUPS, ids=lambda path: " ".join(path) or "optcloud")
def test_a_group_alone_shows_its_help(run: Run, group: tuple[str, ...]) -> None:
    result = run(*group)
    assert (result.exit_code, result.stdout) == (0, run(*group, "--help").stdout)
