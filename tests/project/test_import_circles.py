"""No module of ours imports itself by way of others, also where only type checkers import."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ADAPTERS = Path(__file__).parents[2] / "adapters"


def imports(folder: Path) -> dict[str, set[str]]:
    """Return which modules below a folder each of them imports, wherever in its text."""
    files = {dotted(path.relative_to(folder)): path for path in sorted(folder.rglob("*.py"))}
    found: dict[str, set[str]] = {}
    for name, path in files.items():
        named: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                of_package = {f"{node.module}.{alias.name}" for alias in node.names}
                named |= {module if module in files else node.module for module in of_package}
        found[name] = (named & set(files)) - {name}
    return found


def dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def test_no_circles() -> None:
    TopologicalSorter(imports(ADAPTERS)).prepare()


def test_a_circle_is_found(tmp_path: Path) -> None:
    tmp_path.joinpath("a.py").write_text("import b\n")
    tmp_path.joinpath("b.py").write_text("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import x\n")
    with pytest.raises(CycleError):
        TopologicalSorter(imports(tmp_path)).prepare()
