"""The batches of a run: made, watched and read by the director, by the product's ledger."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from unittest import mock

from batch_kill.plan import RunPlan
from batch_kill.scenarios import APP, SERVICE, VERSION, plan_scenarios, task_scenarios
from batch_kill.verdict import JobRow
from optcloud import OptCloud
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.core.errors import OptCloudError

BATCHES = ("tasks", "plans")


class WatchedBatches:
    """The store as the director looks at it: a connection of its own, made anew where it was lost."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._ledger: JobLedger | None = None

    def all_ended(self) -> bool:
        """Say whether nothing is left to do; no, where the store is away."""
        try:
            counts = [self.ledger.counts(batch) for batch in BATCHES]
        except (OptCloudError, OSError):
            return False
        return not any(of[state] for of in counts for state in ("new", "armed", "sent"))  # type: ignore[index]

    def rows(self) -> list[JobRow]:
        """Return all jobs."""
        return [
            JobRow(row.key, str(row.state), row.attempt, row.ref or "", row.result, row.message, tuple(row.candidates))
            for batch in BATCHES
            for row in self.ledger.rows(batch)
        ]

    @property
    def ledger(self) -> JobLedger:
        """The ledger."""
        if self._ledger is None:
            self._ledger = JobLedger.open(self._url)
        return self._ledger

    def close(self) -> None:
        """Let go of it."""
        if self._ledger is not None:
            self._ledger.close()


def make_batches(plan: RunPlan, url: str, environment: dict[str, str]) -> None:
    """Make both batches, as a person does, and start them where a fleet works."""
    identify = "scenario" if plan.late else None
    with mock.patch.dict(os.environ, environment), OptCloud() as oc:
        what = (
            (oc.aimms.service(APP, SERVICE, version=VERSION, identify=identify), task_scenarios(plan.jobs)),
            (oc.adiutaopt.shift, plan_scenarios(plan.plans)),
        )
        for name, (target, scenarios) in zip(BATCHES, what, strict=True):
            with closing(oc.batch(name, store=url)) as batch:
                batch.add(target, scenarios, chunk=plan.chunk, timings=plan.timings)
                with closing(JobLedger.open(url)) as ledger:
                    ledger.set_limits(batch.info().account, most=plan.limit)
                if plan.engine == "procrastinate":
                    batch.start(engine="procrastinate")


@contextmanager
def watched(url: str) -> Iterator[WatchedBatches]:
    """Look at a store, for the block."""
    batches = WatchedBatches(url)
    try:
        yield batches
    finally:
        batches.close()
