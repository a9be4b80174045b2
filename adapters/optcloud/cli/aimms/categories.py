"""`optcloud aimms categories`: what apps are sorted into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from optcloud.cli.group import CommandGroup
from optcloud.cli.options import Yes, argument
from optcloud.cli.prompts import confirm
from optcloud.cli.session import Session

if TYPE_CHECKING:
    from optcloud.aimms.apps.categories import Category

app = CommandGroup(help="Categories of apps.")

Name = Annotated[str, argument("NAME", "Name of the category.")]


@app.command("list")
def list_categories(session: Session) -> None:
    """List categories."""
    listed = session.call("categories", lambda oc: oc.aimms.apps.categories.list())
    records = [{"name": one.name, "id": one.id} for one in listed]
    session.out.records({"Name": "name", "Id": "id"}, records, empty="no categories")


@app.command()
def create(session: Session, *, name: Name) -> None:
    """Make sure that there is such a category."""
    one = session.call(name, lambda oc: oc.aimms.apps.categories.ensure(name))
    _told(session, one, f"there is {one.name}")


@app.command()
def rename(
    session: Session, *, name: Name, new: Annotated[str, argument("NEW", "What it is called from now on.")]
) -> None:
    """Give a category another name."""
    one = session.call(name, lambda oc: oc.aimms.apps.categories.rename(name, new))
    _told(session, one, f"renamed to {one.name}")


@app.command()
def delete(session: Session, *, name: Name, yes: Yes = False) -> None:
    """Delete a category."""
    confirm(session.talk, f"delete the category {name}", yes=yes)
    session.call(name, lambda oc: oc.aimms.apps.categories.delete(name))
    session.done("deleted", name=name)


def _told(session: Session, one: Category, words: str) -> None:
    session.out.data({"name": one.name, "id": one.id}, words)
