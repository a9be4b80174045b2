"""API keys: list, create, delete, rotate, what expires soon, and where their secrets are kept.

Scope: APIKey. A key lives for a year at most, and its secret comes with the reply to its creation only. Sources:
vendor pages "Managing API Keys" and "User API Keys"; AIMMS facts 1 and 4. Keys of the newer service (user-manager) are
in `optcloud.aimms.services.directory_keys`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

import msgspec
from attrs import evolve, frozen

from aimms_pro.api.authentication import (
    create_api_key,
    create_api_key_for_account,
    delete_api_key,
    delete_api_key_for_account,
    get_api_keys,
)
from aimms_pro.models.pro_api_key import PROApiKey
from optcloud.aimms.connection import VENDOR
from optcloud.aimms.keys.api_key import ApiKey, KeyInfo, key_of, stored
from optcloud.aimms.keys.expiry import Expiry, expiration_day, expiry_of, now_by_the_clock
from optcloud.aimms.keys.scopes import AnyScope, key_scopes
from optcloud.aimms.namespaces import NamespaceVerbs
from optcloud.aimms.people.entities import need_name
from optcloud.aimms.replies import ask, body_of
from optcloud.core import secret_store as vault
from optcloud.core.errors import BadRequest, NotFound, OptCloudError
from optcloud.core.flow import Call, Flow
from optcloud.core.secret import Hide, Secret, not_hidden
from optcloud.core.secret_store import AnyPlace
from optcloud.core.unknown_outcome import may_have_happened
from optcloud.core.verbs import Awaited, Blocking, verb, verb_of
from optcloud.handles.creation import created, field_in, object_in

_DATED = re.compile(r"(?P<base>.+?)-(?P<day>\d{4}-\d{2}-\d{2})(-(?P<number>\d+))?", re.ASCII)
_LIVES = tuple(timedelta(days=days) for days in (90, 180))  # usual ones, beside a year
_A_YEAR = timedelta(days=365)


@frozen
class Rotation:
    """A key's replacement: ``old_key`` tells what became of the old one; when not "deleted", both live (or may).

    ``old`` is the name of the key that was replaced. ``lifetime_known``: the new one lasts as long as the old one did,
    or as was asked for; where False, nobody knows how long that was (`KeysVerbs.rotate`).
    """

    new: ApiKey
    old: str
    old_key: Literal["deleted", "alive", "unknown"]
    trouble: OptCloudError | None = None
    lifetime_known: bool = True

    @property
    def both_live(self) -> bool:
        """Whether the old key is, or may be, still in use: delete it by hand."""
        return self.old_key != "deleted"


def list_keys() -> Flow[list[ApiKey]]:
    """List the keys; secrets are not shown again."""
    answer = yield from ask(get_api_keys._get_kwargs())
    return [key_of(item) for item in answer.items("keys", KeyInfo)]


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
    hide: Hide = not_hidden,
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
        "keyName": need_name(name, "keyName"),
        "expirationDate": expiration_day(expires, now).isoformat(),
        "scopes": [{"scope": scope.word} for scope in words],
    }
    key = body_of(PROApiKey, "API key", body)
    if account is None:
        arguments = create_api_key._get_kwargs(body=key)
    else:
        arguments = create_api_key_for_account._get_kwargs(need_name(account, "account"), body=key)
    missing = f"the key {name!r} was created, but its secret is not in the reply: delete it and make another"
    made = yield from created(Call(arguments), partial(field_in, name="secret"), vendor=VENDOR, missing=missing)
    hide(Secret(made.found))
    try:
        return key_of({**body, **object_in(made.body), "secret": made.found})
    except msgspec.ValidationError:  # the secret is at hand, the rest is what was asked for
        return key_of({**body, "secret": made.found})


def delete(name: str, *, account: str | None = None) -> Flow[None]:
    """Delete a key for good: whoever uses it is refused from now on."""
    if account is None:
        yield Call(delete_api_key._get_kwargs(need_name(name, "key")))
    else:
        yield Call(delete_api_key_for_account._get_kwargs(need_name(account, "account"), need_name(name, "key")))


# ---------------------------------------------------------------- rotation: the secret is stored between its two parts


@frozen
class _Replacement:
    """A new key, the name of the one that it replaces, and whether it is known how long that one was made for."""

    key: ApiKey
    old: str
    lifetime_known: bool


def replacement(
    name: str,
    *,
    expires: Expiry | None = None,
    scopes: Iterable[AnyScope] | None = None,
    new_name: str | None = None,
    hide: Hide = not_hidden,
) -> Flow[_Replacement]:
    """Create the key that takes another's place, by default with the same scopes in the same words and as long a life.

    Two keys cannot have one name: the new one is called ``name-YYYY-MM-DD``, or ``new_name``.
    """
    keys = {key.name: key for key in (yield from list_keys())}
    old = newest_of(name, keys)
    now = yield from now_by_the_clock()
    own = old.scopes if scopes is None else scopes
    life = _life(old)
    end = expires if expires is not None else life or _usual_life(old, now)
    key = yield from create(new_name or _free_name(name, now, keys), end, own, hide=hide)
    return _Replacement(key, old.name, expires is not None or life is not None)


def newest_of(name: str, keys: Mapping[str, ApiKey]) -> ApiKey:
    """Return the key of a name, else the newest that rotation has put in its place. Raises `NotFound`."""
    if name in keys:
        return keys[name]
    wanted = _base(name)
    dated = [match for match in map(_DATED.fullmatch, keys) if match is not None and match["base"] == wanted]
    if not dated:
        raise NotFound(f"there is no API key {name!r}; there are {', '.join(keys) or 'none'}", vendor=VENDOR)
    return keys[max(dated, key=lambda match: (match["day"], int(match["number"] or 1)))[0]]


def _base(name: str) -> str:
    match = _DATED.fullmatch(name)
    return match["base"] if match else name


def _life(key: ApiKey) -> timedelta | None:
    """Return how long a key was made for; None where its name has not the day on which it was made."""
    match = _DATED.fullmatch(key.name)
    made = expiry_of(match["day"]) if match else None
    if made is None or key.expires is None or key.expires <= made:
        return None
    return min(key.expires - made, _A_YEAR)


def _usual_life(key: ApiKey, now: datetime) -> timedelta:
    """Return the shortest usual life that is no shorter than what is left of the key's."""
    left = timedelta() if key.expires is None else key.expires - now
    return next((life for life in _LIVES if life >= left), _A_YEAR)


