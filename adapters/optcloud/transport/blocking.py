"""The blocking driver, and the httpx transport that sends every request by its policy."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from optcloud.core.flow import NEVER, Call, Fetch, Flow, Post, Send, Sleep
from optcloud.core.process_bound import renew_in_child
from optcloud.core.prompts import Question, ask
from optcloud.core.request_policy import RequestPolicy
from optcloud.core.secret import Secret
from optcloud.transport.attempt import out_of_time
from optcloud.transport.base import BaseConnection, BaseDriver, BaseTransport, Lock, finished
from optcloud.transport.clients import PolicyClient
from optcloud.transport.httpx_mapping import SIGNED_BY_TRANSPORT, DriverConfig, GeneratedClient, client_options

if TYPE_CHECKING:
    from optcloud.transport.routes import Routes

T = TypeVar("T")
G = TypeVar("G", bound=GeneratedClient)


class Driver(BaseDriver[Callable[[Any], httpx.Response]]):
    """Runs flows by blocking. ``perform`` does the IO effects (`Call`, `Send`, `Post`, `Fetch`)."""

    def __init__(self, perform: Callable[[Any], httpx.Response], driver_config: DriverConfig) -> None:
        super().__init__(perform, driver_config)
        self._lock = threading.RLock()
        renew_in_child(self)

    def after_fork(self) -> None:
        """Make the lock anew: who held it may not be in this process."""
        self._lock = threading.RLock()

    def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end and return its value, or raise what it raises."""
        return finished(self.carry_out(flow))

    async def work(self, work: Callable[[], T]) -> T:
        """Do what may block."""
        return work()

    async def _io(self, effect: Call | Send | Post | Fetch) -> httpx.Response:
        return self._perform_io(effect)

    async def _ask(self, question: Question) -> Secret | None:
        return ask(self._driver_config.ask, question)

    async def _sleep(self, effect: Sleep) -> None:
        if effect.alarm is None:
            self._driver_config.clock.sleep(effect.seconds)
        else:
            self._driver_config.clock.doze(effect.seconds, effect.alarm)

    async def _taken_lock(self) -> Lock:
        lock = self._lock
        if not lock.acquire(timeout=-1 if self._until == NEVER else min(self._left(), threading.TIMEOUT_MAX)):
            raise out_of_time()
        return lock


class Transport(BaseTransport[httpx.BaseTransport], httpx.BaseTransport):
    """Signs, sends, repeats and raises for every request of an httpx client, by the cloud's `RequestPolicy`."""

    def __init__(
        self, policy: RequestPolicy, driver_config: DriverConfig, inner: httpx.BaseTransport | None = None
    ) -> None:
        if inner is None:
            inner = _open_connections(policy)
            inner.to(policy.base_url)  # raises at once what cannot be used
        super().__init__(policy, driver_config, inner)
        self._driver = Driver(lambda effect: finished(self._send(effect)), driver_config)
        self.run = self._driver.run  # flows of signing in, which `Post`

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Run the policy's exchange for one request. Raises errors of `optcloud.core.errors`."""
        return finished(self.exchange(request))

    async def _read_body(self, request: httpx.Request) -> None:
        request.read()

    async def _response(self, request: httpx.Request) -> httpx.Response:
        return self._inner.handle_request(request)

    def _pieces(self, stream: httpx.SyncByteStream) -> AsyncIterator[bytes]:
        return _Pieces(iter(stream))

    async def _close_stream(self, stream: httpx.SyncByteStream) -> None:
        stream.close()

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()
        self._end_observation()


class _Pieces(AsyncIterator[bytes]):
    """The pieces of a body, each of which is waited for by blocking."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    async def __anext__(self) -> bytes:
        for piece in self._pieces:
            return piece
        raise StopAsyncIteration


def _open_connections(policy: RequestPolicy) -> Routes:
    """Return connections to any address, by the environment's proxies and certificates."""
    from optcloud.transport.connection_pool import ConnectionPool  # noqa: PLC0415 - httpcore, which is imported with the first connection
    from optcloud.transport.routes import Routes  # noqa: PLC0415

    return Routes(ConnectionPool)


class Connection(BaseConnection):
    """One cloud's httpx client, and the driver for its flows. Both send by the cloud's `RequestPolicy`."""

    def __init__(self, policy: RequestPolicy, driver_config: DriverConfig) -> None:
        self._transport = Transport(policy, driver_config)
        self._signed_urls = _open_connections(policy)
        self.identify = self._transport.run
        self.client = PolicyClient(
            policy, transport=self._transport, **client_options(policy.base_url, policy.headers, driver_config)
        )
        super().__init__(policy, driver_config, self.client.headers)
        self.run = Driver(lambda effect: finished(self._exchange(effect)), driver_config).run

    def blocking(self) -> Connection:
        """Return a connection of its own, by the same policy."""
        return Connection(self._policy, self._unobserved)

    def generated_client(self, kind: Callable[..., G]) -> G:
        """Return a generated client whose requests go over this connection: signed, retried, raising our errors."""
        return kind(base_url=str(self.client.base_url), token=SIGNED_BY_TRANSPORT).set_httpx_client(self.client)

    def close(self) -> None:
        """Close the connections."""
        self.client.close()
        self._signed_urls.close()
