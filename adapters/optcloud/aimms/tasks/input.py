"""What a task is given: JSON, text, bytes, a file or a stream, of any media type, measured before it is sent.

Sources: vendor page "AIMMS PRO REST API", Running Tasks; AIMMS facts 2, 3 and 7 (binary input: Task Scheduler
26.1.1.0 or later).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, cast

import msgspec

from optcloud.core.errors import BadRequest, PayloadTooLarge
from optcloud.core.flow import Flow
from optcloud.core.local_paths import local_path
from optcloud.core.payload import Payload, Source, opened, payload_of
from optcloud.core.request_checks import HALF_A_PAIR, unencodable

TaskInput: TypeAlias = Mapping[str, Any] | list[Any] | str | bytes | Path | BinaryIO | None
JSON = "application/json"
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+*-]+([\t ]*;[\t\x20-\x7e]*)?", re.ASCII)


def measured_input(data: TaskInput, content_type: str | None, *, largest: int, vendor: str) -> Flow[Payload | None]:
    """Return the body of a task, or None for no input.

    A mapping or list (and whatever else is no text, bytes, path or stream) becomes JSON; text is UTF-8 text/plain;
    bytes, files and binary streams go as they are, typed by the file's suffix, by default as application/octet-stream
    (`optcloud.core.payload.payload_of` tells how a stream is read). Raises `BadRequest` for a content type that is
    none and `PayloadTooLarge` above ``largest`` bytes, both before anything is sent.
    """
    check_content_type(content_type, vendor)
    if data is None:
        return None
    if isinstance(data, Path):
        data = local_path(data, "input")
    if isinstance(data, str | bytes | bytearray | memoryview | Path) or hasattr(data, "read"):
        payload = yield from opened(cast(Source, data), content_type, keep=largest)
    else:
        encoded = _json(dict(data) if isinstance(data, Mapping) else data, vendor)
        payload = payload_of(encoded, content_type or JSON)
    if payload.size > largest:
        raise PayloadTooLarge(
            f"the input has {payload.size:,} bytes, {payload.size - largest:,} more than {vendor} takes",
            vendor=vendor,
        )
    return payload


def check_content_type(content_type: str | None, vendor: str) -> None:
    """Raise `BadRequest` for what is no media type; None stands for none given."""
    if content_type is not None and _MEDIA_TYPE.fullmatch(content_type) is None:
        raise BadRequest(f"content_type: {content_type!r} is no media type; one looks like text/csv", vendor=vendor)


def _json(data: Any, vendor: str) -> bytes:
    try:
        return msgspec.json.encode(data)
    except UnicodeEncodeError:
        pass
    raise BadRequest(f"{unencodable({'input': data})}: the text has {HALF_A_PAIR}", vendor=vendor)
