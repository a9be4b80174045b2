"""Replies that are too large, too slow, cut or junk, over real sockets, in both forms."""

from __future__ import annotations

import gzip
import resource
import sys
import threading
import zlib
from pathlib import Path
from typing import Any

import brotli
import pytest

from optcloud.core.deadline import TimeLeft
from optcloud.core.errors import DeadlineExceeded, ResponseMismatch, TransportError, WaitTimeout
from optcloud.core.flow import Exclusively, Flow, Post, Within
from optcloud.core.limits import ReplyLimits
from optcloud.core.pace import Pace
from optcloud.core.retry import RetryPolicy
from optcloud.core.states import State, Status
from optcloud.core.waiting import wait
from unit.hostile import FORMS, Hostile, Talk, ask, getting, timeout
from unit.script import NoAuth

MEGA = 1024 * 1024
QUICK = RetryPolicy(first=0.001, longest=0.002)
BYTES = ("application/octet-stream",)
both = pytest.mark.parametrize("form", FORMS)


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


def answering(body: bytes, *headers: str, status: str = "200 OK") -> Any:
    return lambda talk, _head: talk.reply(body, *headers, status=status)


CODINGS = {"gzip": ("gzip", gzip.compress), "zlib": ("deflate", zlib.compress), "raw": ("deflate", raw_deflate)}
CODINGS["br"] = ("br", brotli.compress)
TEXT = b"".join(b"line %d\n" % number for number in range(20_000))


# ---------------------------------------------------------------- whole or not at all


@both
@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("into", ["memory", "file"])
def test_a_coded_reply_that_ends_early_is_read_again(form: Any, coding: str, into: str, tmp_path: Path) -> None:
    """Its framing is whole, so only the coding tells; the second time it comes whole."""
    name, code = CODINGS[coding]
    coded = code(TEXT)
    bodies = [coded[: len(coded) // 2], coded[:-1], coded]
    target = tmp_path / "out" if into == "file" else None

    def answer(talk: Talk, _head: bytes) -> None:
        talk.reply(bodies.pop(0), f"content-encoding: {name}", "content-type: application/octet-stream")

    with Hostile(answer) as server, form(server.url, retry=QUICK) as run:
        reply = run(ask(getting(kinds=BYTES, save_to=target)))
    assert (reply.content if target is None else target.read_bytes()) == TEXT
    assert len(server.requests) == 3
    assert [path.name for path in tmp_path.iterdir()] == ([] if target is None else ["out"])


@both
@pytest.mark.parametrize("into", ["memory", "file"])
def test_a_coded_reply_that_always_ends_early_is_a_lost_one(form: Any, into: str, tmp_path: Path) -> None:
    """What had come is kept in memory, and nothing is left of a file."""
    target = tmp_path / "out" if into == "file" else None
    answer = answering(gzip.compress(TEXT)[:-9], "content-encoding: gzip")
    with Hostile(answer) as server, form(server.url, retry=QUICK) as run:
        with pytest.raises(TransportError, match="Vendor readIt: the reply broke off: its gzip has no end") as caught:
            run(ask(getting(kinds=BYTES, save_to=target)))
        assert len(server.requests) == 4
    assert (caught.value.sent, caught.value.status) == ("unknown", 200)
    assert TEXT.startswith(caught.value.body) and (caught.value.body or target is not None)
    assert list(tmp_path.iterdir()) == []


@both
def test_every_member_of_a_gzip_counts(form: Any) -> None:
    """A gzip of several members is whole with the last one."""
    body = gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:])
    with Hostile(answering(body, "content-encoding: gzip")) as server, form(server.url) as run:
        assert run(ask(getting(kinds=BYTES))).content == TEXT


@both
def test_junk_in_place_of_gzip_is_read_again_and_named(form: Any) -> None:
    """It may have been garbled on its way. The error names vendor and operation, and keeps the bytes."""
    with Hostile(answering(b"<junk>", "content-encoding: gzip")) as server, form(server.url, retry=QUICK) as run:
        with pytest.raises(ResponseMismatch, match="Vendor readIt answered 200: the body is not gzip") as caught:
            run(ask(getting()))
        assert len(server.requests) == 4
    assert (caught.value.body, caught.value.vendor, caught.value.operation) == (b"<junk>", "Vendor", "readIt")


# ---------------------------------------------------------------- size

BOMBS = {
    "gzip": ("gzip", gzip.compress(bytes(300 * MEGA))),
    "deflate": ("deflate", zlib.compress(bytes(300 * MEGA))),
    "br": ("br", brotli.compress(bytes(300 * MEGA))),
    "gzip twice": ("gzip, gzip", gzip.compress(gzip.compress(bytes(300 * MEGA)))),
}


