"""Short runs of the kill test of batches (`batch_kill.batch_kill`): in order, and of a product broken on purpose."""

from __future__ import annotations

import sys

import pytest

from batch_kill.plan import QUICK, Death, RunPlan
from batch_kill.run import run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are watched by what Linux tells of them")

SHORT = RunPlan(
    store="sqlite",
    engine="embedded",
    jobs=12,
    plans=0,
    workers=1,
    limit=12,
    chunk=5,
    timings=QUICK,
    late=False,
    deaths=(Death(0.0, 0, "replied", 3),),
    freezes=(),
    troubles=(),
    strangers=(),
    skews=(0.0,),
    turn=0.0,
)


def test_a_worker_that_dies_with_a_reply_in_its_hands_doubles_and_loses_nothing() -> None:
    figures = run(SHORT)
    assert figures.good, "\n".join(figures.faults)
    assert (figures.jobs, figures.tasks) == (12, 12)
    assert figures.events["killed at: replied"] == 1
    assert figures.verdicts["Adopt"] >= 1


def test_a_ledger_that_is_written_late_shows_as_doubled() -> None:
    """Unless the twin was found and deleted before it ran."""
    figures = run(SHORT, "no-arming")
    assert figures.doubled + figures.deleted_twins >= 1
