"""What is believed of a call to a hook, and what a receiver answers and wakes."""

import asyncio
import base64
import gc
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.aimms.tasks.hook_receiver import HookReceiver
from optcloud.aimms.tasks.hooks import HookError, HookKey, StateChange, check_hook, read_at, read_hook
from optcloud.core.errors import BadRequest, ConfigError
from optcloud.core.secret import Secret
from optcloud.core.states import State
from unit.script import EPOCH, json_reply
from unit.submitting import submit
from unit.test_aimms_tasks import script

KEY = "not-a-real-hook-key"
AT = "2026-11-07T09:05:01Z"  # EPOCH


def query(task: str = "6f1c", state: str = "completed", at: str = AT, key: str = KEY, **more: str) -> str:
    mac = hmac.new(key.encode(), task.encode(), "sha256").hexdigest()
    return urlencode({"task_uuid": task, "task_state": state, "at": at, "hmac": mac} | more)


def read(text: str, key: HookKey | None = None, now: float = EPOCH) -> StateChange:
    return read_hook(text, key or HookKey(KEY), now=now)


# ---------------------------------------------------------------- reading


@given(st.text(min_size=1), st.text(min_size=1), st.text(min_size=1).filter(str.strip))
def test_a_signed_call_is_read_whatever_the_names(task: str, state: str, key: str) -> None:
    try:
        text = query(task, state, key=key)
    except UnicodeEncodeError:  # surrogates are no text
        return
    assert read(text, HookKey(key)) == StateChange(task, state, datetime.fromtimestamp(EPOCH, UTC))


@given(st.text(max_size=200))
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(HookError) as caught:
        read(text)
    assert caught.value.status == 403


def test_a_whole_address_is_read_too_and_own_parameters_are_let_pass() -> None:
    change = read("https://me.example/hook?mine=1&" + query())
    assert (change.task_id, change.state) == ("6f1c", State.SUCCEEDED)
    assert read(query(state="pondering")).state is State.UNKNOWN
    assert read(query(state="EXECUTING")).state is State.RUNNING


@pytest.mark.parametrize("change", ["task_uuid", "hmac"])
def test_a_call_with_another_task_or_signature_is_refused(change: str) -> None:
    parts = dict(part.split("=") for part in query().split("&"))
    for wrong in ("6f1d", parts["hmac"][:-1] + "x", parts["hmac"][:-2], ""):
        with pytest.raises(HookError):
            read(urlencode(parts | {change: wrong}))


def test_every_parameter_must_be_there_once() -> None:
    for part in query().split("&"):
        for text in (query() + "&" + part, query().replace(part, ""), query().replace(part, part.split("=")[0] + "=")):
            with pytest.raises(HookError, match=part.split("=")[0]):
                read(text)


def test_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return one == other

    monkeypatch.setattr("hmac.compare_digest", compare)
    read(query())
    with pytest.raises(HookError):
        read(query(key="another"))
    assert len(compared) == 2 and all(isinstance(part, bytes) for pair in compared for part in pair)


@pytest.mark.parametrize("digest", ["sha256", "sha1", "sha512", "md5"])
@pytest.mark.parametrize("encoding", ["hex", "base64"])
def test_digest_and_encoding_can_be_set(digest: str, encoding: Any) -> None:
    key = HookKey(KEY, digest=digest, encoding=encoding)
    mac = hmac.new(KEY.encode(), b"6f1c", getattr(hashlib, digest)).digest()
    assert key.sign("6f1c") == (mac.hex() if encoding == "hex" else base64.b64encode(mac).decode())
    assert key.proves("6f1c", key.sign("6f1c"))
    assert not key.proves("6f1d", key.sign("6f1c"))


@given(st.binary(min_size=1, max_size=40))
def test_base64_in_either_alphabet_with_or_without_its_end(secret: bytes) -> None:
    key = HookKey(secret.hex(), encoding="base64")
    mac = hmac.new(secret.hex().encode(), b"t", "sha256").digest()
    for text in (base64.b64encode(mac), base64.urlsafe_b64encode(mac), base64.b64encode(mac).rstrip(b"=")):
        assert key.proves("t", text.decode())
        assert key.proves("t", text.decode().replace("+", " "))  # as a query has a plus that was not encoded


