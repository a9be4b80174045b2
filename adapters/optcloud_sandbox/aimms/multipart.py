"""multipart/form-data (RFC 7578) of a body that lies in memory.

Starlette's parser walks through a file byte by byte, or nearly; an app of 256 MB takes a second here.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Any

from starlette.requests import Request

from optcloud_sandbox.messages import body_of
from optcloud_sandbox.parsing import json_object, writable
from optcloud_sandbox.refusal import Refusal

UNTYPED = "application/octet-stream"
MOST_PARTS = 20
LONGEST_HEAD = 16_384  # bytes
_MEDIA_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)


@dataclass(frozen=True)
class Part:
    name: str
    data: bytes = field(repr=False)
    is_file: bool = False
    content_type: str = UNTYPED

    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def parts_of(request: Request, what: str) -> dict[str, Part]:
    """The parts by name; Refusal 415 for another media type, 400 for a broken body."""
    header = Message()
    header["content-type"] = request.headers.get("content-type", "")
    boundary = header.get_param("boundary")
    if header.get_content_type() != "multipart/form-data" or not isinstance(boundary, str) or not boundary:
        raise Refusal(415, f"{what} needs multipart/form-data with the parts metadata and file")
    parts: dict[str, Part] = {}
    for part in read_parts(body_of(request).data, boundary.encode("latin-1")):
        if len(parts) == MOST_PARTS:
            raise Refusal(400, f"there are more than {MOST_PARTS} parts")
        if part.name in parts:
            raise Refusal(400, f"the part {part.name} is there twice")
        parts[part.name] = part
    return parts


def file_of(parts: dict[str, Part], what: str) -> Part:
    """The part file, sent as a file; Refusal 400 when it is missing."""
    file = parts.get("file")
    if file is None or not file.is_file:
        raise Refusal(400, f"the part file ({what}) is missing")
    return file


def metadata_of(parts: dict[str, Part]) -> dict[str, Any]:
    """The JSON object of the part metadata, sent as a field or as a file; Refusal 400 when it is missing."""
    if "metadata" not in parts:
        raise Refusal(400, "the part metadata is missing")
    return json_object(parts["metadata"].data, "the part metadata")


def read_parts(body: bytes, boundary: bytes) -> Iterator[Part]:
    """The parts of a form in their order; Refusal 400 when it breaks off."""
    delimiter = b"\r\n--" + boundary
    # The first delimiter may stand at the very beginning, without the line break.
    position = len(delimiter) - 2
    if not body.startswith(delimiter[2:]):
        position = _delimiter(body, delimiter, 0) + len(delimiter)
    while body[position : position + 2] != b"--":
        head_end = body.find(b"\r\n\r\n", position, position + LONGEST_HEAD)
        if head_end < 0:
            raise Refusal(400, f"the body ends in the head of a part, or that is longer than {LONGEST_HEAD} bytes")
        end = _delimiter(body, delimiter, head_end + 2)
        yield _part(body[position + 2 : head_end + 2], body[head_end + 4 : end])
        position = end + len(delimiter)


def _delimiter(body: bytes, delimiter: bytes, start: int) -> int:
    """Where the next delimiter is: the same bytes with more behind them on the line are content."""
    found = body.find(delimiter, start)
    while found >= 0 and body[found + len(delimiter) : found + len(delimiter) + 2] not in (b"\r\n", b"--"):
        found = body.find(delimiter, found + 1)
    if found < 0:
        raise Refusal(400, "the body ends before a line with the boundary of the content-type")
    return found


def _part(head: bytes, data: bytes) -> Part:
    try:
        headers = BytesHeaderParser().parsebytes(head)
        name, filename = (
            headers.get_param(parameter, header="content-disposition") for parameter in ("name", "filename")
        )
        kind, given_type = headers.get_content_disposition(), str(headers.get("content-type", UNTYPED))
        if kind != "form-data" or not isinstance(name, str) or name != writable(name):
            raise Refusal(400, "a part has no name in UTF-8")
    except (ValueError, IndexError, UnicodeError) as error:  # what the parser says of heads that only look like some
        raise Refusal(400, f"the head of a part cannot be read: {error}") from error
    media_type = given_type.split(";", maxsplit=1)[0].strip().lower()
    return Part(name, data, filename is not None, media_type if _MEDIA_TYPE.fullmatch(media_type) else UNTYPED)
