"""The routes that requests take: httpcore's connections, by the environment's proxy and certificates.

It is imported with the first connection: httpcore is not needed before.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from typing import Any, Generic, TypeVar

import h11
import httpcore
import httpx
from attrs import frozen

from optcloud.transport.attempt import host_and_port
from optcloud.transport.certificates import in_use, no_tls, tls_context
from optcloud.transport.proxies import Proxy, proxy_for
from optcloud.transport.wire_log import log_route

T = TypeVar("T")
_VALUE = re.compile(r" b['\"].*", re.DOTALL)  # in what h11 says of a header
_OF_HTTPCORE = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    httpcore.ProtocolError,
)


@frozen
class Route:
    """A proxy, or none, and whether TLS is spoken."""

    proxy: Proxy | None
    tls: bool

    @classmethod
    def to(cls, url: str) -> Route:
        """Return the route to an address. Raises `ConfigError` for a proxy that cannot be used."""
        proxy = proxy_for(url)
        return cls(proxy, url.startswith("https:") or (proxy is not None and proxy.url.startswith("https:")))

    def words(self) -> str:
        """Say which way it is, and by which certificates TLS is checked."""
        way = "without a proxy" if self.proxy is None else f"through the proxy {self.proxy}"
        return f"{way}, " + (f"TLS checked by {in_use()}" if self.tls else "without TLS")

    def context(self) -> ssl.SSLContext:
        """Return what TLS is checked by. Raises `ConfigError` for certificates that cannot be used."""
        return tls_context() if self.tls else no_tls()


@frozen
class Origin:
    """Where connections lead: an address's scheme, host and port, the route there, and what TLS is checked by."""

    url: httpcore.URL
    route: Route
    context: ssl.SSLContext

    @property
    def _proxy(self) -> httpcore.Proxy | None:
        return None if self.route.proxy is None else self.route.proxy.for_httpcore(self.context)

    def connection(self, network: httpcore.NetworkBackend) -> httpcore.ConnectionInterface:
        """Return a connection, which is opened with its first request."""
        pool = httpcore.ConnectionPool(self.context, proxy=self._proxy, network_backend=network)
        return pool.create_connection(self.url.origin)

    def connection_async(self, network: httpcore.AsyncNetworkBackend) -> httpcore.AsyncConnectionInterface:
        """Return a connection of the asyncio form."""
        pool = httpcore.AsyncConnectionPool(self.context, proxy=self._proxy, network_backend=network)
        return pool.create_connection(self.url.origin)


class _PoolsByOrigin(Generic[T]):
    """Pools of connections to whatever address, one for each origin, made when it is first asked for."""

    def __init__(self, make_pool: Callable[[Origin], T]) -> None:
        self._make_pool = make_pool
        self._contexts: dict[Route, ssl.SSLContext] = {}  # making one takes long
        self._pools: dict[tuple[bytes, bytes, int | None], T] = {}

    def to(self, url: str) -> T:
        """Return the pool for an address. Raises `ConfigError`."""
        return self._pool(httpx.URL(url))

    def _pool(self, url: httpx.URL) -> T:
        origin = url.raw_scheme, url.raw_host, url.port
        if origin not in self._pools:
            self._pools.setdefault(origin, self._make_pool(self._origin(url)))
        return self._pools[origin]

    def _origin(self, url: httpx.URL) -> Origin:
        route = Route.to(str(url))
        log_route(host_and_port(url), route.words)
        if route not in self._contexts:
            self._contexts.setdefault(route, route.context())
        return Origin(_to_httpcore(url), route, self._contexts[route])


class Routes(_PoolsByOrigin[httpx.BaseTransport], httpx.BaseTransport):
    """The blocking form."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request by its route."""
        return self._pool(request.url).handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        for pool in list(self._pools.values()):
            pool.close()


class AsyncRoutes(_PoolsByOrigin[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport):
    """The asyncio form."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request by its route."""
        return await self._pool(request.url).handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        for pool in list(self._pools.values()):
            await pool.aclose()


def request_for_httpcore(request: httpx.Request) -> httpcore.Request:
    """Return a request as httpcore takes it."""
    return httpcore.Request(
        request.method,
        _to_httpcore(request.url),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


def _to_httpcore(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def httpx_error(error: BaseException, proxy: Proxy | None) -> httpx.TransportError | None:
    """Return what to raise from an error of httpcore, h11 or socksio; None: it is no error of the wire.

    Secrets in its words are hidden, also in those of its causes: a header's value, a proxy's password.
    """
    if not isinstance(error, Exception):
        return None  # Ctrl-C and cancellation, wherever they strike
    if isinstance(error, httpcore.LocalProtocolError):
        _hide(error, lambda words: _VALUE.sub("", words))
    elif isinstance(error, httpcore.ProxyError) and proxy is not None:
        _hide(error, proxy.redact)
    if isinstance(error, _OF_HTTPCORE):
        kind: type[httpx.TransportError] = getattr(httpx, type(error).__name__)
        return kind(str(error))
    if isinstance(error, h11.ProtocolError):  # a body of another length than was said
        return httpx.LocalProtocolError(str(error))
    return httpx.ProxyError("what it answers is not SOCKS version 5") if _is_of_socks(error) else None


def _hide(error: BaseException | None, redact: Callable[[str], str]) -> None:
    while error is not None:
        error.args = tuple(redact(str(argument)) for argument in error.args)
        error = error.__cause__


def _is_of_socks(error: Any) -> bool:
    """Whether the handshake with a SOCKS proxy failed: httpcore and socksio have no class for all of it."""
    at = error.__traceback__
    while at.tb_next is not None:
        at = at.tb_next
    name: str = at.tb_frame.f_globals.get("__name__", "")
    return name.startswith("socksio.") or (name.endswith(".socks_proxy") and isinstance(error, AssertionError))
