"""Changing people: create, update and delete environments, groups and users; put users into groups and take them out.

Scope: Authentication; creating and deleting need the role Admin. Sources: vendor pages "Managing Environments, Groups
and Users" and "Users (User Management)"; AIMMS facts 1 (Authentication) and 6.2.12. An update sends what is given and
the name, which the vendor's document requires; None is "not given", "" clears a text.
"""

from __future__ import annotations

from typing import Any

from aimms_pro.api.authentication import add_user_to_group, remove_user_from_group
from aimms_pro.api.authentication import create_environment as create_environment_call
from aimms_pro.api.authentication import create_group as create_group_call
from aimms_pro.api.authentication import create_user as create_user_call
from aimms_pro.api.authentication import delete_environment as delete_environment_call
from aimms_pro.api.authentication import delete_group as delete_group_call
from aimms_pro.api.authentication import delete_user as delete_user_call
from aimms_pro.api.authentication import update_environment as update_environment_call
from aimms_pro.api.authentication import update_group as update_group_call
from aimms_pro.api.authentication import update_user as update_user_call
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
from optcloud.aimms.people.entities import (
    Environment,
    Group,
    JsonObject,
    User,
    Whom,
    environment_of,
    group_of,
    need_name,
    read_one,
    user_of,
)
from optcloud.aimms.people.lookup import id_of, member_name, need_names
from optcloud.core.errors import BadRequest
from optcloud.core.flow import Call, Flow, Reply
from optcloud.core.request_checks import find_fault
from optcloud.core.secret import Hide, Secret, as_secret, not_hidden


def _body(shape: Any, what: str, /, **given: Any) -> JsonObject:
    """Return what was given, in the vendor's words. Raises `BadRequest` with the field at fault, before sending."""
    body = {name: value for name, value in given.items() if value is not None}
    if fault := find_fault(body, shape):
        raise BadRequest(f"{what}: {fault}", vendor=VENDOR)
    return body


def _new_name(old: str, new: str | None) -> str:
    """Return the name to send: a new one, or the one it has, which changes nothing in either reading."""
    return need_name(old if new is None else new, "name")


# ---------------------------------------------------------------- environments


def create_environment(
    name: str,
    *,
    description: str | None = None,
    domain: str | None = None,
    saml_metadata_url: str | None = None,
    is_default: bool | None = None,
) -> Flow[Environment]:
    """Create an environment. Raises `Conflict` when the name is taken (status inferred)."""
    body = _body(
        CheckedEnvironment,
        "environment",
        name=need_name(name, "environment"),
        description=description,
        domain=domain,
        samlMetadataUrl=saml_metadata_url,
        isDefault=is_default,
    )
    reply: Reply = yield Call(create_environment_call._get_kwargs(body=PROEnvironment.from_dict(body)))
    return read_one(reply, environment_of, "createEnvironment")


def update_environment(
    environment: str,
    *,
    name: str | None = None,
    description: str | None = None,
    domain: str | None = None,
    saml_metadata_url: str | None = None,
    is_default: bool | None = None,
) -> Flow[Environment]:
    """Change what is given of an environment; ``name`` renames it (inferred)."""
    path = need_name(environment, "environment")
    body = _body(
        CheckedEnvironmentPatch,
        f"environment {environment}",
        name=_new_name(environment, name),
        description=description,
        domain=domain,
        samlMetadataUrl=saml_metadata_url,
        isDefault=is_default,
    )
    reply: Reply = yield Call(update_environment_call._get_kwargs(path, body=PROEnvironmentPatch.from_dict(body)))
    return read_one(reply, environment_of, "updateEnvironment")


def delete_environment(name: str) -> Flow[None]:
    """Delete an environment."""
    yield Call(delete_environment_call._get_kwargs(need_name(name, "environment")))


# ---------------------------------------------------------------- groups


