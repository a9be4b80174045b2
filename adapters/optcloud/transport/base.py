"""What both forms of the transport are: its steps are written once, as coroutines.

In asyncio they are awaited. In the blocking form each step that a subclass gives blocks instead of waiting, so a
coroutine runs to its end at once (`finished`), without an event loop.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, Callable, Coroutine
from typing import Any, Generic, Protocol, Self, TypeVar

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
)
from optcloud.core.process_bound import ProcessBound
from optcloud.core.prompts import Question
from optcloud.core.request_policy import RequestPolicy
from optcloud.core.secret import Secret
from optcloud.core.signed_urls import policy_for
from optcloud.transport.attempt import ATTEMPT, TRANSFER, UNTIL, Attempt, out_of_time
from optcloud.transport.clients import RequestBuilder
from optcloud.transport.download import goes_to, save, saved_from_memory
from optcloud.transport.httpx_mapping import DriverConfig, default_headers, identity_request
from optcloud.transport.reply_body import Gathered
from optcloud.transport.request_body import Outgoing, build_request

P = TypeVar("P", bound=Callable[[Any], Any])
R = TypeVar("R")
T = TypeVar("T")


def finished(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine whose steps block to its end, and return its value."""
    try:
        work.send(None)
    except StopIteration as stop:
        value: T = stop.value
        return value
    work.close()
    raise RuntimeError("a step of the blocking form waits for an event loop")


class Lock(Protocol):
    """A lock of threads or of tasks."""

    def release(self) -> None: ...


class BaseDriver(ABC, ProcessBound, Generic[P]):
    """A driver's configuration, what performs its IO effects, and when its flows must be over."""

    def __init__(self, perform: P, driver_config: DriverConfig) -> None:
        self._perform_io = perform
        self._driver_config = driver_config
        self._until = NEVER

    def by(self, until: float) -> Self:
        """Return a driver of the same lock whose flows must be over by then (`WithDeadline`)."""
        if until >= self._until:
            return self
        other = object.__new__(type(self))
        vars(other).update(vars(self))
        other._until = until
        return other

    async def carry_out(self, flow: Flow[T]) -> T:
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
                return await self._io(effect if self._until == NEVER else evolve(effect, until=self._until))
            case ReadClock():
                return self._driver_config.clock.now()
            case Notify(event):
                return self._driver_config.notify(event)
            case Ask(question):
                return await self._ask(question)
            case Sleep():
                if self._until != NEVER and effect.seconds >= self._left():
                    raise out_of_time()  # at once, where a pause would last too long
                return await self._sleep(effect)
        return await self._perform_work(effect)

    async def _perform_work(self, effect: object) -> Any:
        match effect:
            case WithLock(flow):
                lock = await self._taken_lock()
                try:
                    return await self.carry_out(flow)
                finally:
                    lock.release()
            case WithDeadline(flow, until):
                return await self.by(until).carry_out(flow)
            case RunBlocking(work):
                return await self.work(work)
        raise TypeError(f"a flow yielded {effect!r}, which is no effect")

    def _left(self) -> float:
        return max(self._until - self._driver_config.clock.now().monotonic, 0.0)

    @abstractmethod
    async def work(self, work: Callable[[], T]) -> T:
        """Do what may block."""

    @abstractmethod
    async def _io(self, effect: Call | Send | Post | Fetch) -> httpx.Response: ...
    @abstractmethod
    async def _ask(self, question: Question) -> Secret | None: ...
    @abstractmethod
    async def _sleep(self, effect: Sleep) -> None: ...
    @abstractmethod
    async def _taken_lock(self) -> Lock:
        """Wait for the lock as long as there is time, and take it. Raises `DeadlineExceeded`."""


class BaseTransport(ABC, ProcessBound, Generic[R]):
    """A transport's policy, its configuration, and where its requests go."""

    _driver: BaseDriver[Any]

    def __init__(self, policy: RequestPolicy, driver_config: DriverConfig, inner: R) -> None:
        self._policy = policy
        self._driver_config = driver_config
        self._inner = inner

    async def exchange(self, request: httpx.Request) -> httpx.Response:
        """Run the policy's exchange for one request. Raises errors of `optcloud.core.errors`."""
        if not isinstance(request.stream, Outgoing):
            await self._read_body(request)
        driver = self._driver.by(request.extensions.get(UNTIL, NEVER))
        response: httpx.Response = await driver.carry_out(self._policy.exchange(request))  # type: ignore[arg-type]
        return saved_from_memory(request, response) if TRANSFER in request.extensions else response

    async def _send(self, effect: Send | Post) -> httpx.Response:
        """Send a request, and read the reply. Raises `DeadlineExceeded` where time is over."""
        config = self._driver_config
        request: Any = effect.request if isinstance(effect, Send) else identity_request(effect, config.timeout)
        attempt = Attempt(lambda: config.clock.now().monotonic, effect.until, request, config.limits)
        request.extensions[ATTEMPT] = attempt
        try:
            response = await self._response(request)
            stream = response.stream  # that of the reply is another one
            try:
                reply = await self._received(request, response, attempt)
            finally:
                await self._close_stream(stream)
        except httpx.TransportError as error:
            raise attempt.failure(error) from error
        if config.observe is not None and isinstance(effect, Send):
            config.observe(effect.request, reply)
        return reply

    async def _received(self, request: httpx.Request, response: httpx.Response, attempt: Attempt) -> httpx.Response:
        """Read the reply: into its file, if it has one and is no refusal, else into memory."""
        if (transfer := goes_to(request, response)) is not None:
            pieces = self._pieces(response.stream)
            return await save(request, response, transfer, attempt, pieces=pieces, work=self._driver.work)
        body = Gathered(response, attempt)
        try:
            async for piece in self._pieces(response.stream):
                body.take(piece)
        except (httpx.TransportError, DeadlineExceeded) as error:
            raise attempt.broken_off(error, response.status_code, body.so_far()) from error
        return body.whole()

    def _end_observation(self) -> None:
        if self._driver_config.observe is not None:
            self._driver_config.observe.close()

    @abstractmethod
    async def _read_body(self, request: httpx.Request) -> None: ...
    @abstractmethod
    async def _response(self, request: httpx.Request) -> httpx.Response: ...
    @abstractmethod
    def _pieces(self, stream: Any) -> AsyncIterable[bytes]: ...
    @abstractmethod
    async def _close_stream(self, stream: Any) -> None: ...


class BaseConnection(ProcessBound):
    """What both connections do: how a request is built, and by which transport it goes."""

    _transport: BaseTransport[Any]
    _signed_urls: Any

    def __init__(self, policy: RequestPolicy, driver_config: DriverConfig, headers: httpx.Headers) -> None:
        self._policy = policy
        self._driver_config = driver_config
        self._builder = RequestBuilder(policy, headers, driver_config.timeout)

    async def _exchange(self, effect: Call | Fetch) -> httpx.Response:
        """Send a request. The transport has all that a client's ``send`` would add, but for a log of addresses."""
        config = self._driver_config
        if isinstance(effect, Call):
            return await self._transport.exchange(build_request(self._builder, effect, config.notify))
        policy, call = policy_for(effect, self._policy)
        builder = RequestBuilder(policy, default_headers(), config.timeout)
        transport = type(self._transport)(policy, self._unobserved, self._signed_urls)
        return await transport.exchange(build_request(builder, call, config.notify))

    @property
    def _unobserved(self) -> DriverConfig:
        return evolve(self._driver_config, observe=None)
