"""The tokens that Cognito gives: read from its answers, and as a text that can be kept.

Source: adiutaOpt facts F061-F062: three JSON Web Tokens; the ID token is the one to send, valid one hour, and renewed
with the refresh token.
"""

from __future__ import annotations

import base64
from typing import Any, Protocol

import msgspec
from attrs import asdict, evolve, fields_dict, frozen

from optcloud.adiutaopt.sign_in.identity_provider import VENDOR, revealed
from optcloud.core.errors import ResponseMismatch
from optcloud.core.replies import UNREADABLE
from optcloud.core.secret import Secret, as_secret

_FORMAT = 1


@frozen
class Tokens:
    """The ID token, its end by the provider's clock (seconds since the epoch), and the refresh token.

    ``user`` is the name that the pool has for the user. ``skew``: what was known of the clocks (`IdentityProvider`).
    """

    id_token: Secret
    ends: float
    refresh_token: Secret
    user: str = ""
    skew: float = 0.0

    def lasts(self, time: float, rejected: Secret | None) -> bool:
        """Whether the ID token lasts beyond ``time`` (by the provider's clock) and was not refused."""
        return self.ends > time and self.id_token != rejected

    def text(self) -> Secret:
        """Return them in the form in which they are kept."""
        kept = {"format": _FORMAT, **asdict(evolve(self, skew=round(self.skew, 1)), recurse=False)}
        return Secret(msgspec.json.encode(kept, enc_hook=revealed).decode())


class TokenStore(Protocol):
    """Where tokens are kept between processes. All methods block (see `RunBlocking`) and may raise `ConfigError`."""

    @property
    def place(self) -> str: ...
    def load(self) -> Secret | None: ...
    def keep(self, text: Secret) -> None: ...
    def remove(self) -> bool: ...
    def turn(self) -> Turn: ...


class Turn(Protocol):
    """The right to renew the tokens of a store, held by one process at a time."""

    def take(self) -> bool:
        """Take it, unless another process has it: False."""

    def give_back(self) -> None:
        """Give it back, taken or not; from then on it is not taken any more."""


def read_kept(text: Secret) -> Tokens:
    """Return tokens that were kept. Raises ValueError when the text is damaged, or of another version."""
    try:
        kept: dict[str, Any] = msgspec.json.decode(text.reveal(), type=dict[str, Any])
        if (form := kept.pop("format", None)) == _FORMAT and kept.keys() == fields_dict(Tokens).keys():
            return msgspec.convert(kept, Tokens, dec_hook=_secret)
        fault = f"format {form}"
    except UNREADABLE as error:
        fault = type(error).__name__
    raise ValueError(fault)  # outside the clause: the words of that error, and itself, may hold tokens


def _secret(_kind: type, value: Any) -> Secret:
    if not isinstance(value, str):
        raise TypeError("a token is a text")
    return Secret(value)


def read_tokens(answer: dict[str, Any], user: str, old: Secret | None, skew: float) -> Tokens:
    """Return the tokens of an answer; ``old``: the refresh token that goes on if there is no new one.

    Raises `ResponseMismatch`.
    """
    try:
        result = answer["AuthenticationResult"]
        id_token = as_secret(result["IdToken"])
        fresh = as_secret(result.get("RefreshToken")) or old
        claims = _claims(id_token)
        ends = float(claims["exp"])
        name = str(claims.get("cognito:username") or user)
    except (*UNREADABLE, KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        fault = f"the tokens cannot be read: {type(error).__name__}"
    else:
        if fresh is not None:
            return Tokens(id_token, ends, fresh, name, skew)
        fault = "the answer has no refresh token"
    raise ResponseMismatch(fault, vendor=VENDOR)  # outside the clause: the frames of that error hold the token


def token_end(token: Secret) -> float:
    """Read the claim ``exp`` (seconds since the epoch) of a JSON Web Token; its signature is the server's business."""
    return float(_claims(token)["exp"])


def _claims(token: Secret) -> dict[str, Any]:
    payload = token.reveal().split(".")[1]
    claims: dict[str, Any] = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims
