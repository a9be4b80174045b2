"""`optcloud adiutaopt show` and `diff`: solutions that were saved."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.adiutaopt.pictures import (
    By,
    ByOption,
    Colour,
    ColourOption,
    Gantt,
    Language,
    LanguageOption,
    PaperOption,
)
from optcloud.cli.options import Json, read_pairs, writable
from optcloud.cli.session import Session, session_of

if TYPE_CHECKING:
    from optcloud.adiutaopt.solution.assignments import Assignment
    from optcloud.adiutaopt.solution.diff import SolutionDifference, TaskDifference
    from optcloud.adiutaopt.solution.solution import Solution

SavedPlan = Annotated[
    Path, typer.Argument(metavar="SOLUTION", exists=True, dir_okay=False, help="A solution that was saved (JSON).")
]
Names = Annotated[
    list[str] | None,
    typer.Option(
        "--field", metavar="MEANING=NAME", help="Under which name a field is found, such as worker=employeeID."
    ),
]


def show(
    context: typer.Context,
    *,
    file: SavedPlan,
    summary: Annotated[bool, typer.Option("--summary", help="Figures; this is what no other option prints.")] = False,
    unassigned: Annotated[bool, typer.Option("--unassigned", help="What nobody does, and why.")] = False,
    csv: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", dir_okay=False, callback=writable, help="All tasks as CSV.")
    ] = None,
    excel: Annotated[
        Path | None,
        typer.Option("--excel", metavar="FILE", dir_okay=False, callback=writable, help="A workbook (needs openpyxl)."),
    ] = None,
    gantt: Gantt = None,
    by: ByOption = By.WORKER,
    colour: ColourOption = Colour.AUTO,
    paper: PaperOption = None,
    language: LanguageOption = Language.ENGLISH,
    first: Annotated[
        datetime | None, typer.Option("--first", formats=["%Y-%m-%d"], metavar="DAY", help="First day of the picture.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--last", formats=["%Y-%m-%d"], metavar="DAY", help="Last day of the picture.")
    ] = None,
    field: Names = None,
    json: Json = False,
) -> None:
    """Show a solution that was saved: in figures, as a table, as a picture."""
    session = session_of(context)
    solution = _opened(file, field)
    _say_unread(session, solution)
    if csv is not None:
        _say_saved(session, solution.to_csv(csv))
    if excel is not None:
        _say_saved(session, solution.to_excel(excel))
    if gantt is not None:
        drawn = solution.gantt(
            gantt,
            by.value,
            colour=colour.value,
            first=first and first.date(),
            last=last and last.date(),
            language=language.value,
            paper=paper and paper.value,
        )
        for path in drawn:
            _say_saved(session, path)
    if unassigned:
        _print_unassigned(session, solution)
    if summary or not (unassigned or csv or excel or gantt):
        _print_summary(session, solution)


def diff(
    context: typer.Context, *, before: SavedPlan, after: SavedPlan, field: Names = None, json: Json = False
) -> None:
    """Say what became of the tasks of one solution in another."""
    session = session_of(context)
    old, new = _opened(before, field), _opened(after, field)
    found = old.diff(new)
    session.out.data(_as_json(found), *_told(found))


def _opened(file: Path, field: list[str] | None) -> Solution:
    from optcloud.adiutaopt.solution.field_names import SolutionWords  # noqa: PLC0415
    from optcloud.adiutaopt.solution.solution import Solution  # noqa: PLC0415 - the vendor's models take a while

    solution = Solution.load(file)
    return solution.read_as(SolutionWords.of(read_pairs(field, "--field"))) if field else solution


def _say_unread(session: Session, solution: Solution) -> None:
    """What could not be read is not passed over: most names of fields are inferred."""
    essential = [name for name in solution.fields.missing if name in ("task", "worker", "start", "end")]
    if essential and solution.rows.tasks:
        words = f"not found in the tasks: {', '.join(essential)}; name them: --field {essential[0]}=NAME"
        session.talk.say(words, event="fields-missing", missing=essential)
    for meaning, count in solution.fields.unreadable.items():
        words = f"{count} values of {meaning} could not be read"
        session.talk.say(words, event="unreadable", meaning=meaning, count=count)


def _say_saved(session: Session, path: Path) -> None:
    session.talk.say(f"saved {path}", event="saved", file=str(path))


def _print_summary(session: Session, solution: Solution) -> None:
    import attrs  # noqa: PLC0415 - as the solution

    figures = solution.summary()
    if session.out.as_json:
        session.out.json(attrs.asdict(figures, value_serializer=_plain))
        return
    print_figures = [str(figures)]
    session.out.data(None, *print_figures)
    rows = [
        (load.name or load.worker, load.tasks, load.days, f"{load.minutes / 60:g}", _or_empty(load.profit))
        for load in figures.per_worker
    ]
    session.out.table(("worker", "tasks", "days", "hours", "profit"), rows, empty="no workers")


def _print_unassigned(session: Session, solution: Solution) -> None:
    records = [_record(row) for row in solution.unassigned]
    columns = {"task": "task", "name": "name", "start": "start", "end": "end", "kind": "kind", "reason": "reason"}
    session.out.records(columns, records, empty="every task is assigned")


def _record(row: Assignment) -> dict[str, Any]:
    return {
        "task": row.task,
        "name": row.task_name,
        "worker": row.worker,
        "start": row.start and f"{row.start:%Y-%m-%d %H:%M}",
        "end": row.end and f"{row.end:%Y-%m-%d %H:%M}",
        "kind": row.kind or ", ".join(row.qualifications) or None,
        "reason": row.reason,
    }


def _as_json(found: SolutionDifference) -> dict[str, Any]:
    changes = {
        "reassigned": found.reassigned,
        "moved": found.moved,
        "newly_unassigned": found.newly_unassigned,
        "newly_assigned": found.newly_assigned,
    }
    rows = {"added": found.added, "removed": found.removed}
    return (
        {
            name: [{"before": _record(one.before), "after": _record(one.after)} for one in of]
            for name, of in changes.items()
        }
        | {name: [_record(row) for row in of] for name, of in rows.items()}
        | {"unchanged": found.unchanged}
    )


def _told(found: SolutionDifference) -> list[str]:
    if not found:
        return [f"no differences in {found.unchanged} tasks"]
    groups: list[tuple[str, tuple[TaskDifference, ...] | tuple[Assignment, ...]]] = [
        ("newly unassigned", found.newly_unassigned),
        ("newly assigned", found.newly_assigned),
        ("assigned differently", found.reassigned),
        ("moved in time", found.moved),
        ("added", found.added),
        ("removed", found.removed),
    ]
    lines = []
    for title, members in groups:
        lines += [f"{title}: {len(members)}", *(f"  {_line(one)}" for one in members)] if members else []
    return [*lines, f"unchanged: {found.unchanged}"]


def _line(one: TaskDifference | Assignment) -> str:
    from optcloud.adiutaopt.solution.assignments import Assignment  # noqa: PLC0415 - as the solution
    from optcloud.adiutaopt.solution.diff import name_of  # noqa: PLC0415

    return name_of(one) if isinstance(one, Assignment) else str(one)


def _or_empty(value: object) -> object:
    return "" if value is None else value


def _plain(_holder: object, _field: object, value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
