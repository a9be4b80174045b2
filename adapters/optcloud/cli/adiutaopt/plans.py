"""`optcloud adiutaopt show` and `diff`: solutions that were saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from optcloud.cli.adiutaopt.figures import print_figures
from optcloud.cli.adiutaopt.pictures import PictureOptions
from optcloud.cli.adiutaopt.table_files import TableFiles
from optcloud.cli.options import argument, flag, option, read_pairs
from optcloud.cli.session import CliSession
from optcloud.cli.tables import Column, name_column, text_column

if TYPE_CHECKING:
    from optcloud.adiutaopt.solution.assignments import Assignment
    from optcloud.adiutaopt.solution.diff import SolutionDifference, TaskDifference
    from optcloud.adiutaopt.solution.solution import Solution

SavedPlan = Annotated[Path, argument("SOLUTION", "A solution that was saved (JSON).", exists=True, dir_okay=False)]
Names = Annotated[
    list[str] | None, option("--field", "MEANING=NAME", "Name of a field in the file, such as worker=employeeID.")
]

_UNASSIGNED = (
    name_column("task", "task"),
    text_column("name", "name", 3),
    Column("start", "start", 2),
    Column("end", "end", 5),
    Column("kind", "kind", 4),
    text_column("reason", "reason"),
)
_GROUPS = {  # of a `SolutionDifference`, what matters most first
    "newly_unassigned": "newly unassigned",
    "newly_assigned": "newly assigned",
    "reassigned": "assigned differently",
    "moved": "moved in time",
    "added": "added",
    "removed": "removed",
}


def show(
    session: CliSession,
    *,
    file: SavedPlan,
    summary: Annotated[bool, flag("Figures of the plan; printed when no other option is given.")] = False,
    unassigned: Annotated[bool, flag("Tasks that nobody does, and why.")] = False,
    tables: TableFiles,
    picture: PictureOptions,
    field: Names = None,
) -> None:
    """Show a saved solution: its figures, its tasks, a picture.

    Examples:
        optcloud adiutaopt show plan.json
        optcloud adiutaopt show plan.json --csv tasks.csv
        optcloud adiutaopt show plan.json --gantt plan.html --by day
    """
    solution = _opened(file, field)
    _say_unread(session, solution)
    tables.write(session, solution)
    for path in picture.draw(solution):
        session.say_saved(path)
    if unassigned:
        _print_unassigned(session, solution)
    if summary or not (unassigned or tables or picture.gantt):
        print_figures(session, solution)


def diff(session: CliSession, *, before: SavedPlan, after: SavedPlan, field: Names = None) -> None:
    """Compare the tasks of two saved solutions.

    Examples:
        optcloud adiutaopt diff monday.json tuesday.json
        optcloud adiutaopt diff monday.json tuesday.json --json
    """
    old, new = _opened(before, field), _opened(after, field)
    found = old.diff(new)
    session.out.data(_as_json(found), *_lines(found))


def _opened(file: Path, field: list[str] | None) -> Solution[Any]:
    from optcloud.adiutaopt.solution.field_names import SolutionWords  # noqa: PLC0415
    from optcloud.adiutaopt.solution.solution import Solution  # noqa: PLC0415 - the vendor's models take a while

    solution = Solution.load(file)
    return solution.read_as(SolutionWords.of(read_pairs(field, "--field"))) if field else solution


def _say_unread(session: CliSession, solution: Solution[Any]) -> None:
    """Say which fields could not be read: most names of fields are inferred."""
    essential = [name for name in solution.fields.missing if name in ("task", "worker", "start", "end")]
    if essential and solution.rows.tasks:
        words = f"not found in the tasks: {', '.join(essential)}; name them: --field {essential[0]}=NAME"
        session.messages.say(words, event="fields-missing", missing=essential)
    for meaning, count in solution.fields.unreadable.items():
        words = f"{count} values of {meaning} could not be read"
        session.messages.say(words, event="unreadable", meaning=meaning, count=count)


def _print_unassigned(session: CliSession, solution: Solution[Any]) -> None:
    records = [_record(row) for row in solution.unassigned]
    session.out.records(_UNASSIGNED, records, empty="every task is assigned")


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
    from optcloud.adiutaopt.solution.assignments import Assignment  # noqa: PLC0415 - as the solution

    def listed(member: TaskDifference | Assignment) -> dict[str, Any]:
        if isinstance(member, Assignment):
            return _record(member)
        return {"before": _record(member.before), "after": _record(member.after)}

    changes = {name: list(map(listed, getattr(found, name))) for name in ("reassigned", "moved", *_GROUPS)}
    return changes | {"unchanged": found.unchanged}


def _lines(found: SolutionDifference) -> list[str]:
    if not found:
        return [f"no differences in {found.unchanged} tasks"]
    lines = []
    for name, title in _GROUPS.items():
        members = getattr(found, name)
        lines += [f"{title}: {len(members)}", *(f"  {_line(member)}" for member in members)] if members else []
    return [*lines, f"unchanged: {found.unchanged}"]


def _line(member: TaskDifference | Assignment) -> str:
    from optcloud.adiutaopt.solution.assignments import Assignment  # noqa: PLC0415 - as the solution
    from optcloud.adiutaopt.solution.diff import name_of  # noqa: PLC0415

    return name_of(member) if isinstance(member, Assignment) else str(member)
