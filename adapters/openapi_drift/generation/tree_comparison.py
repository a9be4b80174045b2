"""A readable comparison of two generated trees, byte for byte."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from openapi_drift.generation.fingerprint import FILE_NAME, files

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LINES_PER_FILE = 60
_STRAY = ": stray, nothing generates it\n"


def compare(present: Path, regenerated: Path) -> dict[str, str]:
    """What differs, by file ("generated/…"): a unified diff, or a sentence if a file is stray or missing."""
    names = {*files(present), *files(regenerated)}
    names |= {path.relative_to(path.parent) for path in (present / FILE_NAME, regenerated / FILE_NAME) if path.exists()}
    found: dict[str, str] = {}
    for relative in sorted(names):
        name = f"generated/{relative.as_posix()}"
        old, new = _read(present / relative), _read(regenerated / relative)
        if old == new:
            continue
        if new is None:
            found[name] = f"{name}{_STRAY}"
        elif old is None:
            found[name] = f"{name}: missing\n"
        else:
            found[name] = _diff(name, old, new)
    return found


def done(differences: Mapping[str, str]) -> list[str]:
    """Return in words what bringing the present tree up to date did to each file that differed."""
    return [f"{'removed' if differs == name + _STRAY else 'wrote'} {name}" for name, differs in differences.items()]


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _diff(name: str, old: bytes, new: bytes) -> str:
    try:
        before, after = (text.decode().splitlines(keepends=True) for text in (old, new))
    except UnicodeDecodeError:
        return f"{name}: differs (not text)\n"
    lines = [
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
        for line in difflib.unified_diff(before, after, f"{name} (present)", f"{name} (regenerated)")
    ]
    if not lines:
        return f"{name}: differs in line ends\n"
    more = len(lines) - _LINES_PER_FILE
    return "".join(lines[:_LINES_PER_FILE]) + (f"... {more} more lines\n" if more > 0 else "")
