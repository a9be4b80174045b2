"""The directory: environments, groups and users by the newer service (the sibling service user-manager).

It only lists; `optcloud.aimms.people` changes people. Its verbs on the caller's API keys are in
`optcloud.aimms.services.directory_keys`.

Scopes: Authentication (inferred) and APIKey. Sources: vendor pages "Managing Environments, Groups and Users" and
"Managing API Keys" of 2026. Filters are the vendor's: ``user_name_contain_ci="ad"``, ``environment_name_in=[...]``;
``sort`` takes fields, ``-`` before one for descending.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias, TypedDict, TypeVar, Unpack

from attrs import field, frozen

from aimms_user_manager.api.environment import get_current_environment, get_environment, list_environments
from aimms_user_manager.api.group import get_group, list_groups
from aimms_user_manager.api.user import get_current_user, get_user, list_users
from aimms_user_manager.client import AuthenticatedClient
from optcloud.aimms.connection import USER_MANAGER
from optcloud.aimms.people.entities import Entity, need_name
from optcloud.aimms.replies import JsonObject, ask
from optcloud.aimms.services.directory_keys import DirectoryKeysVerbs
from optcloud.aimms.services.siblings import Filter, SiblingPages, Sort, filters, sorting, text_of
from optcloud.core.flow import Flow, Pages
from optcloud.core.secret import Hide
from optcloud.core.verbs import Awaited, Blocking, verb_of
from optcloud.handles.verb_from import pages_of

T = TypeVar("T")
_Arguments: TypeAlias = Callable[..., dict[str, Any]]


class AccountFilters(TypedDict, total=False):
    """Filters on the name of the account: ``cs`` minds capitals, ``ci`` does not. None: as if left out."""

    account_name_equal_cs: Filter | None
    account_name_equal_ci: Filter | None
    account_name_contain_cs: Filter | None
    account_name_contain_ci: Filter | None
    account_name_in: Filter | None
    account_name_not_in: Filter | None


class EnvironmentFilters(AccountFilters, total=False):
    """Filters on the names of account and environment."""

    environment_name_equal_cs: Filter | None
    environment_name_equal_ci: Filter | None
    environment_name_contain_cs: Filter | None
    environment_name_contain_ci: Filter | None
    environment_name_in: Filter | None
    environment_name_not_in: Filter | None


class GroupFilters(EnvironmentFilters, total=False):
    """Filters on the names of account, environment and group."""

    group_name_equal_cs: Filter | None
    group_name_equal_ci: Filter | None
    group_name_contain_cs: Filter | None
    group_name_contain_ci: Filter | None
    group_name_in: Filter | None
    group_name_not_in: Filter | None


class UserFilters(EnvironmentFilters, total=False):
    """Filters on the names of account, environment and user."""

    user_name_equal_cs: Filter | None
    user_name_equal_ci: Filter | None
    user_name_contain_cs: Filter | None
    user_name_contain_ci: Filter | None
    user_name_in: Filter | None
    user_name_not_in: Filter | None


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
        groups=tuple(_group_name(group, environment) for group in (listed if isinstance(listed, list) else ())),
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
    known: type[AccountFilters],
    given: Mapping[str, Any],
    sort: Sort | None,
) -> Pages[T]:
    query: dict[str, Any] = dict(filters(given, known.__annotations__))
    if by := sorting(sort):
        query["sort"] = by
    # The page size is the documented default.
    return SiblingPages(
        USER_MANAGER, partial(arguments, **query), lambda reply: list(map(build, reply.objects())), short_is_last=True
    )


def environments(*, sort: Sort | None = None, **filters: Unpack[EnvironmentFilters]) -> Pages[ListedEnvironment]:
    """Iterate over environments; pages are asked for as they are needed.

    Filters on ``account_name`` and ``environment_name``.
    """
    return _pages(list_environments._get_kwargs, _environment, EnvironmentFilters, filters, sort)


def groups(*, sort: Sort | None = None, **filters: Unpack[GroupFilters]) -> Pages[ListedGroup]:
    """Iterate over groups; pages are asked for as they are needed. Filters on ``group_name``, too."""
    return _pages(list_groups._get_kwargs, _group, GroupFilters, filters, sort)


def users(*, sort: Sort | None = None, **filters: Unpack[UserFilters]) -> Pages[ListedUser]:
    """Iterate over users; pages are asked for as they are needed. Filters on ``user_name``, too."""
    return _pages(list_users._get_kwargs, _user, UserFilters, filters, sort)


def _named(account: str | None, entity: Entity) -> Flow[tuple[str, ...]]:
    """Return the names that stand in an address: the account's, by default the caller's, and the entity's."""
    if account is None:
        here = yield from current_environment()
        account = here.account
    return need_name(account, "account"), *entity.segments()


def environment(name: str, *, account: str | None = None) -> Flow[ListedEnvironment]:
    """Return one environment, by default of the caller's account. Raises `NotFound`."""
    names = yield from _named(account, Entity(name))
    return _environment((yield from ask(get_environment._get_kwargs(*names), USER_MANAGER)).object())


def group(environment: str, name: str, *, account: str | None = None) -> Flow[ListedGroup]:
    """Return one group, by default of the caller's account. Raises `NotFound`."""
    names = yield from _named(account, Entity(environment, "group", name))
    return _group((yield from ask(get_group._get_kwargs(*names), USER_MANAGER)).object())


def user(environment: str, name: str, *, account: str | None = None) -> Flow[ListedUser]:
    """Return one user, by default of the caller's account. Raises `NotFound`."""
    names = yield from _named(account, Entity(environment, "user", name))
    return _user((yield from ask(get_user._get_kwargs(*names), USER_MANAGER)).object())


def current_environment() -> Flow[ListedEnvironment]:
    """Return the environment of the API key's owner."""
    return _environment((yield from ask(get_current_environment._get_kwargs(), USER_MANAGER)).object())


def current_user() -> Flow[ListedUser]:
    """Return the owner of the API key, with their groups."""
    return _user((yield from ask(get_current_user._get_kwargs(), USER_MANAGER)).object())


# ---------------------------------------------------------------- verbs


class DirectoryVerbs(DirectoryKeysVerbs):
    """The verbs of both forms."""

    def __init__(self, connection: Any, hide: Hide) -> None:
        super().__init__(connection, hide)
        self.client: AuthenticatedClient = connection.generated_client(AuthenticatedClient)
        """The generated client of user-manager, signed, retried and raising our errors."""

    environments = pages_of(environments)
    groups = pages_of(groups)
    users = pages_of(users)
    environment = verb_of(environment)
    group = verb_of(group)
    user = verb_of(user)
    current_environment = verb_of(current_environment)
    current_user = verb_of(current_user)


class Directory(DirectoryVerbs, Blocking):
    """Environments, groups and users as user-manager lists them, and the caller's API keys.

    Filters are the vendor's: ``user_name_contain_ci="ad"``, ``environment_name_in=["ACME", "ROOT"]``; ``sort`` takes
    fields, ``-`` before one for descending: ``sort="-account_name,user_name"`` or a list of them.
    """


class AsyncDirectory(DirectoryVerbs, Awaited):
    """Environments, groups, users and API keys, as `Directory`; each verb is awaited."""
