"""`optcloud aimms server`: is AIMMS PRO well?"""

from __future__ import annotations

import typer

from optcloud.cli.exit_codes import ERROR
from optcloud.cli.session import CliSession


def server(session: CliSession) -> None:
    """Show the server's version and health.

    Exit code 1 when it says that it is not well.

    Examples:
        optcloud aimms server
        optcloud aimms server --json
    """
    found = session.call("server", lambda oc: oc.aimms.server())
    record = {"version": found.version, "pro_version": found.pro_version, "healthy": found.healthy}
    session.out.fields(record | {"trouble": found.trouble})
    if not found.healthy:
        raise typer.Exit(ERROR)
