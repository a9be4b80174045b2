"""What the tests of executors have worked in place of chunks; a module that other processes can import."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from optcloud.core.errors import ConfigError


def note(clients: Any, store: str, batch: str, chunk: int) -> None:
    """Work that notes in a folder, the store, what was worked."""
    (Path(store) / f"{batch}-{chunk}").touch()


def fail(clients: Any, store: str, batch: str, chunk: int) -> None:
    """Work that fails at all chunks but the first."""
    note(clients, store, batch, chunk)
    if chunk:
        raise ConfigError(f"no credentials for chunk {chunk}")


def die(clients: Any, store: str, batch: str, chunk: int) -> None:
    """Work whose process dies at the second chunk."""
    if chunk == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    note(clients, store, batch, chunk)


def no_client() -> None:
    """There is none in these tests."""
