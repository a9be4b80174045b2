"""What both drivers share: the translation between httpx and our vocabulary. No IO here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx
from attrs import field, frozen

from optcloud.core.clock import Clock, SystemClock
from optcloud.core.decoding import accepted
from optcloud.core.errors import TransportError
from optcloud.core.exchange import LOOPBACK
from optcloud.core.flow import Post, Reply, Request
from optcloud.core.limits import ReplyLimits
from optcloud.core.questions import Asker

NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
TIMEOUT = httpx.Timeout(60.0, connect=10.0)
SIGNED_ON_THE_ROAD = ""
"""The token that generated clients are given: the road signs their requests."""


class Observer(Protocol):
    """Who is shown each reply of the cloud as it comes, and told when the connection is closed."""

    def __call__(self, request: Request, reply: Reply) -> None: ...
    def close(self) -> None: ...


@frozen
class Surroundings:
    """What a driver is given from outside.

    The clock, who listens to progress, the time-outs of one attempt, who observes replies and answers questions, if
    anybody, and how large replies may be.
    """

    clock: Clock = field(factory=SystemClock)
    notify: Callable[[object], None] = lambda _event: None
    timeout: httpx.Timeout = TIMEOUT
    observe: Observer | None = None
    ask: Asker | None = None
    limits: ReplyLimits = field(factory=ReplyLimits)


def proxy_for(base_url: str) -> str | None:
    """Return the proxy that the environment names for an address (``HTTPS_PROXY``, ``NO_PROXY`` …); never for loopback.

    httpx itself looks only where no transport is handed to it.
    """
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if host in LOOPBACK or proxy_bypass(host):
        return None
    proxies = getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")


def transport_error(error: httpx.TransportError) -> TransportError:
    """Say what failed, and whether the request can have reached the vendor.

    Failing to connect proves that nothing was sent; anything later proves nothing.
    """
    _drop_frames(error)
    words = str(error) or "no detail"
    return TransportError(f"{type(error).__name__}: {words}", sent="no" if isinstance(error, NEVER_SENT) else "unknown")


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


def client_options(base_url: str, headers: Mapping[str, str], surroundings: Surroundings) -> dict[str, Any]:
    """Return the keyword arguments of both httpx clients. Only codings are asked for that can be undone in steps."""
    given = httpx.Headers({"accept-encoding": accepted(), **headers})
    return {"base_url": base_url, "headers": given, "timeout": surroundings.timeout}
