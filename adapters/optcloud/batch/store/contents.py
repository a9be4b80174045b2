"""Where inputs and results are: small ones in the store itself, large ones in files, known by their check value."""

from __future__ import annotations

import hashlib
from pathlib import Path

from optcloud.batch.jobs import JobInput
from optcloud.batch.store.files import SMALL, KeptFiles
from optcloud.batch.store.store import StoreUnavailable
from optcloud.core.errors import ConfigError
from optcloud.core.escaping import shown
from optcloud.core.local_paths import local_path


class KeptFileError(ConfigError):
    """The file of an input or a result is gone, or has another content than it had when it was noted."""


def kept_input(content: bytes | Path, files: Path | None) -> JobInput:
    """Return an input as a ledger keeps it.

    Below 64 KB its bytes. A larger file is referred to where it lies; larger bytes go into the folder ``files``, as a
    file named by its SHA-256, or stay bytes where no folder is given.

    Raises `OSError` for a file that cannot be read, `StoreUnavailable` for one that cannot be written.
    """
    if isinstance(content, Path):
        return _of_file(content)
    if files is None or len(content) < SMALL:
        return JobInput(content)
    folder = KeptFiles(local_path(files, "files").absolute())
    try:
        digest = folder.keep(content)
    except StoreUnavailable as error:
        raise StoreUnavailable(
            f"{folder.folder}: an input of {len(content):,} bytes cannot be written: {error.__cause__}. Mend that, and "
            "add the inputs again"
        ) from error.__cause__
    return JobInput(None, str(folder.path(digest)), digest)


def content_of(given: JobInput) -> bytes:
    """Return the bytes of an input, as they were when the job was added.

    Raises `KeptFileError` where its file is gone or has changed since.
    """
    if given.content is not None:
        return given.content
    if given.path is None:
        raise KeptFileError("the input is neither in the store nor in a file: add the job again, under another key")
    return checked_file(given.path, given.sha256, "an input")


def checked_file(path: str, sha256: str | None, what: str) -> bytes:
    """Read a file that has a check value. Raises `KeptFileError` where it is gone or has changed."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise KeptFileError(
            f"the file of {what}, {shown(path)}, cannot be read ({error.strerror or error}): put it back as it was"
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise KeptFileError(f"the file of {what}, {shown(path)}, has changed since it was noted: put it back as it was")
    return content


def _of_file(path: Path) -> JobInput:
    path = path.absolute()
    with path.open("rb") as file:
        head = file.read(SMALL)
        if len(head) < SMALL:
            return JobInput(head)
        file.seek(0)
        return JobInput(None, str(path), hashlib.file_digest(file, "sha256").hexdigest())
