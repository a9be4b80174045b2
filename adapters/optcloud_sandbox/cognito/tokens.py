"""Tokens of the pool: RS256 under a key made for this sandbox, valid by its clock, one hour as a rule.

Source: adiutaOpt facts F062.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from optcloud_sandbox.clock import SandboxClock

if TYPE_CHECKING:
    from optcloud_sandbox.cognito.rs256 import SigningKey

KEY_ID = "sandbox-signing-key"


class TokenError(Exception):
    """Why a token is refused."""


@dataclass(frozen=True)
class TokenSubject:
    """What the tokens tell of a sign-in. `name` is the pool's name of the user, `lifetime` in seconds."""

    issuer: str
    client_id: str
    subject: str
    name: str
    attributes: Mapping[str, str]
    auth_time: int
    family: str
    lifetime: float


class TokenMint:
    """Issues and verifies the pool's JSON Web Tokens."""

    def __init__(self, clock: SandboxClock, *client_ids: str) -> None:
        self._clock = clock
        self._client_ids = client_ids

    @cached_property
    def _key(self) -> "SigningKey":
        # At first use: PyJWT, cryptography and a fresh key cost a quarter of a second, sandboxes without sign-in none.
        from optcloud_sandbox.cognito.rs256 import SigningKey  # noqa: PLC0415

        return SigningKey(KEY_ID)

    def jwks(self) -> dict[str, Any]:
        return {"keys": [self._key.public_jwk()]}

    def id_token(self, sign_in: TokenSubject) -> str:
        own = {"email_verified": True, "aud": sign_in.client_id, "cognito:username": sign_in.name}
        own |= {"token_use": "id"}  # a claim  # nosec B105
        return self._sign({**sign_in.attributes, **own}, sign_in)

    def access_token(self, sign_in: TokenSubject) -> str:
        own = {"client_id": sign_in.client_id, "token_use": "access", "username": sign_in.name}  # a claim  # nosec B105
        return self._sign(own | {"scope": "aws.cognito.signin.user.admin"}, sign_in)

    def verify_id_token(self, token: str) -> dict[str, Any]:
        """Claims of a valid ID token; TokenError says what is wrong with any other."""
        claims = self._verify(token, "id")
        if claims.get("aud") not in self._client_ids:
            raise TokenError("the token was issued for another client")
        return claims

    def verify_access_token(self, token: str) -> dict[str, Any]:
        return self._verify(token, "access")

    def _sign(self, claims: dict[str, Any], sign_in: TokenSubject) -> str:
        now = int(self._clock.now())
        common = {"sub": sign_in.subject, "iss": sign_in.issuer, "auth_time": sign_in.auth_time}
        common |= {"origin_jti": sign_in.family, "jti": str(uuid.uuid4()), "event_id": str(uuid.uuid4())}
        return self._key.sign(claims | common | {"iat": now, "exp": now + int(sign_in.lifetime)})

    def _verify(self, token: str, use: str) -> dict[str, Any]:
        try:
            claims = self._key.verified(token)
        except ValueError as error:
            raise TokenError(f"the token is not one of this user pool ({error})") from error
        if claims.get("token_use") != use:
            raise TokenError(f"this is the {claims.get('token_use')} token; the {use} token is needed")
        if claims["exp"] <= self._clock.now():
            raise TokenError("the token has expired")
        return claims
