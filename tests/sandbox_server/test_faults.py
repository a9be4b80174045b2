"""Scripted faults, seen on sockets: what the client sees, and whether the request took effect."""

import errno
import json
import socket
import threading
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.sandbox import Fault, Sandbox
from optcloud_sandbox.codings import BrokenCodingError, decoded
from optcloud_sandbox.connections import Connections
from optcloud_sandbox.faults import wrong_type
from patience import PATIENCE, eventually
from sandbox_server.raw_clients import Exchange, GurobiClient

# A reset that strikes while the body is being sent shows as an end of the connection when the reply is read.
BROKEN = (httpx.ReadError, httpx.RemoteProtocolError)


def launches(sandbox: Sandbox) -> list[str | None]:
    return [entry.fault for entry in sandbox.journal() if entry.path.endswith("/launch")]


def test_drop_before_resets_the_connection_and_nothing_happens(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.faults.add(Fault("drop-before", path="/launch$"))
    with pytest.raises(BROKEN):
        gurobi.launch()
    assert gurobi.get("machines").json() == []
    assert launches(sandbox) == ["drop-before"]


def test_drop_after_carries_the_request_out_and_loses_the_reply(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.faults.add(Fault("drop-after", vendor="gurobi", path="/launch$"))
    with pytest.raises(BROKEN):
        gurobi.launch("numMachines=2")
    assert len(gurobi.get("machines").json()) == 2
    entry = next(entry for entry in sandbox.journal() if entry.fault)
    assert (entry.fault, entry.status, entry.response_size) == ("drop-after", None, 0)


@pytest.mark.parametrize("kind", ["drop-before", "drop-after"])
def test_a_drop_is_a_reset_and_not_an_orderly_end(sandbox: Sandbox, raw: Exchange, kind: str) -> None:
    sandbox.faults.add(Fault(kind))  # type: ignore[arg-type]  # one of the two
    with pytest.raises(ConnectionResetError) as caught:
        raw(b"POST /aimms/pro-api/v2/tasks/a/b HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc")
    assert caught.value.errno == errno.ECONNRESET


def test_cut_announces_the_whole_and_sends_half(sandbox: Sandbox, raw: Exchange) -> None:
    sandbox.faults.add(Fault("cut", path="licenses"))
    received = raw(b"GET /gurobi/api/licenses HTTP/1.1\r\nhost: x\r\n\r\n")
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"content-length: 33" in head
    assert body == b"Missing X-Gurobi"


def test_status_with_retry_after_replaces_the_reply_and_nothing_happens(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.faults.add(Fault("status", status=429, retry_after=7))
    reply = gurobi.launch()
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "7")
    assert gurobi.get("machines").json() == []


def test_a_gateway_that_gives_up_hides_what_took_effect(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.faults.add(Fault("status", status=504, carried_out=True))
    assert gurobi.launch().status_code == 504
    assert len(gurobi.get("machines").json()) == 1


@pytest.mark.parametrize("status", [200, 502])
def test_html_stands_where_json_should(sandbox: Sandbox, aimms: httpx.Client, status: int) -> None:
    sandbox.faults.add(Fault("html", status=status))
    reply = aimms.get("/version")
    assert (reply.status_code, reply.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert reply.text.startswith("<!DOCTYPE html>")


def test_content_type_alone_is_wrong(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.faults.add(Fault("content-type", content_type="text/plain"))
    reply = aimms.get("/version")
    assert reply.headers.get_list("content-type") == ["text/plain"]
    assert "version" in reply.json()


@pytest.mark.parametrize(
    ("path", "options", "expected"),
    [
        ("/version", {}, ["of another type"]),
        ("/version", {"inside": True}, {"version": {"of": "another type"}}),
        ("/health-check", {}, {"of": "another type"}),
        ("/version", {"body": '"a word"'}, "a word"),
    ],
)
def test_wrong_type_is_a_200_with_another_shape(
    sandbox: Sandbox, aimms: httpx.Client, path: str, options: dict[str, Any], expected: object
) -> None:
    sandbox.faults.add(Fault("wrong-type", **options))
    reply = aimms.get(path)
    assert (reply.status_code, reply.headers["content-type"], reply.json()) == (200, "application/json", expected)
    assert aimms.get("/version").json().keys() == {"version"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_wrong_type_is_always_another_type(data: object) -> None:
    text = json.dumps(data).encode()
    assert type(json.loads(wrong_type(text))) is not type(data)
    spoilt = json.loads(wrong_type(text, inside=True))
    if isinstance(data, dict):
        assert spoilt.keys() == data.keys()
        assert all(type(spoilt[name]) is not type(value) for name, value in data.items())
    elif isinstance(data, list):
        assert all(type(one) is not type(other) for one, other in zip(spoilt, data, strict=True))
    else:
        assert type(spoilt) is not type(data)


def test_wrong_type_is_carried_out_and_spoils_lists_too(sandbox: Sandbox, gurobi: GurobiClient) -> None:
    sandbox.faults.add(Fault("wrong-type"), Fault("wrong-type", inside=True))
    assert gurobi.launch().json() == {"of": "another type"}
    assert gurobi.get("machines").json() == [["of another type"]]
    assert len(gurobi.get("machines").json()) == 1


def test_slow_waits_until_released_while_others_are_served(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.faults.add(Fault("slow", path="/version$"))
    replies: list[int] = []
    waiting = threading.Thread(target=lambda: replies.append(aimms.get("/version").status_code))
    waiting.start()
    eventually(lambda: len(sandbox.journal()) == 1)
    assert httpx.get(f"{sandbox.urls.aimms}/health-check").status_code == 401
    assert waiting.is_alive()
    assert replies == []
    sandbox.faults.release()
    waiting.join(PATIENCE)
    assert replies == [200]


def test_a_stop_lets_slow_replies_go() -> None:
    replies: list[int] = []
    with Sandbox() as sandbox:
        sandbox.faults.add(Fault("slow"))
        url, headers = f"{sandbox.urls.aimms}/version", {"apikey": sandbox.credentials.aimms_api_key}
        waiting = threading.Thread(target=lambda: replies.append(httpx.get(url, headers=headers).status_code))
        waiting.start()
        eventually(lambda: len(sandbox.journal()) == 1)
    waiting.join(PATIENCE)
    assert replies == [200]


def test_slow_by_seconds_makes_a_short_time_out_strike(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.faults.add(Fault("slow", seconds=0.2))
    with pytest.raises(httpx.ReadTimeout):
        aimms.get("/version", timeout=0.05)


def test_times_skip_and_matching(sandbox: Sandbox, aimms: httpx.Client, gurobi: GurobiClient) -> None:
    sandbox.faults.add(Fault("status", vendor="aimms", method="get", path="^/aimms/.*/version$", times=2, skip=1))
    statuses = [aimms.get("/version").status_code for _ in range(4)]
    assert statuses == [200, 503, 503, 200]
    assert gurobi.get("licenses").status_code == 200


def test_every_time_until_cleared(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.faults.add(Fault("status", status=500, times=None))
    assert [aimms.get("/version").status_code for _ in range(3)] == [500] * 3
    sandbox.faults.clear()
    assert aimms.get("/version").status_code == 200


def test_the_control_plane_is_never_hit(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("drop-before", times=None))
    assert httpx.get(f"{sandbox.urls.control}/journal").status_code == 200


def test_a_client_that_leaves_in_mid_request_has_no_effect(sandbox: Sandbox) -> None:
    parts = urlsplit(sandbox.urls.root)
    key = sandbox.credentials.aimms_api_key.encode()
    with socket.create_connection((str(parts.hostname), parts.port or 0), timeout=10) as connection:
        connection.sendall(
            b"POST /aimms/pro-api/v2/tasks/Sandbox/echo HTTP/1.1\r\nhost: x\r\napikey: "
            + key
            + b"\r\ncontent-length: 1000\r\n\r\nonly the beginning"
        )
        eventually(lambda: len(sandbox.journal()) == 1)
    eventually(lambda: sandbox.journal()[0].fault == "client-gone")
    tasks = httpx.get(f"{sandbox.urls.aimms}/tasks", headers={"apikey": key.decode()}).json()
    assert tasks["total_tasks"] == 0


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "explode"}, "kind must be one of"),
        ({"kind": "cut", "vendor": "ibm"}, "vendor must be one of"),
        ({"kind": "cut", "times": 0}, "times must be 1 or more"),
        ({"kind": "status", "status": 99}, "status must lie between"),
        ({"kind": "cut", "tims": 1}, "no field tims"),
        ({"times": 1}, "needs 'kind'"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Fault.from_dict(fields)


def test_a_connection_that_the_client_has_left_cannot_be_broken_again() -> None:
    connections = Connections()
    connections.reset(("127.0.0.1", 9))
    connections.close(("127.0.0.1", 9))


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "gzip, br"])
def test_cut_coded_is_a_whole_framing_around_half_a_stream(
    sandbox: Sandbox, aimms: httpx.Client, http: httpx.Client, coding: str
) -> None:
    """A client that does not ask its decoder for the end takes the beginning for everything."""
    url, headers = f"{sandbox.urls.aimms}/version", {"apikey": sandbox.credentials.aimms_api_key}
    sandbox.faults.add(Fault("cut-coded", path="/version$", coding=coding))
    with http.stream("GET", url, headers=headers) as reply:
        body = b"".join(reply.iter_raw())
    assert (reply.status_code, reply.headers["content-encoding"]) == (200, coding)
    assert int(reply.headers["content-length"]) == len(body)
    with pytest.raises(BrokenCodingError):
        decoded(body, coding.rsplit(", ", maxsplit=1)[-1], 10_000)


@pytest.mark.parametrize(("coding", "most"), [("gzip", 100_000), ("br", 1000), ("gzip, gzip", 5000)])
def test_a_bomb_is_the_reply_behind_white_space(sandbox: Sandbox, http: httpx.Client, coding: str, most: int) -> None:
    """A few bytes become as many as were ordered, and JSON all the same."""
    url, headers = f"{sandbox.urls.aimms}/version", {"apikey": sandbox.credentials.aimms_api_key}
    sandbox.faults.add(Fault("bomb", path="/version$", coding=coding, size=10_000_000))
    with http.stream("GET", url, headers=headers) as reply:
        body = b"".join(reply.iter_raw())
    assert (reply.headers["content-encoding"], len(body) < most) == (coding, True)
    for one in reversed(coding.split(", ")):
        body = decoded(body, one, 20_000_000)
    assert len(body) > 10_000_000
    assert json.loads(body).keys() == {"version"}


@pytest.mark.parametrize("fault", [Fault("endless"), Fault("drip", seconds=0)])
def test_a_reply_goes_on_until_the_client_leaves(sandbox: Sandbox, http: httpx.Client, fault: Fault) -> None:
    """The reply comes whole, then white space without end; who hangs up ends it, and others are served meanwhile."""
    url, headers = f"{sandbox.urls.aimms}/version", {"apikey": sandbox.credentials.aimms_api_key}
    sandbox.faults.add(fault)
    with http.stream("GET", url, headers=headers) as reply:
        received = b""
        for piece in reply.iter_raw():
            received += piece
            if len(received) > 300:
                break
        assert httpx.get(url, headers=headers, trust_env=False).status_code == 200
    assert "content-length" not in reply.headers
    assert received.startswith(b'{"version"')
    assert received.rstrip(b" ").endswith(b"}")


@pytest.mark.parametrize("kind", ["endless", "drip"])
def test_a_release_ends_what_goes_on(sandbox: Sandbox, http: httpx.Client, kind: Any) -> None:
    """After `release()` the reply is whole, however long it was kept open."""
    sandbox.faults.add(Fault(kind))
    url, headers = f"{sandbox.urls.aimms}/version", {"apikey": sandbox.credentials.aimms_api_key}
    with http.stream("GET", url, headers=headers) as reply:
        pieces = reply.iter_raw()
        received = next(pieces)
        sandbox.faults.release()
        received += b"".join(pieces)
    assert received.startswith(b"{")


@pytest.mark.parametrize("carried_out", [False, True])
def test_silent_accepts_and_never_answers(sandbox: Sandbox, gurobi: GurobiClient, carried_out: bool) -> None:
    """The request is taken, perhaps even carried out, and nothing comes back; a release ends the connection."""
    sandbox.faults.add(Fault("silent", path="/launch$", carried_out=carried_out))
    errors: list[Exception] = []

    def launch() -> None:
        try:
            gurobi.launch()
        except httpx.TransportError as error:
            errors.append(error)

    waiting = threading.Thread(target=launch)
    waiting.start()
    eventually(lambda: launches(sandbox) == ["silent"] and sandbox.journal()[0].request_size > 0)
    eventually(lambda: len(sandbox.gurobi.machines()) == carried_out)
    assert waiting.is_alive()
    sandbox.faults.release()
    waiting.join(PATIENCE)
    assert [type(error) for error in errors] == [httpx.RemoteProtocolError]
    assert sandbox.journal()[0].status is None


def test_silent_ends_with_the_client_that_waits(sandbox: Sandbox, aimms: httpx.Client) -> None:
    """A client that gives up leaves nothing behind: no release is needed."""
    sandbox.faults.add(Fault("silent"))
    with pytest.raises(httpx.ReadTimeout):
        aimms.get("/version", timeout=0.05)
    eventually(lambda: not sandbox._world.releases._waiting)
    assert aimms.get("/version").status_code == 200


@pytest.mark.parametrize("status", [200, 202, 302, 400, 401, 403, 404, 409, 413, 429, 500, 502, 504])
def test_an_intermediary_answers_after_the_vendor_acted(sandbox: Sandbox, gurobi: GurobiClient, status: int) -> None:
    """A page with any status may stand for a request that took effect."""
    sandbox.faults.add(Fault("html", status=status, carried_out=True))
    reply = gurobi.launch()
    assert (reply.status_code, reply.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert len(sandbox.gurobi.alive()) == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "bomb", "coding": "zstd"}, "coding must be of gzip, deflate, br"),
        ({"kind": "bomb", "size": -1}, "size must lie between"),
        ({"kind": "bomb", "size": 10**400}, "size"),
        ({"kind": "slow", "seconds": -1}, "seconds must lie between"),
        ({"kind": "slow", "seconds": "1"}, "seconds"),
        ({"kind": "cut", "times": True}, "times"),
        ({"kind": "cut", "path": "("}, "no regular expression"),
        ({"kind": "cut", "path": ["x"]}, "path"),
        ({"kind": ["cut"]}, "kind"),
        ({"kind": "content-type", "content_type": "text/\nhtml"}, "printable ASCII"),
        ({"kind": "status", "retry_after": "\r\nx: y"}, "printable ASCII"),
    ],
)
def test_a_fault_of_wrong_types_is_refused(fields: dict[str, Any], message: str) -> None:
    """What the control plane is given is checked before any vendor meets it."""
    with pytest.raises(ValueError, match=message):
        Fault.from_dict(fields)
