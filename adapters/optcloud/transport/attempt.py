"""One request on the wire: until when its caller waits, how long the reply may take, whether anything has left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx

from optcloud.core.addresses import USUAL_PORTS
from optcloud.core.errors import DeadlineExceeded, Sent, TransportError
from optcloud.core.flow import NEVER, Request
from optcloud.core.reply_limits import ReplyLimits, is_result
from optcloud.transport.failures import Destination, transport_error
from optcloud.transport.proxies import Proxy

# Where a request carries what is meant for the transport, among its extensions.
ATTEMPT, UNTIL, TRANSFER = "optcloud.attempt", "optcloud.until", "optcloud.transfer"
_FIVE_MINUTES = 300.0


class Attempt:
    """Says how long each step may take. The reply's time begins with the first step of reading it.

    ``left`` says whether bytes of the request were sent or may have been; None where no connection noted it. What is
    said to a proxy before (``CONNECT``, the handshake of SOCKS) is not the request.
    """

    def __init__(
        self,
        now: Callable[[], float],
        until: float,
        request: Request,
        limits: ReplyLimits,
        named_by: Callable[[], str] = str,
    ) -> None:
        """Raise `DeadlineExceeded` where no time is left: then nothing is sent.

        ``named_by`` says which setting the address comes from.
        """
        self._now = now
        self._url = request.url
        self._named_by = named_by
        self._until = until
        self._reply_until = NEVER
        self._decides = False  # the deadline, in place of the step's own time-out
        self._proxy: Proxy | None = None
        self.left: bool | None = None
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
        """Raise `DeadlineExceeded` where a piece of the reply came too late."""
        left = self.allows_reading(0.0)
        if self._decides or left is None:
            raise self._exceeded("unknown")

    def begin(self, proxy: Proxy | None) -> None:
        """Note that a connection takes the request, by which proxy. Nothing of it has left yet."""
        self._proxy, self.left = proxy, False

    def wrote(self) -> None:
        """Note that bytes go out. By a proxy they need not be the request's: there `trace` tells it."""
        self.left = self.left or self._proxy is None

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Note what httpcore tells by its extension "trace" of a request that goes by a proxy."""
        import httpcore  # noqa: PLC0415 - it is there when it tells something, and not when optcloud is imported

        if event.endswith(".send_request_headers.started"):
            self.left = info["request"].method != b"CONNECT"
        elif event.endswith(".send_request_headers.failed") and self.left:
            self.left = not isinstance(info["exception"], httpcore.LocalProtocolError)  # h11 refused to write it

    async def trace_async(self, event: str, info: Mapping[str, Any]) -> None:
        """Note the same of the asyncio form."""
        self.trace(event, info)

    def destination(self) -> Destination:
        """Return where the request goes, as errors name it."""
        return Destination(host_and_port(self._url), self._named_by(), self._proxy)

    def failure(self, error: httpx.TransportError) -> TransportError:
        """Return what to raise: time was over, or the wire failed."""
        failed = transport_error(error, self.destination(), left=self.left)
        return self._exceeded(failed.sent) if self._decides and isinstance(error, httpx.TimeoutException) else failed

    def broken_off(self, error: httpx.TransportError | DeadlineExceeded, status: int, body: bytes) -> TransportError:
        """Return what to raise when a reply broke off; what had come of it is kept."""
        lost = self.failure(error) if isinstance(error, httpx.TransportError) else error
        return type(lost)(str(lost), sent=lost.sent, status=status, body=body, passing=lost.passing, hint=lost.hint)

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


def host_and_port(url: Any) -> str:
    """Return ``acme.aimms.cloud:443``, also where the port is the usual one."""
    host = f"[{url.host}]" if ":" in url.host else url.host
    return f"{host}:{url.port or USUAL_PORTS.get(url.scheme, '')}"


def out_of_time(sent: Sent = "no") -> DeadlineExceeded:
    """Return what says that the caller's time is over."""
    return DeadlineExceeded("the time that was given for it is over", sent=sent)
