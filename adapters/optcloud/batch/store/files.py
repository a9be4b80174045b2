"""The folder of inputs and results too large for a store: each file is named by its content, and whole or not there."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from optcloud.batch.store.store import StoreUnavailable

SMALL = 64 * 1024
"""Bytes of an input or a result that is too large to be kept inside the store; smaller ones are."""


class KeptFiles:
    """A folder, made by the first file. Processes may share it, also those of several machines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Return where content with this check value is kept."""
        return self.folder / sha256[:2] / sha256

    def keep(self, content: bytes) -> str:
        """Write it down, and return its check value; it is on the disk by then. Raises `StoreUnavailable`."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        try:
            if not path.exists():
                _write(path, content)
        except OSError as error:
            raise StoreUnavailable(
                f"{self.folder}: a result of {len(content)} bytes cannot be written: {error.strerror or error}. "
                "Nothing is lost: the vendor still has it; mend that, and run again"
            ) from error
        return sha256


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise
    _sync(path.parent)
    _sync(path.parent.parent)


def _sync(folder: Path) -> None:
    """Have the names in a folder on the disk, where the system can do that."""
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
