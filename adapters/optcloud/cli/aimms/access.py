"""`optcloud aimms access`: who may do what with an app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.aimms.people_output import named
from optcloud.cli.confirm import Yes, confirm
from optcloud.cli.group import Group
from optcloud.cli.options import DryRun, Json, read_pairs
from optcloud.cli.session import session_of

if TYPE_CHECKING:
    from optcloud.aimms.apps.access import AccessReport
    from optcloud.aimms.apps.access_rules import AnyAccess, Rule
    from optcloud.aimms.apps.access_tables import Right
    from optcloud.aimms.people.values import Whom as Anybody
    from optcloud.cli.session import Session

app = typer.Typer(
    cls=Group,
    help="Who may do what with an app.\n\nWHOM is an environment (ACME), a group (ACME/group:planners), a user "
    "(ACME/user:ada) or an id (#16777095). ACCESS is made of read, write and execute: read+execute, all.",
)

_CHANGES, _TABLES = "Change", "Look"
App = Annotated[str, typer.Argument(metavar="APP", help="Name of the app.")]
Version = Annotated[str, typer.Argument(metavar="VERSION", help="Version of the app.")]
Whom = Annotated[str, typer.Argument(metavar="WHOM", help="ENV, ENV/group:NAME, ENV/user:NAME or #ID.")]
Right_ = Annotated[str, typer.Argument(metavar="ACCESS", help="Such as read+execute.")]

_RULES = {"Id": "id", "Granted": "granted", "Denied": "denied"}
_RIGHTS = {"App": "app", "Version": "version", "Who": "who", "Access": "access", "Because of": "because"}


@app.command(rich_help_panel=_TABLES)
def show(context: typer.Context, *, name: App, version: Version, json: Json = False) -> None:
    """Show what is granted and denied, by id."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress(name):
        found = oc.aimms.access.read(name, version)
    records = [{"id": number} | _rule(rule) for number, rule in found.rules.items()]
    session.out.records(_RULES, records, empty="nobody")


@app.command(rich_help_panel=_TABLES)
def who(
    context: typer.Context,
    *,
    name: App,
    version: Version,
    persons: Annotated[
        bool, typer.Option("--persons", help="Each user whom groups and environments come down to.")
    ] = False,
    json: Json = False,
) -> None:
    """Tell who has rights on an app."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress(name):
        rights = oc.aimms.access.who(name, version, persons=persons)
    session.out.records(_RIGHTS, [_right(one, session) for one in rights], empty="nobody")


@app.command(rich_help_panel=_TABLES)
def what(
    context: typer.Context,
    *,
    user: Annotated[str, typer.Argument(metavar="USER", help="ENV/user:NAME.")],
    json: Json = False,
) -> None:
    """Tell which apps one person has rights on."""
    session = session_of(context)
    person = named(user, "user")
    with session.connect() as oc, session.talk.progress(user):
        rights = oc.aimms.access.what(person.environment, person.name)
    session.out.records(_RIGHTS, [_right(one, session) for one in rights], empty="no apps")


@app.command(rich_help_panel=_CHANGES)
def grant(
    context: typer.Context,
    *,
    name: App,
    version: Version,
    whom: Whom,
    access: Right_,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Allow more; what is granted is denied no longer."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress(name):
        report = oc.aimms.access.grant(name, version, whom, access, dry_run=dry_run)
    _print(session, report)


@app.command(rich_help_panel=_CHANGES)
def revoke(
    context: typer.Context,
    *,
    name: App,
    version: Version,
    whom: Whom,
    access: Annotated[str, typer.Argument(metavar="[ACCESS]", help="Such as write.")] = "all",
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Take back what was granted; what is denied stays denied."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress(name):
        report = oc.aimms.access.revoke(name, version, whom, access, dry_run=dry_run)
    _print(session, report)


@app.command(rich_help_panel=_CHANGES)
def deny(
    context: typer.Context,
    *,
    name: App,
    version: Version,
    whom: Whom,
    access: Right_,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Refuse, whatever others grant."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress(name):
        report = oc.aimms.access.deny(name, version, whom, access, dry_run=dry_run)
    _print(session, report)


@app.command(rich_help_panel=_CHANGES)
def replace(
    context: typer.Context,
    *,
    name: App,
    version: Version,
    granted: Annotated[
        list[str] | None, typer.Argument(metavar="WHOM=ACCESS...", help="Such as ACME/group:planners=read+execute.")
    ] = None,
    denied: Annotated[
        list[str] | None, typer.Option("--deny", metavar="WHOM=ACCESS", help="What is denied; may be repeated.")
    ] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Make the rights exactly these; who is not named has none."""
    session = session_of(context)
    rules = _rules(read_pairs(granted, "WHOM=ACCESS"), read_pairs(denied, "--deny"))
    if not rules:
        raise typer.BadParameter("nobody is named; to take everybody's rights: optcloud aimms access clear")
    if not dry_run:
        confirm(session, f"replace all rights on {name} {version}", yes=yes)
    with session.connect() as oc, session.talk.progress(name):
        report = oc.aimms.access.replace(name, version, rules, dry_run=dry_run)
    _print(session, report)


@app.command(rich_help_panel=_CHANGES)
def clear(
    context: typer.Context,
    *,
    name: App,
    version: Version,
    whom: Annotated[str | None, typer.Argument(metavar="[WHOM]", help="Only of these [default: of everybody].")] = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Remove all that is said of somebody, or of everybody."""
    session = session_of(context)
    if not dry_run:
        confirm(session, f"clear the rights of {whom or 'everybody'} on {name} {version}", yes=yes)
    with session.connect() as oc, session.talk.progress(name):
        report = oc.aimms.access.clear(name, version, whom, dry_run=dry_run)
    _print(session, report)


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


def _right(right: Right, session: Session) -> dict[str, Any]:
    known = {"app": right.app, "version": right.version, "who": str(right.who or f"#{right.id}"), "id": right.id}
    known["access"] = right.access.words()
    if session.out.as_json:
        return known | {"rules": {name: _rule(rule) for name, rule in right.rules.items()}}
    return known | {"access": known["access"] or "nothing", "because": ", ".join(right.rules)}


def _print(session: Session, report: AccessReport) -> None:
    changes = [
        {"id": one.id, "who": None if one.who is None else str(one.who)}
        | {"before": _rule(one.before), "after": _rule(one.after)}
        for one in report.changes
    ]
    record = {"app": report.app, "version": report.version, "dry_run": report.dry_run, "changes": changes}
    would = "would change " if report.dry_run else ""
    session.out.data(record, *([f"{would}{one}" for one in report.changes] or ["nothing to change"]))
