"""The client's side of Cognito's SRP sign-in: the password never leaves, a proof of it does.

SRP-6a (RFC 5054) over its 3072-bit group, with what Cognito adds: the pool's name in the identity, a 16-byte key by
HKDF with the label "Caldera Derived Key", and a signature over pool, user, secret block and time. Only the standard
library is used. Source: the vendor's page names SRP (adiutaOpt facts F059); the arithmetic follows AWS's published
clients.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from functools import cached_property

from attrs import field, frozen

from optcloud.core.secret import Secret

# RFC 3526, section 5: the 3072-bit MODP group.
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
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _padded(number: int) -> bytes:
    """Big-endian bytes with a leading zero byte where the first bit would read as a sign (Java's BigInteger)."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


def _hash(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")


K = _hash(_padded(N), _padded(G))


@frozen
class SrpClient:
    """One sign-in: a fresh private value and its public one (``A``).

    The private value has 1,024 bits, as in AWS's own clients (RFC 5054 asks for 256 at least): more cost time only.
    """

    private: int = field(factory=lambda: secrets.randbits(1024) | 1 << 1023, repr=False)

    @cached_property
    def public(self) -> int:
        """``A = g^a mod N``."""
        return pow(G, self.private, N)

    def signing_key(self, *, pool: str, user: str, password: Secret, salt: int, server_public: int) -> bytes:
        """Return the 16-byte key that both sides share if the password is right.

        ``pool`` is the part of the pool's id after the underscore, ``user`` the ``USER_ID_FOR_SRP`` of the challenge.
        Raises ValueError for a server value that would make the key independent of the password.
        """
        scrambler = _hash(_padded(self.public), _padded(server_public))
        if server_public % N == 0 or scrambler == 0:
            raise ValueError("the identity provider sent an SRP value that breaks the protocol")
        identity = hashlib.sha256(f"{pool}{user}:{password.reveal()}".encode()).digest()
        exponent = _hash(_padded(salt), identity)
        shared = pow(server_public - K * pow(G, exponent, N), self.private + scrambler * exponent, N)
        extracted = hmac.new(_padded(scrambler), _padded(shared), hashlib.sha256).digest()
        return hmac.new(extracted, b"Caldera Derived Key\x01", hashlib.sha256).digest()[:16]


def claim_signature(key: bytes, *, pool: str, user: str, secret_block: str, timestamp: str) -> str:
    """Return the proof that answers the PASSWORD_VERIFIER challenge, in base64."""
    message = pool.encode() + user.encode() + base64.b64decode(secret_block) + timestamp.encode()
    return base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()


def timestamp(wall: float) -> str:
    """Format seconds since the epoch as Cognito wants it, in English in any locale: ``Sat Nov 7 09:05:01 UTC 2026``."""
    at = datetime.fromtimestamp(wall, UTC)
    return f"{_WEEKDAYS[at.weekday()]} {_MONTHS[at.month - 1]} {at.day} {at:%H:%M:%S} UTC {at.year}"
