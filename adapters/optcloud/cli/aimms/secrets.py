"""`optcloud aimms secrets`: what AIMMS PRO keeps for apps, by the service secret-manager."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from optcloud.cli.group import CommandGroup
from optcloud.cli.options import (
    AnyLimit,
    Overwrite,
    PrintSecret,
    Store,
    Yes,
    argument,
    check_secret_place,
    option,
    read_text,
    readable,
)
from optcloud.cli.output import pick
from optcloud.cli.session import CliSession
from optcloud.cli.tables import Column, name_column
from optcloud.core import secret_store

if TYPE_CHECKING:
    from optcloud.aimms.services.secrets import Item

app = CommandGroup(
    help="""Secrets that AIMMS PRO keeps for apps.

    A path is like databases/production. Contents are shown only when they are asked for.

    Examples:
        optcloud aimms secrets list databases
        optcloud aimms secrets get databases/production --print-secret
    """
)

_COLUMNS = (name_column("Path", "path"), Column("Kind", "kind"))
_ACCESS = (name_column("Who", "who"), Column("Access", "access"))
ItemPath = Annotated[str, argument("PATH", "Path of a secret or directory, such as databases/production.")]
MaybePath = Annotated[str, argument("[PATH]", "Path of a secret or directory.")]
Whom = Annotated[str, argument("WHOM", "ENV/group:NAME or ENV/user:NAME.")]
Content = Annotated[
    Path, option("--content-file", "--file", "FILE", "File with the content; - reads stdin.", callback=readable)
]


def _content(file: Path) -> str:
    """Read a content as it is, but for the line end that an editor or `echo` leaves."""
    return read_text(file).rstrip("\r\n")


def _record(item: Item) -> dict[str, str]:
    return pick(item, "path", "kind")


@app.command("list")
def list_items(session: CliSession, *, path: MaybePath = "/", limit: AnyLimit = None) -> None:
    """List what a directory holds, or a secret's name.

    Contents are not shown.

    Examples:
        optcloud aimms secrets list
        optcloud aimms secrets list databases --json
    """
    item = session.call(path, lambda oc: oc.aimms.secrets.get(path))
    items = item.items if item.kind == "directory" else (item,)
    session.out.records(_COLUMNS, [_record(inside) for inside in items], empty="nothing in it", limit=limit)


@app.command()
def get(
    session: CliSession,
    *,
    path: ItemPath,
    store: Store = None,
    print_secret: PrintSecret = False,
    overwrite: Overwrite = False,
) -> None:
    """Fetch a secret's content into the keyring or a file, or print it.

    Examples:
        optcloud aimms secrets get databases/production --store file:production.txt
        optcloud aimms secrets get databases/production --print-secret
    """
    check_secret_place(store, print_secret=print_secret)
    with session.connect() as oc, secret_store.drawer(store, overwrite=overwrite) as drawer:
        with session.messages.progress(path):
            item = oc.aimms.secrets.get(path)
        if item.content is None:
            raise typer.BadParameter(f"{path} is a directory; list it with `secrets list`", param_hint="PATH")
        drawer.keep(item.content)
    record = _record(item) | ({} if store is None else {"stored": store})
    if not print_secret:
        session.out.data(record, f"stored at {store}")
    elif session.out.as_json:
        session.out.json(record | {"content": item.content.reveal()})
    else:
        session.out.received(item.content.reveal().encode())


@app.command()
def create(session: CliSession, *, path: ItemPath, file: Content) -> None:
    """Create a secret in a directory that is there.

    Examples:
        optcloud aimms secrets create databases/live --content-file password.txt
        optcloud aimms secrets create databases/live --content-file - < password.txt
    """
    content = _content(file)
    session.change("created", lambda oc: oc.aimms.secrets.create(path, content), path=path)


@app.command()
def update(
    session: CliSession,
    *,
    path: ItemPath,
    file: Annotated[
        Path | None,
        option("--content-file", "--file", "FILE", "File with the new content; - reads stdin.", callback=readable),
    ] = None,
    name: Annotated[str | None, option("--new-name", "--name", "NAME", "New name.")] = None,
) -> None:
    """Change a secret's content, or the name of a secret or directory.

    Examples:
        optcloud aimms secrets update databases/production --content-file password.txt
        optcloud aimms secrets update databases/production --new-name live
    """
    if file is None and name is None:
        raise typer.BadParameter("nothing was given to change: --content-file or --new-name")
    content = None if file is None else _content(file)
    session.change("updated", lambda oc: oc.aimms.secrets.update(path, content=content, name=name), path=path)


@app.command("mkdir")
def make_directory(session: CliSession, *, path: ItemPath) -> None:
    """Create a directory in a directory that is there.

    Examples:
        optcloud aimms secrets mkdir databases
        optcloud aimms secrets mkdir databases/archive
    """
    session.change("created", lambda oc: oc.aimms.secrets.create_directory(path), path=path)


@app.command()
def delete(session: CliSession, *, path: ItemPath, yes: Yes = False) -> None:
    """Delete a secret or an empty directory.

    Examples:
        optcloud aimms secrets delete databases/production
        optcloud aimms secrets delete databases/production --yes
    """
    session.confirm(f"delete {path}", yes=yes)
    session.change("deleted", lambda oc: oc.aimms.secrets.delete(path), path=path)


@app.command()
def access(session: CliSession, *, path: MaybePath = "/", limit: AnyLimit = None) -> None:
    """List who has access to a secret or directory.

    Only an administrator may see that.

    Examples:
        optcloud aimms secrets access databases
        optcloud aimms secrets access databases/production --json
    """
    found = session.call(path, lambda oc: oc.aimms.secrets.access(path))
    session.out.records(
        _ACCESS, [{"who": str(rule.who), "access": rule.right} for rule in found], empty="nobody", limit=limit
    )


@app.command()
def grant(
    session: CliSession,
    *,
    path: ItemPath,
    whom: Whom,
    right: Annotated[Literal["read", "read_write"], argument("[ACCESS]", "Access: read or read_write.")] = "read",
) -> None:
    """Give a group or a user access to a secret or directory.

    Access that was given before is replaced.

    Examples:
        optcloud aimms secrets grant databases ACME/group:planners
        optcloud aimms secrets grant databases ACME/user:ada read_write
    """
    session.call(path, lambda oc: oc.aimms.secrets.grant(path, whom, right))
    session.out.data({"path": path, "who": whom, "access": right}, f"{whom} may {right} {path}")


@app.command()
def revoke(session: CliSession, *, path: ItemPath, whom: Whom) -> None:
    """Take back a group's or a user's access.

    Examples:
        optcloud aimms secrets revoke databases ACME/group:planners
        optcloud aimms secrets revoke databases ACME/user:ada --json
    """
    session.call(path, lambda oc: oc.aimms.secrets.revoke(path, whom))
    session.out.data({"path": path, "who": whom, "access": None}, f"{whom} has no access of its own to {path}")
