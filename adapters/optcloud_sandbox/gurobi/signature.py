"""The server's side of the signature: the raw bytes received, in the order received (Gurobi facts 2)."""

import base64
import hmac
import re
from datetime import datetime, timedelta
from urllib.parse import unquote_to_bytes

# The C and C# samples send 2011-10-08T07:07:09Z, the Python one a fraction and an offset, the Java one "07::09Z".
_DATE = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)T(?P<hour>\d\d)::?(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{1,9})?)?"
    r"(?P<zone>Z|[+-]\d\d:?\d\d)"
)


def string_to_sign(verb: str, raw_parameters: bytes, date: str) -> bytes:
    """VERB&name=value&...&date, the parameters being the query string or the form body as it came."""
    return b"&".join([verb.encode("ascii"), *([raw_parameters] if raw_parameters else []), date.encode("latin-1")])


def signature(secret_key: str, text: bytes) -> str:
    return base64.b64encode(hmac.digest(secret_key.encode(), text, "sha1")).decode("ascii")


def matches(expected: str, received: str) -> bool:
    return hmac.compare_digest(expected.encode("ascii"), received.encode("latin-1"))


def skewed(date: str, now: datetime, most: float | None) -> bool:
    """Whether the date header lies more than `most` seconds from `now`; a date that cannot be read does."""
    found = _DATE.fullmatch(date)
    if found is None:
        return True
    zone = found["zone"].replace("Z", "+00:00")
    try:
        sent = datetime.fromisoformat(
            f"{found['day']}T{found['hour']}:{found['minute']}:{found['second'] or '00'}{zone}"
        )
    except ValueError:
        return True
    return most is not None and abs(now - sent) > timedelta(seconds=most)


def decoded(raw_parameters: bytes) -> dict[str, str]:
    """Parameters in any of the samples' dialects: a space as %20 or +, hex digits in either case, values left raw."""
    pairs = (pair.partition(b"=") for pair in raw_parameters.split(b"&") if pair)
    return {_text(name): _text(value) for name, _, value in pairs}


def _text(raw: bytes) -> str:
    return unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8", "replace")
