"""People and API keys by the newer service (user-manager).

It lists environments, groups and users and has the caller's keys; `optcloud.aimms.people.flows` changes people.

Scopes: Authentication (inferred) and APIKey. Sources: vendor pages "Managing Environments, Groups and Users" and
"Managing API Keys" of 2026. Filters are the vendor's: ``user_name_contain_ci="ad"``, ``environment_name_in=[...]``;
``sort`` takes fields, ``-`` before one for descending.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

from attrs import field, frozen

from aimms_user_manager.api.api_key import create_api_key, delete_api_key, get_authorization_scopes, list_api_keys
from aimms_user_manager.api.environment import get_current_environment, get_environment, list_environments
from aimms_user_manager.api.group import get_group, list_groups
from aimms_user_manager.api.user import get_current_user, get_user, list_users
from aimms_user_manager.models.new_api_key import NewApiKey
from optcloud.aimms.connection import USER_MANAGER, sibling_vendor
from optcloud.aimms.keys.flows import (
    ApiKey,
    Expiry,
    expiration_day,
    expiry_of,
    json_object,
    now_by_the_clock,
    secret_in,
)
from optcloud.aimms.keys.scopes import AnyScope, KeyScope, key_scopes
from optcloud.aimms.people.entities import Entity
from optcloud.aimms.services.common import (
    Filter,
    JsonObject,
    SiblingPages,
    Sort,
    array_of,
    filters,
    mismatch,
    read_items,
    read_object,
    refused,
    sorting,
    text_of,
)
from optcloud.core.flow import Call, Flow, Reply
from optcloud.core.replies import decode
from optcloud.core.secret import Hide, Secret, not_hidden

T = TypeVar("T")
_Arguments: TypeAlias = Callable[..., dict[str, Any]]
TESTS = ("equal_cs", "equal_ci", "contain_cs", "contain_ci", "in", "not_in")


def known_filters(*things: str) -> tuple[str, ...]:
    """Return the documented filters on the names of these things: ``account_name_equal_cs`` and so on."""
    return tuple(f"{thing}_name_{test}" for thing in things for test in TESTS)


@frozen
class ListedEnvironment:
    """An environment, as user-manager shows it."""

    account: str
    name: str
    description: str
    reply: Mapping[str, Any] = field(repr=False)

    @property
    def entity(self) -> Entity:
        """Its name."""
        return Entity(self.name)


@frozen
class ListedGroup:
    """A group, as user-manager shows it."""

    account: str
    environment: str
    name: str
    description: str
    reply: Mapping[str, Any] = field(repr=False)

    @property
    def entity(self) -> Entity:
        """Its name."""
        return Entity(self.environment, "group", self.name)


@frozen
class ListedUser:
    """A user, as user-manager shows them, with the groups they are in."""

    account: str
    environment: str
    name: str
    full_name: str
    email: str
    groups: tuple[Entity, ...]
    reply: Mapping[str, Any] = field(repr=False)

    @property
    def entity(self) -> Entity:
        """Their name."""
        return Entity(self.environment, "user", self.name)


def _environment(raw: JsonObject) -> ListedEnvironment:
    return ListedEnvironment(
        account=text_of(raw, "account_name"),
        name=text_of(raw, "environment_name"),
        description=text_of(raw, "description"),
        reply=raw,
    )


def _group(raw: JsonObject) -> ListedGroup:
    return ListedGroup(
        account=text_of(raw, "account_name"),
        environment=text_of(raw, "environment_name"),
        name=text_of(raw, "group_name"),
        description=text_of(raw, "description"),
        reply=raw,
    )


def _user(raw: JsonObject) -> ListedUser:
    listed, environment = raw.get("groups"), text_of(raw, "environment_name")
    return ListedUser(
        account=text_of(raw, "account_name"),
        environment=environment,
        name=text_of(raw, "user_name"),
        full_name=text_of(raw, "full_name"),
        email=text_of(raw, "email"),
        groups=tuple(_group_name(one, environment) for one in (listed if isinstance(listed, list) else ())),
        reply=raw,
    )


def _group_name(raw: Any, environment: str) -> Entity:
    """Inferred: a user's group is an object with its names, or a bare name of a group of the user's environment."""
    if not isinstance(raw, dict):
        return Entity(environment, "group", str(raw))
    return Entity(text_of(raw, "environment_name") or environment, "group", text_of(raw, "group_name", "name"))


def _pages(
    arguments: _Arguments,
    build: Callable[[JsonObject], T],
    things: tuple[str, ...],
    given: Mapping[str, Filter | None],
    sort: Sort | None,
) -> SiblingPages[T]:
    query: dict[str, Any] = dict(filters(given, known_filters(*things)))
    if by := sorting(sort):
        query["sort"] = by

    def call(offset: int, limit: int) -> Mapping[str, Any]:
        return arguments(**query, offset=offset, limit=limit)

    def read(reply: Reply) -> list[T]:
        return [build(raw) for raw in read_items(reply, USER_MANAGER, f"list {things[-1]}s")]

    return SiblingPages(call, read, short_is_last=True)  # the page size is the documented default


def environments(given: Mapping[str, Filter | None], *, sort: Sort | None = None) -> SiblingPages[ListedEnvironment]:
    """List environments, page by page; filters on ``account_name`` and ``environment_name``."""
    return _pages(list_environments._get_kwargs, _environment, ("account", "environment"), given, sort)


def groups(given: Mapping[str, Filter | None], *, sort: Sort | None = None) -> SiblingPages[ListedGroup]:
    """List groups, page by page; filters on ``group_name``, too."""
    return _pages(list_groups._get_kwargs, _group, ("account", "environment", "group"), given, sort)


def users(given: Mapping[str, Filter | None], *, sort: Sort | None = None) -> SiblingPages[ListedUser]:
    """List users, page by page; filters on ``user_name``, too."""
    return _pages(list_users._get_kwargs, _user, ("account", "environment", "user"), given, sort)


def _account(account: str | None) -> Flow[str]:
    """Return the account that is meant: the caller's, unless one is named."""
    if account is None:
        here = yield from current_environment()
        account = here.account
    return _named(account, "account")


