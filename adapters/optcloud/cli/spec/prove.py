"""`optcloud spec prove`: what is generated sends and reads what the documents say."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from optcloud.cli.exit_codes import ERROR, needs
from optcloud.cli.options import argument
from optcloud.cli.session import CliSession
from optcloud.cli.spec.checkout import Root, checkout_of


def prove(
    session: CliSession,
    *,
    ids: Annotated[list[str] | None, argument("[ID]...", "Entries of specs/sources.toml [default: all].")] = None,
    root: Root = None,
) -> None:
    """Prove generated/: it imports, mypy is clean, it sends and reads examples.

    Exit code 1 if something was found; all of it is told.
    """
    with needs("codegen"):
        from openapi_drift.generation.proof import proven  # noqa: PLC0415 - only for this command
    with session.messages.progress("proving"):
        reports = proven(checkout_of(root), ids or ())
    session.out.data(
        [{"id": id_} | asdict(report) for id_, report in reports.items()],
        *(line for id_, report in reports.items() for line in report.lines(id_)),
    )
    if any(report.findings for report in reports.values()):
        raise typer.Exit(ERROR)
