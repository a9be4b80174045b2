"""The user pool: users, sign-ins under way, refresh tokens."""

import base64
import binascii
import hmac
import re
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from optcloud.sandbox.clock import Clock
from optcloud.sandbox.cognito import srp
from optcloud.sandbox.cognito.tokens import LIFETIME, TokenError, TokenMint
from optcloud.sandbox.credentials import Credentials
from optcloud.sandbox.refusal import Refusal

CHALLENGE_LIFETIME = 180  # seconds; Cognito's default for an authentication session
REFRESH_LIFETIME = 30 * 24 * 3600  # seconds; Cognito's default, adiutaOpt's is not published (F062)

# Cognito wants this English form, the day without a leading zero.
TIMESTAMP = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"([1-9]|[12][0-9]|3[01]) ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9] UTC [0-9]{4}"
)

WRONG = "Incorrect username or password."


@dataclass(frozen=True)
class User:
    subject: str
    username: str
    verifier: srp.Verifier


@dataclass(frozen=True)
class _SignIn:
    user: User
    known: bool
    exchange: srp.Exchange
    expires: float


@dataclass(frozen=True)
class _Refresh:
    user: User
    auth_time: int
    expires: float


class UserPool:
    """One pool with one client, which has no secret."""

    def __init__(self, clock: Clock, credentials: Credentials, tokens: TokenMint) -> None:
        self._clock = clock
        self.pool_id = credentials.user_pool_id
        self.client_id = credentials.client_id
        self.tokens = tokens
        self._users: dict[str, User] = {}
        self._sign_ins: dict[str, _SignIn] = {}
        self._refresh: dict[str, _Refresh] = {}
        self.add_user(credentials.username, credentials.password)

    @property
    def _pool_name(self) -> str:
        return self.pool_id.split("_", 1)[1]

    def add_user(self, username: str, password: str) -> None:
        """Add a user or change a password."""
        subject = str(uuid.uuid4())
        self._users[username] = User(subject, username, srp.make_verifier(self._pool_name, subject, password))

    def check_client(self, client_id: object) -> None:
        if client_id != self.client_id:
            raise Refusal(400, f"User pool client {client_id} does not exist.", name="ResourceNotFoundException")

    def start_srp(self, username: str, srp_a: str) -> dict[str, str]:
        """Challenge parameters for a user, known or not, so that the two cannot be told apart."""
        user = self._users.get(username)
        known = user is not None
        if user is None:
            subject = str(uuid.uuid4())
            user = User(subject, username, srp.make_verifier(self._pool_name, subject, secrets.token_hex()))
        if re.fullmatch("[0-9a-fA-F]+", srp_a) is None:
            raise Refusal(400, "SRP_A must be a number in hexadecimal digits", name="InvalidParameterException")
        try:
            exchange = srp.Exchange.start(user.verifier, int(srp_a, 16))
        except ValueError as error:
            raise Refusal(400, f"SRP_A is not usable: {error}", name="InvalidParameterException") from error
        block = base64.b64encode(secrets.token_bytes(96)).decode("ascii")
        self._sign_ins[block] = _SignIn(user, known, exchange, self._clock.now() + CHALLENGE_LIFETIME)
        return {
            "USERNAME": user.subject,
            "USER_ID_FOR_SRP": user.subject,
            "SALT": srp.signed_bytes(user.verifier.salt).hex(),
            "SRP_B": srp.signed_bytes(exchange.server_public).hex(),
            "SECRET_BLOCK": block,
        }

    def answer_srp(
        self, issuer: str, username: str, secret_block: str, timestamp: str, signature: str
    ) -> dict[str, Any]:
        """Tokens for the right proof; Refusal otherwise. A secret block is good for one answer."""
        if TIMESTAMP.fullmatch(timestamp) is None:
            raise Refusal(
                400,
                "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english, e.g. Tue Nov 3 07:05:00 UTC 2026.",
                name="InvalidParameterException",
            )
        sign_in = self._sign_ins.pop(secret_block, None)
        if sign_in is None or sign_in.user.subject != username or sign_in.expires <= self._clock.now():
            raise Refusal(400, WRONG, name="NotAuthorizedException")
        signed = (self._pool_name.encode(), username.encode(), _base64(secret_block), timestamp.encode("ascii"))
        if not (sign_in.exchange.accepts(_base64(signature), *signed) and sign_in.known):
            raise Refusal(400, WRONG, name="NotAuthorizedException")
        auth_time = int(self._clock.now())
        refresh = "fake-refresh-token-" + secrets.token_urlsafe(48)
        self._refresh[refresh] = _Refresh(sign_in.user, auth_time, self._clock.now() + REFRESH_LIFETIME)
        return self._tokens(issuer, sign_in.user, auth_time) | {"RefreshToken": refresh}

    def refresh(self, issuer: str, token: str) -> dict[str, Any]:
        """New ID and access tokens; Cognito sends no new refresh token here."""
        held = next((held for known, held in self._refresh.items() if hmac.compare_digest(known, token)), None)
        if held is None:
            raise Refusal(400, "Invalid Refresh Token", name="NotAuthorizedException")
        if held.expires <= self._clock.now():
            raise Refusal(400, "Refresh Token has expired", name="NotAuthorizedException")
        return self._tokens(issuer, held.user, held.auth_time)

    def user_by_id_token(self, token: str) -> User:
        """The user of a valid ID token; TokenError says what is wrong with any other."""
        return self._user(self.tokens.verify_id_token(token))

    def user_by_access_token(self, token: str) -> User:
        return self._user(self.tokens.verify_access_token(token))

    def _user(self, claims: dict[str, Any]) -> User:
        user = next((user for user in self._users.values() if user.subject == claims["sub"]), None)
        if user is None:
            raise TokenError("the user of the token is not known any more")
        return user

    def _tokens(self, issuer: str, user: User, auth_time: int) -> dict[str, Any]:
        return {
            "AccessToken": self.tokens.access_token(issuer, user.subject, auth_time),
            "IdToken": self.tokens.id_token(issuer, user.subject, user.username, auth_time),
            "ExpiresIn": LIFETIME,
            "TokenType": "Bearer",
        }


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Refusal(400, f"not base64: {error}", name="InvalidParameterException") from error
