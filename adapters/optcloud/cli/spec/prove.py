"""`optcloud spec prove`: what is generated sends and reads what the documents say."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from optcloud.cli.exit_codes import ERROR
from optcloud.cli.options import argument
from optcloud.cli.session import CliSession
from optcloud.cli.spec.checkout import Root, checkout_of
from optcloud.core.extras import needs


def prove(
    session: CliSession,
    *,
    ids: Annotated[
        list[str] | None, argument("[ID]...", "Ids of documents in specs/sources.toml [default: all].")
    ] = None,
    root: Root = None,
) -> None:
    """Prove that the generated clients work.

    They are imported, mypy must be clean, and they send and read an example of each operation. Exit code 1 if something
    was found; all of it is told. Needs a checkout of optcloud's repository.

    Examples:
        optcloud spec prove
        optcloud spec prove aimms-pro-v2 --json
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
