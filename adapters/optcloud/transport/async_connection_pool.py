"""The pool of connections to one origin, of the asyncio form.

A connection is lent for one exchange, as in `optcloud.transport.connection_pool`. Unless the reply was read to its end
it is aborted, also where a task is cancelled: nothing is awaited meanwhile, so this cannot be cancelled in its turn.
Each event loop has connections of its own, which end with it.
"""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import httpcore
import httpx

from optcloud.transport.attempt import ATTEMPT, Attempt
from optcloud.transport.connection_pool import Loans
from optcloud.transport.event_loops import PerLoop
from optcloud.transport.proxies import Proxy
from optcloud.transport.routes import Origin, httpx_error, request_for_httpcore
from optcloud.transport.wire_log import log_connected, log_tls


class AsyncPooledConnection:
    """A connection of httpcore, and the network as that sees it."""

    def __init__(self, origin: Origin) -> None:
        self.http = origin.connection_async(cast(httpcore.AsyncNetworkBackend, self))
        self.attempt: Attempt | None = None
        self.idle_since = 0.0
        self._writer: asyncio.StreamWriter | None = None

    @asynccontextmanager
    async def step(
        self, timeout: float | None, late: type[Exception], failed: type[Exception], *, reading: bool = False
    ) -> AsyncIterator[None]:
        """Bound a step by its time-out and by the attempt; raise httpcore's errors.

        Where no time is left, as in a process that was stopped for a while, nothing of the step is done.
        """
        if self.attempt is not None:
            timeout = self.attempt.allows_reading(timeout) if reading else self.attempt.allows(timeout)
            if timeout == 0:
                raise late("no time is left")
        try:
            async with asyncio.timeout(timeout):
                yield
        except TimeoutError as error:
            raise late(str(error)) from error
        except OSError as error:
            raise failed(str(error)) from error

    async def connect_tcp(self, host: str, port: int, timeout: float | None = None, **_: Any) -> AsyncStream:
        """Connect, as httpcore asks."""
        async with self.step(timeout, httpcore.ConnectTimeout, httpcore.ConnectError):
            options: dict[str, Any] = {} if _is_number(host) else {"happy_eyeballs_delay": 0.25}
            reader, self._writer = await asyncio.open_connection(host, port, **options)
        log_connected(host, port)
        return AsyncStream(reader, self._writer, self)

    def close(self) -> None:
        """Abort the connection: nothing is awaited."""
        if self._writer is not None:
            self._writer.transport.abort()
            self._writer = None


