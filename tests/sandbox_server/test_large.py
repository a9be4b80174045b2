"""256 MB in and out, through a sandbox in a process of its own, as `optcloud sandbox` serves it."""

import hashlib
import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from optcloud_sandbox.credentials import PUBLISHED

SIZE = 256_000_000
COPIES = 1.6  # of SIZE, in the server's memory at any moment: one that is kept, and what a piece on its way needs


class Served:
    """A sandbox of the command line, and a client that keeps no bodies."""

    def __init__(self, url: str, process: int) -> None:
        self.url, self.process = urlsplit(url), process

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, int, str, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection(str(self.url.hostname), self.url.port, timeout=60)
        headers = {"apikey": PUBLISHED.aimms_api_key, "content-type": "application/octet-stream"}
        headers |= {"content-length": str(SIZE)} if isinstance(body, Iterator) else {}
        connection.request(method, f"/aimms/pro-api/v2{path}", body, headers)
        reply = connection.getresponse()
        digest, size = hashlib.sha256(), 0
        first = b""
        while piece := reply.read(1 << 20):
            first, size = first or piece, size + len(piece)
            digest.update(piece)
        connection.close()
        return reply.status, size, digest.hexdigest() if size > 10_000 else first.decode(), reply.headers

    def task(self, service: str, body: Any) -> str:
        status, _, text, _ = self.ask("POST", f"/tasks/Sandbox/{service}", body)
        assert status == 200, text
        return f"/tasks/{json.loads(text)['id']}"

    def peak(self) -> int:
        """Most memory that the server ever had, in bytes."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    command = [sys.executable, "-c", "from optcloud.cli import main; main()", "sandbox", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        text = ""
        while not text.endswith("\n}\n"):
            line = process.stdout.readline()
            assert line, text
            text += line
        yield Served(json.loads(text)["url"], process.pid)
        process.terminate()


def pieces() -> Iterator[bytes]:
    """SIZE bytes, never whole in memory."""
    piece = bytes(range(251)) * 4000
    sent = 0
    while sent < SIZE:
        part = piece[: SIZE - sent]
        sent += len(part)
        yield part


def test_as_large_as_allowed_goes_in_and_out_and_is_held_once(served: Served) -> None:
    expected = hashlib.sha256()
    for piece in pieces():
        expected.update(piece)
    before = served.peak() if sys.platform == "linux" else 0
    task = served.task("echo", pieces())
    status, size, digest, headers = served.ask("GET", f"{task}/response")
    assert (status, size, digest) == (200, SIZE, expected.hexdigest())
    assert (headers["content-length"], headers["content-type"]) == (str(SIZE), "application/octet-stream")
    if sys.platform == "linux":
        assert served.peak() - before < COPIES * SIZE
    assert served.ask("DELETE", task)[0] == 200


def test_bytes_of_any_number_are_the_same_each_time(served: Served) -> None:
    expected = hashlib.sha256((bytes(range(251)) * 40_000)[:10_000_000]).hexdigest()
    for _ in range(2):
        task = served.task("bytes", json.dumps({"size": 10_000_000}))
        assert served.ask("GET", f"{task}/response")[1:3] == (10_000_000, expected)
    task = served.task("bytes", json.dumps({"size": 0}))
    assert served.ask("GET", f"{task}/response")[:2] == (200, 0)
