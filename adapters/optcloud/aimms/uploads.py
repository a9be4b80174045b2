"""What both uploads of AIMMS PRO, publishing and storing, have in common: parts of any size and content hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, cast

from attrs import evolve

from aimms_pro.types import File
from optcloud.core.flow import Flow, RunBlocking
from optcloud.core.local_paths import local_path
from optcloud.core.payload import BYTES, Payload, opened, type_by_suffix

Source: TypeAlias = str | Path | bytes | BinaryIO
"""What is uploaded: the path of a file, the bytes themselves, or a binary stream."""

_PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".svg": "image/svg+xml"} | {
    ".gif": "image/gif",
    ".ico": "image/x-icon",
}


def measured(source: Source, argument: str, otherwise: str = BYTES) -> Flow[Payload]:
    """Measure what is uploaded, so that it can be sent piece by piece. Raises `OSError`, `ConfigError`.

    ``argument`` is what it was given as.
    Its media type is told by the file's suffix; ``otherwise`` it is of the given one.
    """
    payload = yield from opened(local_path(source, argument) if isinstance(source, str | Path) else source, otherwise)
    suffix = Path(payload.name or "").suffix.lower()
    known = _PICTURES.get(suffix) or type_by_suffix(payload.name or "")
    return payload if known == BYTES else evolve(payload, media_type=known)


def picture(source: Source, argument: str) -> Flow[Payload]:
    """Measure a picture: a PNG unless the file's suffix says otherwise."""
    return (yield from measured(source, argument, "image/png"))


def part(payload: Payload, name: str) -> File:
    """Return the part of a multipart body; ``name`` is the file's name where the source has none."""
    # The generated class names the types of httpx; the drivers send a payload piece by piece.
    return File(cast(BinaryIO, payload), file_name=payload.name or name, mime_type=payload.media_type)


def sha256_of(payload: Payload) -> Flow[str]:
    """Return the content's SHA-256 in hex."""
    digest: str = yield RunBlocking(partial(_sha256, payload))
    return digest


def _sha256(payload: Payload) -> str:
    digest = hashlib.sha256()
    for piece in payload.chunks():
        digest.update(piece)
    return digest.hexdigest()


def plain_metadata(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Send the part ``metadata`` as a plain form field, as the vendor's own client does (AIMMS facts 4).

    Whether a content type of its own would be accepted is not published (AIMMS facts 8.10).
    """
    parts = [(name, part[:2] if name == "metadata" else part) for name, part in arguments["files"]]
    return {**arguments, "files": parts}