class AsyncStream(httpcore.AsyncNetworkStream):
    """A stream of asyncio, for httpcore."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: AsyncPooledConnection
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._connection = connection

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read some."""
        async with self._connection.step(timeout, httpcore.ReadTimeout, httpcore.ReadError, reading=True):
            return await self._reader.read(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all."""
        async with self._connection.step(timeout, httpcore.WriteTimeout, httpcore.WriteError):
            if self._connection.attempt is not None:
                self._connection.attempt.wrote()
            self._writer.write(buffer)
            await self._writer.drain()

    async def aclose(self) -> None:
        """Close the connection; there is nothing to wait for."""
        self._writer.transport.abort()

    async def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> AsyncStream:
        """Go on encrypted."""
        async with self._connection.step(timeout, httpcore.ConnectTimeout, httpcore.ConnectError):
            await self._writer.start_tls(ssl_context, server_hostname=server_hostname)
        log_tls(self.get_extra_info("ssl_object"))
        return self

    def get_extra_info(self, info: str) -> Any:
        """Tell of the socket."""
        match info:
            case "is_readable":  # of an idle connection: the other end has closed it
                return self._writer.transport.is_closing() or self._reader.at_eof() or self._has_bytes()
            case "client_addr":
                return self._writer.get_extra_info("sockname")
            case "server_addr":
                return self._writer.get_extra_info("peername")
        return self._writer.get_extra_info(info)

    def _has_bytes(self) -> bool:
        file = self._writer.get_extra_info("socket").fileno()
        if not hasattr(select, "poll"):  # Windows
            return bool(select.select([file], [], [], 0)[0])
        poll = select.poll()
        poll.register(file, select.POLLIN)
        return bool(poll.poll(0))


class _LoopConnections(Loans[AsyncPooledConnection]):
    """The connections of one event loop. At most ``limit`` are lent at once; None: as many as are asked for."""

    def __init__(self, origin: Origin, limit: int | None) -> None:
        super().__init__(lambda: AsyncPooledConnection(origin))
        self._free = None if limit is None else asyncio.Semaphore(limit)
        self._end = self._until_the_loop_ends()
        with suppress(StopIteration):
            self._end.__anext__().send(None)  # from here on the loop knows it, and closes it before it ends

    async def _until_the_loop_ends(self) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            self.close_all()

    async def take(self, timeout: float | None) -> AsyncPooledConnection:
        if self._free is not None:
            try:
                async with asyncio.timeout(timeout if self._free.locked() else None):
                    await self._free.acquire()
            except TimeoutError as error:
                raise httpx.PoolTimeout("all connections were in use") from error
        return self.lend()

    def _end_loan(self, connection: AsyncPooledConnection) -> None:
        super()._end_loan(connection)
        if self._free is not None:
            self._free.release()

    async def aclose(self) -> None:
        await self._end.aclose()
        await asyncio.sleep(0)  # sockets are closed in the loop's next round


class AsyncConnectionPool(httpx.AsyncBaseTransport):
    """Lends connections of the running event loop."""

    def __init__(self, origin: Origin, limit: int | None) -> None:
        self.proxy = origin.route.proxy
        self._own = PerLoop(lambda: _LoopConnections(origin, limit))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request on a connection that is free, or on a new one."""
        own = self._own.here()
        attempt: Attempt | None = request.extensions.get(ATTEMPT)
        timeout: float | None = request.extensions.get("timeout", {}).get("pool")
        connection = await own.take(timeout if attempt is None else attempt.allows(timeout))
        try:
            connection.attempt = attempt
            if attempt is not None:
                attempt.begin(self.proxy)
                if self.proxy is not None:
                    request.extensions["trace"] = attempt.trace_async
            reply = await connection.http.handle_async_request(request_for_httpcore(request))
        except BaseException as error:
            own.lose(connection)
            if (translated := httpx_error(error, self.proxy)) is not None:
                raise translated from error
            raise
        body = AsyncLentBody(own, connection, reply.stream, self.proxy)
        return httpx.Response(reply.status, headers=reply.headers, stream=body, extensions=reply.extensions)

    async def aclose(self) -> None:
        """Close the connections of the running event loop; those of others end with these."""
        own = self._own.forget()
        if own is not None:
            await own.aclose()


class AsyncLentBody(httpx.AsyncByteStream):
    """The body of a reply: read to its end it gives its connection back, else the connection is closed."""

    def __init__(
        self, own: _LoopConnections, connection: AsyncPooledConnection, inner: Any, proxy: Proxy | None
    ) -> None:
        self._own = own
        self._proxy = proxy
        self._connection: AsyncPooledConnection | None = connection
        self._inner = inner
        self._whole = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._inner:
                yield piece
        except Exception as error:
            if (translated := httpx_error(error, self._proxy)) is not None:
                raise translated from error
            raise
        self._whole = True

    async def aclose(self) -> None:
        """End the loan."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if not self._whole:
            self._own.lose(connection)
            return
        try:
            await self._inner.aclose()
        except BaseException:
            self._own.lose(connection)
            raise
        self._own.give_back(connection)


def _is_number(host: str) -> bool:
    """Say whether this is an address already: then there is one way to it."""
    for family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError):
            socket.inet_pton(family, host)
            return True
    return False
