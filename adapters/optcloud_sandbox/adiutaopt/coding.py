"""The four media types (adiutaOpt facts F015-F018) and their codings.

Deflate is the zlib container, br is brotli and optional here.
"""

from optcloud_sandbox.codings import BrokenCodingError, NoBrotliError, TooLongError, chosen_coding, decoded, encoded
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.settings import Limits

JSON = "application/json"
VENDOR = "application/vnd.adiutabyte.adiutaopt.json+"
MEDIA_TYPES = {JSON: "identity", f"{VENDOR}gzip": "gzip", f"{VENDOR}deflate": "deflate", f"{VENDOR}br": "br"}
CONTENT_CODINGS = ("identity", "gzip", "deflate")


def decode_body(data: bytes, content_type: str | None, limits: Limits) -> bytes:
    """The JSON text of a request; Refusal 415, 413 or 400."""
    media_type = (content_type or "").split(";")[0].strip().lower()
    coding, size = MEDIA_TYPES.get(media_type), len(data)
    if coding is None:
        raise Refusal(415, f"content-type must be one of {', '.join(MEDIA_TYPES)}, got {content_type!r}")
    if coding == "identity":
        if size >= limits.plan_plain:
            raise Refusal(413, f"an application/json body must be smaller than {limits.plan_plain} bytes, got {size}")
        return data
    if size > limits.plan_compressed:
        raise Refusal(413, f"a compressed body must not exceed {limits.plan_compressed} bytes, got {size}")
    try:
        return decoded(data, coding, limits.plan_decompressed)
    except BrokenCodingError as error:
        raise Refusal(400, f"the body is not one whole {coding} stream: {error}") from error
    except TooLongError as error:
        raise Refusal(413, f"the body is too large when decompressed: {error}") from error
    except NoBrotliError as error:
        raise Refusal(415, f"this sandbox does not take {media_type}: {error}") from error


def encode_body(text: bytes, coding: str) -> bytes:
    """`text` in `coding`; Refusal 406 for br without brotli."""
    try:
        return encoded(text, coding)
    except NoBrotliError as error:
        raise Refusal(406, f"this sandbox does not give {VENDOR}br: {error}") from error


def answer_form(accept: str | None, accept_encoding: str | None) -> tuple[str, str, str]:
    """Media type, its coding, and content coding of a solution (adiutaOpt facts F017, F018); Refusal 406.

    The vendor's own sample is a plain curl call, which sends "Accept: */*": it counts as not set (inferred). A content
    coding is for application/json only (adiutaOpt facts F018). HTTP libraries ask for one whatever they accept: others
    then come without, by RFC 9110 (inferred; adiutaOpt facts F019: not published).
    """
    media_type = JSON if accept in (None, "*/*") else str(accept).strip().lower()
    coding = MEDIA_TYPES.get(media_type)
    if coding is None:
        raise Refusal(406, f"accept must be one of {', '.join(MEDIA_TYPES)}, got {accept!r}")
    offered = CONTENT_CODINGS if media_type == JSON else CONTENT_CODINGS[:1]
    try:
        content_coding = chosen_coding(accept_encoding, offered)
    except ValueError as error:
        raise Refusal(406, f"accept-encoding: {error}") from error
    if content_coding is None:
        raise Refusal(406, f"accept-encoding must permit {' or '.join(offered)}, got {accept_encoding!r}")
    return media_type, coding, content_coding
