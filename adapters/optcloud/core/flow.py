"""Flows and their effects. A flow, and how a driver runs it:

    def state_of(id: str) -> Flow[str]:
        reply = yield Call({"method": "get", "url": f"/tasks/{id}"})
        return json.loads(reply.content)["state"]

    Driver(perform, DriverConfig()).run(state_of("6f1c"))

A flow is a generator that does no IO: it yields effects and is sent their results. A driver performs the effects, in
blocking or asyncio form (`optcloud.transport`); ``perform`` sends what is to be sent. httpx's ``auth_flow`` works in
the same way. Effects hold plain values, so that each could be recorded as a durable step.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

from attrs import field, frozen

from optcloud.core.events import Transferred
from optcloud.core.prompts import Question
from optcloud.core.secret import Secret
from optcloud.core.wake_up import Alarm

T = TypeVar("T")
Progress: TypeAlias = Callable[[Transferred], None]
NEVER = math.inf
"""The ``until`` of what has no deadline. Others are readings of the monotonic clock, set by `WithDeadline`."""


class Request(Protocol):
    """The part of an HTTP request that signing and retrying need (an ``httpx.Request`` is one)."""

    method: str
    extensions: MutableMapping[str, Any]

    @property
    def url(self) -> Any: ...
    @property
    def headers(self) -> MutableMapping[str, str]: ...
    @property
    def content(self) -> bytes: ...


class Reply(Protocol):
    """The part of an HTTP response that flows read (an ``httpx.Response`` is one)."""

    status_code: int

    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def content(self) -> bytes: ...


class SavedReply(Reply, Protocol):
    """A reply whose body went into a file: ``content`` is empty, ``extensions["saved"]`` the number of bytes."""

    @property
    def extensions(self) -> Mapping[str, Any]: ...


@frozen
class Call:
    """Call an operation of the cloud: signed, retried, its refusal raised (`RequestPolicy`). Result: a `Reply`.

    ``arguments`` is what a generated endpoint's ``_get_kwargs`` returns: method, url, params, headers, body. A body
    may be large: an `optcloud.core.payload.Payload` as ``content`` or as a part of ``files`` is sent piece by piece.

    With ``save_to`` the body of a reply that the document promises is written there piece by piece (the file appears
    when it is whole, and replaces one that was there); the reply is a `SavedReply` then. ``progress`` is called with
    `Transferred` as the large body of either direction goes on.
    """

    arguments: Mapping[str, Any] = field(repr=False)
    save_to: Path | None = None
    progress: Progress | None = field(default=None, repr=False)
    until: float = field(default=NEVER, repr=False)


@frozen
class Send:
    """Put one signed request on the wire, once. Result: a `Reply`; raises `TransportError`."""

    request: Request = field(repr=False)
    until: float = field(default=NEVER, repr=False)


@frozen
class Post:
    """POST bytes to an absolute address outside the cloud's own API (the identity provider), once.

    ``attempt``: which one of the same it is, counted from 1, for logs.
    """

    url: str
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    until: float = field(default=NEVER, repr=False)
    attempt: int = field(default=1, repr=False)


@frozen
class Fetch:
    """GET an absolute address outside the cloud's own origin, without the cloud's credentials. Result: a `Reply`.

    The cloud hands out such an address with a signature in it, so it is a secret. The request is repeated where the
    wire fails, and its refusal raised, as for any read. ``save_to`` and ``progress`` are as in `Call`. Raises
    `ConfigError` for plain http, except on loopback.
    """

    address: Secret
    operation: str
    save_to: Path | None = None
    progress: Progress | None = field(default=None, repr=False)
    until: float = field(default=NEVER, repr=False)


@frozen
class Sleep:
    """Wait, or until ``alarm`` rings. Result: None. Raises `DeadlineExceeded` at once when it would last too long."""

    seconds: float
    alarm: Alarm | None = field(default=None, repr=False)


@frozen
class Instant:
    """One reading of both clocks, in seconds: ``monotonic`` for durations, ``wall`` since the epoch (UTC)."""

    monotonic: float
    wall: float


@frozen
class ReadClock:
    """Result: an `Instant`."""


@frozen
class Notify:
    """Tell whoever listens (progress bars, logs). Result: None."""

    event: object


@frozen
class Ask:
    """Ask a person. Result: a `Secret`, or None: nobody to ask, or no answer."""

    question: Question


@frozen
class RunBlocking:
    """Do what may block, such as measuring a stream, where no event loop is held up. Result: what ``work`` returns."""

    work: Callable[[], Any] = field(repr=False)


@frozen
class WithLock:
    """Run a flow while no other flow of the same connection runs one so: a single token refresh at a time."""

    flow: Generator[Any, Any, Any]


@frozen
class WithDeadline:
    """Run a flow that must be over at a time of the monotonic clock. Result: what the flow returns.

    Each attempt, its time-outs and its pauses end there: `DeadlineExceeded` is raised. Within another one, the earlier
    time counts. What waits for neither network nor clock is not limited: a question to a person, blocking work.
    """

    flow: Generator[Any, Any, Any]
    until: float


Effect: TypeAlias = (
    Call | Send | Post | Fetch | Sleep | ReadClock | Notify | Ask | RunBlocking | WithLock | WithDeadline
)
Flow: TypeAlias = Generator[Effect, Any, T]


def run_flow(flow: Flow[T], perform: Callable[[Any], Any]) -> T:
    """Run a flow to its end: have each effect performed, and send its result, or throw its error, into the flow."""
    result: Any = None
    error: BaseException | None = None
    while True:
        try:
            effect = flow.send(result) if error is None else flow.throw(error)
        except StopIteration as stop:
            value: T = stop.value
            return value
        try:
            result, error = perform(effect), None
        except BaseException as raised:  # noqa: BLE001 - thrown into the flow, which lets it through
            error = raised


async def run_flow_async(flow: Flow[T], perform: Callable[[Any], Awaitable[Any]]) -> T:
    """Run a flow to its end, each effect awaited."""
    result: Any = None
    error: BaseException | None = None
    while True:
        try:
            effect = flow.send(result) if error is None else flow.throw(error)
        except StopIteration as stop:
            value: T = stop.value
            return value
        try:
            result, error = await perform(effect), None
        except BaseException as raised:  # noqa: BLE001 - thrown into the flow, which lets it through
            error = raised


class Runner(Protocol):
    """A connection that runs a flow to its end."""

    def run(self, flow: Flow[T]) -> T: ...


class AsyncRunner(Protocol):
    """A connection that runs a flow to its end, awaited."""

    async def run(self, flow: Flow[T]) -> T: ...


class Pages(Protocol[T]):
    """Results that come in several replies: pages of a list, lines of a log, jobs as they end."""

    def next(self) -> Flow[list[T] | None]:
        """Return the next page, which may be empty, or None: there are no more."""


def iterate(connection: Runner, pages: Pages[T]) -> Iterator[T]:
    """Yield each result; the next page is asked for when the last one is used up."""
    while (page := connection.run(pages.next())) is not None:
        yield from page


async def iterate_async(connection: AsyncRunner, pages: Pages[T]) -> AsyncIterator[T]:
    """Yield each result; the next page is asked for when the last one is used up."""
    while (page := await connection.run(pages.next())) is not None:
        for result in page:
            yield result
