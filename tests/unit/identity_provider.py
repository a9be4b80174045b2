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
from functools import cache
from typing import Any

import httpx

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
        self.changes: dict[str, Any] = {}
        self._challenge: tuple[int, int] = (0, 0)

    def __call__(self, effect: Post) -> httpx.Response:
        """Answer one request."""
        assert effect.url.endswith("/") and effect.headers["content-type"] == "application/x-amz-json-1.1"
        action = effect.headers["x-amz-target"].removeprefix("AWSCognitoIdentityProviderService.")
        body = json.loads(effect.content)
        assert body["ClientId"] == CLIENT
        if action == "InitiateAuth":
            self.actions.append(body["AuthFlow"])
            if body["AuthFlow"] == "REFRESH_TOKEN_AUTH":
                return self._refresh(body["AuthParameters"])
            return self._start(body["AuthParameters"])
        self.actions.append(body["ChallengeName"])
        return self._verify(body["ChallengeResponses"])

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
        return self._tokens(RefreshToken=f"refresh-token-{self.issued + 1}")

    def _refresh(self, given: dict[str, str]) -> httpx.Response:
        assert given["REFRESH_TOKEN"].startswith("refresh-token-")
        if self.now > self.refresh_ends:
            return refused("NotAuthorizedException", "Refresh Token has expired")
        return self._tokens()

    def _tokens(self, **more: str) -> httpx.Response:
        self.issued += 1
        token = make_token({"exp": int(EPOCH + self.now + self.lifetime), "n": self.issued})
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
