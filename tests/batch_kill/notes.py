"""What workers tell of themselves while they live: datagrams of JSON to the director of the run.

What was sent outlives a SIGKILL, and no file is written, since one of the tests is a full disk.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any


class NoteBook:
    """Where notes come together, in order of time. A context manager."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "notes")
        self._notes: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def __enter__(self) -> NoteBook:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self._socket.bind(self.address)
        self._socket.settimeout(0.2)
        self._open = True
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False
        self._thread.join()
        self._socket.close()

    def _read(self) -> None:
        while self._open:
            with suppress(TimeoutError):
                note = json.loads(self._socket.recv(1 << 16))
                with self._lock:
                    self._notes.append(note)

    def add(self, what: str, **more: Any) -> None:
        """Add one of the director's own."""
        with self._lock:
            self._notes.append({"what": what, "at": time.monotonic(), **more})

    def all(self) -> list[dict[str, Any]]:
        """Return the notes, in order of time."""
        with self._lock:
            return sorted(self._notes, key=lambda note: note["at"])

    def has(self, what: str, life: int) -> bool:
        """Say whether a life noted this."""
        with self._lock:
            return any(note["what"] == what and note.get("life") == life for note in self._notes)


class NotePad:
    """A worker's end."""

    def __init__(self, address: str, life: int) -> None:
        self._life = life
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.connect(address)

    def note(self, what: str, **more: Any) -> None:
        """Note something, with the time; the monotonic clock is one for all processes."""
        with suppress(OSError):  # nobody reads any more
            self._socket.send(json.dumps({"what": what, "at": time.monotonic(), "life": self._life, **more}).encode())
