"""Flows and their effects.

A flow is a generator that does no IO: it yields effects and is sent their results; a driver performs them, in blocking
or asyncio form (`optcloud.drivers`). httpx's ``auth_flow`` works in the same way. Effects hold plain values, so that
each could be recorded as a durable step.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, MutableMapping
from typing import Any, Protocol, TypeAlias, TypeVar

from attrs import field, frozen

T = TypeVar("T")


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


@frozen
class Call:
    """Call an operation of the cloud on the signed, retried, error-raising road. Result: a `Reply`.

    ``arguments`` is what a generated endpoint's ``_get_kwargs`` returns: method, url, params, headers, body.
    """

    arguments: Mapping[str, Any] = field(repr=False)


@frozen
class Send:
    """Put one signed request on the wire, once. Result: a `Reply`; raises `TransportError`."""

    request: Request = field(repr=False)


@frozen
class Post:
    """POST bytes to an absolute address outside the cloud's own API (the identity provider), once."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)


@frozen
class Sleep:
    """Wait. Result: None."""

    seconds: float


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
class Exclusively:
    """Run a flow while no other flow of the same connection runs one so: a single token refresh at a time."""

    flow: Generator[Any, Any, Any]


Effect: TypeAlias = Call | Send | Post | Sleep | ReadClock | Notify | Exclusively
Flow: TypeAlias = Generator[Effect, Any, T]
