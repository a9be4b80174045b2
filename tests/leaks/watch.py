"""What a client process notes of itself while it lives, and the moment at which it may kill itself.

Each point that it reaches is a line of JSON in a file, written by one system call: what was written outlives a
SIGKILL, and only the line that is being written can be torn.
The points are put around what the product does (its ledger, its HTTP, its reaping), and change nothing of it.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs

import httpx

from optcloud.gurobi import reaping
from optcloud.gurobi.ledger import LaunchEntry
from optcloud.gurobi.ledger_file import FileLedger
from optcloud.transport.async_connection_pool import AsyncConnectionPool
from optcloud.transport.connection_pool import ConnectionPool

LEDGER_MOMENTS = {  # of being within the method, and after it
    "intend": ("writing the intent", "intent written"),
    "launched": ("noting the ids", "ids noted"),
    "keep": ("keeping", "kept"),
    "hold": ("taking back", "taken back"),
    "gone": ("noting the kill", "kill noted"),
}
HTTP_MOMENTS = {
    "launch sent": "request at the server",
    "launch answered": "reply on its way",
    "launch read": "reply read, not noted",
    "kill sent": "killing",
}
_LISTED = {  # what it means that the list is read, in a moment
    "ids noted": "waiting",
    "request at the server": "looking for a lost launch",
    "reply on its way": "looking for a lost launch",
    "reply read, not noted": "looking for a lost launch",
}
_EVENTS = {
    "send_request_headers.started": "sending",
    "send_request_body.complete": "sent",
    "receive_response_headers.complete": "answered",
    "receive_response_body.complete": "read",
}


class Watch:
    """Notes of one process. ``aim``: the point on whose ``nth`` passing it sends itself ``number``; None for none."""

    def __init__(self, path: str, aim: str | None, nth: int, number: signal.Signals) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._aim, self._left, self._number = aim, nth, number
        self.moment = "starting"
        self.reaping = False
        self.within = ""  # the method of the ledger

    def reach(self, point: str, about: object = None, moment: str | None = None) -> None:
        """Note a point, and end there if that is the plan; ``moment``: what goes on from here on."""
        self.moment = moment or self.moment
        shown = "reaping" if self.reaping else self.moment
        point = f"reap {point}" if self.reaping else point
        aimed = self._aim in (point, f"{shown}/{point}")
        self._left -= aimed
        signals = aimed and self._left == 0
        line = {"at": time.time(), "moment": shown, "point": point, "about": about, "signals": signals}
        os.write(self._file, json.dumps(line).encode() + b"\n")
        if signals:
            os.kill(os.getpid(), self._number)

    def http(self, path: str, content: bytes, event: str, info: dict[str, Any]) -> None:
        """Note how far a request is."""
        if event == "connection.connect_tcp.complete":
            host, port = info["return_value"].get_extra_info("client_addr")[:2]
            self.reach("peer", f"{host}:{port}")
        step = _EVENTS.get(event.partition(".")[2])
        if step is not None:
            point = f"{path.rpartition('/')[2]} {step}"
            about = _asked(content) if point == "launch sending" else None
            moment = HTTP_MOMENTS.get(point) or (_LISTED.get(self.moment) if point == "machines sent" else None)
            self.reach(point, about, moment)

    @contextmanager
    def ledger(self, method: str, about: object) -> Iterator[None]:
        """Note that a method of the ledger is entered and left."""
        during, after = LEDGER_MOMENTS.get(method, (None, None))
        self.reach(f"{method}<", about, during)
        outer, self.within = self.within, method
        try:
            yield
        finally:
            self.within = outer
        self.reach(f"{method}>", about, after)


_watch: Watch | None = None


def _asked(content: bytes) -> dict[str, Any]:
    form = parse_qs(content.decode())
    password = form["userPassword"][0]
    return {"count": int(form["numMachines"][0]), "password": hashlib.sha256(password.encode()).hexdigest()}


def begin(watch: Watch) -> None:
    """Note what this process does from here on."""
    global _watch  # noqa: PLW0603 - of the process, which has one
    _watch = watch


def _of_ledger(method: str) -> Callable[..., Any]:
    original = getattr(FileLedger, method)

    @functools.wraps(original)
    def watched(self: FileLedger, given: Any, *more: Any) -> Any:
        if _watch is None:
            return original(self, given, *more)
        if not isinstance(given, str | LaunchEntry):
            given = list(given)
        about = list(more[0]) if more else given.launch if isinstance(given, LaunchEntry) else given
        with _watch.ledger(method, about):
            return original(self, given, *more)

    return watched


def _claim() -> Callable[..., Any]:
    original = FileLedger.claim

    def claim(self: FileLedger, hosts: Any = ()) -> Any:
        if _watch is None:
            return original(self, hosts)
        with _watch.ledger("claim", None):
            entries = original(self, hosts)
        if entries:
            _watch.reach("claimed", [entry.launch for entry in entries])
        return entries

    return claim


def _reap_claimed() -> Callable[..., Any]:
    original = reaping._reap_claimed

    def watched(account: Any, entries: Any) -> Any:
        if _watch is None or not entries:
            return (yield from original(account, entries))
        _watch.reaping = True
        _watch.reach("begins")
        try:
            return (yield from original(account, entries))
        finally:
            _watch.reaping = False

    return watched


class _Connection(sqlite3.Connection):
    """Knows the moment before a transaction is committed."""

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        if sql == "COMMIT" and _watch is not None:
            _watch.reach(f"{_watch.within} commit")
        return super().execute(sql, *parameters)


def _connect() -> Callable[..., sqlite3.Connection]:
    original = sqlite3.connect

    def connect(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = original(*arguments, factory=_Connection, **options)
        return connection

    return connect


def _send(original: Callable[..., Any]) -> Callable[..., Any]:
    def handle_request(self: Any, request: httpx.Request) -> Any:
        def trace(event: str, info: dict[str, Any]) -> None:
            if _watch is not None:
                _watch.http(request.url.path, request.content, event, info)

        request.extensions = {**request.extensions, "trace": trace}
        return original(self, request)

    return handle_request


def _send_async(original: Callable[..., Any]) -> Callable[..., Any]:
    async def handle_async_request(self: Any, request: httpx.Request) -> Any:
        async def trace(event: str, info: dict[str, Any]) -> None:
            if _watch is not None:
                _watch.http(request.url.path, request.content, event, info)

        request.extensions = {**request.extensions, "trace": trace}
        return await original(self, request)

    return handle_async_request


def install() -> None:
    """Put the points in. Once, in a process that is a client or forks clients."""
    for method in ("intend", "launched", "give_up", "keep", "hold", "close", "gone"):
        setattr(FileLedger, method, _of_ledger(method))
    setattr(FileLedger, "claim", _claim())  # noqa: B010 - mypy takes no assignment to a method
    setattr(reaping, "_reap_claimed", _reap_claimed())  # noqa: B010
    setattr(sqlite3, "connect", _connect())  # noqa: B010
    for kind, name, wrap in (
        (ConnectionPool, "handle_request", _send),
        (AsyncConnectionPool, "handle_async_request", _send_async),
    ):
        setattr(kind, name, wrap(getattr(kind, name)))
