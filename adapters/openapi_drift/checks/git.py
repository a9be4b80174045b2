"""Reading files of a git revision, without touching the working tree."""

from __future__ import annotations

import subprocess  # runs git, without a shell  # nosec B404
from pathlib import Path

from openapi_drift.documents.reading import decoded
from openapi_drift.errors import SpecsError


def is_revision(folder: Path, revision: str) -> bool:
    """Tell whether git knows it as a revision; False also outside a repository."""
    return _run(folder, "rev-parse", "--verify", "--quiet", f"{_plain(revision)}^{{commit}}").returncode == 0


def top(folder: Path) -> Path:
    """Return the repository's folder."""
    return Path(_said(folder, "rev-parse", "--show-toplevel").decode().removesuffix("\n"))


def kind(folder: Path, revision: str, path: str) -> str:
    """Return "blob" (a file) or "tree" (a folder). Raises SpecsError if there is neither."""
    return _said(folder, "cat-file", "-t", f"{_plain(revision)}:{path}").decode().strip()


def names(folder: Path, revision: str, path: str) -> list[str]:
    """Return the names in a folder."""
    return _said(folder, "ls-tree", "--name-only", "-z", f"{_plain(revision)}:{path}").decode().split("\0")[:-1]


def text(folder: Path, revision: str, path: str) -> str:
    """Return a file's text."""
    return decoded(_said(folder, "cat-file", "blob", f"{_plain(revision)}:{path}"), f"{revision}:{path}")


def _plain(revision: str) -> str:
    if revision.startswith("-"):  # git would take it for an option
        raise SpecsError(f"{revision}: is no git revision")
    return revision


def _said(folder: Path, *arguments: str) -> bytes:
    done = _run(folder, *arguments)
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise SpecsError(f"git, asked for {arguments[-1]}: {words}")
    return done.stdout


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = ["git", "-C", str(folder), *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - git, no shell, no option of others  # nosec B603
    except FileNotFoundError as error:
        raise SpecsError("git is not installed; it is needed to read a revision") from error
