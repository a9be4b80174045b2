"""The asyncio driver, and the httpx transport that runs every request along the one road."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

import httpx
from attrs import evolve

from optcloud.core.alarm import Alarm
from optcloud.core.elsewhere import way_to
from optcloud.core.exchange import Road
from optcloud.core.flow import Aside, Ask, Call, Exclusively, Fetch, Flow, Notify, Post, ReadClock, Send, Sleep
from optcloud.core.staying import Stays
from optcloud.drivers.asking import ask_async
from optcloud.drivers.blocking import Connection
from optcloud.drivers.saving import goes_to, save_async, saved_from_memory
from optcloud.drivers.streams import TRANSFER, Outgoing, build_request
from optcloud.drivers.wire import (
    Surroundings,
    broken_off,
    client_options,
    identity_request,
    proxy_for,
    transport_error,
    with_body,
)

T = TypeVar("T")


class AsyncDriver(Stays):
    """Runs flows in the event loop. ``perform`` does the IO effects (`Call`, `Send`, `Post`, `Fetch`)."""

    def __init__(self, perform: Callable[[Any], Awaitable[httpx.Response]], surroundings: Surroundings) -> None:
        self._perform_io = perform
        self._surroundings = surroundings
        self._lock = asyncio.Lock()

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
                return await self._perform_io(effect)
            case ReadClock():
                return self._surroundings.clock.now()
            case Notify(event):
                return self._surroundings.notify(event)
            case Ask(question):
                return await ask_async(self._surroundings.ask, question)
            case Exclusively(flow):
                async with self._lock:
                    return await self.run(flow)
        return await self._take_time(effect)

    async def _take_time(self, effect: object) -> Any:
        match effect:
            case Sleep(seconds, Alarm() as alarm):
                return await self._surroundings.clock.doze_async(seconds, alarm)
            case Sleep(seconds):
                return await self._surroundings.clock.sleep_async(seconds)
            case Aside(work):
                return await asyncio.to_thread(work)
        raise TypeError(f"a flow yielded {effect!r}, which is no effect")


class AsyncTransport(Stays, httpx.AsyncBaseTransport):
    """Signs, sends, repeats and raises for every request of an httpx client, by the cloud's `Road`."""

    def __init__(self, road: Road, surroundings: Surroundings, inner: httpx.AsyncBaseTransport | None = None) -> None:
        self._road = road
        self._inner = inner or httpx.AsyncHTTPTransport(proxy=proxy_for(road.base_url))
        self._timeout = surroundings.timeout
        self._observe = surroundings.observe
        self._driver = AsyncDriver(self._send, surroundings)
        self.run = self._driver.run  # flows of signing in, which `Post`

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Run the road for one request. Raises errors of `optcloud.core.errors`."""
        if not isinstance(request.stream, Outgoing):
            await request.aread()
        response: httpx.Response = await self._driver.run(self._road.exchange(request))  # type: ignore[arg-type]
        return saved_from_memory(request, response) if TRANSFER in request.extensions else response

    async def _send(self, effect: Send | Post) -> httpx.Response:
        request: Any = effect.request if isinstance(effect, Send) else identity_request(effect, self._timeout)
        try:
            reply = await self._received(request, await self._inner.handle_async_request(request))
        except httpx.TransportError as error:
            raise transport_error(error) from error
        if self._observe is not None and isinstance(effect, Send):
            self._observe(effect.request, reply)
        return reply

    async def _received(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        """Read the reply: into its file, if it has one and is no refusal, else into memory."""
        if (transfer := goes_to(request, response)) is not None:
            return await save_async(request, response, transfer)
        stream = cast(httpx.AsyncByteStream, response.stream)
        pieces: list[bytes] = []
        try:
            async for piece in stream:
                pieces.append(piece)
        except httpx.TransportError as error:
            raise broken_off(error, response, pieces) from error
        finally:
            await stream.aclose()
        return with_body(response, b"".join(pieces))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()
        if self._observe is not None:
            self._observe.close()


class AsyncClient(Stays, httpx.AsyncClient):
    """An httpx client, which generated clients hold."""


class AsyncConnection(Stays):
    """One cloud's httpx client on the one road, and the driver for its flows."""

    def __init__(self, road: Road, surroundings: Surroundings) -> None:
        transport = AsyncTransport(road, surroundings)
        self.identify = transport.run
        self.client = AsyncClient(
            transport=transport,
            **client_options(road.base_url, road.headers, surroundings),
        )
        self._road = road
        self._surroundings = surroundings
        self._elsewhere: dict[str | None, httpx.AsyncHTTPTransport] = {}  # by proxy; for what is fetched
        self.run = AsyncDriver(self._perform, surroundings).run

    async def _perform(self, effect: Call | Fetch) -> httpx.Response:
        if isinstance(effect, Fetch):
            return await self._fetch(effect)
        request = build_request(self.client, self._road.base_url, effect, self._surroundings.notify)
        return await self.client.send(request)

    async def _fetch(self, effect: Fetch) -> httpx.Response:
        """Go a road of its own. Not by a client's ``send``, which would log the address: that is a secret."""
        road, call = way_to(effect, self._road)
        proxy = proxy_for(road.base_url)
        if proxy not in self._elsewhere:
            self._elsewhere[proxy] = httpx.AsyncHTTPTransport(proxy=proxy)
        transport = AsyncTransport(road, evolve(self._surroundings, observe=None), self._elsewhere[proxy])
        client = httpx.AsyncClient(transport=transport, timeout=self._surroundings.timeout)
        request = build_request(client, road.base_url, call, self._surroundings.notify)
        return await transport.handle_async_request(request)

    def blocking(self) -> Connection:
        """Return a blocking connection of its own on the same road, for when the event loop has ended."""
        return Connection(self._road, evolve(self._surroundings, observe=None))

    async def aclose(self) -> None:
        """Close the connections."""
        await self.client.aclose()
        for transport in self._elsewhere.values():
            await transport.aclose()