def peak() -> int:
    """The largest resident size of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


@both
@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("into", ["memory", "file"])
def test_a_bomb_costs_what_the_limit_allows(form: Any, bomb: str, into: str, tmp_path: Path) -> None:
    """Some kilobytes that stand for 300 MB are given up at the limit, with its number; no part of a file is left."""
    name, body = BOMBS[bomb]
    target = tmp_path / "out" if into == "file" else None
    limits = ReplyLimits(reply=3 * MEGA, result=4 * MEGA)
    with Hostile(answering(body, f"content-encoding: {name}")) as server, form(server.url, limits=limits) as run:
        run(_failing(getting(), "more than 3,145,728 bytes"))
        before = peak()
        error = run(_failing(getting(kinds=BYTES, save_to=target), r"4,194,304 are taken; OptCloud\(limits="))
        assert peak() - before < 60 * MEGA
    assert (error.status, error.operation) == (200, "readIt")
    assert list(tmp_path.iterdir()) == []


def _failing(call: Any, words: str) -> Flow[ResponseMismatch]:
    with pytest.raises(ResponseMismatch, match=words) as caught:
        yield call
    return caught.value


@both
def test_a_reply_that_says_that_it_is_too_large_is_not_read(form: Any) -> None:
    """The length is in the head: nothing of the body is waited for."""

    def answer(talk: Talk, _head: bytes) -> None:
        talk.send(b"HTTP/1.1 200 OK\r\ncontent-length: 999999999999\r\n\r\n")

    with Hostile(answer) as server, form(server.url) as run:
        run(_failing(getting(), "has 999,999,999,999 bytes: 67,108,864 are taken"))


@both
def test_an_endless_error_is_given_up_at_1_mb(form: Any) -> None:
    """The body of a refusal is to be read by a person; the status is kept."""

    def answer(talk: Talk, _head: bytes) -> None:
        talk.send(b"HTTP/1.1 404 Not Found\r\ntransfer-encoding: chunked\r\n\r\n")
        talk.drip(b"10000\r\n" + bytes(65536) + b"\r\n", 0)

    with Hostile(answer) as server, form(server.url, retry=QUICK) as run:
        error = run(_failing(getting(), "the error's body has more than 1,048,576 bytes"))
    assert error.status == 404


@both
def test_limits_can_be_raised(form: Any) -> None:
    """What is too large by default is taken when it is allowed."""
    body = bytes(2 * MEGA)
    with Hostile(answering(body)) as server:
        with form(server.url, limits=ReplyLimits(reply=MEGA)) as run:
            run(_failing(getting(), "has 2,097,152 bytes"))
        with form(server.url, limits=ReplyLimits(reply=2 * MEGA)) as run:
            assert run(ask(getting())).content == body


# ---------------------------------------------------------------- time


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
    answer = answering(b"busy", status="503 Service Unavailable")

    def flow() -> Flow[Any]:
        left = yield from TimeLeft.from_now(5.0)
        yield from left.run(ask(getting()))

    with Hostile(answer) as server, form(server.url, retry=slow_retry) as run:
        with pytest.raises(Exception, match="answered 503: busy"):
            run(flow())
        assert len(server.requests) == 1


@both
def test_signing_in_within_a_wait_ends_with_it(form: Any) -> None:
    """Where the identity provider says nothing, the request itself was not sent."""

    class Signing(NoAuth):
        def sign(self, request: Any) -> Flow[None]:
            yield Exclusively(ask(Post(server.url + "/sign-in", {}, b"{}")))  # type: ignore[arg-type]

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
    import asyncio
    import time

    from optcloud.drivers.asynchronous import AsyncDriver
    from optcloud.drivers.blocking import Driver
    from optcloud.drivers.wire import Surroundings

    def nothing() -> Flow[None]:
        yield from ()

    late = Within(Exclusively(nothing()), 0)  # type: ignore[arg-type]

    def mine() -> Flow[None]:
        yield Within(_alone(nothing()), time.monotonic() + 0.05)

    assert late.until == 0
    if form is FORMS[0]:
        driver = Driver(lambda _: None, Surroundings())  # type: ignore[arg-type, return-value]
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
            driver = AsyncDriver(lambda _: None, Surroundings())  # type: ignore[arg-type, return-value]
            async with driver._locks.here():
                with pytest.raises(DeadlineExceeded):
                    await driver.run(mine())

        asyncio.run(main())


def _alone(flow: Flow[Any]) -> Flow[Any]:
    return (yield Exclusively(flow))


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
