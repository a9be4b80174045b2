"""The outermost layer: reads the whole request, keeps the journal, carries out scripted faults, writes the reply."""

import asyncio
import re
from dataclasses import replace
from email.utils import formatdate
from time import monotonic
from urllib.parse import parse_qsl, unquote

from optcloud_sandbox import fault_replies
from optcloud_sandbox.clock import SandboxClock
from optcloud_sandbox.connections import Connections
from optcloud_sandbox.faults import Fault
from optcloud_sandbox.journal import LONGEST, Entry
from optcloud_sandbox.messages import (
    BODY_KEY,
    App,
    ClientGoneError,
    Message,
    Receive,
    ReceivedBody,
    Send,
    WholeReply,
    client_left,
    read_body,
    write_refusal,
    write_reply,
)
from optcloud_sandbox.world import World

CONTROL = "sandbox"

_ABSOLUTE = re.compile(rb"[a-z]+://[^/]*", re.IGNORECASE)


class Wire:
    """ASGI application around the vendors."""

    def __init__(self, app: App, world: World, connections: Connections) -> None:
        self._app = app
        self._world = world
        self._connections = connections

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        scope = _with_path(scope)
        self._world.last_request = monotonic()
        vendor = scope["path"].split("/")[1]
        send = _dated(send, self._world.clock, self._world.settings.gurobi.clock_off if vendor == "gurobi" else 0)
        if vendor == CONTROL:
            body = await read_body(scope, receive, self._limit(vendor))
            await _answer(await self._vendor_reply(scope, body), body, receive, send)
            return
        entry = self._open_entry(vendor, scope)
        fault = self._world.faults.take(lambda fault: fault.matches(vendor, scope["method"], scope["path"]))
        try:
            if fault is None:
                reply, body = await self._carry_out(scope, receive, entry)
                _record(entry, reply)
                await _answer(reply, body, receive, send)
            else:
                entry.fault = fault.kind
                await self._fail(fault, scope, receive, send, entry)
        except ClientGoneError:
            entry.fault = "client-gone"

    def _limit(self, vendor: str) -> int:
        return self._world.settings.limits.largest(vendor)

    def _open_entry(self, vendor: str, scope: Message) -> Entry:
        entry = self._world.journal.open(self._world.clock.now(), vendor, scope["method"], scope["path"])
        headers = dict(scope["headers"])
        entry.request_type = _text(headers.get(b"content-type"))
        # Without "=" a part of a query is a value as likely as a name: leave it out.
        pairs = parse_qsl(scope["query_string"].decode("latin-1")[:LONGEST], keep_blank_values=True)
        entry.parameters = tuple(name for name, _ in pairs)
        target = _text(headers.get(b"x-amz-target"))
        entry.operation = target and re.sub(r".*\.", "", target)
        return entry

    async def _carry_out(self, scope: Message, receive: Receive, entry: Entry) -> tuple[WholeReply, ReceivedBody]:
        body = await read_body(scope, receive, self._limit(entry.vendor))
        entry.request_size = body.size
        return await self._vendor_reply(scope, body), body

    async def _vendor_reply(self, scope: Message, body: ReceivedBody) -> WholeReply:
        """What the vendor answers."""
        reply = WholeReply()
        parts: list[bytes] = []

        async def replay() -> Message:
            return {"type": "http.request", "body": body.data, "more_body": False}

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                reply.status, reply.headers = message["status"], list(message.get("headers", []))
            else:
                parts.append(message.get("body", b""))

        await self._app({**scope, BODY_KEY: body}, replay, collect)
        reply.body = b"".join(parts)
        return reply

    async def _fail(self, fault: Fault, scope: Message, receive: Receive, send: Send, entry: Entry) -> None:
        if fault.kind == "drop-before":
            await self._drop(scope, receive)
            return
        if fault.acts:
            reply, body = await self._carry_out(scope, receive, entry)
        else:
            body = await read_body(scope, receive, self._limit(entry.vendor), kept=False)
            entry.request_size, reply = body.size, WholeReply()
        if fault.kind == "drop-after":
            await self._drop(scope, receive)
        elif fault.kind == "silent":
            await self._until(fault, receive)
            self._connections.close(scope["client"])
        elif fault.kind == "cut":
            half = replace(reply, body=reply.body[: len(reply.body) // 2])
            _record(entry, half)
            await fault_replies.begin(send, half)
            self._connections.close(scope["client"])
            await client_left(receive)
        elif fault.kind in ("endless", "drip"):
            _record(entry, reply)
            await fault_replies.pour(fault, reply, receive, send, self._world.releases)
        else:
            if fault.kind == "slow":
                await self._until(fault)
            reply = await asyncio.to_thread(fault_replies.replaced, reply, fault)
            _record(entry, reply)
            await _answer(reply, body, receive, send)

    async def _drop(self, scope: Message, receive: Receive) -> None:
        self._connections.reset(scope["client"])
        await client_left(receive)

    async def _until(self, fault: Fault, receive: Receive | None = None) -> None:
        """Wait for the fault's seconds, or until it is released; no longer than the client of `receive` does."""
        waits = [self._world.releases.wait() if fault.seconds is None else asyncio.sleep(fault.seconds)]
        waits += [] if receive is None else [client_left(receive)]
        _, pending = await asyncio.wait(map(asyncio.ensure_future, waits), return_when=asyncio.FIRST_COMPLETED)
        for wait in pending:
            wait.cancel()


def _with_path(scope: Message) -> Message:
    """The scope with a path that begins with a slash, whatever form the target has (RFC 9112, 3.2)."""
    raw = _ABSOLUTE.sub(b"", scope["raw_path"], count=1) if scope["raw_path"][:1] != b"/" else scope["raw_path"]
    raw = raw if raw[:1] == b"/" else b"/" + raw
    return {**scope, "raw_path": raw, "path": unquote(raw.decode("ascii"))}


async def _answer(reply: WholeReply, body: ReceivedBody, receive: Receive, send: Send) -> None:
    if body.whole:
        await write_reply(send, reply)
    else:
        await write_refusal(send, receive, reply)


def _dated(send: Send, clock: SandboxClock, off: float) -> Send:
    """`send` with the header Date by the sandbox's clock, `off` seconds on: clients correct their own by it."""

    async def dated(message: Message) -> None:
        if message["type"] == "http.response.start":
            date = (b"date", formatdate(clock.now() + off, usegmt=True).encode("ascii"))
            message = {**message, "headers": [*message["headers"], date]}
        await send(message)

    return dated


def _record(entry: Entry, reply: WholeReply) -> None:
    entry.status = reply.status
    entry.response_type = reply.header(b"content-type")
    entry.response_size = len(reply.body)


def _text(value: bytes | None) -> str | None:
    return None if value is None else value[:LONGEST].decode("latin-1")
