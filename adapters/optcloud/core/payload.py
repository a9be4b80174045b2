"""Bodies of any size: from bytes, text, a file or a stream, measured before they are sent, read again when sent again.

Nothing here is ever read into memory as a whole, except what already is there and streams of up to `IN_MEMORY` bytes.
"""

from __future__ import annotations

import stat
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, Any, BinaryIO, TypeAlias

from attrs import field, frozen

from optcloud.core.errors import BadRequest, NotPortable
from optcloud.core.flow import Flow, RunBlocking
from optcloud.core.request_checks import HALF_A_PAIR

CHUNK = 256 * 1024
IN_MEMORY = 1024 * 1024
BYTES = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"
_BY_SUFFIX = {".json": "application/json", ".csv": "text/csv", ".xml": "application/xml", ".txt": "text/plain"}

Source: TypeAlias = str | bytes | bytearray | memoryview | Path | BinaryIO


@frozen(eq=False)
class Payload:
    """A body whose size is known and which can be read from its start as often as it is sent.

    That of bytes, text or a file survives pickle (a file by its path); that of a stream raises `NotPortable`.

    ``size`` in bytes; ``media_type`` as it goes into Content-Type; ``name`` of the file, if it is one; ``data``: the
    bytes, when they are in memory anyway.
    """

    size: int
    media_type: str
    name: str | None = None
    data: bytes | None = field(default=None, repr=False)
    _pieces: Callable[[], Iterable[bytes]] = field(default=tuple, repr=False)

    def __copy__(self) -> Payload:
        return self

    def __deepcopy__(self, memo: object) -> Payload:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        if isinstance(self._pieces, _OnDisk) or getattr(self._pieces, "func", None) is _rewound:
            name = self.name or "a stream"
            raise NotPortable(f"the payload of {name} cannot leave its process: give the bytes, or the path of a file")
        return Payload, (self.size, self.media_type, self.name, self.data, self._pieces)

    def chunks(self) -> Iterator[bytes]:
        """Read from the start, piece by piece, exactly ``size`` bytes.

        What a file has grown by since it was measured is left out. Raises `BadRequest` when it has shrunk: the
        request breaks off then, and the vendor does not act on half a body.
        """
        left = self.size
        for piece in self._pieces():
            if left <= 0:
                return
            yield piece[:left]
            left -= len(piece)
        if left > 0:
            raise BadRequest(
                f"{self.name or 'the stream'} has lost {left:,} bytes since it was measured; send it again"
            )


def payload_of(source: Source, media_type: str | None = None, *, keep: int | None = None) -> Payload:
    """Measure a body: bytes, text (as UTF-8), a file by its path, or a binary stream.

    A stream that can seek is sent from its very start, and stays the caller's to close; one that cannot is copied to
    a temporary file first, of which no more than about ``keep`` bytes are written (and all are counted): give the
    limit above which it would not be sent anyway. Without a ``media_type`` the kind of source and the file's suffix
    tell. Raises `OSError` for a file that cannot be read and `BadRequest` for a stream that gives no bytes and for text
    that UTF-8 cannot carry.
    """
    if isinstance(source, str):
        return _of_bytes(_utf8(source), media_type or TEXT)
    if isinstance(source, bytes | bytearray | memoryview):
        return _of_bytes(bytes(source), media_type or BYTES)
    if isinstance(source, Path):
        return _of_path(source, media_type or type_by_suffix(source.name), keep)
    return _of_stream(source, media_type or type_by_suffix(_name_of(source) or ""), keep)


def opened(source: Source, media_type: str | None = None, *, keep: int | None = None) -> Flow[Payload]:
    """`payload_of` as a flow: files and streams are looked at where an event loop is not held up."""
    if isinstance(source, str | bytes | bytearray | memoryview):
        return payload_of(source, media_type)
    payload: Payload = yield RunBlocking(partial(payload_of, source, media_type, keep=keep))
    return payload


def with_payload(arguments: Mapping[str, Any], payload: Payload) -> dict[str, Any]:
    """Give the arguments of a generated ``_get_kwargs`` (called without a body) this body.

    For a part of a multipart request nothing is needed: ``File(payload=payload, …)`` is passed on as it is.
    """
    headers = {**arguments.get("headers", {}), "Content-Type": payload.media_type}
    return {**arguments, "headers": headers, "content": payload}


def type_by_suffix(name: str) -> str:
    """Return the media type that a file's name tells."""
    return _BY_SUFFIX.get(Path(name).suffix.lower(), BYTES)


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        at = error.start
    raise BadRequest(f"sign {at + 1} of the text is {HALF_A_PAIR}")  # outside: the first error holds the text


def _of_bytes(data: bytes, media_type: str) -> Payload:
    return Payload(len(data), media_type, None, data, partial(_slices, data))


def _slices(data: bytes) -> Iterator[bytes]:
    return (data[at : at + CHUNK] for at in range(0, len(data), CHUNK))


def _of_path(path: Path, media_type: str, keep: int | None) -> Payload:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(f"{path} is a folder; a file is needed")
    if not stat.S_ISREG(status.st_mode):  # a pipe, such as of a shell's <(…): its size says nothing
        with path.open("rb") as stream:
            return _spooled(stream, media_type, path.name, keep)
    with path.open("rb"):
        pass  # what cannot be read is said now, not in the middle of a request
    return Payload(status.st_size, media_type, path.name, None, partial(_file, path))


def _file(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while piece := file.read(CHUNK):
            yield piece


def _of_stream(stream: BinaryIO, media_type: str, keep: int | None) -> Payload:
    name = _name_of(stream)
    if not stream.seekable():
        return _spooled(stream, media_type, name, keep)
    size = stream.seek(0, 2)
    stream.seek(0)
    _check_bytes(stream.read(0))
    return Payload(size, media_type, name, None, partial(_rewound, stream))


def _rewound(stream: IO[bytes]) -> Iterator[bytes]:
    stream.seek(0)
    return _read(stream)


def _read(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := _check_bytes(stream.read(CHUNK)):
        yield piece


def _check_bytes(piece: object) -> bytes:
    if isinstance(piece, str):
        raise BadRequest("a stream of text was given: open the file in binary mode ('rb')")
    if not isinstance(piece, bytes):
        raise BadRequest(f"a stream gave {type(piece).__name__} for bytes: a blocking binary stream is needed")
    return piece


def _spooled(stream: IO[bytes], media_type: str, name: str | None, keep: int | None) -> Payload:
    pieces = _read(stream)
    head: list[bytes] = []
    size = 0
    for piece in pieces:
        head.append(piece)
        size += len(piece)
        if size > IN_MEMORY:
            copy = _OnDisk()
            return Payload(copy.fill(chain(head, pieces), keep), media_type, name, None, copy)
    data = b"".join(head)
    return Payload(len(data), media_type, name, data, partial(_slices, data))


class _OnDisk:
    """A temporary file, closed (and gone) with the last payload that reads it."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - see above
        weakref.finalize(self, self._file.close)

    def fill(self, pieces: Iterable[bytes], keep: int | None) -> int:
        """Write the pieces, beyond ``keep`` bytes only count them. Returns the number of bytes."""
        size = 0
        for piece in pieces:
            if keep is None or size <= keep:
                self._file.write(piece)
            size += len(piece)
        return size

    def __call__(self) -> Iterator[bytes]:
        return _rewound(self._file)


def _name_of(stream: BinaryIO) -> str | None:
    name = getattr(stream, "name", None)  # of a pipe it is a number
    return Path(name).name if isinstance(name, str) else None
