"""The ``ensure_`` verbs: look first, create or change only what differs, and return what was changed.

In a dry run nothing is written. A password is used when a user is created; it cannot be compared, so it never changes
an existing user's (`optcloud.aimms.people.edit.update_user` does).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import evolve

from optcloud.aimms.people import edit, lookup
from optcloud.aimms.people.changes import Action, PeopleChange
from optcloud.aimms.people.entities import AnyEntity, Entity, Whom
from optcloud.core.errors import NotFound
from optcloud.core.flow import Flow
from optcloud.core.secret import Hide, Secret, as_secret, not_hidden


def ensure_environment(
    name: str,
    *,
    description: str | None = None,
    domain: str | None = None,
    saml_metadata_url: str | None = None,
    is_default: bool | None = None,
    dry_run: bool = False,
) -> Flow[PeopleChange]:
    """Create the environment, or change what differs."""
    given = {"description": description, "domain": domain, "saml_metadata_url": saml_metadata_url}
    return _ensure(Entity(name), {**given, "is_default": is_default}, dry_run=dry_run)


def ensure_group(
    environment: str,
    name: str,
    *,
    description: str | None = None,
    max_users: int | None = None,
    dry_run: bool = False,
) -> Flow[PeopleChange]:
    """Create the group, or change what differs."""
    given = {"description": description, "max_users": max_users}
    return _ensure(Entity(environment, "group", name), given, dry_run=dry_run)


def ensure_user(
    hide: Hide,
    environment: str,
    name: str,
    *,
    full_name: str | None = None,
    email: str | None = None,
    password: Secret | str | None = None,
    dry_run: bool = False,
) -> Flow[PeopleChange]:
    """Create the user, or change what differs; the password is a new user's only, since it cannot be compared."""
    given, entity = {"full_name": full_name, "email": email}, Entity(environment, "user", name)
    return _ensure(entity, given, dry_run=dry_run, password=as_secret(password), hide=hide)


def _ensure(
    entity: Entity,
    given: Mapping[str, Any],
    *,
    dry_run: bool,
    password: Secret | None = None,
    hide: Hide = not_hidden,
) -> Flow[PeopleChange]:
    found = yield from lookup.unless_missing(lookup.find(entity))
    change = planned(entity, found, given)
    if dry_run or not change.differs:
        return change
    yield from write(entity, change, password=password, hide=hide)
    return evolve(change, done=True)


def planned(entity: Entity, found: AnyEntity | None, given: Mapping[str, Any]) -> PeopleChange:
    """Return the change from what is there to what was given; None is not given."""
    wanted = {name: value for name, value in given.items() if value is not None}
    present = {name: None if found is None else getattr(found, name) for name in wanted}
    fields = {name: (present[name], value) for name, value in wanted.items() if present[name] != value}
    action: Action = "create" if found is None else "update" if fields else "none"
    return PeopleChange(entity.kind, str(entity), action, fields)


def write(
    entity: Entity, change: PeopleChange, *, password: Secret | None = None, hide: Hide = not_hidden
) -> Flow[AnyEntity]:
    """Carry a change out; the password is for a new user only."""
    fields = {name: value for name, (_before, value) in change.fields.items()}
    if change.action == "create":
        return edit.create(entity, {**fields, "password": password}, hide)
    return edit.update(entity, fields)


# ---------------------------------------------------------------- membership


def ensure_member(environment: str, group: str, user: Whom, *, dry_run: bool = False) -> Flow[PeopleChange]:
    """Make a user a member of a group. In a dry run the group and the user need not exist yet."""
    return (yield from _ensure_membership(environment, group, user, "add", dry_run=dry_run))


def ensure_no_member(environment: str, group: str, user: Whom, *, dry_run: bool = False) -> Flow[PeopleChange]:
    """Make a user no member of a group. Who or what does not exist is none already."""
    return (yield from _ensure_membership(environment, group, user, "remove", dry_run=dry_run))


def _ensure_membership(
    environment: str, group: str, user: Whom, action: Literal["add", "remove"], *, dry_run: bool
) -> Flow[PeopleChange]:
    whom = lookup.member_name(environment, user)
    change = member_change(Entity(environment, "group", group), lookup.name_of(whom) or whom, action)
    try:
        number = yield from lookup.id_of(whom)
        present = yield from lookup.members(environment, group)
    except NotFound:
        if action == "remove":
            return evolve(change, action="none")
        if dry_run:
            return change
        raise
    if any(member.id == number for member in present) == (action == "add"):
        return evolve(change, action="none")
    if dry_run:
        return change
    yield from (edit.add_member if action == "add" else edit.remove_member)(environment, group, number)
    return evolve(change, done=True)


def member_change(group: Entity, user: object, action: Action) -> PeopleChange:
    """Return the change of a membership."""
    return PeopleChange("member", f"{group} + {user}", action)
