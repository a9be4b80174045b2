"""Deciding about one submit, row by row of the table; and the list that it is decided by."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from batch.simulated_aimms import BEGIN, SimulatedAimms, SimulatedTask
from optcloud.batch.jobs import Adopt, ArmedJob, Hold, JobInput, LookAgain, NeverArrived, Timings, Verdict
from optcloud.batch.targets.aimms_listing import TRIES, ListMoved, tasks_around
from optcloud.batch.targets.aimms_marks import ClockOffset, ListedCandidate, Marks, mark_of
from optcloud.batch.targets.aimms_reconcile import KEPT, MORE, Looked, decide
from optcloud.batch.targets.target import SubmitAttempt
from optcloud.core.states import State

TIMINGS = Timings(start=2, send=5, skew=2)
ARMED = 1_000_000.0
MARKER = 1_000_004_123
JOB = ArmedJob("spring", "a", 2, ARMED, MARKER, JobInput(b"{}"))
ATTEMPT = SubmitAttempt("spring", "a", 2, ARMED, MARKER, None, current=True)
EXACT = ClockOffset(-0.5, 0.5)
OTHER = SubmitAttempt("spring", "b", 1, ARMED + 1, MARKER + 1000, None, current=True)


def task(ref: str = "t", *, created: float | None = 1.0, due: int | None = None, **more: Any) -> ListedCandidate:
    """A task; times in seconds, moments in milliseconds, after arming."""
    moment = None if due is None else round(ARMED * 1e6) + due * 1000
    state = more.pop("state", State.QUEUED)
    return ListedCandidate(ref, state, None if created is None else ARMED + created, moment, **more)


def looked(*tasks: ListedCandidate, **more: Any) -> Looked:
    owners = more.pop("owners", [ATTEMPT])
    words: dict[str, Any] = {
        "now": ARMED + TIMINGS.settled + MORE,
        "timings": TIMINGS,
        "tasks": tasks,
        "attempts": owners,
        "owners": {one.marker: one for one in owners},
        "marks": Marks.PROVEN,
        "offset": EXACT,
    }
    return Looked(**(words | more))


def verdict(*tasks: ListedCandidate, **more: Any) -> Verdict:
    (found,) = decide([JOB], looked(*tasks, **more)).verdicts
    return found


OWN = task(due=4123)


@pytest.mark.parametrize(
    ("tasks", "more", "kind"),
    [
        ([], {"now": ARMED + TIMINGS.settled - 0.1}, LookAgain),
        ([OWN], {"now": ARMED + TIMINGS.settled - 0.1}, LookAgain),
        ([], {"now": ARMED + TIMINGS.settled}, NeverArrived),
        ([OWN], {}, Adopt),
        ([OWN, task("s"), task("u", due=9000)], {}, Adopt),
        # Of others.
        ([task()], {}, NeverArrived),
        ([task(due=5123)], {"owners": [ATTEMPT, OTHER]}, NeverArrived),
        ([task(due=4122)], {}, NeverArrived),
        ([task(due=60_000)], {}, NeverArrived),
        # What a task that comes after its moment may show.
        ([task(created=5.0, due=5000)], {}, Hold),
        ([task(created=5.0, due=5000)], {"offset": ClockOffset(3599.5, 3600.5)}, NeverArrived),
        ([task(created=3605.0, due=5000)], {"offset": ClockOffset(3599.5, 3600.5)}, Hold),
        # Marks that are worth nothing.
        ([OWN], {"marks": Marks.REFUSED}, Hold),
        ([task()], {"marks": Marks.REFUSED}, Hold),
        ([task(), task("s")], {"marks": Marks.REFUSED}, Hold),
        ([], {"marks": Marks.REFUSED}, NeverArrived),
        # Marks of which nothing is known yet.
        ([OWN], {"marks": Marks.UNPROVEN}, Adopt),
        ([OWN], {"marks": Marks.UNPROVEN, "owners": [ATTEMPT, evolve(OTHER, marker=MARKER - 1)]}, Hold),
        ([OWN], {"marks": Marks.UNPROVEN, "owners": [ATTEMPT, evolve(OTHER, marker=MARKER - 1)], "exact": [5]}, Adopt),
        ([OWN, task("s", due=9000)], {"marks": Marks.UNPROVEN}, Hold),
        ([task()], {"marks": Marks.UNPROVEN}, Hold),
        ([task()], {"marks": Marks.UNPROVEN, "now": ARMED + TIMINGS.settled + 1}, LookAgain),
        # The window.
        ([task(created=9.6)], {"marked": False}, NeverArrived),
        ([task(created=9.4)], {"marked": False}, Hold),
        ([task(created=-2.6)], {"marked": False}, NeverArrived),
        ([task(created=-2.4)], {"marked": False}, Hold),
        ([task(created=None)], {"marked": False}, Hold),
        ([task(created=3600.0)], {"marked": False, "offset": ClockOffset()}, Hold),
        ([task()], {"marked": False, "offset": ClockOffset(), "now": ARMED + TIMINGS.settled + 1}, LookAgain),
        ([OWN], {"marked": False, "owners": [evolve(ATTEMPT, key="of another batch")]}, NeverArrived),
        # Others that it may be.
        ([task()], {"marked": False, "owners": [evolve(OTHER, armed_at=ARMED + 3)], "now": ARMED + 11}, LookAgain),
        # What results tell.
        ([task()], {"marked": False, "identify": True}, LookAgain),
        ([task(state=State.SUCCEEDED)], {"marked": False, "identify": True}, LookAgain),
        ([task(state=State.SUCCEEDED)], {"marked": False, "identify": True, "whose": {"t": "a"}}, Adopt),
        ([task(state=State.SUCCEEDED)], {"marked": False, "identify": True, "whose": {"t": "b"}}, NeverArrived),
        ([task(state=State.SUCCEEDED)], {"marked": False, "identify": True, "whose": {"t": None}}, Hold),
        ([task(state=State.FAILED)], {"marked": False, "identify": True}, Hold),
        (
            [task(state=State.SUCCEEDED)],
            {"marked": False, "identify": True, "whose": {"t": "a"}, "owners": [evolve(ATTEMPT, batch="other")]},
            Hold,
        ),
        # The list does not reach back that far.
        ([], {"now": ARMED + KEPT + 60, "reaches_back": None}, Hold),
        ([], {"now": ARMED + KEPT + 60, "reaches_back": ARMED + 3600}, Hold),
        ([], {"now": ARMED + KEPT + 60, "reaches_back": ARMED}, NeverArrived),
    ],
)
def test_each_row(tasks: list[ListedCandidate], more: dict[str, Any], kind: type[Verdict]) -> None:
    found = verdict(*tasks, **more)
    assert type(found) is kind, found
    if tasks and isinstance(found, Adopt | Hold):
        assert "t" in (found.ref if isinstance(found, Adopt) else found.candidates)


def test_results_are_asked_for_only_where_they_tell() -> None:
    ended = [task(name, state=State.SUCCEEDED, created=created) for name, created in (("in", 1.0), ("out", 100.0))]
    decision = decide([JOB], looked(*ended, marked=False, identify=True))
    assert decision.read == ("in",)


def test_a_task_of_an_attempt_that_is_over_is_late() -> None:
    over = evolve(OTHER, current=False)
    decision = decide([JOB], looked(OWN, task("late", due=5123), owners=[ATTEMPT, over]))
    assert [(one.ref, owner) for one, owner in decision.late] == [("late", over)]


@pytest.mark.parametrize(
    ("due", "created", "marks"),
    [
        (4123, 1.0, Marks.PROVEN),
        (4122, 1.0, Marks.REFUSED),
        (4000, 1.0, Marks.REFUSED),
        (4124, 1.0, Marks.REFUSED),
        (6000, 6.0, Marks.UNPROVEN),
        (6000, 6.0 - 3600, Marks.UNPROVEN),
        (6000, None, Marks.REFUSED),
        (None, 1.0, Marks.UNPROVEN),
    ],
)
def test_what_a_known_task_says_of_marks(due: int | None, created: float | None, marks: Marks) -> None:
    assert mark_of(MARKER, task(due=due, created=created)) is marks


def test_clocks_are_known_by_what_fits_all_samples() -> None:
    assert ClockOffset.of([]) == ClockOffset()
    assert ClockOffset.of([ClockOffset(-3, 4), ClockOffset(-1, 6)]) == ClockOffset(-1, 4)
    assert ClockOffset.of([ClockOffset(-3, 0), ClockOffset(5, 6)]) == ClockOffset(-3, 6)
    assert ClockOffset(0, 3600.25).without_zone() == 0.25
    assert ClockOffset(0, 300).without_zone() == 300


# ---------------------------------------------------------------- the list


def vendor_with(count: int, most: int) -> SimulatedAimms:
    vendor = SimulatedAimms(most=most)
    vendor.tasks = [SimulatedTask(f"t{number}", BEGIN + number, None, None) for number in range(count)]
    vendor.time = BEGIN + count
    return vendor


def listed(vendor: SimulatedAimms) -> list[str]:
    found = vendor.run(tasks_around("default", "Scheduling", "1.4", BEGIN, BEGIN + 60))
    return [task.reference.path[0] for task in found]


@pytest.mark.parametrize(("count", "most"), [(0, 5), (1, 5), (5, 5), (6, 5), (9, 5), (10, 5), (40, 7)])
def test_the_list_is_read_whole(count: int, most: int) -> None:
    assert listed(vendor_with(count, most)) == [f"t{number}" for number in range(count)]


@pytest.mark.parametrize("gone", [0, 4, 5, 9])
def test_a_list_that_moves_meanwhile_is_read_again(gone: int) -> None:
    """Else the task behind those deleted slips to a page that was read already."""
    vendor = vendor_with(20, 5)
    vendor.between_pages = [vendor.tasks[gone]]
    assert set(listed(vendor)) >= {task.id for task in vendor.tasks}


def test_a_list_that_never_rests_is_looked_at_later() -> None:
    vendor = vendor_with(400, 5)
    vendor.between_pages = vendor.tasks[TRIES * 2 :: -1]
    with pytest.raises(ListMoved) as caught:
        listed(vendor)
    assert caught.value.passing
