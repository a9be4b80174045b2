"""`optcloud adiutaopt check`: what is the matter with a problem, before it is sent."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from attrs import asdict

from optcloud.cli.exit_codes import ERROR
from optcloud.cli.options import Json, readable
from optcloud.cli.session import session_of

if TYPE_CHECKING:
    from optcloud.adiutaopt.problem.check import ProblemReport


class Planner(enum.StrEnum):
    """The planners of adiutaOpt."""

    SHIFT = "shift"
    MIXED = "mixed"
    FLOOR = "floor"


ProblemFile = Annotated[
    Path,
    typer.Argument(metavar="PROBLEM", callback=readable, help="JSON; - reads stdin."),
]


def read_problem(file: Path) -> Path | bytes:
    """Return what `submit` takes: the file, or what stdin has."""
    return sys.stdin.buffer.read() if file == Path("-") else file


def check(
    context: typer.Context,
    *,
    problem: ProblemFile,
    planner: Annotated[Planner, typer.Option("--planner", help="Who is to solve it.")] = Planner.SHIFT,
    json: Json = False,
) -> None:
    """Check a problem without sending it, and print all faults and warnings.

    Exits with 1 when there are faults: with them it would not be sent. Needs no credentials.
    """
    from optcloud.adiutaopt.planners import PLANNERS  # noqa: PLC0415 - not for a help text
    from optcloud.adiutaopt.problem.problem import check_problem  # noqa: PLC0415

    session = session_of(context)
    with session.talk.progress("checking"):
        report = check_problem(read_problem(problem), PLANNERS[planner.value])
    findings = {kind: [asdict(one) for one in getattr(report, kind)] for kind in ("faults", "warnings")}
    session.out.data({"ok": report.ok, **findings}, *_lines(report))
    if not report.ok:
        raise typer.Exit(ERROR)


def _lines(report: ProblemReport) -> list[str]:
    faults = [f"fault: {fault}" for fault in report.faults]
    warnings = [f"warning: {warning}" for warning in report.warnings]
    return [*faults, *warnings, f"{_counted(faults, 'fault')}, {_counted(warnings, 'warning')}"]


def _counted(lines: list[str], word: str) -> str:
    return f"{len(lines) or 'no'} {word}{'' if len(lines) == 1 else 's'}"
