"""Client processes as a run sees them: started at a barrier, sent signals, waited for until nothing of them is left."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from leaks.plan import ClientPlan

HERE = Path(__file__).resolve().parent
PATIENCE = 60.0


class Nursery:
    """Starts clients: forked from a warm process, or as interpreters of their own. A context manager."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair()
        command = [sys.executable, str(HERE / "nursery.py"), str(theirs.fileno())]
        self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
        theirs.close()

    def __enter__(self) -> Nursery:
        return self

    def __exit__(self, *_: object) -> None:
        self._control.close()
        self._process.wait(PATIENCE)

    def start(self, plan: ClientPlan, folder: Path, number: int, more: dict[str, Any]) -> ClientProcess:
        """Start one; it waits at the barrier (`ClientProcess.go`)."""
        aim = plan.aim
        notes, errors = folder / f"{number}.notes", folder / f"{number}.errors"
        own = {"number": number, "notes": str(notes), "errors": str(errors)}
        spec = json.dumps({**asdict(plan), **more, **own, "aim": aim and aim.point, "nth": aim.nth if aim else 0})
        channel, theirs = socket.socketpair()
        channel.settimeout(PATIENCE)
        with theirs:
            if plan.fresh:
                command = [sys.executable, str(HERE / "client.py"), spec, str(theirs.fileno())]
                child = subprocess.Popen(command, pass_fds=[theirs.fileno()])
                return ClientProcess(plan, child.pid, channel, notes, errors, child)
            socket.send_fds(self._control, [spec.encode()], [theirs.fileno()])
            return ClientProcess(plan, int(self._control.recv(64)), channel, notes, errors)


def read_notes(text: str) -> list[dict[str, Any]]:
    """Return the notes of a process that has ended.

    SIGKILL can stop a write between two pages of the file: such a last line has no end, and its point was not passed.
    A torn line anywhere else is an error.
    """
    whole, _, _ = text.rpartition("\n")
    return [json.loads(line) for line in whole.splitlines()]


class ClientProcess:
    """One client. ``signals``: those that it was sent while it lived, and when."""

    def __init__(
        self,
        plan: ClientPlan,
        pid: int,
        channel: socket.socket,
        notes: Path,
        errors: Path,
        child: subprocess.Popen[bytes] | None = None,
    ) -> None:
        self.plan = plan
        self._channel = channel
        self._notes, self._errors = notes, errors
        self._child = child
        self._handle = os.pidfd_open(pid)  # it waits at the barrier, so the number is still its own
        self.signals: list[tuple[float, str]] = []

    def ready(self) -> None:
        """Wait until it stands at the barrier."""
        if self.hear() != "ready":
            raise RuntimeError(f"a client did not start: {self.complaints}")

    def go(self) -> None:
        """Let it begin; again: let a holder end."""
        self._channel.sendall(b"!")

    def hear(self) -> str:
        """Return the next line that it says; "" at its end."""
        line = b""
        while not line.endswith(b"\n"):
            piece = self._channel.recv(1)
            if not piece:
                return ""
            line += piece
        return line.decode().rstrip("\n")

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it lives."""
        if not self.has_ended(0):
            self.signals.append((time.time(), number.name))
            signal.pidfd_send_signal(self._handle, number)

    def has_ended(self, seconds: float) -> bool:
        """Say whether it has ended, and all that it held is free; wait so long for it."""
        return bool(select.select([self._handle], [], [], seconds)[0])

    def bury(self) -> None:
        """Wait for its end."""
        if not self.has_ended(PATIENCE):
            self.signal(signal.SIGABRT)
            raise TimeoutError(f"a client does not end: {self.plan}, {self.notes[-3:]}")
        if self._child is not None:
            self._child.wait(PATIENCE)
        os.close(self._handle)
        self._channel.close()

    @cached_property
    def notes(self) -> list[dict[str, Any]]:
        """What it noted, once it has ended."""
        try:
            text = self._notes.read_text()
        except FileNotFoundError:  # killed at the barrier
            return []
        return read_notes(text)

    @property
    def complaints(self) -> str:
        """What it wrote to its standard error."""
        return self._errors.read_text() if self._errors.exists() else ""
