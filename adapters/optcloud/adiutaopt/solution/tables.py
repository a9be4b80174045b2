"""A solution's rows as tables: which columns there are, and of what kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeAlias

from optcloud.adiutaopt.solution.assignments import Assignment, Rows
from optcloud.adiutaopt.solution.summary import Summary, WorkerLoad
from optcloud.core.errors import ConfigError
from optcloud.views.tables import ColumnKind, Table, TableColumn

What: TypeAlias = Literal["tasks", "assigned", "unassigned", "workers"]

_TASK: Sequence[tuple[str, ColumnKind, Callable[[Assignment], Any]]] = (
    ("task", "id", lambda row: row.task),
    ("task_name", "text", lambda row: row.task_name),
    ("worker", "id", lambda row: row.worker),
    ("worker_name", "text", lambda row: row.worker_name),
    ("date", "date", lambda row: row.date),
    ("start", "moment", lambda row: row.start),
    ("end", "moment", lambda row: row.end),
    ("minutes", "number", lambda row: row.minutes),
    ("kind", "text", lambda row: row.kind),
    ("qualifications", "text", lambda row: ", ".join(row.qualifications) or None),
    ("revenue", "integer", lambda row: row.revenue),
    ("profit", "integer", lambda row: row.profit),
    ("reason", "text", lambda row: row.reason),
)
_WORKER: Sequence[tuple[str, ColumnKind, Callable[[WorkerLoad], Any]]] = (
    ("worker", "id", lambda load: load.worker),
    ("name", "text", lambda load: load.name),
    ("tasks", "integer", lambda load: load.tasks),
    ("days", "integer", lambda load: load.days),
    ("minutes", "number", lambda load: load.minutes),
    ("profit", "integer", lambda load: load.profit),
)


def table_of(rows: Rows, summary: Callable[[], Summary], what: What) -> Table:
    """Return one of the tables. Raises `ConfigError` for another name."""
    if what == "workers":
        loads = summary().per_worker
        columns = (TableColumn(name, kind, [get(load) for load in loads]) for name, kind, get in _WORKER)
        return Table("Workers", tuple(columns))
    if what not in ("tasks", "assigned", "unassigned"):
        raise ConfigError(f"{what!r} is none of the tables: tasks, assigned, unassigned, workers")
    tasks: Sequence[Assignment] = rows.tasks
    if what != "tasks":
        tasks = [row for row in tasks if row.assigned is (what == "assigned")]
    title = {"tasks": "Tasks", "assigned": "Assignments", "unassigned": "Unassigned"}[what]
    return Table(title, tuple(TableColumn(name, kind, [get(row) for row in tasks]) for name, kind, get in _TASK))
