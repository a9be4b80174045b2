"""The body of a reply as it comes: its coding undone, within the limits of size and time, to its own end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import httpx

from optcloud.core.content_codings import BadCoding, CutShort, Decoder, TooMuch, codings
from optcloud.core.errors import ResponseMismatch, TransportError
from optcloud.transport.attempt import Attempt


class Undoing:
    """Undoes the coding of a body piece by piece, and counts. Keeps nothing."""

    def __init__(self, response: httpx.Response, attempt: Attempt) -> None:
        """Raise `ResponseMismatch` where the reply itself says that it is too large."""
        self._response = response
        self._attempt = attempt
        self._count = 0
        self._limit = attempt.limits.size(is_result=attempt.is_result, status=response.status_code)
        self.coding = response.headers.get("content-encoding", "")
        self._names = codings(self.coding) if self.coding else []
        self._decoder: Decoder | None = None
        length = response.headers.get("content-length", "")
        if length.isascii() and length.isdigit() and len(length) < 20 and int(length) > self._limit:
            raise self._too_large(f"has {int(length):,} bytes")

    @property
    def is_coded(self) -> bool:
        """Whether there is a coding to be undone."""
        return bool(self._names)

    def take(self, piece: bytes) -> Iterable[bytes]:
        """Return what comes of a piece. Raises `BadCoding`, `ResponseMismatch`, `DeadlineExceeded`."""
        self.count(piece)
        return self._undone(piece) if self._names else (piece,)

    def count(self, piece: bytes) -> None:
        """A piece has come. Raises `ResponseMismatch` when there are too many, `DeadlineExceeded` when it is late."""
        self._attempt.check()
        self._count += len(piece)
        if self._count > self._limit:
            raise self._too_large(f"has more than {self._limit:,} bytes")

    def end(self) -> Iterable[bytes]:
        """Return what is left. Raises `CutShort` where the body ends before its coding does."""
        return () if self._decoder is None else self._bounded(self._decoder.end())

    def mismatch(self, fault: BadCoding, body: bytes = b"") -> ResponseMismatch:
        """Return what to raise when the coding is not what the header says: read again, it may be."""
        error = self._mismatch(f"the body is not {self.coding}: {fault}", body)
        error.passing = True
        return error

    def cut_short(self, body: bytes = b"") -> TransportError:
        """Return what to raise when a coded body has no end: it broke off, though its length was right."""
        words = f"the reply broke off: its {self.coding} has no end"
        return TransportError(words, sent="unknown", status=self._response.status_code, body=body)

    def _undone(self, piece: bytes) -> Iterator[bytes]:
        if self._decoder is None:
            self._decoder = Decoder(self._names, self._limit)
        return self._bounded(self._decoder.feed(piece))

    def _bounded(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield from pieces
        except TooMuch:
            raise self._too_large(f"has more than {self._limit:,} bytes, its {self.coding} undone") from None

    def _too_large(self, words: str) -> ResponseMismatch:
        if self._response.status_code >= 400:
            return self._mismatch(f"the error's body {words}: {self._limit:,} are taken", b"")
        name = "result" if self._attempt.is_result else "reply"
        allowed = f"{self._limit:,} are taken; OptCloud(limits=ReplyLimits({name}=…)) takes more"
        return self._mismatch(f"the reply {words}: {allowed}", b"")

    def _mismatch(self, words: str, body: bytes) -> ResponseMismatch:
        return ResponseMismatch(words, status=self._response.status_code, headers=self._response.headers, body=body)


class Gathered:
    """A body that is kept in memory; as it came, too, where there is a coding: it may turn out to be none."""

    def __init__(self, response: httpx.Response, attempt: Attempt) -> None:
        self._response = response
        self._undoing = Undoing(response, attempt)
        self._raw: list[bytes] = []
        self._pieces: list[bytes] = []
        self._fault: BadCoding | None = None

    def take(self, piece: bytes) -> None:
        """Take a piece. Raises `ResponseMismatch`, `DeadlineExceeded`."""
        if self._undoing.is_coded:
            self._raw.append(piece)
        if self._fault is not None:
            self._undoing.count(piece)
            return
        try:
            self._pieces.extend(self._undoing.take(piece))
        except BadCoding as fault:
            self._fault = fault

    def so_far(self) -> bytes:
        """Return what has come of it."""
        return b"".join(self._raw if self._fault is not None else self._pieces)

    def whole(self) -> httpx.Response:
        """Return the response with its body. Raises `ResponseMismatch`, `TransportError`."""
        try:
            if self._fault is None:
                self._pieces.extend(self._undoing.end())
        except CutShort:
            raise self._undoing.cut_short(self.so_far()) from None
        except BadCoding as fault:
            self._fault = fault
        if self._fault is not None:
            raise self._undoing.mismatch(self._fault, self.so_far()) from self._fault
        return with_body(self._response, self.so_far())


def with_body(response: httpx.Response, body: bytes) -> httpx.Response:
    """Return the response with a body that was read here, its coding undone.

    httpx has no argument for that: its ``read`` would look for a coding, and undo it again.
    """
    response._content = body
    response.stream = httpx.ByteStream(body)
    response.is_stream_consumed = response.is_closed = True
    return response
