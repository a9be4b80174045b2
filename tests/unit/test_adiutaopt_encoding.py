"""How a problem goes over the wire: sizes, codecs, their order, and the same bytes for the same document."""

import gzip
import random
import sys
import zlib
from importlib import import_module
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optcloud.adiutaopt.plans import encoding
from optcloud.adiutaopt.plans.encoding import BROTLI, DEFLATE, GZIP, PLAIN, Coding, EncodedProblem, codecs, decoded
from optcloud.core.errors import ConfigError, PayloadTooLarge, ResponseMismatch
from optcloud.core.events import Compressing
from optcloud.core.replies import json_of
from unit.script import Script

brotli: Any = import_module("brotli")
MEDIA_TYPES = {"gzip": GZIP, "deflate": DEFLATE, "br": BROTLI}
UNDO: dict[str, Any] = {GZIP: gzip.decompress, DEFLATE: zlib.decompress, BROTLI: brotli.decompress, PLAIN: bytes}


def encode(document: bytes, coding: Coding = "auto") -> EncodedProblem:
    return Script().run(encoding.encoded(document, coding))


@pytest.fixture(params=["installed", "standard library"])
def installation(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """With the extra, and without it."""
    name = str(request.param)
    if name == "installed":
        pytest.importorskip("isal")
    else:
        for module in ("brotli", "isal", "isal.isal_zlib"):
            monkeypatch.setitem(sys.modules, module, None)
    return name


def test_the_limits_are_the_published_ones() -> None:
    assert (encoding.PLAIN_LIMIT, encoding.COMPRESSED_LIMIT) == (6_000_000, 4_500_000)


def test_small_problems_go_plain_and_large_ones_compressed(monkeypatch: pytest.MonkeyPatch, installation: str) -> None:
    monkeypatch.setattr(encoding, "PLAIN_LIMIT", 1000)
    small = b" " * 999
    assert encode(small).media_type == PLAIN and encode(small).content is small  # not copied
    packed = encode(b" " * 1000)
    assert (packed.media_type, gzip.decompress(packed.content)) == (GZIP, b" " * 1000)


@pytest.mark.parametrize("coding", get_args(Coding))
@settings(max_examples=30)
@given(document=st.binary(max_size=3000))
def test_the_same_problem_gives_the_same_bytes_and_they_can_be_undone(coding: Coding, document: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(encoding, "PLAIN_LIMIT", 5000 if coding == "plain" else 0)
        one, two = encode(document, coding), encode(bytes(bytearray(document)), coding)
    assert one == two
    assert one.media_type == MEDIA_TYPES.get(coding, PLAIN if coding == "plain" else GZIP)
    assert UNDO[one.media_type](one.content) == document
    assert decoded(one.content, one.media_type) == json_of(document)
    assert one.media_type != GZIP or one.content[4:8] == b"\0\0\0\0"  # no time stamp


def test_pieces_make_one_stream(monkeypatch: pytest.MonkeyPatch, installation: str) -> None:
    document = random.Random(1).randbytes(2000) * 5
    monkeypatch.setattr(encoding, "PLAIN_LIMIT", 0)
    monkeypatch.setattr(encoding, "_PIECE", 777)
    for coding in ("gzip", "deflate") if installation == "standard library" else MEDIA_TYPES:
        sent = encode(document, coding)
        assert UNDO[sent.media_type](sent.content) == document


def names(coding: Coding = "auto") -> list[str]:
    return [codec.name for codec in codecs(coding)]


def test_the_fastest_comes_first(installation: str) -> None:
    if installation == "installed":
        assert names() == ["isal 1", "brotli 1", "zlib 6", "brotli 6", "brotli 9", "brotli 11"]
        assert names("deflate") == names("gzip") == ["isal 1", "zlib 6", "zlib 9"]
        assert names("br") == ["brotli 1", "brotli 6", "brotli 9", "brotli 11"]
    else:
        assert names() == names("deflate") == names("gzip") == ["zlib 1", "zlib 6", "zlib 9"]
        with pytest.raises(ConfigError, match=r'needs brotli, .*: pip install "optcloud\[codecs\]"'):
            codecs("br")
    with pytest.raises(ConfigError, match="'zip' is none of auto, plain, gzip, deflate, br"):
        codecs("zip")  # type: ignore[arg-type]


TEXT = b"".join(b'{"id": %d, "at": %d}' % (n, n * n * 7919 % 100_003) for n in range(5_000))


def sizes() -> dict[str, int]:
    return {codec.name: encoding.compress(TEXT, codec, sys.maxsize).size for codec in codecs()}


def test_each_codec_is_taken_when_no_faster_one_is_enough(monkeypatch: pytest.MonkeyPatch, installation: str) -> None:
    monkeypatch.setattr(encoding, "PLAIN_LIMIT", 0)
    found = sizes()
    for number, codec in enumerate(codecs()):
        faster = list(found.values())[:number]
        if any(size <= found[codec.name] for size in faster):
            continue  # on this document it is never the one
        monkeypatch.setattr(encoding, "COMPRESSED_LIMIT", found[codec.name] + 1)
        sent = encode(TEXT)
        assert (len(sent.content), sent.media_type) == (found[codec.name], codec.media_type)


def test_too_large_says_by_how_much(monkeypatch: pytest.MonkeyPatch, installation: str) -> None:
    monkeypatch.setattr(encoding, "PLAIN_LIMIT", 0)
    last, size = list(sizes().items())[-1]
    for limit, over in ((size, 1), (size - 9, 10)):
        monkeypatch.setattr(encoding, "COMPRESSED_LIMIT", limit)
        words = rf"{len(TEXT):,} bytes, {size:,} compressed by {last}: {over} more"
        with pytest.raises(PayloadTooLarge, match=words) as caught:
            encode(TEXT)
        assert caught.value.status is None
        assert ("extra 'codecs'" in str(caught.value)) is (installation == "standard library")


def test_the_codec_that_takes_minutes_is_tried_only_where_it_could_be_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "PLAIN_LIMIT", 0)
    found = sizes()
    cloud = Script()
    monkeypatch.setattr(encoding, "COMPRESSED_LIMIT", found["brotli 11"] - 1)
    with pytest.raises(PayloadTooLarge, match="compressed by brotli 11: 2 more"):
        cloud.run(encoding.encoded(TEXT))
    assert cloud.events == [Compressing("adiutaOpt", "brotli 11", len(TEXT))]
    monkeypatch.setattr(encoding, "COMPRESSED_LIMIT", found["brotli 9"] // 2)
    with pytest.raises(PayloadTooLarge, match="compressed by brotli 9"):
        Script().run(encoding.encoded(TEXT))


def test_plain_by_force_has_a_limit_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "PLAIN_LIMIT", 100)
    with pytest.raises(PayloadTooLarge, match="100 bytes, uncompressed: 1 more"):
        encode(b"x" * 100, "plain")


@pytest.mark.parametrize("media_type", MEDIA_TYPES.values())
def test_an_answer_that_is_not_what_its_media_type_says(media_type: str) -> None:
    for body in (b'{"tasks": []}', b""):
        with pytest.raises(ResponseMismatch, match="the body is not application/vnd") as caught:
            decoded(body, media_type)
        assert caught.value.body == body


def test_an_answer_by_brotli_needs_brotli(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "brotli", None)
    with pytest.raises(ConfigError, match=r"optcloud\[codecs\]"):
        decoded(b"x", BROTLI)
    assert decoded(b"{}", PLAIN) == b"{}"


def test_a_codec_that_is_not_enough_is_broken_off_unless_its_size_is_to_be_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(encoding, "_PIECE", 1000)
    noise, codec = random.Random(1).randbytes(1_000_000), codecs("gzip")[0]
    broken_off, counted = (encoding.compress(noise, codec, 100_000, whole=whole) for whole in (False, True))
    assert 100_000 <= broken_off.size < 500_000 < 1_000_000 <= counted.size
    assert broken_off.content is None and counted.content is None
