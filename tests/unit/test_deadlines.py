"""Time that is over ends an attempt, a pause, a turn and a sign-in, over real sockets, in both forms."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from optcloud.core import polling
from optcloud.core.errors import DeadlineExceeded, ServerError, WaitTimeout
from optcloud.core.flow import Flow, Post, WithDeadline, WithLock
from optcloud.core.polling import Pace, TimeLeft, wait
from optcloud.core.reply_limits import ReplyLimits
from optcloud.core.retry import RetryPolicy
from optcloud.core.states import State, Status
from optcloud.transport.asynchronous import AsyncDriver
from optcloud.transport.blocking import Driver
from optcloud.transport.httpx_mapping import DriverConfig
from unit.hostile import FORMS, Hostile, Talk, ask, getting, timeout
from unit.script import NoAuth

BYTES = ("application/octet-stream",)
both = pytest.mark.parametrize("form", FORMS)


@pytest.fixture(autouse=True)
def short_last_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last look, which a server lets hang here, has less than the usual seconds."""
    monkeypatch.setattr(polling, "LAST_LOOK", 0.1)


def drip_head(talk: Talk, _head: bytes) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\n")
    talk.drip(b"x: y\r\n")


def drip_body(talk: Talk, _head: bytes) -> None:
    talk.send(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
    talk.drip(b"x")


def say_nothing(talk: Talk, _head: bytes) -> None:
    talk.over.wait()


SLOW = {"head": drip_head, "body": drip_body, "nothing": say_nothing}


@both
@pytest.mark.parametrize("slow", ["head", "body"])
@pytest.mark.parametrize("into", ["memory", "file"])
def test_a_dripping_reply_ends(form: Any, slow: str, into: str, tmp_path: Path) -> None:
    """Each piece comes in time, the whole does not: once, without repeats, and no part of a file is left."""
    target = tmp_path / "out" if into == "file" else None
    limits = ReplyLimits(reply_time=0.2, result_time=0.2)
    with Hostile(SLOW[slow]) as server, form(server.url, limits=limits) as run:
        with pytest.raises(DeadlineExceeded, match=r"readIt: the reply had not come whole after 0\.2 s") as caught:
            run(ask(getting(kinds=BYTES, save_to=target)))
        assert len(server.requests) == 1
    assert caught.value.sent == "unknown"
    assert list(tmp_path.iterdir()) == []


def test_the_time_of_a_reply_follows_the_time_out() -> None:
    """Five times that of an attempt for JSON, sixty times for a result."""
    limits = ReplyLimits()
    assert limits.seconds(is_result=False, timeout=60) == 300
    assert limits.seconds(is_result=True, timeout=60) == 3600


@both
@pytest.mark.parametrize("slow", SLOW)
def test_a_wait_ends_at_its_time_whatever_the_server_does(form: Any, slow: str) -> None:
    """The look's own time-out is a minute, and it would be repeated; the wait's time counts."""

    def poll() -> Flow[Status]:
        yield getting()
        raise AssertionError("never")

    with Hostile(SLOW[slow]) as server, form(server.url) as run:
        with pytest.raises(WaitTimeout, match=r"not ended after 0\.3 s, last seen: DeadlineExceeded"):
            run(wait(poll, ref="r", pace=Pace(first=0.01, longest=0.05), timeout=0.3))
        assert 1 <= len(server.requests) <= 2  # one look, and perhaps a last one


@both
def test_pauses_between_attempts_end_with_the_wait(form: Any) -> None:
    """A server that is down for now: the next attempt would come after the end, so the last error is raised."""
    slow_retry = RetryPolicy(first=1000.0, longest=1000.0)

    def busy(talk: Talk, _head: bytes) -> None:
        talk.reply(b"busy", status="503 Service Unavailable")

    def flow() -> Flow[Any]:
        left = yield from TimeLeft.from_now(5.0)
        yield from left.run(ask(getting()))

    with Hostile(busy) as server, form(server.url, retry=slow_retry) as run:
        with pytest.raises(ServerError, match="answered 503: busy"):
            run(flow())
        assert len(server.requests) == 1


@both
def test_signing_in_within_a_wait_ends_with_it(form: Any) -> None:
    """Where the identity provider says nothing, the request itself was not sent."""

    class Signing(NoAuth):
        def sign(self, request: Any) -> Flow[None]:
            yield WithLock(ask(Post(server.url + "/sign-in", {}, b"{}")))  # type: ignore[arg-type]

    def flow() -> Flow[Any]:
        left = yield from TimeLeft.from_now(0.0)  # at least a last look
        yield from left.run(ask(getting()))

    with Hostile(say_nothing) as server, form(server.url, auth=Signing()) as run:
        with pytest.raises(DeadlineExceeded, match="readIt, signing in: the time that was given") as caught:
            run(flow())
        assert [head.split()[:2] for head in server.requests] == [[b"POST", b"/sign-in"]]
    assert caught.value.sent == "no"


@both
def test_a_wait_does_not_wait_for_anothers_sign_in_beyond_its_time(form: Any) -> None:
    """The turn to sign in is another's; at the end of the time it is given up."""

    def nothing() -> Flow[None]:
        yield from ()

    def mine() -> Flow[None]:
        yield WithDeadline(_alone(nothing()), time.monotonic() + 0.05)

    if form is FORMS[0]:
        driver = Driver(lambda _: None, DriverConfig())  # type: ignore[arg-type, return-value]
        held, free = threading.Event(), threading.Event()

        def other() -> Flow[None]:
            held.set()
            free.wait()
            yield from ()

        thread = threading.Thread(target=lambda: driver.run(_alone(other())))
        thread.start()
        held.wait()
        with pytest.raises(DeadlineExceeded):
            driver.run(mine())
        free.set()
        thread.join()
    else:

        async def main() -> None:
            driver = AsyncDriver(lambda _: None, DriverConfig())  # type: ignore[arg-type, return-value]
            async with driver._locks.here():
                with pytest.raises(DeadlineExceeded):
                    await driver.run(mine())

        asyncio.run(main())


def _alone(flow: Flow[Any]) -> Flow[Any]:
    return (yield WithLock(flow))


@both
def test_what_goes_on_within_the_time_is_not_disturbed(form: Any) -> None:
    """A wait with time enough sees the end."""
    words = [b'"running"', b'"done"']

    def answer(talk: Talk, _head: bytes) -> None:
        talk.reply(words.pop(0), "content-type: application/json")

    def poll() -> Flow[Status]:
        reply = yield getting()
        return Status(State.SUCCEEDED if reply.json() == "done" else State.RUNNING, reply.json())

    with Hostile(answer) as server, form(server.url, timeout=timeout(5)) as run:
        status = run(wait(poll, ref="r", pace=Pace(first=0.01, longest=0.05), timeout=30))
        assert (status.word, server.connections) == ("done", 1)
