"""`optcloud gurobi licenses`."""

from __future__ import annotations

from optcloud.cli.group import CommandGroup
from optcloud.cli.options import AnyLimit
from optcloud.cli.output import pick
from optcloud.cli.session import CliSession
from optcloud.cli.tables import Column, name_column

app = CommandGroup(
    default="list",
    help="""Licenses of the account.

    Without a command, they are listed.

    Examples:
        optcloud gurobi licenses
        optcloud gurobi licenses list --json
    """,
)

_COLUMNS = (
    name_column("Id", "id"),
    Column("Credit", "credit"),
    Column("Expires", "expiration"),
    Column("Rate plan", "rate_plan", 2),
)


@app.command("list")
def list_licenses(session: CliSession, *, limit: AnyLimit = None) -> None:
    """List licenses.

    Says which of them end soon, or have little credit left. In JSON, credit and dates are texts.

    Examples:
        optcloud gurobi licenses list
        optcloud gurobi licenses list --json
    """
    names = [column.field for column in _COLUMNS]
    found = [pick(each, *names) for each in session.call("licenses", lambda oc: oc.gurobi.licenses())]
    records = [{name: None if value is None else str(value) for name, value in each.items()} for each in found]
    session.out.records(_COLUMNS, records, empty="no licenses", limit=limit)
