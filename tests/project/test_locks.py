"""The locks hold what pyproject.toml asks for: each version exact, within its range, with hashes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = sorted((ROOT / ".ci" / "locks").glob("*.txt"))
LINE = re.compile(r"^(?P<pin>[^\s#][^\\]*?) \\\n(?P<hashes>(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M)
PROJECT = PYPROJECT["project"]
ASKED = [
    *PYPROJECT["build-system"]["requires"],
    *PROJECT["dependencies"],
    *(text for group in PYPROJECT["dependency-groups"].values() for text in group),
    *(text for name in ("cli", "sandbox", "codegen", "codecs") for text in PROJECT["optional-dependencies"][name]),
]


def pins(lock: Path) -> list[Requirement]:
    return [Requirement(found["pin"]) for found in LINE.finditer(lock.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_each_line_of_a_lock_is_an_exact_version_with_hashes(lock: Path) -> None:
    """Nothing in a lock is a range, an address, or without a hash."""
    rest = LINE.sub("", lock.read_text(encoding="utf-8"))
    assert [line for line in rest.splitlines() if line and not line.startswith("#")] == []
    assert {one.operator for pin in pins(lock) for one in pin.specifier} == {"=="}


@pytest.mark.parametrize("text", sorted(set(ASKED)))
def test_what_is_asked_for_is_locked_within_its_range(text: str) -> None:
    """A range that was raised without `nox -s lock`, and a dependency that was added without it, show here."""
    asked = Requirement(text)
    name = canonicalize_name(asked.name)
    locked = [pin for lock in LOCKS for pin in pins(lock) if canonicalize_name(pin.name) == name]
    assert locked, f"{name} is in no lock: run nox -s lock"
    versions = [next(iter(pin.specifier)).version for pin in locked]
    assert [version for version in versions if not asked.specifier.contains(version)] == []
