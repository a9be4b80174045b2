"""What the blocking and the asyncio form share, and is no IO: deadlines of flows, attempts, building requests."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Generic, Self, TypeVar

import httpx
from attrs import evolve

from optcloud.core.flow import NEVER, Call, Fetch, Post, Send, Sleep
from optcloud.core.process_bound import ProcessBound
from optcloud.core.request_policy import RequestPolicy
from optcloud.core.signed_urls import policy_for
from optcloud.transport.attempt import ATTEMPT, Attempt, out_of_time
from optcloud.transport.clients import RequestBuilder
from optcloud.transport.httpx_mapping import DriverConfig, default_headers, identity_request
from optcloud.transport.request_body import build_request
from optcloud.transport.wire_log import WireEntry, log_pause

P = TypeVar("P", bound=Callable[[Any], Any])
R = TypeVar("R")


class BaseDriver(ProcessBound, Generic[P]):
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

    def _bounded(self, effect: Call | Send | Post | Fetch) -> Call | Send | Post | Fetch:
        return effect if self._until == NEVER else evolve(effect, until=self._until)

    def _check_pause(self, effect: Sleep) -> None:
        """Raise `DeadlineExceeded` at once where a pause would last too long."""
        log_pause(effect.seconds)
        if self._until != NEVER and effect.seconds >= self._left():
            raise out_of_time()

    def _left(self) -> float:
        return max(self._until - self._driver_config.clock.now().monotonic, 0.0)


class BaseTransport(ProcessBound, Generic[R]):
    """A transport's policy, its configuration, and where its requests go."""

    def __init__(self, policy: RequestPolicy, driver_config: DriverConfig, inner: R) -> None:
        self._policy = policy
        self._driver_config = driver_config
        self._inner = inner

    def _attempt(self, effect: Send | Post) -> tuple[httpx.Request, Attempt]:
        """Return the request that an effect sends, and its attempt. Raises `DeadlineExceeded` where time is over."""
        config = self._driver_config
        request: Any = effect.request if isinstance(effect, Send) else identity_request(effect, config.timeout)
        named_by = partial(self._policy.named_by, signing_in=isinstance(effect, Post))
        attempt = Attempt(self._monotonic, effect.until, request, config.limits, named_by)
        request.extensions[ATTEMPT] = attempt
        return request, attempt

    def _entry(self, request: httpx.Request, attempt: Attempt) -> WireEntry:
        """Return what logs a request."""
        return WireEntry(self._policy, request, attempt, self._monotonic)

    def _monotonic(self) -> float:
        return self._driver_config.clock.now().monotonic

    def _observe(self, effect: Send | Post, reply: httpx.Response) -> None:
        if self._driver_config.observe is not None and isinstance(effect, Send):
            self._driver_config.observe(effect.request, reply)

    def _end_observation(self) -> None:
        if self._driver_config.observe is not None:
            self._driver_config.observe.close()


def signed_request(
    effect: Fetch, home: RequestPolicy, driver_config: DriverConfig
) -> tuple[RequestPolicy, httpx.Request]:
    """Return the policy for a signed URL, and the request that reads from there."""
    policy, call = policy_for(effect, home)
    builder = RequestBuilder(policy, default_headers(), driver_config.timeout)
    return policy, build_request(builder, call, driver_config.notify)