def test_what_is_signed_can_be_set() -> None:
    key = HookKey(KEY, signed=lambda task: task.upper().encode())
    assert key.proves("6f1c", hmac.new(KEY.encode(), b"6F1C", "sha256").hexdigest().upper())


@pytest.mark.parametrize("at", ["2026-11-07 09:05:01", "2026-11-07 10:05:01.000 +01:00", "1794042301", "1794042301000"])
def test_times_in_each_form(at: str) -> None:
    assert read_at(at).timestamp() == EPOCH
    assert read(query(at=at)).at.timestamp() == EPOCH


def test_a_plus_that_was_not_encoded_is_an_offset_all_the_same() -> None:
    for text in ("2026-11-07T10:05:01 01:00", "2026-11-07 10:05:01.5 01:00", "2026-11-07 10:05  01:00"):
        assert abs(read_at(text.replace("  ", " ")).timestamp() - EPOCH) <= 1
    assert read_at("2026-11-07 09:05") == datetime(2026, 11, 7, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize("at", ["soon", "nan", "inf", "1e400", "2026-02-30 00:00:00"])
def test_a_time_that_is_none_is_refused(at: str) -> None:
    with pytest.raises(HookError):
        read(query(at=at))


@pytest.mark.parametrize("seconds", [-301, 301])
def test_calls_of_long_ago_and_of_the_future_are_refused(seconds: float) -> None:
    with pytest.raises(HookError, match="300 s ago"):
        read(query(), now=EPOCH + seconds)
    assert read(query(), now=EPOCH + seconds * 0.99)
    assert read_hook(query(), HookKey(KEY), now=EPOCH + seconds, age=302)


def test_a_key_that_cannot_be_used_is_refused() -> None:
    with pytest.raises(ConfigError, match="empty"):
        HookKey("")
    with pytest.raises(ConfigError, match="no digest 'crc'"):
        HookKey(KEY, digest="crc")


def test_the_key_is_not_shown() -> None:
    key = HookKey(KEY)
    receiver = HookReceiver(key)
    address = receiver.address("https://me.example/hook?a=1")
    assert address.reveal() == f"https://me.example/hook?a=1&key={KEY}"
    assert receiver.address("https://me.example/hook").reveal() == f"https://me.example/hook?key={KEY}"
    with pytest.raises(HookError) as caught:
        receiver.receive(query(key="other"))
    assert KEY not in repr(key) + repr(receiver) + repr(address) + str(caught.value)


# ---------------------------------------------------------------- the address


@pytest.mark.parametrize(
    "url",
    [f"https://me.example/hook?key={KEY}", "http://127.0.0.1:8000/", "http://localhost/x?key=%C3%BC", "https://x"],
)
def test_addresses_that_can_be_called(url: str) -> None:
    assert check_hook(url) == check_hook(Secret(url)) == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://me.example/hook", "in the clear"),
        ("ftp://me.example", "no http"),
        ("me.example/hook", "no http"),
        ("https://", "no http"),
        ("https://[::1", "no address"),
        ("https://me.example:port/", "no address"),
        ("https://ada:pw@me.example", "user names"),
        ("https://me.example/#key", "fragment"),
        ("https://me.example/ö", "percent-encoded"),
        ("https://me.example/\r\napikey: x", "percent-encoded"),
        ("https://me.example/?hmac=1", "adds the parameter hmac itself"),
        ("https://me.example/?key=", "not empty"),
        ("https://me.example/?key=1&key=2", "one parameter key"),
    ],
)
def test_addresses_that_cannot_be_called_are_refused_without_being_shown(url: str, words: str) -> None:
    with pytest.raises(BadRequest, match=words) as caught:
        check_hook(url)
    assert caught.value.status is None
    assert "me.example" not in str(caught.value)


