"""Other processes that a test starts, talks to by lines, and ends as it likes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO

from dispositions import IN_CHILD
from patience import PATIENCE


class Process:
    """Python code in a process of its own, where signals do what they do by default.

    A context manager: at the end the process is killed with all that it forked.
    """

    def __init__(self, code: str, *arguments: str | Path) -> None:
        command = [sys.executable, "-X", "faulthandler", "-c", IN_CHILD + code, *map(str, arguments)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, start_new_session=True
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> Process:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kill_family()
        self._process.wait(PATIENCE)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()

    def hear(self) -> str:
        """Return the next line that it prints; at its end, `EOFError` with what it complained of."""
        assert self._process.stdout and self._process.stderr
        line = self._line(self._process.stdout)
        if not line:
            raise EOFError(self._process.stderr.read())
        return line.rstrip("\n")

    def complaint(self) -> str:
        """Return the next line that it complains of; `EOFError` at its end."""
        assert self._process.stderr
        line = self._line(self._process.stderr)
        if not line:
            raise EOFError
        return line.rstrip("\n")

    def _line(self, stream: IO[str]) -> str:
        too_late = threading.Timer(PATIENCE, self._kill_family)
        too_late.start()
        try:
            return stream.readline()
        finally:
            too_late.cancel()

    def say(self, line: str = "go") -> None:
        """Send it a line."""
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def signal(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._process.kill()
        self._process.wait(PATIENCE)

    def end(self) -> tuple[int, str, str]:
        """Wait for its end; return its status, and the rest of what it printed and complained of."""
        try:
            out, complaints = self._process.communicate(timeout=PATIENCE)
        finally:
            self._kill_family()
        return self._process.returncode, out, complaints

    def _kill_family(self) -> None:
        if os.name == "posix":
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()
