"""`optcloud aimms categories`: what apps are sorted into."""

from __future__ import annotations

from typing import Annotated

from optcloud.cli.group import CommandGroup
from optcloud.cli.options import AnyLimit, Yes, argument
from optcloud.cli.output import pick
from optcloud.cli.session import CliSession
from optcloud.cli.tables import name_column

app = CommandGroup(
    help="""Categories that apps are sorted into.

    Examples:
        optcloud aimms categories list
        optcloud aimms categories create Rosters
    """
)

_COLUMNS = (name_column("Name", "name"), name_column("Id", "id"))
Name = Annotated[str, argument("NAME", "Name of the category.")]


@app.command("list")
def list_categories(session: CliSession, *, limit: AnyLimit = None) -> None:
    """List categories.

    Examples:
        optcloud aimms categories list
        optcloud aimms categories list --json
    """
    listed = session.call("categories", lambda oc: oc.aimms.apps.categories.list())
    records = [pick(category, "name", "id") for category in listed]
    session.out.records(_COLUMNS, records, empty="no categories", limit=limit)


@app.command()
def create(session: CliSession, *, name: Name) -> None:
    """Create a category, unless there is one of this name.

    Examples:
        optcloud aimms categories create Rosters
        optcloud aimms categories create "Rosters of the week"
    """
    category = session.call(name, lambda oc: oc.aimms.apps.categories.ensure(name))
    session.out.data(pick(category, "name", "id"), f"there is {category.name}")


@app.command()
def rename(
    session: CliSession, *, name: Name, new: Annotated[str, argument("NEW", "What it is called from now on.")]
) -> None:
    """Give a category another name.

    Examples:
        optcloud aimms categories rename Rosters Shifts
        optcloud aimms categories rename Rosters "Rosters and shifts" --json
    """
    category = session.call(name, lambda oc: oc.aimms.apps.categories.rename(name, new))
    session.out.data(pick(category, "name", "id"), f"renamed to {category.name}")


@app.command()
def delete(session: CliSession, *, name: Name, yes: Yes = False) -> None:
    """Delete a category.

    Examples:
        optcloud aimms categories delete Rosters
        optcloud aimms categories delete Rosters --yes
    """
    session.confirm(f"delete the category {name}", yes=yes)
    session.change("deleted", lambda oc: oc.aimms.apps.categories.delete(name), name=name)
