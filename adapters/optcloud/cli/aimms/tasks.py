"""`optcloud aimms tasks|stop|cancel|delete`: tasks that are there already."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.many import do_each
from optcloud.cli.options import Json, read_reference
from optcloud.cli.session import session_of

if TYPE_CHECKING:
    from optcloud.core.reference import Reference
    from optcloud.core.states import Status
    from optcloud.facade.jobs import Job

_COLUMNS = {"Reference": "ref", "State": "state", "App": "app", "Version": "version", "Service": "service"} | {
    "Created": "created"
}


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


def tasks(
    context: typer.Context,
    *,
    name: Annotated[str | None, typer.Option("--app", metavar="APP", help="Only of this app.")] = None,
    version: Annotated[
        str | None, typer.Option("--version", metavar="V", help="Only of this version of the app.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """List tasks."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress("tasks"):
        listed = oc.aimms.tasks(app=name, version=version, limit=limit)
    records = [_task(reference, status) for reference, status in listed]
    session.out.records(_COLUMNS, records, empty="no tasks")


def _task(reference: Reference, status: Status) -> dict[str, Any]:
    fields = {"app": "appName", "version": "appVersion", "service": "serviceName", "created": "createdAt"}
    known = {"ref": str(reference), "state": status.state.value, "word": status.word, "message": status.message}
    return known | {ours: status.reply.get(theirs) for ours, theirs in fields.items()}


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
