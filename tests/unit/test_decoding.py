"""Content codings undone in steps, within a limit, to their own end."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable, Iterable

import brotli
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from optcloud.core.content_codings import MOST_CODINGS, STEP, BadCoding, CutShort, Decoder, TooMuch, codings, undone

MEGA = 1024 * 1024


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


def members(data: bytes) -> bytes:
    return b"".join(gzip.compress(part) for part in (data[:3], b"", data[3:]))


FORMS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "gzip of several members": ("gzip", members),
    "gzip with padding": ("gzip", lambda data: gzip.compress(data) + bytes(512)),
    "deflate": ("deflate", zlib.compress),
    "deflate without a frame": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
}
forms = st.sampled_from(sorted(FORMS))
texts = st.one_of(st.binary(max_size=300), st.binary(min_size=1, max_size=9).map(lambda text: text * 4_000))


def through(names: list[str], pieces: Iterable[bytes], limit: int = 100 * MEGA) -> bytes:
    decoder = Decoder(names, limit)
    out = [step for piece in pieces for step in decoder.feed(piece)]
    return b"".join([*out, *decoder.end()])


def cut_up(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places} | {len(data)})
    starts = [0, *ends[:-1]]
    return [data[start:end] for start, end in zip(starts, ends, strict=True) if start < end]


@given(form=forms, text=texts, places=st.lists(st.integers(min_value=0), max_size=8))
@settings(deadline=None)
def test_what_was_coded_comes_back_however_it_arrives(form: str, text: bytes, places: list[int]) -> None:
    """Pieces of any size, a byte each included, give the same text."""
    name, code = FORMS[form]
    coded = code(text)
    assert through([name], cut_up(coded, places)) == text
    assert through([name], [coded[at : at + 1] for at in range(min(len(coded), 400))] + [coded[400:]]) == text


@given(form=forms.filter(lambda form: form != "gzip with padding"), text=texts, share=st.floats(0, 1, exclude_max=True))
@settings(deadline=None)
def test_a_cut_body_is_never_a_shorter_text(form: str, text: bytes, share: float) -> None:
    """Cut anywhere behind its first byte, a coded body is cut short; at a seam of members gzip cannot tell."""
    name, code = FORMS[form]
    coded = code(text)
    assume(len(coded) > 1)
    cut = coded[: 1 + int(share * (len(coded) - 1))][: len(coded) - 1] or coded[:1]
    try:
        got = through([name], [cut])
    except CutShort:
        return
    whole = [len(gzip.compress(text[:3])), len(gzip.compress(text[:3])) + len(gzip.compress(b""))]
    assert form == "gzip of several members" and len(cut) in whole, f"{len(got)} of {len(text)} bytes, in silence"


@given(first=forms, second=forms, text=texts)
@settings(deadline=None)
def test_codings_on_top_of_each_other(first: str, second: str, text: bytes) -> None:
    """The last one that was applied is undone first."""
    (name, code), (other, code_again) = FORMS[first], FORMS[second]
    assert through([name, other], [code_again(code(text))]) == text


@given(data=st.binary(min_size=1, max_size=200), name=st.sampled_from(["gzip", "deflate", "br"]))
@settings(deadline=None)
def test_junk_is_a_bad_coding_or_a_text_but_nothing_else(data: bytes, name: str) -> None:
    """Whatever the bytes, only this module's errors come of them."""
    try:
        through([name], [data], limit=MEGA)
    except BadCoding:
        return


BOMBS: dict[str, tuple[list[str], Callable[[bytes], bytes]]] = {
    "gzip": (["gzip"], gzip.compress),
    "deflate": (["deflate"], zlib.compress),
    "br": (["br"], lambda data: brotli.compress(data, quality=2)),
    "gzip twice": (["gzip", "gzip"], lambda data: gzip.compress(gzip.compress(data))),
    "gzip in br": (["gzip", "br"], lambda data: brotli.compress(gzip.compress(data), quality=2)),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_given_up_at_the_limit_and_never_in_memory(bomb: str) -> None:
    """Some kilobytes stand for 50 MB; what is in memory at once stays within steps."""
    names, code = BOMBS[bomb]
    coded = code(bytes(50 * MEGA))
    decoder, largest = Decoder(names, 5 * MEGA), 0
    tracemalloc.start()
    try:
        with pytest.raises(TooMuch):
            for step in decoder.feed(coded):
                largest = max(largest, len(step))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert largest <= 2 * STEP and peak < 2 * MEGA + 2 * len(coded)


def test_a_large_step_within_counts_too() -> None:
    """A bomb inside that comes to nothing outside is given up as well: it would cost the time."""
    inner = b"".join(gzip.compress(b"") for _ in range(100_000))
    with pytest.raises(TooMuch):
        through(["gzip", "gzip"], [gzip.compress(inner)], limit=MEGA)


def test_what_cannot_be_undone_is_refused_by_name() -> None:
    """An unknown coding, and more of them than anybody needs."""
    with pytest.raises(BadCoding, match="cannot be undone here"):
        Decoder(["zstd"], MEGA)
    with pytest.raises(BadCoding, match="5 codings"):
        Decoder(["gzip"] * (MOST_CODINGS + 1), MEGA)
    with pytest.raises(BadCoding):
        through(["gzip"], [gzip.compress(b"x") + b"junk"])


def test_how_the_header_is_read() -> None:
    """Letters of either case, spaces, and the word for none."""
    assert codings(" GZIP , identity,br,") == ["gzip", "br"]
    assert codings("") == []


def test_no_body_at_all_is_none() -> None:
    """A reply without a body may name a coding; a body of a coded media type may not be empty."""
    for name in ("gzip", "deflate", "br"):
        assert through([name], []) == through([name], [b""]) == b""
    with pytest.raises(CutShort):
        undone(b"", "gzip", MEGA)
