"""The outermost layer: reads the whole request, keeps the journal, carries out scripted faults, writes the reply."""

import asyncio
import re
import struct
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from io import BytesIO
from socket import SO_LINGER, SOL_SOCKET
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from uvicorn.protocols.http.h11_impl import H11Protocol

from optcloud.sandbox.clock import Clock
from optcloud.sandbox.faults import Fault, wrong_type
from optcloud.sandbox.journal import Entry
from optcloud.sandbox.world import World

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

PIECE = 1 << 20  # bytes written at once

BODY_KEY = "optcloud.sandbox.body"


@dataclass(frozen=True)
class Body:
    """The body received: `data` is empty when `size` is beyond every limit, so that nothing huge is kept."""

    data: bytes
    size: int


def body_of(request: Request) -> Body:
    body = request.scope[BODY_KEY]
    if not isinstance(body, Body):
        raise TypeError("a request reached a vendor without passing the wire")
    return body


@dataclass
class Reply:
    status: int = 500
    headers: Headers = field(default_factory=list)
    body: bytes = b""

    def header(self, name: bytes) -> str | None:
        return next((value.decode("latin-1") for key, value in self.headers if key.lower() == name), None)


class _ClientGoneError(Exception):
    """The client left before its request was whole: nothing is carried out."""


