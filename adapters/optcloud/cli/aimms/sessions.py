"""`optcloud aimms sessions`: running web applications, tasks and solves, by the service session-manager."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import typer

from optcloud.cli.aimms.tasks import print_entry
from optcloud.cli.group import CommandGroup
from optcloud.cli.options import DownloadFile, Limit, Yes, argument, flag, option, read_pairs
from optcloud.cli.output import pick
from optcloud.cli.session import CliSession
from optcloud.cli.tables import Column, name_column, text_column

if TYPE_CHECKING:
    from optcloud.aimms.services.sessions import Session as AimmsSession

app = CommandGroup(
    help="""Sessions of web applications, tasks and solves.

    Examples:
        optcloud aimms sessions list
        optcloud aimms sessions list task
        optcloud aimms sessions show webui 4711
    """
)

SessionKind: TypeAlias = Literal["webui", "task", "solve"]
_COLUMNS = (
    name_column("Id", "id"),
    Column("State", "state"),
    Column("Ended", "ended_at", 2),
    text_column("Message", "message", 3),
)
KindArgument = Annotated[SessionKind, argument("KIND", "Kind of session: webui, task or solve.")]
SessionId = Annotated[str, argument("ID", "Id of the session.")]


def _record(found: AimmsSession) -> dict[str, Any]:
    return dict(found.reply) | pick(found, "id", "kind", "state", "ended_at", "message")


@app.command("list")
def list_sessions(
    session: CliSession,
    *,
    kind: Annotated[SessionKind, argument("[KIND]", "Kind of session: webui, task or solve.")] = "webui",
    filters: Annotated[
        list[str] | None,
        option("--filter", "NAME=VALUE", "Only sessions with this value, such as state=Running; may be repeated."),
    ] = None,
    sort: Annotated[
        str | None, option("FIELDS", "Sort by fields, such as session_id; with - in front, descending.")
    ] = None,
    limit: Limit = 50,
) -> None:
    """List sessions of one kind.

    Examples:
        optcloud aimms sessions list
        optcloud aimms sessions list task --filter state=Running
        optcloud aimms sessions list solve --limit 10 --json
    """
    given = read_pairs(filters, "--filter")
    if taken := {"kind", "sort"} & given.keys():
        raise typer.BadParameter(f"{taken.pop()} is no filter, but an argument or option", param_hint="--filter")
    found = session.call(
        "sessions", lambda oc: list(islice(oc.aimms.sessions.list(kind, sort=sort, **given), limit + 1))
    )
    session.out.records(_COLUMNS, [_record(listed) for listed in found], empty="no sessions", limit=limit)


@app.command()
def show(session: CliSession, *, kind: KindArgument, session_id: SessionId) -> None:
    """Show one session: its state, its times, its messages.

    Examples:
        optcloud aimms sessions show webui 4711
        optcloud aimms sessions show task 4712 --json
    """
    found = session.call(session_id, lambda oc: oc.aimms.sessions.get(kind, session_id))
    session.out.fields(_record(found))


@app.command()
def logs(session: CliSession, *, kind: KindArgument, session_id: SessionId, output: DownloadFile = None) -> None:
    """Print a session's log; with --json, one JSON object a line.

    Examples:
        optcloud aimms sessions logs webui 4711
        optcloud aimms sessions logs task 4712 -o session.log
    """
    with session.connect() as oc:
        if output is None:
            for entry in oc.aimms.sessions.logs(kind, session_id):
                print_entry(session, entry)
            return
        with session.messages.progress(session_id):
            saved = oc.aimms.sessions.save_log(kind, session_id, output)
    session.out.data({"id": session_id, "file": str(saved)}, f"saved {saved}")


@app.command()
def terminate(session: CliSession, *, kind: KindArgument, session_id: SessionId, yes: Yes = False) -> None:
    """End a running session.

    Examples:
        optcloud aimms sessions terminate webui 4711
        optcloud aimms sessions terminate solve 4713 --yes
    """
    session.confirm(f"end the session {session_id}", yes=yes)
    session.change("terminated", lambda oc: oc.aimms.sessions.terminate(kind, session_id), id=session_id)


@app.command()
def delete(
    session: CliSession,
    *,
    kind: KindArgument,
    session_id: SessionId,
    kill_task: Annotated[bool, flag("Needed for a task's session: kills the task by force.")] = False,
    yes: Yes = False,
) -> None:
    """Delete a session.

    To end a task, rather stop or cancel the task itself.

    Examples:
        optcloud aimms sessions delete webui 4711
        optcloud aimms sessions delete task 4712 --kill-task --yes
    """
    session.confirm(f"delete the session {session_id}", yes=yes)
    session.change("deleted", lambda oc: oc.aimms.sessions.delete(kind, session_id, kill_task=kill_task), id=session_id)


@app.command()
def address(
    session: CliSession,
    *,
    session_id: SessionId,
    service: Annotated[str, argument("SERVICE", "Service: webui, dex, or a port from 12000 to 12010.")],
) -> None:
    """Print the address of a service in a session.

    Examples:
        optcloud aimms sessions address 4711 webui
        optcloud aimms sessions address 4711 12000 --json
    """
    found = session.call(session_id, lambda oc: oc.aimms.sessions.service_address(session_id, service))
    session.out.data({"id": session_id, "service": service, "address": found}, found)
