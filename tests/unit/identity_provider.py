"""A small Cognito of the tests' own, written from RFC 5054, RFC 3526, RFC 5869 and AWS's published clients.

It shares no line with the client's arithmetic: numbers are hex texts here, as in those clients, and the group's prime
is computed from its definition.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from datetime import datetime
from email.utils import formatdate
from functools import cache
from typing import Any

import httpx
from attrs import field, frozen

from optcloud.core.flow import Post
from unit.script import EPOCH

POOL = "eu-central-1_AbCdEfGhI"
CLIENT = "fake-client-id"
_TIMESTAMP = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"([1-9]|[12][0-9]|3[01]) [0-2][0-9]:[0-5][0-9]:[0-5][0-9] UTC [0-9]{4}"
)


def _arctan_inverse(number: int, unity: int) -> int:
    total = term = unity // number
    divisor, sign = 3, -1
    while term:
        term //= number * number
        total += sign * (term // divisor)
        divisor, sign = divisor + 2, -sign
    return total


@cache
def prime() -> int:
    """RFC 3526, section 5: 2^3072 - 2^3008 - 1 + 2^64 * ([2^2942 pi] + 1690314); pi by Machin's formula."""
    guard = 64
    unity = 1 << (2942 + guard)
    pi = 4 * (4 * _arctan_inverse(5, unity) - _arctan_inverse(239, unity)) >> guard
    return int(2**3072 - 2**3008 - 1 + 2**64 * (pi + 1690314))


def _hex(number: int) -> str:
    """AWS's padHex: an even number of digits, and 00 before a first digit of 8 or above."""
    text = f"{number:x}"
    if len(text) % 2:
        return "0" + text
    return "00" + text if text[0] in "89abcdef" else text


def _hash(*texts: str) -> str:
    return hashlib.sha256(bytes.fromhex("".join(texts))).hexdigest()


@frozen
class Step:
    """One challenge, its parameters, the right answer, and what a wrong one is refused with."""

    name: str
    right: dict[str, str]
    parameters: dict[str, str] = field(factory=dict)
    exception: str = "CodeMismatchException"


