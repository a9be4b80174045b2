"""How paths find their operations: by the path as it was sent, with all methods told, in every form of a target."""

import contextlib
import re
import socket
import threading
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optcloud.sandbox import Sandbox
from optcloud_sandbox.messages import SPARE
from optcloud_sandbox.routing import sent_path
from optcloud_sandbox.settings import Limits, Settings
from patience import PATIENCE
from sandbox_server.hostile import Attacker, Operation, Sent, operations
from sandbox_server.raw_clients import Exchange

OPERATIONS = operations()


@pytest.fixture
def attacker(sandbox: Sandbox) -> Any:
    attacker = Attacker(sandbox)
    yield attacker
    attacker.close()


def paths() -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for one in OPERATIONS:
        found.setdefault((one.vendor, one.path), set()).add(one.method)
    return found


def test_a_405_names_every_method_of_the_path(attacker: Attacker) -> None:
    """A method that a path does not have is a 405 with the header Allow, whatever the vendor (RFC 9110, 15.5.6)."""
    for (vendor, path), methods in paths().items():
        if vendor == "gurobi" and "/v2" not in path:
            continue  # v1 refuses with a 400 and the page's words
        status, headers, _ = attacker.send(Sent(Operation(vendor, "TRACE", path), ("x",)))
        assert (status, vendor, path) == (405, vendor, path)
        allowed = set(headers["allow"].split(", "))
        assert methods <= allowed, path


def test_allow_has_what_overlapping_templates_have(attacker: Attacker) -> None:
    """A path that two templates fit has the methods of both."""
    _, headers, _ = attacker.send(Sent(Operation("aimms", "PATCH", "/pro-api/v2/tasks/stats")))
    assert headers["allow"] == "DELETE, GET, HEAD, PUT"


NAMES = st.text(min_size=1, max_size=12).filter(lambda name: name not in (".", "..") and name.isprintable())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES | st.sampled_from(["a/b", "/", "%2F", "a%2Fb", "%", "a b", "+", "é/ü", "?", "#", ";x=1", ":@"]))
def test_names_with_any_sign_are_names(sandbox: Sandbox, aimms: httpx.Client, name: str) -> None:
    """An app of any name runs, is listed and found; a slash inside it arrives as %2F and stays inside."""
    sandbox.register(name, "upper", lambda data, _: data.upper())
    task = aimms.post(f"/tasks/{quote(name, safe='')}/1.0/upper", content=b"x")
    assert (task.status_code, task.json()["appName"]) == (200, name)
    assert aimms.get(f"/tasks/{task.json()['id']}/response").content == b"X"
    entry = aimms.get(f"/applications/{quote(name, safe='')}/1.0").json()
    assert entry["project"]["name"] == name


@given(st.lists(st.text(max_size=5), max_size=5))
def test_a_path_has_the_segments_that_were_sent(names: list[str]) -> None:
    """Reading a path keeps its segments, one by one, whichever signs were escaped."""
    sent = "/" + "/".join(quote(name, safe="") for name in names)
    again = sent_path(sent.encode())
    assert len(again.split("/")) == len(sent.split("/"))
    assert sent_path(again.encode()) == again


@pytest.mark.parametrize("target", ["http://elsewhere.invalid{}", "HTTP://127.0.0.1:1{}", "{}"])
def test_a_target_may_be_a_whole_address(raw: Exchange, target: str) -> None:
    """Proxies send the absolute form, which every server has to take (RFC 9112, 3.2.2)."""
    line = target.format("/sandbox/clock")
    received = raw(f"GET {line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
    assert received.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "line", ["OPTIONS *", "GET *", "CONNECT 127.0.0.1:80", "GET http://x", "GET ?", "GET //", "GET %"]
)
def test_a_target_that_is_no_path_is_nowhere(raw: Exchange, line: str) -> None:
    """What no vendor's path begins with is a 404."""
    received = raw(f"{line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
    assert received.startswith(b"HTTP/1.1 404")


@pytest.mark.parametrize("host", ["a:b", "[::1", "127.0.0.1:99999", "a b", "a/b", "a@b", ""])
def test_a_host_that_is_none_is_refused(raw: Exchange, host: str) -> None:
    """Addresses in replies are made from it; one that cannot be is a 400 (RFC 9112, 3.2)."""
    received = raw(f"GET /dex/api/v2/tasks HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n".encode())
    assert received.startswith(b"HTTP/1.1 400")
    assert b'"message":"the header Host is no name' in received


def stream(sandbox: Sandbox, head: str, piece: bytes) -> tuple[bytes, int]:
    """Send a body without end until the server has had enough: what it said, and how many bytes were sent."""
    parts = urlsplit(sandbox.urls.root)
    sent = [0]

    def pour() -> None:
        with contextlib.suppress(OSError):  # the server hangs up
            while True:
                connection.sendall(piece)
                sent[0] += len(piece)

    with socket.create_connection((str(parts.hostname), parts.port or 0), timeout=PATIENCE) as connection:
        connection.sendall(head.encode())
        pouring = threading.Thread(target=pour)
        pouring.start()
        received = connection.recv(65536)
        pouring.join()
    return received, sent[0]


@pytest.mark.parametrize(
    "target", ["aimms/pro-api/v2/tasks/Sandbox/echo", "cognito/", "gurobi/api/launch", "sandbox/clock"]
)
def test_a_body_without_end_is_refused_in_its_midst(sandbox: Sandbox, target: str) -> None:
    """Whoever streams beyond the limit is read for a while, told 413, and left."""
    sandbox.settings = Settings(limits=Limits(aimms_task=1000, aimms_upload=1000))
    head = f"POST /{target} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    piece = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    received, sent = stream(sandbox, head, piece)
    assert re.match(rb"HTTP/1.1 413 .*\r\nconnection: close\r\n", received, re.DOTALL)
    assert SPARE < sent < 100 * SPARE


def test_a_body_that_announces_too_much_is_not_read(sandbox: Sandbox, raw: Exchange) -> None:
    """A length that is far beyond the limit is answered at once."""
    head = b"POST /adiutaopt/shift-description HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n"
    assert raw(head).startswith(b"HTTP/1.1 413")


def test_who_asks_before_sending_too_much_is_told_no(raw: Exchange) -> None:
    """A client that expects 100 Continue hears 413 in its place (RFC 9110, 10.1.1)."""
    head = (
        b"POST /dex/api/v2/tasks/echo HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 128000001\r\n\r\n"
    )
    assert raw(head).startswith(b"HTTP/1.1 413")


def test_a_coded_body_is_not_taken_for_a_plain_one(aimms: httpx.Client) -> None:
    """No page of any vendor has content-encoding in requests: 415, with what is taken (RFC 9110, 15.5.16)."""
    reply = aimms.post("/tasks/Sandbox/echo", content=b"x", headers={"content-encoding": "gzip"})
    assert (reply.status_code, reply.headers["accept-encoding"]) == (415, "identity")
