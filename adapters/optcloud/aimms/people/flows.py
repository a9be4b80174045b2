"""Environments, groups and users of AIMMS PRO: list, look, create, update, delete, membership.

Scope: Authentication; creating and deleting need the role Admin. Sources: vendor pages "Managing Environments, Groups
and Users" and "Users (User Management)"; facts, section 1 (Authentication) and 6.2.12. An update sends what is given
and the name, which the vendor's document requires; None is "not given", "" clears a text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aimms_pro.api.authentication import (
    add_user_to_group,
    create_environment,
    create_group,
    create_user,
    delete_environment,
    delete_group,
    delete_user,
    get_all_environments,
    get_all_groups,
    get_all_users,
    get_current_user,
    get_entity_info,
    get_environment,
    get_group,
    get_user,
    get_users_in_group,
    remove_user_from_group,
    update_environment,
    update_group,
    update_user,
)
from aimms_pro.models.pro_environment import PROEnvironment
from aimms_pro.models.pro_environment_patch import PROEnvironmentPatch
from aimms_pro.models.pro_group import PROGroup
from aimms_pro.models.pro_group_patch import PROGroupPatch
from aimms_pro.models.pro_user import PROUser
from aimms_pro.models.pro_user_patch import PROUserPatch
from aimms_pro_models import PROEnvironment as CheckedEnvironment
from aimms_pro_models import PROEnvironmentPatch as CheckedEnvironmentPatch
from aimms_pro_models import PROGroup as CheckedGroup
from aimms_pro_models import PROGroupPatch as CheckedGroupPatch
from aimms_pro_models import PROUser as CheckedUser
from aimms_pro_models import PROUserPatch as CheckedUserPatch
from optcloud.aimms.connection import VENDOR
from optcloud.aimms.people.values import (
    AnyEntity,
    CurrentUser,
    Entity,
    Environment,
    Group,
    JsonObject,
    User,
    Whom,
    read_current,
    read_entity,
    read_environment,
    read_environments,
    read_group,
    read_groups,
    read_user,
    read_users,
)
from optcloud.core.errors import BadRequest
from optcloud.core.flow import Call, Flow, Reply
from optcloud.core.request_checks import find_fault
from optcloud.core.secret import Secret, as_secret

Hide = Callable[[Secret], None]
"""Told each password before it is sent, so that a vendor who repeats it in an error does not show it."""

# Our words for the vendor's fields.
ENVIRONMENT_FIELDS = {
    "name": "name",
    "description": "description",
    "domain": "domain",
    "saml_metadata_url": "samlMetadataUrl",
    "is_default": "isDefault",
}
GROUP_FIELDS = {"name": "groupname", "description": "description", "max_users": "maxUsers"}
USER_FIELDS = {"name": "username", "full_name": "fullname", "email": "email", "password": "password"}  # nosec B105 # names


def _not_hidden(_secret: Secret) -> None:
    """Nobody keeps a list of secrets."""


def _body(words: Mapping[str, str], given: Mapping[str, Any], kind: Any, what: str) -> JsonObject:
    """Return what was given in the vendor's words. Raises `BadRequest` with the field at fault, before sending."""
    body = {words[name]: value for name, value in given.items() if value is not None}
    if fault := find_fault(body, kind):
        raise BadRequest(f"{what}: {fault}", vendor=VENDOR)
    return body


def _named(name: str, what: str) -> str:
    """Refuse an empty name: in an address it would mean another operation."""
    if not name:
        raise BadRequest(f"{what}: a name is needed, got an empty one", vendor=VENDOR)
    return name


def _changed(name: str, given: Mapping[str, Any], what: str) -> dict[str, Any]:
    """Return what is given with a name: a new one, or the one it has, which changes nothing in either reading."""
    new = given.get("name")
    return {**given, "name": _named(name if new is None else new, what)}


def _revealed(password: Secret | str | None, hide: Hide) -> str | None:
    if (secret := as_secret(password)) is None:
        return None
    hide(secret)
    return secret.reveal()


