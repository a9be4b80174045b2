"""The v1 signature, as one pure function.

Source: vendor page "REST API v1", API signatures; facts, section Signature: the values inside StringToSign are the
encoded bytes that go over the wire, in the order in which they go.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote

from optcloud.core.redact import Secret


def encode_parameters(parameters: Iterable[tuple[str, str]]) -> str:
    """Encode as the vendor's Python and C samples do: ``%20`` for a space, upper-case hex, ``/`` kept."""
    return "&".join(f"{name}={quote(value)}" for name, value in parameters)


def string_to_sign(verb: str, encoded: str, date: str) -> str:
    """``VERB&name=value&…&date``, with the parameters exactly as they are sent."""
    return "&".join(part for part in (verb, encoded, date) if part)


def sign(text: str, secret_key: Secret) -> str:
    """Return base64 (no line breaks) of HMAC-SHA1 over the text."""
    digest = hmac.new(secret_key.reveal().encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def date_header(wall: float) -> str:
    """Format seconds since the epoch as ``2011-10-08T07:07:09Z``, the form of the vendor's C and C# samples."""
    return datetime.fromtimestamp(wall, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
