"""What happens to every request, of the facade and of the generated clients alike.

It is checked against the cloud's own origin, signed, sent, repeated where that is safe, and its refusal raised.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Protocol
from urllib.parse import urlsplit

from attrs import field, frozen

from optcloud.core.addresses import USUAL_PORTS, ascii_host, check_segments
from optcloud.core.errors import (
    ApiError,
    AuthError,
    ConfigError,
    DeadlineExceeded,
    OptCloudError,
    ReplyError,
    Sent,
    TransportError,
)
from optcloud.core.events import ALSO_AN_EVENT, Retrying
from optcloud.core.flow import Flow, Instant, Notify, ReadClock, Reply, Request, Send, Sleep
from optcloud.core.replies import is_json_object, refusal
from optcloud.core.retry import READS, RetryPolicy
from optcloud.core.secret import Redactor
from optcloud.core.setting_texts import fault_in
from optcloud.core.unknown_outcome import MAY_BE_DONE, may_have_happened

logger = logging.getLogger("optcloud")
ONCE = "optcloud_once"
"""Extension of a request that is sent again only where it provably never left, though its operation is idempotent:
so its last error tells of all that was sent."""
_OF_THE_CLOUD, _OF_SIGNING_IN = ("url", "account"), ("cognito_url", "user_pool_id")  # settings that name a host
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Auth(Protocol):
    """How a cloud knows who asks."""

    def sign(self, request: Request) -> Flow[None]:
        """Put the credentials on the request, just before it is sent (again).

        An implementation that asks an identity provider repeats that request itself: what this raises is not retried.
        """

    def reject(self, request: Request, error: AuthError) -> Flow[bool]:
        """Note that the vendor refused this request's credentials, with ``error``.

        True means that signing again may give other credentials: the request is signed and sent once more. After one
        True for a request, this is not called for it again.
        """


def check_address(url: str, setting: str) -> str:
    """Return the address without a trailing slash. Plain http is refused except on loopback (`ConfigError`)."""
    if (fault := fault_in(url, "name")) is not None:
        raise ConfigError(f"{setting}: it has {fault}")
    if "@" in url:
        raise ConfigError(f"{setting}: credentials do not belong into an address")
    if "?" in url or "#" in url:
        raise ConfigError(f"{setting}: give the address without a query ('?') and without a fragment ('#')")
    try:
        scheme, _user, host, _port = _origin(url)
    except ValueError as error:
        raise ConfigError(f"{setting}: {url!r} is not an http(s) address ({error})") from error
    if scheme not in {"http", "https"} or ascii_host(host) is None:
        raise ConfigError(f"{setting}: {url!r} is not an http(s) address")
    if scheme == "http" and host not in LOOPBACK:
        raise ConfigError(f"{setting}: {url!r} would send credentials in the clear; use https")
    check_segments(url, setting)
    return url.rstrip("/")


def _origin(url: str) -> tuple[str, str, str, int | None]:
    """Return scheme, user, host and port in one spelling: small letters, the port also where it is the usual one."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = host if host.isascii() else host.encode("idna").decode()
    return parts.scheme, parts.netloc.rpartition("@")[0], host, parts.port or USUAL_PORTS.get(parts.scheme)


def _takes(reply: Reply, method: str) -> bool:
    """Say no where the reply lists the methods that the server takes at an address, and this is none of them."""
    allowed = reply.headers.get("allow")
    return allowed is None or method.upper() in re.split(r"[\s,]+", allowed.upper())


