"""The v1 signature, as one pure function.

Source: vendor page "REST API v1", API signatures; Gurobi facts 2: the values inside StringToSign are the
encoded bytes that go over the wire, in the order in which they go.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote

from optcloud.core.errors import BadRequest
from optcloud.core.request_checks import HALF_A_PAIR
from optcloud.core.secret import Secret, as_secret

VENDOR = "Gurobi Instant Cloud"


def encode_parameters(parameters: Iterable[tuple[str, str | Secret]]) -> str:
    """Encode as the vendor's Python and C samples do: ``%20`` for a space, upper-case hex, ``/`` kept.

    Raises `BadRequest` for a value that no UTF-8 can carry; it names the parameter and does not show the value.
    """
    return "&".join(f"{name}={_quoted(name, as_secret(value))}" for name, value in parameters)


def _quoted(name: str, value: Secret) -> str:
    try:
        return quote(value.reveal())
    except UnicodeEncodeError as error:
        at = error.start
    raise BadRequest(  # outside the clause: the first error holds the value, which may be a password
        f"{name}: sign {at + 1} of the text is {HALF_A_PAIR}", vendor=VENDOR
    )


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
