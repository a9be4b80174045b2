"""`optcloud aimms people`: environments, groups, users, and a whole file of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optcloud.cli.aimms import people_change
from optcloud.cli.aimms.people_output import Whom, named, print_changes, record_of
from optcloud.cli.confirm import Yes, confirm
from optcloud.cli.group import Group
from optcloud.cli.options import DryRun, Json
from optcloud.cli.session import session_of

if TYPE_CHECKING:
    from optcloud.aimms.people.entities import AnyEntity

app = typer.Typer(
    cls=Group,
    help="Environments, groups and users.\n\nWHOM is an environment (ACME), a group (ACME/group:planners) or a user "
    "(ACME/user:ada).",
)

_COLUMNS = {"Name": "name", "Id": "id", "Called": "called", "Email": "email", "Users": "users"}
_LOOK, _CHANGE, _MANY = "Look", "Change", "A whole file"


@app.command(rich_help_panel=_LOOK)
def me(context: typer.Context, json: Json = False) -> None:
    """Show whom the API key belongs to."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress("people"):
        found = oc.aimms.people.current()
    record = {"environment": found.environment, "name": found.name, "admin": found.is_admin}
    session.out.fields(record | {"app_publisher": found.is_app_publisher})


@app.command("ls", rich_help_panel=_LOOK)
def list_people(
    context: typer.Context,
    *,
    whom: Annotated[str | None, typer.Argument(metavar="[WHOM]", help="An environment or a group.")] = None,
    json: Json = False,
) -> None:
    """List environments, or the people of one, or of a group."""
    session = session_of(context)
    entity = None if whom is None else named(whom, "environment", "group")
    with session.connect() as oc, session.talk.progress(whom or "environments"):
        found: list[AnyEntity] = []
        if entity is None:
            found += oc.aimms.people.environments()
        elif entity.kind == "group":
            found += oc.aimms.people.members(entity.environment, entity.name)
        else:
            found += oc.aimms.people.groups(entity.environment)
            found += oc.aimms.people.users(entity.environment)
    session.out.records(_COLUMNS, [record_of(one) for one in found], empty="nobody")


@app.command(rich_help_panel=_LOOK)
def show(context: typer.Context, *, whom: Whom, json: Json = False) -> None:
    """Show an environment, a group or a user."""
    session = session_of(context)
    entity = named(whom)
    with session.connect() as oc, session.talk.progress(whom):
        found: AnyEntity
        match entity.kind:
            case "environment":
                found = oc.aimms.people.environment(entity.environment)
            case "group":
                found = oc.aimms.people.group(entity.environment, entity.name)
            case "user":
                found = oc.aimms.people.user(entity.environment, entity.name)
    session.out.fields(record_of(found))


app.command(rich_help_panel=_CHANGE)(people_change.add)
app.command(rich_help_panel=_CHANGE)(people_change.update)
app.command("rm", rich_help_panel=_CHANGE)(people_change.remove)
app.command(rich_help_panel=_CHANGE)(people_change.join)
app.command(rich_help_panel=_CHANGE)(people_change.leave)


@app.command(rich_help_panel=_MANY)
def apply(
    context: typer.Context,
    *,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="People, as .yaml, .json or .csv.")
    ],
    prune: Annotated[
        bool, typer.Option("--prune", help="Also remove what the file does not have, where it gives a list.")
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Make a file of environments, groups and users so.

    It is checked as a whole before anything is written. Safe to repeat.
    """
    from optcloud.aimms.people.changes import ApplyError  # noqa: PLC0415 - only when it is run

    session = session_of(context)
    if prune and not dry_run:
        confirm(session, f"remove what {file} does not have", yes=yes)
    with session.connect() as oc:
        try:
            with session.talk.progress(file.name):
                report = oc.aimms.people.apply(file, dry_run=dry_run, prune=prune)
        except ApplyError as error:
            print_changes(session, error.done)
            raise
    print_changes(session, report)
