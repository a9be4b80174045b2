"""`optcloud batch`: many jobs, each run once, on this machine or a fleet."""

from __future__ import annotations

from optcloud.cli.batch import decisions, fleet, results, run, status
from optcloud.cli.group import CommandGroup

app = CommandGroup(
    help="""Batches: many jobs, none submitted twice.

    A batch is kept in a store: a file such as spring.sqlite, or PostgreSQL for a fleet. What is killed goes on when it
    is run again. The examples have the store in OPTCLOUD_BATCH_STORE.

    Examples:
        optcloud batch run spring --inputs in.jsonl --aimms Scheduling solve
        optcloud batch status spring --watch
        optcloud batch results spring -o spring.csv
    """
)
app.include("Working", run.run, fleet.start, fleet.work)
app.include("Looking", status.status, status.failures, results.results, results.picture)
app.include("Deciding", decisions.retry, decisions.cancel, decisions.resume, decisions.resolve)
