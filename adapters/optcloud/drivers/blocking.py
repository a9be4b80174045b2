"""The blocking driver, and the httpx transport that runs every request along the one road."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast

import httpx
from attrs import evolve

from optcloud.core.alarm import Alarm
from optcloud.core.elsewhere import way_to
from optcloud.core.exchange import Road
from optcloud.core.flow import Aside, Ask, Call, Exclusively, Fetch, Flow, Notify, Post, ReadClock, Send, Sleep
from optcloud.core.staying import Stays
from optcloud.drivers.asking import ask
from optcloud.drivers.saving import goes_to, save, saved_from_memory
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


class Driver(Stays):
    """Runs flows by blocking. ``perform`` does the IO effects (`Call`, `Send`, `Post`, `Fetch`)."""

    def __init__(self, perform: Callable[[Any], httpx.Response], surroundings: Surroundings) -> None:
        self._perform_io = perform
        self._surroundings = surroundings
        self._lock = threading.RLock()

    def run(self, flow: Flow[T]) -> T:
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
                result, error = self._perform(effect), None
            except BaseException as raised:  # noqa: BLE001 - thrown into the flow, which lets it through
                error = raised

    def _perform(self, effect: object) -> Any:
        match effect:
            case Call() | Send() | Post() | Fetch():
                return self._perform_io(effect)
            case ReadClock():
                return self._surroundings.clock.now()
            case Notify(event):
                return self._surroundings.notify(event)
            case Ask(question):
                return ask(self._surroundings.ask, question)
            case Exclusively(flow):
                with self._lock:
                    return self.run(flow)
        return self._take_time(effect)

    def _take_time(self, effect: object) -> Any:
        match effect:
            case Sleep(seconds, Alarm() as alarm):
                return self._surroundings.clock.doze(seconds, alarm)
            case Sleep(seconds):
                return self._surroundings.clock.sleep(seconds)
            case Aside(work):
                return work()
        raise TypeError(f"a flow yielded {effect!r}, which is no effect")


class Transport(Stays, httpx.BaseTransport):
    """Signs, sends, repeats and raises for every request of an httpx client, by the cloud's `Road`."""

    def __init__(self, road: Road, surroundings: Surroundings, inner: httpx.BaseTransport | None = None) -> None:
        self._road = road
        self._inner = inner or httpx.HTTPTransport(proxy=proxy_for(road.base_url))
        self._timeout = surroundings.timeout
        self._observe = surroundings.observe
        self._driver = Driver(self._send, surroundings)
        self.run = self._driver.run  # flows of signing in, which `Post`

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Run the road for one request. Raises errors of `optcloud.core.errors`."""
        if not isinstance(request.stream, Outgoing):
            request.read()
        response: httpx.Response = self._driver.run(self._road.exchange(request))  # type: ignore[arg-type, assignment]
        return saved_from_memory(request, response) if TRANSFER in request.extensions else response

    def _send(self, effect: Send | Post) -> httpx.Response:
        request: Any = effect.request if isinstance(effect, Send) else identity_request(effect, self._timeout)
        try:
            reply = self._received(request, self._inner.handle_request(request))
        except httpx.TransportError as error:
            raise transport_error(error) from error
        if self._observe is not None and isinstance(effect, Send):
            self._observe(effect.request, reply)
        return reply

    def _received(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        """Read the reply: into its file, if it has one and is no refusal, else into memory."""
        if (transfer := goes_to(request, response)) is not None:
            return save(request, response, transfer)
        stream = cast(httpx.SyncByteStream, response.stream)
        pieces: list[bytes] = []
        try:
            pieces.extend(stream)
        except httpx.TransportError as error:
            raise broken_off(error, response, pieces) from error
        finally:
            stream.close()
        return with_body(response, b"".join(pieces))

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()
        if self._observe is not None:
            self._observe.close()


class Client(Stays, httpx.Client):
    """An httpx client, which generated clients hold."""


class Connection(Stays):
    """One cloud's httpx client on the one road, and the driver for its flows."""

    def __init__(self, road: Road, surroundings: Surroundings) -> None:
        transport = Transport(road, surroundings)
        self.identify = transport.run
        self.client = Client(
            transport=transport,
            **client_options(road.base_url, road.headers, surroundings),
        )
        self._road = road
        self._surroundings = surroundings
        self._elsewhere: dict[str | None, httpx.HTTPTransport] = {}  # by proxy; for what is fetched
        self.run = Driver(self._perform, surroundings).run

    def _perform(self, effect: Call | Fetch) -> httpx.Response:
        if isinstance(effect, Fetch):
            return self._fetch(effect)
        request = build_request(self.client, self._road.base_url, effect, self._surroundings.notify)
        return self.client.send(request)

    def _fetch(self, effect: Fetch) -> httpx.Response:
        """Go a road of its own. Not by a client's ``send``, which would log the address: that is a secret."""
        road, call = way_to(effect, self._road)
        proxy = proxy_for(road.base_url)
        if proxy not in self._elsewhere:
            self._elsewhere[proxy] = httpx.HTTPTransport(proxy=proxy)
        transport = Transport(road, evolve(self._surroundings, observe=None), self._elsewhere[proxy])
        client = httpx.Client(transport=transport, timeout=self._surroundings.timeout)
        request = build_request(client, road.base_url, call, self._surroundings.notify)
        return transport.handle_request(request)

    def blocking(self) -> Connection:
        """Return a connection of its own on the same road."""
        return Connection(self._road, evolve(self._surroundings, observe=None))

    def close(self) -> None:
        """Close the connections."""
        self.client.close()
        for transport in self._elsewhere.values():
            transport.close()