class Connections:
    """Open connections by the peer's address, so that a fault can break the one a request came over."""

    def __init__(self) -> None:
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        transports = self._transports

        class TrackedProtocol(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
                super().connection_made(transport)
                if self.client is not None:
                    transports[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client is not None:
                    transports.pop(self.client, None)
                super().connection_lost(exc)

        return TrackedProtocol

    def reset(self, client: tuple[str, int]) -> None:
        """Break the connection at once; what was written may be lost. One that the client has left is none."""
        transport = self._transports.get(client)
        if transport is None:
            return
        # Zero linger: the peer sees "connection reset by peer", not an orderly end.
        linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        transport.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, linger)
        transport.abort()

    def close(self, client: tuple[str, int]) -> None:
        """End the connection after what was written, unless the client has left it."""
        if (transport := self._transports.get(client)) is not None:
            transport.close()


class Wire:
    """ASGI application around the vendors."""

    def __init__(self, app: App, world: World, connections: Connections) -> None:
        self._app = app
        self._world = world
        self._connections = connections

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        vendor = scope["path"].split("/")[1]
        send = _dated(send, self._world.clock, self._world.settings.gurobi.clock_off if vendor == "gurobi" else 0)
        if vendor == "sandbox":
            await self._app(_with_body(scope, await _read(receive, self._keep)), receive, send)
            return
        entry = self._open_entry(vendor, scope)
        fault = self._world.faults.take(vendor, scope["method"], scope["path"])
        try:
            if fault is None:
                await _write(send, await self._carry_out(scope, receive, entry), entry)
            else:
                entry.fault = fault.kind
                await self._fail(fault, scope, receive, send, entry)
        except _ClientGoneError:
            entry.fault = "client-gone"

    @property
    def _keep(self) -> int:
        limits = self._world.settings.limits
        return max(limits.aimms_task, limits.aimms_upload, limits.dex_task, limits.plan_plain, limits.plan_compressed)

    def _open_entry(self, vendor: str, scope: Message) -> Entry:
        entry = self._world.journal.open(self._world.clock.now(), vendor, scope["method"], scope["path"])
        headers = dict(scope["headers"])
        entry.request_type = _text(headers.get(b"content-type"))
        # Without "=" a part of a query is a value as likely as a name: leave it out.
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        entry.parameters = tuple(name for name, _ in pairs)
        target = _text(headers.get(b"x-amz-target"))
        entry.operation = target and re.sub(r".*\.", "", target)
        return entry

    async def _carry_out(self, scope: Message, receive: Receive, entry: Entry) -> Reply:
        body = await _read(receive, self._keep)
        entry.request_size = body.size
        reply = Reply()
        parts: list[bytes] = []

        async def replay() -> Message:
            return {"type": "http.request", "body": body.data, "more_body": False}

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                reply.status, reply.headers = message["status"], list(message.get("headers", []))
            else:
                parts.append(message.get("body", b""))

        await self._app(_with_body(scope, body), replay, collect)
        reply.body = b"".join(parts)
        return reply

    async def _fail(self, fault: Fault, scope: Message, receive: Receive, send: Send, entry: Entry) -> None:
        if fault.kind == "drop-before":
            await self._drop(scope, receive)
            return
        if fault.kind in ("status", "html") and not fault.carried_out:
            entry.request_size = (await _read(receive, 0)).size
            reply = Reply()
        else:
            reply = await self._carry_out(scope, receive, entry)
        if fault.kind == "drop-after":
            await self._drop(scope, receive)
        elif fault.kind == "cut":
            await self._cut(reply, scope, receive, send, entry)
        else:
            if fault.kind == "slow":
                await self._wait(fault)
            await _write(send, _spoilt(reply, fault), entry)

    async def _drop(self, scope: Message, receive: Receive) -> None:
        self._connections.reset(scope["client"])
        await _gone(receive)

    async def _cut(self, reply: Reply, scope: Message, receive: Receive, send: Send, entry: Entry) -> None:
        half = reply.body[: len(reply.body) // 2]
        _record(entry, replace(reply, body=half))
        await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
        await send({"type": "http.response.body", "body": half, "more_body": True})
        self._connections.close(scope["client"])
        await _gone(receive)

    async def _wait(self, fault: Fault) -> None:
        if fault.seconds is None:
            await self._world.releases.wait()
        else:
            await asyncio.sleep(fault.seconds)


def _with_body(scope: Message, body: Body) -> Message:
    return {**scope, BODY_KEY: body}


def _spoilt(reply: Reply, fault: Fault) -> Reply:
    if fault.kind == "html":
        page = b"<!DOCTYPE html><html><body><h1>A page where an API reply should be</h1></body></html>"
        return Reply(fault.status, _headers(page, "text/html; charset=utf-8"), page)
    if fault.kind == "status":
        text = f'{{"message": "status {fault.status}, scripted in the sandbox"}}'.encode()
        headers = _headers(text, "application/json")
        if fault.retry_after is not None:
            headers.append((b"retry-after", str(fault.retry_after).encode("ascii")))
        return Reply(fault.status, headers, text)
    if fault.kind == "wrong-type":
        text = wrong_type(reply.body, inside=fault.inside) if fault.body is None else fault.body.encode()
        return Reply(reply.status, _headers(text, "application/json"), text)
    if fault.kind == "content-type":
        kept = [(name, value) for name, value in reply.headers if name.lower() != b"content-type"]
        return replace(reply, headers=[*kept, (b"content-type", fault.content_type.encode("ascii"))])
    return reply


def _headers(body: bytes, content_type: str) -> Headers:
    return [(b"content-type", content_type.encode("ascii")), (b"content-length", str(len(body)).encode("ascii"))]


async def _read(receive: Receive, keep: int) -> Body:
    """The whole body; beyond `keep` bytes it is read and thrown away, so that the client gets its reply."""
    received, size = BytesIO(), 0  # grows without a second copy, and hands out what it holds without one
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _ClientGoneError
        part = message.get("body", b"")
        size += len(part)
        if size <= keep:
            received.write(part)
        else:
            received = BytesIO()
        if not message.get("more_body", False):
            break
    return Body(received.getvalue(), size)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _write(send: Send, reply: Reply, entry: Entry) -> None:
    _record(entry, reply)
    await send({"type": "http.response.start", "status": reply.status, "headers": reply.headers})
    # In pieces, each awaited: the server's buffer stays small, and a large body is not copied into it whole.
    size = len(reply.body)
    for start in range(0, max(size, 1), PIECE):
        piece = reply.body[start : start + PIECE]
        await send({"type": "http.response.body", "body": piece, "more_body": start + PIECE < size})


def _dated(send: Send, clock: Clock, off: float) -> Send:
    """`send` with the header Date by the sandbox's clock, `off` seconds on: clients correct their own by it."""

    async def dated(message: Message) -> None:
        if message["type"] == "http.response.start":
            date = (b"date", formatdate(clock.now() + off, usegmt=True).encode("ascii"))
            message = {**message, "headers": [*message["headers"], date]}
        await send(message)

    return dated


def _record(entry: Entry, reply: Reply) -> None:
    entry.status = reply.status
    entry.response_type = reply.header(b"content-type")
    entry.response_size = len(reply.body)


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")
