"""The pool of connections of the blocking form. Each has an httpx transport of its own: a request's fate is its own.

A connection is lent for one exchange. It comes back when the reply was read to its end, and is closed on every other
way out. Its waiting ends with the attempt that it serves, also where a reply drips; and a forked child closes its
copies of the sockets, which says nothing to the other end.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, cast

import httpcore
import httpx

from optcloud.core.forking import renew_in_child
from optcloud.transport.attempt import ATTEMPT, Attempt

MOST_IDLE = 20
IDLE_FOR = 5.0  # seconds; servers and what stands between close idle connections, sooner or later
PIECE = 64 * 1024  # bytes sent between two looks at the clock


class PooledConnection:
    """One connection at most: an httpx transport of its own, and the network as that sees it."""

    def __init__(self, open_transport: Callable[[], httpx.HTTPTransport]) -> None:
        self.transport = open_transport()
        # httpx has no argument for it; httpcore's network backends are a documented interface.
        self.transport._pool._network_backend = cast(httpcore.NetworkBackend, self)
        self.attempt: Attempt | None = None
        self.idle_since = 0.0
        self._streams: list[httpcore.NetworkStream] = []

    def allowed(self, timeout: float | None, late: type[Exception], *, reading: bool = False) -> float | None:
        """Return the time-out of a step; raise ``late`` where no time is left."""
        if self.attempt is None:
            return timeout
        allowed = self.attempt.allows_reading(timeout) if reading else self.attempt.allows(timeout)
        if allowed == 0:
            raise late("no time is left")
        return allowed

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **options: Any) -> Stream:
        """Connect, as httpcore asks."""
        allowed = self.allowed(timeout, httpcore.ConnectTimeout)
        return self.stream(httpcore.SyncBackend().connect_tcp(host, port, allowed, **options))

    def stream(self, inner: httpcore.NetworkStream) -> Stream:
        """Remember a stream, to close it."""
        self._streams.append(inner)
        return Stream(inner, self)

    def close(self) -> None:
        """Close the socket, and nothing else: no lock is taken, nothing is sent."""
        for stream in self._streams:
            stream.close()
        self._streams.clear()


class Stream(httpcore.NetworkStream):
    """A stream whose steps end with the attempt."""

    def __init__(self, inner: httpcore.NetworkStream, connection: PooledConnection) -> None:
        self._inner = inner
        self._connection = connection

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read some."""
        return self._inner.read(max_bytes, self._connection.allowed(timeout, httpcore.ReadTimeout, reading=True))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write all."""
        for at in range(0, len(buffer), PIECE):
            piece = buffer[at : at + PIECE] if len(buffer) > PIECE else buffer
            self._inner.write(piece, self._connection.allowed(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close the socket."""
        self._inner.close()

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Stream:
        """Go on encrypted."""
        allowed = self._connection.allowed(timeout, httpcore.ConnectTimeout)
        return self._connection.stream(self._inner.start_tls(ssl_context, server_hostname, allowed))

    def get_extra_info(self, info: str) -> Any:
        """Tell of the socket."""
        return self._inner.get_extra_info(info)


class ConnectionPool(httpx.BaseTransport):
    """Lends connections. There is no limit: a thread has one at most, and none waits for another's."""

    def __init__(self, open_transport: Callable[[], httpx.HTTPTransport]) -> None:
        self._open = open_transport
        self._idle: deque[PooledConnection] = deque()  # the oldest first
        self._lent: set[PooledConnection] = set()
        renew_in_child(self)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request on a connection that is free, or on a new one."""
        connection = self._take()
        try:
            connection.attempt = request.extensions.get(ATTEMPT)
            response = connection.transport.handle_request(request)
        except BaseException:
            self.lose(connection)
            raise
        response.stream = LentBody(self, connection, cast(httpx.SyncByteStream, response.stream))
        return response

    def lose(self, connection: PooledConnection) -> None:
        """Close a connection: what would come next on it is not known."""
        self._lent.discard(connection)
        connection.close()

    def give_back(self, connection: PooledConnection) -> None:
        """Keep a connection for the next request."""
        self._lent.discard(connection)
        connection.attempt, connection.idle_since = None, time.monotonic()
        self._idle.append(connection)
        self._close_surplus()

    def close(self) -> None:
        """Close all connections, those that are lent, too."""
        connections = [*list(self._lent), *list(self._idle)]
        self._idle.clear()
        for connection in connections:
            connection.close()

    def after_fork(self) -> None:
        """Close this process's copies of the sockets."""
        self.close()

    def _take(self) -> PooledConnection:
        self._close_surplus()
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = PooledConnection(self._open)
        self._lent.add(connection)
        return connection

    def _close_surplus(self) -> None:
        due = time.monotonic() - IDLE_FOR
        while self._idle and (len(self._idle) > MOST_IDLE or self._idle[0].idle_since < due):
            try:
                self._idle.popleft().close()
            except IndexError:  # another thread was faster
                return


class LentBody(httpx.SyncByteStream):
    """The body of a reply: read to its end it gives its connection back, else the connection is closed."""

    def __init__(self, pool: ConnectionPool, connection: PooledConnection, inner: httpx.SyncByteStream) -> None:
        self._pool = pool
        self._connection: PooledConnection | None = connection
        self._inner = inner
        self._whole = False

    def __iter__(self) -> Iterator[bytes]:
        yield from self._inner
        self._whole = True

    def close(self) -> None:
        """End the loan."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if not self._whole:
            self._pool.lose(connection)
            return
        try:
            self._inner.close()
        except BaseException:
            self._pool.lose(connection)
            raise
        self._pool.give_back(connection)
