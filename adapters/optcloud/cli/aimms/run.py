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
    service: Annotated[str, argument("SERVICE", "Name of a service of the app.")],
    version: Annotated[str | None, option("VERSION", "Version of the app [default: the latest-tagged].")] = None,
    input_file: Annotated[
        Path | None, option("--input", "FILE", "File with the input; - reads stdin.", callback=readable)
    ] = None,
    content_type: Annotated[
        str | None, option("TYPE", "Media type of the input [default: by the file's suffix].")
    ] = None,
    at: Annotated[
        str | None, option("TIME", "Start at a time, such as 2026-01-31T08:00 (this machine's zone).")
    ] = None,
    after: Annotated[
        str | None, option("--delay", "--after", "DELAY", "Start after a time: 90s, 15m, 2h, 1d, 1w.")
    ] = None,
    every: Annotated[
        str | None, option("INTERVAL", "Repeat the task every 15m, 2h, 1d … (see `aimms series`).")
    ] = None,
    hook: Annotated[
        str | None,
        option("URL", "Address that AIMMS PRO calls at each change of state.", envvar="OPTCLOUD_AIMMS_HOOK"),
    ] = None,
    waiting: WaitOptions,
) -> None:
    """Run a service of an app and print its response as received.

    Of a repeated task (--every), the response of the first run. Input and response are sent and saved piece by piece,
    so they may be larger than memory.

    Examples:
        optcloud aimms run Scheduling solve --input problem.json
        optcloud aimms run Scheduling solve --input problem.json -o response.json
        optcloud aimms run Scheduling solve --input - --no-wait < problem.json
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