def _named(name: str, what: str) -> str:
    if not name:
        raise refused(f"{what}: a name is needed, got an empty one", USER_MANAGER)
    return name


def environment(name: str, *, account: str | None = None) -> Flow[ListedEnvironment]:
    """Return one environment, by default of the caller's account. Raises `NotFound`."""
    place = yield from _account(account)
    reply: Reply = yield Call(get_environment._get_kwargs(place, _named(name, "environment")))
    return _environment(read_object(reply, USER_MANAGER, "getEnvironment"))


def group(environment: str, name: str, *, account: str | None = None) -> Flow[ListedGroup]:
    """Return one group, by default of the caller's account. Raises `NotFound`."""
    place = yield from _account(account)
    names = (_named(environment, "environment"), _named(name, "group"))
    reply: Reply = yield Call(get_group._get_kwargs(place, *names))
    return _group(read_object(reply, USER_MANAGER, "getGroup"))


def user(environment: str, name: str, *, account: str | None = None) -> Flow[ListedUser]:
    """Return one user, by default of the caller's account. Raises `NotFound`."""
    place = yield from _account(account)
    names = (_named(environment, "environment"), _named(name, "user"))
    reply: Reply = yield Call(get_user._get_kwargs(place, *names))
    return _user(read_object(reply, USER_MANAGER, "getUser"))


def current_environment() -> Flow[ListedEnvironment]:
    """Return the environment of the API key's owner."""
    reply: Reply = yield Call(get_current_environment._get_kwargs())
    return _environment(read_object(reply, USER_MANAGER, "getCurrentEnvironment"))


def current_user() -> Flow[ListedUser]:
    """Return the owner of the API key."""
    reply: Reply = yield Call(get_current_user._get_kwargs())
    return _user(read_object(reply, USER_MANAGER, "getCurrentUser"))


# ---------------------------------------------------------------- keys of the caller


def scopes() -> Flow[list[KeyScope]]:
    """List the scopes that a key of the caller can have, in the service's own words.

    Inferred: the reply is a list of words, or of objects that have the word as ``scope`` or ``name``.
    """
    reply: Reply = yield Call(get_authorization_scopes._get_kwargs())
    operation = "getAuthorizationScopes"
    listed = array_of(decode(reply, Any, vendor=sibling_vendor(USER_MANAGER), operation=operation))
    words = [_word(one) for one in listed or ()]
    if listed is None or not all(words):
        raise mismatch("the reply is no list of scopes", reply, USER_MANAGER, operation)
    return [KeyScope(word) for word in words]


def _word(raw: Any) -> str:
    return raw if isinstance(raw, str) else text_of(raw, "scope", "name") if isinstance(raw, dict) else ""


def _key(raw: JsonObject) -> ApiKey:
    text = text_of(raw, "expiration_date")
    listed = raw.get("scopes")
    words = tuple(KeyScope(_word(one)) for one in (listed if isinstance(listed, list) else ()))
    value = text_of(raw, "value")
    kept = {name: one for name, one in raw.items() if name != "value"}
    return ApiKey(text_of(raw, "name"), text, expiry_of(text), words, Secret(value) if value else None, kept)


def keys() -> Flow[list[ApiKey]]:
    """List the caller's keys."""
    reply: Reply = yield Call(list_api_keys._get_kwargs())
    return [_key(raw) for raw in read_items(reply, USER_MANAGER, "listApiKeys")]


def create_key(name: str, expires: Expiry, given: Iterable[AnyScope], *, hide: Hide = not_hidden) -> Flow[ApiKey]:
    """Create a key for the caller, at most a year ahead (checked before sending); its value comes back once.

    Raises as `optcloud.aimms.keys.flows.create` does.
    """
    now = yield from now_by_the_clock()
    words = [one.word for one in key_scopes(given)]
    if not words:
        raise refused("scopes: a key needs one at least", USER_MANAGER)
    day = expiration_day(expires, now)
    body = {"name": _named(name, "name"), "expiration_date": day.isoformat(), "scopes": words}
    reply: Reply = yield Call(create_api_key._get_kwargs(body=NewApiKey.from_dict(body)))
    value = secret_in(reply.content, "value")
    if value is None:
        what = f"the key {name!r} was created, but its value is not in the reply: delete it and make another"
        raise mismatch(what, reply, USER_MANAGER, "createApiKey")
    hide(Secret(value))
    return _key({**body, **json_object(reply.content), "value": value})


def delete_key(name: str) -> Flow[None]:
    """Delete a key of the caller's for good."""
    yield Call(delete_api_key._get_kwargs(_named(name, "name")))
