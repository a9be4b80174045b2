"""A solution as rows, figures and differences, whatever its fields are called."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.adiutaopt.planners import SHIFT
from optcloud.adiutaopt.solution.assignments import Worker
from optcloud.adiutaopt.solution.field_names import SolutionWords
from optcloud.adiutaopt.solution.solution import Solution
from optcloud.adiutaopt.solution.times import Times
from optcloud.core.errors import ConfigError, ResponseMismatch

EARLY = {
    "id": 1,
    "name": "early",
    "date": "2026-3-2",
    "startTime": "06:00",
    "endTime": "14:00",
    "workerID": 7,
    "qualifications": ["care", "lead"],
    "revenue": 2**64 - 1,
    "profit": -(2**63),
    "newField": {"kept": True},
}
NIGHT = {"id": 2, "date": "2026-03-02", "startTime": "22:00", "endTime": "30:00", "workerID": 8, "profit": 5}
LATE = {"id": 3, "date": "2026-03-03", "startTime": "14:00", "endTime": "22:00", "unassignedReason": "nobody is free"}
WORKERS = [{"id": 7, "name": "Ada", "totalTaskTime": 480}, {"id": 8, "name": "Ben"}, {"id": 9, "name": "Cem"}]


def solution(*tasks: dict[str, Any], workers: list[dict[str, Any]] = WORKERS, **more: Any) -> Solution:
    return Solution(msgspec.json.encode({"tasks": tasks, "workers": workers} | more), SHIFT)


def test_rows() -> None:
    plan = solution(EARLY, NIGHT, LATE)
    early, night = plan.assignments
    assert (early.task, early.task_name, early.worker, early.worker_name) == (1, "early", 7, "Ada")
    assert (early.date, early.start, early.end) == (
        date(2026, 3, 2),
        datetime(2026, 3, 2, 6),
        datetime(2026, 3, 2, 14),
    )
    assert (early.minutes, early.qualifications, early.kind) == (480, ("care", "lead"), None)
    assert (night.start, night.end, night.date) == (
        datetime(2026, 3, 2, 22),
        datetime(2026, 3, 3, 6),
        date(2026, 3, 2),
    )
    (late,) = plan.unassigned
    assert (late.task, late.worker, late.reason, late.index) == (3, None, "nobody is free", 2)
    assert plan.workers[2] == Worker(9, "Cem")
    assert plan.json()["tasks"][early.index]["newField"] == {"kept": True}


def test_integers_of_64_bits_are_exact() -> None:
    (early,) = solution(EARLY).assignments
    assert (early.revenue, early.profit) == (18446744073709551615, -9223372036854775808)


def test_what_was_not_found_is_said() -> None:
    plan = solution({"id": 1, "profit": 3, "slot": "06:00"}, workers=[])
    assert plan.fields.found == {"task": "id", "profit": "profit"}
    assert {"worker", "start", "end", "date"} <= set(plan.fields.missing)
    assert "not found: " in str(plan.fields)
    row = plan.rows.tasks[0]
    assert (row.task, row.start, row.end, row.minutes, row.assigned) == (1, None, None, None, False)


def test_names_of_ones_own() -> None:
    plan = solution({"nr": "a", "emp": "x", "day": "2026-03-02", "a": "1:5", "b": "2:00"}, workers=[{"emp": "x"}])
    words = SolutionWords(task=("nr",), worker=("emp",), worker_id=("emp",), start=("a",), end=("b",))
    (row,) = plan.read_as(words).assignments
    assert (row.task, row.worker, row.start) == ("a", "x", datetime(2026, 3, 2, 1, 5))
    with pytest.raises(ConfigError, match="takes a tuple of names"):
        SolutionWords(task="nr")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="'boss' is no meaning"):
        SolutionWords.of({"boss": "x"})


@pytest.mark.parametrize(
    "task",
    [
        {"start": {"date": "2026-03-02", "time": "25:30"}, "end": {"date": "2026-03-03", "time": "2:30"}},
        {"start": "2026-03-03T01:30:00", "end": "2026-03-03T02:30:00+02:00"},
        {"date": "2026-03-04", "startTime": "-22:30", "durationInSeconds": 3600},
        {"date": "2026-03-03", "start": "1:30", "duration": 60},
        {"date": "2026-03-02", "startTime": "25:30", "endDate": "2026-03-03", "endTime": "2:30"},
    ],
)
def test_the_same_hour_in_other_forms(task: dict[str, Any]) -> None:
    row = solution({"id": 1} | task).rows.tasks[0]
    assert (row.start, row.end) == (datetime(2026, 3, 3, 1, 30), datetime(2026, 3, 3, 2, 30))


@given(st.dates(date(1000, 1, 1), date(9000, 1, 1)), st.integers(-(10**6), 10**6), st.booleans())
def test_a_time_is_an_offset_from_midnight(day: date, minutes: int, padded: bool) -> None:
    hours, rest = divmod(abs(minutes), 60)
    text = f"{'-' if minutes < 0 else ''}{hours}:{f'{rest:02}' if padded else rest}"
    told = f"{day.year}-{day.month}-{day.day}"
    assert Times().moment(told, text) == datetime.combine(day, time()) + timedelta(minutes=minutes)


@given(st.text() | st.integers() | st.none() | st.lists(st.integers()), st.text() | st.integers() | st.none())
def test_anything_else_is_no_moment(day: Any, value: Any) -> None:
    found = Times().moment(day, value)
    assert found is None or isinstance(found, datetime)


@pytest.mark.parametrize(
    ("field", "value", "meaning"),
    [
        ("startTime", "6 o'clock", "start"),
        ("startTime", "999999999:00", "start"),
        ("endTime", 14, "end"),
        ("date", "2026-02-31", "date"),
        ("date", "0000-1-1", "date"),
        ("profit", "7", "profit"),
        ("workerID", 1.5, "worker"),
    ],
)
def test_what_cannot_be_read_is_counted(field: str, value: Any, meaning: str) -> None:
    assert solution(EARLY | {field: value}, NIGHT).fields.unreadable[meaning] == 1


def test_workers_may_name_their_tasks_instead() -> None:
    bare = [{"id": 1}, {"id": 2}, {"id": 3}]
    plan = solution(*bare, workers=[{"id": "a", "tasks": [1]}, {"id": "b", "tasks": [{"id": 2}]}])
    assert [row.worker for row in plan.rows.tasks] == ["a", "b", None]


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b'{"tasks": [1], "workers": []}', b'{"tasks": {}, "workers": []}', b"{"]
)
def test_what_is_no_solution_is_an_error(body: bytes) -> None:
    with pytest.raises(ResponseMismatch) as caught:
        _ = Solution(body, SHIFT).assignments
    assert caught.value.body == body


def test_summary() -> None:
    found = solution(EARLY, NIGHT, LATE, requestID="r", statistics={"x": 2**63}).summary()
    assert (found.tasks, found.assigned, found.unassigned, found.workers, found.idle) == (3, 2, 1, 3, 1)
    assert (found.minutes, found.profit, found.request_id) == (960, 5 - 2**63, "r")
    assert found.statistics == {"x": 2**63}
    ada = found.per_worker[0]
    assert (ada.name, ada.tasks, ada.days, ada.minutes, ada.task_time) == ("Ada", 1, 1, 480, 480)
    assert (found.first, found.last) == (datetime(2026, 3, 2, 6), datetime(2026, 3, 3, 6))
    assert str(found).startswith("2 of 3 tasks assigned to 2 of 3 workers, 16 hours, profit ")


def test_a_worker_whom_only_tasks_name_counts() -> None:
    found = solution(EARLY | {"workerID": "ghost"}).summary()
    assert [(load.worker, load.tasks) for load in found.per_worker] == [(7, 0), (8, 0), (9, 0), ("ghost", 1)]


def test_diff() -> None:
    other = solution(
        EARLY | {"workerID": 8},
        NIGHT | {"endTime": "31:00"},
        LATE | {"workerID": 9},
        {"id": 4, "workerID": 7},
    )
    found = solution(EARLY, NIGHT, LATE, {"id": 5}).diff(other)
    assert [change.after.task for change in found.reassigned] == [1]
    assert [change.after.task for change in found.moved] == [2]
    assert [change.after.task for change in found.newly_assigned] == [3]
    assert ([row.task for row in found.added], [row.task for row in found.removed]) == ([4], [5])
    assert str(found.reassigned[0]) == ("1 early: Ada, 2026-03-02 06:00 to 14:00 -> Ben, 2026-03-02 06:00 to 14:00")
    assert (bool(found), found.unchanged) == (True, 0)
    back = other.diff(solution(EARLY, NIGHT, LATE))
    assert [change.after.task for change in back.newly_unassigned] == [3]


def test_no_difference() -> None:
    found = solution(EARLY, NIGHT, NIGHT, LATE).diff(solution(LATE, NIGHT, EARLY, NIGHT))
    assert (bool(found), found.unchanged) == (False, 4)


def test_tasks_without_ids_are_not_compared() -> None:
    with pytest.raises(ResponseMismatch, match=r"tasks\[1\] has no id.*SolutionWords\(task="):
        solution(EARLY).diff(solution(EARLY, {"name": "x"}))


def test_a_saved_solution_is_loaded(tmp_path: Path) -> None:
    plan = solution(EARLY)
    assert Solution.load(plan.save(tmp_path / "plan.json")) == plan
