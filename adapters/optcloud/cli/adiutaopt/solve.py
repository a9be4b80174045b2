"""`optcloud adiutaopt check` and `solve`: what is the matter with a problem, and its solution."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer
from attrs import asdict

from optcloud.cli.adiutaopt.pictures import Gantt
from optcloud.cli.adiutaopt.table_files import TableFiles, check_plan_file
from optcloud.cli.exit_codes import ERROR
from optcloud.cli.options import STDIO, WaitOptions, argument, flag, option, readable, refuse_with_no_wait
from optcloud.cli.results import print_job, remember_files
from optcloud.cli.session import CliSession

if TYPE_CHECKING:
    from optcloud.adiutaopt.plans.job import Plan
    from optcloud.adiutaopt.problem.check import ProblemReport


PlannerName: TypeAlias = Literal["shift", "mixed", "floor"]
ProblemFile = Annotated[Path, argument("PROBLEM", "File with the problem, in JSON; - reads stdin.", callback=readable)]


def _problem(file: Path) -> Path | bytes:
    """Return what the facade takes: the file, or what stdin has."""
    return sys.stdin.buffer.read() if file == STDIO else file


def check(
    session: CliSession,
    *,
    problem: ProblemFile,
    planner: Annotated[PlannerName, flag("Planner that is to solve it.")] = "shift",
) -> None:
    """Check a problem without sending it.

    Prints all faults and warnings; exit code 1 when there are faults. Needs no credentials.

    Examples:
        optcloud adiutaopt check problem.json
        optcloud adiutaopt check problem.json --planner mixed --json
    """
    from optcloud.adiutaopt.planners import PLANNERS  # noqa: PLC0415 - not for a help text
    from optcloud.adiutaopt.problem.problem import check_problem  # noqa: PLC0415

    with session.messages.progress("checking"):
        report = check_problem(_problem(problem), PLANNERS[planner])
    findings = {kind: [asdict(finding) for finding in getattr(report, kind)] for kind in ("faults", "warnings")}
    session.out.data({"ok": report.ok, **findings}, *_lines(report))
    if not report.ok:
        raise typer.Exit(ERROR)


def _lines(report: ProblemReport) -> list[str]:
    faults = [f"fault: {fault}" for fault in report.faults]
    warnings = [f"warning: {warning}" for warning in report.warnings]
    return [*faults, *warnings, f"{_counted(faults, 'fault')}, {_counted(warnings, 'warning')}"]


def _counted(lines: list[str], word: str) -> str:
    return f"{len(lines) or 'no'} {word}{'' if len(lines) == 1 else 's'}"


@contextmanager
def _kept(plan: Plan[Any], receipt: Path | None) -> Iterator[None]:
    """Write the receipt at once, and again at the end, also after an error, with what is known then."""
    if receipt is None:
        yield
        return
    plan.receipt.save(receipt)
    try:
        yield
    finally:
        plan.receipt.save(receipt)


def solve(
    session: CliSession,
    *,
    problem: ProblemFile,
    planner: Annotated[PlannerName, flag("Planner that solves it.")] = "shift",
    version: Annotated[
        str | None,
        option(
            "--package", "--version", "PACKAGE", "Pin the planner's version (the vendor advises it for tests only)."
        ),
    ] = None,
    send_anyway: Annotated[bool, flag("Send it in spite of its faults, which become warnings.")] = False,
    waiting: WaitOptions,
    tables: TableFiles,
    gantt: Gantt = None,
    receipt: Annotated[
        Path | None, option("FILE", "Save key, hash and requestID in a file, for the vendor's support.", dir_okay=False)
    ] = None,
) -> None:
    """Solve a problem and print the plan.

    A terminal shows its figures; a pipe gets it as received. With --output the plan is saved, and its
    counts are printed; --gantt draws it, too.

    Examples:
        optcloud adiutaopt solve problem.json -o plan.json
        optcloud adiutaopt solve problem.json -o plan.json --gantt plan.html
        optcloud adiutaopt solve problem.json --no-wait
    """
    waiting.check(gantt)
    if tables:
        refuse_with_no_wait("--csv, --excel and --parquet", waiting.no_wait or None)
    check_plan_file(waiting.output)
    remember_files(session, waiting.output, gantt)
    data = _problem(problem)
    with session.connect() as oc:
        with session.messages.submitting("submit the same problem again; it gives the same key and costs nothing more"):
            job = getattr(oc.adiutaopt, planner).submit(data, version=version, strict=not send_anyway)
        with _kept(job, receipt):
            print_job(session, job, waiting, gantt, tables)
