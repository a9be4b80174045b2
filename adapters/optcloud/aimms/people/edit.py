"""Changing people: create, update and delete environments, groups and users; put users into groups and take them out.

Scope: Authentication; creating and deleting need the role Admin. Sources: vendor pages "Managing Environments, Groups
and Users" and "Users (User Management)"; AIMMS facts 1 (Authentication) and 6.2.12. An update sends what is given and
the name, which the vendor's document requires; None is "not given", "" clears a text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from aimms_pro.api.authentication import (
    add_user_to_group,
    remove_user_from_group,
)
from aimms_pro.api.authentication import (
    create_environment as create_environment_operation,
)
from aimms_pro.api.authentication import (
    create_group as create_group_operation,
)
from aimms_pro.api.authentication import (
    create_user as create_user_operation,
)
from aimms_pro.api.authentication import (
    delete_environment as delete_environment_operation,
)
from aimms_pro.api.authentication import (
    delete_group as delete_group_operation,
)
from aimms_pro.api.authentication import (
    delete_user as delete_user_operation,
)
from aimms_pro.api.authentication import (
    update_environment as update_environment_operation,
)
from aimms_pro.api.authentication import (
    update_group as update_group_operation,
)
from aimms_pro.api.authentication import (
    update_user as update_user_operation,
)
from aimms_pro.models.pro_environment import PROEnvironment
from aimms_pro.models.pro_environment_patch import PROEnvironmentPatch
from aimms_pro.models.pro_group import PROGroup
from aimms_pro.models.pro_group_patch import PROGroupPatch
from aimms_pro.models.pro_user import PROUser
from aimms_pro.models.pro_user_patch import PROUserPatch
from optcloud.aimms.people.entities import BUILDERS, Entity, Environment, Group, Kind, User, Whom, need_name
from optcloud.aimms.people.lookup import id_of, member_name
from optcloud.aimms.replies import JsonObject, ask, body_of
from optcloud.core.flow import Call, Flow
from optcloud.core.secret import Hide, Secret, as_secret, not_hidden

# The vendor's words for fields, where they are not ours.
_WORDS: Mapping[Kind, Mapping[str, str]] = {
    "environment": {"saml_metadata_url": "samlMetadataUrl", "is_default": "isDefault"},
    "group": {"name": "groupname", "max_users": "maxUsers"},
    "user": {"name": "username", "full_name": "fullname"},
}
_BODIES: Mapping[Kind, tuple[Any, Any]] = {
    "environment": (PROEnvironment, PROEnvironmentPatch),
    "group": (PROGroup, PROGroupPatch),
    "user": (PROUser, PROUserPatch),
}
_CREATE: Mapping[Kind, Any] = {
    "environment": create_environment_operation,
    "group": create_group_operation,
    "user": create_user_operation,
}
_UPDATE: Mapping[Kind, Any] = {
    "environment": update_environment_operation,
    "group": update_group_operation,
    "user": update_user_operation,
}
_DELETE: Mapping[Kind, Any] = {
    "environment": delete_environment_operation,
    "group": delete_group_operation,
    "user": delete_user_operation,
}


def create(entity: Entity, fields: Mapping[str, Any], hide: Hide = not_hidden) -> Flow[Any]:
    """Create an environment, a group or a user, and return it. A field that is None is not given."""
    kind, (*above, name) = entity.kind, entity.segments()
    arguments, new = _CREATE[kind]._get_kwargs, {"name": name, **fields}
    return (yield from ask(arguments(*above, body=_body(kind, kind, new, hide)))).built(BUILDERS[kind])


def update(entity: Entity, fields: Mapping[str, Any], hide: Hide = not_hidden) -> Flow[Any]:
    """Change what is given of an environment, a group or a user, and return it; ``name`` renames it (inferred)."""
    kind, path = entity.kind, entity.segments()
    old, new = path[-1], fields.get("name")
    # The name goes along in any case: the one it has changes nothing in either reading of the document.
    patch = {**fields, "name": need_name(old if new is None else new, "name")}
    body = partial(_body, kind, f"{kind} {old}", patch, hide, is_patch=True)
    return (yield from ask(_UPDATE[kind]._get_kwargs(*path, body=body()))).built(BUILDERS[kind])


def delete(entity: Entity) -> Flow[None]:
    """Delete an environment, a group or a user."""
    yield Call(_DELETE[entity.kind]._get_kwargs(*entity.segments()))


def _body(kind: Kind, what: str, fields: Mapping[str, Any], hide: Hide, *, is_patch: bool = False) -> Any:
    """Make a body. Made apart, so that a password in it is in no frame of a flow that waits."""
    said = {_WORDS[kind].get(name, name): value for name, value in fields.items() if value is not None}
    return body_of(_BODIES[kind][is_patch], what, {name: _revealed(value, hide) for name, value in said.items()})


def _revealed(value: Any, hide: Hide) -> Any:
    if not isinstance(value, Secret):
        return value
    hide(value)
    return value.reveal()


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
    fields = {"description": description, "domain": domain, "saml_metadata_url": saml_metadata_url}
    return create(Entity(name), {**fields, "is_default": is_default})


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
    fields = {"description": description, "domain": domain, "saml_metadata_url": saml_metadata_url}
    return update(Entity(environment), {**fields, "name": name, "is_default": is_default})


def delete_environment(name: str) -> Flow[None]:
    """Delete an environment."""
    return delete(Entity(name))


# ---------------------------------------------------------------- groups


def create_group(
    environment: str, name: str, *, description: str | None = None, max_users: int | None = None
) -> Flow[Group]:
    """Create a group. Raises `Conflict` when the name is taken (status inferred)."""
    return create(Entity(environment, "group", name), {"description": description, "max_users": max_users})


def update_group(
    environment: str,
    group: str,
    *,
    name: str | None = None,
    description: str | None = None,
    max_users: int | None = None,
) -> Flow[Group]:
    """Change what is given of a group; ``name`` renames it (inferred)."""
    fields = {"name": name, "description": description, "max_users": max_users}
    return update(Entity(environment, "group", group), fields)


def delete_group(environment: str, name: str) -> Flow[None]:
    """Delete a group; its users stay (inferred)."""
    return delete(Entity(environment, "group", name))


# ---------------------------------------------------------------- users


def create_user(
    hide: Hide,
    environment: str,
    name: str,
    *,
    full_name: str | None = None,
    email: str | None = None,
    password: Secret | str | None = None,
) -> Flow[User]:
    """Create a user, in no group yet (inferred). Raises `Conflict` when the name is taken (status inferred)."""
    fields = {"full_name": full_name, "email": email, "password": as_secret(password)}
    return create(Entity(environment, "user", name), fields, hide)


def update_user(
    hide: Hide,
    environment: str,
    user: str,
    *,
    name: str | None = None,
    full_name: str | None = None,
    email: str | None = None,
    password: Secret | str | None = None,
) -> Flow[User]:
    """Change what is given of a user; ``name`` renames them (inferred)."""
    fields = {"name": name, "full_name": full_name, "email": email, "password": as_secret(password)}
    return update(Entity(environment, "user", user), fields, hide)


def delete_user(environment: str, name: str) -> Flow[None]:
    """Delete a user."""
    return delete(Entity(environment, "user", name))


# ---------------------------------------------------------------- membership


def add_member(environment: str, group: str, user: Whom) -> Flow[None]:
    """Put a user into a group: ``"ada"`` of its environment, or ``"OTHER/user:ada"``."""
    return _membership(add_user_to_group._get_kwargs, Entity(environment, "group", group), user)


def remove_member(environment: str, group: str, user: Whom) -> Flow[None]:
    """Take a user out of a group."""
    return _membership(remove_user_from_group._get_kwargs, Entity(environment, "group", group), user)


def _membership(arguments: Callable[..., JsonObject], group: Entity, user: Whom) -> Flow[None]:
    number = yield from id_of(member_name(group.environment, user))
    yield Call(arguments(*group.segments(), number))
