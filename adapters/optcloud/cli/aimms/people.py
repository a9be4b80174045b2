"""`optcloud aimms people`: environments, groups, users, and a whole file of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.group import CommandGroup
from optcloud.cli.options import AnyLimit, DryRun, Yes, argument, flag, option, read_text, readable
from optcloud.cli.session import CliSession
from optcloud.cli.tables import Column, name_column, text_column

if TYPE_CHECKING:
    from optcloud import OptCloud
    from optcloud.aimms.people.changes import PeopleChange
    from optcloud.aimms.people.entities import AnyEntity, Entity

app = CommandGroup(
    help="""Environments, groups and users.

    WHOM is an environment (ACME), a group (ACME/group:planners) or a user (ACME/user:ada).

    Examples:
        optcloud aimms people list ACME
        optcloud aimms people create ACME/user:ada --full-name "Ada Lovelace"
        optcloud aimms people apply people.yaml --dry-run
    """,
    aliases={"add": "create"},
)

_COLUMNS = (
    name_column("Name", "name"),
    name_column("Id", "id"),
    text_column("Called", "called", 2),
    Column("Email", "email"),
    Column("Users", "users", 3),
)
_LOOK, _CHANGE, _MANY = "Look", "Change", "A whole file"
_ALLOWED = {
    "environment": ("description", "domain", "saml_metadata_url", "is_default"),
    "group": ("description", "max_users"),
    "user": ("full_name", "email", "password"),
}
_OPTIONS = {"name": "--new-name", "is_default": "--default", "password": "--password-file"}  # names of options  # nosec B105

Whom = Annotated[str, argument("WHOM", "ENV, ENV/group:NAME or ENV/user:NAME.")]
GroupName = Annotated[str, argument("GROUP", "ENV/group:NAME.")]
UserName = Annotated[str, argument("USER", "ENV/user:NAME, or NAME of the group's environment.")]


@dataclass(frozen=True)
class PeopleOptions:
    """What can be said of an environment, a group or a user."""

    description: Annotated[str | None, option("TEXT", "Description of an environment or a group.")] = None
    domain: Annotated[str | None, option("TEXT", "Domain of an environment.")] = None
    saml_metadata_url: Annotated[str | None, option("URL", "Address of an environment's SAML metadata.")] = None
    is_default: Annotated[
        bool | None, flag("--default/--no-default", "Whether it is the default environment.", show_default=False)
    ] = None
    max_users: Annotated[int | None, option("N", "Most users that a group can have.", min=0)] = None
    full_name: Annotated[str | None, option("TEXT", "Full name of a user.")] = None
    email: Annotated[str | None, option("TEXT", "Email address of a user.")] = None
    password_file: Annotated[
        Path | None, option("FILE", "File with a user's password; - reads stdin.", callback=readable)
    ] = None

    def said_of(self, entity: Entity, **more: str | None) -> dict[str, Any]:
        """Return what was given, as the facade takes it. Raises `typer.BadParameter` for what this kind has not."""
        file = self.password_file
        given = vars(self) | more | {"password": None if file is None else read_text(file).strip()}
        said = {name: value for name, value in given.items() if value is not None and name != "password_file"}
        for name in said:
            if name not in (*_ALLOWED[entity.kind], *more):
                option = _OPTIONS.get(name, "--" + name.replace("_", "-"))
                raise typer.BadParameter(f"it says nothing of a {entity.kind}", param_hint=option)
        return said


def named(text: str, *kinds: str) -> Entity:
    """Read the name of an environment, a group or a user. Raises `typer.BadParameter`."""
    from optcloud.aimms.people.entities import Entity  # noqa: PLC0415 - only when it is run
    from optcloud.core.errors import BadRequest  # noqa: PLC0415

    try:
        entity = Entity.parse(text)
    except BadRequest as error:
        raise typer.BadParameter(error.message) from error
    if kinds and entity.kind not in kinds:
        raise typer.BadParameter(f"{text} is the name of a {entity.kind}; here it is of a {' or '.join(kinds)}")
    return entity


def _verb(oc: OptCloud, verb: str, entity: Entity) -> Callable[..., Any]:
    """Return the facade's verb for this kind, given the name: for a group, ``update_{}`` is `update_group`."""
    names = [entity.environment, *([entity.name] if entity.name else [])]
    return partial(getattr(oc.aimms.people, verb.format(entity.kind)), *names)


@app.command(rich_help_panel=_LOOK)
def me(session: CliSession) -> None:
    """Show whose API key is used, and what this user may do.

    Examples:
        optcloud aimms people me
        optcloud aimms people me --json
    """
    found = session.call("people", lambda oc: oc.aimms.people.current())
    record = {"environment": found.environment, "name": found.name, "admin": found.is_admin}
    session.out.fields(record | {"app_publisher": found.is_app_publisher})


@app.command("list", rich_help_panel=_LOOK)
def list_people(
    session: CliSession,
    *,
    whom: Annotated[str | None, argument("[WHOM]", "Environment (ACME) or group (ACME/group:planners).")] = None,
    limit: AnyLimit = None,
) -> None:
    """List environments, or the people of one, or of a group.

    Examples:
        optcloud aimms people list
        optcloud aimms people list ACME
        optcloud aimms people list ACME/group:planners
    """
    entity = None if whom is None else named(whom, "environment", "group")
    found = session.call(whom or "environments", lambda oc: _listed(oc, entity))
    session.out.records(_COLUMNS, [_record(person) for person in found], empty="nobody", limit=limit)


def _listed(oc: OptCloud, entity: Entity | None) -> list[AnyEntity]:
    people = oc.aimms.people
    if entity is None:
        return [*people.environments()]
    if entity.kind == "group":
        return [*people.members(entity.environment, entity.name)]
    return [*people.groups(entity.environment), *people.users(entity.environment)]


