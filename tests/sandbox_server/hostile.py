"""Every route of the sandbox with a key that opens it, and what a hostile client could send there."""

import base64
import http.client
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from starlette.routing import BaseRoute, Mount, Route

from optcloud.sandbox import AtOnce, Sandbox
from optcloud_sandbox.application import sandbox_app
from optcloud_sandbox.connections import Connections
from optcloud_sandbox.gurobi.callers import ACCOUNT_KEY
from optcloud_sandbox.settings import Settings
from optcloud_sandbox.world import World
from sandbox_server.raw_clients import CognitoClient, GurobiClient

COGNITO = ("InitiateAuth", "RespondToAuthChallenge", "GetTokensFromRefreshToken", "RevokeToken", "GetUser")
DEEP = 100_000


@dataclass(frozen=True)
class Operation:
    """One method of one path; `target` is the operation where all go to one path."""

    vendor: str
    method: str
    path: str
    target: str = ""

    def __str__(self) -> str:
        return f"{self.method} /{self.vendor}{self.path} {self.target}".strip()


@dataclass
class Sent:
    """A request as a hostile client makes it; `names` fill the templates of the path."""

    operation: Operation
    names: tuple[str, ...] = ("x",)
    query: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def operations() -> list[Operation]:
    """All of them, as the sandbox's own tables have them."""
    apps = sandbox_app(World(AtOnce(), Settings()), Connections())._app._apps  # type: ignore[attr-defined]
    found = [one for vendor, app in apps.items() for one in _below(vendor, app.routes, "")]
    cognito = [Operation(one.vendor, one.method, one.path, name) for one in found for name in COGNITO if _is_rpc(one)]
    return [one for one in found if not _is_rpc(one)] + cognito


def _is_rpc(one: Operation) -> bool:
    return one.vendor == "cognito" and one.path == "/"


def _below(vendor: str, routes: list[BaseRoute], prefix: str) -> Iterator[Operation]:
    for route in routes:
        if isinstance(route, Mount):
            yield from _below(vendor, route.routes, prefix + route.path)
        elif isinstance(route, Route):
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield Operation(vendor, method, prefix + route.path)


def nested(opening: bytes, closing: bytes) -> bytes:
    return opening * DEEP + b"1" + closing * DEEP


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "a number": b"7",
    "a text": b'"text"',
    "a list": b"[1, 2]",
    "a list of objects": b"[{}]",
    "an object": b"{}",
    "broken": b'{"a": ',
    "deep lists": nested(b"[", b"]"),
    "deep objects": nested(b'{"a":', b"}"),
    "deep inside": b'{"name": ' + nested(b"[", b"]") + b"}",
    "a huge integer": b'{"name": ' + b"9" * 6000 + b"}",
    "huge integers": b"[" + b"9" * 6000 + b"]",
    "not a number": b'{"name": NaN, "turn": NaN, "value": Infinity}',
    "beyond floats": b'{"name": 1e999, "turn": 1e999}',
    "a lone surrogate": b'{"name": "\\ud800", "username": "\\udfff", "kind": "\\ud800"}',
    "a raw surrogate": b'{"name": "\xed\xa0\x80"}',
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16": '{"name": "x"}'.encode("utf-16"),
    "zero bytes": b"\0" * 100,
    "form of nothing": b"&&&==&%&%zz=%ff",
    "multipart of nothing": b"--b\r\n\r\n--b--\r\n",
    "multipart cut": b'--b\r\ncontent-disposition: form-data; name="metadata"\r\n\r\n{"name"',
    "multipart with surrogates": (
        b'--b\r\ncontent-disposition: form-data; name="\xff\xfe"\r\n\r\nx'
        b'\r\n--b\r\ncontent-disposition: form-data; name="\xff\xfe"\r\n\r\nx\r\n--b--\r\n'
    ),
    "gzip of something": zlib.compress(b"{}", wbits=31),
}
TYPES = (
    "application/json",
    "application/x-amz-json-1.1",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "multipart/form-data; boundary*=utf-8''%e4%bd%a0",
    "application/vnd.adiutabyte.adiutaopt.json+gzip",
    "application/vnd.adiutabyte.adiutaopt.json+br",
    "text/plain; charset=\xff",
    "",
    ";;;",
)
NAMES = (
    "x",
    "..",
    ".",
    "a/b",
    "%",
    "ROOT",
    "Sandbox",
    "echo",
    "1.0",
    "16777216",
    "9" * 5000,
    "-1",
    "\u0663",
    "²",
    "é",
    "\r\n",
    "\0",
    "@current",
    "task",
    "webui",
    "default",
    "95912-default",
    " ",
    "a" * 3000,
)
QUERIES = (
    "",
    "&".join(f"{name}={9 * 10**30}" for name in ("limit", "offset", "groupIndex", "delay", "n")),
    "limit=" + "9" * 5000 + "&groupIndex=" + "9" * 5000 + "&n=" + "9" * 5000,
    "limit=-1&offset=-1&groupIndex=-1&delay=-1&n=-1&dev=x&format=x",
    "limit=%C2%B2&offset=%D9%A3&groupIndex=1e3&delay=0x1&n=%D9%A3",
    "limit=1&limit=2&offset=0&offset=x&path=/&path=/&label=&label=x&sig=1&sig=2",
    "path=%FF&label=%ED%A0%80&id=%00&sig=%C3%A9&iconPath=%2F..%2F&logoId=%FF&loginImageId=&envName=%FF&groupName=",
    "before=0001-01-01T00:00%2B23:59&after=9999-12-31T23:59-23:59",
    "before=99999-01-01&after=x",
    "scheduleInterval=P7999Y&scheduleIn=P7999Y",
    "scheduleFor=9999-12-31%2023:59:59.9%20-23:59&scheduleInterval=PT" + "9" * 400 + "S",
    "scheduleFor=0001-01-01%2000:00:00%20%2B23:59",
    "sort=,,-,-x&name_in=&state=%FF&poolId=%FF",
    "=&&=&%&%zz",
    "prettyFormat=" + "%C3%A9" * 100,
)
HEADERS: tuple[dict[str, str], ...] = (
    {},
    {"accept": "\xff", "accept-encoding": "gzip;q=\xb2"},
    {"accept-encoding": "identity;q=0, *;q=0"},
    {"accept-encoding": "gzip;q=1e5;;,,=;q", "accept": "application/json"},
    {"content-encoding": "gzip"},
    {"content-encoding": "br, gzip, gzip, \xff"},
    {"host": "[::1"},
    {"host": "127.0.0.1:99999"},
    {"host": "a:b:c/..\\"},
    {"taskstatehook": "http://[::1%25]:99999/\xff"},
    {"taskstatehook": "http://127.0.0.1:1/?key=%FF&key=\t"},
    {"adiutaopt-version": "\xff"},
    {"authorization": "bearer \xff.\xff.\xff"},
    {"authorization": "Bearer " + ".".join([base64.urlsafe_b64encode(nested(b"[", b"]")[:9000]).decode()] * 3)},
    {"x-gurobi-signature": "\xff", "x-gurobi-date": "0001-01-01T00:00Z"},
    {"x-gurobi-access-id": "\xff", "x-gurobi-secret-key": "\xff"},
    {"x-amz-target": "AWSCognitoIdentityProviderService.\xff"},
    {"expect": "200-nonsense"},
)


