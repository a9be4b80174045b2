"""Content codings, undone piece by piece: little is in memory at a time, and a body that was cut is noticed.

A few bytes of a coding can stand for gigabytes, so whoever undoes one counts what comes out. And a coded body that was
cut is a shorter text without a fault, unless the coding is asked whether its end was reached.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from importlib import import_module
from typing import Any

from optcloud.core.extras import missing

STEP = 64 * 1024
"""Bytes that a decoder gives out at once, about."""
MOST_CODINGS = 4
"""Codings on top of each other: one is usual, two are an accident, more are an attack."""
NONE = frozenset({"", "identity"})


class BadCoding(Exception):  # noqa: N818 - of this package only: each caller has an error of its own for it
    """The bytes are not what the coding's name says, or there is no undoing it here."""


class CutShort(BadCoding):
    """The coding's own end was not reached."""


class TooMuch(BadCoding):
    """More came out than may."""


class _ZlibDecoder:
    """gzip (also of several members) and both forms of deflate."""

    def __init__(self, window: int | None) -> None:
        self._window = window  # None: deflate, with or without zlib's frame, which its first two bytes tell
        self._stream: Any = None
        self._head = b""

    def feed(self, piece: bytes) -> Iterator[bytes]:
        try:
            while piece:
                piece = yield from self._step(piece)
        except zlib.error as error:
            raise BadCoding(str(error)) from error

    def _step(self, piece: bytes) -> Generator[bytes, None, bytes]:
        """Undo some; return what of the piece is left."""
        if self._stream is None or self._stream.eof:
            piece = self._begin(piece)
            if self._stream is None or self._stream.eof:
                return b""
        yield self._stream.decompress(piece, STEP)
        left: bytes = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
        return left

    def _begin(self, piece: bytes) -> bytes:
        """Begin the stream, or the next member of a gzip; zeros may follow one, as padding."""
        if self._stream is not None:
            piece = piece.lstrip(b"\0")
            if piece and self._window != GZIP:
                raise BadCoding("bytes follow its end")
            if not piece:
                return b""
        piece, self._head = self._head + piece, b""
        if self._window is None and len(piece) < 2:
            self._head = piece
            return b""
        self._stream = zlib.decompressobj(_window(piece) if self._window is None else self._window)
        return piece

    def end(self) -> Iterator[bytes]:
        while self._stream is not None and not self._stream.eof:
            if not (more := self._stream.decompress(b"", STEP)):
                break
            yield more
        if self._head or (self._stream is not None and not self._stream.eof):
            raise CutShort


class _BrotliDecoder:
    def __init__(self, module: Any) -> None:
        self._error: type[Exception] = module.error
        self._stream = module.Decompressor()
        self._begun = False

    def feed(self, piece: bytes) -> Iterator[bytes]:
        self._begun = self._begun or bool(piece)
        try:
            while out := self._stream.process(piece, output_buffer_limit=STEP):
                yield out
                if self._stream.is_finished():
                    break
                piece = b""  # there may be more of what it was given
        except self._error as error:
            raise BadCoding(str(error)) from error

    def end(self) -> Iterator[bytes]:
        if self._begun and not self._stream.is_finished():
            raise CutShort
        yield from ()


GZIP = 31
ZLIB, RAW = 15, -15


def _window(head: bytes) -> int:
    """Tell zlib's frame from bare deflate (RFC 1950, section 2.2)."""
    framed = head[0] & 0x0F == 8 and head[0] >> 4 <= 7 and (head[0] << 8 | head[1]) % 31 == 0
    return ZLIB if framed else RAW


def _brotli() -> Any:
    """Return the package brotli where it can undo a little at a time (1.2 or later)."""
    try:
        module = import_module("brotli")
    except ModuleNotFoundError:
        return None
    return module if hasattr(getattr(module, "Decompressor", None), "can_accept_more_data") else None


def _br() -> _BrotliDecoder:
    module = _brotli()
    if module is None:
        raise BadCoding(str(missing("brotli 1.2 or later", package="optcloud[codecs]", purpose="reading it")))
    return _BrotliDecoder(module)


_STEPS: dict[str, Callable[[], Any]] = {
    "gzip": lambda: _ZlibDecoder(GZIP),
    "x-gzip": lambda: _ZlibDecoder(GZIP),
    "deflate": lambda: _ZlibDecoder(None),
    "br": _br,
}


def accepted() -> str:
    """Return what to ask for (``Accept-Encoding``): the codings that can be undone here."""
    return "gzip, deflate" if _brotli() is None else "gzip, deflate, br"


def codings(header: str) -> list[str]:
    """Read ``Content-Encoding``: the codings in the order in which they were applied."""
    return [coding for name in header.split(",") if (coding := name.strip().lower()) not in NONE]


class Decoder:
    """Undoes codings, the last one first. Each step's output counts: more than ``limit`` bytes raise `TooMuch`."""

    def __init__(self, names: Sequence[str], limit: int) -> None:
        """Raise `BadCoding` for a coding that is not known here, and for too many of them."""
        if len(names) > MOST_CODINGS:
            raise BadCoding(f"{len(names)} codings on top of each other; at most {MOST_CODINGS} are undone")
        self._steps: list[Any] = []
        for name in reversed(names):
            if name not in _STEPS:
                raise BadCoding("it cannot be undone here")
            self._steps.append(_STEPS[name]())
        self._counts = [0] * len(names)
        self._limit = limit

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """Return what comes of a piece, in steps. Raises `BadCoding`, `TooMuch`."""
        return self._through(0, piece)

    def end(self) -> Iterator[bytes]:
        """Return what is left. Raises `CutShort` where a coding has not reached its end."""
        for number, step in enumerate(self._steps):
            for out in step.end():
                yield from self._passed(number, out)

    def _through(self, number: int, piece: bytes) -> Iterator[bytes]:
        if number == len(self._steps):
            yield piece
            return
        for out in self._steps[number].feed(piece):
            yield from self._passed(number, out)

    def _passed(self, number: int, out: bytes) -> Iterator[bytes]:
        if out:
            self._counts[number] += len(out)
            if self._counts[number] > self._limit:
                raise TooMuch
            yield from self._through(number + 1, out)


def undone(content: bytes, name: str, limit: int) -> bytes:
    """Undo one coding of a whole body. Raises `BadCoding`, `CutShort`, `TooMuch`."""
    if not content:
        raise CutShort
    decoder = Decoder([name], limit)
    return b"".join([*decoder.feed(content), *decoder.end()])
