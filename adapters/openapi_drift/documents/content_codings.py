"""Undoing the content codings of a body, piece by piece against a limit: no more of a bomb than a piece is unpacked."""

from __future__ import annotations

import importlib
import zlib
from typing import TYPE_CHECKING, Any, Protocol

from openapi_drift.documents.reading.limits import size
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 2**16  # bytes
_MOST_CODINGS = 3


class _Decoder(Protocol):
    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Yield what the data decodes to, each piece as it is made."""

    @property
    def ended(self) -> bool:
        """Whether the coded text has come to its end."""


class Body:
    """A body as it comes in. ``codings`` is the Content-Encoding, ``limit`` the most bytes, coded and decoded.

    Raises SpecsError, with ``place``, for a coding that is not known, for what is broken or cut, and above the limit.
    """

    def __init__(self, codings: str, limit: int, place: str) -> None:
        names = [name.strip().lower() for name in codings.split(",")]
        names = [name for name in names if name not in ("", "identity")]
        self._limit, self._place, self._codings = limit, place, ", ".join(names)
        if len(names) > _MOST_CODINGS:
            raise SpecsError(f"{place}: has {len(names)} content codings; {_MOST_CODINGS} are undone at most")
        self._decoders = [self._decoder(name) for name in reversed(names)]
        self._received = 0
        self._content = bytearray()

    def feed(self, data: bytes) -> None:
        """Take what came next."""
        self._received += len(data)
        self._refuse_above_limit(self._received, "")
        self._decode(data, self._decoders)

    def content(self) -> bytes:
        """Return the whole, once all has come."""
        if self._received and not all(decoder.ended for decoder in self._decoders):
            raise SpecsError(f"{self._place}: its {self._codings} is cut, after {size(len(self._content))} of text")
        return bytes(self._content)

    def _decode(self, data: bytes, decoders: list[_Decoder]) -> None:
        if not decoders:
            self._content += data
            decoded = f", decoded from {size(self._received)} of {self._codings}" if self._codings else ""
            self._refuse_above_limit(len(self._content), decoded)
            return
        try:
            for piece in decoders[0].pieces(data):
                self._decode(piece, decoders[1:])
        except (zlib.error, _brotli_error()) as error:
            raise SpecsError(f"{self._place}: its {self._codings} is broken: {error}") from error

    def _refuse_above_limit(self, length: int, decoded: str) -> None:
        if length > self._limit:
            words = f"is larger than {size(self._limit)}, more than is read{decoded}"
            raise SpecsError(f"{self._place}: {words}")

    def _decoder(self, name: str) -> _Decoder:
        if name in ("gzip", "x-gzip", "deflate"):
            return _Zlib(gzip=name != "deflate")
        if name == "br" and (brotli := _brotli()) is not None:
            return _Brotli(brotli.Decompressor())
        raise SpecsError(f"{self._place}: has the content coding {name[:20]!r}, which was not asked for")


class _Zlib:
    """gzip, also of several members; and deflate, with zlib's header as the standard says, or without as some do."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._first = True
        self._head = b""
        self._decoder = self._new()
        self.ended = False

    def _new(self, *, raw: bool = False) -> Any:
        return zlib.decompressobj(16 + zlib.MAX_WBITS if self._gzip else -zlib.MAX_WBITS if raw else zlib.MAX_WBITS)

    def pieces(self, data: bytes) -> Iterator[bytes]:
        data, self._head = self._head + data, b""
        if self._first and not self._gzip and len(data) < 2:  # a header has two bytes: with one, none can be told
            self._head = data
            return
        full = False
        while data or full:
            if self.ended:
                if not self._gzip:
                    raise zlib.error("something follows its end")
                self._decoder, self.ended = self._new(), False
            piece = self._some(data)
            yield piece
            self.ended = self._decoder.eof
            data = self._decoder.unused_data if self.ended else self._decoder.unconsumed_tail
            full = len(piece) == _PIECE and not self.ended  # then more may wait inside the decoder

    def _some(self, data: bytes) -> bytes:
        try:
            piece: bytes = self._decoder.decompress(data, _PIECE)
        except zlib.error:
            if self._gzip or not self._first:
                raise
            self._decoder = self._new(raw=True)
            piece = self._decoder.decompress(data, _PIECE)
        self._first = False
        return piece


class _Brotli:
    def __init__(self, decompressor: Any) -> None:
        self._decompressor = decompressor

    @property
    def ended(self) -> bool:
        finished: bool = self._decompressor.is_finished()
        return finished

    def pieces(self, data: bytes) -> Iterator[bytes]:
        piece = self._decompressor.process(data, output_buffer_limit=_PIECE)
        while piece or not self._decompressor.can_accept_more_data():
            yield piece
            if self.ended:
                break
            piece = self._decompressor.process(b"", output_buffer_limit=_PIECE)


def accepted() -> str:
    """Return what can be undone here, as an Accept-Encoding."""
    return "gzip, deflate" + (", br" if _brotli() is not None else "")


def _brotli() -> Any:
    try:
        module: Any = importlib.import_module("brotli")
    except ImportError:
        return None
    return module if hasattr(module.Decompressor, "can_accept_more_data") else None  # before 1.2 it has no limit


def _brotli_error() -> type[Exception]:
    module = _brotli()
    error: type[Exception] = module.error if module is not None else zlib.error
    return error
