"""`optcloud aimms secrets`: what AIMMS PRO keeps for apps, by the service secret-manager."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optcloud.cli.confirm import Yes, confirm
from optcloud.cli.group import Group
from optcloud.cli.options import Json, readable
from optcloud.cli.secret_output import Overwrite, PrintSecret, Store, check_stowed
from optcloud.cli.session import session_of
from optcloud.core import secret_store as vault

if TYPE_CHECKING:
    from optcloud.aimms.services.secrets import Item

app = typer.Typer(
    cls=Group,
    help="Secrets that AIMMS PRO keeps for apps.\n\nA path is like databases/production. Contents are never shown "
    "unasked.",
)

_COLUMNS = {"Path": "path", "Kind": "kind"}
_ACCESS = {"Who": "who", "Access": "access"}
ItemPath = Annotated[str, typer.Argument(metavar="PATH", help="Such as databases/production.")]
MaybePath = Annotated[str, typer.Argument(metavar="[PATH]", help="A directory [default: the topmost].")]
Whom = Annotated[str, typer.Argument(metavar="WHOM", help="ENV/group:NAME or ENV/user:NAME.")]
Content = Annotated[
    Path,
    typer.Option("--file", metavar="FILE", callback=readable, help="Its content; - reads stdin."),
]


class Right(enum.StrEnum):
    """What one may do with a secret."""

    READ = "read"
    READ_WRITE = "read_write"


def _content(file: Path) -> str:
    """Read a content as it is, but for the line end that an editor or `echo` leaves."""
    text = sys.stdin.read() if file == Path("-") else file.read_text(encoding="utf-8")
    return text.rstrip("\r\n")


def _record(item: Item) -> dict[str, str]:
    return {"path": item.path, "kind": item.kind}


@app.command("ls")
def list_items(context: typer.Context, *, path: MaybePath = "/", json: Json = False) -> None:
    """List what a directory holds, or a secret's name; no contents."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress(path):
        item = oc.aimms.secrets.get(path)
    items = item.items if item.kind == "directory" else (item,)
    session.out.records(_COLUMNS, [_record(one) for one in items], empty="nothing in it")


@app.command()
def get(
    context: typer.Context,
    *,
    path: ItemPath,
    store: Store = None,
    print_secret: PrintSecret = False,
    overwrite: Overwrite = False,
    json: Json = False,
) -> None:
    """Fetch a secret's content into a place, or print it."""
    session = session_of(context)
    check_stowed(store, print_secret=print_secret)
    with session.connect() as oc, vault.drawer(store, overwrite=overwrite) as drawer:
        with session.talk.progress(path):
            item = oc.aimms.secrets.get(path)
        if item.content is None:
            raise typer.BadParameter(f"{path} is a directory; list it with `secrets ls`", param_hint="PATH")
        drawer.keep(item.content)
    record = _record(item) | ({} if store is None else {"stored": store})
    if not print_secret:
        session.out.data(record, f"stored at {store}")
    elif session.out.as_json:
        session.out.json(record | {"content": item.content.reveal()})
    else:
        session.out.received(item.content.reveal().encode())


@app.command()
def create(context: typer.Context, *, path: ItemPath, file: Content, json: Json = False) -> None:
    """Create a secret; its directory must be there."""
    session = session_of(context)
    content = _content(file)
    with session.connect() as oc, session.talk.progress(path):
        oc.aimms.secrets.create(path, content)
    session.out.data({"path": path, "done": "created"}, f"created {path}")


@app.command()
def update(
    context: typer.Context,
    *,
    path: ItemPath,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", callback=readable, help="A new content; - reads stdin."),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="A new name.")] = None,
    json: Json = False,
) -> None:
    """Change a secret's content, or an item's name."""
    session = session_of(context)
    if file is None and name is None:
        raise typer.BadParameter("nothing was given to change: --file or --name")
    content = None if file is None else _content(file)
    with session.connect() as oc, session.talk.progress(path):
        oc.aimms.secrets.update(path, content=content, name=name)
    session.out.data({"path": path, "done": "updated"}, f"updated {path}")


@app.command("mkdir")
def make_directory(context: typer.Context, *, path: ItemPath, json: Json = False) -> None:
    """Create a directory; the one that it is in must be there."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress(path):
        oc.aimms.secrets.create_directory(path)
    session.out.data({"path": path, "done": "created"}, f"created {path}")


@app.command("rm")
def delete(context: typer.Context, *, path: ItemPath, yes: Yes = False, json: Json = False) -> None:
    """Delete a secret or an empty directory."""
    session = session_of(context)
    confirm(session, f"delete {path}", yes=yes)
    with session.connect() as oc, session.talk.progress(path):
        oc.aimms.secrets.delete(path)
    session.out.data({"path": path, "done": "deleted"}, f"deleted {path}")


@app.command()
def access(context: typer.Context, *, path: MaybePath = "/", json: Json = False) -> None:
    """List who has access to an item; for administrators."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress(path):
        found = oc.aimms.secrets.access(path)
    session.out.records(_ACCESS, [{"who": str(one.who), "access": one.right} for one in found], empty="nobody")


@app.command()
def grant(
    context: typer.Context,
    *,
    path: ItemPath,
    whom: Whom,
    right: Annotated[Right, typer.Argument(metavar="[ACCESS]", help="read or read_write.")] = Right.READ,
    json: Json = False,
) -> None:
    """Give a group or a user access to an item, or change it."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress(path):
        oc.aimms.secrets.grant(path, whom, right.value)
    session.out.data({"path": path, "who": whom, "access": right.value}, f"{whom} may {right.value} {path}")


@app.command()
def revoke(context: typer.Context, *, path: ItemPath, whom: Whom, json: Json = False) -> None:
    """Take a group's or a user's access to an item."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress(path):
        oc.aimms.secrets.revoke(path, whom)
    session.out.data({"path": path, "who": whom, "access": None}, f"{whom} has no access of its own to {path}")
