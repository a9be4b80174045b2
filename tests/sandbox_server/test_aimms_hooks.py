"""Task state hooks: who is called, with what, how often, and who is not."""

import base64
import hashlib
import hmac
import ipaddress
import queue
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.sandbox import AfterPolls, AfterSeconds, Sandbox
from optcloud_sandbox.aimms.hooks import target_of
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.settings import HookSettings, Settings
from patience import PATIENCE, eventually

CHANGES = ["assigned", "running", "solving", "completed"]


@dataclass
class Receiver:
    """Takes every call and answers `status`."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    calls: "queue.Queue[tuple[str, str]]" = field(default_factory=queue.Queue)

    def next(self) -> tuple[str, dict[str, str]]:
        method, target = self.calls.get(timeout=PATIENCE)
        parts = urlsplit(target)
        return f"{method} {parts.path}", {name: values[0] for name, values in parse_qs(parts.query).items()}

    def states(self, count: int) -> list[str]:
        return [self.next()[1]["task_state"] for _ in range(count)]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            receiver.calls.put((self.command, self.path))
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        do_PUT = do_GET = do_POST = _take  # noqa: N815 - names of http.server

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()


def create(aimms: httpx.Client, url: str, path: str = "Sandbox/echo", **request: Any) -> dict[str, Any]:
    reply = aimms.post(f"/tasks/{path}", headers={"taskStateHook": url}, **request)
    assert reply.status_code == 200, reply.text
    task: dict[str, Any] = reply.json()
    return task


def test_each_change_is_told_with_nobody_polling(aimms: httpx.Client, receiver: Receiver) -> None:
    task = create(aimms, receiver.url)
    calls = [receiver.next() for _ in CHANGES]
    assert [query["task_state"] for _, query in calls] == CHANGES
    for line, query in calls:
        assert line == "PUT /hook"
        assert set(query) == {"task_uuid", "task_state", "at"}
        assert query["task_uuid"] == task["id"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", query["at"])
    assert aimms.get(f"/tasks/{task['id']}").json()["state"] == "completed"


def test_a_failure_is_told(aimms: httpx.Client, receiver: Receiver) -> None:
    create(aimms, receiver.url, "Sandbox/solve", json={"riddle": 1})
    assert receiver.states(4) == [*CHANGES[:3], "failed"]


def test_the_key_becomes_an_hmac_and_the_rest_of_the_query_stays(aimms: httpx.Client, receiver: Receiver) -> None:
    task = create(aimms, f"{receiver.url}?a=1%262&key=fake%20secret&b=")
    _, query = receiver.next()
    assert set(query) == {"a", "task_uuid", "task_state", "at", "hmac"}  # b is empty: parse_qs leaves it out
    assert query["a"] == "1&2"
    assert query["hmac"] == hmac.new(b"fake secret", task["id"].encode(), hashlib.sha256).hexdigest()


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "key", "KEY", "k%65y", "keys", "", "%20"]), st.text("ab=%20+/", max_size=5)),
        max_size=6,
    )
)
def test_what_is_not_the_key_stays_as_it_was(pairs: list[tuple[str, str]]) -> None:
    target = target_of("http://127.0.0.1/x?" + "&".join(f"{name}={value}" for name, value in pairs))
    keys = [value for name, value in pairs if name in ("key", "k%65y")]
    assert target.query == "&".join(f"{name}={value}" for name, value in pairs if name not in ("key", "k%65y"))
    assert target.key == (unquote_plus(keys[0]) if keys else None)


@given(st.text(max_size=30))
def test_any_text_is_a_hook_on_this_machine_or_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"http://127.0.0.1/{text}"):
        try:
            target = target_of(url)
        except Refusal as refusal:
            assert refusal.status == 400
        else:
            assert ipaddress.ip_address(target.host).is_loopback
            assert target.path.startswith("/")
            assert (target.path + target.query).isprintable()


@pytest.mark.parametrize(("digest", "encoding"), [("sha1", "hex"), ("sha512", "base64")])
def test_digest_and_encoding_are_settings(
    sandbox: Sandbox, aimms: httpx.Client, receiver: Receiver, digest: Any, encoding: Any
) -> None:
    sandbox.settings = Settings(hooks=HookSettings(digest=digest, encoding=encoding, at="epoch"))
    task = create(aimms, f"{receiver.url}?key=fake")
    _, query = receiver.next()
    raw = hmac.new(b"fake", task["id"].encode(), digest).digest()
    assert query["hmac"] == (raw.hex() if encoding == "hex" else base64.b64encode(raw).decode())
    assert abs(int(query["at"]) - time.time()) < 60


def test_polls_move_it_and_lead_to_calls(sandbox: Sandbox, aimms: httpx.Client, receiver: Receiver) -> None:
    sandbox.pace = AfterPolls(4)
    task = create(aimms, receiver.url)
    for told in CHANGES:
        aimms.get(f"/tasks/{task['id']}")
        if told == "assigned":
            assert receiver.calls.empty()
            aimms.get(f"/tasks/{task['id']}")
        assert receiver.states(1) == [told]


def test_the_clock_moves_it_and_leads_to_calls(sandbox: Sandbox, aimms: httpx.Client, receiver: Receiver) -> None:
    sandbox.pace = AfterSeconds(40)
    create(aimms, receiver.url)
    for told in CHANGES:
        sandbox.turn(10)
        assert receiver.states(1) == [told]


def test_every_run_of_a_repeated_task_is_told(sandbox: Sandbox, aimms: httpx.Client, receiver: Receiver) -> None:
    task = create(aimms, receiver.url, "Sandbox/echo?scheduleInterval=PT1H")
    assert receiver.states(4) == CHANGES
    sandbox.turn(3601)
    assert receiver.states(4) == CHANGES
    assert aimms.get(f"/tasks/{task['id']}").json()["groupIndex"] == 2


def test_an_interrupt_is_told(sandbox: Sandbox, aimms: httpx.Client, receiver: Receiver) -> None:
    sandbox.pace = AfterSeconds(100)
    task = create(aimms, receiver.url)
    sandbox.turn(60)
    assert receiver.states(2) == ["assigned", "running"]
    aimms.put(f"/tasks/{task['id']}", json={"setstatus": "interrupt-execution"})
    assert receiver.states(1) == ["failed"]


def test_a_deleted_task_tells_nothing_more(sandbox: Sandbox, aimms: httpx.Client, receiver: Receiver) -> None:
    sandbox.pace = AfterSeconds(100)
    first, second = create(aimms, receiver.url), create(aimms, receiver.url)
    aimms.delete(f"/tasks/{first['id']}")
    sandbox.turn(200)
    told = [receiver.next()[1]["task_uuid"] for _ in CHANGES]
    assert told == [second["id"]] * 4
    assert receiver.calls.empty()


@pytest.mark.parametrize("status", [500, 302])
def test_no_retry_and_no_redirect(sandbox: Sandbox, aimms: httpx.Client, receiver: Receiver, status: int) -> None:
    receiver.status, receiver.headers = status, {"location": "/elsewhere"}
    create(aimms, receiver.url)
    assert [receiver.next()[0] for _ in CHANGES] == ["PUT /hook"] * 4
    eventually(lambda: len(sandbox.hook_calls()) == 4)
    assert [(call.state, call.status, call.failure) for call in sandbox.hook_calls()] == [
        (state, status, None) for state in CHANGES
    ]
    assert receiver.calls.empty()


def test_a_receiver_that_does_not_answer_is_given_up_and_nobody_waits(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.settings = Settings(hooks=HookSettings(timeout=0.05))
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        task = create(aimms, f"http://127.0.0.1:{deaf.getsockname()[1]}/?key=fake-secret")
        assert aimms.get(f"/tasks/{task['id']}").json()["state"] == "completed"
        eventually(lambda: len(sandbox.hook_calls()) == 4)
    assert {call.failure for call in sandbox.hook_calls()} == {"no reply in 0.05 s"}
    assert "fake-secret" not in repr(sandbox.hook_calls()) + repr(sandbox.journal())


def test_a_receiver_that_is_not_there_or_speaks_no_http(sandbox: Sandbox, aimms: httpx.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        create(aimms, f"http://localhost:{port}/")
        connection, _ = listener.accept()
        connection.sendall(b"220 mail here\r\n")
        connection.close()
    eventually(lambda: len(sandbox.hook_calls()) == 4)
    failures = [call.failure for call in sandbox.hook_calls()]
    assert failures[0] == "ValueError"
    assert failures[-1] == "ConnectionRefusedError"


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/hook",
        "http://example.invalid/hook",
        "http://localhost.example.invalid/",
        "https://127.0.0.1/hook",
        "http://user@127.0.0.1/",
        "http://127.0.0.1:port/",
        "http://127.0.0.1/a b",
        "/hook",
        "",
    ],
)
def test_nobody_but_this_machine_is_called(sandbox: Sandbox, aimms: httpx.Client, url: str) -> None:
    reply = aimms.post("/tasks/Sandbox/echo", headers={"taskStateHook": url})
    assert reply.status_code == 400
    assert "taskStateHook" in reply.json()["message"]
    assert aimms.get("/tasks").json()["total_tasks"] == 0


def test_a_reset_ends_the_calls(sandbox: Sandbox, aimms: httpx.Client, receiver: Receiver) -> None:
    sandbox.pace = AfterSeconds(10)
    create(aimms, receiver.url)
    sandbox.reset()
    sandbox.turn(100)
    sandbox.pace = AfterSeconds(0.001)
    other = create(aimms, receiver.url)
    assert {receiver.next()[1]["task_uuid"] for _ in CHANGES} == {other["id"]}
    assert receiver.calls.empty()


def test_a_reset_breaks_off_the_call_under_way(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.settings = Settings(hooks=HookSettings(timeout=60))
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        create(aimms, f"http://127.0.0.1:{deaf.getsockname()[1]}/")
        connection, _ = deaf.accept()
        with connection:
            connection.settimeout(10)
            assert connection.recv(1000).startswith(b"PUT /?task_uuid=")
            sandbox.reset()
            assert connection.recv(1000) == b""
    assert sandbox.hook_calls() == []


def test_the_control_plane_shows_the_calls(
    sandbox: Sandbox, aimms: httpx.Client, http: httpx.Client, receiver: Receiver
) -> None:
    task = create(aimms, receiver.url)
    receiver.states(4)
    eventually(lambda: len(sandbox.hook_calls()) == 4)
    calls = http.get(f"{sandbox.urls.control}/aimms/hook-calls").json()
    assert [(call["task"], call["state"], call["status"]) for call in calls] == [
        (task["id"], state, 200) for state in CHANGES
    ]


def test_a_stop_in_the_midst_of_calls_leaves_nothing_behind() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf, Sandbox(pace=AfterSeconds(1000)) as sandbox:
        headers = {
            "apikey": sandbox.credentials.aimms_api_key,
            "taskStateHook": f"http://127.0.0.1:{deaf.getsockname()[1]}/",
        }
        httpx.post(f"{sandbox.urls.aimms}/tasks/Sandbox/echo", headers=headers).raise_for_status()
        sandbox.turn(600)
        deaf.accept()[0].close()