class Attacker:
    """Sends what it is told to, byte by byte, signed in wherever one has to be."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        parts = urlsplit(sandbox.urls.root)
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        with httpx.Client(timeout=60, trust_env=False) as client:
            self._token = CognitoClient(sandbox, client).tokens()["IdToken"]
            self._gurobi = GurobiClient(sandbox, client)

    def close(self) -> None:
        self._connection.close()

    def send(self, sent: Sent) -> tuple[int, http.client.HTTPMessage, bytes]:
        one, names = sent.operation, iter(sent.names * 9)
        path = "/".join(quote(next(names), safe="") if step[:1] == "{" else step for step in one.path.split("/"))
        query, body = sent.query, sent.body
        headers = {"content-type": "application/json"} | self._opens(one)
        if one.vendor == "gurobi" and "/v2" not in one.path:
            text = f"id={self._gurobi.access_id}&{query}" if one.method == "GET" else body.decode("latin-1")
            if one.method == "POST":
                text = f"id={self._gurobi.access_id}&" + text
            query, body = (text, body) if one.method == "GET" else (query, text.encode("latin-1"))
            headers |= self._gurobi.headers(one.method, text)
        headers |= {"content-length": str(len(body))} | sent.headers
        return self._ask(one.method, f"/{one.vendor}{path}" + (f"?{query}" if query else ""), headers, body)

    def _ask(
        self, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        try:
            self._connection.putrequest(method, target, skip_host="host" in headers, skip_accept_encoding=True)
            for name, value in headers.items():
                self._connection.putheader(name, value.encode("latin-1"))
            self._connection.endheaders(body)
            reply = self._connection.getresponse()
            return reply.status, reply.headers, reply.read()
        except BaseException:
            self._connection.close()
            raise

    def _opens(self, one: Operation) -> dict[str, str]:
        if one.vendor == "aimms":
            return {"apikey": self._sandbox.credentials.aimms_api_key}
        if one.vendor == "adiutaopt":
            return {"authorization": f"Bearer {self._token}"}
        if one.vendor == "cognito" and one.target:
            name = f"AWSCognitoIdentityProviderService.{one.target}"
            return {"x-amz-target": name, "content-type": "application/x-amz-json-1.1"}
        if one.vendor == "gurobi":
            return {"x-gurobi-access-id": ACCOUNT_KEY.access_id, "x-gurobi-secret-key": ACCOUNT_KEY.secret_key}
        return {}


def check_form(one: Operation, status: int, headers: http.client.HTTPMessage, body: bytes) -> None:
    """A reply is never a 5XX, and a refusal has the vendor's form."""
    assert status < 500, body
    if status < 400 or one.method == "HEAD":
        return
    if one.vendor == "gurobi" and "/v2" not in one.path:
        assert headers["content-type"] == "text/plain; charset=utf-8"
        assert body
        return
    said: dict[str, Any] = json.loads(body)
    wanted = {"aimms": {"errorId", "errorCode", "message"}, "cognito": {"__type", "message"}}
    if one.vendor == "cognito" and not one.target:
        wanted = {"cognito": {"message"}}
    assert wanted.get(one.vendor, {"message"}) <= set(said)
    assert isinstance(said["message"], str)
    assert len(body) < 5000 + 3 * 6000
    if status == 405 and one.vendor != "dex":
        assert headers["allow"] or one.path.startswith("/pro-api/v2/tasks")
