"""The plan and the verdict of the kill test of batches (`batch_kill.batch_kill`): each figure can show a fault."""

from __future__ import annotations

import json
from typing import Any

import pytest

from batch_kill import verdict
from batch_kill.figures import Figures
from batch_kill.plan import AIMS, plan
from batch_kill.scenarios import answer, is_right, objective, plan_answer, plan_scenarios, task_scenarios
from batch_kill.vendor import TaskRecord
from batch_kill.verdict import JobRow, most_at_once


def task(number: int, scenario: str, **more: Any) -> TaskRecord:
    known: dict[str, Any] = {"began": 2.0, "ended": 3.0, **more}
    return TaskRecord(f"id-{number}", known.pop("ours", True), scenario, True, False, 1.0, **known)


def row(key: str, number: int, state: str = "ok", result: bytes | None = None) -> JobRow:
    right = json.dumps({"scenario": key, "objective": objective(key)}).encode()
    return JobRow(key, state, 1, f"aimms:default/id-{number}", right if result is None else result)


def judged(rows: list[JobRow], tasks: list[TaskRecord], plans: dict[str, int] | None = None) -> Figures:
    figures = Figures(limit=10)
    verdict.judge(figures, rows, tasks, plans or {})
    return figures


def test_a_run_in_order_is_good() -> None:
    figures = judged([row("s00000", 0), row("s00039", 1, "failed")], [task(0, "s00000"), task(1, "s00039")])
    assert figures.good, figures.faults


def test_two_tasks_of_a_job_are_doubled() -> None:
    assert judged([row("s00000", 0)], [task(0, "s00000"), task(1, "s00000")]).doubled == 1


def test_a_twin_that_was_deleted_before_it_ran_is_none() -> None:
    twin = task(1, "s00000", began=None, ended=None, deleted=2.0, deleted_by_us=True)
    figures = judged([row("s00000", 0)], [task(0, "s00000"), twin])
    assert (figures.doubled, figures.deleted_twins) == (0, 1)


def test_a_twin_that_was_deleted_after_it_ran_is_doubled() -> None:
    twin = task(1, "s00000", deleted=4.0, deleted_by_us=True)
    assert judged([row("s00000", 0)], [task(0, "s00000"), twin]).doubled == 1


def test_two_plans_of_a_job_are_doubled() -> None:
    assert judged([], [], {"p00000": 2, "p00001": 1}).doubled == 1


@pytest.mark.parametrize("state", ["new", "armed", "sent", "gone"])
def test_a_job_that_did_not_end_is_lost(state: str) -> None:
    assert judged([row("s00000", 0, state)], [task(0, "s00000")]).lost == 1


def test_a_result_of_another_scenario_is_wrong() -> None:
    assert judged([row("s00000", 0, result=answer(b'{"id": "s00001"}'))], [task(0, "s00000")]).wrong == 1


def test_an_end_that_is_not_the_vendors_is_wrong() -> None:
    assert judged([row("s00000", 0, "failed")], [task(0, "s00000")]).wrong == 1


def test_a_held_job_is_told() -> None:
    assert judged([row("s00000", 0, "held")], [task(0, "s00000")]).held == 1


@pytest.mark.parametrize(
    "touched", [{"deleted": 2.0, "deleted_by_us": True}, {"interrupted_by_us": True}], ids=["deleted", "stopped"]
)
def test_a_strangers_task_that_is_deleted_or_stopped_is_touched(touched: dict[str, Any]) -> None:
    assert judged([], [task(0, "x1", ours=False, **touched)]).touched == 1


def test_a_strangers_task_that_is_taken_for_a_jobs_is_touched() -> None:
    assert judged([row("s00000", 0)], [task(0, "x1", ours=False)]).touched == 1


def test_a_strangers_own_doings_are_his() -> None:
    assert judged([], [task(0, "x1", ours=False, deleted=2.0), task(1, "x1", ours=False)]).good


def test_tasks_beyond_the_limit_are_counted() -> None:
    assert judged([], [task(number, f"s{number:05}") for number in range(12)]).beyond_limit == 2


def test_tasks_are_at_once_from_creation_to_end_or_deletion() -> None:
    one, two = task(0, "a", ended=2.0), task(1, "b", began=None, ended=None, deleted=1.5)
    later = TaskRecord("id-2", True, "c", True, False, 2.0, began=2.5, ended=3.0)
    assert most_at_once([one, two]) == 2
    assert most_at_once([one, later]) == 1


def test_chunks_of_the_dead_go_on_when_another_takes_them() -> None:
    notes = [
        {"what": "take", "at": 1.0, "life": 1, "batch": "tasks", "chunk": 0},
        {"what": "take", "at": 1.5, "life": 2, "batch": "tasks", "chunk": 1},
        {"what": "died", "at": 2.0, "life": 1},
        {"what": "take", "at": 4.5, "life": 2, "batch": "tasks", "chunk": 0},
        {"what": "take", "at": 5.0, "life": 3, "batch": "tasks", "chunk": 1},
    ]
    figures = Figures()
    verdict.count_notes(figures, notes)
    assert figures.went_on == [2.5]
    assert figures.events["a chunk with a second owner"] == 1


def test_the_same_seed_makes_the_same_plan_and_each_aim_comes() -> None:
    first, again = (plan(3, "sqlite", "embedded", jobs=1000, kills=50, workers=1) for _ in range(2))
    assert first == again
    assert first != plan(4, "sqlite", "embedded", jobs=1000, kills=50, workers=1)
    assert len(first.deaths) == 50
    assert {death.aim for death in first.deaths} == {None, *AIMS}
    assert all(freeze.seconds > first.timings.settled for freeze in first.freezes)


def test_what_the_vendors_answer_is_right_for_its_scenario_only() -> None:
    (key, scenario), (other, _) = task_scenarios(2)
    assert is_right(key, answer(json.dumps(scenario).encode()))
    assert not is_right(other, answer(json.dumps(scenario).encode()))
    assert not is_right(key, b"no JSON")
    ((key, problem),) = plan_scenarios(1)
    assert is_right(key, json.dumps(plan_answer(problem, "request")).encode())


def test_what_never_happened_is_told() -> None:
    figures = Figures()
    figures.events["the disk was full"] += 1
    assert "the disk was full" not in figures.never("sqlite")
    assert "PostgreSQL killed and restarted" in figures.never("postgresql")
    assert "jobs" in figures.table()
