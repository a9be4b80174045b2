"""Looking people up: environments, groups, users, who is in which group, and the id behind a name.

Scope: Authentication. Sources: vendor pages "Managing Environments, Groups and Users" and "Users (User Management)";
AIMMS facts 1 (Authentication).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from aimms_pro.api.authentication import (
    get_all_environments,
    get_all_groups,
    get_all_users,
    get_current_user,
    get_entity_info,
    get_environment,
    get_group,
    get_user,
    get_users_in_group,
)
from aimms_pro_models import EntityInfo, EnvironmentInfo
from optcloud.aimms.people.entities import (
    BUILDERS,
    AnyEntity,
    CurrentUser,
    Entity,
    Environment,
    Group,
    Kind,
    User,
    Whom,
    current_user_of,
    entity_of,
    environment_of,
    group_of,
    need_name,
    user_of,
)
from optcloud.aimms.replies import ask
from optcloud.core.errors import NotFound
from optcloud.core.flow import Flow

T = TypeVar("T")

ENTITIES = ("entities", EntityInfo)  # where and what the items of an EntityInfoList are
_GET: Mapping[Kind, Any] = {"environment": get_environment, "group": get_group, "user": get_user}


def current() -> Flow[CurrentUser]:
    """Return whom the API key belongs to, and their roles; needs no documented scope."""
    return (yield from ask(get_current_user._get_kwargs())).built(current_user_of)


def entity(id: int) -> Flow[AnyEntity]:  # noqa: A002 - what the vendor calls it
    """Return the environment, group or user with an id. Raises `NotFound`."""
    return (yield from ask(get_entity_info._get_kwargs(id))).built(entity_of)


def environments() -> Flow[list[Environment]]:
    """List the environments of the account."""
    answer = yield from ask(get_all_environments._get_kwargs())
    return [environment_of(item) for item in answer.items("environments", EnvironmentInfo)]


def environment(name: str) -> Flow[Environment]:
    """Return one environment. Raises `NotFound`."""
    return find(Entity(name))


def groups(environment: str) -> Flow[list[Group]]:
    """List the groups of an environment."""
    answer = yield from ask(get_all_groups._get_kwargs(*Entity(environment).segments()))
    return [group_of(item) for item in answer.items(*ENTITIES)]


def group(environment: str, name: str) -> Flow[Group]:
    """Return one group. Raises `NotFound`."""
    return find(Entity(environment, "group", name))


def users(environment: str) -> Flow[list[User]]:
    """List the users of an environment."""
    answer = yield from ask(get_all_users._get_kwargs(*Entity(environment).segments()))
    return [user_of(item) for item in answer.items(*ENTITIES)]


def user(environment: str, name: str) -> Flow[User]:
    """Return one user. Raises `NotFound`."""
    return find(Entity(environment, "user", name))


def members(environment: str, group: str) -> Flow[list[User]]:
    """List the users in a group; they may come from other environments."""
    answer = yield from ask(get_users_in_group._get_kwargs(*Entity(environment, "group", group).segments()))
    return [user_of(item) for item in answer.items(*ENTITIES)]


# ---------------------------------------------------------------- names and ids


def find(name: Entity) -> Flow[Any]:
    """Return the environment, group or user of a name (an `AnyEntity`). Raises `NotFound`."""
    answer = yield from ask(_GET[name.kind]._get_kwargs(*name.segments()))
    return answer.built(BUILDERS[name.kind])


def unless_missing(flow: Flow[T]) -> Flow[T | None]:
    """Return what a flow returns; None where it raises `NotFound`."""
    try:
        return (yield from flow)
    except NotFound:
        return None


def id_of(whom: Whom) -> Flow[int]:
    """Return the id of an entity; asks AIMMS when only the name is known. Raises `NotFound`, `BadRequest`."""
    if isinstance(whom, Environment | Group | User):
        return whom.id
    if isinstance(whom, int):
        return whom
    if isinstance(whom, str):
        if whom.startswith("#") and whom[1:].isdecimal():
            return int(whom[1:])
        whom = Entity.parse(whom)
    found: AnyEntity = yield from find(whom)
    return found.id


def name_of(whom: Whom) -> Entity | None:
    """Return the name of an entity where it is known without asking."""
    if isinstance(whom, Environment | Group | User):
        return whom.entity
    if isinstance(whom, str) and not whom.startswith("#"):
        return Entity.parse(whom)
    return whom if isinstance(whom, Entity) else None


def member_name(environment: str, user: Whom) -> Whom:
    """Return whom a member's name means: ``ada`` is a user of the environment, ``OTHER/user:ada`` one of another."""
    if not isinstance(user, str) or user.startswith("#"):
        return user
    if "/user:" not in user:
        return Entity(environment, "user", need_name(user, "user"))
    return Entity.parse(user)
