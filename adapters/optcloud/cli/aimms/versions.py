"""`optcloud aimms versions`: the AIMMS versions that apps can be published for."""

from __future__ import annotations

from typing import Annotated

import typer

from optcloud.cli.options import Json
from optcloud.cli.session import session_of


def versions(
    context: typer.Context,
    *,
    dev: Annotated[bool, typer.Option("--dev", help="All that are available, those in development too.")] = False,
    json: Json = False,
) -> None:
    """List the AIMMS versions that apps can be published for."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress("AIMMS versions"):
        listed = oc.aimms.versions(dev=dev)
    session.out.data(listed, *(listed or ["no AIMMS versions"]))
