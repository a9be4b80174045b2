"""Sign-in at an AWS Cognito user pool, and the tokens it gives, as flows.

Source: facts F059-F064: user name and password by SRP, three tokens, the ID token is the one to send, valid one hour,
renewed with the refresh token.
"""

from __future__ import annotations

import base64
from typing import Any

import msgspec
from attrs import define, evolve, field, frozen

from optcloud.clouds.adiutaopt.srp import SrpClient, claim_signature, timestamp
from optcloud.core.errors import (
    AuthError,
    OptCloudError,
    RateLimited,
    ReplyError,
    ResponseMismatch,
    ServerError,
    Unsupported,
)
from optcloud.core.flow import Flow, Instant, Post, ReadClock, Reply
from optcloud.core.redact import Redactor, Secret
from optcloud.core.replies import UNREADABLE
from optcloud.core.settings import AdiutaOptSettings

VENDOR = "Amazon Cognito"
EARLY = 120.0  # seconds before its end at which a token is renewed
_REFUSALS = (
    "NotAuthorizedException",
    "UserNotFoundException",
    "UserNotConfirmedException",
    "PasswordResetRequired",
)
_THROTTLED = ("TooManyRequestsException", "LimitExceededException")


@frozen
class Tokens:
    """The ID token, its end (seconds since the epoch), and the refresh token."""

    id_token: Secret
    ends: float
    refresh_token: Secret


@define
class CognitoSession:
    """One user's session: keeps the tokens in memory and renews them in time."""

    settings: AdiutaOptSettings
    redact: Redactor = field(repr=False)
    _tokens: Tokens | None = field(default=None, repr=False)

    def token(self) -> Flow[Secret]:
        """Return an ID token that is valid for a while; signs in or refreshes when needed. Run it exclusively."""
        now: Instant = yield ReadClock()
        if self._tokens is None or self._tokens.ends - now.wall < EARLY:
            self._tokens = yield from self._fresh()
        return self._tokens.id_token

    def reject(self, token: Secret) -> None:
        """Count this token as ended, since it was refused; another flow may have renewed it meanwhile."""
        if self._tokens is not None and self._tokens.id_token == token:
            self._tokens = evolve(self._tokens, ends=0.0)

    def _fresh(self) -> Flow[Tokens]:
        if self._tokens is not None:
            try:
                return (yield from self._refresh(self._tokens.refresh_token))
            except AuthError:
                self._tokens = None  # the refresh token has ended too: sign in anew
        return (yield from self._sign_in())

    def _refresh(self, refresh_token: Secret) -> Flow[Tokens]:
        answer = yield from self._ask(
            "InitiateAuth",
            AuthFlow="REFRESH_TOKEN_AUTH",
            ClientId=self.settings.client_id,
            AuthParameters={"REFRESH_TOKEN": refresh_token.reveal()},
        )
        return self._read_tokens(answer, refresh_token)

    def _sign_in(self) -> Flow[Tokens]:
        srp = SrpClient()
        challenge = yield from self._ask(
            "InitiateAuth",
            AuthFlow="USER_SRP_AUTH",
            ClientId=self.settings.client_id,
            AuthParameters={"USERNAME": self.settings.username, "SRP_A": f"{srp.public:x}"},
        )
        if challenge.get("ChallengeName") != "PASSWORD_VERIFIER":
            raise Unsupported(f"{VENDOR} asks for {challenge.get('ChallengeName')}, which is not supported")
        now: Instant = yield ReadClock()
        responses = self._prove(srp, challenge, now.wall)
        answer = yield from self._ask(
            "RespondToAuthChallenge",
            ChallengeName="PASSWORD_VERIFIER",
            ClientId=self.settings.client_id,
            ChallengeResponses=responses,
        )
        if answer.get("ChallengeName"):
            raise Unsupported(f"{VENDOR} asks for {answer['ChallengeName']} after the password: not supported")
        return self._read_tokens(answer, None)

    def _prove(self, srp: SrpClient, challenge: dict[str, Any], wall: float) -> dict[str, str]:
        pool = self.settings.user_pool_id.partition("_")[2]
        try:
            given = challenge["ChallengeParameters"]
            user, secret_block = given["USER_ID_FOR_SRP"], given["SECRET_BLOCK"]
            salt, server_public = int(given["SALT"], 16), int(given["SRP_B"], 16)
            key = srp.signing_key(
                pool=pool, user=user, password=self.settings.password, salt=salt, server_public=server_public
            )
            at = timestamp(wall)
            proof = claim_signature(key, pool=pool, user=user, secret_block=secret_block, timestamp=at)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ResponseMismatch(
                f"the SRP challenge cannot be read ({type(error).__name__})", vendor=VENDOR
            ) from error
        return {
            "USERNAME": user,
            "PASSWORD_CLAIM_SECRET_BLOCK": secret_block,
            "PASSWORD_CLAIM_SIGNATURE": proof,
            "TIMESTAMP": at,
        }

    def _read_tokens(self, answer: dict[str, Any], refresh_token: Secret | None) -> Tokens:
        try:
            result = answer["AuthenticationResult"]
            id_token = Secret(result["IdToken"])
            fresh = Secret(result["RefreshToken"]) if result.get("RefreshToken") else refresh_token
            ends = token_end(id_token)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise ResponseMismatch(f"the tokens cannot be read: {type(error).__name__}", vendor=VENDOR) from error
        if fresh is None:
            raise ResponseMismatch("the answer has no refresh token", vendor=VENDOR)
        self.redact.add(id_token)
        self.redact.add(fresh)
        return Tokens(id_token, ends, fresh)

    def _ask(self, action: str, **body: Any) -> Flow[dict[str, Any]]:
        """Call one action of the identity provider (AWS JSON 1.1)."""
        reply: Reply = yield Post(
            self.settings.cognito_url + "/",
            {
                "content-type": "application/x-amz-json-1.1",
                "x-amz-target": f"AWSCognitoIdentityProviderService.{action}",
                "accept": "application/json",
            },
            msgspec.json.encode(body),
        )
        try:
            answer: dict[str, Any] = msgspec.json.decode(reply.content, type=dict[str, Any])
        except UNREADABLE as error:
            kind = ServerError if reply.status_code >= 500 else ResponseMismatch  # a gateway's page, for instance
            raise self._error(reply, action, kind, f"not a JSON object: {error}") from error
        if reply.status_code != 200:
            raise self._refusal(reply, action, answer)
        return answer

    def _refusal(self, reply: Reply, action: str, answer: dict[str, Any]) -> OptCloudError:
        name = str(answer.get("__type", "")).rpartition("#")[2]
        kind: type[ReplyError] = AuthError
        if name.startswith(_THROTTLED):
            kind = RateLimited
        elif reply.status_code >= 500:
            kind = ServerError
        words = f"{name}: {answer.get('message') or answer.get('Message') or 'no message'}"
        if kind is AuthError and not name.startswith(_REFUSALS):
            words += " (check user_pool_id, client_id and cognito_url)"
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


def token_end(token: Secret) -> float:
    """Read the claim ``exp`` (seconds since the epoch) of a JSON Web Token; its signature is the server's business."""
    payload = token.reveal().split(".")[1]
    claims = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return float(claims["exp"])
