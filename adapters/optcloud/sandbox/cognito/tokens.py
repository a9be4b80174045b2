"""Tokens of the pool: RS256 under a key made for this sandbox, valid for one hour of its clock (F062)."""

import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any

from optcloud.sandbox.clock import Clock

if TYPE_CHECKING:
    from optcloud.sandbox.cognito.rs256 import SigningKey

LIFETIME = 3600
KEY_ID = "sandbox-signing-key"


class TokenError(Exception):
    """Why a token is refused."""


class TokenMint:
    """Issues and verifies the pool's JSON Web Tokens."""

    def __init__(self, clock: Clock, client_id: str) -> None:
        self._clock = clock
        self._client_id = client_id

    @cached_property
    def _key(self) -> "SigningKey":
        # At first use: PyJWT, cryptography and a fresh key cost a quarter of a second, sandboxes without sign-in none.
        from optcloud.sandbox.cognito.rs256 import SigningKey  # noqa: PLC0415

        return SigningKey(KEY_ID)

    def jwks(self) -> dict[str, Any]:
        return {"keys": [self._key.public_jwk()]}

    def id_token(self, issuer: str, subject: str, username: str, auth_time: int) -> str:
        return self._sign(
            {
                "sub": subject,
                "email_verified": True,
                "iss": issuer,
                "cognito:username": subject,
                "aud": self._client_id,
                "token_use": "id",
                "auth_time": auth_time,
                "email": username,
            }
        )

    def access_token(self, issuer: str, subject: str, auth_time: int) -> str:
        return self._sign(
            {
                "sub": subject,
                "iss": issuer,
                "client_id": self._client_id,
                "token_use": "access",
                "scope": "aws.cognito.signin.user.admin",
                "auth_time": auth_time,
                "username": subject,
            }
        )

    def verify_id_token(self, token: str) -> dict[str, Any]:
        """Claims of a valid ID token; TokenError says what is wrong with any other."""
        return self._verify(token, "id", audience=self._client_id)

    def verify_access_token(self, token: str) -> dict[str, Any]:
        return self._verify(token, "access", audience=None)

    def _sign(self, claims: dict[str, Any]) -> str:
        now = int(self._clock.now())
        times = {"iat": now, "exp": now + LIFETIME, "jti": str(uuid.uuid4()), "event_id": str(uuid.uuid4())}
        return self._key.sign(claims | times)

    def _verify(self, token: str, use: str, audience: str | None) -> dict[str, Any]:
        try:
            claims = self._key.verified(token)
        except ValueError as error:
            raise TokenError(f"the token is not one of this user pool ({error})") from error
        if claims.get("token_use") != use:
            raise TokenError(f"this is the {claims.get('token_use')} token; the {use} token is needed")
        if audience is not None and claims.get("aud") != audience:
            raise TokenError("the token was issued for another client")
        if claims["exp"] <= self._clock.now():
            raise TokenError("the token has expired")
        return claims
