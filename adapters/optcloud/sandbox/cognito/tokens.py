"""Tokens of the pool: RS256 under a key made for this sandbox, valid for one hour of its clock (F062)."""

import uuid
from functools import cached_property
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from optcloud.sandbox.clock import Clock

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
    def _key(self) -> rsa.RSAPrivateKey:
        # At first use: sandboxes that serve no sign-in start in no time.
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def jwks(self) -> dict[str, Any]:
        jwk = jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return {
            "keys": [{"kid": KEY_ID, "alg": "RS256", "use": "sig", "kty": jwk["kty"], "n": jwk["n"], "e": jwk["e"]}]
        }

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
        return jwt.encode(claims | times, self._key, algorithm="RS256", headers={"kid": KEY_ID})

    def _verify(self, token: str, use: str, audience: str | None) -> dict[str, Any]:
        # The times are judged by the sandbox's clock, which PyJWT cannot know.
        options: Any = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "verify_aud": False}
        try:
            claims = jwt.decode(token, self._key.public_key(), algorithms=["RS256"], options=options)
        except jwt.InvalidTokenError as error:
            raise TokenError(f"the token is not one of this user pool ({error})") from error
        if claims.get("token_use") != use:
            raise TokenError(f"this is the {claims.get('token_use')} token; the {use} token is needed")
        if audience is not None and claims.get("aud") != audience:
            raise TokenError("the token was issued for another client")
        if claims["exp"] <= self._clock.now():
            raise TokenError("the token has expired")
        return claims
