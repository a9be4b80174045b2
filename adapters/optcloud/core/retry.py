"""When a request is repeated: short deciders, and the Retry-After reader.

Law: a read may be repeated freely; anything else only when it provably never left, or when the vendor makes it
idempotent. Polling is not retrying: see `optcloud.core.polling`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

from attrs import field, frozen

from optcloud.core.errors import (
    DeadlineExceeded,
    RateLimited,
    ReplyError,
    ResponseMismatch,
    ServerError,
    TransportError,
)

READS = frozenset({"GET", "HEAD", "OPTIONS"})
PASSING_STATUSES = frozenset({408, 429, 500, 502, 503, 504})


def unpredictable() -> float:
    """Return a number from 0 to 1. (The bound ``random.random`` would be pickled with the state of its generator.)"""
    return random.random()  # noqa: S311 - it spreads requests, nothing more  # nosec B311


def retry_after(headers: Mapping[str, str], wall: float) -> float | None:
    """Seconds to wait by the ``Retry-After`` header (a number, or an HTTP date compared with ``wall``), or None.

    Source: RFC 9110, section 10.2.3. Anything unreadable counts as absent.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    date = http_date(value)
    return None if date is None else max(0.0, date - wall)


def http_date(value: str) -> float | None:
    """Read an HTTP date (RFC 9110, section 5.6.7) as seconds since the epoch; None where it cannot be read."""
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # the latter for a year beyond all years
        return None
    return date.replace(tzinfo=date.tzinfo or UTC).timestamp()


def growing_pause(failures: int, first: float, longest: float, chance: Callable[[], float] = unpredictable) -> float:
    """Return the seconds to wait after so many failures in a row: exponential, with half of it as jitter, clamped."""
    full = min(longest, first * 2.0 ** min(failures - 1, 30))
    return full * (0.5 + 0.5 * chance())


@frozen
class RetryPolicy:
    """How often and how fast one request is repeated. Times in seconds.

    ``attempts`` counts the first one too; ``longest`` also caps what a server may ask for by Retry-After.
    """

    attempts: int = 4
    first: float = 0.5
    longest: float = 20.0
    random: Callable[[], float] = field(default=unpredictable, repr=False)

    def backoff(self, attempt: int) -> float:
        """Return the seconds to wait after attempt number ``attempt`` (`growing_pause`)."""
        return growing_pause(attempt, self.first, self.longest, self.random)

    def delay(self, error: Exception, attempt: int, *, repeatable: bool) -> float | None:
        """Seconds to wait before attempt number ``attempt + 1``, or None: give up and raise ``error``."""
        if attempt >= self.attempts or isinstance(error, DeadlineExceeded):
            return None
        if isinstance(error, TransportError):
            return self.backoff(attempt) if error.passing and (repeatable or error.sent == "no") else None
        if not repeatable or not isinstance(error, ReplyError):
            return None
        if not _may_pass(error):
            return None
        asked = error.retry_after if isinstance(error, RateLimited | ServerError) else None
        return max(self.backoff(attempt), min(asked or 0.0, self.longest))


def _may_pass(error: ReplyError) -> bool:
    garbled = isinstance(error, ResponseMismatch) and error.passing
    return garbled or error.status in PASSING_STATUSES or isinstance(error, RateLimited)  # Cognito throttles with 400
