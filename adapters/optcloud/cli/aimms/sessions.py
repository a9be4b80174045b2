"""`optcloud aimms sessions`: running web applications, tasks and solves, by the service session-manager."""

from __future__ import annotations

import enum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.aimms.watch import print_entry
from optcloud.cli.confirm import Yes, confirm
from optcloud.cli.group import Group
from optcloud.cli.options import Json, read_pairs, writable
from optcloud.cli.session import session_of

if TYPE_CHECKING:
    from optcloud.aimms.services.sessions import Session as AimmsSession

app = typer.Typer(cls=Group, help="Sessions of web applications, tasks and solves.")


class Kind(enum.StrEnum):
    """The kinds of sessions."""

    WEBUI = "webui"
    TASK = "task"
    SOLVE = "solve"


_COLUMNS = {"Id": "id", "State": "state", "Ended": "ended_at", "Message": "message"}
ByKind = Annotated[Kind, typer.Argument(metavar="KIND", help="webui, task or solve.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of the session.")]


def _record(one: AimmsSession) -> dict[str, Any]:
    known = {"id": one.id, "kind": one.kind, "state": one.state, "ended_at": one.ended_at, "message": one.message}
    return dict(one.reply) | known


@app.command("ls")
def list_sessions(
    context: typer.Context,
    *,
    kind: Annotated[Kind, typer.Argument(metavar="[KIND]", help="webui, task or solve.")] = Kind.WEBUI,
    filters: Annotated[
        list[str] | None,
        typer.Option("--filter", metavar="NAME=VALUE", help="Such as state=Running; may be repeated."),
    ] = None,
    sort: Annotated[
        str | None, typer.Option("--sort", metavar="FIELDS", help="With - before a field, the last first.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many.")] = 50,
    json: Json = False,
) -> None:
    """List sessions."""
    session = session_of(context)
    given = read_pairs(filters, "--filter")
    if taken := {"kind", "sort"} & given.keys():
        raise typer.BadParameter(f"{taken.pop()} is no filter, but an argument or option", param_hint="--filter")
    with session.connect() as oc, session.talk.progress("sessions"):
        found = list(islice(oc.aimms.sessions.list(kind.value, sort=sort, **given), limit))
    session.out.records(_COLUMNS, [_record(one) for one in found], empty="no sessions")


@app.command()
def show(context: typer.Context, *, kind: ByKind, session_id: Id, json: Json = False) -> None:
    """Show what is told of a session."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress(session_id):
        found = oc.aimms.sessions.get(kind.value, session_id)
    session.out.fields(_record(found))


@app.command()
def logs(
    context: typer.Context,
    *,
    kind: ByKind,
    session_id: Id,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", dir_okay=False, callback=writable, help="Download it."),
    ] = None,
    json: Json = False,
) -> None:
    """Print a session's log; with --json, one JSON object a line."""
    session = session_of(context)
    with session.connect() as oc:
        if output is None:
            for entry in oc.aimms.sessions.logs(kind.value, session_id):
                print_entry(session, entry)
            return
        with session.talk.progress(session_id):
            saved = oc.aimms.sessions.save_log(kind.value, session_id, output)
    session.out.data({"id": session_id, "file": str(saved)}, f"saved {saved}")


@app.command()
def terminate(context: typer.Context, *, kind: ByKind, session_id: Id, yes: Yes = False, json: Json = False) -> None:
    """End a running session."""
    session = session_of(context)
    confirm(session, f"end the session {session_id}", yes=yes)
    with session.connect() as oc, session.talk.progress(session_id):
        oc.aimms.sessions.terminate(kind.value, session_id)
    session.out.data({"id": session_id, "done": "terminated"}, f"terminated {session_id}")


@app.command()
def delete(
    context: typer.Context,
    *,
    kind: ByKind,
    session_id: Id,
    kill_task: Annotated[
        bool, typer.Option("--kill-task", help="Needed for a task's session: its job is killed by force.")
    ] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Delete a session. Rather than a task's session, stop or cancel the task."""
    session = session_of(context)
    confirm(session, f"delete the session {session_id}", yes=yes)
    with session.connect() as oc, session.talk.progress(session_id):
        oc.aimms.sessions.delete(kind.value, session_id, kill_task=kill_task)
    session.out.data({"id": session_id, "done": "deleted"}, f"deleted {session_id}")


@app.command()
def address(
    context: typer.Context,
    *,
    session_id: Id,
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="webui, dex, or a port from 12000 to 12010.")],
    json: Json = False,
) -> None:
    """Print the address of a service in a session."""
    session = session_of(context)
    with session.connect() as oc, session.talk.progress(session_id):
        found = oc.aimms.sessions.service_address(session_id, service)
    session.out.data({"id": session_id, "service": service, "address": found}, found)
