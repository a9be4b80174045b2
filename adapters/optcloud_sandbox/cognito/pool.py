"""The user pool: its two app clients, its users, and sign-ins under way."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from optcloud_sandbox.clock import SandboxClock
from optcloud_sandbox.cognito import challenges, srp
from optcloud_sandbox.cognito.refreshes import RefreshGrant, RefreshTokens
from optcloud_sandbox.cognito.tokens import TokenError, TokenMint, TokenSubject
from optcloud_sandbox.cognito.users import PoolUser, UserChoices, make_user
from optcloud_sandbox.credentials import Credentials
from optcloud_sandbox.pending import PendingQueue
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.settings import CognitoSettings

LONGEST_A = 1024  # digits; a number of the group has 768
MOST_PROOFS = 10_000  # under way
WRONG = "Incorrect username or password."

STATUSES = {  # before the password is looked at: a client learns them with a wrong one, too
    "UNCONFIRMED": ("UserNotConfirmedException", "User is not confirmed."),
    "RESET_REQUIRED": ("PasswordResetRequiredException", "Password reset required for the user"),
    "DISABLED": ("NotAuthorizedException", "User is disabled."),
}


@dataclass(frozen=True)
class AppClient:
    """Who asks: an app client whose secret was checked, and the issuer that its tokens name."""

    client_id: str
    issuer: str


@dataclass(frozen=True)
class _Proof:
    """A PASSWORD_VERIFIER challenge under way."""

    user: PoolUser
    known: bool
    client_id: str
    exchange: srp.Exchange
    expires: float


@dataclass(eq=False)
class _Session:
    """A challenge after the password under way; `waiting` begins with it."""

    user: PoolUser
    client_id: str
    waiting: tuple[str, ...]
    expires: float
    wrong: int = 0


class ScriptedRefusal(NamedTuple):
    """A refusal that a test scripts: throttling, a service that fails, anything else that Cognito names."""

    name: str
    message: str
    operation: str | None


class ScriptedRefusals(PendingQueue[ScriptedRefusal]):
    """Refusals to come."""

    def check(self, operation: str) -> None:
        """Raise the first that is meant for `operation`, as Cognito does: 500 for its own errors, 400 for all else."""
        scripted = self.take(lambda refusal: refusal.operation in (None, operation))
        if scripted is not None:
            status = 500 if scripted.name.startswith("Internal") else 400
            raise Refusal(status, scripted.message, name=scripted.name)


class UserPool:
    def __init__(
        self, clock: SandboxClock, credentials: Credentials, tokens: TokenMint, settings: Callable[[], CognitoSettings]
    ) -> None:
        self._clock = clock
        self._published = credentials
        self._settings = settings
        self.pool_id = credentials.user_pool_id
        self._clients = {credentials.client_id: None, credentials.confidential_client_id: credentials.client_secret}
        self.tokens = tokens
        self.script = ScriptedRefusals()
        self._users: dict[str, PoolUser] = {}
        self._proofs: dict[str, _Proof] = {}
        self._sessions: dict[str, _Session] = {}
        self._refresh = RefreshTokens(clock)
        self.add_user(credentials.username, credentials.password)

    @property
    def _pool_name(self) -> str:
        return self.pool_id.split("_", 1)[1]

    def add_user(self, username: str, password: str, wanted: UserChoices | None = None) -> None:
        """Add a user, or change one who is there: `wanted` replaces all that was asked of the user before."""
        before = self._users.get(username)
        subject = None if before is None else before.subject
        self._users[username] = make_user(
            self._pool_name, username, password, wanted or UserChoices(), self._published, subject=subject
        )

    def user(self, username: str) -> PoolUser:
        """ValueError for a user who is not there."""
        if username not in self._users:
            raise ValueError(f"no user has the name {username!r}")
        return self._users[username]

    def code(self, username: str, challenge: str) -> str:
        """What the user would type now for an SMS_MFA, EMAIL_OTP or SOFTWARE_TOKEN_MFA challenge."""
        return self.user(username).code(challenge, self._clock.now())

    def revoke(self, username: str) -> None:
        """Revoke what all sign-ins of the user gave; ID tokens stay good until they end, as they do at Amazon's."""
        self._refresh.revoke_user(self.user(username))

    def check_client(self, client_id: object) -> str:
        if not isinstance(client_id, str) or client_id not in self._clients:
            raise Refusal(400, f"User pool client {client_id} does not exist.", name="ResourceNotFoundException")
        return client_id

    def check_secret(self, client_id: str, secret: object) -> None:
        """For the operations that take the secret itself."""
        if self._clients[client_id] != secret:
            raise Refusal(400, f"Invalid client secret for client {client_id}", name="NotAuthorizedException")

    def check_hash(self, client_id: str, parameters: Mapping[str, str], user_name: str) -> None:
        """SECRET_HASH: HMAC-SHA256 of user name and client id under the client's secret, in base64."""
        secret, received = self._clients[client_id], parameters.get("SECRET_HASH")
        if secret is None:
            if received is not None:
                message = f"Client {client_id} is not configured for secret but secret was received"
                raise Refusal(400, message, name="NotAuthorizedException")
            return
        if received is None:
            message = f"Client {client_id} is configured with secret but SECRET_HASH was not received"
            raise Refusal(400, message, name="NotAuthorizedException")
        expected = base64.b64encode(hmac.digest(secret.encode(), (user_name + client_id).encode(), hashlib.sha256))
        if not hmac.compare_digest(expected, received.encode()):
            raise Refusal(400, f"SecretHash does not match for the client: {client_id}", name="NotAuthorizedException")

    def start_srp(self, client_id: str, username: str, srp_a: str) -> dict[str, str]:
        """Challenge parameters for a user; one that is not there gets the same form, unless a setting says so."""
        user = self._users.get(username)
        known = user is not None
        if user is None:
            if not self._settings().prevent_user_existence_errors:
                raise Refusal(400, "User does not exist.", name="UserNotFoundException")
            user = make_user(self._pool_name, username, secrets.token_hex(), UserChoices(), self._published)
        if user.status in STATUSES:
            name, message = STATUSES[user.status]
            raise Refusal(400, message, name=name)
        if re.fullmatch(f"[0-9a-fA-F]{{1,{LONGEST_A}}}", srp_a) is None:
            raise Refusal(400, f"SRP_A must be a number in at most {LONGEST_A} hexadecimal digits")
        try:
            exchange = srp.Exchange.start(user.verifier, int(srp_a, 16))
        except ValueError as error:
            raise Refusal(400, f"SRP_A is not usable: {error}") from error
        block = base64.b64encode(secrets.token_bytes(96)).decode("ascii")
        if len(self._proofs) == MOST_PROOFS:
            del self._proofs[next(iter(self._proofs))]  # the oldest: nobody may ever answer it
        self._proofs[block] = _Proof(user, known, client_id, exchange, self._ends())
        return {
            "USERNAME": user.name,
            "USER_ID_FOR_SRP": user.name,
            "SALT": srp.signed_bytes(user.verifier.salt).hex(),
            "SRP_B": srp.signed_bytes(exchange.server_public).hex(),
            "SECRET_BLOCK": block,
        }

    def answer_srp(
        self, caller: AppClient, username: str, secret_block: str, timestamp: str, signature: str
    ) -> dict[str, Any]:
        """The reply to a proof of the password; Refusal when it is wrong. A secret block is good for one answer."""
        moment = srp.seconds_of(timestamp)
        proof = self._proofs.pop(secret_block, None)
        expected = (username, caller.client_id)
        if proof is None or (proof.user.name, proof.client_id) != expected or proof.expires <= self._clock.now():
            raise Refusal(400, WRONG, name="NotAuthorizedException")
        signed = (self._pool_name.encode(), username.encode(), _base64(secret_block), timestamp.encode("ascii"))
        if not (proof.exchange.accepts(_base64(signature), *signed) and proof.known):
            raise Refusal(400, WRONG, name="NotAuthorizedException")
        skew = self._settings().skew
        if skew is not None and abs(moment - self._clock.now()) > skew:
            raise Refusal(400, "TIMESTAMP is too far from the time of the service", name="NotAuthorizedException")
        return self._next(caller, proof.user, proof.user.challenges)

    def answer(self, caller: AppClient, name: str, session_id: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        """The reply to a challenge after the password; Refusal when the answer is wrong."""
        session = self._session(caller, name, session_id, parameters.get("USERNAME"))
        try:
            further = challenges.judge(name, session.user, self._pool_name, parameters, self._clock.now())
        except Refusal as refusal:
            if refusal.name == "CodeMismatchException":
                session.wrong += 1
            raise
        self._sessions.pop(session_id)
        return self._next(caller, session.user, (*further, *session.waiting[1:]))

    def refresh(self, caller: AppClient, token: str) -> dict[str, Any]:
        """New ID and access tokens, and with rotation a new refresh token; the caller's secret is to be checked."""
        held = self._refresh.use(token, caller.client_id, self._settings())
        tokens = self._tokens(caller.issuer, held)
        if self._settings().rotate_refresh_tokens:
            tokens["RefreshToken"] = self._refresh.rotate(token)
        return tokens

    def holder(self, client_id: str, token: str) -> PoolUser:
        """Whose refresh token it is; Refusal when it may not be used."""
        return self._refresh.use(token, client_id, self._settings()).user

    def revoke_token(self, client_id: str, token: str) -> None:
        self._refresh.revoke(token, client_id)

    def user_by_id_token(self, token: str) -> PoolUser:
        """The user of a valid ID token; TokenError says what is wrong with any other."""
        return self._user(self.tokens.verify_id_token(token))

    def user_by_access_token(self, token: str) -> PoolUser:
        claims = self.tokens.verify_access_token(token)
        if self._refresh.is_revoked(claims["origin_jti"]):
            raise TokenError("Access Token has been revoked")
        return self._user(claims)

    def _session(self, caller: AppClient, name: str, session_id: str, username: str | None) -> _Session:
        session = self._sessions.get(session_id)
        if session is None or session.client_id != caller.client_id or session.waiting[0] != name:
            raise Refusal(400, "Invalid session for the user.", name="NotAuthorizedException")
        # Amazon wants the pool's own name here; its libraries send what the user typed, and get through (inferred).
        if username not in (session.user.name, session.user.username):
            raise Refusal(400, "Invalid session for the user.", name="NotAuthorizedException")
        if session.expires <= self._clock.now():
            raise Refusal(400, "Invalid session for the user, session is expired.", name="NotAuthorizedException")
        if session.wrong >= self._settings().code_attempts:
            message = "Invalid session for the user, session can only be used once."
            raise Refusal(400, message, name="NotAuthorizedException")
        return session

    def _next(self, caller: AppClient, user: PoolUser, waiting: tuple[str, ...]) -> dict[str, Any]:
        if waiting:
            session_id = "fake-session-" + secrets.token_urlsafe(96)
            self._sessions[session_id] = _Session(user, caller.client_id, waiting, self._ends())
            parameters = challenges.parameters(waiting[0], user)
            return {"ChallengeName": waiting[0], "Session": session_id, "ChallengeParameters": parameters}
        refresh, held = self._refresh.issue(user, caller.client_id, self._settings().refresh_token)
        tokens = self._tokens(caller.issuer, held) | {"RefreshToken": refresh}
        return {"AuthenticationResult": tokens, "ChallengeParameters": {}}

    def _ends(self) -> float:
        return self._clock.now() + self._settings().session

    def _user(self, claims: dict[str, Any]) -> PoolUser:
        user = next((user for user in self._users.values() if user.subject == claims["sub"]), None)
        if user is None:
            raise TokenError("the user of the token is not known any more")
        return user

    def _tokens(self, issuer: str, held: RefreshGrant) -> dict[str, Any]:
        user, lifetime = held.user, self._settings().token
        common = (user.subject, user.name, user.attributes, held.auth_time, held.family, lifetime)
        signed_in = TokenSubject(issuer, held.client_id, *common)
        return {
            "AccessToken": self.tokens.access_token(signed_in),
            "IdToken": self.tokens.id_token(signed_in),
            "ExpiresIn": int(lifetime),
            "TokenType": "Bearer",
        }


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Refusal(400, f"not base64: {error}", name="InvalidParameterException") from error