def _free_name(name: str, now: datetime, taken: Iterable[str]) -> str:
    dated = f"{_base(name)}-{now.date()}"
    names = [dated, *(f"{dated}-{number}" for number in range(2, 1000))]
    return next(free for free in names if free not in taken)


def retire(replaced: _Replacement, new: ApiKey) -> Flow[Rotation]:
    """Delete the key that was replaced.

    A failure is part of the `Rotation` and is not raised, because the new key exists by now.
    """
    done = Rotation(new, replaced.old, "deleted", lifetime_known=replaced.lifetime_known)
    try:
        yield from delete(replaced.old)
    except OptCloudError as trouble:
        if may_have_happened(trouble):
            return evolve(done, old_key="unknown", trouble=trouble)
        return done if isinstance(trouble, NotFound) else evolve(done, old_key="alive", trouble=trouble)
    return done


# ---------------------------------------------------------------- verbs


class KeysVerbs(NamespaceVerbs):
    """The verbs of both forms."""

    list = verb_of(list_keys)
    expiring = verb_of(expiring)
    delete = verb_of(delete)

    @verb
    def create(
        self,
        name: str,
        expires: Expiry,
        scopes: Iterable[AnyScope],
        *,
        account: str | None = None,
        store: AnyPlace | None = None,
        overwrite: bool = False,
    ) -> Flow[ApiKey]:
        """Create a key, at most a year ahead, also for an account (`optcloud.aimms.keys.keys.create`).

        ``overwrite``: ``store`` may have a secret already, which is lost.
        """
        with vault.drawer(store, overwrite=overwrite) as drawer:
            key = yield from create(name, expires, scopes, account=account, hide=self._hide)
            return stored(key, drawer)

    @verb
    def rotate(
        self,
        name: str,
        *,
        expires: Expiry | None = None,
        scopes: Iterable[AnyScope] | None = None,
        new_name: str | None = None,
        store: AnyPlace | None = None,
    ) -> Flow[Rotation]:
        """Make a new key, store it in place of the old secret, then delete the old key; ``name`` may stay the same.

        The new key is called ``name-YYYY-MM-DD``, and where ``name`` was replaced before, the newest such key is the
        old one. Without ``expires`` it lasts as long as the old one was made for. The vendor does not tell when that
        was made, but the day in its name does; without one, it lasts 90, 180 or 365 days, no less than is left of the
        old one (``lifetime_known`` is False then).

        When storing fails (`SecretNotStored`), the old key is left alone; when deleting fails, the report says that
        both live. After rotating the key that this client uses, make a new ``OptCloud``.
        """
        with vault.drawer(store, overwrite=True) as drawer:
            flow = replacement(name, expires=expires, scopes=scopes, new_name=new_name, hide=self._hide)
            replaced = yield from flow
            key = stored(replaced.key, drawer)
        return (yield from retire(replaced, key))


class Keys(KeysVerbs, Blocking):
    """API keys.

    A key's secret is shown once: it is in the `ApiKey` that is returned and, with ``store``, at ``keyring:NAME`` or in
    a new file that only its owner can read (``file:PATH`` or a Path). The place is made ready before the key is asked
    for; should storing fail all the same, `SecretNotStored` has the secret.
    """


class AsyncKeys(KeysVerbs, Awaited):
    """API keys, as `Keys`; each verb is awaited."""
