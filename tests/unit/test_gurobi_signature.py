"""The v1 signature, against the vendor's vector and an independent reading of the bytes that go out."""

import base64
import re
import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from hypothesis import given, settings
from hypothesis import strategies as st

from optcloud.core.clock import SystemClock
from optcloud.core.errors import BadRequest
from optcloud.core.flow import Instant
from optcloud.core.secret import Secret
from optcloud.core.settings import GurobiSettings
from optcloud.gurobi.connection import policy
from optcloud.gurobi.signature import date_header, encode_parameters, sign, string_to_sign
from optcloud.transport.blocking import Transport
from optcloud.transport.httpx_mapping import DriverConfig
from unit.script import EPOCH, RETRY, Script, json_reply

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TRICKY = st.text(st.sampled_from("&=+% /\n\r\t\0~'\"#?;ü€\u202e\U0001f600a"), max_size=20)
NAMES = (
    "id",
    "numMachines",
    "licenseType",
    "licenseId",
    "userPassword",
    "region",
    "idleShutdown",
    "machineType",
    "GRBVersion",
    "machineIds",
)
PARAMETERS = st.lists(st.tuples(st.sampled_from(NAMES), TEXT | TRICKY), min_size=1, unique_by=lambda pair: pair[0])
SECRET = "not/a+real key"


class Wire(socketserver.ThreadingTCPServer):
    """Keeps the bytes of each request as they came over a socket, and answers with an empty list."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Recording)
        self.received: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/api"


class _Recording(socketserver.StreamRequestHandler):
    server: Wire

    def handle(self) -> None:
        while head := self._head():
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            body = self.rfile.read(int(length[1])) if length else b""
            self.server.received.append(head + body)
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]")

    def _head(self) -> bytes:
        lines = bytearray()
        while line := self.rfile.readline():
            lines += line
            if line == b"\r\n":
                return bytes(lines)
        return b""


def verify(request: bytes) -> bool:
    """Verify the bytes of a request as a server must, knowing the vendor's page alone and none of our code."""
    verb, parameters, date, signature = signed_parts(request)
    other = HMAC(SECRET.encode(), hashes.SHA1())
    other.update(b"&".join([verb, parameters, date]))
    return base64.b64encode(other.finalize()) == signature


