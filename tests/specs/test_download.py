"""Downloads that are bombs, cut, broken or never end, from a server on loopback."""

from __future__ import annotations

import asyncio
import gzip
import sys
import zlib
from collections.abc import Callable, Iterator
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openapi_drift.documents import content_codings as decoding
from openapi_drift.documents import download
from openapi_drift.documents.content_codings import Body
from openapi_drift.documents.reading.limits import MAX_BYTES
from openapi_drift.errors import SpecsError
from specs.hostile_vendor import Dripping, coded
from specs.test_fetch import Route, Server, redirect, serving, text

DOCUMENT = b'openapi: 3.1.0\ninfo: {title: "\xc3\xa9", version: "1"}\npaths: {/a: {}}\n' * 3


def raw_deflate(data: bytes) -> bytes:
    coder = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return coder.compress(data) + coder.flush()


def two_members(data: bytes) -> bytes:
    return gzip.compress(data[:20]) + gzip.compress(data[20:])


Coder = Callable[[bytes], bytes]
CODERS: dict[str, tuple[str, Coder]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("X-GZip", gzip.compress),
    "gzip of two members": ("gzip", two_members),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "gzip twice": ("gzip, gzip", lambda data: gzip.compress(gzip.compress(data))),
    "gzip in br": ("gzip, identity, br", lambda data: brotli.compress(gzip.compress(data))),
    "nothing": ("identity", lambda data: data),
}
REALLY = {name: coded for name, coded in CODERS.items() if name != "nothing"}
LIMIT = 2**20
BOMB = b" " * (LIMIT + 1)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def get(server: Server, route: Route, *, page: bool = False) -> bytes:
    server.routes["/spec"] = route
    return download.download(f"{server.url}/spec", {}, page=page)


@pytest.mark.parametrize("name", CODERS)
def test_what_is_coded_is_decoded(name: str, server: Server) -> None:
    """Each coding, and one in another, gives the text back."""
    coding, coder = CODERS[name]
    assert get(server, coded(coder(DOCUMENT), coding)) == DOCUMENT


@pytest.mark.parametrize("name", REALLY)
@pytest.mark.parametrize("part", [0.4, 0.9])
def test_a_cut_coding_is_no_shorter_document(name: str, part: float, server: Server) -> None:
    """The framing is whole, and the coded text ends early."""
    coding, coder = REALLY[name]
    whole = coder(DOCUMENT)
    with pytest.raises(SpecsError, match=r"/spec: its [a-z, -]+ is cut, after \d+ bytes of text"):
        get(server, coded(whole[: int(len(whole) * part)], coding))


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "gzip in br"])
def test_junk_is_named(name: str, server: Server) -> None:
    """Something else than the header says."""
    with pytest.raises(SpecsError, match=r"/spec: its [a-z, -]+ is broken: "):
        get(server, coded(b"\xff\xfe\xfd junk, no coding at all" * 9, CODERS[name][0]))


@pytest.mark.parametrize(("coding", "says"), [("zstd", "'zstd', which was not"), ("gzip, " * 9, "9 content codings")])
def test_codings_that_are_not_undone_are_named(coding: str, says: str, server: Server) -> None:
    """What was not asked for, and codings in one another without end."""
    with pytest.raises(SpecsError, match=says):
        get(server, coded(DOCUMENT, coding))


