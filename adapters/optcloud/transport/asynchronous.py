"""The asyncio driver, and the httpx transport that sends every request by its policy."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import httpx

from optcloud.core.flow import NEVER, Call, Fetch, Flow, Post, Send, Sleep
from optcloud.core.prompts import Question, ask_async
from optcloud.core.request_policy import RequestPolicy
from optcloud.core.secret import Secret
from optcloud.transport.attempt import out_of_time
from optcloud.transport.base import BaseConnection, BaseDriver, BaseTransport, Lock
from optcloud.transport.blocking import Connection
from optcloud.transport.clients import AsyncPolicyClient
from optcloud.transport.event_loops import PerLoop
from optcloud.transport.httpx_mapping import SIGNED_BY_TRANSPORT, DriverConfig, GeneratedClient, client_options

if TYPE_CHECKING:
    from optcloud.transport.routes import AsyncRoutes

T = TypeVar("T")
G = TypeVar("G", bound=GeneratedClient)


class AsyncDriver(BaseDriver[Callable[[Any], Awaitable[httpx.Response]]]):
    """Runs flows in the event loop. ``perform`` does the IO effects (`Call`, `Send`, `Post`, `Fetch`)."""

    def __init__(self, perform: Callable[[Any], Awaitable[httpx.Response]], driver_config: DriverConfig) -> None:
        super().__init__(perform, driver_config)
        self._locks = PerLoop(asyncio.Lock)

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end and return its value, or raise what it raises."""
        return await self.carry_out(flow)

    async def work(self, work: Callable[[], T]) -> T:
        """Do what may block, in a thread."""
        return await asyncio.to_thread(work)

    async def _io(self, effect: Call | Send | Post | Fetch) -> httpx.Response:
        return await self._perform_io(effect)

    async def _ask(self, question: Question) -> Secret | None:
        return await ask_async(self._driver_config.ask, question)

    async def _sleep(self, effect: Sleep) -> None:
        if effect.alarm is None:
            await self._driver_config.clock.sleep_async(effect.seconds)
        else:
            await self._driver_config.clock.doze_async(effect.seconds, effect.alarm)

    async def _taken_lock(self) -> Lock:
        lock = self._locks.here()
        try:
            async with asyncio.timeout(None if self._until == NEVER else self._left()):
                await lock.acquire()
        except TimeoutError:
            raise out_of_time() from None
        return lock


class AsyncTransport(BaseTransport[httpx.AsyncBaseTransport], httpx.AsyncBaseTransport):
    """Signs, sends, repeats and raises for every request of an httpx client, by the cloud's `RequestPolicy`."""

    def __init__(
        self, policy: RequestPolicy, driver_config: DriverConfig, inner: httpx.AsyncBaseTransport | None = None
    ) -> None:
        if inner is None:
            inner = _open_connections(policy)
            inner.to(policy.base_url)  # raises at once what cannot be used
        super().__init__(policy, driver_config, inner)
        self._driver = AsyncDriver(self._send, driver_config)
        self.run = self._driver.run  # flows of signing in, which `Post`

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Run the policy's exchange for one request. Raises errors of `optcloud.core.errors`."""
        return await self.exchange(request)

    async def _read_body(self, request: httpx.Request) -> None:
        await request.aread()

    async def _response(self, request: httpx.Request) -> httpx.Response:
        return await self._inner.handle_async_request(request)

    def _pieces(self, stream: httpx.AsyncByteStream) -> AsyncIterable[bytes]:
        return stream

    async def _close_stream(self, stream: httpx.AsyncByteStream) -> None:
        await stream.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()
        self._end_observation()


def _open_connections(policy: RequestPolicy) -> AsyncRoutes:
    """Return connections to any address, by the environment's proxies and certificates."""
    from optcloud.transport.async_connection_pool import AsyncConnectionPool  # noqa: PLC0415 - httpcore, which is imported with the first connection
    from optcloud.transport.routes import AsyncRoutes  # noqa: PLC0415

    return AsyncRoutes(lambda origin: AsyncConnectionPool(origin, policy.connections))


class AsyncConnection(BaseConnection):
    """One cloud's httpx client, and the driver for its flows. Both send by the cloud's `RequestPolicy`."""

    def __init__(self, policy: RequestPolicy, driver_config: DriverConfig) -> None:
        self._transport = AsyncTransport(policy, driver_config)
        self._signed_urls = _open_connections(policy)
        self.identify = self._transport.run
        self.client = AsyncPolicyClient(
            policy, transport=self._transport, **client_options(policy.base_url, policy.headers, driver_config)
        )
        super().__init__(policy, driver_config, self.client.headers)
        self.run = AsyncDriver(self._exchange, driver_config).run

    def blocking(self) -> Connection:
        """Return a blocking connection of its own, by the same policy, for when the event loop has ended."""
        return Connection(self._policy, self._unobserved)

    def generated_client(self, kind: Callable[..., G]) -> G:
        """Return a generated client whose requests go over this connection: signed, retried, raising our errors."""
        return kind(base_url=str(self.client.base_url), token=SIGNED_BY_TRANSPORT).set_async_httpx_client(self.client)

    async def aclose(self) -> None:
        """Close the connections."""
        await self.client.aclose()
        await self._signed_urls.aclose()
