"""The pool of connections to one origin, of the blocking form.

A connection is lent for one exchange. It comes back when the reply was read to its end, and is closed in every other
case. Its waiting ends with the attempt that it serves, also where a reply drips. A forked child closes its copies of
the sockets, which says nothing to the other end.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Generic, Protocol, TypeVar, cast

import httpcore
import httpx

from optcloud.core.process_bound import renew_in_child
from optcloud.transport.attempt import ATTEMPT, Attempt
from optcloud.transport.routes import Origin, httpx_error, request_for_httpcore
from optcloud.transport.wire_log import log_connected, log_tls

MOST_IDLE = 20
IDLE_FOR = 5.0  # seconds; servers and what stands between close idle connections, sooner or later
PIECE = 64 * 1024  # bytes sent between two looks at the clock


class PooledConnection:
    """A connection of httpcore, and the network as that sees it."""

    def __init__(self, origin: Origin) -> None:
        self.http = origin.connection(cast(httpcore.NetworkBackend, self))
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
        made = self.stream(httpcore.SyncBackend().connect_tcp(host, port, allowed, **options))
        log_connected(host, port)
        return made

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
            allowed = self._connection.allowed(timeout, httpcore.WriteTimeout)
            if self._connection.attempt is not None:
                self._connection.attempt.wrote()
            self._inner.write(piece, allowed)

    def close(self) -> None:
        """Close the socket."""
        self._inner.close()

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Stream:
        """Go on encrypted."""
        allowed = self._connection.allowed(timeout, httpcore.ConnectTimeout)
        secured = self._connection.stream(self._inner.start_tls(ssl_context, server_hostname, allowed))
        log_tls(secured.get_extra_info("ssl_object"))
        return secured

    def get_extra_info(self, info: str) -> Any:
        """Tell of the socket."""
        return self._inner.get_extra_info(info)


class Lendable(Protocol):
    """A connection of either form."""

    http: Any
    attempt: Attempt | None
    idle_since: float

    def close(self) -> None: ...


L = TypeVar("L", bound=Lendable)


class Loans(Generic[L]):
    """The connections of a pool: those that are lent, and those that wait for the next request."""

    def __init__(self, make: Callable[[], L]) -> None:
        self._make = make
        self._idle: deque[L] = deque()  # the oldest first
        self._lent: set[L] = set()

    def lend(self) -> L:
        """Return a connection that is idle, or a new one."""
        self._close_surplus()
        connection = self._pop_idle() or self._make()
        self._lent.add(connection)
        return connection

    def lose(self, connection: L) -> None:
        """Close a connection that must not be used again: bytes of the last reply may be left on it."""
        self._end_loan(connection)
        connection.close()

    def give_back(self, connection: L) -> None:
        """Keep a connection for the next request."""
        self._end_loan(connection)
        connection.attempt, connection.idle_since = None, time.monotonic()
        self._idle.append(connection)
        self._close_surplus()

    def close_all(self) -> None:
        """Close all connections, those that are lent, too."""
        connections = [*list(self._lent), *list(self._idle)]
        self._idle.clear()
        for connection in connections:
            connection.close()

    def _end_loan(self, connection: L) -> None:
        self._lent.discard(connection)

    def _pop_idle(self) -> L | None:
        """Return an idle connection that the other end has not closed."""
        with suppress(IndexError):  # there is none left, perhaps since another thread was faster
            while True:
                connection = self._idle.pop()
                if not (connection.http.is_closed() or connection.http.has_expired()):
                    return connection
                connection.close()
        return None

    def _close_surplus(self) -> None:
        due = time.monotonic() - IDLE_FOR
        with suppress(IndexError):
            while len(self._idle) > MOST_IDLE or self._idle[0].idle_since < due:
                self._idle.popleft().close()


class ConnectionPool(Loans[PooledConnection], httpx.BaseTransport):
    """Lends connections. There is no limit: a thread has one at most, and none waits for another's."""

    def __init__(self, origin: Origin) -> None:
        super().__init__(lambda: PooledConnection(origin))
        self.proxy = origin.route.proxy
        renew_in_child(self)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request on a connection that is free, or on a new one."""
        connection = self.lend()
        try:
            connection.attempt = attempt = request.extensions.get(ATTEMPT)
            if attempt is not None:
                attempt.begin(self.proxy)
                if self.proxy is not None:
                    request.extensions["trace"] = attempt.trace
            reply = connection.http.handle_request(request_for_httpcore(request))
        except BaseException as error:
            self.lose(connection)
            if (translated := httpx_error(error, self.proxy)) is not None:
                raise translated from error
            raise
        body = LentBody(self, connection, reply.stream)
        return httpx.Response(reply.status, headers=reply.headers, stream=body, extensions=reply.extensions)

    def close(self) -> None:
        """Close all connections, those that are lent, too."""
        self.close_all()

    def after_fork(self) -> None:
        """Close this process's copies of the sockets."""
        self.close_all()


class LentBody(httpx.SyncByteStream):
    """The body of a reply: read to its end it gives its connection back, else the connection is closed."""

    def __init__(self, pool: ConnectionPool, connection: PooledConnection, inner: Any) -> None:
        self._pool = pool
        self._connection: PooledConnection | None = connection
        self._inner = inner
        self._whole = False

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._inner
        except Exception as error:
            if (translated := httpx_error(error, self._pool.proxy)) is not None:
                raise translated from error
            raise
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
