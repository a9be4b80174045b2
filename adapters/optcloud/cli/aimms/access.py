"""`optcloud aimms access`: who may do what with an app."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.aimms.apps import AppName, Version
from optcloud.cli.aimms.people import named
from optcloud.cli.group import CommandGroup
from optcloud.cli.options import AnyLimit, DryRun, Yes, argument, flag, option, read_pairs
from optcloud.cli.session import CliSession
from optcloud.cli.tables import Column, name_column, text_column

if TYPE_CHECKING:
    from optcloud.aimms.apps.access import AccessReport, AppRights
    from optcloud.aimms.apps.access_rules import AnyAccess, Rule
    from optcloud.aimms.apps.access_tables import Right
    from optcloud.aimms.people.entities import Whom as Anybody

app = CommandGroup(
    help="""Rights: who may do what with an app.

    WHOM is an environment (ACME), a group (ACME/group:planners), a user (ACME/user:ada) or an id (#16777095). ACCESS is
    made of read, write and execute: read+execute, or all.

    Examples:
        optcloud aimms access who Scheduling 1.0
        optcloud aimms access grant Scheduling 1.0 ACME/group:planners read+execute
    """
)

_CHANGES, _TABLES = "Change", "Look"
Whom = Annotated[str, argument("WHOM", "ENV, ENV/group:NAME, ENV/user:NAME or #ID.")]
AccessWords = Annotated[str, argument("ACCESS", "Rights, such as read+execute or all.")]

_RULES = (name_column("Id", "id"), Column("Granted", "granted"), Column("Denied", "denied"))
_ACCESS, _BECAUSE = Column("Access", "access"), text_column("Because of", "because", 2)
_WHO = (Column("App", "app", 3), Column("Version", "version", 4), name_column("Who", "who"), _ACCESS, _BECAUSE)
_WHAT = (name_column("App", "app"), name_column("Version", "version"), Column("Who", "who", 3), _ACCESS, _BECAUSE)


@app.command(rich_help_panel=_TABLES)
def show(session: CliSession, *, name: AppName, version: Version, limit: AnyLimit = None) -> None:
    """Show the rules on an app: what is granted, what is denied.

    Whom a rule is for is told by id; `who` has names.

    Examples:
        optcloud aimms access show Scheduling 1.0
        optcloud aimms access show Scheduling 1.0 --json
    """
    found = session.call(name, lambda oc: oc.aimms.access.read(name, version))
    records = [{"id": number} | _rule(rule) for number, rule in found.rules.items()]
    session.out.records(_RULES, records, empty="nobody", limit=limit)


@app.command(rich_help_panel=_TABLES)
def who(
    session: CliSession,
    *,
    name: AppName,
    version: Version,
    persons: Annotated[bool, flag("Each user, also those who have rights by a group or an environment.")] = False,
    limit: AnyLimit = None,
) -> None:
    """List who may do what with an app.

    Examples:
        optcloud aimms access who Scheduling 1.0
        optcloud aimms access who Scheduling 1.0 --persons
    """
    rights = session.call(name, lambda oc: oc.aimms.access.who(name, version, persons=persons))
    session.out.records(_WHO, [_right(right, session) for right in rights], empty="nobody", limit=limit)


@app.command(rich_help_panel=_TABLES)
def what(
    session: CliSession, *, user: Annotated[str, argument("USER", "ENV/user:NAME.")], limit: AnyLimit = None
) -> None:
    """List the apps that one user has rights on.

    Examples:
        optcloud aimms access what ACME/user:ada
        optcloud aimms access what ACME/user:ada --json
    """
    person = named(user, "user")
    rights = session.call(user, lambda oc: oc.aimms.access.what(person.environment, person.name))
    session.out.records(_WHAT, [_right(right, session) for right in rights], empty="no apps", limit=limit)


@app.command(rich_help_panel=_CHANGES)
def grant(
    session: CliSession, *, name: AppName, version: Version, whom: Whom, access: AccessWords, dry_run: DryRun = False
) -> None:
    """Grant rights on an app, besides those that are there.

    What is granted is no longer denied.

    Examples:
        optcloud aimms access grant Scheduling 1.0 ACME/group:planners read+execute
        optcloud aimms access grant Scheduling 1.0 ACME/user:ada all --dry-run
    """
    _change(session, name, lambda rights: rights.grant(name, version, whom, access, dry_run=dry_run))


@app.command(rich_help_panel=_CHANGES)
def revoke(
    session: CliSession,
    *,
    name: AppName,
    version: Version,
    whom: Whom,
    access: Annotated[str, argument("[ACCESS]", "Such as write.")] = "all",
    dry_run: DryRun = False,
) -> None:
    """Take back rights that were granted.

    What is denied stays denied.

    Examples:
        optcloud aimms access revoke Scheduling 1.0 ACME/group:planners
        optcloud aimms access revoke Scheduling 1.0 ACME/group:planners execute
    """
    _change(session, name, lambda rights: rights.revoke(name, version, whom, access, dry_run=dry_run))


@app.command(rich_help_panel=_CHANGES)
def deny(
    session: CliSession, *, name: AppName, version: Version, whom: Whom, access: AccessWords, dry_run: DryRun = False
) -> None:
    """Deny rights on an app, whatever other rules grant.

    Examples:
        optcloud aimms access deny Scheduling 1.0 ACME/user:ada write
        optcloud aimms access deny Scheduling 1.0 ACME/user:ada all --dry-run
    """
    _change(session, name, lambda rights: rights.deny(name, version, whom, access, dry_run=dry_run))


@app.command(rich_help_panel=_CHANGES)
def replace(
    session: CliSession,
    *,
    name: AppName,
    version: Version,
    granted: Annotated[
        list[str] | None, argument("WHOM=ACCESS...", "Such as ACME/group:planners=read+execute.")
    ] = None,
    denied: Annotated[list[str] | None, option("--deny", "WHOM=ACCESS", "Also deny rights; may be repeated.")] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Replace all rules on an app by those that are given.

    Who is not named has no rights afterwards.

    Examples:
        optcloud aimms access replace Scheduling 1.0 ACME/group:planners=read+execute
        optcloud aimms access replace Scheduling 1.0 ACME=read+execute --yes
    """
    rules = _rules(read_pairs(granted, "WHOM=ACCESS"), read_pairs(denied, "--deny"))
    if not rules:
        raise typer.BadParameter("nobody is named; to take everybody's rights: optcloud aimms access clear")
    if not dry_run:
        session.confirm(f"replace all rights on {name} {version}", yes=yes)
    _change(session, name, lambda rights: rights.replace(name, version, rules, dry_run=dry_run))


@app.command(rich_help_panel=_CHANGES)
def clear(
    session: CliSession,
    *,
    name: AppName,
    version: Version,
    whom: Annotated[
        str | None, argument("[WHOM]", "Only of this environment, group or user [default: of all].")
    ] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Remove the rules on an app: for one group or user, or all.

    Examples:
        optcloud aimms access clear Scheduling 1.0 ACME/group:planners
        optcloud aimms access clear Scheduling 1.0 --yes
    """
    if not dry_run:
        session.confirm(f"clear the rights of {whom or 'everybody'} on {name} {version}", yes=yes)
    _change(session, name, lambda rights: rights.clear(name, version, whom, dry_run=dry_run))


def _rules(granted: dict[str, str], denied: dict[str, str]) -> dict[Anybody, Rule | AnyAccess]:
    from optcloud.aimms.apps.access_rules import NONE, Access, Rule  # noqa: PLC0415 - only when it is run

    return {
        whom: Rule(
            granted=Access.of(granted[whom]) if whom in granted else NONE,
            denied=Access.of(denied[whom]) if whom in denied else NONE,
        )
        for whom in granted | denied
    }


def _rule(rule: Rule) -> dict[str, str]:
    return {"granted": rule.granted.words(), "denied": rule.denied.words()}


def _right(right: Right, session: CliSession) -> dict[str, Any]:
    known = {"app": right.app, "version": right.version, "who": str(right.who or f"#{right.id}"), "id": right.id}
    known["access"] = right.access.words()
    if session.out.as_json:
        return known | {"rules": {name: _rule(rule) for name, rule in right.rules.items()}}
    return known | {"access": known["access"] or "nothing", "because": ", ".join(right.rules)}


def _change(session: CliSession, name: str, verb: Callable[[AppRights], AccessReport]) -> None:
    """Change who may do what with an app, and print what was changed or would be."""
    report = session.call(name, lambda oc: verb(oc.aimms.access))
    changes = [
        {"id": change.id, "who": None if change.who is None else str(change.who)}
        | {"before": _rule(change.before), "after": _rule(change.after)}
        for change in report.changes
    ]
    record = {"app": report.app, "version": report.version, "dry_run": report.dry_run, "changes": changes}
    would = "would change " if report.dry_run else ""
    session.out.data(record, *([f"{would}{change}" for change in report.changes] or ["nothing to change"]))
