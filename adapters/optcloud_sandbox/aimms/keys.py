"""API keys and their scopes (AIMMS facts 1 and 4)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from optcloud_sandbox.aimms.entities import PortalUser
from optcloud_sandbox.clock import SandboxClock
from optcloud_sandbox.credentials import AIMMS_SCOPES
from optcloud_sandbox.refusal import Refusal

YEAR = 365 * 24 * 3600  # the longest life of a key

# The words on the wire are not published: those of the vendor's pages and screenshots are taken, in each spelling
# (inferred). Replies carry the spelling of the newest page.
SPELLINGS = {word: word for word in AIMMS_SCOPES} | {
    "PublishAIMMS": "PublishAimms",
    "Publish AIMMS": "PublishAimms",
    "Publish App": "PublishApp",
    "Task": "Tasks",
    "API Key": "APIKey",
}


@dataclass(frozen=True)
class AccountKey:
    name: str
    secret: str = field(repr=False)
    scopes: frozenset[str]
    expires: float
    owner: PortalUser = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        """PROApiKey without the secret; the date as the old portal shows stored ones."""
        return {
            "keyName": self.name,
            "expirationDate": datetime.fromtimestamp(self.expires, UTC).strftime("%Y-%m-%dT%H:%M"),
            "scopes": [{"scope": scope} for scope in AIMMS_SCOPES if scope in self.scopes],
        }


class AccountKeys:
    """Keys of the account, by name; all belong to `owner`."""

    def __init__(self, clock: SandboxClock, owner: PortalUser) -> None:
        self._clock = clock
        self._owner = owner
        self._by_name: dict[str, AccountKey] = {}
        self._by_secret: dict[str, AccountKey] = {}

    def all(self) -> list[AccountKey]:
        """In the order of creation; an expired key stays until it is deleted (inferred)."""
        return list(self._by_name.values())

    def add(self, key: str, scopes: tuple[str, ...], lifetime: float = YEAR) -> None:
        """Add a key chosen by the tester; ValueError for a scope that does not exist or a life of more than a year."""
        known = self._by_secret.get(key)
        self.add_named(known.name if known else self._free_name(), key, scopes, lifetime)

    def add_named(self, name: str, key: str, scopes: tuple[str, ...], lifetime: float = YEAR) -> None:
        unknown = set(scopes) - set(AIMMS_SCOPES)
        if unknown:
            raise ValueError(f"scopes must be among {', '.join(AIMMS_SCOPES)}, got {', '.join(sorted(unknown))}")
        if not 0 < lifetime <= YEAR:
            raise ValueError(f"an API key lives for more than 0 and at most {YEAR} seconds, got {lifetime!r}")
        self._keep(AccountKey(name, key, frozenset(scopes), self._clock.now() + lifetime, self._owner))

    def create(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """By PROApiKey; the reply is the only one with the secret."""
        name = body["keyName"]
        if name in self._by_name:
            raise Refusal(409, f"API key {name} exists already")  # status inferred
        expires = self._expiry(body["expirationDate"])
        scopes = frozenset(SPELLINGS[entry["scope"]] for entry in body["scopes"])
        key = AccountKey(name, f"fake-{secrets.token_urlsafe(32)}", scopes, expires, self._owner)
        self._keep(key)
        return key.as_json() | {"secret": key.secret}

    def delete(self, name: str) -> None:
        """Whoever uses the key is refused from now on."""
        if name not in self._by_name:
            raise Refusal(404, f"API key {name} doesn't exist")
        del self._by_secret[self._by_name.pop(name).secret]

    def check(self, key: str | None, scope: str | None) -> AccountKey:
        """Refusal 401 for no, unknown or expired key, 403 for a missing scope (both statuses inferred)."""
        if key is None:
            raise Refusal(401, "the apikey header is missing")
        known = self._by_secret.get(key)
        if known is None:
            raise Refusal(401, "the API key is not known")
        if known.expires <= self._clock.now():
            raise Refusal(401, "the API key has expired")
        if scope is not None and scope not in known.scopes:
            raise Refusal(403, f"the API key lacks the scope {scope}")
        return known

    def _keep(self, key: AccountKey) -> None:
        self._by_name[key.name] = self._by_secret[key.secret] = key

    def _free_name(self) -> str:
        numbers = (f"key-{number}" for number in range(1, len(self._by_name) + 2))
        return next(name for name in numbers if name not in self._by_name)

    def _expiry(self, text: str) -> float:
        """The moment a key ends: the beginning of its day in UTC, at most a calendar year ahead (both inferred)."""
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as error:
            raise Refusal(400, f"body/expirationDate: {text!r} is no date such as 2026-01-31") from error
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        now = self._clock.utc()
        if moment <= now:
            raise Refusal(400, f"body/expirationDate: {text} is not in the future")
        if moment > datetime.combine(_year_after(now), time.max, UTC):
            raise Refusal(400, f"body/expirationDate: {text} is more than a year ahead")
        return moment.timestamp()


def _year_after(now: datetime) -> datetime:
    leap_day = (now.month, now.day) == (2, 29)
    return now.replace(year=now.year + 1, day=28 if leap_day else now.day)
