"""What a task gives: its response, in memory or in a file, never decoded by guess.

Sources: vendor page "AIMMS PRO REST API", Running Tasks; AIMMS facts 2 (the model decides on the media type).
"""

from __future__ import annotations

from email.message import Message
from pathlib import Path
from typing import Any

import msgspec
from attrs import field, frozen

from optcloud.aimms.connection import VENDOR
from optcloud.core.errors import ResponseMismatch
from optcloud.core.local_paths import local_path
from optcloud.core.replies import UNREADABLE, json_of


@frozen
class TaskResult:
    """A task's response: the bytes as received, and their content type as the vendor said it."""

    bytes: bytes = field(repr=False)
    content_type: str

    def json(self) -> Any:
        """Read the bytes as JSON. Raises `ResponseMismatch` (with the body kept) when they are none."""
        try:
            return msgspec.json.decode(json_of(self.bytes))
        except UNREADABLE as error:
            raise self._mismatch(f"the task's response is not JSON: {error}") from error

    def text(self, encoding: str | None = None) -> str:
        """Decode the bytes by ``encoding``, else by the charset of the content type, else as UTF-8, strictly.

        Raises `ResponseMismatch` (with the body kept) when they are not that: nothing is guessed.
        """
        charset = encoding or charset_of(self.content_type) or "utf-8"
        try:
            return self.bytes.decode(charset)
        except (UnicodeDecodeError, LookupError) as error:
            raise self._mismatch(f"the task's response ({self.content_type}) is not {charset}: {error}") from error

    def save(self, path: str | Path) -> Path:
        """Write the bytes as received and return the path. A large response is better saved by ``job.save(path)``."""
        target = local_path(path)
        target.write_bytes(self.bytes)
        return target

    def _mismatch(self, words: str) -> ResponseMismatch:
        return ResponseMismatch(words, vendor=VENDOR, body=self.bytes)


@frozen
class SavedResult:
    """A task's response that went straight into a file: where it is, its size in bytes, and its content type."""

    path: Path
    size: int
    content_type: str


def charset_of(content_type: str) -> str | None:
    """Return the charset that a content type names, or None."""
    header = Message()
    header["content-type"] = content_type
    return header.get_content_charset()


def check_folder(target: Path) -> None:
    """Find out before a long wait that a file cannot be written there. Raises `OSError`."""
    if target.is_dir():
        raise IsADirectoryError(f"{target} is a folder; the name of a file is needed")
    if not target.absolute().parent.is_dir():
        raise FileNotFoundError(f"there is no folder {target.absolute().parent} to save {target.name} in")
