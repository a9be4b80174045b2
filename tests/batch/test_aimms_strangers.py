"""A stranger's scheduled task beside submits whose replies were lost, as the kill test of batches had it."""

from __future__ import annotations

from attrs import evolve

from optcloud.batch.jobs import Adopt, ArmedJob, Hold, JobInput, NeverArrived, Timings
from optcloud.batch.targets.aimms_reconcile import ClockOffset, ListedCandidate, Looked, Marks, decide
from optcloud.batch.targets.target import SubmitAttempt
from optcloud.core.states import State

LOST = ArmedJob("spring", "k1", 1, armed_at=1000.0, marker=1_004_001, input=JobInput(b""))


def looked(created: float, due: float) -> Looked:
    task = ListedCandidate("aimms:default/1", State.QUEUED, created, int(due * 1e6))
    return Looked(
        now=2000.0,
        timings=Timings(start=1.0, send=10.0, skew=2.0),
        tasks=[task],
        marks=Marks.PROVEN,
        offset=ClockOffset(0.0, 1.0),
    )


def test_a_task_for_a_later_moment_than_its_arrival_is_not_a_late_one_of_ours() -> None:
    assert isinstance(decide([LOST], looked(created=1001.0, due=1007.0)).verdicts[0], NeverArrived)


def test_a_task_that_shows_its_arrival_may_be_a_late_one_of_ours() -> None:
    assert isinstance(decide([LOST], looked(created=1007.0, due=1007.01)).verdicts[0], Hold)


# ---------------------------------------------------------------- another store of the same account

MARKER = 1_004_001
"""Two stores that work at the same time give the same marker now and then: it is a millisecond."""


def attempt(ref: str | None, *, current: bool) -> SubmitAttempt:
    return SubmitAttempt("spring", "k1", 1, 1000.0, MARKER, ref, current=current)


def shown(ref: str, created: float) -> ListedCandidate:
    return ListedCandidate(ref, State.QUEUED, created, MARKER * 1000)


def test_what_shows_the_marker_of_a_job_whose_task_is_known_is_not_deleted() -> None:
    of_another_store = evolve(
        looked(1001.0, 1004.001),
        tasks=[shown("aimms:default/2", 1001.0)],
        owners={MARKER: attempt("aimms:default/1", current=False)},
    )
    other = evolve(LOST, key="k2", marker=MARKER + 1)
    assert list(decide([other], of_another_store).late) == []


def test_of_two_tasks_with_one_marker_none_is_adopted_and_none_deleted() -> None:
    both = evolve(
        looked(1001.0, 1004.001),
        tasks=[shown("aimms:default/1", 1001.0), shown("aimms:default/2", 1002.0)],
        owners={MARKER: attempt(None, current=True)},
    )
    decision = decide([LOST], both)
    assert list(decision.late) == []
    (verdict,) = decision.verdicts
    assert isinstance(verdict, Hold)
    assert set(verdict.candidates) == {"aimms:default/1", "aimms:default/2"}


def test_of_two_tasks_with_one_marker_a_result_tells_which_is_ours() -> None:
    both = evolve(
        looked(1001.0, 1004.001),
        tasks=[shown("aimms:default/1", 1001.0), shown("aimms:default/2", 1002.0)],
        owners={MARKER: attempt(None, current=True)},
        identify=True,
        whose={"aimms:default/1": "of another", "aimms:default/2": "k1"},
    )
    assert list(decide([LOST], both).verdicts) == [Adopt("k1", 1, "aimms:default/2")]
