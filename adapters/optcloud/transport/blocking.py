"""The blocking driver, and the httpx transport that sends every request by its policy."""

from __future__ import annotations

import threading
from collections.abc import Callable
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
    run_flow,
)
from optcloud.core.process_bound import ProcessBound, renew_in_child
from optcloud.core.prompts import ask
from optcloud.core.request_policy import RequestPolicy
from optcloud.transport.attempt import TRANSFER, UNTIL, Attempt, out_of_time
from optcloud.transport.base import BaseDriver, BaseTransport, signed_request
from optcloud.transport.clients import PolicyClient, RequestBuilder
from optcloud.transport.download import goes_to, save, saved_from_memory
from optcloud.transport.httpx_mapping import SIGNED_BY_TRANSPORT, DriverConfig, GeneratedClient, client_options
from optcloud.transport.reply_body import Gathered
from optcloud.transport.request_body import Outgoing, build_request
from optcloud.transport.wire_log import is_logged

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
        return run_flow(flow, self._perform)

    def _perform(self, effect: object) -> Any:
        match effect:
            case Call() | Send() | Post() | Fetch():
                return self._perform_io(self._bounded(effect))
            case ReadClock():
                return self._driver_config.clock.now()
            case Notify(event):
                return self._driver_config.notify(event)
            case Ask(question):
                return ask(self._driver_config.ask, question)
            case Sleep():
                return self._sleep(effect)
        return self._work(effect)

    def _work(self, effect: object) -> Any:
        match effect:
            case WithLock(flow):
                return self._run_alone(flow)
            case WithDeadline(flow, until):
                return self.by(until).run(flow)
            case RunBlocking(work):
                return work()
        raise TypeError(f"a flow yielded {effect!r}, which is no effect")

    def _run_alone(self, flow: Flow[T]) -> T:
        lock = self._lock
        if not lock.acquire(timeout=-1 if self._until == NEVER else min(self._left(), threading.TIMEOUT_MAX)):
            raise out_of_time()
        try:
            return self.run(flow)
        finally:
            lock.release()

    def _sleep(self, effect: Sleep) -> None:
        self._check_pause(effect)
        if effect.alarm is None:
            self._driver_config.clock.sleep(effect.seconds)
        else:
            self._driver_config.clock.doze(effect.seconds, effect.alarm)


class Transport(BaseTransport[httpx.BaseTransport], httpx.BaseTransport):
    """Signs, sends, repeats and raises for every request of an httpx client, by the cloud's `RequestPolicy`."""

    def __init__(
        self, policy: RequestPolicy, driver_config: DriverConfig, inner: httpx.BaseTransport | None = None
    ) -> None:
        if inner is None:
            inner = _open_connections(policy)
            inner.to(policy.base_url)  # raises at once what cannot be used
        super().__init__(policy, driver_config, inner)
        self._driver = Driver(self._send, driver_config)
        self.run = self._driver.run  # flows of signing in, which `Post`

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Run the policy's exchange for one request. Raises errors of `optcloud.core.errors`."""
        if not isinstance(request.stream, Outgoing):
            request.read()
        until = request.extensions.get(UNTIL, NEVER)
        response: httpx.Response = self._driver.by(until).run(self._policy.exchange(request))  # type: ignore[arg-type, assignment]
        return saved_from_memory(request, response) if TRANSFER in request.extensions else response

    def _send(self, effect: Send | Post) -> httpx.Response:
        request, attempt = self._attempt(effect)
        if not is_logged():
            return self._exchanged(effect, request, attempt)
        with self._entry(request, attempt) as entry:
            return entry.answered(self._exchanged(effect, request, attempt))

    def _exchanged(self, effect: Send | Post, request: httpx.Request, attempt: Attempt) -> httpx.Response:
        try:
            reply = self._received(request, self._inner.handle_request(request), attempt)
        except httpx.TransportError as error:
            raise attempt.failure(error) from error
        self._observe(effect, reply)
        return reply

    def _received(self, request: httpx.Request, response: httpx.Response, attempt: Attempt) -> httpx.Response:
        """Read the reply: into its file, if it has one and is no refusal, else into memory."""
        stream = cast(httpx.SyncByteStream, response.stream)
        try:
            if (transfer := goes_to(request, response)) is not None:
                return save(request, response, transfer, attempt)
            return self._gathered(stream, Gathered(response, attempt), response.status_code, attempt)
        finally:
            stream.close()

    def _gathered(self, stream: httpx.SyncByteStream, body: Gathered, status: int, attempt: Attempt) -> httpx.Response:
        try:
            for piece in stream:
                body.take(piece)
        except (httpx.TransportError, DeadlineExceeded) as error:
            raise attempt.broken_off(error, status, body.so_far()) from error
        return body.whole()

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()
        self._end_observation()


def _open_connections(policy: RequestPolicy) -> Routes:
    """Return connections to any address, by the environment's proxies and certificates."""
    from optcloud.transport.connection_pool import ConnectionPool  # noqa: PLC0415 - httpcore, which is imported with the first connection
    from optcloud.transport.routes import Routes  # noqa: PLC0415

    return Routes(ConnectionPool)


class Connection(ProcessBound):
    """One cloud's httpx client, and the driver for its flows. Both send by the cloud's `RequestPolicy`."""

    def __init__(self, policy: RequestPolicy, driver_config: DriverConfig) -> None:
        self._transport = Transport(policy, driver_config)
        self.identify = self._transport.run
        self.client = PolicyClient(
            policy, transport=self._transport, **client_options(policy.base_url, policy.headers, driver_config)
        )
        self._policy = policy
        self._driver_config = driver_config
        self._builder = RequestBuilder(policy, self.client.headers, driver_config.timeout)
        self._signed_urls = _open_connections(policy)
        self.run = Driver(self._perform, driver_config).run

    def _perform(self, effect: Call | Fetch) -> httpx.Response:
        """Send a request. The transport has all that a client's ``send`` would add, but for a log of addresses."""
        if isinstance(effect, Fetch):
            return self._fetch(effect)
        request = build_request(self._builder, effect, self._driver_config.notify)
        return self._transport.handle_request(request)

    def _fetch(self, effect: Fetch) -> httpx.Response:
        """Read from a signed URL, by a policy of its own."""
        policy, request = signed_request(effect, self._policy, self._driver_config)
        transport = Transport(policy, evolve(self._driver_config, observe=None), self._signed_urls)
        return transport.handle_request(request)

    def blocking(self) -> Connection:
        """Return a connection of its own, by the same policy."""
        return Connection(self._policy, evolve(self._driver_config, observe=None))

    def generated_client(self, kind: Callable[..., G]) -> G:
        """Return a generated client whose requests go over this connection: signed, retried, raising our errors."""
        return kind(base_url=str(self.client.base_url), token=SIGNED_BY_TRANSPORT).set_httpx_client(self.client)

    def close(self) -> None:
        """Close the connections."""
        self.client.close()
        self._signed_urls.close()
