"""Programs that must not outlive this process, and folders that must not lie about: not even after ``kill -9``.

Each program leads a process group of its own, so that it can be ended with all that it started. A small process beside
this one waits for this one's end, which it sees by the end of a pipe, and then kills the groups and removes the folders
that are still there. Systems without process groups (Windows) have no such guard: `end_group` is all there is.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess  # runs this very Python, without a shell  # nosec B404
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

POSIX = os.name == "posix"
_WAITING = """
import os, shutil, signal, sys
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
left = set()
for line in sys.stdin.buffer:
    (left.add if line[:1] == b"+" else left.discard)(line[1:-1])
for one in sorted(left):  # folders begin with a slash, groups with a digit
    if one.startswith(b"/"):
        shutil.rmtree(one, ignore_errors=True)
        continue
    try:
        os.killpg(int(one), signal.SIGKILL)
    except OSError:
        pass
"""


class ChildGuard:
    """What is to be ended when this process ends. Threads may share it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._left: set[str] = set()
        self._process: subprocess.Popen[bytes] | None = None

    def watch(self, group: int) -> None:
        """Have a process group end when this process ends."""
        self._tell("+", str(group))

    def forget(self, group: int) -> None:
        """Leave a process group alone: it has ended, and its number may be given out again."""
        self._tell("-", str(group))

    @contextlib.contextmanager
    def folder(self) -> Iterator[Path]:
        """Make a folder that only this user reads; it is removed at the end of the block, or of this process."""
        path = Path(tempfile.mkdtemp(prefix="optcloud-"))
        try:
            self._tell("+", str(path))
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)
            self._tell("-", str(path))

    def _tell(self, sign: str, what: str) -> None:
        if not POSIX:
            return
        with self._guard:
            (self._left.add if sign == "+" else self._left.discard)(what)
            try:
                if self._process is None:
                    self._begin()
                else:
                    self._write(f"{sign}{what}\n")
            except OSError:  # somebody ended the guard: another one
                self._process = None
                with contextlib.suppress(OSError):
                    self._begin()

    def _begin(self) -> None:
        command = [sys.executable, "-I", "-S", "-c", _WAITING]
        self._process = subprocess.Popen(  # noqa: S603 - this Python  # nosec B603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            bufsize=0,
        )
        self._write("".join(f"+{one}\n" for one in sorted(self._left)))

    def _write(self, text: str) -> None:
        assert self._process is not None and self._process.stdin is not None  # noqa: S101 - for mypy  # nosec B101
        self._process.stdin.write(os.fsencode(text))

    def forked(self) -> None:
        """Leave all to the parent, in the child of a fork: with the pipe open here, its end would not be seen."""
        process, self._process = self._process, None
        self._left, self._guard = set(), threading.Lock()
        if process is not None and process.stdin is not None:
            process.stdin.close()
            process.returncode = 0  # not ours to wait for


def end_group(group: int, number: int) -> None:
    """Send a signal to a process group, where any of it is left."""
    if POSIX:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
    else:
        with contextlib.suppress(OSError):
            os.kill(group, signal.SIGTERM)


guard = ChildGuard()
"""That of this process."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=guard.forked)
