"""Runs the snippets of a page: Python in this process, the shell's in one shell, both in one folder and environment."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from docs.snippets import Snippet, missing_in, without_installing
from patience import PATIENCE


class PageShell:
    """A shell that goes on from block to block; a command that fails is an error, but before `||` and after `if`."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self._scratch = scratch
        self._said = (scratch / "said").open("w+b")
        ends, to_ends = os.pipe()
        self._ends = os.fdopen(ends, "rb", buffering=0)
        self._shell = subprocess.Popen(
            ["bash"], stdin=subprocess.PIPE, stdout=self._said, stderr=subprocess.STDOUT, cwd=folder,
            pass_fds=[to_ends], start_new_session=True, text=True,
        )  # fmt: skip
        os.close(to_ends)
        self._end = f"env -0 > {scratch}/environment; echo . >&{to_ends}\n"
        self._tell(f"set -E -o pipefail; trap 'echo \"exit code $?: $BASH_COMMAND\" >> {scratch}/failures' ERR\n")

    def run(self, code: str) -> str:
        """Run a block to its end; returns what it printed. Raises AssertionError where a command failed."""
        block, before = self._scratch / "block.sh", self._said.seek(0, os.SEEK_END)
        block.write_text(code, encoding="utf-8")
        self._tell(f". {block}\n{self._end}")
        if not select.select([self._ends], [], [], PATIENCE)[0] or not self._ends.readline():
            raise AssertionError(f"it hangs, or left the shell:\n{self._read(before)}")
        failures = self._scratch / "failures"
        if failures.exists():
            raise AssertionError(f"{failures.read_text()}{self._read(before)}")
        return self._read(before)

    def environment(self) -> dict[str, str]:
        """Return the environment that the last block left."""
        pairs = (self._scratch / "environment").read_text(encoding="utf-8").split("\0")
        return dict(pair.split("=", 1) for pair in pairs if pair)

    def _tell(self, line: str) -> None:
        assert self._shell.stdin is not None
        self._shell.stdin.write(line)
        self._shell.stdin.flush()

    def _read(self, start: int) -> str:
        self._said.seek(start)
        return self._said.read().decode()

    def close(self) -> None:
        """End it, with what it left in the background."""
        os.killpg(self._shell.pid, signal.SIGKILL)
        assert self._shell.stdin is not None
        self._shell.stdin.close()
        self._shell.wait()
        self._said.close()
        self._ends.close()


@contextmanager
def page_shell(folder: Path, scratch: Path) -> Iterator[PageShell]:
    """Give a page its shell, until the page ends."""
    shell = PageShell(folder, scratch)
    try:
        yield shell
    finally:
        shell.close()


def run_page(
    page: str, blocks: list[Snippet], folder: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch, *, whole: bool
) -> None:
    """Run all blocks of a page. ``whole``: each Python block is a program of its own, not a cell of a notebook."""
    known: dict[str, Any] = {"__name__": "__main__"}
    printed = ""
    commands = str(Path(sys.executable).parent)
    monkeypatch.setenv("PATH", f"{commands}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(folder)
    with page_shell(folder, scratch) as shell:
        for block in blocks:
            if block.use == "file":
                (folder / block.title).parent.mkdir(parents=True, exist_ok=True)
                (folder / block.title).write_text(block.code, encoding="utf-8")
            elif block.use == "output":
                missing = missing_in(block.code, printed)
                assert missing is None, f"{page}:{block.line}: not printed: {missing!r}\nprinted was:\n{printed}"
            elif block.use == "run" and block.language == "python":
                printed = _run_python(f"{page}:{block.line}", block, {"__name__": "__main__"} if whole else known)
            elif block.use == "run":
                printed = _run_shell(f"{page}:{block.line}", block, shell, monkeypatch)
    _close(known)


def _run_python(place: str, block: Snippet, known: dict[str, Any]) -> str:
    with redirect_stdout(StringIO()) as out:
        try:
            exec(compile("\n" * block.line + block.code, place.rpartition(":")[0], "exec"), known)
        except Exception as error:
            raise AssertionError(f"{place}: {type(error).__name__}: {error}\nprinted was:\n{out.getvalue()}") from error
    return out.getvalue()


def _run_shell(place: str, block: Snippet, shell: PageShell, monkeypatch: pytest.MonkeyPatch) -> str:
    try:
        printed = shell.run(without_installing(block.code))
    except AssertionError as error:
        raise AssertionError(f"{place}: {error}") from error
    for name, value in shell.environment().items():
        if name.startswith(("OPTCLOUD_", "IC_")):
            monkeypatch.setenv(name, value)
    assert "Traceback" not in printed, f"{place}: {printed}"
    return printed


def _close(known: dict[str, Any]) -> None:
    """Close what a page leaves open, as a program does when it ends."""
    from optcloud import OptCloud

    for value in list(known.values()):
        if isinstance(value, OptCloud):
            value.close()
