"""`optcloud aimms run`: one task, from its input to its response."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from optcloud.cli.options import STDIO, WaitOptions, argument, option, readable
from optcloud.cli.results import print_job
from optcloud.cli.session import CliSession
from optcloud.cli.times import duration, moment


def run(
    session: CliSession,
    *,
    name: Annotated[str, argument("APP", "Name of a published app.")],
    service: Annotated[str, argument("SERVICE", "A service that the app exposes.")],
    version: Annotated[str | None, option("VERSION", "Version of the app [default: the latest-tagged].")] = None,
    input_file: Annotated[Path | None, option("--input", "FILE", "Input; - reads stdin.", callback=readable)] = None,
    content_type: Annotated[
        str | None, option("TYPE", "Media type of the input [default: by the file's suffix].")
    ] = None,
    at: Annotated[str | None, option("TIME", "Not before, such as 2026-01-31T08:00 (this machine's zone).")] = None,
    after: Annotated[
        str | None, option("--delay", "--after", "DELAY", "Not before a delay has passed: 90s, 15m, 2h, 1d, 1w.")
    ] = None,
    every: Annotated[str | None, option("INTERVAL", "Again and again: 15m, 2h, 1d … (see `aimms series`).")] = None,
    hook: Annotated[
        str | None,
        option("URL", "An address of yours that is called at each change of state.", envvar="OPTCLOUD_AIMMS_HOOK"),
    ] = None,
    waiting: WaitOptions,
) -> None:
    """Run a task and print its response, byte for byte.

    Of a repeated task, the response of the first run. Files and stdin are sent piece by piece, and --output is written
    piece by piece: neither is held in memory.
    """
    waiting.check()
    data = sys.stdin.buffer if input_file == STDIO else input_file
    with session.connect() as oc:
        with session.messages.submitting("optcloud aimms tasks list"), session.messages.progress(f"{name} {service}"):
            job = oc.aimms.run(
                name,
                service,
                version=version,
                input=data,
                content_type=content_type,
                at=None if at is None else moment(at, "--at"),
                after=None if after is None else duration(after),
                every=None if every is None else duration(every),
                hook=hook,
            )
        if every is not None:
            end = f"optcloud aimms series stop {job.ref}"
            session.messages.say(f"it is repeated until you end that: {end}", event="hint", end=end)
        print_job(session, job, waiting)
