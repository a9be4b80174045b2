"""The wire of the identity provider, Amazon Cognito: AWS JSON 1.1, its refusals, its clock.

Source: adiutaOpt facts F059; Amazon's reference of the Cognito user pools API (InitiateAuth, RespondToAuthChallenge,
GetTokensFromRefreshToken, RevokeToken; "Computing secret hash values").
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
from attrs import define, field

from optcloud.core.errors import (
    AuthError,
    OptCloudError,
    RateLimited,
    ReplyError,
    ResponseMismatch,
    ServerError,
    TransportError,
)
from optcloud.core.events import ALSO_AN_EVENT, ClockOff, Retrying
from optcloud.core.flow import Flow, Instant, Notify, Post, ReadClock, Reply, Sleep
from optcloud.core.replies import UNREADABLE, json_of
from optcloud.core.retry import RetryPolicy, http_date
from optcloud.core.secret import Redactor, Secret, as_secrets
from optcloud.core.settings import AdiutaOptSettings

logger = logging.getLogger("optcloud")
T = TypeVar("T")
VENDOR = "Amazon Cognito"
CLOCK_TOLERANCE = 30.0  # seconds; below, nothing of ours depends on it (what Cognito tolerates is not published)
_REFUSALS = (
    "NotAuthorizedException",
    "UserNotFoundException",
    "UserNotConfirmedException",
    "PasswordResetRequired",
    "RefreshTokenReuseException",
    "CodeMismatchException",
    "ExpiredCodeException",
    "InvalidPasswordException",
    "PasswordHistoryPolicyViolationException",
)
_SECRET = frozenset({"AuthenticationResult", "Session"})  # of an answer
_THROTTLED = ("TooManyRequestsException", "LimitExceededException", "ThrottlingException")


@define
class IdentityProvider:
    """Calls of one app client; knows how far this machine's clock is off."""

    settings: AdiutaOptSettings
    redact: Redactor = field(repr=False)
    retry: RetryPolicy = field(factory=RetryPolicy, repr=False)
    skew: float = 0.0
    """Seconds that this machine's clock is behind the provider's; 0 within `CLOCK_TOLERANCE`."""
    rotates: bool = False
    """Whether the app client is known to rotate refresh tokens."""
    _told: float = field(default=0.0, repr=False)
    _attempt: int = field(default=1, repr=False)

    def call(self, action: str, **body: Any) -> Flow[dict[str, Any]]:
        """Call one action, once; what is secret in the body and in the answer is a `Secret`.

        Raises `AuthError`, `RateLimited`, `ServerError`, `ResponseMismatch`.
        """
        headers = {
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": f"AWSCognitoIdentityProviderService.{action}",
            "accept": "application/json",
        }
        content = msgspec.json.encode({"ClientId": self.settings.client_id, **body}, enc_hook=revealed)
        try:
            reply: Reply = yield Post(self.settings.cognito_url + "/", headers, content, attempt=self._attempt)
        except ResponseMismatch as fault:
            fault.place(VENDOR, action)
            raise
        yield from self._compare_clocks(reply)
        if reply.status_code == 200 and not reply.content:
            return {}  # RevokeToken
        try:
            answer = _hide_tokens(msgspec.json.decode(json_of(reply.content), type=dict[str, Any]))
        except UNREADABLE as error:
            kind = ServerError if reply.status_code >= 500 else ResponseMismatch  # a gateway's page, for instance
            raise self._error(reply, action, kind, f"not a JSON object: {error}") from error
        if reply.status_code != 200:
            raise self._refusal(reply, action, answer)
        return answer

    def repeated(self, doing: str, step: Callable[[], Flow[T]], *, safe: Callable[[], bool]) -> Flow[T]:
        """Run a step, and anew with back-off while trouble passes and repeating it is safe."""
        attempt = 1
        while True:
            self._attempt = attempt
            try:
                return (yield from step())
            except (TransportError, ReplyError) as error:
                delay = self.retry.delay(error, attempt, repeatable=True) if safe() else None
                if delay is None:
                    raise
                reason = self.redact(str(error))
            words = "%s, %s: attempt %d failed, next in %.1f s"
            logger.info(words, VENDOR, doing, attempt, delay, extra=ALSO_AN_EVENT)
            yield Notify(Retrying(VENDOR, doing, reason, attempt, delay))
            yield Sleep(delay)
            attempt += 1

    def secret_hash(self, user: str) -> dict[str, Secret]:
        """Return the parameter SECRET_HASH for this user name, if the app client has a secret."""
        if self.settings.client_secret is None:
            return {}
        message = (user + self.settings.client_id).encode()
        digest = hmac.digest(self.settings.client_secret.reveal().encode(), message, hashlib.sha256)
        return {"SECRET_HASH": Secret(base64.b64encode(digest).decode())}

    def client_secret(self) -> dict[str, Secret]:
        """Return the parameter ClientSecret, for actions that take it itself, if the app client has one."""
        secret = self.settings.client_secret
        return {} if secret is None else {"ClientSecret": secret}

    def time(self) -> Flow[float]:
        """Return the provider's time, in seconds since the epoch, as far as it is known here."""
        now: Instant = yield ReadClock()
        return now.wall + self.skew

    def _compare_clocks(self, reply: Reply) -> Flow[None]:
        date = http_date(reply.headers.get("date", ""))
        if date is None:
            return  # none, or none that can be read: what was known of its clock holds
        now: Instant = yield ReadClock()
        behind = date - now.wall
        self.skew = behind if abs(behind) >= CLOCK_TOLERANCE else 0.0
        if abs(self.skew - self._told) >= CLOCK_TOLERANCE:
            self._told = self.skew
            words = "this machine's clock is %.0f s behind that of %s; corrected for"
            logger.warning(words, self.skew, VENDOR, extra=ALSO_AN_EVENT)
            yield Notify(ClockOff(VENDOR, self.skew))

    def _refusal(self, reply: Reply, action: str, answer: dict[str, Any]) -> OptCloudError:
        name = str(answer.get("__type", "")).rpartition("#")[2]
        kind: type[ReplyError] = AuthError
        if name.startswith(_THROTTLED) or reply.status_code == 429:  # the latter by a gateway before it
            kind = RateLimited
        elif reply.status_code >= 500:
            kind = ServerError
        words = f"{name}: {answer.get('message') or answer.get('Message') or 'no message'}"
        if kind is AuthError and not name.startswith(_REFUSALS):
            words += " (check user_pool_id, client_id, client_secret and cognito_url)"
        return self._error(reply, action, kind, words)

    def _error(self, reply: Reply, action: str, kind: type[ReplyError], words: str) -> ReplyError:
        return kind(
            self.redact(words),
            status=reply.status_code,
            vendor=VENDOR,
            operation=action,
            request_id=reply.headers.get("x-amzn-requestid"),
            headers=reply.headers,
            body=reply.content,
        )


def revealed(value: object) -> str:
    """Write a `Secret` into JSON (msgspec's ``enc_hook``)."""
    if isinstance(value, Secret):
        return value.reveal()
    raise NotImplementedError


def _hide_tokens(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: as_secrets(value) if name in _SECRET else value for name, value in answer.items()}


def is_named(error: ReplyError, *names: str) -> bool:
    """Whether the refusal is one of these exceptions of Cognito."""
    return error.message.startswith(names)
