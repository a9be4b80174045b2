"""`optcloud aimms apps`: what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.confirm import Yes, confirm
from optcloud.cli.group import Group
from optcloud.cli.options import Json, read_pairs
from optcloud.cli.session import session_of

if TYPE_CHECKING:
    from optcloud.aimms.apps.app import App

app = typer.Typer(cls=Group, help="Published apps: list, look, change, delete.")

_COLUMNS = {"Name": "name", "Version": "version", "Latest": "tag", "AIMMS": "aimms_version"} | {
    "Category": "category",
    "Description": "description",
}
Name = Annotated[str, typer.Argument(metavar="APP", help="Name of the app.")]
Version = Annotated[str, typer.Argument(metavar="VERSION", help="Version of the app.")]
MaybeVersion = Annotated[
    str | None, typer.Argument(metavar="[VERSION]", help="Version of the app [default: the latest-tagged].")
]


def app_record(one: App) -> dict[str, Any]:
    """What is told of an app: all but the link to its icon, which carries a signature, and who has access."""
    names = ("name", "version", "latest", "aimms_version", "description", "category", "attributes", "icon", "web_ui")
    return {name: getattr(one, name) for name in names} | {"attributes": dict(one.attributes)}


@app.command("list")
def list_apps(
    context: typer.Context,
    *,
    name: Annotated[str | None, typer.Argument(metavar="[APP]", help="Only the versions of this app.")] = None,
    json: Json = False,
) -> None:
    """List apps, or the versions of one."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress("apps"):
        records = [app_record(one) for one in oc.aimms.apps.list(name)]
    tagged = records if session.out.as_json else [one | {"tag": "latest" if one["latest"] else None} for one in records]
    session.out.records(_COLUMNS, tagged, empty="no apps")


@app.command()
def show(context: typer.Context, *, name: Name, version: MaybeVersion = None, json: Json = False) -> None:
    """Show one version of an app."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress(name):
        one = oc.aimms.apps.latest(name) if version is None else oc.aimms.apps.get(name, version)
    session.out.fields(app_record(one))


@app.command()
def update(
    context: typer.Context,
    *,
    name: Name,
    version: Version,
    description: Annotated[str | None, typer.Option("--description", metavar="TEXT", help="What people read.")] = None,
    category: Annotated[
        str | None, typer.Option("--category", metavar="NAME", help="One of `aimms categories list`.")
    ] = None,
    latest: Annotated[bool, typer.Option("--latest", help="Give it the latest tag, which moves.")] = False,
    attributes: Annotated[
        list[str] | None,
        typer.Option("--attribute", metavar="KEY=VALUE", help="Set an attribute, leave the others; may be repeated."),
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option("--no-attribute", metavar="KEY", help="Remove an attribute; may be repeated.")
    ] = None,
    resource_profile: Annotated[
        str | None, typer.Option("--resource-profile", metavar="NAME", help="One of `aimms apps profiles`.")
    ] = None,
    json: Json = False,
) -> None:
    """Change what is given of an app, and nothing else."""
    session = session_of(context)
    changed: dict[str, str | None] = dict.fromkeys(without or []) | dict(read_pairs(attributes, "--attribute"))
    patched = latest or (description, category, resource_profile) != (None, None, None)
    if not (changed or patched):
        raise typer.BadParameter("nothing was given to change")
    with session.connect() as oc, session.talk.progress(name):
        if changed:
            one = oc.aimms.apps.set_attributes(name, version, changed)
        if patched:
            one = oc.aimms.apps.update(
                name,
                version,
                description=description,
                category=category,
                latest=True if latest else None,
                resource_profile=resource_profile,
            )
    session.out.data(app_record(one), f"updated {one.name} {one.version}")


@app.command()
def delete(context: typer.Context, *, name: Name, version: Version, yes: Yes = False, json: Json = False) -> None:
    """Delete one version of an app.

    Tasks that are queued for it may fail.
    """
    session = session_of(context)
    confirm(session, f"delete {name} {version}", yes=yes)
    with session.connect() as oc, session.talk.progress(name):
        oc.aimms.apps.delete(name, version)
    session.out.data({"name": name, "version": version, "done": "deleted"}, f"deleted {name} {version}")


@app.command()
def profiles(context: typer.Context, json: Json = False) -> None:
    """List the resource profiles that an app can be given."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress("resource profiles"):
        listed = oc.aimms.apps.resource_profiles()
    records = [{"name": one.name, "limits": dict(one.raw)} for one in listed]
    session.out.data(records, *([one.name for one in listed] or ["no resource profiles"]))


@app.command()
def link(
    context: typer.Context,
    *,
    name: Name,
    version: MaybeVersion = None,
    page: Annotated[
        str | None, typer.Option("--page", metavar="PAGE", help="Where it begins, such as Main Project/Planning.")
    ] = None,
    json: Json = False,
) -> None:
    """Print the address that starts an app in a browser."""
    session = session_of(context)
    with session.connect() as oc:
        address = oc.aimms.apps.link(name, version, page=page)
    session.out.data({"name": name, "version": version, "link": address}, address)
