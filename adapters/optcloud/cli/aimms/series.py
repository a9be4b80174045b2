"""`optcloud aimms series`: repeated tasks (`run --every`), of which each run is a task."""

from __future__ import annotations

from typing import Any

from optcloud.cli.aimms.task_list import task_record
from optcloud.cli.aimms.tasks import References, Task, for_each
from optcloud.cli.group import CommandGroup
from optcloud.cli.options import AnyLimit
from optcloud.cli.session import CliSession
from optcloud.cli.tables import Column, name_column
from optcloud.core.errors import JobGone

app = CommandGroup(
    help="""Repeated tasks (`run --every`): list their runs, end them.

    The reference of any run names the whole series.

    Examples:
        optcloud aimms series list aimms:default/6f1c
        optcloud aimms series stop aimms:default/6f1c
    """
)

_COLUMNS = (
    name_column("Reference", "ref"),
    Column("State", "state"),
    Column("Scheduled for", "schedule_for", 2),
    Column("Ended", "ended_at", 3),
)


@app.command("list")
def list_runs(session: CliSession, *, task: Task, limit: AnyLimit = None) -> None:
    """List the runs of a repeated task, the newest first.

    The run to come is among them.

    Examples:
        optcloud aimms series list aimms:default/6f1c
        optcloud aimms series list aimms:default/6f1c --json
    """
    records = session.call_job(task, lambda job: [_record(run) for run in job.series.runs()][::-1])
    session.out.records(_COLUMNS, records, empty="no runs", limit=limit)


def _record(run: Any) -> dict[str, Any]:
    try:
        return task_record(run.ref, run.details())
    except JobGone:
        return {"ref": run.ref, "state": "deleted"}


@app.command()
def stop(session: CliSession, references: References) -> None:
    """End the repetition of tasks.

    Earlier runs and their results stay, and a run that has begun goes on. The run to come is deleted; while it runs,
    AIMMS PRO refuses that.

    Examples:
        optcloud aimms series stop aimms:default/6f1c
        optcloud aimms series stop aimms:default/6f1c aimms:default/6f1d
    """
    for_each(session, references, "repetition ended", lambda job: job.series.stop())
