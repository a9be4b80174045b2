"""`optcloud aimms people add|update|rm|join|leave`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.aimms.people_output import Whom, fields_of, named, password_of, print_changes, record_of
from optcloud.cli.options import DryRun, Yes, readable
from optcloud.cli.prompts import confirm
from optcloud.cli.session import Session

if TYPE_CHECKING:
    from optcloud.aimms.people.values import AnyEntity

GroupName = Annotated[str, typer.Argument(metavar="GROUP", help="ENV/group:NAME.")]
UserName = Annotated[str, typer.Argument(metavar="USER", help="ENV/user:NAME, or NAME of the group's environment.")]
Description = Annotated[str | None, typer.Option("--description", metavar="TEXT", help="Of an environment or a group.")]
Domain = Annotated[str | None, typer.Option("--domain", metavar="TEXT", help="Of an environment.")]
Saml = Annotated[str | None, typer.Option("--saml-metadata-url", metavar="URL", help="Of an environment.")]
Default = Annotated[bool | None, typer.Option("--default/--no-default", help="Of an environment.", show_default=False)]
MaxUsers = Annotated[int | None, typer.Option("--max-users", metavar="N", min=0, help="Of a group.")]
FullName = Annotated[str | None, typer.Option("--full-name", metavar="TEXT", help="Of a user.")]
Email = Annotated[str | None, typer.Option("--email", metavar="TEXT", help="Of a user.")]
PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", metavar="FILE", callback=readable, help="Of a user; - reads stdin.")
]


def add(
    session: Session,
    *,
    whom: Whom,
    description: Description = None,
    domain: Domain = None,
    saml_metadata_url: Saml = None,
    is_default: Default = None,
    max_users: MaxUsers = None,
    full_name: FullName = None,
    email: Email = None,
    password_file: PasswordFile = None,
    dry_run: DryRun = False,
) -> None:
    """Create an environment, a group or a user, or change what differs.

    Safe to repeat: what is so already stays. A password is a new user's only, since it cannot be compared.
    """
    entity = named(whom)
    given: dict[str, Any] = {"description": description, "domain": domain, "saml_metadata_url": saml_metadata_url}
    given |= {"is_default": is_default, "max_users": max_users, "full_name": full_name, "email": email}
    said = fields_of(entity, given | {"password": password_of(password_file)})
    with session.connect() as oc, session.talk.progress(whom):
        match entity.kind:
            case "environment":
                change = oc.aimms.people.ensure_environment(entity.environment, dry_run=dry_run, **said)
            case "group":
                change = oc.aimms.people.ensure_group(entity.environment, entity.name, dry_run=dry_run, **said)
            case "user":
                change = oc.aimms.people.ensure_user(entity.environment, entity.name, dry_run=dry_run, **said)
    print_changes(session, [change])


def update(
    session: Session,
    *,
    whom: Whom,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="A new name.")] = None,
    description: Description = None,
    domain: Domain = None,
    saml_metadata_url: Saml = None,
    is_default: Default = None,
    max_users: MaxUsers = None,
    full_name: FullName = None,
    email: Email = None,
    password_file: PasswordFile = None,
) -> None:
    """Change what is given, and nothing else."""
    entity = named(whom)
    given: dict[str, Any] = {"description": description, "domain": domain, "saml_metadata_url": saml_metadata_url}
    given |= {"is_default": is_default, "max_users": max_users, "full_name": full_name, "email": email}
    said = fields_of(entity, given | {"name": name, "password": password_of(password_file)})
    if not said:
        raise typer.BadParameter("nothing was given to change")
    with session.connect() as oc, session.talk.progress(whom):
        changed: AnyEntity
        match entity.kind:
            case "environment":
                changed = oc.aimms.people.update_environment(entity.environment, **said)
            case "group":
                changed = oc.aimms.people.update_group(entity.environment, entity.name, **said)
            case "user":
                changed = oc.aimms.people.update_user(entity.environment, entity.name, **said)
    session.out.data(record_of(changed), f"updated {changed.entity}")


def remove(session: Session, *, whom: Whom, yes: Yes = False) -> None:
    """Delete an environment, a group (its users stay) or a user."""
    entity = named(whom)
    confirm(session.talk, f"delete the {entity.kind} {entity}", yes=yes)
    with session.connect() as oc, session.talk.progress(whom):
        match entity.kind:
            case "environment":
                oc.aimms.people.delete_environment(entity.environment)
            case "group":
                oc.aimms.people.delete_group(entity.environment, entity.name)
            case "user":
                oc.aimms.people.delete_user(entity.environment, entity.name)
    session.done("deleted", name=str(entity))


def join(session: Session, *, group: GroupName, user: UserName, dry_run: DryRun = False) -> None:
    """Put a user into a group. Safe to repeat."""
    place = named(group, "group")
    change = session.call(
        group, lambda oc: oc.aimms.people.ensure_member(place.environment, place.name, user, dry_run=dry_run)
    )
    print_changes(session, [change])


def leave(session: Session, *, group: GroupName, user: UserName, dry_run: DryRun = False) -> None:
    """Take a user out of a group. Safe to repeat."""
    place = named(group, "group")
    change = session.call(
        group, lambda oc: oc.aimms.people.ensure_no_member(place.environment, place.name, user, dry_run=dry_run)
    )
    print_changes(session, [change])
