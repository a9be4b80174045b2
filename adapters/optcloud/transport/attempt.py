"""The time of one request on the wire: until when its caller waits, and how long the whole reply may take."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from optcloud.core.errors import DeadlineExceeded, Sent, TransportError
from optcloud.core.flow import NEVER, Request
from optcloud.core.reply_limits import ReplyLimits, is_result
from optcloud.transport.httpx_mapping import transport_error

# Where a request carries what is meant for the transport, among its extensions.
ATTEMPT, UNTIL, TRANSFER = "optcloud.attempt", "optcloud.until", "optcloud.transfer"
_FIVE_MINUTES = 300.0


class Attempt:
    """Says how long each step may take. The reply's time begins with the first step of reading it."""

    def __init__(self, now: Callable[[], float], until: float, request: Request, limits: ReplyLimits) -> None:
        """Raise `DeadlineExceeded` where no time is left: then nothing is sent."""
        self._now = now
        self._until = until
        self._reply_until = NEVER
        self._decides = False  # the deadline, in place of the step's own time-out
        self._request = request
        self.limits = limits
        described = request.extensions.get("operation") or {}
        self.is_result = TRANSFER in request.extensions or is_result(described.get("responses"))
        timeout = request.extensions.get("timeout", {}).get("read") or _FIVE_MINUTES
        self._seconds = limits.seconds(is_result=self.is_result, timeout=timeout)
        if until != NEVER and now() >= until:
            raise out_of_time()

    def allows(self, timeout: float | None) -> float | None:
        """Return how many seconds a step of connecting or sending may take, as it would take ``timeout`` at most."""
        self._reply_until = NEVER
        return self._clamped(timeout, self._until)

    def allows_reading(self, timeout: float | None) -> float | None:
        """Return how many seconds a step of reading the reply may take."""
        if self._reply_until == NEVER:
            self._reply_until = self._now() + self._seconds
        return self._clamped(timeout, min(self._until, self._reply_until))

    def check(self) -> None:
        """A piece of the reply has come: raise `DeadlineExceeded` where it came too late."""
        left = self.allows_reading(0.0)
        if self._decides or left is None:
            raise self._exceeded("unknown")

    def failure(self, error: httpx.TransportError) -> TransportError:
        """Return what to raise: time was over, or the wire failed."""
        if self._decides and isinstance(error, httpx.TimeoutException):
            return self._exceeded(transport_error(error, self._request).sent)
        return transport_error(error, self._request)

    def broken_off(self, error: httpx.TransportError | DeadlineExceeded, status: int, body: bytes) -> TransportError:
        """Return what to raise when a reply broke off; what had come of it is kept."""
        lost = self.failure(error) if isinstance(error, httpx.TransportError) else error
        return type(lost)(str(lost), sent=lost.sent, status=status, body=body)

    def _clamped(self, timeout: float | None, until: float) -> float | None:
        if until == NEVER:
            self._decides = False
            return timeout
        left = max(until - self._now(), 0.0)
        self._decides = timeout is None or left <= timeout
        return left if self._decides else timeout

    def _exceeded(self, sent: Sent) -> DeadlineExceeded:
        if self._reply_until < self._until:
            which = "result_time" if self.is_result else "reply_time"
            words = f"the reply had not come whole after {self._seconds:g} s; {which} of ReplyLimits allows more"
            return DeadlineExceeded(words, sent="unknown")
        return out_of_time(sent)


def out_of_time(sent: Sent = "no") -> DeadlineExceeded:
    """Return what says that the caller's time is over."""
    return DeadlineExceeded("the time that was given for it is over", sent=sent)
