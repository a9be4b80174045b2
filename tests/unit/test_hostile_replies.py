"""Replies that are too large, too slow, cut or junk, over real sockets, in both forms."""

from __future__ import annotations

import gzip
import resource
import sys
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import brotli
import pytest

from optcloud.core.errors import ResponseMismatch, TransportError
from optcloud.core.flow import Flow
from optcloud.core.reply_limits import ReplyLimits
from optcloud.core.retry import RetryPolicy
from unit.hostile import FORMS, Hostile, Talk, ask, getting

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

BOMBS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "br": ("br", lambda data: brotli.compress(data, quality=2)),
    "gzip twice": ("gzip, gzip", lambda data: gzip.compress(gzip.compress(data))),
}


@cache
def coded_bomb(bomb: str) -> bytes:
    return BOMBS[bomb][1](bytes(100 * MEGA))


def peak() -> int:
    """The largest resident size of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


@both
@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("into", ["memory", "file"])
def test_a_bomb_costs_what_the_limit_allows(form: Any, bomb: str, into: str, tmp_path: Path) -> None:
    """Some kilobytes that stand for 100 MB are given up at the limit, with its number; no part of a file is left."""
    name, body = BOMBS[bomb][0], coded_bomb(bomb)
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
