"""The body of a reply, written into a file piece by piece; the file appears when it is whole."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast

import httpx

from optcloud.core.content_codings import BadCoding, CutShort
from optcloud.core.payload import CHUNK
from optcloud.core.replies import is_promised
from optcloud.transport.attempt import TRANSFER, Attempt
from optcloud.transport.reply_body import Undoing
from optcloud.transport.request_body import Meter, Transfer, operation_of

SAVED = "saved"
_OF_THE_BODY = {b"content-length", b"content-encoding", b"transfer-encoding"}


class PartialFile:
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

    def __enter__(self) -> PartialFile:
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


def save(request: httpx.Request, response: httpx.Response, transfer: Transfer, attempt: Attempt) -> httpx.Response:
    """Write the body of a reply, its content coding undone, into its file. Returns the reply without it."""
    body = _Body(request, response, transfer, attempt)
    with PartialFile(transfer.save_to) as target:
        for piece in cast(httpx.SyncByteStream, response.stream):
            for out in body.undone(piece):
                target.write(out)
        for out in body.rest():
            target.write(out)
        size = target.keep()
    return body.kept(size)


async def save_async(
    request: httpx.Request, response: httpx.Response, transfer: Transfer, attempt: Attempt
) -> httpx.Response:
    """Write the body of a reply into its file, each piece in a thread: no slow disk holds up the event loop."""
    body = _Body(request, response, transfer, attempt)
    with PartialFile(transfer.save_to) as target:
        async for piece in cast(httpx.AsyncByteStream, response.stream):
            for out in body.undone(piece):
                await asyncio.to_thread(target.write, out)
        for out in body.rest():
            await asyncio.to_thread(target.write, out)
        size = target.keep()
    return body.kept(size)


class _Body:
    """A body on its way into a file: gathered into pieces that are worth writing; progress is reported."""

    def __init__(self, request: httpx.Request, response: httpx.Response, transfer: Transfer, attempt: Attempt) -> None:
        self._response = response
        self._undoing = Undoing(response, attempt)
        self._meter = _meter(request, response, transfer)
        self._pieces: list[bytes] = []
        self._size = self._come = 0

    def undone(self, piece: bytes) -> Iterator[bytes]:
        """Return what is to be written. Raises `ResponseMismatch`, `DeadlineExceeded`."""
        try:
            yield from self._gathered(self._undoing.take(piece))
        except BadCoding as fault:
            raise self._undoing.mismatch(fault) from fault
        self._come += len(piece)
        self._meter.reach(self._come)

    def rest(self) -> Iterator[bytes]:
        """Return the end. Raises `TransportError` where the coding has none."""
        try:
            yield from self._gathered(self._undoing.end())
        except CutShort:
            raise self._undoing.cut_short() from None
        except BadCoding as fault:
            raise self._undoing.mismatch(fault) from fault
        yield b"".join(self._pieces)

    def kept(self, size: int) -> httpx.Response:
        """The file is there: tell, and return the reply without its body."""
        self._meter.finish()
        return without_body(self._response, size)

    def _gathered(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self._pieces.append(piece)
            self._size += len(piece)
            if self._size >= CHUNK:
                yield b"".join(self._pieces)
                self._pieces, self._size = [], 0


def saved_from_memory(request: httpx.Request, response: httpx.Response) -> httpx.Response:
    """Write a body into its file that was kept in memory like a refusal and is none, such as an empty page."""
    if SAVED in response.extensions:
        return response
    transfer: Transfer = request.extensions[TRANSFER]
    with PartialFile(transfer.save_to) as target:
        target.write(response.content)
        return without_body(response, target.keep())


def without_body(response: httpx.Response, size: int) -> httpx.Response:
    """Return the reply without its body, which has so many bytes in a file."""
    headers = [pair for pair in response.headers.raw if pair[0].lower() not in _OF_THE_BODY]
    return httpx.Response(
        response.status_code, headers=headers, content=b"", extensions={**response.extensions, SAVED: size}
    )


def _meter(request: httpx.Request, response: httpx.Response, transfer: Transfer) -> Meter:
    length = response.headers.get("content-length", "")
    total = int(length) if length.isdecimal() else None
    return Meter(operation_of(request), total, "down", transfer.tell)
