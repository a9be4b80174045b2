"""A checkout of its own under git, with one document in two versions and an overlay."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

DOCUMENT = """\
openapi: 3.0.3
info:
  title: Jobs
  version: '1'
paths:
  /jobs:
    get:
      operationId: listJobs
      parameters:
      - name: state
        in: query
        schema:
          type: string
      responses:
        '200':
          description: OK
"""
NEXT = (
    DOCUMENT
    + """\
  /jobs/{id}:
    delete:
      operationId: deleteJob
      parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '204':
          description: Gone
"""
)
OVERLAY = """\
overlay: 1.0.0
info: {title: Jobs corrected, version: 1.0.0}
actions:
- target: $.paths['/jobs'].get.parameters[0]
  description: It must be there.
  x-evidence: page 1
  update:
    required: true
- target: $.paths['/jobs'].get.responses
  description: There can be too many.
  x-evidence: page 2
  update:
    '429':
      description: Too many
"""
SOURCES = """\
[jobs-v1]
vendor = "Jobs Ltd"
url = "{url}"
format = "yaml"
provenance = "reconstructed"
version = "1"
sha256 = ""
date = "2026-01-01"
"""
Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Run git in the checkout, with nobody's settings."""
    root = tmp_path / "checkout"
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    nobody = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for role in ("AUTHOR", "COMMITTER"):
        nobody |= {f"GIT_{role}_NAME": "nobody", f"GIT_{role}_EMAIL": "nobody@example.invalid"}
    for name, value in nobody.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> str:
        command = ["git", "-C", str(root), *arguments]
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout

    return run


@pytest.fixture
def checkout(tmp_path: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The first version with its overlay is HEAD; the second lies in the working tree."""
    root = tmp_path / "checkout"
    folder = root / "specs" / "jobs-v1"
    folder.mkdir(parents=True)
    (root / "specs" / "sources.toml").write_text(SOURCES)
    (folder / "openapi.yaml").write_text(DOCUMENT)
    (folder / "overlay.yaml").write_text(OVERLAY)
    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "--message=first")
    (folder / "openapi.yaml").write_text(NEXT)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """A vendor on loopback that serves a text which tests may change."""
    with Vendor() as serving:
        yield serving


class Vendor:
    """``body`` and ``status`` are what the next request gets."""

    def __init__(self) -> None:
        self.body = NEXT
        self.status = 200
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = vendor.body.encode()
                self.send_response(vendor.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the standard library's name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/openapi"

    def __enter__(self) -> Vendor:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
