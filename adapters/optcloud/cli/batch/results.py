"""`optcloud batch results` and `picture`: what came of the jobs, in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from optcloud.cli.batch.options import BatchChoice, only_batch
from optcloud.cli.options import option, writable
from optcloud.cli.session import CliSession


def results(
    session: CliSession,
    *,
    choice: BatchChoice,
    output: Annotated[
        Path,
        option(
            "--output", "-o", "FILE", "Save as x.parquet or x.csv, or in a folder, a file a job.", callback=writable
        ),
    ],
) -> None:
    """Save the results of a batch as a table or a folder.

    Also while the batch runs: with the results so far.

    Examples:
        optcloud batch results spring -o spring.csv
        optcloud batch results spring -o spring.parquet
        optcloud batch results spring -o results/
    """
    from optcloud.batch.progress import BatchCounts  # noqa: PLC0415 - not for a help text
    from optcloud.batch.results.results import write_results  # noqa: PLC0415

    with choice.opened() as ledger:
        name = choice.name or only_batch(ledger)
        counts = BatchCounts.of(ledger.counts(name))
        with session.messages.progress(str(output)):
            written = write_results(ledger.rows(name), output)
    session.say_saved(written)
    if counts.open or counts.held:
        session.messages.say(f"not all have ended: {counts}", event="hint", open=counts.open, held=counts.held)
    session.out.data({"batch": name, "file": str(written), "jobs": counts.total, "ok": counts.ok})


def picture(
    session: CliSession,
    *,
    choice: BatchChoice,
    output: Annotated[
        Path, option("--output", "-o", "FILE", "Save the page, such as spring.html.", dir_okay=False, callback=writable)
    ],
) -> None:
    """Draw how a batch went, as a page.

    It shows jobs by state over time, run times, and what went wrong.

    Examples:
        optcloud batch picture spring -o spring.html
        optcloud batch picture spring -o spring.html --json
    """
    from optcloud.batch.results.picture import picture as draw  # noqa: PLC0415 - not for a help text

    with choice.opened() as ledger:
        name = choice.name or only_batch(ledger)
        with session.messages.progress(str(output)):
            written = draw(ledger.rows(name), output, title=name, now=ledger.now())
    session.say_saved(written)
    session.out.data({"batch": name, "file": str(written)})