def create_group(
    environment: str, name: str, *, description: str | None = None, max_users: int | None = None
) -> Flow[Group]:
    """Create a group. Raises `Conflict` when the name is taken (status inferred)."""
    path, name = need_names(environment, name, "group")
    body = _body(CheckedGroup, "group", groupname=name, description=description, maxUsers=max_users)
    reply: Reply = yield Call(create_group_call._get_kwargs(path, body=PROGroup.from_dict(body)))
    return read_one(reply, group_of, "createGroup")


def update_group(
    environment: str,
    group: str,
    *,
    name: str | None = None,
    description: str | None = None,
    max_users: int | None = None,
) -> Flow[Group]:
    """Change what is given of a group; ``name`` renames it (inferred)."""
    path, what = need_names(environment, group, "group"), f"group {group}"
    new_name = _new_name(group, name)
    body = _body(CheckedGroupPatch, what, groupname=new_name, description=description, maxUsers=max_users)
    reply: Reply = yield Call(update_group_call._get_kwargs(*path, body=PROGroupPatch.from_dict(body)))
    return read_one(reply, group_of, "updateGroup")


def delete_group(environment: str, name: str) -> Flow[None]:
    """Delete a group; its users stay (inferred)."""
    yield Call(delete_group_call._get_kwargs(*need_names(environment, name, "group")))


# ---------------------------------------------------------------- users


def create_user(
    environment: str,
    name: str,
    *,
    full_name: str | None = None,
    email: str | None = None,
    password: Secret | str | None = None,
    hide: Hide = not_hidden,
) -> Flow[User]:
    """Create a user, in no group yet (inferred)."""
    given = {"username": need_name(name, "user"), "fullname": full_name, "email": email}
    reply: Reply = yield _user_creation(need_name(environment, "environment"), given, as_secret(password), hide)
    return read_one(reply, user_of, "createUser")


def update_user(
    environment: str,
    user: str,
    *,
    name: str | None = None,
    full_name: str | None = None,
    email: str | None = None,
    password: Secret | str | None = None,
    hide: Hide = not_hidden,
) -> Flow[User]:
    """Change what is given of a user; ``name`` renames them (inferred)."""
    path = need_names(environment, user, "user")
    given = {"username": _new_name(user, name), "fullname": full_name, "email": email}
    reply: Reply = yield _user_change(*path, given, as_secret(password), hide)
    return read_one(reply, user_of, "updateUser")


# Made apart, so that the body with the password is no variable of a flow that is waiting, and in no traceback of it.


def _user_creation(environment: str, given: JsonObject, password: Secret | None, hide: Hide) -> Call:
    body = _body(CheckedUser, "user", **given, password=_revealed(password, hide))
    return Call(create_user_call._get_kwargs(environment, body=PROUser.from_dict(body)))


def _user_change(environment: str, user: str, given: JsonObject, password: Secret | None, hide: Hide) -> Call:
    body = _body(CheckedUserPatch, f"user {user}", **given, password=_revealed(password, hide))
    return Call(update_user_call._get_kwargs(environment, user, body=PROUserPatch.from_dict(body)))


def _revealed(password: Secret | None, hide: Hide) -> str | None:
    if password is None:
        return None
    hide(password)
    return password.reveal()


def delete_user(environment: str, name: str) -> Flow[None]:
    """Delete a user."""
    yield Call(delete_user_call._get_kwargs(*need_names(environment, name, "user")))


# ---------------------------------------------------------------- membership


def add_member(environment: str, group: str, user: Whom) -> Flow[None]:
    """Put a user into a group: ``"ada"`` of its environment, or ``"OTHER/user:ada"``."""
    number = yield from id_of(member_name(environment, user))
    yield Call(add_user_to_group._get_kwargs(*need_names(environment, group, "group"), number))


def remove_member(environment: str, group: str, user: Whom) -> Flow[None]:
    """Take a user out of a group."""
    number = yield from id_of(member_name(environment, user))
    yield Call(remove_user_from_group._get_kwargs(*need_names(environment, group, "group"), number))
