"""`optcloud adiutaopt`: solve planning problems."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optcloud.cli.adiutaopt.login import login, logout
from optcloud.cli.adiutaopt.pictures import Gantt
from optcloud.cli.adiutaopt.plans import diff, show
from optcloud.cli.adiutaopt.problems import Planner, ProblemFile, check, read_problem
from optcloud.cli.group import CommandGroup
from optcloud.cli.options import NoWait, ResultFile, Timeout, check_wait, option
from optcloud.cli.results import print_job, want
from optcloud.cli.session import Session

if TYPE_CHECKING:
    from optcloud.adiutaopt.plans.job import Plan

app = CommandGroup(help="adiutaOpt: solve planning problems.")


app.command()(login)
app.command()(logout)
app.command()(check)
app.command()(show)
app.command()(diff)


@contextmanager
def kept(plan: Plan, receipt: Path | None) -> Iterator[None]:
    """Write the receipt at once, and again with what is known at the end, however that comes."""
    if receipt is None:
        yield
        return
    plan.receipt.save(receipt)
    try:
        yield
    finally:
        plan.receipt.save(receipt)


@app.command()
def solve(
    session: Session,
    *,
    problem: ProblemFile,
    planner: Annotated[Planner, typer.Option("--planner", help="Who solves it.")] = Planner.SHIFT,
    version: Annotated[
        str | None, option("--version", "PACKAGE", "Pin a package (the vendor advises it for tests only).")
    ] = None,
    send_anyway: Annotated[
        bool, typer.Option("--send-anyway", help="Send it with its faults, which are warned of.")
    ] = False,
    no_wait: NoWait = False,
    timeout: Timeout = None,
    output: ResultFile = None,
    gantt: Gantt = None,
    receipt: Annotated[
        Path | None, option("--receipt", "FILE", "Keep key, hash and requestID here, for the support.", dir_okay=False)
    ] = None,
) -> None:
    """Solve a problem and print the plan as received.

    With --output the plan is saved, and its counts are printed; --gantt draws it, too.
    """
    check_wait(waits=not no_wait, timeout=timeout, output=output, gantt=gantt)
    want(session, output, gantt)
    data = read_problem(problem)
    with session.connect() as oc:
        with session.talk.submitting("submit the same problem again; it gives the same key and costs nothing more"):
            job = getattr(oc.adiutaopt, planner.value).submit(data, version=version, strict=not send_anyway)
        with kept(job, receipt):
            print_job(session, job, waits=not no_wait, timeout=timeout, file=output, gantt=gantt)
