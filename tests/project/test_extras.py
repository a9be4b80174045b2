"""Each import of a package that only an extra brings stands where a missing one is named with its mend."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "adapters" / "optcloud"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MODULES = {  # where a module has another name than its package
    "opentelemetry-api": "opentelemetry",
    "pyjwt": "jwt",
    "pyyaml": "yaml",
    "vl-convert-python": "vl_convert",
}
OPTIONAL = {"openpyxl", "pandas", "polars"}  # the user's own
# By file: the packages that it imports unguarded, and why that is right.
ELSEWHERE = {
    "batch/engines/fleet_queue.py": ({"procrastinate", "psycopg"}, "check_fleet goes before it"),
    "batch/engines/fleet_worker.py": ({"procrastinate", "psycopg"}, "check_fleet goes before it"),
    "batch/telemetry_otel.py": ({"opentelemetry"}, "loaded where the program has imported OpenTelemetry itself"),
    "cli/config/storing.py": ({"tomlkit"}, "config init asks for tomlkit before anything else"),
    "gurobi/ledger_postgres.py": ({"psycopg"}, "there is a connection, so there is a driver"),
    "process/postgres_owners.py": ({"psycopg"}, "there is a connection, so there is a driver"),
    "views/gantt/native.py": ({"vl_convert"}, "a program of its own, which renderer.py starts after it has looked"),
}
COMMAND_LINE = {"click", "rich", "typer"}  # in cli/, where optcloud.cli.main names them


def _module(requirement: str) -> str:
    name = re.split(r"[\[<>=~ ]", requirement, maxsplit=1)[0]
    return MODULES.get(name, name.replace("-", "_"))


BASE = {_module(requirement) for requirement in PROJECT["dependencies"]}
EXTRAS = {
    extra: {_module(requirement) for requirement in requirements}
    for extra, requirements in PROJECT["optional-dependencies"].items()
}
BROUGHT = (set().union(*EXTRAS.values()) | OPTIONAL | COMMAND_LINE) - BASE - {"optcloud"}


def _unguarded(node: ast.AST) -> Iterator[str]:
    """The packages of extras whose import nothing guards."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.With) and any(ast.unparse(item.context_expr).startswith("needs(") for item in node.items):
        return
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
        yield node.module.partition(".")[0]
    for child in ast.iter_child_nodes(node):
        yield from _unguarded(child)


def _allowed(path: str) -> set[str]:
    return ELSEWHERE.get(path, (set[str](), ""))[0] | (COMMAND_LINE if path.startswith("cli/") else set())


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    return {
        path.relative_to(SOURCES).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(SOURCES.rglob("*.py"))
    }


def test_what_an_extra_brings_is_imported_under_guard(trees: dict[str, ast.Module]) -> None:
    faults = [
        f"{path} imports {module}: use optcloud.core.extras, or list it with the reason"
        for path, tree in trees.items()
        for module in sorted(BROUGHT.intersection(_unguarded(tree)) - _allowed(path))
    ]
    assert faults == []


def test_what_is_listed_is_there(trees: dict[str, ast.Module]) -> None:
    found = {path: BROUGHT.intersection(_unguarded(trees[path])) for path in ELSEWHERE}
    assert found == {path: modules for path, (modules, _) in ELSEWHERE.items()}


def _calls(tree: ast.Module) -> Iterator[tuple[list[str], str]]:
    """The modules that are asked for by name, and the package that would be told."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        words = [value.value for value in node.args if isinstance(value, ast.Constant) and isinstance(value.value, str)]
        package = next((key.value for key in node.keywords if key.arg == "package"), None)
        if node.func.id in ("need", "missing", "check_installed") and isinstance(package, ast.Constant):
            yield words, str(package.value)


def test_the_extra_that_is_told_brings_the_package(trees: dict[str, ast.Module]) -> None:
    calls = [call for tree in trees.values() for call in _calls(tree)]
    assert len(calls) > 10
    for modules, package in calls:
        extra = re.fullmatch(r"optcloud\[(\w+)\]", package)
        brought = EXTRAS[extra[1]] if extra else {package}
        assert {re.split(r"[.\[ ]", module)[0] for module in modules} <= brought, package


def test_the_extras_that_commands_name_are_there(trees: dict[str, ast.Module]) -> None:
    named = {extra for tree in trees.values() for extra in re.findall(r"\bneeds\('(\w+)'", ast.unparse(tree))}
    assert {"cli", "codegen", "sandbox", "specs"} <= named <= set(EXTRAS)