@app.command(rich_help_panel=_LOOK)
def show(session: CliSession, *, whom: Whom) -> None:
    """Show an environment, a group or a user.

    Examples:
        optcloud aimms people show ACME
        optcloud aimms people show ACME/group:planners
        optcloud aimms people show ACME/user:ada --json
    """
    entity = named(whom)
    session.out.fields(_record(session.call(whom, lambda oc: _verb(oc, "{}", entity)())))


@app.command(rich_help_panel=_CHANGE)
def create(session: CliSession, *, whom: Whom, fields: PeopleOptions, dry_run: DryRun = False) -> None:
    """Create an environment, a group or a user.

    One that is there is changed where it differs from the options, so the command can be repeated. A password is set
    for a new user only.

    Examples:
        optcloud aimms people create ACME --description "All of Acme"
        optcloud aimms people create ACME/group:planners --max-users 10
        optcloud aimms people create ACME/user:ada --email ada@acme.test --dry-run
    """
    entity = named(whom)
    said = fields.said_of(entity)
    _print_changes(session, [session.call(whom, lambda oc: _verb(oc, "ensure_{}", entity)(dry_run=dry_run, **said))])


@app.command(rich_help_panel=_CHANGE)
def update(
    session: CliSession,
    *,
    whom: Whom,
    name: Annotated[str | None, option("--new-name", "--name", "NAME", "New name.")] = None,
    fields: PeopleOptions,
) -> None:
    """Change an environment, a group or a user.

    What is not given stays as it is.

    Examples:
        optcloud aimms people update ACME/user:ada --email ada@acme.test
        optcloud aimms people update ACME/group:planners --new-name schedulers
    """
    entity = named(whom)
    said = fields.said_of(entity, name=name)
    if not said:
        raise typer.BadParameter("nothing was given to change")
    changed: AnyEntity = session.call(whom, lambda oc: _verb(oc, "update_{}", entity)(**said))
    session.out.data(_record(changed), f"updated {changed.entity}")


@app.command(rich_help_panel=_CHANGE)
def delete(session: CliSession, *, whom: Whom, yes: Yes = False) -> None:
    """Delete an environment, a group or a user.

    The users of a group that is deleted stay.

    Examples:
        optcloud aimms people delete ACME/user:bob
        optcloud aimms people delete ACME/group:planners --yes
    """
    entity = named(whom)
    session.confirm(f"delete the {entity.kind} {entity}", yes=yes)
    session.change("deleted", lambda oc: _verb(oc, "delete_{}", entity)(), name=str(entity))


@app.command(rich_help_panel=_CHANGE)
def join(session: CliSession, *, group: GroupName, user: UserName, dry_run: DryRun = False) -> None:
    """Put a user into a group.

    Can be repeated: who is in the group already stays in it.

    Examples:
        optcloud aimms people join ACME/group:planners bob
        optcloud aimms people join ACME/group:planners ACME/user:bob --dry-run
    """
    entity = named(group, "group")
    _print_changes(session, [session.call(group, lambda oc: _verb(oc, "ensure_member", entity)(user, dry_run=dry_run))])


@app.command(rich_help_panel=_CHANGE)
def leave(session: CliSession, *, group: GroupName, user: UserName, dry_run: DryRun = False) -> None:
    """Take a user out of a group.

    Can be repeated: who is not in the group stays out of it.

    Examples:
        optcloud aimms people leave ACME/group:planners bob
        optcloud aimms people leave ACME/group:planners ACME/user:bob --dry-run
    """
    entity = named(group, "group")
    change = session.call(group, lambda oc: _verb(oc, "ensure_no_member", entity)(user, dry_run=dry_run))
    _print_changes(session, [change])


@app.command(rich_help_panel=_MANY)
def apply(
    session: CliSession,
    *,
    file: Annotated[Path, argument("FILE", "File with the people: .yaml, .json or .csv.", exists=True, dir_okay=False)],
    prune: Annotated[bool, flag("Also delete what the lists of the file do not have.")] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Create and change environments, groups and users as a file says.

    The file is checked as a whole before anything is written. Can be repeated.

    Examples:
        optcloud aimms people apply people.yaml --dry-run
        optcloud aimms people apply people.yaml
        optcloud aimms people apply people.yaml --prune --yes
    """
    from optcloud.aimms.people.changes import ApplyError  # noqa: PLC0415 - only when it is run

    if prune and not dry_run:
        session.confirm(f"remove what {file} does not have", yes=yes)
    try:
        report = session.call(file.name, lambda oc: oc.aimms.people.apply(file, dry_run=dry_run, prune=prune))
    except ApplyError as error:
        _print_changes(session, error.done)
        raise
    _print_changes(session, report)


def _record(entity: AnyEntity) -> dict[str, Any]:
    """What is printed of an environment, a group or a user."""
    names = ("description", "domain", "saml_metadata_url", "is_default", "full_name", "email", "users", "max_users")
    more = {name: getattr(entity, name) for name in names if hasattr(entity, name)}
    called = more.get("full_name") or more.get("description")
    return {"name": str(entity.entity), "kind": entity.entity.kind, "id": entity.id, "called": called} | more


def _print_changes(session: CliSession, changes: Iterable[PeopleChange]) -> None:
    """Print what was changed, or would be."""
    listed = list(changes)
    records = [
        {"kind": change.kind, "name": change.name, "action": change.action, "done": change.done}
        | {"fields": {name: {"before": before, "after": after} for name, (before, after) in change.fields.items()}}
        for change in listed
    ]
    lines = [f"{'' if change.done else 'would '}{change}" for change in listed if change.differs]
    session.out.data(records, *(lines or ["nothing to change"]))
