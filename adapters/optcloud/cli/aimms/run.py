"""`optcloud aimms run`: one task, from its input to its response."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from optcloud.cli.options import Json, NoWait, ResultFile, Timeout, check_wait
from optcloud.cli.results import print_job
from optcloud.cli.session import session_of


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
