"""Codings of bodies, undone against a limit, and the negotiation of which is taken."""

import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud_sandbox import codings
from optcloud_sandbox.codings import (
    CODINGS,
    BrokenCodingError,
    TooLongError,
    chosen_coding,
    decoded,
    encoded,
    encoded_pieces,
)

MEGABYTE = 1_000_000
NAMES = ("identity", "gzip", "deflate")


@given(st.sampled_from(CODINGS), st.binary(max_size=300), st.integers(1, 50))
def test_what_was_coded_comes_back(coding: str, unit: bytes, times: int) -> None:
    """Data of every kind survives each coding, as long as the limit allows for it, and not beyond."""
    data = unit * times
    coded = encoded(data, coding)
    assert decoded(coded, coding, len(data)) == data
    assert decoded(b"".join(encoded_pieces([unit] * times, coding)), coding, len(data)) == data
    if data:
        with pytest.raises(TooLongError):
            decoded(coded, coding, len(data) - 1)


@given(st.sampled_from(CODINGS), st.binary(max_size=300), st.data())
def test_a_stream_that_is_not_whole_is_told(coding: str, data: bytes, draw: st.DataObject) -> None:
    """Wherever a stream is cut, and whatever follows it, it is not taken for whole."""
    coded = encoded(data, coding)
    cut = draw.draw(st.integers(0, len(coded) - 1))
    with pytest.raises(BrokenCodingError):
        decoded(coded[:cut], coding, MEGABYTE)
    with pytest.raises(BrokenCodingError):
        decoded(coded + b"\0more", coding, MEGABYTE)


@given(st.lists(st.binary(max_size=3000), min_size=1, max_size=5))
def test_members_of_gzip_are_one_file(parts: list[bytes]) -> None:
    """As many members as there are read as their contents in a row (RFC 1952, 2.2), at each size of what is fed."""
    coded = b"".join(map(gzip.compress, parts))
    whole = b"".join(parts)
    assert decoded(coded, "gzip", len(whole)) == whole
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codings, "_FED", 7)
        patch.setattr(codings, "_TAKEN", 11)
        assert decoded(coded, "gzip", len(whole)) == whole


@given(st.sampled_from(CODINGS), st.binary(max_size=60))
def test_any_bytes_are_data_or_refused(coding: str, junk: bytes) -> None:
    """Bytes from anywhere become data, or an error that says why not."""
    try:
        decoded(junk, coding, MEGABYTE)
    except (BrokenCodingError, TooLongError) as error:
        assert str(error)


def bomb(coding: str, megabytes: int) -> bytes:
    return b"".join(encoded_pieces([bytes(MEGABYTE)] * megabytes, coding))


@pytest.mark.parametrize("coding", CODINGS)
def test_a_bomb_takes_no_more_memory_than_the_limit(coding: str) -> None:
    """Decoding stops at the limit, however much would come."""
    coded = bomb(coding, 80)
    tracemalloc.start()
    with pytest.raises(TooLongError):
        decoded(coded, coding, 5 * MEGABYTE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * MEGABYTE


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "identity"),
        ("", "identity"),
        ("gzip, deflate", "gzip"),
        ("deflate, gzip", "deflate"),
        ("gzip, deflate, br, zstd", "gzip"),
        ("br, deflate;q=0.5", "deflate"),
        ("gzip;q=0.5, deflate;q=0.8", "deflate"),
        ("GZip ; Q=1.000", "gzip"),
        ("x-gzip", "gzip"),
        (" , ,gzip,", "gzip"),
        ("br", "identity"),
        ("gzip;q=0", "identity"),
        ("identity;q=0.5, gzip;q=0.4", "identity"),
        ("*", "identity"),
        ("*;q=0", None),
        ("identity;q=0", None),
        ("identity;q=0, *", "gzip"),
        ("gzip;q=0, identity;q=0, *;q=0.1", "deflate"),
        ("*;q=0, identity;q=0.1", "identity"),
        ("br, *;q=0", None),
    ],
)
def test_the_coding_that_is_asked_for(header: str | None, expected: str | None) -> None:
    """Weights, the star and what is forbidden hold as RFC 9110 has them."""
    assert chosen_coding(header, NAMES) == expected


@pytest.mark.parametrize(
    "header", ["gzip;q=2", "gzip;q=1.0001", "gzip;q", "gzip;level=1", "g zip", "gzip;q=1;q=1", "é"]
)
def test_what_is_no_such_header_is_told(header: str) -> None:
    """Text that the grammar does not have is an error, not a guess."""
    with pytest.raises(ValueError, match="no coding with a weight"):
        chosen_coding(header, NAMES)


WEIGHTS = st.sampled_from(["", ";q=0", ";q=0.000", "; q=0.001", ";q=0.5", ";Q=1", " ; q=1.0"])
MEMBERS = st.dictionaries(st.sampled_from([*NAMES, "br", "zstd", "*"]), WEIGHTS, max_size=6)


@given(MEMBERS, st.lists(st.sampled_from(NAMES), unique=True, min_size=1).filter(lambda names: "identity" in names))
def test_the_choice_is_acceptable_and_the_best(members: dict[str, str], offered: list[str]) -> None:
    """No coding that the header forbids is taken, and none that it likes better is passed over."""
    chosen = chosen_coding(", ".join(name + weight for name, weight in members.items()), offered)

    def weight(name: str) -> float | None:
        text = members.get(name, members.get("*"))
        return None if text is None else float(text.lower().partition("q=")[2] or 1)

    acceptable = {name for name in offered if (weight(name) or 0) > 0}
    if acceptable:
        assert chosen in acceptable
        assert weight(str(chosen)) == max(weight(name) or 0 for name in acceptable)
        named = [name for name in members if name in acceptable and weight(name) == weight(str(chosen))]
        assert chosen == named[0] if named else chosen not in members
    else:
        assert chosen == (None if weight("identity") == 0 else "identity")


@given(st.text(max_size=30) | st.text(alphabet="gzip,;q=01.*- ", max_size=30))
def test_any_header_is_a_choice_or_an_error(header: str) -> None:
    """No header is too strange to be answered."""
    try:
        assert chosen_coding(header, NAMES) in (*NAMES, None)
    except ValueError:
        assert header.strip(" ,\t")


def test_deflate_is_the_container_of_zlib() -> None:
    """Not the bare stream that some servers send by that name."""
    assert zlib.decompress(encoded(b"text", "deflate")) == b"text"
