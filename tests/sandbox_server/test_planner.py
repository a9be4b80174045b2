"""The planner's assignments, judged by a checker of their own."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optcloud_sandbox.adiutaopt.document import violations
from optcloud_sandbox.adiutaopt.planner import solve
from optcloud_sandbox.roster import generate, roster, stored, text

Plan = dict[str, Any]


def plan(tasks: Sequence[Any], workers: Sequence[Any], **meta: Any) -> Plan:
    return {"meta": meta, "parameters": {}, "tasks": tasks, "workers": workers}


def workers_of(solution: Plan) -> list[Any]:
    assert "errors" not in solution, solution
    return [task.get("workerID") for task in solution["tasks"]]


def task(day: int, start: str, end: str, **more: Any) -> Plan:
    return {"date": f"2026-03-{day:02}", "startTime": start, "endTime": end} | more


def minutes(text: str) -> int:
    hours, rest = text.split(":")
    return int(hours) * 60 + int(rest)


def test_the_shipped_roster_is_what_its_generator_makes() -> None:
    assert stored() == text()
    assert (len(roster()["tasks"]), len(roster()["workers"])) == (140, 20)


def test_the_shipped_roster_is_assigned_whole_and_every_rule_holds() -> None:
    problem = json.loads(stored())
    solution = solve(problem, "r")
    assert solution["statistics"]["assignedTasks"] == 140
    workers = {worker["id"]: worker for worker in problem["workers"]}
    shifts: dict[int, list[tuple[int, int, Plan]]] = defaultdict(list)
    for given_task in solution["tasks"]:
        worker = workers[given_task["workerID"]]
        assert set(given_task["qualifications"]) <= set(worker["qualifications"])
        assert worker["id"] not in given_task.get("antiWorkers", [])
        day = (date.fromisoformat(given_task["date"]) - date(2026, 3, 2)).days
        assert worker["workdayPattern"][day % 7] == 1
        begin = day * 1440 + minutes(given_task["startTime"])
        end = day * 1440 + minutes(given_task["endTime"])
        assert given_task["profit"] + worker["costsPerMinute"] * (end - begin) in (
            given_task["revenue"],
            given_task["revenue"] - worker["costsInitial"],
        )
        shifts[worker["id"]].append((begin, end, given_task))
    for worker_id, own in shifts.items():
        own.sort(key=lambda shift: shift[0])
        assert all(first[1] <= second[0] for first, second in pairwise(own))
        days = [begin // 1440 for begin, _, _ in own]
        assert len(set(days)) == len(days)  # maxDailyTasks is 1
        nights = [begin // 1440 for begin, _, shift in own if shift["startTime"] == "22:00"]
        for night in nights:
            if night - 1 in nights and night - 2 in nights:
                assert not {night + 1, night + 2} & set(days)
        worked = sum(end - begin for begin, end, _ in own)
        assert solution["workers"][worker_id - 1]["totalTaskTime"] == worked


@pytest.mark.parametrize(("workers", "days"), [(200, 14), (7, 3), (1, 1), (60, 31)])
def test_rosters_of_any_size_are_sound_and_mostly_assigned(workers: int, days: int) -> None:
    problem = generate(workers, days, seed=5)
    assert problem == generate(workers, days, seed=5)
    assert problem != generate(workers, days, seed=6)
    assert violations("shift", problem) == []
    assert len({worker["name"] for worker in problem["workers"]}) == len(problem["workers"]) == workers
    first, last = (date.fromisoformat(problem["meta"][name]) for name in ("start", "end"))
    assert (last - first).days == days - 1
    assert {date.fromisoformat(item["date"]) for item in problem["tasks"]} == {
        first + timedelta(days=day) for day in range(days)
    }
    solution = solve(problem, "r")
    statistics = solution["statistics"]  # a KeyError here is an ErrorPlan
    if workers > 50:
        assert 0.05 < statistics["unassignedTasks"] / len(problem["tasks"]) < 0.15
        assert 3 * days / 14 < len(problem["tasks"]) / workers < 9 * days / 14
        assert min(len(worker["tasks"]) for worker in solution["workers"]) > 0
    assert all("unassignedReason" in item for item in solution["tasks"] if "workerID" not in item)


def test_a_roster_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="workers=0"):
        generate(0)
    with pytest.raises(ValueError, match="days=0"):
        generate(5, 0)


def test_no_worker_is_in_two_places() -> None:
    tasks = [task(2, "08:00", "10:00"), task(2, "09:00", "11:00"), task(2, "10:00", "12:00")]
    assert workers_of(solve(plan(tasks, [{"id": "a"}]), "r")) == ["a", None, "a"]


def test_times_beyond_the_day_and_below_midnight_are_the_same_moments() -> None:
    same = [task(21, "07:25", "08:00"), task(20, "31:25", "32:00"), task(22, "-16:35", "-16:00")]
    assert workers_of(solve(plan(same, [{"id": 1}, {"id": 2}, {"id": 3}]), "r")) == [1, 2, 3]
    assert workers_of(solve(plan(same, [{"id": 1}]), "r")) == [1, None, None]


def test_anti_workers_are_never_and_unpreferred_workers_only_last_chosen() -> None:
    one = task(2, "08:00", "10:00", antiWorkers=[1], unpreferredWorkers=[2])
    off = {"workdayPattern": [0]}
    assert workers_of(solve(plan([one], [{"id": 1}, {"id": 2}, {"id": 3}]), "r")) == [3]
    assert workers_of(solve(plan([one], [{"id": 1}, {"id": 2}, {"id": 3} | off]), "r")) == [2]
    assert workers_of(solve(plan([one], [{"id": 1}, {"id": 2} | off]), "r")) == [None]


def test_workers_who_must_not_or_would_rather_not_work_together() -> None:
    pair = [task(2, "08:00", "10:00"), task(2, "09:00", "11:00")]
    for anti in ([{"id": 1, "antiWorkers": [2]}, {"id": 2}], [{"id": 1}, {"id": 2, "antiWorkers": [1]}]):
        assert workers_of(solve(plan(pair, anti), "r")) == [1, None]
    shy = [{"id": 1}, {"id": 2, "unpreferredWorkers": [1]}, {"id": 3}]
    assert workers_of(solve(plan(pair, shy), "r")) == [1, 3]


def test_limits_a_day_and_in_all() -> None:
    tasks = [task(2, "08:00", "09:00"), task(2, "10:00", "11:00"), task(3, "08:00", "09:00"), task(4, "08:00", "09:00")]
    assert workers_of(solve(plan(tasks, [{"id": 1, "maxDailyTasks": 1}]), "r")) == [1, None, 1, 1]
    assert workers_of(solve(plan(tasks, [{"id": 1, "maxAssignableTasks": 2}]), "r")) == [1, 1, None, None]


def test_the_workday_pattern_runs_from_the_plans_start_and_repeats_after_the_cycle() -> None:
    tasks = [task(day, "08:00", "09:00") for day in range(2, 10)]
    worker = {"id": 1, "workdayPattern": [1, 1, 0], "workdayCycle": 4}
    expected = [1, 1, None, None, 1, 1, None, None]
    assert workers_of(solve(plan(tasks, [worker], start="2026-03-02"), "r")) == expected
    assert workers_of(solve(plan(tasks, [worker], start="2026-03-01"), "r")) == [1, None, None, 1, 1, None, None, 1]


def test_days_off_after_nights() -> None:
    tasks = [task(day, "22:00", "30:00") for day in range(2, 9)]
    worker = {"id": 1, "consecutiveNightShiftsForOffdays": 2, "minOffdaysAfterConsecutiveNightShifts": 2}
    assert workers_of(solve(plan(tasks, [worker]), "r")) == [1, 1, None, None, 1, 1, None]


def test_shifts_are_the_windows_of_a_worker() -> None:
    tasks = [task(2, "08:00", "10:00"), task(2, "13:00", "15:00"), task(2, "15:00", "17:00")]
    worker = {"id": 1, "shifts": [{"date": "2026-03-02", "startTime": "13:00", "endTime": "16:00"}]}
    assert workers_of(solve(plan(tasks, [worker]), "r")) == [None, 1, None]


def test_capacity_volume_and_weight_are_not_exceeded() -> None:
    tasks = [{"weight": 6, "duration": 10}, {"weight": 6, "durationInSeconds": 90}, {"weight": 4}]
    solution = solve(plan(tasks, [{"id": 1, "weight": 12, "weightInitial": 2}]), "r")
    assert workers_of(solution) == [1, None, 1]
    assert solution["workers"][0]["totalTaskTime"] == 10


def test_the_better_paid_task_comes_first() -> None:
    tasks = [task(2, "08:00", "10:00", revenue=1), task(2, "08:00", "10:00", revenue=2)]
    assert workers_of(solve(plan(tasks, [{"id": 1}]), "r")) == [None, 1]


@pytest.mark.parametrize(
    ("tasks", "workers", "error", "path"),
    [
        ([task(2, "08:00", "10:00", date="2026-2-30")], [], "impossible-date", "/tasks/0/date"),
        ([task(2, "08:00", "10:00", date="0000-01-01")], [], "impossible-date", "/tasks/0/date"),
        ([task(2, "08:00", "10:00", date="02.03.2026")], [], "malformed-date", "/tasks/0/date"),
        ([task(2, "8", "10:00")], [], "malformed-time", "/tasks/0/startTime"),
        ([task(2, "10:00", "08:00")], [], "negative-duration", "/tasks/0/endTime"),
        ([{"antiWorkers": [3]}], [{"id": 1}], "dangling-id", "/tasks/0/antiWorkers"),
        ([], [{"id": 1, "unpreferredWorkers": [3]}], "dangling-id", "/workers/0/unpreferredWorkers"),
        ([{"id": 1}, {"id": 1}], [], "duplicate-id", "/tasks"),
        ([], [{"id": 1}, {"id": 1}], "duplicate-id", "/workers"),
        ([{"id": None}], [], "wrong-type", "/tasks/0/id"),
        ([], [{"maxDailyTasks": "1"}], "wrong-type", "/workers/0/maxDailyTasks"),
        ([], [{"workdayPattern": "1100"}], "wrong-type", "/workers/0/workdayPattern"),
        ([], [{"shifts": [3]}], "wrong-type", "/workers/0/shifts"),
        ([3], [], "wrong-type", "/tasks"),
    ],
)
def test_what_makes_no_sense_is_an_error_plan(tasks: list[Any], workers: list[Any], error: str, path: str) -> None:
    found = solve(plan(tasks, workers), "r")
    assert [(entry["errorID"], entry["path"]) for entry in found["errors"]] == [(error, path)]
    assert {"tasks", "workers", "statistics"} & set(found) == set()
    assert found["requestID"] == "r"


def test_remove_invalid_tasks_leaves_them_out() -> None:
    tasks = [{"id": 1, "date": "2026-02-31"}, {"id": 2}]
    solution = solve(plan(tasks, [{"id": 9}], removeInvalidTasks=True), "r")
    assert [item["id"] for item in solution["tasks"]] == [2]
    assert solution["info"]["removedTasks"] == 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 23), st.integers(0, 600)), max_size=25),
    st.integers(1, 4),
    st.integers(1, 3),
)
def test_any_plan_is_free_of_overlaps_and_within_the_daily_limit(
    drawn: list[tuple[int, int, int]], count: int, most: int
) -> None:
    start = date(2026, 3, 2)
    tasks = [
        {
            "date": (start + timedelta(days=day)).isoformat(),
            "startTime": f"{hour}:00",
            "endTime": f"{hour + length // 60}:{length % 60:02}",
        }
        for day, hour, length in drawn
    ]
    solution = solve(plan(tasks, [{"id": number, "maxDailyTasks": most} for number in range(count)]), "r")
    taken: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for (day, hour, length), worker in zip(drawn, workers_of(solution), strict=True):
        if worker is not None:
            taken[worker].append((day * 1440 + hour * 60, day * 1440 + hour * 60 + length, day))
    for own in taken.values():
        own.sort()
        assert all(first[1] <= second[0] for first, second in pairwise(own))
        days = [day for _, _, day in own]
        assert max(days.count(day) for day in days) <= most


@pytest.mark.parametrize(
    ("given_task", "workers", "reason"),
    [
        ({}, [], "there are no workers"),
        ({"qualifications": ["care"]}, [{}, {"qualifications": ["lead"]}], "nobody can: 2 not qualified"),
        ({"antiWorkers": [0]}, [{}], "nobody can: 1 not wanted (antiWorkers)"),
        ({}, [{"maxAssignableTasks": 0}], "nobody can: 1 at their limit of tasks"),
        ({"weight": 3}, [{"weight": 2}], "nobody can: 1 without weight left"),
        (task(2, "08:00", "10:00"), [{"workdayPattern": [0]}], "nobody can: 1 off that day"),
        (task(2, "08:00", "10:00"), [{"maxDailyTasks": 0}], "nobody can: 1 at their limit of that day"),
        (task(2, "08:00", "10:00"), [{"shifts": []}], "nobody can: 1 not on shift"),
    ],
)
def test_unassigned_tasks_say_why(given_task: Plan, workers: list[Plan], reason: str) -> None:
    (shown,) = solve(plan([given_task], [{"id": index} | worker for index, worker in enumerate(workers)]), "r")["tasks"]
    assert shown["unassignedReason"] == reason


def test_reasons_of_several_are_counted() -> None:
    tasks = [task(2, "08:00", "10:00"), task(2, "09:00", "11:00"), task(2, "22:00", "30:00"), task(3, "22:00", "30:00")]
    nights = {"consecutiveNightShiftsForOffdays": 1, "minOffdaysAfterConsecutiveNightShifts": 1}
    care = {"qualifications": ["care"]}
    solution = solve(plan([one | care for one in tasks], [care | nights, {}]), "r")
    assert [shown.get("unassignedReason") for shown in solution["tasks"]] == [
        None,
        "nobody can: 1 not qualified, 1 at work then",
        None,
        "nobody can: 1 not qualified, 1 off after nights",
    ]
    apart = solve(plan(tasks[:2], [{"id": 1, "antiWorkers": [2]}, {"id": 2}]), "r")
    assert apart["tasks"][1]["unassignedReason"] == "nobody can: 1 at work then, 1 kept apart from somebody at work"


HOSTILE: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**18, 2**63, 10**400, -(10**400), 2**64 - 1, 1.5, -0.0, 1e308])
    | st.sampled_from(["", "0001-01-01", "9999-12-31", "23:59", "-999999999:59", "999999999:59", "2020-02-30", "\0"])
    | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "date"]), inner, max_size=2),
    max_leaves=4,
)
TASK_FIELDS = (
    *("id", "date", "startTime", "endTime", "duration", "durationInSeconds", "revenue", "qualifications", "capacity"),
    *("volume", "weight", "preferredWorkers", "unpreferredWorkers", "antiWorkers"),
)
WORKER_FIELDS = (
    *("id", "costsPerMinute", "costsInitial", "maxDailyTasks", "maxAssignableTasks", "workdayPattern", "workdayCycle"),
    *("consecutiveNightShiftsForOffdays", "minOffdaysAfterConsecutiveNightShifts", "shifts", "qualifications"),
    *("antiWorkers", "unpreferredWorkers", "capacity", "capacityInitial", "weight", "volumeInitial"),
)


def objects(fields: tuple[str, ...]) -> st.SearchStrategy[Any]:
    plain = {"id": st.integers(0, 2), "date": st.just("2026-03-02"), "startTime": st.just("06:00")}
    return st.lists(
        st.fixed_dictionaries({}, optional={name: plain.get(name, HOSTILE) | HOSTILE for name in fields}), max_size=3
    )


@given(
    meta=HOSTILE | st.fixed_dictionaries({}, optional={"start": HOSTILE, "removeInvalidTasks": st.booleans()}),
    tasks=objects(TASK_FIELDS) | HOSTILE,
    workers=objects(WORKER_FIELDS) | HOSTILE,
)
def test_every_problem_has_a_solution_or_an_error_plan(meta: Any, tasks: Any, workers: Any) -> None:
    """Whatever a problem holds is planned, or what is wrong with it is said, and both can be written."""
    plan = {"meta": meta, "parameters": {}, "tasks": tasks, "workers": workers}
    solution = json.loads(json.dumps(solve(plan, "request", 1000)))
    assert solution.get("errors") or len(solution["tasks"]) + solution["info"]["removedTasks"] == len(tasks)


def test_a_cycle_of_days_takes_no_memory() -> None:
    """The length of a cycle is a number of the problem, not of bytes."""
    worker = {"id": 1, "workdayPattern": [1], "workdayCycle": 10**18}
    plan = {"tasks": [{"id": 1, "date": "2026-03-02", "startTime": "06:00"}], "workers": [worker]}
    solution = solve(plan | {"meta": {"start": "2026-03-01"}}, "request")
    assert "off that day" in solution["tasks"][0]["unassignedReason"]
