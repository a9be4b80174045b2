"""Names of our modules, classes and functions in docstrings and Markdown exist."""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import keyword
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("optcloud", "optcloud_sandbox", "openapi_drift")
# A name that is part of an address, an option, a file name or an entry point is none of Python's.
DOTTED = re.compile(rf"(?<![\w./@:-])(?P<name>(?:{'|'.join(PACKAGES)})(?:\.[A-Za-z_]\w*)+)(?!\w|/|\.\w)")
IMPORTED = re.compile(
    rf"^\s*from (?P<module>(?:{'|'.join(PACKAGES)})[\w.]*) import (?P<names>[\w, ]+)", flags=re.MULTILINE
)
FILE_ENDINGS = (".toml", ".yaml", ".json", ".md", ".py", ".invalid")


def markdown() -> list[Path]:
    """Return all of it but the changelog, which names what is gone."""
    own = [ROOT / "README.md", *(ROOT / ".github").glob("*.md")]
    return [*own, *(ROOT / "specs").rglob("*.md"), *(ROOT / "adapters").rglob("*.md")]


def python() -> list[Path]:
    return [path for package in PACKAGES for path in (ROOT / "adapters" / package).rglob("*.py")]


def unknown_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and name of each of our dotted names in a text that nothing stands behind."""
    named = [(match.start(), match["name"]) for match in DOTTED.finditer(text)]
    for match in IMPORTED.finditer(text):
        named += [(match.start(), f"{match['module']}.{name.strip()}") for name in match["names"].split(",")]
    for position, name in sorted(named):
        if not name.endswith(FILE_ENDINGS) and not exists(name):
            yield text.count("\n", 0, position) + 1, name


@cache
def exists(dotted: str) -> bool:
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        return _has(found, parts[length:])
    return False


def _has(found: Any, names: list[str]) -> bool:
    for name in names:
        if not hasattr(found, name):
            fields = inspect.get_annotations(found) if inspect.isclass(found) else {}
            return name in fields and names[-1] == name
        found = getattr(found, name)
    return True


def docstrings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the first line and the text of each docstring, and of strings that stand alone below a constant."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value


def test_dotted_names_in_docstrings_exist() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{first + line - 1}: {name}"
        for path in python()
        for first, text in docstrings(path)
        for line, name in unknown_in(text)
    ]
    assert not found, "no such module, class or function:\n" + "\n".join(found)


def test_dotted_names_in_markdown_exist() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {name}"
        for path in markdown()
        for line, name in unknown_in(path.read_text(encoding="utf-8"))
    ]
    assert not found, "no such module, class or function:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "adapters").rglob("README.md")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_places_in_the_tables_of_what_is_inferred_exist(path: Path) -> None:
    """`launching.SETTLE` in the last column is the module `launching` of that package, and a name in it."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {name}"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if line.startswith("| ") and re.search(r"`[a-z_]+(\.\w+)*` \|$", line)
        for name in re.findall(r"`([a-z_]+\.[\w.]+)`", line.rstrip("| ").rpartition(" | ")[2])
        if not _in_package(path.parent, name)
    ]
    assert not found, "no such module, or no such name in it:\n" + "\n".join(found)


def _in_package(folder: Path, name: str) -> bool:
    module, _, rest = name.partition(".")
    found = [*folder.rglob(f"{module}.py"), *folder.rglob(f"{module}/__init__.py")]
    dotted = [".".join(path.with_suffix("").relative_to(ROOT / "adapters").parts) for path in found]
    return any(exists(f"{one.removesuffix('.__init__')}.{rest}") for one in dotted)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("first\nsee `optcloud.core.nowhere.Thing`", [(2, "optcloud.core.nowhere.Thing")]),
        ("optcloud.OptCloud.launch_rockets", [(1, "optcloud.OptCloud.launch_rockets")]),
        ("from optcloud import OptCloud, Rocket", [(1, "optcloud.Rocket")]),
        ("a name: openapi_drift.rocket.", [(1, "openapi_drift.rocket")]),
        ("`optcloud.OptCloud`, optcloud_sandbox.Sandbox.", []),
        ("optcloud.core.flow.Reply.status_code is a field", []),
        ("`optcloud.toml`, https://example.invalid/optcloud.rocket, optcloud.rocket/path", []),
    ],
)
def test_an_unknown_name_is_found_with_its_line(text: str, unknown: list[tuple[int, str]]) -> None:
    assert list(unknown_in(text)) == unknown


# ---------------------------------------------------------------- short names, in single backticks

QUOTED = re.compile(r"(?<!`)`([A-Za-z_][\w.]*)(?:\(\))?`(?!`)")


@cache
def identifiers() -> frozenset[str]:
    """Return every name that code or generated code defines or uses, and the names of modules and folders."""
    found = set(dir(builtins)) | set(keyword.kwlist)
    for path in (ROOT / "generated").rglob("*.py"):
        found.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    for path in (ROOT / "adapters").rglob("*.py"):
        found |= {path.stem, *path.relative_to(ROOT).parts}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = (getattr(node, field, None) for field in ("id", "attr", "name", "arg", "value"))
            words = (name for name in named if isinstance(name, str) and " " not in name)  # no sentences
            found.update(part for word in words for part in re.split(r"\W+", word))
    return frozenset(found)


def _of_the_standard_library(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names and exists(name)


def test_short_names_in_docstrings_are_used_somewhere() -> None:
    """`optcloud.adiutaopt.problem.walk` is found when the module has long been called `walk`."""
    found = [
        f"{path.relative_to(ROOT)}:{first + text.count(chr(10), 0, match.start())}: {match[1]}"
        for path in python()
        for first, text in docstrings(path)
        for match in QUOTED.finditer(text)
        if not identifiers().issuperset(match[1].split(".")) and not _of_the_standard_library(match[1])
    ]
    assert not found, "no such name in the code:\n" + "\n".join(found)
