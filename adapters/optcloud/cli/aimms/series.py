"""`optcloud aimms series`: repeated tasks (`run --every`), of which each run is a task."""

from __future__ import annotations

from typing import Any

from optcloud.cli.aimms.tasks import References, Task, for_each, record_of
from optcloud.cli.group import CommandGroup
from optcloud.cli.session import Session
from optcloud.core.errors import JobGone

app = CommandGroup(help="Repeated tasks: their runs, and their end.\n\nAny run's reference names the series, too.")

_COLUMNS = {"Reference": "ref", "State": "state", "Scheduled for": "schedule_for", "Ended": "ended_at"}


@app.command("list")
def list_runs(session: Session, *, task: Task) -> None:
    """List the runs of a series, the one to come included."""
    records: list[dict[str, Any]] = []
    with session.connect() as oc, session.talk.progress(task):
        job: Any = oc.attach(task)
        for run in job.series.runs():
            try:
                records.append(record_of(run.ref, run.details()))
            except JobGone:
                records.append({"ref": run.ref, "state": "deleted"})
    session.out.records(_COLUMNS, records, empty="no runs")


@app.command()
def stop(session: Session, references: References) -> None:
    """End the repetition. Earlier runs and their results stay; one that has begun goes on.

    The last run, the one to come, is deleted. While it runs, AIMMS PRO refuses that.
    """
    for_each(session, references, "repetition ended", lambda job: job.series.stop())
