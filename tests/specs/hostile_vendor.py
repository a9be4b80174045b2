"""Routes of a vendor that sends bombs, cut bodies, and bytes that drip."""

from __future__ import annotations

import threading

from specs.test_fetch import Handler, Route


def coded(content: bytes, coding: str) -> Route:
    def answer(request: Handler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "application/yaml")
        request.send_header("Content-Encoding", coding)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    return answer


class Dripping:
    """Routes that send a byte now and then and never come to an end, until the test does."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def __enter__(self) -> Dripping:
        return self

    def __exit__(self, *raised: object) -> None:
        self.over.set()

    def _drip(self, request: Handler, piece: bytes) -> None:
        while not self.over.wait(0.01):
            try:
                request.wfile.write(piece)
                request.wfile.flush()
            except OSError:
                return

    def in_body(self, request: Handler) -> None:
        request.send_response(200)
        request.end_headers()
        self._drip(request, b" ")

    def in_headers(self, request: Handler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        self._drip(request, b"x")

    def silent(self, request: Handler) -> None:
        self.over.wait()
