"""`optcloud aimms tasks list`, and what is printed of a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from optcloud.cli.options import Limit, option, state_option
from optcloud.cli.output import pick
from optcloud.cli.session import CliSession
from optcloud.cli.tables import Column, name_column
from optcloud.cli.times import day_or_moment, seconds
from optcloud.core.states import State

if TYPE_CHECKING:
    from optcloud.aimms.tasks.details import TaskView

_COLUMNS = (
    name_column("Reference", "ref"),
    Column("State", "state"),
    Column("App", "app", 3),
    Column("Version", "version", 5),
    Column("Service", "service", 2),
    Column("Created", "created", 4),
    Column("Queued", "queued", 7),
    Column("Ran", "ran", 6),
)
_FIELDS = ("app", "version", "service", "run", "schedule_interval", "queue_time", "run_time", "return_code")
_CALLER = ("user_name", "user_environment", "session_id")
_TIMES = ("schedule_for", "created_at", "assigned_at", "running_at", "ended_at")


def list_tasks(
    session: CliSession,
    *,
    name: Annotated[str | None, option("--app", "APP", "Only tasks of this app.")] = None,
    version: Annotated[str | None, option("VERSION", "Only tasks of this version of the app.")] = None,
    service: Annotated[str | None, option("SERVICE", "Only tasks of this service.")] = None,
    states: Annotated[list[str] | None, state_option([state.value for state in State])] = None,
    after: Annotated[
        str | None, option("TIME", "Only tasks created after a day or time (of this machine's zone).")
    ] = None,
    before: Annotated[str | None, option("TIME", "Only tasks created before a day or time.")] = None,
    limit: Limit = 50,
) -> None:
    """List tasks, the newest first.

    Examples:
        optcloud aimms tasks list
        optcloud aimms tasks list --app Scheduling --after 2026-01-31
        optcloud aimms tasks list --state failed --limit 1000 --json
    """
    since = None if after is None else day_or_moment(after, "--after")
    until = None if before is None else day_or_moment(before, "--before")
    listed = session.call(
        "tasks",
        lambda oc: oc.aimms.tasks(
            app=name,
            version=version,
            service=service,
            states=states or (),
            after=since,
            before=until,
            limit=limit + 1,
            newest_first=True,
        ),
    )
    records = [task_record(str(task.reference), task.view) for task in listed]
    session.out.records(_COLUMNS, records, empty="no tasks", limit=limit)


def task_record(ref: str, view: TaskView) -> dict[str, Any]:
    """What is printed of a task; times as in ISO 8601, with a zone only where AIMMS gave one; durations in seconds."""
    times = {name: None if (at := getattr(view, name)) is None else at.isoformat(" ") for name in _TIMES}
    known = {"ref": ref, "state": view.state.value, "word": view.word, "message": view.error_message}
    words = {"queued": seconds(view.queue_time), "ran": seconds(view.run_time)}
    created = None if view.created_at is None else view.created_at.isoformat(" ", "seconds")
    return known | pick(view, *_FIELDS, *_CALLER) | times | {"created": created} | words
