"""The log of requests (`optcloud.core.logs`): a line for each one that goes out, and what came of it; no secret in any.

Left out are queries, bodies and whatever a header may hold that is not known to be harmless.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

import httpx

from optcloud.core.errors import OptCloudError
from optcloud.core.escaping import escaped
from optcloud.core.logs import FACTS, wire
from optcloud.core.replies import REQUEST_ID_HEADERS
from optcloud.core.request_policy import RequestPolicy
from optcloud.core.secret import MASK
from optcloud.core.signed_urls import NoCredentials
from optcloud.transport.attempt import Attempt, host_and_port
from optcloud.transport.httpx_mapping import COUNT

_HARMLESS = frozenset(
    {
        *("accept", "accept-encoding", "allow", "cache-control", "connection", "content-encoding", "content-length"),
        *("content-type", "date", "host", "retry-after", "server", "transfer-encoding", "user-agent", "vary", "via"),
        *("x-amz-target", "x-gurobi-date", *REQUEST_ID_HEADERS),
    }
)


def is_logged() -> bool:
    """Whether anybody hears of requests."""
    return wire.isEnabledFor(logging.INFO)


class WireEntry:
    """One request on the wire, as a context: logged when it ends, whatever its end is."""

    def __init__(
        self, policy: RequestPolicy, request: httpx.Request, attempt: Attempt, now: Callable[[], float]
    ) -> None:
        self._policy, self._request, self._attempt, self._now = policy, request, attempt, now
        self._began = now()
        self._status: int | None = None
        self._number = int(request.extensions.get(COUNT, 0)) + 1
        request.extensions[COUNT] = self._number

    def __enter__(self) -> Self:
        if wire.isEnabledFor(logging.DEBUG):
            named_by = self._attempt.destination().named_by
            place = f" (the address is from {named_by})" if named_by else ""
            sent = self._headers(self._request.headers.multi_items())
            self._say(logging.DEBUG, f"{self._what()}{place}: goes out with {sent}")
        return self

    def answered(self, reply: httpx.Response) -> httpx.Response:
        """Note the reply, and return it."""
        self._status = reply.status_code
        if wire.isEnabledFor(logging.DEBUG):
            came = self._headers(reply.headers.multi_items())
            self._say(logging.DEBUG, f"{self._what()}: answered {reply.status_code}, with {came}")
        return reply

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        seconds = self._now() - self._began
        facts: dict[str, Any] = {"seconds": round(seconds, 6), "attempt": self._number}
        if error is None:
            ended = str(self._status)
            facts["status"] = self._status
        else:  # what is raised by us is redacted again: who raises it here does not know the secrets
            ended = self._policy.redact(str(error)) if isinstance(error, OptCloudError) else type(error).__name__
            facts["failure"] = ended
        self._say(logging.INFO, f"{self._what()}: {ended} ({seconds:.3f} s, attempt {self._number})", **facts)

    def _what(self) -> str:
        operation = self._operation()
        return f"{self._request.method} {self._request.url.netloc.decode()}{self._path()}" + (
            f" {operation}" if operation else ""
        )

    def _path(self) -> str:
        """Return the path without the query. A signed address may have its signature anywhere."""
        if isinstance(self._policy.auth, NoCredentials):
            return f"/{MASK}"
        return self._policy.redact(self._request.url.raw_path.decode("ascii").partition("?")[0])

    def _operation(self) -> str:
        described = self._request.extensions.get("operation") or {}
        return str(described.get("id") or self._request.headers.get("x-amz-target", "").rpartition(".")[2])

    def _headers(self, headers: Iterable[tuple[str, str]]) -> str:
        shown = (f"{name}: {value if name.lower() in _HARMLESS else MASK}" for name, value in headers)
        return self._policy.redact("; ".join(shown))

    def _say(self, level: int, words: str, **facts: Any) -> None:
        own = {
            "event": "request" if level == logging.INFO else "wire",
            "method": self._request.method,
            "host": host_and_port(self._request.url),
            "path": self._path(),
            "operation": self._operation(),
            "vendor": self._policy.vendor,
        }
        wire.log(level, "%s", escaped(words, keep=""), extra={FACTS: own | facts})


def log_route(address: str, words: Callable[[], str]) -> None:
    """Tell how requests to an address will go."""
    if wire.isEnabledFor(logging.DEBUG):
        wire.debug("%s: %s", address, words())


def log_connected(host: str, port: int) -> None:
    """Tell that a connection was made."""
    if wire.isEnabledFor(logging.DEBUG):
        wire.debug("connected to %s port %d", host, port)


def log_tls(secured: ssl.SSLObject | ssl.SSLSocket | None) -> None:
    """Tell which TLS a connection speaks."""
    if secured is not None and wire.isEnabledFor(logging.DEBUG):
        cipher = secured.cipher()
        wire.debug("TLS is up: %s, %s", secured.version(), cipher[0] if cipher else "no cipher")


def log_pause(seconds: float) -> None:
    """Tell that nothing is done for a while."""
    if wire.isEnabledFor(logging.DEBUG):
        wire.debug("pause of %.1f s", seconds)