class IdentityProvider:
    """One pool with one user. Hand it to a script as the reply to each `Post`; ``actions`` says what was asked."""

    def __init__(self, username: str = "ada", password: str = "correct horse", *, lifetime: float = 3600) -> None:
        self.username, self.user_id, self.password = username, f"id-of-{username}", password
        self.lifetime = lifetime
        self.salt, self.secret = int.from_bytes(b"\x00\x9f" + b"salt" * 3), 0xB0B5_1EC7 << 200
        self.block = base64.b64encode(b"a secret block").decode()
        self.now = 0.0
        self.refresh_ends = 1e9
        self.issued = 0
        self.actions: list[str] = []
        self.times: list[float] = []
        self.changes: dict[str, Any] = {}
        self.client_secret: str | None = None
        self.ahead: float | None = None  # of EPOCH plus ``now``; None: no Date is sent and any TIMESTAMP is taken
        self.rotates = False
        self.alive: set[str] = set()  # refresh tokens
        self.steps: list[Step] = []  # what is asked after the password
        self._open: list[Step] = []
        self._challenge: tuple[int, int] = (0, 0)

    def __call__(self, effect: Post) -> httpx.Response:
        """Answer one request."""
        assert effect.url.endswith("/") and effect.headers["content-type"] == "application/x-amz-json-1.1"
        action = effect.headers["x-amz-target"].removeprefix("AWSCognitoIdentityProviderService.")
        body = json.loads(effect.content)
        assert body["ClientId"] == CLIENT
        self.times.append(self.now)
        reply = self._answer(action, body)
        if self.ahead is not None:
            reply.headers["date"] = formatdate(EPOCH + self.now + self.ahead, usegmt=True)
        return reply

    def _answer(self, action: str, body: dict[str, Any]) -> httpx.Response:
        if action == "InitiateAuth":
            self.actions.append(body["AuthFlow"])
            if body["AuthFlow"] == "REFRESH_TOKEN_AUTH":
                self._check_hash(body["AuthParameters"], self.user_id)
                if self.rotates:
                    return refused("InvalidParameterException", "REFRESH_TOKEN_AUTH flow not enabled")
                return self._refresh(body["AuthParameters"]["REFRESH_TOKEN"])
            self._check_hash(body["AuthParameters"], self.username)
            return self._start(body["AuthParameters"])
        if action in {"GetTokensFromRefreshToken", "RevokeToken"}:
            self.actions.append(action)
            assert body.get("ClientSecret") == self.client_secret
            if action == "RevokeToken":
                self.alive.discard(body["Token"])
                return httpx.Response(200)
            return self._refresh(body["RefreshToken"])
        assert action == "RespondToAuthChallenge"
        self.actions.append(body["ChallengeName"])
        self._check_hash(body["ChallengeResponses"], self.user_id)
        if body["ChallengeName"] == "PASSWORD_VERIFIER":
            return self._verify(body["ChallengeResponses"])
        return self._judge(body)

    def _check_hash(self, given: dict[str, str], user: str) -> None:
        if self.client_secret is None:
            assert "SECRET_HASH" not in given
            return
        digest = hmac.digest(self.client_secret.encode(), (user + CLIENT).encode(), "sha256")
        assert given["SECRET_HASH"] == base64.b64encode(digest).decode()

    def _judge(self, body: dict[str, Any]) -> httpx.Response:
        step = self._open[0]
        assert (body["ChallengeName"], body["Session"]) == (step.name, f"session-{step.name}")
        given = {name: value for name, value in body["ChallengeResponses"].items() if name != "SECRET_HASH"}
        assert given.pop("USERNAME") == self.user_id
        if given != step.right:
            return refused(step.exception, "not that")
        self._open.pop(0)
        return self._go_on()

    def _go_on(self) -> httpx.Response:
        if not self._open:
            return self._tokens()
        step = self._open[0]
        return httpx.Response(
            200,
            json={
                "ChallengeName": step.name,
                "Session": f"session-{step.name}",
                "ChallengeParameters": step.parameters,
            },
        )

    def _start(self, given: dict[str, str]) -> httpx.Response:
        assert given["USERNAME"] == self.username
        n, g = prime(), 2
        k = int(_hash(_hex(n), _hex(g)), 16)
        inner = hashlib.sha256(f"{POOL.split('_')[1]}{self.user_id}:{self.password}".encode()).hexdigest()
        self._verifier = pow(g, int(_hash(_hex(self.salt), inner), 16), n)
        public = (k * self._verifier + pow(g, self.secret, n)) % n
        self._challenge = int(given["SRP_A"], 16), public
        parameters = {
            "USER_ID_FOR_SRP": self.user_id,
            "SALT": f"{self.salt:x}",
            "SRP_B": f"{public:x}",
            "SECRET_BLOCK": self.block,
        }
        answer = {"ChallengeName": "PASSWORD_VERIFIER", "ChallengeParameters": parameters | self.changes}
        return httpx.Response(200, json=answer)

    def _verify(self, given: dict[str, str]) -> httpx.Response:
        assert _TIMESTAMP.fullmatch(given["TIMESTAMP"]), given["TIMESTAMP"]
        assert given["USERNAME"] == self.user_id and given["PASSWORD_CLAIM_SECRET_BLOCK"] == self.block
        a, b = self._challenge
        u = _hash(_hex(a), _hex(b))
        shared = pow(a * pow(self._verifier, int(u, 16), prime()), self.secret, prime())
        extracted = hmac.digest(bytes.fromhex(_hex(int(u, 16))), bytes.fromhex(_hex(shared)), "sha256")
        key = hmac.digest(extracted, b"Caldera Derived Key" + bytes([1]), "sha256")[:16]
        message = POOL.split("_")[1].encode() + self.user_id.encode() + b"a secret block" + given["TIMESTAMP"].encode()
        expected = base64.b64encode(hmac.digest(key, message, "sha256")).decode()
        if given["PASSWORD_CLAIM_SIGNATURE"] != expected:
            return refused("NotAuthorizedException", "Incorrect username or password.")
        if self.ahead is not None:
            sent = datetime.strptime(given["TIMESTAMP"] + " +0000", "%a %b %d %H:%M:%S UTC %Y %z").timestamp()
            if abs(sent - EPOCH - self.now - self.ahead) > 300:
                return refused("NotAuthorizedException", "TIMESTAMP is too far off")
        self._open = list(self.steps)
        return self._go_on()

    def _refresh(self, token: str) -> httpx.Response:
        if token not in self.alive:
            return refused("NotAuthorizedException", "Refresh Token has been revoked")
        if self.now > self.refresh_ends:
            return refused("NotAuthorizedException", "Refresh Token has expired")
        if self.rotates:
            self.alive.discard(token)
            return self._tokens()
        return self._tokens(new=False)

    def _tokens(self, *, new: bool = True) -> httpx.Response:
        self.issued += 1
        more = {"RefreshToken": f"refresh-token-{self.issued}"} if new else {}
        self.alive |= set(more.values())
        ends = int(EPOCH + self.now + (self.ahead or 0) + self.lifetime)
        token = make_token({"exp": ends, "n": self.issued, "cognito:username": self.user_id})
        return httpx.Response(200, json={"AuthenticationResult": {"IdToken": token, "AccessToken": "x"} | more})


def make_token(claims: Any) -> str:
    """Make a JSON Web Token with a signature that nobody checks here."""
    parts = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "x"}, claims)
    )
    return ".".join([*parts, "not-a-signature"])


def refused(name: str, message: str, status: int = 400) -> httpx.Response:
    """Answer as Cognito does when it refuses."""
    headers = {"x-amzn-requestid": "idp-1"}
    return httpx.Response(status, json={"__type": name, "message": message}, headers=headers)
