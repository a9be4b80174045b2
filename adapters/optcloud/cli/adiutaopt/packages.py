"""`optcloud adiutaopt packages`: what `solve --version` can pin."""

from __future__ import annotations

from typing import Annotated

from optcloud.cli.adiutaopt.solve import PlannerName
from optcloud.cli.group import CommandGroup
from optcloud.cli.options import flag
from optcloud.cli.session import CliSession
from optcloud.cli.tables import Column, name_column

app = CommandGroup(
    default="list",
    help="""Packages of the planners.

    Without a command, they are listed.

    Examples:
        optcloud adiutaopt packages
        optcloud adiutaopt packages list --planner floor
    """,
)

_COLUMNS = (name_column("Package", "name"), Column("Modified", "modified"))


@app.command("list")
def list_packages(session: CliSession, *, planner: Annotated[PlannerName, flag("Of which planner.")] = "shift") -> None:
    """List the packages that solve --version can pin.

    Examples:
        optcloud adiutaopt packages list
        optcloud adiutaopt packages list --planner floor --json
    """
    found = session.call("packages", lambda oc: getattr(oc.adiutaopt, planner).packages())
    records = [{"name": each.Name, "modified": each.LastModified or None} for each in found]
    session.out.records(_COLUMNS, records, empty="no packages")
