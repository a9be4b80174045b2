"""`optcloud aimms apps`: what is published, and what an app can be given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.group import CommandGroup
from optcloud.cli.options import AnyLimit, Yes, argument, flag, option, read_pairs
from optcloud.cli.output import pick
from optcloud.cli.session import CliSession
from optcloud.cli.tables import Column, name_column, text_column

if TYPE_CHECKING:
    from optcloud.aimms.apps.app import App

app = CommandGroup(
    help="""Published apps: list, show, update, delete them.

    Examples:
        optcloud aimms apps list
        optcloud aimms apps show Scheduling
        optcloud aimms apps update Scheduling 1.0 --latest
    """
)

_COLUMNS = (
    name_column("Name", "name"),
    name_column("Version", "version"),
    Column("Latest", "tag"),
    Column("AIMMS", "aimms_version", 2),
    Column("Category", "category", 3),
    text_column("Description", "description", 4),
)
AppName = Annotated[str, argument("APP", "Name of the app.")]
Version = Annotated[str, argument("VERSION", "Version of the app.")]
MaybeVersion = Annotated[str | None, argument("[VERSION]", "Version of the app [default: the latest-tagged].")]


def app_record(found: App) -> dict[str, Any]:
    """What is printed of an app: all but the link to its icon, which carries a signature, and who has access."""
    names = ("name", "version", "latest", "aimms_version", "description", "category", "attributes", "icon", "web_ui")
    return pick(found, *names) | {"attributes": dict(found.attributes)}


@app.command("list")
def list_apps(
    session: CliSession,
    *,
    name: Annotated[str | None, argument("[APP]", "Only the versions of this app.")] = None,
    limit: AnyLimit = None,
) -> None:
    """List apps, or the versions of one app.

    Examples:
        optcloud aimms apps list
        optcloud aimms apps list Scheduling --json
    """
    records = session.call("apps", lambda oc: [app_record(found) for found in oc.aimms.apps.list(name)])
    if not session.out.as_json:
        records = [record | {"tag": "latest" if record["latest"] else None} for record in records]
    session.out.records(_COLUMNS, records, empty="no apps", limit=limit)


@app.command()
def show(session: CliSession, *, name: AppName, version: MaybeVersion = None) -> None:
    """Show one version of an app.

    Examples:
        optcloud aimms apps show Scheduling
        optcloud aimms apps show Scheduling 1.0 --json
    """
    found = session.call(
        name, lambda oc: oc.aimms.apps.latest(name) if version is None else oc.aimms.apps.get(name, version)
    )
    session.out.fields(app_record(found))


@app.command()
def update(
    session: CliSession,
    *,
    name: AppName,
    version: Version,
    description: Annotated[str | None, option("TEXT", "What people read about the app.")] = None,
    category: Annotated[str | None, option("NAME", "One of `aimms categories list`.")] = None,
    latest: Annotated[bool, flag("Tag it as the latest version, instead of another.")] = False,
    attributes: Annotated[
        list[str] | None, option("--attribute", "KEY=VALUE", "Set an attribute, leave the others; may be repeated.")
    ] = None,
    without: Annotated[
        list[str] | None, option("--no-attribute", "KEY", "Remove an attribute; may be repeated.")
    ] = None,
    resource_profile: Annotated[str | None, option("NAME", "One of `aimms apps profiles`.")] = None,
) -> None:
    """Change one version of an app. What is not given stays as it is.

    Examples:
        optcloud aimms apps update Scheduling 1.0 --latest
        optcloud aimms apps update Scheduling 1.0 --description "Plans of the week"
        optcloud aimms apps update Scheduling 1.0 --attribute team=blue
    """
    attributes_: dict[str, str | None] = dict.fromkeys(without or []) | dict(read_pairs(attributes, "--attribute"))
    patched = latest or (description, category, resource_profile) != (None, None, None)
    if not (attributes_ or patched):
        raise typer.BadParameter("nothing was given to change")
    with session.connect() as oc, session.messages.progress(name):
        if attributes_:
            changed = oc.aimms.apps.set_attributes(name, version, attributes_)
        if patched:
            changed = oc.aimms.apps.update(
                name,
                version,
                description=description,
                category=category,
                latest=True if latest else None,
                resource_profile=resource_profile,
            )
    session.out.data(app_record(changed), f"updated {changed.name} {changed.version}")


@app.command()
def delete(session: CliSession, *, name: AppName, version: Version, yes: Yes = False) -> None:
    """Delete one version of an app.

    Tasks that are queued for it may fail.

    Examples:
        optcloud aimms apps delete Scheduling 1.1
        optcloud aimms apps delete Scheduling 1.1 --yes
    """
    session.confirm(f"delete {name} {version}", yes=yes)
    session.change("deleted", lambda oc: oc.aimms.apps.delete(name, version), name=name, version=version)


@app.command()
def profiles(session: CliSession) -> None:
    """List the resource profiles that an app can be given.

    Examples:
        optcloud aimms apps profiles
        optcloud aimms apps profiles --json
    """
    listed = session.call("resource profiles", lambda oc: oc.aimms.apps.resource_profiles())
    records = [{"name": profile.name, "limits": dict(profile.raw)} for profile in listed]
    session.out.data(records, *([profile.name for profile in listed] or ["no resource profiles"]))


@app.command()
def link(
    session: CliSession,
    *,
    name: AppName,
    version: MaybeVersion = None,
    page: Annotated[str | None, option("PAGE", "Page to begin with, such as Main Project/Planning.")] = None,
) -> None:
    """Print the address that starts an app in a browser.

    Examples:
        optcloud aimms apps link Scheduling
        optcloud aimms apps link Scheduling 1.0 --page "Main Project/Planning"
    """
    address = session.call(name, lambda oc: oc.aimms.apps.link(name, version, page=page))
    session.out.data({"name": name, "version": version, "link": address}, address)


@app.command()
def aimms_versions(
    session: CliSession,
    *,
    dev: Annotated[bool, flag("Also versions in development.")] = False,
) -> None:
    """List the AIMMS versions that apps can be published for.

    Examples:
        optcloud aimms apps aimms-versions
        optcloud aimms apps aimms-versions --dev
    """
    listed = session.call("AIMMS versions", lambda oc: oc.aimms.versions(dev=dev))
    session.out.data(listed, *(listed or ["no AIMMS versions"]))
