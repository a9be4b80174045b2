"""`optcloud aimms`: run tasks, list them, publish apps."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optcloud.cli.group import Group
from optcloud.cli.options import Json, NoWait, ResultFile, Timeout, check_wait
from optcloud.cli.results import print_job
from optcloud.cli.session import session_of

if TYPE_CHECKING:
    from optcloud.core.reference import Reference
    from optcloud.core.states import Status

app = typer.Typer(cls=Group, help="AIMMS PRO: run tasks, publish apps.")

_COLUMNS = {"Reference": "ref", "State": "state", "App": "app", "Version": "version", "Service": "service"} | {
    "Created": "created"
}


@app.command()
def run(
    context: typer.Context,
    *,
    name: Annotated[str, typer.Argument(metavar="APP", help="Name of a published app.")],
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="A service that the app exposes.")],
    version: Annotated[
        str | None, typer.Option("--version", metavar="V", help="Version of the app [default: the latest-tagged].")
    ] = None,
    input_file: Annotated[
        Path | None,
        typer.Option(
            "--input", metavar="FILE", exists=True, dir_okay=False, allow_dash=True, help="Input; - reads stdin."
        ),
    ] = None,
    content_type: Annotated[
        str | None,
        typer.Option("--content-type", metavar="TYPE", help="Media type of the input [default: by the file's suffix]."),
    ] = None,
    no_wait: NoWait = False,
    timeout: Timeout = None,
    output: ResultFile = None,
    json: Json = False,
) -> None:
    """Run a task and print its response, byte for byte."""
    session = session_of(context)
    check_wait(waits=not no_wait, timeout=timeout, output=output)
    data = sys.stdin.buffer.read() if input_file == Path("-") else input_file
    with session.connect() as oc:
        with session.talk.submitting("optcloud aimms tasks"):
            job = oc.aimms.run(name, service, version=version, input=data, content_type=content_type)
        print_job(session, job, waits=not no_wait, timeout=timeout, file=output)


@app.command()
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


@app.command()
def publish(
    context: typer.Context,
    *,
    pack: Annotated[Path, typer.Argument(metavar="PACK", exists=True, dir_okay=False, help="The .aimmspack.")],
    metadata: Annotated[
        Path,
        typer.Option(
            "--metadata",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            help="JSON in the vendor's words: name, projectVersion, aimmsVersionId, …",
        ),
    ],
    icon: Annotated[
        Path | None, typer.Option("--icon", metavar="FILE", exists=True, dir_okay=False, help="Picture of the app.")
    ] = None,
    json: Json = False,
) -> None:
    """Publish an app."""
    session = session_of(context)
    described = _read_metadata(metadata)
    with session.connect() as oc, session.talk.progress(f"publishing {pack.name}"):
        entry = oc.aimms.apps.publish(pack, described, icon=icon)
    project = entry.get("project") or {}
    session.out.data(entry, f"published {project.get('name')} {project.get('version')}")


def _read_metadata(path: Path) -> dict[str, Any]:
    try:
        metadata = json.loads(path.read_bytes())
    except ValueError as error:
        raise typer.BadParameter(f"{path}: not JSON: {error}", param_hint="--metadata") from error
    if not isinstance(metadata, dict):
        raise typer.BadParameter(f"{path}: a JSON object is needed", param_hint="--metadata")
    return metadata