# ---------------------------------------------------------------- environments


def environments() -> Flow[list[Environment]]:
    """List the environments of the account."""
    reply: Reply = yield Call(get_all_environments._get_kwargs())
    return read_environments(reply, "getAllEnvironments")


def environment(name: str) -> Flow[Environment]:
    """Return one environment. Raises `NotFound`."""
    reply: Reply = yield Call(get_environment._get_kwargs(_named(name, "environment")))
    return read_environment(reply, "getEnvironment")


def add_environment(name: str, **given: Any) -> Flow[Environment]:
    """Create an environment; ``given``: description, domain, saml_metadata_url, is_default."""
    body = _body(ENVIRONMENT_FIELDS, {"name": _named(name, "environment"), **given}, CheckedEnvironment, "environment")
    reply: Reply = yield Call(create_environment._get_kwargs(body=PROEnvironment.from_dict(body)))
    return read_environment(reply, "createEnvironment")


def change_environment(environment: str, **given: Any) -> Flow[Environment]:
    """Change what is given of an environment; ``name`` renames it (inferred)."""
    place = _named(environment, "environment")
    wanted = _changed(place, given, "name")
    body = _body(ENVIRONMENT_FIELDS, wanted, CheckedEnvironmentPatch, f"environment {environment}")
    reply: Reply = yield Call(update_environment._get_kwargs(place, body=PROEnvironmentPatch.from_dict(body)))
    return read_environment(reply, "updateEnvironment")


def remove_environment(name: str) -> Flow[None]:
    """Delete an environment."""
    yield Call(delete_environment._get_kwargs(_named(name, "environment")))


# ---------------------------------------------------------------- groups


def groups(environment: str) -> Flow[list[Group]]:
    """List the groups of an environment."""
    reply: Reply = yield Call(get_all_groups._get_kwargs(_named(environment, "environment")))
    return read_groups(reply, "getAllGroups")


def group(environment: str, name: str) -> Flow[Group]:
    """Return one group. Raises `NotFound`."""
    reply: Reply = yield Call(get_group._get_kwargs(_named(environment, "environment"), _named(name, "group")))
    return read_group(reply, "getGroup")


def add_group(environment: str, name: str, **given: Any) -> Flow[Group]:
    """Create a group; ``given``: description, max_users."""
    body = _body(GROUP_FIELDS, {"name": _named(name, "group"), **given}, CheckedGroup, "group")
    place = _named(environment, "environment")
    reply: Reply = yield Call(create_group._get_kwargs(place, body=PROGroup.from_dict(body)))
    return read_group(reply, "createGroup")


def change_group(environment: str, group: str, **given: Any) -> Flow[Group]:
    """Change what is given of a group; ``name`` renames it (inferred)."""
    place = (_named(environment, "environment"), _named(group, "group"))
    body = _body(GROUP_FIELDS, _changed(group, given, "name"), CheckedGroupPatch, f"group {group}")
    reply: Reply = yield Call(update_group._get_kwargs(*place, body=PROGroupPatch.from_dict(body)))
    return read_group(reply, "updateGroup")


def remove_group(environment: str, name: str) -> Flow[None]:
    """Delete a group; its users stay (inferred)."""
    yield Call(delete_group._get_kwargs(_named(environment, "environment"), _named(name, "group")))


# ---------------------------------------------------------------- users


def users(environment: str) -> Flow[list[User]]:
    """List the users of an environment."""
    reply: Reply = yield Call(get_all_users._get_kwargs(_named(environment, "environment")))
    return read_users(reply, "getAllUsers")


def user(environment: str, name: str) -> Flow[User]:
    """Return one user. Raises `NotFound`."""
    reply: Reply = yield Call(get_user._get_kwargs(_named(environment, "environment"), _named(name, "user")))
    return read_user(reply, "getUser")


def add_user(
    environment: str, name: str, *, password: Secret | str | None = None, hide: Hide = _not_hidden, **given: Any
) -> Flow[User]:
    """Create a user; ``given``: full_name, email. A user is in no group until made a member of one (inferred)."""
    place, given = _named(environment, "environment"), {"name": _named(name, "user"), **given}
    reply: Reply = yield _user_creation(place, given, password, hide)
    return read_user(reply, "createUser")


