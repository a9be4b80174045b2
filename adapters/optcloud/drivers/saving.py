"""The body of a reply, written into a file piece by piece; the file appears when it is whole."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import aclosing, closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

import httpx

from optcloud.core.payload import CHUNK
from optcloud.core.replies import is_promised
from optcloud.drivers.streams import TRANSFER, Meter, Transfer, operation_of
from optcloud.drivers.wire import bad_coding

SAVED = "saved"
_OF_THE_BODY = {b"content-length", b"content-encoding", b"transfer-encoding"}


class Target:
    """A file in the making, beside the file that it will be. A context manager: what is not kept is removed.

    What is no ordinary file (a device, a pipe) cannot be replaced: there the whole is copied at the end.
    """

    def __init__(self, path: Path) -> None:
        self._size = 0
        self._final = path.resolve()  # a link goes on pointing to the file
        self._special = self._final.exists() and not self._final.is_file()
        if self._final.is_dir():
            raise IsADirectoryError(f"{path} is a folder; the name of a file is needed")
        folder = Path(tempfile.gettempdir()) if self._special else self._final.parent
        self._part = folder / f".optcloud-{secrets.token_hex(8)}.part"

    def __enter__(self) -> Target:
        self._file: BinaryIO = self._part.open("xb")
        return self

    def write(self, piece: bytes) -> None:
        """Append."""
        self._size += self._file.write(piece)

    def keep(self) -> int:
        """The file is whole: give it its name, and return its size. One that was there hands on its permissions."""
        self._file.close()
        if self._special:
            with self._part.open("rb") as whole, self._final.open("wb") as final:
                shutil.copyfileobj(whole, final, CHUNK)
        else:
            with suppress(FileNotFoundError):
                shutil.copymode(self._final, self._part)
            self._part.replace(self._final)
        return self._size

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._part.unlink(missing_ok=True)


def goes_to(request: httpx.Request, response: httpx.Response) -> Transfer | None:
    """Say whether the body of this reply goes into a file: a refusal stays in memory."""
    transfer: Transfer | None = request.extensions.get(TRANSFER)
    if transfer is None:
        return None
    described = request.extensions.get("operation") or {}
    promised = is_promised(response.status_code, response.headers, described.get("responses"))
    return transfer if promised else None


def save(request: httpx.Request, response: httpx.Response, transfer: Transfer) -> httpx.Response:
    """Write the body of a reply, its content coding undone, into its file. Returns the reply without it."""
    with closing(response), Target(transfer.save_to) as target, _undone(response):
        meter = _meter(request, response, transfer)
        for piece in response.iter_bytes(CHUNK):
            target.write(piece)
            meter.reach(response.num_bytes_downloaded)
        size = target.keep()
    meter.finish()
    return without_body(response, size)


async def save_async(request: httpx.Request, response: httpx.Response, transfer: Transfer) -> httpx.Response:
    """Write the body of a reply into its file, each piece in a thread: no slow disk holds up the event loop."""
    async with aclosing(response):
        return await _save_async(request, response, transfer)


async def _save_async(request: httpx.Request, response: httpx.Response, transfer: Transfer) -> httpx.Response:
    with Target(transfer.save_to) as target, _undone(response):
        meter = _meter(request, response, transfer)
        async for piece in response.aiter_bytes(CHUNK):
            await asyncio.to_thread(target.write, piece)
            meter.reach(response.num_bytes_downloaded)
        size = target.keep()
    meter.finish()
    return without_body(response, size)


def saved_from_memory(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """Write a body into its file that was kept in memory like a refusal and is none, such as an empty page."""
    if SAVED in response.extensions:
        return response
    transfer: Transfer = request.extensions[TRANSFER]
    with Target(transfer.save_to) as target:
        target.write(response.content)
        return without_body(response, target.keep())


def without_body(response: httpx.Response, size: int) -> httpx.Response:
    """Return the reply without its body, which has so many bytes in a file."""
    headers = [pair for pair in response.headers.raw if pair[0].lower() not in _OF_THE_BODY]
    return httpx.Response(
        response.status_code, headers=headers, content=b"", extensions={**response.extensions, SAVED: size}
    )


@contextmanager
def _undone(response: httpx.Response) -> Iterator[None]:
    try:
        yield
    except httpx.DecodingError as error:
        raise bad_coding(response, error, b"") from error


def _meter(request: httpx.Request, response: httpx.Response, transfer: Transfer) -> Meter:
    length = response.headers.get("content-length", "")
    total = int(length) if length.isdecimal() else None
    return Meter(operation_of(request), total, "down", transfer.tell)
