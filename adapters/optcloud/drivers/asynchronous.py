"""The asyncio driver, and the httpx transport that runs every request along the one road."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import httpx
from attrs import evolve

from optcloud.core.elsewhere import way_to
from optcloud.core.errors import DeadlineExceeded
from optcloud.core.exchange import Road
from optcloud.core.flow import (
    NEVER,
    Aside,
    Ask,
    Call,
    Exclusively,
    Fetch,
    Flow,
    Notify,
    Post,
    ReadClock,
    Send,
    Sleep,
    Within,
)
from optcloud.core.staying import Stays
from optcloud.drivers.asking import ask_async
from optcloud.drivers.attempt import ATTEMPT, TRANSFER, UNTIL, Attempt, out_of_time
from optcloud.drivers.blocking import Connection
from optcloud.drivers.clients import AsyncRoadClient
from optcloud.drivers.loops import PerLoop
from optcloud.drivers.receiving import Gathered
from optcloud.drivers.saving import goes_to, save_async, saved_from_memory
from optcloud.drivers.streams import Outgoing, build_request
from optcloud.drivers.wire import Surroundings, client_options, identity_request

if TYPE_CHECKING:
    from optcloud.drivers.routes import AsyncRoutes

T = TypeVar("T")


class AsyncDriver(Stays):
    """Runs flows in the event loop. ``perform`` does the IO effects (`Call`, `Send`, `Post`, `Fetch`)."""

    def __init__(self, perform: Callable[[Any], Awaitable[httpx.Response]], surroundings: Surroundings) -> None:
        self._perform_io = perform
        self._surroundings = surroundings
        self._locks = PerLoop(asyncio.Lock)
        self._until = NEVER

    def by(self, until: float) -> AsyncDriver:
        """Return a driver of the same lock whose flows must be over by then (`Within`)."""
        if until >= self._until:
            return self
        other = object.__new__(type(self))
        vars(other).update(vars(self))
        other._until = until
        return other

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end and return its value, or raise what it raises."""
        result: Any = None
        error: BaseException | None = None
        while True:
            try:
                effect = flow.send(result) if error is None else flow.throw(error)
            except StopIteration as stop:
                value: T = stop.value
                return value
            try:
                result, error = await self._perform(effect), None
            except BaseException as raised:  # noqa: BLE001 - thrown into the flow, which lets it through
                error = raised

    async def _perform(self, effect: object) -> Any:
        match effect:
            case Call() | Send() | Post() | Fetch():
                return await self._perform_io(effect if self._until == NEVER else evolve(effect, until=self._until))
            case ReadClock():
                return self._surroundings.clock.now()
            case Notify(event):
                return self._surroundings.notify(event)
            case Ask(question):
                return await ask_async(self._surroundings.ask, question)
            case Sleep():
                return await self._sleep(effect)
        return await self._work(effect)

    async def _work(self, effect: object) -> Any:
        match effect:
            case Exclusively(flow):
                return await self._run_alone(flow)
            case Within(flow, until):
                return await self.by(until).run(flow)
            case Aside(work):
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
        if self._until != NEVER and effect.seconds >= self._left():
            raise out_of_time()
        if effect.alarm is None:
            await self._surroundings.clock.sleep_async(effect.seconds)
        else:
            await self._surroundings.clock.doze_async(effect.seconds, effect.alarm)

    def _left(self) -> float:
        return max(self._until - self._surroundings.clock.now().monotonic, 0.0)


class AsyncTransport(Stays, httpx.AsyncBaseTransport):
    """Signs, sends, repeats and raises for every request of an httpx client, by the cloud's `Road`."""

    def __init__(self, road: Road, surroundings: Surroundings, inner: httpx.AsyncBaseTransport | None = None) -> None:
        self._road = road
        if inner is None:
            inner = _open_connections(road)
            inner.to(road.base_url)  # what cannot be used is told now
        self._inner = inner
        self._surroundings = surroundings
        self._driver = AsyncDriver(self._send, surroundings)
        self.run = self._driver.run  # flows of signing in, which `Post`

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Run the road for one request. Raises errors of `optcloud.core.errors`."""
        if not isinstance(request.stream, Outgoing):
            await request.aread()
        until = request.extensions.get(UNTIL, NEVER)
        response: httpx.Response = await self._driver.by(until).run(self._road.exchange(request))  # type: ignore[arg-type]
        return saved_from_memory(request, response) if TRANSFER in request.extensions else response

    async def _send(self, effect: Send | Post) -> httpx.Response:
        around = self._surroundings
        request: Any = effect.request if isinstance(effect, Send) else identity_request(effect, around.timeout)
        attempt = Attempt(lambda: around.clock.now().monotonic, effect.until, request, around.limits)
        request.extensions[ATTEMPT] = attempt
        try:
            reply = await self._received(request, await self._inner.handle_async_request(request), attempt)
        except httpx.TransportError as error:
            raise attempt.failure(error) from error
        if around.observe is not None and isinstance(effect, Send):
            around.observe(effect.request, reply)
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
        if self._surroundings.observe is not None:
            self._surroundings.observe.close()


def _open_connections(road: Road) -> AsyncRoutes:
    """Return connections to any address, by the environment's proxies and certificates, as many as the road allows."""
    from optcloud.drivers.async_connection_pool import AsyncConnectionPool  # noqa: PLC0415 - httpcore, which is imported with the first connection
    from optcloud.drivers.routes import AsyncRoutes, Route  # noqa: PLC0415

    def opened(route: Route) -> AsyncConnectionPool:
        context = route.context()
        return AsyncConnectionPool(lambda: route.open_async(context), road.connections)

    return AsyncRoutes(opened)


class AsyncConnection(Stays):
    """One cloud's httpx client on the one road, and the driver for its flows."""

    def __init__(self, road: Road, surroundings: Surroundings) -> None:
        transport = AsyncTransport(road, surroundings)
        self.identify = transport.run
        self.client = AsyncRoadClient(
            road,
            transport=transport,
            **client_options(road.base_url, road.headers, surroundings),
        )
        self._road = road
        self._surroundings = surroundings
        self._elsewhere = _open_connections(road)  # for what is fetched
        self.run = AsyncDriver(self._perform, surroundings).run

    async def _perform(self, effect: Call | Fetch) -> httpx.Response:
        if isinstance(effect, Fetch):
            return await self._fetch(effect)
        request = build_request(self.client, self._road.base_url, effect, self._surroundings.notify)
        return await self.client.send(request)

    async def _fetch(self, effect: Fetch) -> httpx.Response:
        """Go a road of its own. Not by a client's ``send``, which would log the address: that is a secret."""
        road, call = way_to(effect, self._road)
        transport = AsyncTransport(road, evolve(self._surroundings, observe=None), self._elsewhere)
        client = AsyncRoadClient(road, transport=transport, timeout=self._surroundings.timeout)
        request = build_request(client, road.base_url, call, self._surroundings.notify)
        return await transport.handle_async_request(request)

    def blocking(self) -> Connection:
        """Return a blocking connection of its own on the same road, for when the event loop has ended."""
        return Connection(self._road, evolve(self._surroundings, observe=None))

    async def aclose(self) -> None:
        """Close the connections."""
        await self.client.aclose()
        await self._elsewhere.aclose()