def signed_parts(request: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Take verb, parameters, date and signature out of the bytes of a request."""
    head, _, body = request.partition(b"\r\n\r\n")
    line, *headers = head.split(b"\r\n")
    verb, target, _version = line.split(b" ")
    fields = {name.lower(): value.strip() for name, _, value in (header.partition(b":") for header in headers)}
    parameters = body or target.partition(b"?")[2]
    return verb, parameters, fields[b"x-gurobi-date"], fields[b"x-gurobi-signature"]


class Stopped(SystemClock):
    """A clock that stands, so that an example gives the same bytes each time."""

    def now(self) -> Instant:
        return Instant(0, EPOCH)


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with Wire() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def client(wire: Wire) -> Iterator[httpx.Client]:
    way = policy(GurobiSettings(url=wire.url, access_id="id", secret_key=SECRET), RETRY)
    with httpx.Client(base_url=wire.url, transport=Transport(way, DriverConfig(clock=Stopped()))) as client:
        yield client


def send(client: httpx.Client, wire: Wire, parameters: list[tuple[str, str]], *, form: bool) -> bytes:
    """Send as the flows do, and return the bytes that arrived."""
    encoded = encode_parameters(parameters)
    if form:
        client.post("/launch", content=encoded.encode())
    else:
        client.get(f"/machines?{encoded}")
    return wire.received.pop()


def test_the_vendors_vector() -> None:
    assert sign("The quick brown fox jumps over the lazy dog", Secret("key")) == "3nybhbi3iqa8ino29wqQcBydtNk="


@given(TEXT, TEXT.filter(bool))
def test_it_is_hmac_sha1(text: str, key: str) -> None:
    other = HMAC(key.encode(), hashes.SHA1())
    other.update(text.encode())
    assert base64.b64decode(sign(text, Secret(key))) == other.finalize()


@given(st.lists(st.tuples(st.sampled_from(["id", "machineIds", "userPassword"]), TEXT), min_size=1))
def test_parameters_are_encoded_without_loss_and_in_order(parameters: list[tuple[str, str]]) -> None:
    encoded = encode_parameters(parameters)
    assert parse_qsl(encoded, keep_blank_values=True) == parameters
    assert encoded.isascii() and "+" not in encoded and " " not in encoded


def test_the_encoding_of_the_vendors_samples() -> None:
    assert encode_parameters([("licenseType", "light compute server"), ("machineIds", '["a","b"]')]) == (
        "licenseType=light%20compute%20server&machineIds=%5B%22a%22%2C%22b%22%5D"
    )
    assert encode_parameters([("x", "a/b~ü")]) == "x=a/b~%C3%BC"


def test_the_string_to_sign() -> None:
    assert string_to_sign("POST", "id=a&n=1", "D") == "POST&id=a&n=1&D"
    assert string_to_sign("GET", "", "D") == "GET&D"


def test_the_date_has_neither_fraction_nor_offset() -> None:
    assert date_header(1_318_057_629.999) == "2011-10-08T07:07:09Z"
    assert date_header(EPOCH) == "2026-11-07T09:05:01Z"


@given(st.floats(0, 250_000_000_000))
def test_the_date_is_the_second_of_the_clock_in_utc(wall: float) -> None:
    date = date_header(wall)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", date)
    assert datetime.strptime(date, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp() == pytest.approx(wall, abs=1)


def signed(*requests: Any) -> Script:
    settings = GurobiSettings(access_id="id", secret_key=SECRET)
    return Script(requests, policy=policy(settings, RETRY))


def raw(request: Any) -> bytes:
    """Write a request as its bytes are."""
    lines = [f"{request.method} ".encode() + request.url.raw_path + b" HTTP/1.1"]
    lines += [name + b": " + value for name, value in request.headers.raw]
    return b"\r\n".join([*lines, b"", request.content])


# ---------------------------------------------------------------- over a socket


@settings(deadline=None)
@given(PARAMETERS, st.booleans())
def test_what_goes_over_the_wire_verifies_and_decodes(
    client: httpx.Client, wire: Wire, parameters: list[tuple[str, str]], form: bool
) -> None:
    request = send(client, wire, parameters, form=form)
    assert verify(request)
    verb, received, date, _signature = signed_parts(request)
    assert verb == (b"POST" if form else b"GET")
    assert parse_qsl(received.decode("ascii"), keep_blank_values=True, strict_parsing=True) == parameters
    assert re.fullmatch(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", date)


@settings(deadline=None, max_examples=50)
@given(PARAMETERS, st.booleans(), st.data())
def test_one_changed_byte_is_refused(
    client: httpx.Client, wire: Wire, parameters: list[tuple[str, str]], form: bool, data: st.DataObject
) -> None:
    request = send(client, wire, parameters, form=form)
    part = data.draw(st.sampled_from(signed_parts(request)))
    start = request.rindex(part) if part == signed_parts(request)[1] and form else request.index(part)
    at = start + data.draw(st.integers(0, len(part) - 1))
    other = data.draw(st.integers(33, 126).filter(lambda byte: byte != request[at]))
    changed = request[:at] + bytes([other]) + request[at + 1 :]
    assert verify(request)
    assert not verify(changed)


@settings(deadline=None, max_examples=30)
@given(PARAMETERS.filter(lambda pairs: len(pairs) > 1), st.data())
def test_another_order_is_refused(
    client: httpx.Client, wire: Wire, parameters: list[tuple[str, str]], data: st.DataObject
) -> None:
    request = send(client, wire, parameters, form=True)
    head, _, body = request.rpartition(b"\r\n\r\n")
    pairs = body.split(b"&")
    other = data.draw(st.permutations(pairs).filter(lambda order: order != pairs))
    assert not verify(head + b"\r\n\r\n" + b"&".join(other))


# ---------------------------------------------------------------- what cannot be sent


@given(TEXT, st.characters(categories=["Cs"]), TEXT, st.sampled_from(NAMES))
def test_half_a_surrogate_pair_is_refused_by_name(before: str, half: str, after: str, name: str) -> None:
    with pytest.raises(BadRequest, match=f"^Gurobi Instant Cloud: {name}: sign {len(before) + 1} of ") as caught:
        encode_parameters([("other", "x"), (name, before + half + after)])
    assert caught.value.status is None
    assert caught.value.__cause__ is caught.value.__context__ is None, "the first error would show the value"


def test_what_cannot_be_sent_is_not_shown() -> None:
    with pytest.raises(BadRequest, match="userPassword") as caught:
        encode_parameters([("userPassword", "hush\udc80hush")])
    assert "hush" not in str(caught.value) + repr(caught.value)


# ---------------------------------------------------------------- along the road


def test_parameters_that_httpx_encoded_are_signed_as_sent() -> None:
    cloud = signed(json_reply([]))
    assert cloud.policy is not None
    cloud.run(cloud.policy.exchange(cloud.request("GET", "/machines", params={"id": "a b/ü&=+"})))  # type: ignore[arg-type]
    assert verify(raw(cloud.sent[0]))


def test_each_attempt_is_signed_with_its_own_date() -> None:
    cloud = signed(json_reply({}, 503), json_reply({}, 503), json_reply([]))
    assert cloud.policy is not None
    cloud.run(cloud.policy.exchange(cloud.request("GET", "/machines?id=a")))  # type: ignore[arg-type]
    dates = [request.headers["x-gurobi-date"] for request in cloud.sent]
    assert dates == ["2026-11-07T09:05:01Z", "2026-11-07T09:05:01Z", "2026-11-07T09:05:02Z"]
    assert all(verify(raw(request)) for request in cloud.sent)
