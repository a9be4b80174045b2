"""Raw clients of the sandbox's wire. Nothing here imports optcloud's client: SRP and signature are written anew."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from optcloud.sandbox import Sandbox

Exchange = Callable[[bytes], bytes]


class CognitoClient:
    """SRP-6a of RFC 5054 in Cognito's variant, from the formulas, in hexadecimal text as Amazon's libraries."""

    N_HEX = (
        "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404ddef9519b3"
        "cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7edee386bfb5a899fa5"
        "ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356"
        "208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3be39e772c180e86039b2783a2ec07a28f"
        "b5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa051015728e5a8aaac42dad33170d04507a33a85521ab"
        "df1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6b"
        "f12ffa06d98a0864d87602733ec86a64521f2b18177b200cbbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfc"
        "e0fd108e4b82d120a93ad2caffffffffffffffff"
    )

    def __init__(self, sandbox: Sandbox, http: httpx.Client) -> None:
        self.sandbox = sandbox
        self.http = http
        self.n = int(self.N_HEX, 16)
        self.a = secrets.randbits(256)
        self.client_id = sandbox.credentials.client_id

    def call(self, operation: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        given = {
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": f"AWSCognitoIdentityProviderService.{operation}",
        }
        return self.http.post(self.sandbox.urls.cognito, json=body, headers=given | headers)

    def start(self, username: str, srp_a: str | None = None, **changes: Any) -> httpx.Response:
        parameters = {"USERNAME": username, "SRP_A": srp_a or f"{pow(2, self.a, self.n):x}"}
        body = {"AuthFlow": "USER_SRP_AUTH", "ClientId": self.client_id, "AuthParameters": parameters}
        return self.call("InitiateAuth", body | changes)

    def answer(self, challenge: dict[str, str], password: str, **changes: str) -> httpx.Response:
        timestamp = changes.get("TIMESTAMP") or self.timestamp()
        responses = {
            "USERNAME": challenge["USERNAME"],
            "PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"],
            "TIMESTAMP": timestamp,
            "PASSWORD_CLAIM_SIGNATURE": self.proof(challenge, password, timestamp),
        }
        return self.respond("PASSWORD_VERIFIER", responses | changes)

    def respond(self, challenge: str, responses: dict[str, str], session: str | None = None) -> httpx.Response:
        body = {"ChallengeName": challenge, "ClientId": self.client_id, "ChallengeResponses": responses}
        if session is not None:
            body["Session"] = session
        return self.call("RespondToAuthChallenge", body)

    def timestamp(self, off: float = 0) -> str:
        """The form that Cognito wants, `off` seconds from the sandbox's clock."""
        now = datetime.fromtimestamp(self.sandbox.now() + off, UTC)
        return f"{now:%a %b} {now.day} {now:%H:%M:%S UTC %Y}"

    def sign_in(self, username: str, password: str) -> httpx.Response:
        return self.answer(self.start(username).json()["ChallengeParameters"], password)

    def tokens(self) -> dict[str, Any]:
        credentials = self.sandbox.credentials
        result: dict[str, Any] = self.sign_in(credentials.username, credentials.password).json()["AuthenticationResult"]
        return result

    def proof(self, challenge: dict[str, str], password: str, timestamp: str, signed_as: str | None = None) -> str:
        pool = self.sandbox.credentials.user_pool_id.split("_")[1]
        user = challenge["USER_ID_FOR_SRP"]
        b = int(challenge["SRP_B"], 16)
        big_a = pow(2, self.a, self.n)
        k = int(self._hash(self._pad(self.n) + "02"), 16)
        u = int(self._hash(self._pad(big_a) + self._pad(b)), 16)
        secret = hashlib.sha256(f"{pool}{user}:{password}".encode()).hexdigest()
        x = int(self._hash(self._pad(int(challenge["SALT"], 16)) + secret), 16)
        s = pow(b - k * pow(2, x, self.n), self.a + u * x, self.n)
        extracted = hmac.new(bytes.fromhex(self._pad(u)), bytes.fromhex(self._pad(s)), "sha256").digest()
        key = hmac.new(extracted, b"Caldera Derived Key\x01", "sha256").digest()[:16]
        message = (
            (pool + (signed_as or user)).encode() + base64.b64decode(challenge["SECRET_BLOCK"]) + timestamp.encode()
        )
        return base64.b64encode(hmac.new(key, message, "sha256").digest()).decode()

    @staticmethod
    def _pad(number: int) -> str:
        text = f"{number:x}"
        if len(text) % 2:
            return "0" + text
        return "00" + text if text[0] in "89abcdef" else text

    @staticmethod
    def _hash(text: str) -> str:
        return hashlib.sha256(bytes.fromhex(text)).hexdigest()


class GurobiClient:
    """Signs raw text, so that each test decides on every byte."""

    def __init__(self, sandbox: Sandbox, http: httpx.Client) -> None:
        self.sandbox = sandbox
        self.http = http
        self.access_id = sandbox.credentials.gurobi_access_id
        self.secret_key = sandbox.credentials.gurobi_secret_key
        self.date: str | None = None

    def now(self) -> str:
        return self.date or datetime.fromtimestamp(self.sandbox.now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def headers(self, verb: str, raw: str) -> dict[str, str]:
        date = self.now()
        text = f"{verb}&{raw}&{date}" if raw else f"{verb}&{date}"
        digest = hmac.new(self.secret_key.encode(), text.encode("latin-1"), hashlib.sha1).digest()
        return {"x-gurobi-signature": base64.b64encode(digest).decode(), "x-gurobi-date": date}

    def get(self, path: str, raw: str | None = None) -> httpx.Response:
        query = f"id={self.access_id}" if raw is None else raw
        return self.http.get(f"{self.sandbox.urls.gurobi}/{path}?{query}", headers=self.headers("GET", query))

    def post(self, path: str, raw: str, **headers: str) -> httpx.Response:
        given = self.headers("POST", raw) | {"content-type": "application/x-www-form-urlencoded"} | headers
        return self.http.post(f"{self.sandbox.urls.gurobi}/{path}", content=raw.encode("latin-1"), headers=given)

    def launch(self, fields: str = "numMachines=1") -> httpx.Response:
        return self.post("launch", f"id={self.access_id}&{fields}")

    def states(self) -> list[str]:
        return [machine["state"] for machine in self.get("machines").json()]
