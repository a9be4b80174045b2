"""A server on loopback that keeps what it received, byte by byte, and answers each request with an empty 200."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Handler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while line := self.rfile.readline():
            length = 0
            while (header := self.rfile.readline()) not in (b"\r\n", b""):
                name, _, value = header.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            self.rfile.read(length)
            self.server.lines.append(line)  # type: ignore[attr-defined]
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


class Listener:
    """``url`` to send to; `taken` gives the request targets received since it was last asked."""

    def __init__(self, server: socketserver.ThreadingTCPServer) -> None:
        self._lines: list[bytes] = server.lines  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{server.server_address[1]}/base"

    def taken(self) -> list[str]:
        """Return the targets as they came, such as ``/base/tasks/6f1c``."""
        lines, self._lines[:] = list(self._lines), []
        return [line.decode("ascii").split(" ")[1] for line in lines]


@contextmanager
def listening() -> Iterator[Listener]:
    """Listen on a port of its own, while inside."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        server.lines = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield Listener(server)
        server.shutdown()
        thread.join()
