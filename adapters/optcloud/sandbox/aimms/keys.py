"""API keys and their scopes (facts, sections 1 and 4)."""

from dataclasses import dataclass

from optcloud.sandbox.clock import Clock
from optcloud.sandbox.credentials import AIMMS_SCOPES
from optcloud.sandbox.refusal import Refusal

YEAR = 365 * 24 * 3600  # the longest life of a key


@dataclass(frozen=True)
class ApiKey:
    scopes: frozenset[str]
    expires: float


class ApiKeys:
    """Keys of the account."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._keys: dict[str, ApiKey] = {}

    def add(self, key: str, scopes: tuple[str, ...], lifetime: float = YEAR) -> None:
        """Add a key; ValueError for a scope that does not exist or a life of more than a year."""
        unknown = set(scopes) - set(AIMMS_SCOPES)
        if unknown:
            raise ValueError(f"scopes must be among {', '.join(AIMMS_SCOPES)}, got {', '.join(sorted(unknown))}")
        if not 0 < lifetime <= YEAR:
            raise ValueError(f"an API key lives for more than 0 and at most {YEAR} seconds, got {lifetime!r}")
        self._keys[key] = ApiKey(frozenset(scopes), self._clock.now() + lifetime)

    def check(self, key: str | None, scope: str | None) -> None:
        """Refusal 401 for no, unknown or expired key, 403 for a missing scope (both statuses inferred)."""
        if key is None:
            raise Refusal(401, "the apikey header is missing")
        known = self._keys.get(key)
        if known is None:
            raise Refusal(401, "the API key is not known")
        if known.expires <= self._clock.now():
            raise Refusal(401, "the API key has expired")
        if scope is not None and scope not in known.scopes:
            raise Refusal(403, f"the API key lacks the scope {scope}")
