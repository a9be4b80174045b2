"""The four sample clients of Gurobi Instant Cloud v1, byte by byte on raw sockets.

What each sends was read in its source (parameters, order, encoding, date) and seen on the wire of its runtime (header
lines, in order): CPython 2.7.18 urllib2, OpenJDK HttpURLConnection, curl. The lines of .NET's HttpWebRequest are as its
documentation has them. The maps of Python and Java have no order of their own: theirs here is that of CPython 2.7
(64 bit) and of any JDK from 8 on, with all parameters given.
"""

import base64
import hmac
import json
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from optcloud.sandbox import Sandbox

Pairs = list[tuple[str, str]]
ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
PATH = "/gurobi/api"
FORM = "application/x-www-form-urlencoded"


def percent(value: str, safe: str, *, digits: str = "02X", space: str = "%20") -> bytes:
    kept = (ALNUM + safe).encode()
    pieces = (
        bytes([one]) if one in kept else space.encode() if one == 0x20 else f"%{one:{digits}}".encode()
        for one in value.encode()
    )
    return b"".join(pieces)


def python_quote(_: str, value: str) -> bytes:
    """urllib.quote of Python 2: unlike Python 3's it encodes the tilde."""
    return percent(value, "_.-/")


def java_encode(_: str, value: str) -> bytes:
    return percent(value, ".-*_", space="+")


def net_encode(_: str, value: str) -> bytes:
    """HttpUtility.UrlEncode."""
    return percent(value, "-_.!*()", digits="02x", space="+")


def c_encode(name: str, value: str) -> bytes:
    """Only what the sample's author thought of; the password goes as it was typed."""
    if name == "licenseType":
        return value.replace(" ", "%20").encode()
    if name == "machineIds":
        return percent(value, "")
    return value.encode()


