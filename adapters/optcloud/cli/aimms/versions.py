"""`optcloud aimms versions`: the AIMMS versions that apps can be published for."""

from __future__ import annotations

from typing import Annotated

import typer

from optcloud.cli.session import Session


def versions(
    session: Session,
    *,
    dev: Annotated[bool, typer.Option("--dev", help="All that are available, those in development too.")] = False,
) -> None:
    """List the AIMMS versions that apps can be published for."""
    listed = session.call("AIMMS versions", lambda oc: oc.aimms.versions(dev=dev))
    session.out.data(listed, *(listed or ["no AIMMS versions"]))
