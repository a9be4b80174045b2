"""Make it so: look first, then create or change only what differs, and tell what was changed.

In a dry run nothing is written. A password is used when a user is created; it cannot be compared, so it never changes
an existing user's (`optcloud.aimms.people.flows.change_user` does).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from optcloud.aimms.people import flows as people
from optcloud.aimms.people.changes import Action, Change
from optcloud.aimms.people.flows import Hide, _not_hidden
from optcloud.aimms.people.values import Entity, Environment, Group, User, Whom
from optcloud.core.errors import NotFound
from optcloud.core.flow import Flow
from optcloud.core.secret import Secret


def differences(found: Environment | Group | User | None, given: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what differs between what is there and what was given, as (before, after); None is not given."""
    wanted = {name: value for name, value in given.items() if value is not None}
    present = {name: None if found is None else getattr(found, name) for name in wanted}
    return {name: (present[name], value) for name, value in wanted.items() if present[name] != value}


def planned(entity: Entity, found: Environment | Group | User | None, given: Mapping[str, Any]) -> Change:
    """Return the change that makes an entity so."""
    fields = differences(found, given)
    action: Action = "create" if found is None else "update" if fields else "none"
    return Change(entity.kind, str(entity), action, fields)


def after(fields: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    """Return the new values of what differs."""
    return {name: value for name, (_before, value) in fields.items()}


def ensure_environment(name: str, *, dry_run: bool = False, **given: Any) -> Flow[Change]:
    """Make an environment so; ``given``: description, domain, saml_metadata_url, is_default."""
    try:
        found = yield from people.environment(name)
    except NotFound:
        found = None
    change = planned(Entity(name), found, given)
    if dry_run or not change.differs:
        return change
    yield from write_environment(name, change)
    return evolve(change, done=True)


def write_environment(name: str, change: Change) -> Flow[Environment]:
    """Carry a change of an environment out."""
    write = people.add_environment if change.action == "create" else people.change_environment
    return (yield from write(name, **after(change.fields)))


def ensure_group(environment: str, name: str, *, dry_run: bool = False, **given: Any) -> Flow[Change]:
    """Make a group so; ``given``: description, max_users."""
    try:
        found = yield from people.group(environment, name)
    except NotFound:
        found = None
    change = planned(Entity(environment, "group", name), found, given)
    if dry_run or not change.differs:
        return change
    yield from write_group(environment, name, change)
    return evolve(change, done=True)


def write_group(environment: str, name: str, change: Change) -> Flow[Group]:
    """Carry a change of a group out."""
    write = people.add_group if change.action == "create" else people.change_group
    return (yield from write(environment, name, **after(change.fields)))


def ensure_user(
    environment: str,
    name: str,
    *,
    password: Secret | str | None = None,
    dry_run: bool = False,
    hide: Hide = _not_hidden,
    **given: Any,
) -> Flow[Change]:
    """Make a user so; ``given``: full_name, email."""
    try:
        found = yield from people.user(environment, name)
    except NotFound:
        found = None
    change = planned(Entity(environment, "user", name), found, given)
    if dry_run or not change.differs:
        return change
    yield from write_user(environment, name, change, password, hide)
    return evolve(change, done=True)


def write_user(
    environment: str, name: str, change: Change, password: Secret | str | None, hide: Hide = _not_hidden
) -> Flow[User]:
    """Carry a change of a user out; the password is for a new one only."""
    fields = after(change.fields)
    if change.action == "create":
        return (yield from people.add_user(environment, name, password=password, hide=hide, **fields))
    return (yield from people.change_user(environment, name, **fields))


def ensure_member(environment: str, group: str, user: Whom, *, dry_run: bool = False) -> Flow[Change]:
    """Make a user a member of a group. In a dry run the group and the user need not exist yet."""
    whom = people.member_name(environment, user)
    change = member_change(Entity(environment, "group", group), people.name_of(whom) or whom, "add")
    try:
        number = yield from people.id_of(whom)
        present = yield from people.members(environment, group)
    except NotFound:
        if not dry_run:
            raise
        return change
    if any(one.id == number for one in present):
        return evolve(change, action="none")
    if dry_run:
        return change
    yield from people.add_member(environment, group, number)
    return evolve(change, done=True)


def ensure_no_member(environment: str, group: str, user: Whom, *, dry_run: bool = False) -> Flow[Change]:
    """Make a user no member of a group. Who or what does not exist is none already."""
    whom = people.member_name(environment, user)
    change = member_change(Entity(environment, "group", group), people.name_of(whom) or whom, "remove")
    try:
        number = yield from people.id_of(whom)
        present = yield from people.members(environment, group)
    except NotFound:
        return evolve(change, action="none")
    if all(one.id != number for one in present):
        return evolve(change, action="none")
    if dry_run:
        return change
    yield from people.remove_member(environment, group, number)
    return evolve(change, done=True)


def member_change(group: Entity, user: object, action: Action) -> Change:
    """Return the change of a membership."""
    return Change("member", f"{group} + {user}", action)
