"""API keys: list, create, delete, rotate, and what expires soon.

Scope: APIKey. A key lives for a year at most, and its secret comes with the reply to its creation only. Sources:
vendor pages "Managing API Keys" and "User API Keys"; facts, sections 1 and 4. Keys of the newer service (user-manager)
are in `optcloud.aimms.services.user_manager`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, TypeAlias

import msgspec
from attrs import field, frozen

from aimms_pro.api.authentication import (
    create_api_key,
    create_api_key_for_account,
    delete_api_key,
    delete_api_key_for_account,
    get_api_keys,
)
from aimms_pro.models.pro_api_key import PROApiKey
from aimms_pro_models import PROApiKey as CheckedKey
from optcloud.aimms.connection import VENDOR
from optcloud.aimms.keys.scopes import AnyScope, KeyScope, key_scopes
from optcloud.aimms.people.flows import Hide, _not_hidden
from optcloud.aimms.people.values import JsonObject, read_list
from optcloud.core.errors import (
    BadRequest,
    NotFound,
    OptCloudError,
    ResponseMismatch,
)
from optcloud.core.flow import Call, Flow, Instant, ReadClock, Reply
from optcloud.core.replies import UNREADABLE, json_of
from optcloud.core.request_checks import find_fault
from optcloud.core.secret import Secret
from optcloud.core.unknown_outcome import may_have_happened

Expiry: TypeAlias = date | datetime | timedelta | str
"""When a key ends: a day, a moment (its day in UTC), a time from now, or a text such as ``2027-01-31``."""

_DATED = re.compile(r"(?P<base>.+?)-\d{4}-\d{2}-\d{2}(-\d+)?")


@frozen
class ApiKey:
    """An API key. ``secret`` is there when it was just created, and never in ``reply`` (the vendor's JSON).

    ``expires`` is the moment it ends, read as UTC and, for a day, as its beginning (both inferred); None when the
    vendor's text (``expiration_date``) is no date that is understood.
    """

    name: str
    expiration_date: str
    expires: datetime | None
    scopes: tuple[KeyScope, ...]
    secret: Secret | None = field(repr=False)
    reply: Mapping[str, Any] = field(repr=False)

    @property
    def unknown_scopes(self) -> tuple[str, ...]:
        """The words among its scopes that are none of the documented ones."""
        return tuple(one.word for one in self.scopes if not one.known)


@frozen
class Rotation:
    """A key's replacement: ``old_key`` tells what became of the old one; when not "deleted", both live (or may)."""

    new: ApiKey
    old: str
    old_key: Literal["deleted", "alive", "unknown"]
    trouble: OptCloudError | None = None

    @property
    def both_live(self) -> bool:
        """Whether the old key is, or may be, still in use: delete it by hand."""
        return self.old_key != "deleted"


class _Key(msgspec.Struct):
    keyName: str  # noqa: N815 - the vendor's word
    expirationDate: str | None = None  # noqa: N815
    scopes: list[dict[str, Any]] | None = None


def _key(raw: JsonObject) -> ApiKey:
    info = msgspec.convert(raw, _Key)
    text = info.expirationDate or ""
    scopes = tuple(KeyScope(str(one.get("scope", ""))) for one in info.scopes or ())
    secret = raw.get("secret")
    kept = {name: value for name, value in raw.items() if name != "secret"}
    return ApiKey(info.keyName, text, expiry_of(text), scopes, Secret(str(secret)) if secret else None, kept)


def expiry_of(text: str) -> datetime | None:
    """Read a date in any of the vendor's spellings: ``2023-10-21``, ``2023-10-21T00:00``, with seconds or an offset.

    Inferred: without an offset it is UTC, a day means its beginning.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def expiration_day(expires: Expiry, now: datetime) -> date:
    """Return the day to ask for. Raises `BadRequest` when it is past or more than a year ahead.

    Inferred: "1 year" ends on the same day of the next year, by the day it is now in UTC.
    """
    if isinstance(expires, str):
        moment = expiry_of(expires)
        if moment is None:
            raise _refused(f"{expires!r} is no date such as 2027-01-31")
        day = moment.date()
    elif isinstance(expires, timedelta):
        day = _later(now, expires)
    elif isinstance(expires, datetime):
        day = (expires.astimezone(UTC) if expires.tzinfo else expires).date()
    else:
        day = expires
    today = now.date()
    if day < today:
        raise _refused(f"{day} is in the past (today is {today})")
    if day > (latest := _a_year_after(today)):
        raise _refused(f"{day} is more than a year ahead; the latest is {latest}")
    return day


def _later(now: datetime, delay: timedelta) -> date:
    try:
        return (now + delay).date()
    except OverflowError as error:
        raise _refused(f"{delay} from now is no date") from error


def _a_year_after(today: date) -> date:
    leap_day = (today.month, today.day) == (2, 29)
    return today.replace(year=today.year + 1, day=28 if leap_day else today.day)


def _refused(what: str) -> BadRequest:
    return BadRequest(f"expirationDate: {what}", vendor=VENDOR, operation="createApiKey")


def _named(name: str, what: str) -> str:
    if not name:
        raise BadRequest(f"{what}: a name is needed, got an empty one", vendor=VENDOR)
    return name


def now_by_the_clock() -> Flow[datetime]:
    """Return the moment it is, in UTC."""
    instant: Instant = yield ReadClock()
    return datetime.fromtimestamp(instant.wall, UTC)


# ---------------------------------------------------------------- verbs


def list_keys() -> Flow[list[ApiKey]]:
    """List the keys; secrets are not shown again."""
    reply: Reply = yield Call(get_api_keys._get_kwargs())
    return [_key(raw) for raw in read_list(reply, "keys", _Key, "getApiKeys")]


def expiring(within: timedelta = timedelta(days=30)) -> Flow[list[ApiKey]]:
    """List the keys that end within a time from now or have ended, the soonest first.

    A key whose date is not understood comes last: it may end at any time.
    """
    keys = yield from list_keys()
    now = yield from now_by_the_clock()
    soon = [key for key in keys if key.expires is None or key.expires <= now + within]
    return sorted(soon, key=lambda key: (key.expires is None, key.expires or now))


def create(
    name: str,
    expires: Expiry,
    scopes: Iterable[AnyScope],
    *,
    account: str | None = None,
    hide: Hide = _not_hidden,
) -> Flow[ApiKey]:
    """Create a key, also for an account; sent once. The reply has the only view of its secret.

    Raises `BadRequest` before sending for a day that is not within a year or for no scope; `ResponseMismatch` when
    the key was made and its secret cannot be read; `TransportError` with ``sent="unknown"`` when the reply was lost.
    """
    now = yield from now_by_the_clock()
    words = key_scopes(scopes)
    if not words:
        raise BadRequest("scopes: a key needs one at least", vendor=VENDOR, operation="createApiKey")
    body = {
        "keyName": _named(name, "keyName"),
        "expirationDate": expiration_day(expires, now).isoformat(),
        "scopes": [{"scope": one.word} for one in words],
    }
    if fault := find_fault(body, CheckedKey):
        raise BadRequest(f"API key: {fault}", vendor=VENDOR)
    key = PROApiKey.from_dict(body)
    if account is None:
        made = yield from _created(create_api_key._get_kwargs(body=key), body)
    else:
        made = yield from _created(create_api_key_for_account._get_kwargs(_named(account, "account"), body=key), body)
    assert made.secret is not None  # noqa: S101 - _created sees to it  # nosec B101
    hide(made.secret)
    return made


def _created(arguments: Mapping[str, Any], sent: JsonObject) -> Flow[ApiKey]:
    """Create the key and take the secret from the reply before anything else of it is looked at."""
    try:
        reply: Reply = yield Call(arguments)
        status, body = reply.status_code, reply.content
    except ResponseMismatch as error:  # such as a 201, which the document does not name: the key exists all the same
        if error.status is None or error.status >= 300 or secret_in(error.body) is None:
            raise
        status, body = error.status, error.body
    secret = secret_in(body)
    if secret is None:
        raise ResponseMismatch(
            f"the key {sent['keyName']!r} was created, but its secret is not in the reply: delete it and make another",
            status=status,
            vendor=VENDOR,
            operation="createApiKey",
            body=body,
        )
    try:
        return _key({**sent, **json_object(body), "secret": secret})
    except msgspec.ValidationError:  # the secret is at hand, the rest is what was asked for
        return _key({**sent, "secret": secret})


def secret_in(body: bytes, name: str = "secret") -> str | None:
    """Find the secret in the reply to a creation, also in JSON that is cut or broken."""
    try:
        reply = msgspec.json.decode(json_of(body))
    except UNREADABLE:
        match = re.search(rb'"' + name.encode() + rb'"\s*:\s*("(?:[^"\\]|\\.)+")', body)
        return None if match is None else str(msgspec.json.decode(match[1]))
    found = reply.get(name) if isinstance(reply, dict) else None
    return str(found) if found else None


def json_object(body: bytes) -> JsonObject:
    """Return a JSON object as far as it can be read; {} when it cannot, since what matters is at hand already."""
    try:
        found = msgspec.json.decode(json_of(body))
    except UNREADABLE:
        return {}
    return found if isinstance(found, dict) else {}


def delete(name: str, *, account: str | None = None) -> Flow[None]:
    """Delete a key for good: whoever uses it is refused from now on."""
    if account is None:
        yield Call(delete_api_key._get_kwargs(_named(name, "key")))
    else:
        yield Call(delete_api_key_for_account._get_kwargs(_named(account, "account"), _named(name, "key")))


# ---------------------------------------------------------------- rotation, in two parts: the secret is stored between


def replacement(
    name: str,
    *,
    expires: Expiry = timedelta(days=365),
    scopes: Iterable[AnyScope] | None = None,
    new_name: str | None = None,
    hide: Hide = _not_hidden,
) -> Flow[ApiKey]:
    """Create the key that takes another's place, by default with the same scopes in the same words.

    Two keys cannot have one name: the new one is called ``name-YYYY-MM-DD``, or ``new_name``.
    """
    keys = {key.name: key for key in (yield from list_keys())}
    if name not in keys:
        raise NotFound(f"there is no API key {name!r}; there are {', '.join(keys) or 'none'}", vendor=VENDOR)
    now = yield from now_by_the_clock()
    own = keys[name].scopes if scopes is None else scopes
    return (yield from create(new_name or _free_name(name, now, keys), expires, own, hide=hide))


def _free_name(name: str, now: datetime, taken: Iterable[str]) -> str:
    match = _DATED.fullmatch(name)
    dated = f"{match['base'] if match else name}-{now.date()}"
    names = [dated, *(f"{dated}-{number}" for number in range(2, 1000))]
    return next(one for one in names if one not in taken)


def retire(name: str, new: ApiKey) -> Flow[Rotation]:
    """Delete the key whose place was taken; that it failed is told in the report, since the new key lives by now."""
    try:
        yield from delete(name)
    except OptCloudError as trouble:
        if may_have_happened(trouble):
            return Rotation(new, name, "unknown", trouble)
        gone = isinstance(trouble, NotFound)
        return Rotation(new, name, "deleted") if gone else Rotation(new, name, "alive", trouble)
    return Rotation(new, name, "deleted")
