"""The README says what is true: its commands are what CI runs; `tests/docs` runs its code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL = re.findall(r"```sh[^\n]*\n(.*?)```", README, flags=re.DOTALL)


def test_ci_runs_the_readmes_test_command_and_the_demo() -> None:
    tests, demo = [line for code in SHELL for line in code.splitlines() if "nox -s " in line]
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert tests in ci.splitlines()
    assert demo == ".venv/bin/nox -s demo"
    assert demo in ci


def test_the_readme_is_read_in_a_minute() -> None:
    assert len(README.splitlines()) < 120


def test_the_top_level_is_the_seven_and_nothing_else() -> None:
    allowed = {"pyproject.toml", "noxfile.py", "specs", "generated", "adapters", "tests", "README.md"}
    visible = {path.name for path in ROOT.iterdir() if not path.name.startswith((".", "__"))}
    assert visible - {"LICENSE", "CHANGELOG.md", "build", "dist"} == allowed


def paths_that_are_not_there(document: Path, text: str) -> Iterator[str]:
    """Yield `file:line: path` of each path in backticks or in a link that leads to nothing.

    A path begins with a visible or hidden entry of the top level, or stands beside the document. Names of a reader's
    own files (`config.toml`, `served.yaml`) and addresses (`/dex/api/v2`) are none.
    """
    for number, line in enumerate(re.sub(r"(?ms)^```.*?^```", _only_its_lines, text).splitlines(), 1):
        linked = [target for target in re.findall(r"\]\(([^)#]+)[^)]*\)", line) if "://" not in target]
        for name in [*(word for word in re.findall(r"`([^`\s]+)`", line) if _is_path(word)), *linked]:
            pattern = re.sub(r"<[^>]*>", "*", name).rstrip("/")
            if not any(any(folder.glob(pattern)) for folder in (ROOT, document.parent, *BESIDE.get(name, ()))):
                yield f"{document.relative_to(ROOT)}:{number}: {name}"


def _only_its_lines(block: re.Match[str]) -> str:
    return "\n" * block.group().count("\n")


def _is_path(word: str) -> bool:
    first, slash, _ = word.partition("/")
    return bool(slash and first in TOP_LEVEL) or word.endswith((".md", ".py")) or word.startswith("<id>/")


TOP_LEVEL = {"specs", "generated", "adapters", "tests", ".ci", ".github"}
BESIDE = {  # a name that the text says is beside another
    "OPERATIONS.md": [ROOT / "adapters" / "optcloud" / "aimms"],
    "FACTS.md": [ROOT / "specs" / "aimms-pro-v2"],
}
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "specs" / "README.md",
    *sorted((ROOT / ".github").glob("*.md")),
    *sorted((ROOT / "adapters").rglob("README.md")),
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_path_that_is_named_exists(document: Path) -> None:
    assert list(paths_that_are_not_there(document, document.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("first\n`adapters/optcloud/clouds/`", ["README.md:2: adapters/optcloud/clouds/"]),
        ("`NOWHERE.md` and [there](nowhere/too.md)", ["README.md:1: NOWHERE.md", "README.md:1: nowhere/too.md"]),
        ("```sh\ncat `tests/none.py`\n```\n`tests/none.py`", ["README.md:4: tests/none.py"]),
        ("`specs/<id>/openapi.yaml`, `config.toml`, `/dex/api/v2`, [a](https://example.invalid/a.md)", []),
    ],
)
def test_a_path_that_is_not_there_is_found(text: str, missing: list[str]) -> None:
    assert list(paths_that_are_not_there(ROOT / "README.md", text)) == missing
