"""`optcloud aimms series`: repeated tasks (`run --every`), of which each run is a task."""

from __future__ import annotations

from typing import Any

import typer

from optcloud.cli.aimms.tasks import References, Task
from optcloud.cli.group import Group
from optcloud.cli.many_targets import do_each
from optcloud.cli.options import Json
from optcloud.cli.session import session_of
from optcloud.core.errors import JobGone

app = typer.Typer(
    cls=Group, help="Repeated tasks: their runs, and their end.\n\nAny run's reference names the series, too."
)

_COLUMNS = {"Reference": "ref", "State": "state", "Scheduled for": "schedule_for", "Ended": "ended_at"}


@app.command("list")
def list_runs(context: typer.Context, *, task: Task, json: Json = False) -> None:
    """List the runs of a series, the one to come included."""
    from optcloud.cli.aimms.tasks import record_of  # noqa: PLC0415 - only when it is run

    session = session_of(context)
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
def stop(context: typer.Context, references: References, json: Json = False) -> None:
    """End the repetition. Earlier runs and their results stay; one that has begun goes on.

    The last run, the one to come, is deleted. While it runs, AIMMS PRO refuses that.
    """
    session = session_of(context)
    records: list[dict[str, str]] = []
    with session.connect() as oc:

        def end(ref: str) -> None:
            job: Any = oc.attach(ref)
            job.series.stop()
            records.append({"ref": ref, "done": "repetition ended"})
            if not session.out.as_json:
                session.out.data(None, f"repetition ended: {ref}")

        try:
            do_each(session, references, end)
        finally:
            if session.out.as_json:
                session.out.json(records)