@frozen
class RequestPolicy:
    """The policies of one connection to one cloud.

    ``refuses`` says of an error with a status of 4XX whether the vendor itself refused, by what it documents of
    refusals. Of any other error a write may have happened all the same; a note says so.
    """

    vendor: str
    base_url: str
    auth: Auth = field(repr=False)
    redact: Redactor = field(repr=False)
    retry: RetryPolicy = field(factory=RetryPolicy)
    idempotent: frozenset[str] = frozenset()
    named_refusals: Mapping[str, type[ApiError]] = field(factory=dict)
    refuses: Callable[[ApiError], bool] = field(default=lambda error: is_json_object(error.body), repr=False)
    state_refusals: frozenset[str] = frozenset()
    """Operations whose 405 speaks of the state of the thing, by the vendor's pages."""
    headers: Mapping[str, str] = field(factory=dict)
    places: Callable[[], Mapping[str, str]] = field(default=dict, repr=False)
    """Says where each setting of the cloud was found, in words: an error on the wire names that of the address."""
    connections: int | None = 100
    """How many of an event loop's calls may be out at once, while others wait; None: none ever waits for others."""

    def exchange(self, request: Request) -> Flow[Reply]:
        """Sign, send, repeat where safe; raise `TransportError`, `ApiError` or `ResponseMismatch`."""
        self._check_origin(request)
        described = request.extensions.get("operation") or {}
        operation = str(described.get("id") or f"{request.method} {request.url.path}")
        repeatable = request.method in READS or (operation in self.idempotent and ONCE not in request.extensions)
        rejected = False
        attempt = 1
        while True:
            yield from self._sign(request, operation)
            outcome = yield from self._send(request, operation, described.get("responses"))
            if not isinstance(outcome, OptCloudError):
                return outcome
            if isinstance(outcome, AuthError) and not rejected and (repeatable or outcome.refused):
                rejected = yield from self.auth.reject(request, outcome)
                if rejected:
                    continue
            delay = self.retry.delay(outcome, attempt, repeatable=repeatable)
            if delay is None:
                if not repeatable and may_have_happened(outcome):
                    outcome.add_note(MAY_BE_DONE)
                raise outcome
            words = "%s %s: attempt %d failed, next in %.1f s"
            logger.info(words, self.vendor, operation, attempt, delay, extra=ALSO_AN_EVENT)
            yield Notify(Retrying(self.vendor, operation, str(outcome), attempt, delay))
            try:
                yield Sleep(delay)
            except DeadlineExceeded:  # no time for another attempt: the failure of this one says more
                raise outcome from None
            attempt += 1

    def _sign(self, request: Request, operation: str) -> Flow[None]:
        """Sign. Where the wire fails meanwhile, the request itself was not sent."""
        try:
            yield from self.auth.sign(request)
        except TransportError as fault:
            raise self._lost(f"{operation}, signing in", fault, "no", operation) from fault
        except ApiError as fault:
            fault.by_vendor = True
            raise

    def _send(
        self, request: Request, operation: str, responses: Mapping[str, list[str]] | None
    ) -> Flow[Reply | OptCloudError]:
        """Send once; return the reply, or the error that it is."""
        try:
            reply: Reply = yield Send(request)
        except TransportError as fault:
            return self._lost(operation, fault, fault.sent, operation)
        except ReplyError as fault:
            fault.place(self.vendor, operation)
            return fault
        now: Instant = yield ReadClock()
        error = refusal(
            reply,
            vendor=self.vendor,
            operation=operation,
            responses=responses,
            wall=now.wall,
            named=self.named_refusals,
            redact=self.redact,
            states=operation in self.state_refusals and _takes(reply, request.method),
        )
        if isinstance(error, ApiError):
            error.by_vendor = reply.status_code < 500 and self.refuses(error)
        return reply if error is None else error

    def _lost(self, doing: str, fault: TransportError, sent: Sent, operation: str) -> TransportError:
        words = self.redact(f"{self.vendor} {doing}: {fault}")
        return type(fault)(
            words,
            sent=sent,
            vendor=self.vendor,
            operation=operation,
            status=fault.status,
            body=fault.body,
            passing=fault.passing,
            hint=fault.hint,
        )

    @cached_property
    def _own_origin(self) -> tuple[str, str, str, int | None]:
        return _origin(self.base_url)

    @cached_property
    def _own_root(self) -> str:
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}/"

    def named_by(self, *, signing_in: bool) -> str:
        """Return where the setting was found that names the cloud's host, or that of signing in; "" if not known."""
        try:
            places = self.places()
        except ConfigError:
            return ""
        names = _OF_SIGNING_IN if signing_in else _OF_THE_CLOUD
        return next((places[name] for name in names if name in places), "")

    def _check_origin(self, request: Request) -> None:
        """Refuse to sign a request for another place: credentials stay with their cloud."""
        url = str(request.url)
        if not url.startswith(self._own_root) and self._own_origin != _origin(url):
            own, asked = urlsplit(self.base_url), urlsplit(url)
            raise ConfigError(
                f"{self.vendor}: a request for {asked.scheme}://{asked.netloc} is not sent with the credentials for "
                f"{own.scheme}://{own.netloc}"
            )
