"""Worker processes as the director of a run sees them: started, killed, frozen, thawed, started again."""

from __future__ import annotations

import itertools
import json
import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from batch_kill.notes import NoteBook

HERE = Path(__file__).resolve().parent
_lives = itertools.count(1)


class WorkerProcess:
    """One place for a worker, with one process after the other in it. ``spec``: what `batch_kill.worker` is told."""

    def __init__(self, index: int, spec: dict[str, Any], environment: dict[str, str], folder: Path) -> None:
        self.index = index
        self.life = 0
        self.starts = 0
        self._spec, self._environment, self._folder = spec, environment, folder
        self._process: subprocess.Popen[str] | None = None
        self._thaw_at: float | None = None

    def start(self) -> None:
        """Start a process."""
        self._let_go()
        self.life, self.starts = next(_lives), self.starts + 1
        spec = json.dumps({**self._spec, "life": self.life})
        with (self._folder / f"worker-{self.index}.log").open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(HERE / "worker.py"), spec],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, **self._environment},
                text=True,
            )
        self._thaw_at = None

    @property
    def frozen(self) -> bool:
        """Whether it is stopped."""
        return self._thaw_at is not None

    def ended(self) -> int | None:
        """Return the exit status if it has ended."""
        return None if self._process is None else self._process.poll()

    def is_stopped(self) -> bool:
        """Say whether the system has it stopped."""
        with suppress(OSError, AttributeError):
            status = Path(f"/proc/{self._pid()}/stat").read_text()
            return status.rpartition(")")[2].split()[0] == "T"
        return False

    def kill(self, book: NoteBook) -> None:
        """Kill it, by SIGKILL, and wait for its end."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
            book.add("died", life=self.life)
        self._let_go()

    def _let_go(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()

    def aim(self, point: str, nth: int, number: signal.Signals) -> None:
        """Have it send itself a signal at a point."""
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError, ValueError):  # it has ended
                print(
                    json.dumps({"point": point, "nth": nth, "signal": number.name}),
                    file=self._process.stdin,
                    flush=True,
                )

    def freeze(self, seconds: float) -> None:
        """Stop it, and let it go on later (`thaw`)."""
        os.kill(self._pid(), signal.SIGSTOP)
        self._thaw_at = time.monotonic() + seconds

    def thaw(self, *, now: bool = False) -> None:
        """Let it go on, if it is time."""
        if self._thaw_at is not None and (now or time.monotonic() >= self._thaw_at):
            self._thaw_at = None
            with suppress(OSError):
                os.kill(self._pid(), signal.SIGCONT)

    def fill_disk(self, full: bool) -> None:
        """Let it write no file beyond a few bytes, as on a full disk; or write again."""
        most = resource.prlimit(self._pid(), resource.RLIMIT_FSIZE)[1]
        resource.prlimit(self._pid(), resource.RLIMIT_FSIZE, (4096 if full else most, most))

    def complaints(self) -> str:
        """Return the end of what it and those before it wrote."""
        path = self._folder / f"worker-{self.index}.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def _pid(self) -> int:
        if self._process is None:
            raise RuntimeError("not started")
        return self._process.pid