def change_user(
    environment: str, user: str, *, password: Secret | str | None = None, hide: Hide = _not_hidden, **given: Any
) -> Flow[User]:
    """Change what is given of a user; ``name`` renames them (inferred)."""
    place = (_named(environment, "environment"), _named(user, "user"))
    reply: Reply = yield _user_change(*place, _changed(user, given, "name"), password, hide)
    return read_user(reply, "updateUser")


# Made apart, so that the body with the password is no variable of a flow that is waiting, and in no traceback of it.


def _user_creation(environment: str, given: Mapping[str, Any], password: Secret | str | None, hide: Hide) -> Call:
    body = _body(USER_FIELDS, {**given, "password": _revealed(password, hide)}, CheckedUser, "user")
    return Call(create_user._get_kwargs(environment, body=PROUser.from_dict(body)))


def _user_change(
    environment: str, user: str, given: Mapping[str, Any], password: Secret | str | None, hide: Hide
) -> Call:
    body = _body(USER_FIELDS, {**given, "password": _revealed(password, hide)}, CheckedUserPatch, f"user {user}")
    return Call(update_user._get_kwargs(environment, user, body=PROUserPatch.from_dict(body)))


def remove_user(environment: str, name: str) -> Flow[None]:
    """Delete a user."""
    yield Call(delete_user._get_kwargs(_named(environment, "environment"), _named(name, "user")))


def current() -> Flow[CurrentUser]:
    """Return whom the API key belongs to; needs no documented scope."""
    reply: Reply = yield Call(get_current_user._get_kwargs())
    return read_current(reply, "getCurrentUser")


# ---------------------------------------------------------------- membership


def members(environment: str, group: str) -> Flow[list[User]]:
    """List the users in a group; they may come from other environments."""
    place = (_named(environment, "environment"), _named(group, "group"))
    reply: Reply = yield Call(get_users_in_group._get_kwargs(*place))
    return read_users(reply, "getUsersInGroup")


def add_member(environment: str, group: str, user: Whom) -> Flow[None]:
    """Put a user into a group; a plain name is a user of the group's environment."""
    number = yield from id_of(member_name(environment, user))
    place = (_named(environment, "environment"), _named(group, "group"))
    yield Call(add_user_to_group._get_kwargs(*place, number))


def remove_member(environment: str, group: str, user: Whom) -> Flow[None]:
    """Take a user out of a group; a plain name is a user of the group's environment."""
    number = yield from id_of(member_name(environment, user))
    place = (_named(environment, "environment"), _named(group, "group"))
    yield Call(remove_user_from_group._get_kwargs(*place, number))


def member_name(environment: str, user: Whom) -> Whom:
    """Return whom a member's name means: ``ada`` is a user of the environment, ``OTHER/user:ada`` one of another."""
    if not isinstance(user, str) or user.startswith("#"):
        return user
    if "/user:" not in user:
        return Entity(environment, "user", _named(user, "user"))
    return Entity.parse(user)


# ---------------------------------------------------------------- entities


def entity(number: int) -> Flow[AnyEntity]:
    """Return the environment, group or user with an id. Raises `NotFound`."""
    reply: Reply = yield Call(get_entity_info._get_kwargs(number))
    return read_entity(reply, "getEntityInfo")


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
    found: AnyEntity
    if whom.kind == "group":
        found = yield from group(whom.environment, whom.name)
    elif whom.kind == "user":
        found = yield from user(whom.environment, whom.name)
    else:
        found = yield from environment(whom.environment)
    return found.id


def name_of(whom: Whom) -> Entity | None:
    """Return the name of an entity where it is known without asking."""
    if isinstance(whom, Environment | Group | User):
        return whom.entity
    if isinstance(whom, str) and not whom.startswith("#"):
        return Entity.parse(whom)
    return whom if isinstance(whom, Entity) else None
