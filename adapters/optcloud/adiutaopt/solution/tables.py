"""A solution's rows as tables: which columns there are, and of what kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeAlias

from optcloud.adiutaopt.solution.assignments import Assignment, Rows
from optcloud.adiutaopt.solution.summary import Summary
from optcloud.core.errors import ConfigError
from optcloud.views.tables import ColumnKind, Table, TableColumn

What: TypeAlias = Literal["tasks", "assigned", "unassigned", "workers"]

# Columns by the name of the attribute that fills them.
_TASK: Mapping[str, ColumnKind] = {
    "task": "id",
    "task_name": "text",
    "worker": "id",
    "worker_name": "text",
    "date": "date",
    "start": "moment",
    "end": "moment",
    "minutes": "number",
    "kind": "text",
    "qualifications": "text",
    "revenue": "integer",
    "profit": "integer",
    "reason": "text",
}
_WORKER: Mapping[str, ColumnKind] = {
    "worker": "id",
    "name": "text",
    "tasks": "integer",
    "days": "integer",
    "minutes": "number",
    "profit": "integer",
}


def table_of(rows: Rows, summary: Callable[[], Summary], what: What) -> Table:
    """Return one of the tables. Raises `ConfigError` for another name."""
    if what == "workers":
        return _table("Workers", summary().per_worker, _WORKER)
    if what not in ("tasks", "assigned", "unassigned"):
        raise ConfigError(f"{what!r} is none of the tables: tasks, assigned, unassigned, workers")
    tasks: Sequence[Assignment] = rows.tasks
    if what != "tasks":
        tasks = [row for row in tasks if row.assigned is (what == "assigned")]
    title = {"tasks": "Tasks", "assigned": "Assignments", "unassigned": "Unassigned"}[what]
    return _table(title, tasks, _TASK)


def _table(title: str, rows: Sequence[object], columns: Mapping[str, ColumnKind]) -> Table:
    cells = {name: [getattr(row, name) for row in rows] for name in columns}
    if listed := cells.get("qualifications"):
        cells["qualifications"] = [", ".join(names) or None for names in listed]
    return Table(title, tuple(TableColumn(name, kind, cells[name]) for name, kind in columns.items()))
