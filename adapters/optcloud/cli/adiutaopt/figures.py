"""The figures of a plan, for people and for programs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from optcloud.cli.output import pick
from optcloud.cli.tables import Column, name_column

if TYPE_CHECKING:
    from optcloud.adiutaopt.solution.solution import Solution
    from optcloud.cli.session import CliSession

_WORKERS = (
    name_column("worker", "worker"),
    Column("tasks", "tasks"),
    Column("days", "days", 3),
    Column("hours", "hours"),
    Column("profit", "profit", 2),
)


def print_figures(session: CliSession, solution: Solution[Any]) -> None:
    """Print the figures, and for people a row for each worker."""
    import attrs  # noqa: PLC0415 - as the solution

    figures = solution.summary()
    session.out.data(attrs.asdict(figures, value_serializer=_plain), str(figures))
    if session.out.as_json:
        return
    rows = [
        {"worker": load.name or load.worker, "hours": f"{load.minutes / 60:g}"} | pick(load, "tasks", "days", "profit")
        for load in figures.per_worker
    ]
    session.out.table(_WORKERS, rows, empty="no workers")


def _plain(_holder: object, _field: object, value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
