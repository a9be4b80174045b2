"""Requests and replies as they lie in memory, read from and written to the server's connection."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from starlette.requests import Request

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

PIECE = 1 << 20  # bytes written at once
SPARE = 1 << 26  # bytes beyond twice the limit that are still read, so that a client gets its reply in peace
LINGER = 1.0  # seconds in which a client that sends on can read its refusal

BODY_KEY = "optcloud_sandbox.body"


class ClientGoneError(Exception):
    """The client left before its request was whole: nothing is carried out."""


@dataclass(frozen=True)
class ReceivedBody:
    """The body received: `data` is empty when `size` is beyond `limit`; not `whole`: it was not read to its end."""

    data: bytes
    size: int
    limit: int
    whole: bool = True


def body_of(request: Request) -> ReceivedBody:
    body = request.scope[BODY_KEY]
    if not isinstance(body, ReceivedBody):
        raise TypeError("a request reached a vendor without passing the wire")
    return body


@dataclass
class WholeReply:
    status: int = 500
    headers: Headers = field(default_factory=list)
    body: bytes = b""

    def header(self, name: bytes) -> str | None:
        return next((value.decode("latin-1") for key, value in self.headers if key.lower() == name), None)

    def but(self, *names: bytes) -> Headers:
        """The headers without these."""
        return [(name, value) for name, value in self.headers if name.lower() not in names]


async def read_body(scope: Message, receive: Receive, limit: int, *, kept: bool = True) -> ReceivedBody:
    """The body; beyond `limit` bytes it is thrown away, and beyond about twice as many not even read."""
    headers = dict(scope["headers"])
    most = limit if b"expect" in headers else 2 * limit + SPARE
    announced = int(headers.get(b"content-length", b"0"))
    if announced > most:
        return ReceivedBody(b"", announced, limit, whole=False)
    received, size = BytesIO(), 0  # grows without a second copy, and hands out what it holds without one
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        part = message.get("body", b"")
        size += len(part)
        if kept and size <= limit:
            received.write(part)
        else:
            received = BytesIO()
        if not message.get("more_body", False):
            return ReceivedBody(received.getvalue(), size, limit)
        if size > most:
            return ReceivedBody(b"", size, limit, whole=False)


async def write_reply(send: Send, reply: WholeReply) -> None:
    """In pieces, each awaited: the server's buffer stays small, and a large body is not copied into it whole."""
    await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
    size = len(reply.body)
    for start in range(0, max(size, 1), PIECE):
        piece = reply.body[start : start + PIECE]
        await send({"type": "http.response.body", "body": piece, "more_body": start + PIECE < size})


async def write_refusal(send: Send, receive: Receive, reply: WholeReply) -> None:
    """Reply to a request whose body goes on: what still comes is thrown away for a moment, or the reply would be lost.

    A connection that is closed with data unread is reset: the client may never see what was written (RFC 9112, 9.6).
    """
    headers = [*reply.but(b"connection"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body, "more_body": True})
    with suppress(TimeoutError):
        async with asyncio.timeout(LINGER):
            await client_left(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def client_left(receive: Receive) -> None:
    """Return when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
