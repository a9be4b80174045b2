"""Large bodies of requests, sent piece by piece and never in memory as a whole."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Literal

import httpx
from attrs import field, frozen

from optcloud.core.events import Transferred
from optcloud.core.flow import NEVER, Call
from optcloud.core.payload import IN_MEMORY, Payload
from optcloud.transport.attempt import TRANSFER, UNTIL
from optcloud.transport.clients import RequestBuilder

_STEP = 1024 * 1024  # bytes between two events
_END = None

Tell = Callable[[Transferred], None]


@frozen
class Transfer:
    """Where the reply of a request is written, and what is called with its progress."""

    save_to: Path
    tell: Tell = field(repr=False)


class Meter:
    """Counts the bytes of one body as it goes, and reports about once a megabyte and at the end."""

    def __init__(self, what: str, total: int | None, direction: Literal["up", "down"], tell: Tell) -> None:
        self._what, self._total, self._direction, self._tell = what, total, direction, tell
        self._done = self._told = 0

    def reach(self, done: int) -> None:
        """So many bytes have passed."""
        self._done = done
        if done - self._told >= _STEP:
            self.finish()

    def finish(self) -> None:
        """Report what was not reported yet."""
        if self._done > self._told:
            self._told = self._done
            self._tell(Transferred(self._what, self._done, self._total, self._direction))


class Outgoing(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of a request, read from its start each time the request is sent."""

    def __init__(self, pieces: Callable[[], Iterable[bytes]], meter: Callable[[], Meter]) -> None:
        self._pieces = pieces
        self._meter = meter

    def __iter__(self) -> Iterator[bytes]:
        meter, done = self._meter(), 0
        for piece in self._pieces():
            yield piece
            meter.reach(done := done + len(piece))
        meter.finish()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Read each piece in a thread: a slow disk holds up nobody else in the event loop."""
        meter, done = self._meter(), 0
        pieces = iter(self._pieces())
        while (piece := await asyncio.to_thread(next, pieces, _END)) is not _END:
            yield piece
            meter.reach(done := done + len(piece))
        meter.finish()


class PartFile:
    """A payload as httpx wants the file of a multipart request: it asks for the size and rewinds before it reads."""

    def __init__(self, payload: Payload) -> None:
        self._payload = payload
        self._at = 0
        self._pieces = payload.chunks()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to the start or to the end."""
        self._at = self._payload.size if whence == os.SEEK_END else offset
        self._pieces = self._payload.chunks()
        return self._at

    def tell(self) -> int:
        """Return where `seek` went."""
        return self._at

    def read(self, _size: int = -1) -> bytes:
        """Return the next piece, of whatever size."""
        return next(self._pieces, b"")


def build_request(builder: RequestBuilder, call: Call, notify: Callable[[object], None]) -> httpx.Request:
    """Build the request of a call. A small body in memory, whose progress nobody follows, needs nothing special."""
    arguments = {**call.arguments, "url": builder.policy.base_url + call.arguments["url"]}
    content, files = arguments.get("content"), arguments.get("files")
    if call.until != NEVER:
        arguments["extensions"] = {**arguments.get("extensions", {}), UNTIL: call.until}
    if call.save_to is None and files is None and not isinstance(content, Payload):
        return builder.build(**arguments)
    tell = _tell_both(notify, call.progress)
    large = False
    if isinstance(content, Payload):
        large = call.progress is not None or content.data is None or content.size > IN_MEMORY
        arguments["content"] = content.chunks() if large else content.data
        arguments["headers"] = {**arguments.get("headers", {}), "Content-Length": str(content.size)}
    elif files is not None:
        arguments["files"] = [(name, _part(part)) for name, part in files]
        large = any(isinstance(part[1], PartFile) for _name, part in arguments["files"])
    request = builder.build(**arguments)
    if call.save_to is not None:
        request.extensions[TRANSFER] = Transfer(call.save_to, tell)
    if large:
        total = int(request.headers["Content-Length"])
        pieces = content.chunks if isinstance(content, Payload) else partial(iter, request.stream)
        request.stream = Outgoing(pieces, lambda: Meter(operation_of(request), total, "up", tell))
    return request


def operation_of(request: httpx.Request) -> str:
    """Name what a request is for."""
    described = request.extensions.get("operation") or {}
    return str(described.get("id") or f"{request.method} {request.url.path}")


def _part(part: tuple[Any, ...]) -> tuple[Any, ...]:
    """Turn the payload of a part into what httpx can read."""
    name, content, *rest = part
    return (name, PartFile(content), *rest) if isinstance(content, Payload) else part


def _tell_both(notify: Callable[[object], None], progress: Tell | None) -> Tell:
    def tell(event: Transferred) -> None:
        notify(event)
        if progress is not None:
            progress(event)

    return tell
