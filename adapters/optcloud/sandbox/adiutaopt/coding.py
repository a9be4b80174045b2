"""The four media types (F015-F018) and their codings: deflate is the zlib container, br is brotli and optional here."""

import zlib
from importlib import import_module
from types import ModuleType

from optcloud.sandbox.refusal import Refusal
from optcloud.sandbox.settings import Limits

JSON = "application/json"
VENDOR = "application/vnd.adiutabyte.adiutaopt.json+"
MEDIA_TYPES = {JSON: "identity", f"{VENDOR}gzip": "gzip", f"{VENDOR}deflate": "deflate", f"{VENDOR}br": "br"}
CONTENT_CODINGS = ("identity", "gzip", "deflate")

_WINDOW = {"gzip": 31, "deflate": 15}


def decode_body(data: bytes, size: int, content_type: str | None, limits: Limits) -> bytes:
    """The JSON text of a request; Refusal 415, 413 or 400."""
    media_type = (content_type or "").split(";")[0].strip().lower()
    coding = MEDIA_TYPES.get(media_type)
    if coding is None:
        raise Refusal(415, f"content-type must be one of {', '.join(MEDIA_TYPES)}, got {content_type!r}")
    if coding == "identity":
        if size >= limits.plan_plain:
            raise Refusal(413, f"an application/json body must be smaller than {limits.plan_plain} bytes, got {size}")
        return data
    if size > limits.plan_compressed:
        raise Refusal(413, f"a compressed body must not exceed {limits.plan_compressed} bytes, got {size}")
    if coding == "br" and _brotli() is None:
        raise Refusal(415, f"this sandbox runs without brotli: install the package brotli to use {media_type}")
    return _decompress(data, coding, limits.plan_decompressed)


def encode_body(text: bytes, coding: str) -> bytes:
    """`text` in `coding`; Refusal 406 for br without brotli."""
    if coding == "identity":
        return text
    if coding == "br":
        brotli = _brotli()
        if brotli is None:
            raise Refusal(406, f"this sandbox runs without brotli: install the package brotli to use {VENDOR}br")
        compressed: bytes = brotli.compress(text, quality=4)
        return compressed
    compressor = zlib.compressobj(level=1, wbits=_WINDOW[coding])
    return compressor.compress(text) + compressor.flush()


def answer_form(accept: str | None, accept_encoding: str | None) -> tuple[str, str, str]:
    """Media type, its coding, and content coding of a solution (F017, F018); Refusal 406.

    The vendor's own sample is a plain curl call, which sends "Accept: */*": it counts as not set (inferred).
    """
    media_type = JSON if accept in (None, "*/*") else str(accept).strip().lower()
    coding = MEDIA_TYPES.get(media_type)
    if coding is None:
        raise Refusal(406, f"accept must be one of {', '.join(MEDIA_TYPES)}, got {accept!r}")
    content_coding = (accept_encoding or "identity").strip().lower()
    if content_coding not in CONTENT_CODINGS:
        # The status for this is not published (F019): inferred from that of accept.
        raise Refusal(406, f"accept-encoding must be one of {', '.join(CONTENT_CODINGS)}, got {accept_encoding!r}")
    if content_coding != "identity" and media_type != JSON:
        raise Refusal(406, f"accept-encoding is only permitted for {JSON}, not with accept {accept}")
    return media_type, coding, content_coding


def _decompress(data: bytes, coding: str, most: int) -> bytes:
    if coding == "br":
        return _decompress_brotli(data, most)
    decompressor = zlib.decompressobj(wbits=_WINDOW[coding])
    try:
        text = decompressor.decompress(data, most)
    except zlib.error as error:
        raise Refusal(400, f"the body is not {coding} data: {error}") from error
    if decompressor.unconsumed_tail:
        raise Refusal(413, f"the body grows beyond {most} bytes when decompressed")
    if not decompressor.eof or decompressor.unused_data:
        raise Refusal(400, f"the body is not one whole {coding} stream")
    return text


def _decompress_brotli(data: bytes, most: int) -> bytes:
    brotli = _brotli()
    if brotli is None:
        raise Refusal(415, "this sandbox runs without brotli")
    try:
        text: bytes = brotli.decompress(data)
    except brotli.error as error:
        raise Refusal(400, f"the body is not br data: {error}") from error
    if len(text) > most:
        raise Refusal(413, f"the body grows beyond {most} bytes when decompressed")
    return text


def _brotli() -> ModuleType | None:
    try:
        return import_module("brotli")
    except ModuleNotFoundError:
        return None
