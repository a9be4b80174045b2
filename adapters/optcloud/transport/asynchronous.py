"""The asyncio driver, and the httpx transport that sends every request by its policy."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import httpx
from attrs import evolve

from optcloud.core.errors import DeadlineExceeded
from optcloud.core.flow import (
    NEVER,
    Ask,
    Call,
    Fetch,
    Flow,
    Notify,
    Post,
    ReadClock,
    RunBlocking,
    Send,
    Sleep,
    WithDeadline,
    WithLock,
    run_flow_async,
)
from optcloud.core.process_bound import ProcessBound
from optcloud.core.prompts import ask_async
from optcloud.core.request_policy import RequestPolicy
from optcloud.transport.attempt import TRANSFER, UNTIL, Attempt, out_of_time
from optcloud.transport.base import BaseDriver, BaseTransport, signed_request
from optcloud.transport.blocking import Connection
from optcloud.transport.clients import AsyncPolicyClient, RequestBuilder
from optcloud.transport.download import goes_to, save_async, saved_from_memory
from optcloud.transport.event_loops import PerLoop
from optcloud.transport.httpx_mapping import SIGNED_BY_TRANSPORT, DriverConfig, GeneratedClient, client_options
from optcloud.transport.reply_body import Gathered
from optcloud.transport.request_body import Outgoing, build_request
from optcloud.transport.wire_log import is_logged

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
        return await run_flow_async(flow, self._perform)

    async def _perform(self, effect: object) -> Any:
        match effect:
            case Call() | Send() | Post() | Fetch():
                return await self._perform_io(self._bounded(effect))
            case ReadClock():
                return self._driver_config.clock.now()
            case Notify(event):
                return self._driver_config.notify(event)
            case Ask(question):
                return await ask_async(self._driver_config.ask, question)
            case Sleep():
                return await self._sleep(effect)
        return await self._work(effect)

    async def _work(self, effect: object) -> Any:
        match effect:
            case WithLock(flow):
                return await self._run_alone(flow)
            case WithDeadline(flow, until):
                return await self.by(until).run(flow)
            case RunBlocking(work):
                return await asyncio.to_thread(work)
        raise TypeError(f"a flow yielded {effect!r}, which is no effect")

    async def _run_alone(self, flow: Flow[T]) -> T:
        lock = self._locks.here()
        try:
            async with asyncio.timeout(None if self._until == NEVER else self._left()):
                await lock.acquire()
        except TimeoutError:
            raise out_of_time() from None
        try:
            return await self.run(flow)
        finally:
            lock.release()

    async def _sleep(self, effect: Sleep) -> None:
        self._check_pause(effect)
        if effect.alarm is None:
            await self._driver_config.clock.sleep_async(effect.seconds)
        else:
            await self._driver_config.clock.doze_async(effect.seconds, effect.alarm)


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
        if not isinstance(request.stream, Outgoing):
            await request.aread()
        until = request.extensions.get(UNTIL, NEVER)
        response: httpx.Response = await self._driver.by(until).run(self._policy.exchange(request))  # type: ignore[arg-type]
        return saved_from_memory(request, response) if TRANSFER in request.extensions else response

    async def _send(self, effect: Send | Post) -> httpx.Response:
        request, attempt = self._attempt(effect)
        if not is_logged():
            return await self._exchanged(effect, request, attempt)
        with self._entry(request, attempt) as entry:
            return entry.answered(await self._exchanged(effect, request, attempt))

    async def _exchanged(self, effect: Send | Post, request: httpx.Request, attempt: Attempt) -> httpx.Response:
        try:
            reply = await self._received(request, await self._inner.handle_async_request(request), attempt)
        except httpx.TransportError as error:
            raise attempt.failure(error) from error
        self._observe(effect, reply)
        return reply

    async def _received(self, request: httpx.Request, response: httpx.Response, attempt: Attempt) -> httpx.Response:
        """Read the reply: into its file, if it has one and is no refusal, else into memory."""
        stream = cast(httpx.AsyncByteStream, response.stream)
        try:
            if (transfer := goes_to(request, response)) is not None:
                return await save_async(request, response, transfer, attempt)
            return await self._gathered(stream, Gathered(response, attempt), response.status_code, attempt)
        finally:
            await stream.aclose()

    async def _gathered(
        self, stream: httpx.AsyncByteStream, body: Gathered, status: int, attempt: Attempt
    ) -> httpx.Response:
        try:
            async for piece in stream:
                body.take(piece)
        except (httpx.TransportError, DeadlineExceeded) as error:
            raise attempt.broken_off(error, status, body.so_far()) from error
        return body.whole()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()
        self._end_observation()


def _open_connections(policy: RequestPolicy) -> AsyncRoutes:
    """Return connections to any address, by the environment's proxies and certificates."""
    from optcloud.transport.async_connection_pool import AsyncConnectionPool  # noqa: PLC0415 - httpcore, which is imported with the first connection
    from optcloud.transport.routes import AsyncRoutes  # noqa: PLC0415

    return AsyncRoutes(lambda origin: AsyncConnectionPool(origin, policy.connections))


class AsyncConnection(ProcessBound):
    """One cloud's httpx client, and the driver for its flows. Both send by the cloud's `RequestPolicy`."""

    def __init__(self, policy: RequestPolicy, driver_config: DriverConfig) -> None:
        self._transport = AsyncTransport(policy, driver_config)
        self.identify = self._transport.run
        self.client = AsyncPolicyClient(
            policy, transport=self._transport, **client_options(policy.base_url, policy.headers, driver_config)
        )
        self._policy = policy
        self._driver_config = driver_config
        self._builder = RequestBuilder(policy, self.client.headers, driver_config.timeout)
        self._signed_urls = _open_connections(policy)
        self.run = AsyncDriver(self._perform, driver_config).run

    async def _perform(self, effect: Call | Fetch) -> httpx.Response:
        """Send a request. The transport has all that a client's ``send`` would add, but for a log of addresses."""
        if isinstance(effect, Fetch):
            return await self._fetch(effect)
        request = build_request(self._builder, effect, self._driver_config.notify)
        return await self._transport.handle_async_request(request)

    async def _fetch(self, effect: Fetch) -> httpx.Response:
        """Read from a signed URL, by a policy of its own."""
        policy, request = signed_request(effect, self._policy, self._driver_config)
        transport = AsyncTransport(policy, evolve(self._driver_config, observe=None), self._signed_urls)
        return await transport.handle_async_request(request)

    def blocking(self) -> Connection:
        """Return a blocking connection of its own, by the same policy, for when the event loop has ended."""
        return Connection(self._policy, evolve(self._driver_config, observe=None))

    def generated_client(self, kind: Callable[..., G]) -> G:
        """Return a generated client whose requests go over this connection: signed, retried, raising our errors."""
        return kind(base_url=str(self.client.base_url), token=SIGNED_BY_TRANSPORT).set_async_httpx_client(self.client)

    async def aclose(self) -> None:
        """Close the connections."""
        await self.client.aclose()
        await self._signed_urls.aclose()
