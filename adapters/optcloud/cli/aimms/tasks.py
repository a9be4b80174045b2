"""`optcloud aimms tasks|show|stop|cancel|delete`: tasks that are there already."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.exit_codes import exit_code
from optcloud.cli.options import argument, option, read_reference
from optcloud.cli.output import pick
from optcloud.cli.session import CliSession
from optcloud.cli.times import day_or_moment, seconds
from optcloud.core.errors import Conflict, JobError, NotFound, Unsupported

if TYPE_CHECKING:
    from optcloud.aimms.tasks.model import TaskView

_COLUMNS = {"Reference": "ref", "State": "state", "App": "app", "Version": "version", "Service": "service"} | {
    "Created": "created",
    "Queued": "queued",
    "Ran": "ran",
}
_FIELDS = ("app", "version", "service", "run", "schedule_interval", "queue_time", "run_time", "return_code")
_CALLER = ("user_name", "user_environment", "session_id")
_TIMES = ("schedule_for", "created_at", "assigned_at", "running_at", "ended_at")


def _task_references(texts: list[str]) -> list[str]:
    """Check references before anything is asked of AIMMS."""
    references = [read_reference(text) for text in texts]
    for reference in references:
        if reference.cloud != "aimms":
            raise typer.BadParameter(f"{reference} is no task of AIMMS PRO; for other jobs: optcloud job")
    return [str(reference) for reference in references]


References = Annotated[
    list[str], argument("REF...", "References, such as aimms:default/6f1c…", callback=_task_references)
]
Task = Annotated[
    str,
    argument(
        "REF",
        "A reference, such as aimms:default/6f1c…, or …/2 for one run of a repeated task.",
        callback=lambda text: _task_references([text])[0],
    ),
]


def tasks(
    session: CliSession,
    *,
    name: Annotated[str | None, option("--app", "APP", "Only of this app.")] = None,
    version: Annotated[str | None, option("--version", "V", "Only of this version of the app.")] = None,
    after: Annotated[
        str | None, option("--after", "TIME", "Created after a day, or a time (this machine's zone).")
    ] = None,
    before: Annotated[str | None, option("--before", "TIME", "Created before a day, or a time.")] = None,
    limit: Annotated[int, option("--limit", "N", "At most so many.", min=1)] = 50,
) -> None:
    """List tasks."""
    since = None if after is None else day_or_moment(after, "--after")
    until = None if before is None else day_or_moment(before, "--before")
    listed = session.call(
        "tasks", lambda oc: oc.aimms.tasks(app=name, version=version, after=since, before=until, limit=limit)
    )
    session.out.records(_COLUMNS, [task_record(str(task.reference), task.view) for task in listed], empty="no tasks")


def show(session: CliSession, *, task: Task) -> None:
    """Show one task: its times, codes and words."""
    view: TaskView = session.call_job(task, lambda job: job.details())
    hidden = () if session.out.as_json else ("created", "queue_time", "run_time")
    session.out.fields({name: value for name, value in task_record(task, view).items() if name not in hidden})


def task_record(ref: str, view: TaskView) -> dict[str, Any]:
    """What is told of a task; times as in ISO 8601, with a zone only where AIMMS gave one; durations in seconds."""
    times = {name: None if (at := getattr(view, name)) is None else at.isoformat(" ") for name in _TIMES}
    known = {"ref": ref, "state": view.state.value, "word": view.word, "message": view.error_message}
    words = {"queued": seconds(view.queue_time), "ran": seconds(view.run_time)}
    created = None if view.created_at is None else view.created_at.isoformat(" ", "seconds")
    return known | pick(view, *_FIELDS, *_CALLER) | times | {"created": created} | words


def stop(session: CliSession, references: References) -> None:
    """Finish tasks early and keep what was found.

    The solve is interrupted, while a task runs; its procedure goes on.
    """
    for_each(session, references, "stop asked for", lambda job: job.stop())


def cancel(session: CliSession, references: References) -> None:
    """End tasks without a result.

    The procedure is interrupted, while a task runs (PRO 24.12.2 or later).
    """
    for_each(session, references, "cancel asked for", lambda job: job.cancel())


def delete(session: CliSession, references: References) -> None:
    """Delete tasks and their responses.

    Queued tasks, which then never run, and those that have ended.
    """
    for_each(session, references, "deleted", lambda job: job.delete())


def for_each(session: CliSession, references: list[str], done: str, verb: Callable[[Any], None]) -> None:
    """Do something to each task. A refusal that concerns one of them is said, and the others have their turn.

    Raises `typer.Exit` at the end, with the exit code of the first refusal. Any other error would meet the other tasks
    too, so it ends the command at once.
    """
    records: list[dict[str, str]] = []
    first: Exception | None = None
    with session.connect() as oc:
        try:
            for ref in references:
                try:
                    verb(oc.attach(ref))
                except (Conflict, JobError, NotFound, Unsupported) as error:
                    session.messages.error(error)
                    first = first or error
                    continue
                records.append({"ref": ref, "done": done})
                session.out.lines(f"{done}: {ref}")
        finally:
            session.out.data(records)
    if first is not None:
        raise typer.Exit(exit_code(first))
