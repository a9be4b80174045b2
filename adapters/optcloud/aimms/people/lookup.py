"""Looking people up: environments, groups, users, who is in which group, and the id behind a name.

Scope: Authentication. Sources: vendor pages "Managing Environments, Groups and Users" and "Users (User Management)";
AIMMS facts 1 (Authentication).
"""

from __future__ import annotations

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
from aimms_pro_models import EnvironmentInfo
from optcloud.aimms.people.entities import (
    AnyEntity,
    CurrentUser,
    Entity,
    Environment,
    Group,
    User,
    Whom,
    current_user_of,
    entity_of,
    environment_of,
    group_of,
    need_name,
    read_all,
    read_one,
    user_of,
)
from optcloud.core.flow import Call, Flow, Reply


def need_names(environment: str, name: str, what: str) -> tuple[str, str]:
    """Refuse an empty name of a group or a user, or of its environment. Raises `BadRequest`."""
    return need_name(environment, "environment"), need_name(name, what)


def current() -> Flow[CurrentUser]:
    """Return whom the API key belongs to, and their roles; needs no documented scope."""
    reply: Reply = yield Call(get_current_user._get_kwargs())
    return read_one(reply, current_user_of, "getCurrentUser")


def entity(id: int) -> Flow[AnyEntity]:  # noqa: A002 - what the vendor calls it
    """Return the environment, group or user with an id. Raises `NotFound`."""
    reply: Reply = yield Call(get_entity_info._get_kwargs(id))
    return read_one(reply, entity_of, "getEntityInfo")


def environments() -> Flow[list[Environment]]:
    """List the environments of the account."""
    reply: Reply = yield Call(get_all_environments._get_kwargs())
    return read_all(reply, environment_of, "getAllEnvironments", key="environments", kind=EnvironmentInfo)


def environment(name: str) -> Flow[Environment]:
    """Return one environment. Raises `NotFound`."""
    reply: Reply = yield Call(get_environment._get_kwargs(need_name(name, "environment")))
    return read_one(reply, environment_of, "getEnvironment")


def groups(environment: str) -> Flow[list[Group]]:
    """List the groups of an environment."""
    reply: Reply = yield Call(get_all_groups._get_kwargs(need_name(environment, "environment")))
    return read_all(reply, group_of, "getAllGroups")


def group(environment: str, name: str) -> Flow[Group]:
    """Return one group. Raises `NotFound`."""
    reply: Reply = yield Call(get_group._get_kwargs(*need_names(environment, name, "group")))
    return read_one(reply, group_of, "getGroup")


def users(environment: str) -> Flow[list[User]]:
    """List the users of an environment."""
    reply: Reply = yield Call(get_all_users._get_kwargs(need_name(environment, "environment")))
    return read_all(reply, user_of, "getAllUsers")


def user(environment: str, name: str) -> Flow[User]:
    """Return one user. Raises `NotFound`."""
    reply: Reply = yield Call(get_user._get_kwargs(*need_names(environment, name, "user")))
    return read_one(reply, user_of, "getUser")


def members(environment: str, group: str) -> Flow[list[User]]:
    """List the users in a group; they may come from other environments."""
    reply: Reply = yield Call(get_users_in_group._get_kwargs(*need_names(environment, group, "group")))
    return read_all(reply, user_of, "getUsersInGroup")


# ---------------------------------------------------------------- names and ids


def find(name: Entity) -> Flow[AnyEntity]:
    """Return the environment, group or user of a name. Raises `NotFound`."""
    if name.kind == "group":
        return (yield from group(name.environment, name.name))
    if name.kind == "user":
        return (yield from user(name.environment, name.name))
    return (yield from environment(name.environment))


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
