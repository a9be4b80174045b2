"""How a problem goes over the wire: plain JSON while it is small, compressed above.

Source: facts F015, F016, F035-F037. The unit "Mb" is read as 1,000,000 bytes, the stricter of the likely readings
(inferred).
"""

from __future__ import annotations

import gzip

from attrs import field, frozen

from optcloud.core.errors import PayloadTooLarge

PLAIN = "application/json"
GZIP = "application/vnd.adiutabyte.adiutaopt.json+gzip"
PLAIN_LIMIT = 6_000_000
COMPRESSED_LIMIT = 4_500_000
VENDOR = "adiutaOpt"


@frozen
class EncodedProblem:
    """The bytes to send and their media type."""

    content: bytes = field(repr=False)
    media_type: str


def encode_problem(document: bytes) -> EncodedProblem:
    """Choose by size. Raises `PayloadTooLarge`, with by how much, before anything is sent.

    The same document always gives the same bytes, so that a repeated submit is recognised by the vendor.
    """
    if len(document) < PLAIN_LIMIT:
        return EncodedProblem(document, PLAIN)
    packed = gzip.compress(document, compresslevel=6, mtime=0)
    if len(packed) >= COMPRESSED_LIMIT:
        over = len(packed) - COMPRESSED_LIMIT + 1
        raise PayloadTooLarge(
            f"the problem has {len(document):,} bytes, {len(packed):,} compressed: {over:,} more than adiutaOpt takes",
            vendor=VENDOR,
        )
    return EncodedProblem(packed, GZIP)
