"""`optcloud aimms tasks|show|stop|cancel|delete`: tasks that are there already."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.many_targets import do_each
from optcloud.cli.options import Json, read_reference
from optcloud.cli.session import session_of
from optcloud.cli.times import day_or_moment, seconds

if TYPE_CHECKING:
    from optcloud.aimms.tasks.details import TaskView
    from optcloud.handles.job import Job

_COLUMNS = {"Reference": "ref", "State": "state", "App": "app", "Version": "version", "Service": "service"} | {
    "Created": "created",
    "Queued": "queued",
    "Ran": "ran",
}
_TIMES = ("schedule_for", "created_at", "assigned_at", "running_at", "ended_at")


def _task_references(texts: list[str]) -> list[str]:
    """Check references before anything is asked of AIMMS."""
    references = [read_reference(text) for text in texts]
    for reference in references:
        if reference.cloud != "aimms":
            raise typer.BadParameter(f"{reference} is no task of AIMMS PRO; for other jobs: optcloud job")
    return [str(reference) for reference in references]


References = Annotated[
    list[str],
    typer.Argument(metavar="REF...", callback=_task_references, help="References, such as aimms:default/6f1c…"),
]
Task = Annotated[
    str,
    typer.Argument(
        metavar="REF",
        callback=lambda text: _task_references([text])[0],
        help="A reference, such as aimms:default/6f1c…, or …/2 for one run of a repeated task.",
    ),
]


def tasks(
    context: typer.Context,
    *,
    name: Annotated[str | None, typer.Option("--app", metavar="APP", help="Only of this app.")] = None,
    version: Annotated[
        str | None, typer.Option("--version", metavar="V", help="Only of this version of the app.")
    ] = None,
    after: Annotated[
        str | None,
        typer.Option("--after", metavar="TIME", help="Created after a day, or a time (this machine's zone)."),
    ] = None,
    before: Annotated[
        str | None, typer.Option("--before", metavar="TIME", help="Created before a day, or a time.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """List tasks."""
    session = session_of(context)
    since = None if after is None else day_or_moment(after, "--after")
    until = None if before is None else day_or_moment(before, "--before")
    with session.connect() as oc, session.talk.progress("tasks"):
        listed = oc.aimms.tasks(app=name, version=version, after=since, before=until, limit=limit)
    session.out.records(_COLUMNS, [record_of(str(one.reference), one.view) for one in listed], empty="no tasks")


def show(context: typer.Context, *, task: Task, json: Json = False) -> None:
    """Show one task: its times, codes and words."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress(task):
        job: Any = oc.attach(task)
        view: TaskView = job.details()
    hidden = () if session.out.as_json else ("created", "queue_time", "run_time")
    session.out.fields({name: value for name, value in record_of(task, view).items() if name not in hidden})


def record_of(ref: str, view: TaskView) -> dict[str, Any]:
    """What is told of a task; times as in ISO 8601, with a zone only where AIMMS gave one; durations in seconds."""
    names: tuple[str, ...] = (
        "app",
        "version",
        "service",
        "run",
        "schedule_interval",
        "queue_time",
        "run_time",
        "return_code",
    )
    names += ("user_name", "user_environment", "session_id")
    times = {name: None if (at := getattr(view, name)) is None else at.isoformat(" ") for name in _TIMES}
    known = {"ref": ref, "state": view.state.value, "word": view.word, "message": view.error_message}
    more = {name: getattr(view, name) for name in names}
    words = {"queued": seconds(view.queue_time), "ran": seconds(view.run_time)}
    created = None if view.created_at is None else view.created_at.isoformat(" ", "seconds")
    return known | more | times | {"created": created} | words


def stop(context: typer.Context, references: References, json: Json = False) -> None:
    """Finish tasks early and keep what was found.

    The solve is interrupted, while a task runs; its procedure goes on.
    """
    _ask_each(context, references, "stop asked for", lambda job: job.stop())


def cancel(context: typer.Context, references: References, json: Json = False) -> None:
    """End tasks without a result.

    The procedure is interrupted, while a task runs (PRO 24.12.2 or later).
    """
    _ask_each(context, references, "cancel asked for", lambda job: job.cancel())


def delete(context: typer.Context, references: References, json: Json = False) -> None:
    """Delete tasks and their responses.

    Queued tasks, which then never run, and those that have ended.
    """
    _ask_each(context, references, "deleted", lambda job: job.delete())


def _ask_each(context: typer.Context, references: list[str], done: str, verb: Callable[[Job[Any]], None]) -> None:
    session = session_of(context)
    records: list[dict[str, str]] = []
    with session.connect() as oc:

        def ask(ref: str) -> None:
            job: Any = oc.attach(ref)
            verb(job)
            records.append({"ref": ref, "done": done})
            if not session.out.as_json:
                session.out.data(None, f"{done}: {ref}")

        try:
            do_each(session, references, ask)
        finally:
            if session.out.as_json:
                session.out.json(records)
