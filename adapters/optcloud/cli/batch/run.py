"""`optcloud batch run`: a batch is worked in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from optcloud.cli.batch.events import BatchMessages
from optcloud.cli.batch.jobs import JobsOptions, PaceOptions
from optcloud.cli.batch.options import BatchChoice, Files
from optcloud.cli.batch.status import print_status
from optcloud.cli.options import option
from optcloud.cli.session import CliSession
from optcloud.process.exit_guard import Ended


def run(
    session: CliSession,
    *,
    choice: BatchChoice,
    jobs: JobsOptions,
    pace: PaceOptions,
    timeout: Annotated[
        float | None, option("SECONDS", "End the run after this time; the jobs go on, exit code 8.", min=0)
    ] = None,
    files: Files = None,
) -> None:
    """Run a batch on this machine until all its jobs have ended.

    When it was interrupted or killed, run it again: no job is submitted twice. With --inputs, jobs are added first, but
    for those that are there already. Exit code 8 when jobs are left or held, 3 when some have failed.

    Examples:
        optcloud batch run spring --inputs in.jsonl --aimms Scheduling solve
        optcloud batch run spring
        optcloud batch run spring --concurrency 20 --timeout 3600
    """
    jobs.check()
    name = choice.named(new=jobs.inputs is not None)
    messages = BatchMessages(session.messages)
    with goes_on(choice.command("run", name)), session.connect(hear=messages.hear) as oc:
        batch = oc.batch(name, store=choice.store, files=files)
        jobs.add(session, oc, batch)
        with session.messages.progress(name):
            batch.run(
                limit=pace.limit,
                per_second=pace.per_second,
                progress=lambda now: messages.progress(name, now),
                timeout=timeout,
            )
    with choice.opened() as ledger:
        print_status(session, choice, ledger, name)


@contextmanager
def goes_on(command: str) -> Iterator[None]:
    """Say, when the block is interrupted, how to go on."""
    try:
        yield
    except (KeyboardInterrupt, Ended) as raised:
        raised.add_note(f"nothing is lost; go on: {command}")
        raise
