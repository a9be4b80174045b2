"""`optcloud aimms people add|update|rm|join|leave`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.aimms.people_output import Whom, fields_of, named, password_of, print_changes, record_of
from optcloud.cli.confirm import Yes, confirm
from optcloud.cli.options import DryRun, Json, readable
from optcloud.cli.session import session_of

if TYPE_CHECKING:
    from optcloud.aimms.people.entities import AnyEntity

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
    Path | None,
    typer.Option(
        "--password-file",
        metavar="FILE",
        callback=readable,
        help="Of a user; - reads stdin.",
    ),
]


def add(
    context: typer.Context,
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
    json: Json = False,
) -> None:
    """Create an environment, a group or a user, or change what differs.

    Safe to repeat: what is so already stays. A password is a new user's only, since it cannot be compared.
    """
    session = session_of(context)
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
    context: typer.Context,
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
    json: Json = False,
) -> None:
    """Change what is given, and nothing else."""
    session = session_of(context)
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


def remove(context: typer.Context, *, whom: Whom, yes: Yes = False, json: Json = False) -> None:
    """Delete an environment, a group (its users stay) or a user."""
    session = session_of(context)
    entity = named(whom)
    confirm(session, f"delete the {entity.kind} {entity}", yes=yes)
    with session.connect() as oc, session.talk.progress(whom):
        match entity.kind:
            case "environment":
                oc.aimms.people.delete_environment(entity.environment)
            case "group":
                oc.aimms.people.delete_group(entity.environment, entity.name)
            case "user":
                oc.aimms.people.delete_user(entity.environment, entity.name)
    session.out.data({"name": str(entity), "done": "deleted"}, f"deleted {entity}")


def join(
    context: typer.Context, *, group: GroupName, user: UserName, dry_run: DryRun = False, json: Json = False
) -> None:
    """Put a user into a group. Safe to repeat."""
    session = session_of(context)
    place = named(group, "group")
    with session.connect() as oc, session.talk.progress(group):
        change = oc.aimms.people.ensure_member(place.environment, place.name, user, dry_run=dry_run)
    print_changes(session, [change])


def leave(
    context: typer.Context, *, group: GroupName, user: UserName, dry_run: DryRun = False, json: Json = False
) -> None:
    """Take a user out of a group. Safe to repeat."""
    session = session_of(context)
    place = named(group, "group")
    with session.connect() as oc, session.talk.progress(group):
        change = oc.aimms.people.ensure_no_member(place.environment, place.name, user, dry_run=dry_run)
    print_changes(session, [change])
