"""The one road: what happens to every request, of the facade and of the generated clients alike.

It is checked against the cloud's own origin, signed, sent, repeated where that is safe, and its refusal raised.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlsplit

from attrs import field, frozen

from optcloud.core.errors import ApiError, AuthError, ConfigError, OptCloudError, ReplyError, TransportError
from optcloud.core.events import Retrying
from optcloud.core.flow import Flow, Instant, Notify, ReadClock, Reply, Request, Send, Sleep
from optcloud.core.redact import Redactor
from optcloud.core.replies import refusal
from optcloud.core.retry import READS, RetryPolicy

logger = logging.getLogger("optcloud")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Auth(Protocol):
    """How a cloud knows who asks."""

    def sign(self, request: Request) -> Flow[None]:
        """Put the credentials on the request, just before it is sent (again)."""

    def renew(self, request: Request) -> Flow[bool]:
        """After a 401 on this request: get new credentials. False when there is nothing to renew."""


def check_address(url: str, setting: str) -> str:
    """Return the address without a trailing slash. Plain http is refused except on loopback (`ConfigError`)."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError(f"{setting}: {url!r} is not an http(s) address")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ConfigError(f"{setting}: {url!r} would send credentials in the clear; use https")
    if parts.username or parts.password:
        raise ConfigError(f"{setting}: credentials do not belong into an address")
    return url.rstrip("/")


@frozen
class Road:
    """The policies of one connection to one cloud."""

    vendor: str
    base_url: str
    auth: Auth = field(repr=False)
    redact: Redactor = field(repr=False)
    retry: RetryPolicy = field(factory=RetryPolicy)
    idempotent: frozenset[str] = frozenset()
    named_refusals: Mapping[str, type[ApiError]] = field(factory=dict)
    headers: Mapping[str, str] = field(factory=dict)

    def exchange(self, request: Request) -> Flow[Reply]:
        """Sign, send, repeat where safe; raise `TransportError`, `ApiError` or `ResponseMismatch`."""
        self._check_origin(request)
        described = request.extensions.get("operation") or {}
        operation = str(described.get("id") or f"{request.method} {request.url.path}")
        repeatable = request.method in READS or operation in self.idempotent
        renewed = False
        attempt = 1
        while True:
            outcome, sent = yield from self._attempt(request, operation, described.get("responses"))
            if not isinstance(outcome, OptCloudError):
                return outcome
            if sent and isinstance(outcome, AuthError) and not renewed and (yield from self.auth.renew(request)):
                renewed = True
                continue
            delay = self.retry.delay(outcome, attempt, repeatable=repeatable or not sent)
            if delay is None:
                raise outcome
            logger.info("%s %s: attempt %d failed, next in %.1f s", self.vendor, operation, attempt, delay)
            yield Notify(Retrying(self.vendor, operation, str(outcome), attempt, delay))
            yield Sleep(delay)
            attempt += 1

    def _attempt(
        self, request: Request, operation: str, responses: Mapping[str, list[str]] | None
    ) -> Flow[tuple[Reply | OptCloudError, bool]]:
        """Sign and send once; return the reply or the error it is, and whether the request was put on the wire."""
        sent = False
        try:
            yield from self.auth.sign(request)
            sent = True
            reply: Reply = yield Send(request)
        except TransportError as fault:
            words = f"{self.vendor} {operation}{'' if sent else ', signing in'}: {fault}"
            return TransportError(
                self.redact(words), sent=fault.sent if sent else "no", vendor=self.vendor, operation=operation
            ), sent
        except ReplyError as fault:
            return fault, sent
        now: Instant = yield ReadClock()
        error = refusal(
            reply,
            vendor=self.vendor,
            operation=operation,
            responses=responses,
            wall=now.wall,
            named=self.named_refusals,
        )
        return (reply if error is None else self._hide_secrets(error)), sent

    def _hide_secrets(self, error: ReplyError) -> ReplyError:
        error.message = self.redact(error.message)
        error.args = (self.redact(str(error)),)
        return error

    def _check_origin(self, request: Request) -> None:
        """Refuse to sign a request for another place: credentials stay with their cloud."""
        own, asked = urlsplit(self.base_url), urlsplit(str(request.url))
        if (own.scheme, own.netloc) != (asked.scheme, asked.netloc):
            raise ConfigError(
                f"{self.vendor}: a request for {asked.scheme}://{asked.netloc} is not sent with the credentials for "
                f"{own.scheme}://{own.netloc}"
            )