def seconds(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def java_date(now: datetime) -> str:
    """SimpleDateFormat("yyyy-MM-dd'T'HH::mm'Z'"), as it is in the sample: two colons, no seconds."""
    return now.strftime("%Y-%m-%dT%H::%MZ")


def python_head(request: "Signed") -> list[str]:
    if request.body is None:
        return [
            "Accept-Encoding: identity",
            f"X-Gurobi-Date: {request.date}",
            f"Host: {request.host}",
            f"X-Gurobi-Signature: {request.signature}",
            "Connection: close",
            "User-Agent: Python-urllib/2.7",
        ]
    return [
        "Accept-Encoding: identity",
        f"X-Gurobi-Date: {request.date}",
        f"Content-Length: {len(request.body)}",
        f"X-Gurobi-Signature: {request.signature}",
        "Connection: close",
        "User-Agent: Python-urllib/2.7",
        f"Host: {request.host}",
        f"Content-Type: {FORM}",
    ]


def java_head(request: "Signed") -> list[str]:
    lines = [
        f"X-Gurobi-Signature: {request.signature}",
        f"X-Gurobi-Date: {request.date}",
        "User-Agent: Java/1.8.0_202",
        f"Host: {request.host}",
        "Accept: text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
        "Connection: keep-alive",
    ]
    return lines if request.body is None else [*lines, f"Content-type: {FORM}", f"Content-Length: {len(request.body)}"]


def c_head(request: "Signed") -> list[str]:
    lines = [
        f"Host: {request.host}",
        "User-Agent: libcurl-agent/1.0",
        "Accept: */*",
        f"X-Gurobi-Signature: {request.signature}",
        f"X-Gurobi-Date: {request.date}",
    ]
    if request.body is None:
        return lines
    lines += [f"Content-Length: {len(request.body)}", f"Content-Type: {FORM}"]
    # The curl of the sample's days asks first when a body is longer than this.
    return [*lines, "Expect: 100-continue"] if len(request.body) > 1024 else lines


def net_head(request: "Signed") -> list[str]:
    lines = [f"X-Gurobi-Signature: {request.signature}", f"X-Gurobi-Date: {request.date}"]
    if request.body is None:
        return [*lines, f"Host: {request.host}", "Connection: Keep-Alive"]
    return [
        *lines,
        f"Content-Type: {FORM}",
        f"Host: {request.host}",
        f"Content-Length: {len(request.body)}",
        "Expect: 100-continue",
        "Connection: Keep-Alive",
    ]


def python_reads(reply: "Reply") -> Any:
    """The sample asserts the exact Content-Type."""
    assert reply.headers["content-type"] == "application/json"
    return json.loads(reply.body)


def java_reads(reply: "Reply") -> Any:
    """The sample casts: all text, idleShutdown a Long; anything else is a ClassCastException."""
    entries = json.loads(reply.body)
    for entry in entries:
        assert type(entry.pop("idleShutdown", 0)) is int
        assert all(isinstance(value, str) for value in entry.values())
    return json.loads(reply.body)


def c_reads(reply: "Reply") -> Any:
    """The sample has 5,000 bytes, 256 tokens and 127 bytes a value, and knows eight states."""
    states = ("launching", "pending", "obtaining license", "idle", "running", "killing", "shutting down")
    assert len(reply.body) <= 5000
    entries = json.loads(reply.body)
    assert 1 + sum(1 + 2 * len(entry) for entry in entries) <= 256
    for entry in entries:
        assert entry.get("state", "idle") in (*states, "launch error")
        assert all(len(str(value).encode()) <= 127 for value in entry.values())
    return entries


def net_reads(reply: "Reply") -> Any:
    entries = json.loads(reply.body)
    assert all(type(entry.get("idleShutdown", 0)) is int for entry in entries)
    return entries


@dataclass(frozen=True)
class Dialect:
    """`launch`: the parameters that the sample can send, in its order. `keeps`: it uses a connection again."""

    name: str
    launch: tuple[str, ...]
    kill: tuple[str, ...]
    encode: Callable[[str, str], bytes]
    date: Callable[[datetime], str]
    head: Callable[["Signed"], list[str]]
    reads: Callable[["Reply"], Any]
    keeps: bool = False

    def __str__(self) -> str:
        return self.name

    def raw(self, pairs: Pairs) -> bytes:
        return b"&".join(name.encode() + b"=" + self.encode(name, value) for name, value in pairs)


PYTHON = Dialect(
    "Python 2",
    launch=(
        "idleShutdown", "licenseType", "machineType", "region", "numMachines", "id", "licenseId", "GRBVersion",
        "userPassword",
    ),
    kill=("machineIds", "id"),
    encode=python_quote,
    date=lambda now: now.isoformat(),
    head=python_head,
    reads=python_reads,
)  # fmt: skip
JAVA = Dialect(
    "Java",
    launch=(
        "licenseType", "userPassword", "numMachines", "idleShutdown", "id", "licenseId", "region", "machineType",
    ),
    kill=("machineIds", "id"),
    encode=java_encode,
    date=java_date,
    head=java_head,
    reads=java_reads,
    keeps=True,
)  # fmt: skip
C = Dialect(
    "C",
    launch=(
        "id", "numMachines", "licenseType", "userPassword", "machineType", "licenseId", "region", "idleShutdown",
    ),
    kill=("id", "machineIds"),
    encode=c_encode,
    date=seconds,
    head=c_head,
    reads=c_reads,
)  # fmt: skip
NET = Dialect(
    "C#",
    launch=(
        "numMachines", "licenseType", "licenseId", "userPassword", "region", "idleShutdown", "machineType",
        "GRBVersion", "id",
    ),
    kill=("machineIds", "id"),
    encode=net_encode,
    date=seconds,
    head=net_head,
    reads=net_reads,
    keeps=True,
)  # fmt: skip
DIALECTS = (PYTHON, JAVA, C, NET)


@dataclass(frozen=True)
class Signed:
    """A request, ready to be spoilt by a test: `raw` goes over the wire, the signature was made before."""

    verb: str
    path: str
    raw: bytes
    date: str
    signature: str
    host: str

    @property
    def body(self) -> bytes | None:
        return self.raw if self.verb == "POST" else None

    @property
    def target(self) -> str:
        return self.path if self.verb == "POST" else f"{self.path}?{self.raw.decode('ascii')}"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes
    interim: bool = False  # "100 Continue" came first


@dataclass
class Sample:
    """A sample client at work."""

    dialect: Dialect
    sandbox: Sandbox
    off: float = 0.0  # seconds by which its clock is behind the sandbox's
    _open: list[socket.socket] = field(default_factory=list)

    def get(self, endpoint: str) -> Reply:
        return self.send(self.signed("GET", endpoint, [("id", self.sandbox.credentials.gurobi_access_id)]))

    def launch(self, **given: str) -> Reply:
        return self.send(self.signed("POST", "launch", self.pairs(self.dialect.launch, given)))

    def kill(self, ids: Iterable[str]) -> Reply:
        text = "[" + ",".join(f'"{one}"' for one in ids) + "]"
        return self.send(self.signed("POST", "kill", self.pairs(self.dialect.kill, {"machineIds": text})))

    def pairs(self, order: tuple[str, ...], given: dict[str, str]) -> Pairs:
        values = given | {"id": self.sandbox.credentials.gurobi_access_id}
        assert set(values) <= set(order), "the sample has no such parameter"
        return [(name, values[name]) for name in order if name in values]

    def signed(self, verb: str, endpoint: str, pairs: Pairs) -> Signed:
        raw = self.dialect.raw(pairs)
        date = self.dialect.date(datetime.fromtimestamp(self.sandbox.now() - self.off, UTC))
        text = b"&".join([verb.encode(), raw, date.encode()])
        digest = hmac.digest(self.sandbox.credentials.gurobi_secret_key.encode(), text, "sha1")
        host = urlsplit(self.sandbox.urls.root).netloc
        return Signed(verb, f"{PATH}/{endpoint}", raw, date, base64.b64encode(digest).decode(), host)

    def send(self, request: Signed) -> Reply:
        lines = self.dialect.head(request)
        head = "\r\n".join([f"{request.verb} {request.target} HTTP/1.1", *lines, "", ""]).encode()
        connection = self._connection()
        waits = "Expect: 100-continue" in lines
        connection.sendall(head if waits else head + (request.body or b""))
        stream = connection.makefile("rb")
        if waits:
            assert _head(stream)[0] == 100
            connection.sendall(request.body or b"")
        status, headers = _head(stream)
        reply = Reply(status, headers, stream.read(int(headers["content-length"])), waits)
        if "Connection: close" in lines:
            assert stream.read() == b"", "the server closes when asked to"
        stream.close()
        if self.dialect.keeps:
            self._open.append(connection)
        else:
            connection.close()
        return reply

    def close(self) -> None:
        while self._open:
            self._open.pop().close()

    def _connection(self) -> socket.socket:
        if self._open:
            return self._open.pop()
        parts = urlsplit(self.sandbox.urls.root)
        return socket.create_connection((str(parts.hostname), parts.port or 0), timeout=10)


def _head(stream: Any) -> tuple[int, dict[str, str]]:
    """Status and headers of one response."""
    status = int(stream.readline().split()[1])
    headers = {}
    while (line := stream.readline().strip()) != b"":
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    return status, headers