def test_the_header_goes_out_and_the_key_is_hidden_where_the_vendor_repeats_it() -> None:
    url = f"https://me.example/hook?key={quote(KEY)}"
    cloud = script(json_reply({"id": "6f1c", "state": "queued"}))
    cloud.run(submit("prod", "App", "solve", hook=Secret(url)))
    assert cloud.sent[0].headers["taskStateHook"] == url
    for words in (f"cannot call {url}", "x" * 290 + KEY):
        cloud = script(json_reply({"message": words}, 400))
        with pytest.raises(BadRequest, match="createTask") as caught:
            cloud.run(submit("prod", "App", "solve", hook=url, version="1.0"))
        assert KEY[:6] not in str(caught.value) + repr(caught.value) + caught.value.message


# ---------------------------------------------------------------- the receiver


class Time:
    """The receiver's clock."""

    now = EPOCH

    def __call__(self) -> float:
        return self.now


def test_a_call_seen_before_is_refused_also_when_its_order_differs() -> None:
    receiver = HookReceiver(KEY, clock=Time())
    receiver.receive(query())
    again = "&".join(reversed(query().split("&")))
    with pytest.raises(HookError, match="seen before") as caught:
        receiver.receive(again)
    assert caught.value.status == 403
    receiver.receive(query(state="failed"))
    receiver.receive(query(task="other"))


def test_what_is_too_old_is_forgotten_since_it_is_refused_anyway() -> None:
    clock = Time()
    receiver = HookReceiver(KEY, age=60, clock=clock)
    for minute in range(50):
        clock.now = EPOCH + 60 * minute
        receiver.receive(query(at=str(clock.now)))
    assert len(receiver._seen) <= 2


def test_changes_are_told() -> None:
    told: list[StateChange] = []
    HookReceiver(KEY, clock=Time(), on_change=told.append).receive(query(state="running"))
    assert [(change.task_id, change.state) for change in told] == [("6f1c", State.RUNNING)]


def test_alarms_ring_for_their_own_tasks_and_states() -> None:
    receiver = HookReceiver(KEY, clock=Time())
    any_state, ends = receiver.alarm(["6f1c"]), receiver.alarm(["6f1c", "b"], ends_only=True)
    receiver.receive(query(state="running"))
    receiver.receive(query(task="c"))
    assert (any_state.heard(), ends.heard()) == ({"6f1c"}, frozenset())
    receiver.receive(query(task="B", state="failed"))
    receiver.receive(query(state="pondering"))
    assert (any_state.heard(), ends.heard()) == ({"6f1c"}, {"6f1c", "b"})
    with pytest.raises(HookError):
        receiver.receive(query(task="b", state="completed", key="other"))
    assert ends.heard() == frozenset()


def test_an_alarm_that_nobody_holds_is_forgotten() -> None:
    receiver = HookReceiver(KEY, clock=Time())
    alarm = receiver.alarm(["6f1c"])
    assert len(receiver._listeners) == 1
    del alarm
    gc.collect()
    assert len(receiver._listeners) == 0


def called(receiver: HookReceiver, scope: dict[str, Any], *messages: dict[str, Any]) -> list[dict[str, Any]]:
    sent: list[Any] = []
    left = list(messages)

    async def receive() -> Any:
        return left.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(receiver(scope, receive, send))
    return sent


@pytest.mark.parametrize(
    ("method", "text", "status"),
    [
        ("PUT", query(), 204),
        ("PUT", query(key="other"), 403),
        ("PUT", query(at="2020-01-01T00:00:00Z"), 403),
        ("PUT", "", 403),
        ("PUT", "\xff=%ff", 403),
        ("GET", query(), 405),
        ("POST", query(), 405),
        ("HEAD", "", 405),
    ],
)
def test_answers_say_the_least_there_is(method: str, text: str, status: int) -> None:
    receiver = HookReceiver(KEY, clock=Time())
    scope = {"type": "http", "method": method, "query_string": text.encode("latin-1"), "path": "/any"}
    start, body = called(receiver, scope)
    assert (start["status"], body["body"]) == (status, b"")
    assert ((b"allow", b"PUT") in start["headers"]) == (status == 405)


def test_it_lives_and_dies_with_its_server_and_takes_no_sockets() -> None:
    receiver = HookReceiver(KEY)
    lives = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    assert [message["type"] for message in called(receiver, {"type": "lifespan"}, *lives)] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    assert called(receiver, {"type": "websocket"}) == [{"type": "websocket.close"}]
