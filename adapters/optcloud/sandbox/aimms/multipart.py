"""multipart/form-data (RFC 7578) of a body that lies in memory.

Starlette's parser walks through a file byte by byte, or nearly; an app of 256 MB takes a second here.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser

from starlette.requests import Request

from optcloud.sandbox.messages import body_of
from optcloud.sandbox.refusal import Refusal

UNTYPED = "application/octet-stream"


@dataclass(frozen=True)
class Part:
    name: str
    data: bytes = field(repr=False)
    filename: str | None = None
    content_type: str = UNTYPED

    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def parts_of(request: Request, what: str) -> dict[str, Part]:
    """The parts by name; Refusal 415 for another media type, 413 for a body too large, 400 for a broken one."""
    header = Message()
    header["content-type"] = request.headers.get("content-type", "")
    boundary = header.get_param("boundary")
    if header.get_content_type() != "multipart/form-data" or not isinstance(boundary, str) or not boundary:
        raise Refusal(415, f"{what} needs multipart/form-data with the parts metadata and file")
    body = body_of(request)
    if body.size and not body.data:
        raise Refusal(413, f"{what} takes less than the {body.size} bytes sent")  # the sandbox's own guard
    parts: dict[str, Part] = {}
    for part in read_parts(body.data, boundary.encode("latin-1")):
        if part.name in parts:
            raise Refusal(400, f"the part {part.name} is there twice")
        parts[part.name] = part
    return parts


def file_of(parts: dict[str, Part], what: str) -> Part:
    """The part file, sent as a file; Refusal 400 when it is missing."""
    file = parts.get("file")
    if file is None or file.filename is None:
        raise Refusal(400, f"the part file ({what}) is missing")
    return file


def read_parts(body: bytes, boundary: bytes) -> Iterator[Part]:
    """The parts of a form in their order; Refusal 400 when it breaks off."""
    delimiter = b"\r\n--" + boundary
    # The first delimiter may stand at the very beginning, without the line break.
    position = len(delimiter) - 2
    if not body.startswith(delimiter[2:]):
        position = _delimiter(body, delimiter, 0) + len(delimiter)
    while body[position : position + 2] != b"--":
        head_end = body.find(b"\r\n\r\n", position)
        if head_end < 0:
            raise Refusal(400, "the body ends in the middle of a part")
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
    headers = BytesHeaderParser().parsebytes(head)
    name = headers.get_param("name", header="content-disposition")
    if headers.get_content_disposition() != "form-data" or not isinstance(name, str):
        raise Refusal(400, "a part has no name")
    given_type = headers.get_content_type() if "content-type" in headers else UNTYPED
    return Part(name, data, headers.get_filename(), given_type)
