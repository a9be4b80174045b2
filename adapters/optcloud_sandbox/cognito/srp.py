"""The server's half of Cognito's SRP-6a: 3072-bit group, SHA-256, HKDF with the info "Caldera Derived Key".

Source of the arithmetic: RFC 5054 (group), Cognito's published client libraries (padding, key derivation, signature).
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from optcloud_sandbox.refusal import Refusal

N = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
G = 2

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FORM = re.compile(
    rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ({'|'.join(MONTHS)}) ([1-9]|[12][0-9]|3[01]) "
    r"([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]) UTC ([0-9]{4})"
)


def signed_bytes(number: int) -> bytes:
    """Big-endian bytes, a zero byte first when the top bit is set: Java's BigInteger and so Cognito write it so."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _hash(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


K = _hash(signed_bytes(N), signed_bytes(G))


@dataclass(frozen=True)
class Verifier:
    """What a pool keeps of a password."""

    salt: int
    value: int


def make_verifier(pool_name: str, user_id: str, password: str) -> Verifier:
    """Verifier with a fresh salt; `pool_name` is the part of the pool id after "_"."""
    salt = secrets.randbits(128)
    identity = hashlib.sha256(f"{pool_name}{user_id}:{password}".encode()).digest()
    return Verifier(salt, pow(G, _hash(signed_bytes(salt), identity), N))


@dataclass(frozen=True)
class Exchange:
    """One sign-in between SRP_A received and proof awaited."""

    verifier: Verifier
    client_public: int
    server_secret: int
    server_public: int

    @classmethod
    def start(cls, verifier: Verifier, client_public: int) -> "Exchange":
        """ValueError when `client_public` is 0 modulo N, which would make the shared secret known to anybody."""
        if client_public % N == 0:
            raise ValueError("SRP_A must not be 0 modulo N")
        server_secret = secrets.randbits(256)  # RFC 5054: at least 256 bits
        return cls(verifier, client_public, server_secret, (K * verifier.value + pow(G, server_secret, N)) % N)

    def accepts(self, proof: bytes, *signed: bytes) -> bool:
        """Whether `proof` is the HMAC of `signed` under the key that only the right password yields."""
        return hmac.compare_digest(hmac.digest(self._key(), b"".join(signed), "sha256"), proof)

    def _key(self) -> bytes:
        scramble = _hash(signed_bytes(self.client_public), signed_bytes(self.server_public))
        base = self.client_public * pow(self.verifier.value, scramble, N)
        shared = pow(base, self.server_secret, N)
        extracted = hmac.digest(signed_bytes(scramble), signed_bytes(shared), "sha256")
        return hmac.digest(extracted, b"Caldera Derived Key\x01", "sha256")[:16]


def seconds_of(timestamp: str) -> float:
    """Seconds since the epoch of a proof's TIMESTAMP; Refusal for another form or a day that is not in the calendar."""
    found = _FORM.fullmatch(timestamp)
    if found is not None:
        month, day, hour, minute, second, year = found.groups()
        at = (int(year), MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second))
        try:
            return datetime(*at, tzinfo=UTC).timestamp()
        except ValueError as error:
            raise Refusal(400, f"TIMESTAMP is no moment of the calendar: {error}") from error
    raise Refusal(
        400, "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english, e.g. Tue Nov 3 07:05:00 UTC 2026."
    )
