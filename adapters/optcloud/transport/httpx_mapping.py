"""What both drivers share: the translation between httpx and our vocabulary. No IO here."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from http.cookiejar import CookieJar
from typing import Any, Protocol, Self

import httpx
from attrs import field, frozen

from optcloud.core.clock import Clock, SystemClock
from optcloud.core.content_codings import accepted
from optcloud.core.errors import TransportError
from optcloud.core.flow import Post, Reply, Request
from optcloud.core.prompts import QuestionHandler
from optcloud.core.reply_limits import ReplyLimits
from optcloud.core.retry import PASSING_STATUSES
from optcloud.transport.proxies import Proxy

NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_PASSING_ANSWERS = frozenset(map(str, PASSING_STATUSES))
TIMEOUT = httpx.Timeout(60.0, connect=10.0)
SIGNED_BY_TRANSPORT = ""
"""The token that generated clients are given: the transport signs their requests."""


class GeneratedClient(Protocol):
    """A client that was generated from a document, of which each package has its own class."""

    def set_httpx_client(self, client: httpx.Client) -> Self: ...
    def set_async_httpx_client(self, async_client: httpx.AsyncClient) -> Self: ...


class Observer(Protocol):
    """Called with each reply of the cloud; closed with the connection."""

    def __call__(self, request: Request, reply: Reply) -> None: ...
    def close(self) -> None: ...


@frozen
class DriverConfig:
    """What a driver is given from outside.

    The clock, what is called with events, the time-outs of one attempt, what observes replies and answers questions
    (None: nothing does), and how large replies may be.
    """

    clock: Clock = field(factory=SystemClock)
    notify: Callable[[object], None] = lambda _event: None
    timeout: httpx.Timeout = TIMEOUT
    observe: Observer | None = None
    ask: QuestionHandler | None = None
    limits: ReplyLimits = field(factory=ReplyLimits)


def transport_error(
    error: httpx.TransportError, proxy: Proxy | None = None, *, left: bool | None = None
) -> TransportError:
    """Say what failed, by which proxy, and whether the request can have reached the vendor.

    ``left`` decides that where it is False (`optcloud.transport.attempt`). Else failing to connect proves that nothing
    was sent; anything later proves nothing.
    """
    _drop_frames(error)
    words = str(error) or "no detail"
    if proxy is not None:
        words = f"{words} (through the proxy {proxy})"
    never = isinstance(error, NEVER_SENT) or left is False
    return TransportError(
        f"{type(error).__name__}: {words}", sent="no" if never else "unknown", passing=not _is_lasting(error)
    )


def _is_lasting(error: httpx.TransportError) -> bool:
    """Whether another attempt would fail in the same way: the request, the certificate or the proxy is at fault."""
    if isinstance(error, httpx.ProxyError):
        status, _space, reason = str(error).partition(" ")
        return not (status in _PASSING_ANSWERS or reason.startswith("Server could not connect"))
    return isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol) or _is_distrust(error)


def _is_distrust(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


def _drop_frames(error: BaseException | None) -> None:
    """Leave the frames of the HTTP library behind: their variables hold the headers, and so the keys."""
    while error is not None and error.__traceback__ is not None:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__


def identity_request(effect: Post, timeout: httpx.Timeout) -> httpx.Request:
    """Return the request to the identity provider that an auth flow asks for."""
    return httpx.Request(
        "POST",
        effect.url,
        headers=dict(effect.headers),
        content=effect.content,
        extensions={"timeout": timeout.as_dict()},
    )


class NoCookies(CookieJar):
    """Takes no cookies: credentials are in headers, and a reply with thousands would make each request cost more."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        """Leave them."""


def default_headers() -> httpx.Headers:
    """Return what every request says, as httpx has it. Only codings are asked for that can be undone in steps."""
    agent = f"python-httpx/{httpx.__version__}"
    return httpx.Headers(
        {"accept": "*/*", "accept-encoding": accepted(), "connection": "keep-alive", "user-agent": agent}
    )


def client_options(base_url: str, headers: Mapping[str, str], driver_config: DriverConfig) -> dict[str, Any]:
    """Return the keyword arguments of both httpx clients."""
    merged = default_headers()
    merged.update(headers)
    return {"base_url": base_url, "headers": merged, "timeout": driver_config.timeout, "cookies": NoCookies()}
