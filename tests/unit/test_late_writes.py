"""A request whose time is over before it is written, as in a process that was stopped for a while, is not written."""

from __future__ import annotations

import asyncio
from typing import Any

import httpcore
import httpx
import pytest

from optcloud.core.reply_limits import ReplyLimits
from optcloud.transport.async_connection_pool import AsyncPooledConnection, AsyncStream
from optcloud.transport.attempt import Attempt
from optcloud.transport.connection_pool import PooledConnection, Stream


class Wire:
    """In place of an origin, a socket and its writer."""

    def __init__(self) -> None:
        self.written: list[bytes] = []

    def connection(self, _: object) -> None:
        return None

    connection_async = connection

    def write(self, data: bytes, timeout: float | None = None) -> None:
        self.written.append(data)

    async def drain(self) -> None:
        return None


@pytest.mark.parametrize(("now", "goes_out"), [(4.9, True), (5.0, False), (9.0, False)])
@pytest.mark.parametrize("awaited", [False, True])
def test_nothing_goes_out_once_the_time_is_over(now: float, *, goes_out: bool, awaited: bool) -> None:
    clock = [0.0]
    attempt = Attempt(lambda: clock[0], 5.0, httpx.Request("POST", "https://acme.example/"), ReplyLimits())
    attempt.begin(None)
    wire: Any = Wire()
    clock[0] = now

    def write() -> None:
        if awaited:
            connection = AsyncPooledConnection(wire)
            connection.attempt = attempt
            asyncio.run(AsyncStream(wire, wire, connection).write(b"once"))
        else:
            plain = PooledConnection(wire)
            plain.attempt = attempt
            Stream(wire, plain).write(b"once")

    if goes_out:
        write()
    else:
        with pytest.raises(httpcore.WriteTimeout):
            write()
    assert wire.written == ([b"once"] if goes_out else [])
    assert attempt.left is goes_out
