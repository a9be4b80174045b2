"""A server on loopback that answers as it is told, byte by byte: for what no honest server does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias

import httpx

from optcloud.core.flow import Call, Flow
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection
from optcloud.transport.httpx_mapping import DriverConfig
from unit.script import plain_road

Answer: TypeAlias = Callable[["Talk", bytes], None]


class Talk:
    """One connection, as the server sees it. ``over`` is set when the server ends: what waits may stop."""

    def __init__(self, sock: socket.socket, over: threading.Event) -> None:
        self.sock = sock
        self.over = over

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.sock.sendall(piece)

    def reply(self, body: bytes, *headers: str, status: str = "200 OK") -> None:
        """Send a whole reply, its length as it is."""
        lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n", body)

    def drip(self, piece: bytes, seconds: float = 0.01) -> None:
        """Send it again and again."""
        while not self.over.wait(seconds):
            self.sock.sendall(piece)

    def request(self) -> bytes:
        """Read one request; b"" at the end of the connection."""
        head = b""
        while b"\r\n\r\n" not in head:
            if not (more := self.sock.recv(65536)):
                return b""
            head += more
        head, _, body = head.partition(b"\r\n\r\n")
        length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")), b":0")
        while len(body) < int(length.partition(b":")[2]):
            body += self.sock.recv(65536)
        return head


class Hostile:
    """Hands each request to ``answer``, in a thread for each connection."""

    def __init__(self, answer: Answer, wrap: Callable[[socket.socket], socket.socket] = lambda sock: sock) -> None:
        self.answer = answer
        self.requests: list[bytes] = []
        self.connections = 0
        self._wrap = wrap
        self._over = threading.Event()
        self._socks: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept)

    def __enter__(self) -> Hostile:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        for sock in self._socks:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._socks.append(sock)
            thread = threading.Thread(target=self._serve, args=(sock,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError), self._wrap(sock) as wrapped:
            talk = Talk(wrapped, self._over)
            while head := talk.request():
                self.requests.append(head)
                self.answer(talk, head)


def ask(call: Call) -> Flow[Any]:
    """A flow of one call."""
    return (yield call)


@contextmanager
def blocking(url: str, **options: Any) -> Iterator[Callable[[Flow[Any]], Any]]:
    """Run flows on a blocking connection to an address."""
    facts = {name: options.pop(name) for name in ("idempotent", "retry", "auth") if name in options}
    connection = Connection(plain_road(base_url=url, **facts), DriverConfig(**options))
    try:
        yield connection.run
    finally:
        connection.close()


@contextmanager
def in_asyncio(url: str, **options: Any) -> Iterator[Callable[[Flow[Any]], Any]]:
    """Run flows on an asyncio connection, all in one event loop."""
    import asyncio

    facts = {name: options.pop(name) for name in ("idempotent", "retry", "auth") if name in options}
    connection = AsyncConnection(plain_road(base_url=url, **facts), DriverConfig(**options))
    with asyncio.Runner() as runner:
        try:
            yield lambda flow: runner.run(connection.run(flow))
        finally:
            runner.run(connection.aclose())


FORMS = [blocking, in_asyncio]


def getting(path: str = "/x", kinds: tuple[str, ...] = ("application/json",), **options: Any) -> Call:
    """A read whose document promises media types for 200."""
    described = {"id": "readIt", "responses": {"200": list(kinds), "4XX": [], "5XX": []}}
    return Call({"method": "get", "url": path, "extensions": {"operation": described}}, **options)


def timeout(seconds: float) -> httpx.Timeout:
    """The time-outs of an attempt."""
    return httpx.Timeout(seconds)
