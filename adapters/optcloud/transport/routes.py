"""The routes that requests take: httpx's transports, by the environment's proxy and certificates.

It is imported with the first connection: httpcore is not needed before.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import h11
import httpx
from attrs import frozen

from optcloud.transport.certificates import no_tls, tls_context
from optcloud.transport.proxies import Proxy, proxy_for
from optcloud.transport.sent import DEPARTURE, Departure

T = TypeVar("T")
_VALUE = re.compile(r" b['\"].*", re.DOTALL)  # in what h11 says of a header


@frozen
class Route:
    """A proxy, or none, and whether TLS is spoken. Opens transports that tell httpx's errors only."""

    proxy: Proxy | None
    tls: bool

    @classmethod
    def to(cls, url: str) -> Route:
        """Return the route to an address. Raises `ConfigError` for a proxy that cannot be used."""
        proxy = proxy_for(url)
        return cls(proxy, url.startswith("https:") or (proxy is not None and proxy.url.startswith("https:")))

    def context(self) -> ssl.SSLContext:
        """Return what TLS is checked by. Raises `ConfigError` for certificates that cannot be used."""
        return tls_context() if self.tls else no_tls()

    def open(self, context: ssl.SSLContext) -> httpx.HTTPTransport:
        """Return a blocking transport."""
        return _Followed(self.proxy, context)

    def open_async(self, context: ssl.SSLContext) -> httpx.AsyncHTTPTransport:
        """Return an asyncio transport."""
        return _AsyncFollowed(self.proxy, context)


class _Routes(Generic[T]):
    """Transports to whatever address, one for each route; what belongs to a route is opened when it is first taken."""

    def __init__(self, open_route: Callable[[Route], T]) -> None:
        self._open_route = open_route
        self._by_route: dict[Route, T] = {}
        self._by_origin: dict[str, T] = {}

    def to(self, url: str) -> T:
        """Return the transport to an address. Raises `ConfigError`."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._by_origin:
            route = Route.to(origin)
            if route not in self._by_route:
                self._by_route.setdefault(route, self._open_route(route))
            self._by_origin[origin] = self._by_route[route]
        return self._by_origin[origin]

    @property
    def opened(self) -> list[T]:
        """All transports that were opened."""
        return list(self._by_route.values())


class Routes(_Routes[httpx.BaseTransport], httpx.BaseTransport):
    """The blocking form."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request by its route."""
        return self.to(str(request.url)).handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        for transport in self.opened:
            transport.close()


class AsyncRoutes(_Routes[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport):
    """The asyncio form."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request by its route."""
        return await self.to(str(request.url)).handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        for transport in self.opened:
            await transport.aclose()


class _Followed(httpx.HTTPTransport):
    def __init__(self, proxy: Proxy | None, context: ssl.SSLContext) -> None:
        super().__init__(verify=context, proxy=None if proxy is None else proxy.for_httpx(context))
        self._proxy = proxy

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        departure = Departure(self._proxy)
        request.extensions |= {DEPARTURE: departure, "trace": departure.note}
        with _errors_of_httpx(self._proxy):
            return super().handle_request(request)


class _AsyncFollowed(httpx.AsyncHTTPTransport):
    def __init__(self, proxy: Proxy | None, context: ssl.SSLContext) -> None:
        super().__init__(verify=context, proxy=None if proxy is None else proxy.for_httpx(context))
        self._proxy = proxy

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        departure = Departure(self._proxy)
        request.extensions |= {DEPARTURE: departure, "trace": departure.note_async}
        with _errors_of_httpx(self._proxy):
            return await super().handle_async_request(request)


@contextmanager
def _errors_of_httpx(proxy: Proxy | None) -> Iterator[None]:
    """Translate what httpx lets through: h11's refusal of a body of another length than said, SOCKS that is none."""
    try:
        yield
    except httpx.LocalProtocolError as error:
        _hide(error, lambda words: _VALUE.sub("", words))
        raise
    except httpx.ProxyError as error:
        if proxy is not None:
            _hide(error, proxy.redact)
        raise
    except h11.ProtocolError as error:
        raise httpx.LocalProtocolError(str(error)) from error
    except Exception as error:
        if _is_of_socks(error):
            raise httpx.ProxyError("what it answers is not SOCKS version 5") from error
        raise


def _hide(error: BaseException | None, redact: Callable[[str], str]) -> None:
    """Hide a secret in words that go through all errors of a chain: a header's value, a proxy's password."""
    while error is not None:
        error.args = tuple(redact(str(argument)) for argument in error.args)
        error = error.__cause__


def _is_of_socks(error: Any) -> bool:
    """Whether the exchange of words with a SOCKS proxy failed: httpcore and socksio have no class for all of it."""
    at = error.__traceback__
    while at.tb_next is not None:
        at = at.tb_next
    name: str = at.tb_frame.f_globals.get("__name__", "")
    return name.startswith("socksio.") or (name.endswith(".socks_proxy") and isinstance(error, AssertionError))
