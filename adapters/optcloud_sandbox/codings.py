"""Codings of bodies: gzip, deflate (the zlib container) and br, undone piece by piece against a limit; negotiation.

br is optional: it needs the package brotli, from 1.2 on.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from io import BytesIO
from types import ModuleType
from typing import Any

_WINDOW = {"gzip": 31, "deflate": 15}
CODINGS = (*_WINDOW, "br")

_FED = 1 << 12  # bytes of coded data at a time: what is left behind the end of a stream is copied
_TAKEN = 1 << 20  # bytes of decoded data at a time

_QUALITY = re.compile(r"[qQ]=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII)
_ALIASES = {"x-gzip": "gzip"}
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class BrokenCodingError(ValueError):
    """The bytes are not one whole stream of that coding."""


class TooLongError(ValueError):
    """The bytes become more than was allowed."""


class NoBrotliError(Exception):
    """The package brotli is not there."""


def brotli() -> ModuleType:
    try:
        return import_module("brotli")
    except ModuleNotFoundError as error:
        raise NoBrotliError(
            'the coding br needs brotli, which is not installed: pip install "optcloud[codecs]"'
        ) from error


def encoded(data: bytes, coding: str) -> bytes:
    """`data` in `coding`; `identity` leaves it. NoBrotliError."""
    return data if coding == "identity" else b"".join(encoded_pieces([data], coding))


def encoded_pieces(pieces: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """The same for data that is never whole in memory."""
    if coding == "br":
        compressor = brotli().Compressor(quality=4)
        yield from map(compressor.process, pieces)
        yield compressor.finish()
        return
    deflater = zlib.compressobj(level=1, wbits=_WINDOW[coding])
    yield from map(deflater.compress, pieces)
    yield deflater.flush()


def decoded(data: bytes, coding: str, most: int) -> bytes:
    """What `data` is behind its coding, at most `most` bytes: no more than these are ever in memory.

    Raises BrokenCodingError, TooLongError, NoBrotliError. Several gzip members in a row are one file (RFC 1952, 2.2).
    """
    received = BytesIO()
    for piece in _unbrotlied(data) if coding == "br" else _inflated(data, coding):
        if received.tell() + len(piece) > most:
            raise TooLongError(f"it becomes more than {most} bytes")
        received.write(piece)
    return received.getvalue()


def _inflated(data: bytes, coding: str) -> Iterator[bytes]:
    inflater = zlib.decompressobj(wbits=_WINDOW[coding])
    try:
        for start in range(0, len(data), _FED):
            fed = data[start : start + _FED]
            while fed:
                if inflater.eof:
                    if coding != "gzip":
                        raise BrokenCodingError("something follows the end of the stream")
                    inflater = zlib.decompressobj(wbits=_WINDOW[coding])
                yield inflater.decompress(fed, _TAKEN)
                fed = inflater.unconsumed_tail or inflater.unused_data
    except zlib.error as error:
        raise BrokenCodingError(str(error)) from error
    if not inflater.eof:
        raise BrokenCodingError("the stream ends early")


def _unbrotlied(data: bytes) -> Iterator[bytes]:
    module = brotli()
    decoder: Any = module.Decompressor()
    try:
        for start in range(0, len(data), _FED):
            if decoder.is_finished():
                raise BrokenCodingError("something follows the end of the stream")
            piece = decoder.process(data[start : start + _FED], output_buffer_limit=_TAKEN)
            yield piece
            while not decoder.is_finished() and (piece or not decoder.can_accept_more_data()):
                piece = decoder.process(b"", output_buffer_limit=_TAKEN)
                yield piece
    except module.error as error:
        raise BrokenCodingError(str(error)) from error
    if not decoder.is_finished():
        raise BrokenCodingError("the stream ends early")


def chosen_coding(header: str | None, offered: Sequence[str]) -> str | None:
    """Which of `offered` an Accept-Encoding asks for (RFC 9110, 12.5.3); None when it forbids all that is left.

    The one with the highest weight, among equals the one that the header names first. Without the header, or when it
    permits nothing that is offered, the body goes as it is (identity), unless that is forbidden, too. ValueError for
    text that is no such header.
    """
    weights = _weights(header or "")
    rest = weights.get("*")
    wanted = [name for name in weights if name in offered and name != "*"]
    if rest is not None:
        wanted += [name for name in offered if name not in weights]
    best = max(wanted, key=lambda name: weights.get(name, rest or 0.0), default="identity")
    if weights.get(best, rest or 0.0) > 0 and best in wanted:
        return best
    forbidden = weights.get("identity", 1.0 if rest is None else rest) <= 0
    return None if forbidden else "identity"


def _weights(header: str) -> dict[str, float]:
    """Weight by coding in the header's order; x-gzip is gzip. A coding that is named twice has its last weight."""
    weights: dict[str, float] = {}
    for member in header.split(","):
        name, *parameters = (part.strip(" \t") for part in member.split(";"))
        if not name and not parameters:
            continue  # empty elements of a list are ignored (RFC 9110, 5.6.1)
        found = [_QUALITY.fullmatch(parameter) for parameter in parameters]
        if not _TOKEN.fullmatch(name) or len(found) > 1 or None in found:
            raise ValueError(f"{member.strip()!r} is no coding with a weight such as gzip;q=0.5")
        weights[_ALIASES.get(name.lower(), name.lower())] = float(found[0][1]) if found and found[0] else 1.0
    return weights
