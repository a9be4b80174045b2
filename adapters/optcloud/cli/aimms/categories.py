"""`optcloud aimms categories`: what apps are sorted into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from optcloud.cli.confirm import Yes, confirm
from optcloud.cli.group import Group
from optcloud.cli.options import Json
from optcloud.cli.session import session_of

if TYPE_CHECKING:
    from optcloud.aimms.apps.categories import Category
    from optcloud.cli.session import Session

app = typer.Typer(cls=Group, help="Categories of apps.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the category.")]


@app.command("list")
def list_categories(context: typer.Context, json: Json = False) -> None:
    """List categories."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress("categories"):
        listed = oc.aimms.apps.categories.list()
    records = [{"name": one.name, "id": one.id} for one in listed]
    session.out.records({"Name": "name", "Id": "id"}, records, empty="no categories")


@app.command()
def create(context: typer.Context, *, name: Name, json: Json = False) -> None:
    """Make sure that there is such a category."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress(name):
        one = oc.aimms.apps.categories.ensure(name)
    _told(session, one, f"there is {one.name}")


@app.command()
def rename(
    context: typer.Context,
    *,
    name: Name,
    new: Annotated[str, typer.Argument(metavar="NEW", help="What it is called from now on.")],
    json: Json = False,
) -> None:
    """Give a category another name."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress(name):
        one = oc.aimms.apps.categories.rename(name, new)
    _told(session, one, f"renamed to {one.name}")


@app.command()
def delete(context: typer.Context, *, name: Name, yes: Yes = False, json: Json = False) -> None:
    """Delete a category."""
    session = session_of(context)
    confirm(session, f"delete the category {name}", yes=yes)
    with session.connect() as oc, session.talk.progress(name):
        oc.aimms.apps.categories.delete(name)
    session.out.data({"name": name, "done": "deleted"}, f"deleted {name}")


def _told(session: Session, one: Category, words: str) -> None:
    session.out.data({"name": one.name, "id": one.id}, words)