@pytest.mark.parametrize("module", [None, SimpleNamespace(Decompressor=object)], ids=["none", "before 1.2"])
def test_without_a_brotli_that_has_a_limit_it_is_not_asked_for(
    module: object, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes in br all the same is refused, not unpacked."""
    monkeypatch.setitem(sys.modules, "brotli", module)
    assert decoding.accepted() == "gzip, deflate"
    with pytest.raises(SpecsError, match="the content coding 'br', which was not asked for"):
        get(server, coded(brotli.compress(DOCUMENT), "br"))
    assert get(server, coded(gzip.compress(DOCUMENT), "gzip")) == DOCUMENT


@pytest.fixture(scope="module")
def bombs() -> dict[str, bytes]:
    return {name: coder(BOMB) for name, (_, coder) in CODERS.items()}


@pytest.mark.parametrize("name", CODERS)
def test_a_bomb_is_refused_at_the_limit(
    name: str, server: Server, bombs: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One byte more than the limit is too much, and says how much; pieces are small all the way."""
    monkeypatch.setattr(download, "MAX_BYTES", LIMIT)
    largest = []
    decode = Body._decode

    def watched(self: Body, data: bytes, decoders: Any) -> None:
        largest.append(len(data))
        decode(self, data, decoders)

    monkeypatch.setattr(Body, "_decode", watched)
    with pytest.raises(SpecsError, match=r"/spec: is larger than 1 MiB, more than is read"):
        get(server, coded(bombs[name], CODERS[name][0]))
    assert max(largest) <= 2**17


def test_a_page_has_a_limit_of_its_own(server: Server) -> None:
    """No page of a vendor has so many megabytes; a document may."""
    assert download.MAX_BYTES == MAX_BYTES == 64 * 2**20
    with pytest.raises(SpecsError, match=r"/spec: is larger than 8 MiB, more than is read, decoded from [\d,]+ bytes"):
        get(server, coded(gzip.compress(b" " * (8 * 2**20 + 1)), "gzip"), page=True)


@given(
    data=st.binary(max_size=2000), cuts=st.lists(st.integers(0, 3000), max_size=5), name=st.sampled_from(list(REALLY))
)
def test_however_it_comes_in_it_is_the_same(data: bytes, cuts: list[int], name: str) -> None:
    """The pieces of the network mean nothing, and no bytes but a whole coded text are taken for one."""
    coding, coder = REALLY[name]
    whole = coder(data)
    body = Body(coding, 2**27, "here")
    places = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    for start, end in pairwise(places):
        body.feed(whole[start:end])
    assert body.content() == data


@given(junk=st.binary(max_size=200), coding=st.sampled_from(["gzip", "deflate", "br", "gzip, br", "x"]))
def test_no_bytes_crash_a_decoder(junk: bytes, coding: str) -> None:
    """Whatever comes, it is decoded or it is our error."""
    try:
        body = Body(coding, 1000, "here")
        body.feed(junk)
        body.content()
    except SpecsError as error:
        assert str(error).startswith("here: ")


@pytest.mark.parametrize("where", ["in_body", "in_headers", "silent"])
@pytest.mark.parametrize("page", [False, True])
def test_what_drips_is_given_up(where: str, page: bool, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte a second keeps any time-out of a single read from ending it; the deadline is for the whole."""
    monkeypatch.setattr(download, "_DEADLINE", 0.3)
    with Dripping() as dripping, pytest.raises(SpecsError, match=r"/spec: had not come whole after 0\.3 s"):
        get(server, getattr(dripping, where), page=page)


def test_redirects_count_for_the_deadline_too(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that was asked for is the one that is named."""
    monkeypatch.setattr(download, "_DEADLINE", 0.3)
    with Dripping() as dripping, pytest.raises(SpecsError, match=r"/spec: had not come whole"):
        server.routes["/slow"] = dripping.in_body
        get(server, redirect("/slow"))


def test_it_works_where_a_loop_runs(server: Server) -> None:
    """In a notebook asyncio runs already."""

    async def notebook() -> bytes:
        return get(server, text(DOCUMENT))

    assert asyncio.run(notebook()) == DOCUMENT


@pytest.mark.parametrize("location", ["http://[::1", "http://a b/", "//", "http://\x7f/", "http://x:99999/"])
def test_a_redirect_to_nonsense_is_our_error(location: str, server: Server) -> None:
    """A Location that is no address."""
    with pytest.raises(SpecsError):
        get(server, redirect(location))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks9://user:secret-word@proxy.invalid"),
        ("HTTP_PROXY", "ftp://user:secret-word@proxy.invalid"),
        ("SSL_CERT_FILE", "/nowhere/secret-word.pem"),
    ],
)
def test_a_road_that_cannot_be_used_is_named(
    name: str, value: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The setting is named, and nothing of it shown."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SpecsError, match=name) as caught:
        get(server, text(DOCUMENT))
    assert "secret-word" not in str(caught.value)
