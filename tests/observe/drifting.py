"""A vendor that has drifted: the sandbox behind a server that changes its replies on the way."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import httpx

Change = Callable[[str, Any], Any]  # the path, and the JSON of a reply with status 200


@contextmanager
def drifting(url: str, change: Change) -> Iterator[str]:
    """Serve, on loopback, what is at ``url``, its JSON changed; yield the address to use in its place."""
    parts = urlsplit(url)
    with httpx.Client(base_url=f"{parts.scheme}://{parts.netloc}") as inner:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(inner, change))
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{parts.path}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _handler(inner: httpx.Client, change: Change) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            kept = {name: value for name, value in self.headers.items() if name.lower() not in {"host", "connection"}}
            reply = inner.request(self.command, self.path, headers=kept, content=body)
            content = reply.content
            if reply.status_code == 200 and "json" in reply.headers.get("content-type", ""):
                content = json.dumps(change(self.path, reply.json())).encode()
            self.send_response(reply.status_code)
            self.send_header("content-type", reply.headers.get("content-type", ""))
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 - the names that the server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
