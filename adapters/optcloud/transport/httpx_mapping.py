"""What both drivers share: the translation between httpx and our vocabulary. No IO here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http.cookiejar import CookieJar
from typing import Any, Protocol, Self

import httpx
from attrs import field, frozen

from optcloud.core.clock import Clock, SystemClock
from optcloud.core.content_codings import accepted
from optcloud.core.flow import Post, Reply, Request
from optcloud.core.prompts import QuestionHandler
from optcloud.core.reply_limits import ReplyLimits

TIMEOUT = httpx.Timeout(60.0, connect=10.0)
SIGNED_BY_TRANSPORT = ""
"""The token that generated clients are given: the transport signs their requests."""


COUNT = "optcloud.count"
"""Extension of a request: how often it has gone out before, as far as that is counted, which is for logs alone."""


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


def identity_request(effect: Post, timeout: httpx.Timeout) -> httpx.Request:
    """Return the request to the identity provider that an auth flow asks for."""
    return httpx.Request(
        "POST",
        effect.url,
        headers=dict(effect.headers),
        content=effect.content,
        extensions={"timeout": timeout.as_dict(), COUNT: effect.attempt - 1},
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
