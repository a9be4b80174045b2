"""Waiting for many tasks: what it costs, and that none is lost whatever the list is like."""

import random
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optcloud.aimms.tasks.bulk_polling import MOST_MISSES
from optcloud.aimms.tasks.task_flows import TaskFlows
from optcloud.aimms.tasks.wait_for_many import Ends
from optcloud.core.errors import (
    AuthError,
    ConfigError,
    JobGone,
    OptCloudError,
    ServerError,
    TransportError,
    WaitTimeout,
)
from optcloud.core.events import PollFailed, Watching
from optcloud.core.polling import Pace
from optcloud.core.reference import Reference
from optcloud.core.states import State
from unit.listing_vendor import Row, Vendor, tasks
from unit.script import json_reply

STEADY = Pace(first=10, factor=1, longest=10, jitter=0)


def uniform(count: int, seconds: float, **more: Any) -> list[Row]:
    """Tasks that end evenly over some time, in no order."""
    ends = [seconds * (number + 1) / count for number in range(count)]
    random.Random(7).shuffle(ends)
    return [Row(f"t{number}", end, **more) for number, end in enumerate(ends)]


def one_by_one(rows: list[Row], tick: float) -> int:
    """The requests of looking at each task that has not ended, every tick."""
    return sum(int(-(-row.ends // tick)) + 1 for row in rows)


def waited(vendor: Vendor, jobs: list[TaskFlows], **how: Any) -> list[State]:
    return [status.state for status in vendor.run(Ends("prod", jobs, **{"pace": STEADY} | how).all())]


# ---------------------------------------------------------------- what it costs


@pytest.mark.parametrize(
    ("most", "newest_first", "known", "share"),
    [
        (10**9, False, False, 0.004),
        (10**9, True, True, 0.004),
        # Ten pages a tick for half of a thousand tasks on average: what is left to save is little.
        (100, False, True, 0.022),
        (100, True, False, 0.022),
    ],
)
def test_a_thousand_tasks_that_end_in_no_order(most: int, newest_first: bool, known: bool, share: float) -> None:
    rows = uniform(1000, 300)
    vendor = Vendor(rows, most=most, newest_first=newest_first)
    assert set(waited(vendor, tasks(rows, known=known))) == {State.SUCCEEDED}
    assert len(vendor.sent) <= share * one_by_one(rows, 10)


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_thousand_tasks_that_end_as_they_were_queued_cost_less_than_two_in_a_hundred(newest_first: bool) -> None:
    rows = sorted(uniform(1000, 300), key=lambda row: row.ends)
    vendor = Vendor(rows, most=100, newest_first=newest_first)
    waited(vendor, tasks(rows))
    assert len(vendor.sent) <= 0.015 * one_by_one(rows, 10)


def test_a_thousand_tasks_of_which_nothing_is_known_are_one_request() -> None:
    rows = uniform(1000, 5)
    vendor = Vendor(rows)
    assert vendor.run(Ends("prod", tasks(rows)).next()) == []
    assert [dict(request.url.params) for request in vendor.sent] == [{"offset": "0", "limit": "1000"}]


def test_old_tasks_in_thousands_are_passed_over_once_it_is_known_when_the_new_ones_began() -> None:
    rows = uniform(300, 100)
    old = [Row(f"o{number}", 0, age=10 * 86400) for number in range(3_000)]
    vendor = Vendor(old + rows, most=100)
    waited(vendor, tasks(rows, known=True))
    assert len(vendor.sent) <= 3 * 11
    assert {request.url.params["after"] for request in vendor.sent} == {"2026-01-30"}


def test_old_tasks_of_the_same_day_are_passed_over_after_the_first_tick() -> None:
    rows = uniform(300, 100)
    old = [Row(f"o{number}", 0) for number in range(2_000)]
    vendor = Vendor(old + rows, most=100)
    waited(vendor, tasks(rows))
    assert len(vendor.sent) <= 23 + 10 * 4


def test_a_task_alone_is_looked_at_by_itself() -> None:
    rows = [Row("t", 15)]
    vendor = Vendor(rows)
    waited(vendor, tasks(rows))
    assert (vendor.lists, vendor.looks, vendor.slept) == (0, ["t"] * 3, [10, 10])


def test_the_last_few_are_looked_at_by_themselves_when_pages_would_cost_more() -> None:
    rows = [Row(f"t{number}", 5 if number % 100 else 100) for number in range(500)]
    vendor = Vendor(rows, most=50)
    waited(vendor, tasks(rows))
    assert len(vendor.sent) <= 10 + 10 + 10 * 5


def test_a_list_that_shows_none_of_them_costs_at_most_twice_and_then_nothing() -> None:
    rows = [Row(f"t{number}", 95, listed=False) for number in range(20)]
    vendor = Vendor([Row(f"o{number}", 0) for number in range(5_000)] + rows, most=100)
    waited(vendor, tasks(rows))
    assert vendor.lists <= 20 * (MOST_MISSES + 1)
    assert len(vendor.looks) == 20 * 11


def test_some_that_the_list_does_not_show_do_not_make_it_be_read_to_its_end_for_ever() -> None:
    rows = [Row(f"t{number}", 95) for number in range(50)]
    hidden = [Row(f"h{number}", 95, listed=False) for number in range(5)]
    vendor = Vendor(rows + [Row(f"o{number}", 0) for number in range(900)] + hidden, most=100)
    waited(vendor, tasks(rows + hidden))
    assert vendor.lists <= (1 + MOST_MISSES) * 5 + 8  # once without filters
    assert len(vendor.looks) == 5 * 11


def test_tasks_that_moved_to_the_front_of_the_list_are_found_there() -> None:
    rows = [Row(f"t{number}", 15) for number in range(20)]
    others = [Row(f"o{number}", 0) for number in range(300)]
    vendor = Vendor(others + rows, most=100)
    ends = Ends("prod", tasks(rows), pace=STEADY)
    assert vendor.run(ends.next()) == []
    del vendor.rows[:250]
    assert vendor.run(ends.next()) == []
    assert (vendor.lists, vendor.looks) == (4 + 2, [])


def test_nothing_to_wait_for_asks_nothing() -> None:
    vendor = Vendor([])
    assert waited(vendor, []) == []
    assert vendor.sent == []


def test_filters_are_only_what_all_have_in_common() -> None:
    rows = [Row("a", 5), Row("b", 5, version="2.0"), Row("c", 5, age=3 * 86400)]
    vendor = Vendor(rows)
    waited(vendor, tasks(rows, known=True))
    assert dict(vendor.sent[0].url.params) == {
        "after": "2026-01-27",
        "offset": "0",
        "limit": "100",
    }


# ---------------------------------------------------------------- nothing is lost


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_task_comes_once_whatever_the_list_is_like(data: st.DataObject) -> None:
    """Pages of any size, either order, tasks that are not listed, tasks added and removed between pages, faults."""
    count = data.draw(st.integers(1, 30))
    rows = [
        Row(f"t{number}", data.draw(st.integers(0, 80)), listed=data.draw(st.booleans()), age=number * 40_000)
        for number in range(count)
    ]
    others = [Row(f"o{number}", 0) for number in range(data.draw(st.integers(0, 60)))]
    vendor = Vendor(others + rows, most=data.draw(st.integers(1, 25)), newest_first=data.draw(st.booleans()))
    chance = random.Random(data.draw(st.integers()))

    def disturbed(request: httpx.Request) -> httpx.Response | None:
        if chance.random() < 0.3:
            vendor.rows.insert(0, Row(f"n{len(vendor.rows)}", 0))
        if others and chance.random() < 0.3:
            vendor.rows.remove(others.pop())
        if chance.random() < 0.1:
            raise TransportError("reset", sent="unknown")
        return json_reply({"message": "busy"}, 503) if chance.random() < 0.1 else None

    vendor.fault = disturbed
    ends = Ends("prod", tasks(rows, known=data.draw(st.booleans())), pace=STEADY)
    seen: list[str] = []
    while (batch := vendor.run(ends.next())) is not None:
        seen += [task.id for task, status in batch if status.state is State.SUCCEEDED]
    assert sorted(seen) == sorted(row.id for row in rows)


def test_duplicates_come_once_and_statuses_in_the_order_given() -> None:
    rows = [Row("a", 25), Row("b", 5, word="failed")]
    a, b = tasks(rows)
    vendor = Vendor(rows)
    assert waited(vendor, [a, b, a]) == [State.SUCCEEDED, State.FAILED, State.SUCCEEDED]
    ends = Ends("prod", [a, b, a], pace=STEADY)
    assert [task for task, _status in vendor.run(ends.next()) or []] == [a, b]


def test_runs_of_a_series_are_told_apart() -> None:
    rows = [Row("s", 15, run=0), Row("s", 35, run=1), Row("s", 999, run=2), Row("t", 5)]
    vendor = Vendor(rows)
    jobs = tasks([rows[0], rows[1], rows[3]])
    assert waited(vendor, jobs) == [State.SUCCEEDED] * 3
    assert vendor.now == 40


def test_runs_that_the_list_does_not_show_are_looked_at_by_themselves() -> None:
    rows = [Row("s", 15, run=0, listed=False), Row("s", 35, run=1, listed=False), Row("s", 999, run=2)]
    vendor = Vendor(rows)
    assert waited(vendor, tasks(rows[:2])) == [State.SUCCEEDED] * 2
    assert all("groupIndex" in str(request.url) for request in vendor.sent if request.url.path.endswith("/s"))


def test_the_last_run_of_a_series_is_not_taken_for_one_of_the_list() -> None:
    rows = [Row("s", 5, run=0), Row("s", 25, run=1), Row("t", 5)]
    last = TaskFlows(Reference("aimms", "prod", ("s",)))
    vendor = Vendor(rows)
    assert waited(vendor, [last, *tasks(rows[2:])]) == [State.SUCCEEDED] * 2
    assert vendor.now == 30


def test_a_filter_that_hides_a_task_is_dropped() -> None:
    rows = [Row(f"t{number}", 45) for number in range(10)]
    jobs = [TaskFlows(task.reference, {**task.created, "appName": "Renamed"}) for task in tasks(rows, known=True)]
    vendor = Vendor(rows)
    waited(vendor, jobs)
    assert (vendor.lists, len(vendor.looks)) == (6, 10)
    nothing = json_reply({"total_tasks": 0, "current_batch": []})
    vendor = Vendor(rows)
    vendor.fault = lambda request: nothing if "appName" in request.url.params else None
    waited(vendor, tasks(rows, known=True))
    assert (vendor.lists, len(vendor.looks)) == (6, 10)


def test_a_task_that_is_gone_is_told_when_all_others_have_ended() -> None:
    rows = [Row("a", 15), Row("b", 35)]
    vendor = Vendor(rows)
    gone = tasks([Row("x", 0), Row("y", 0)])
    ends = Ends("prod", [*gone, *tasks(rows)], pace=STEADY)
    with pytest.raises(JobGone, match=r"does not know 2 of 4 tasks.*\[aimms:prod/x\]") as caught:
        vendor.run(ends.all())
    assert caught.value.left == ("aimms:prod/x", "aimms:prod/y")
    assert {ref: status.state for ref, status in caught.value.ended.items()} == {
        "aimms:prod/a": State.SUCCEEDED,
        "aimms:prod/b": State.SUCCEEDED,
    }


@pytest.mark.parametrize("ref", ["aimms:test/t", "gurobi:prod/t"])
def test_jobs_of_others_are_refused_at_once(ref: str) -> None:
    with pytest.raises(ConfigError, match=ref):
        Ends("prod", [TaskFlows(Reference.parse(ref))])


# ---------------------------------------------------------------- time


def test_a_time_out_tells_what_has_ended_and_what_has_not() -> None:
    rows = [Row("a", 5), Row("b", 999), Row("c", 24)]
    vendor = Vendor(rows)
    with pytest.raises(
        WaitTimeout, match=r"1 of 3 tasks have not ended after 25 s; the first \[aimms:prod/b\]"
    ) as caught:
        waited(vendor, tasks(rows), timeout=25)
    assert caught.value.left == ("aimms:prod/b",)
    assert list(caught.value.ended) == ["aimms:prod/a", "aimms:prod/c"]
    assert vendor.slept == [10, 10, 5]  # the last look is at the deadline itself


def test_a_time_out_of_nothing_looks_once() -> None:
    rows = [Row("a", 0), Row("b", 5)]
    vendor = Vendor(rows)
    with pytest.raises(WaitTimeout):
        waited(vendor, tasks(rows), timeout=0)
    assert (vendor.lists, vendor.slept) == (1, [])


def test_progress_is_told_each_tick() -> None:
    rows = [Row("a", 5), Row("b", 15)]
    vendor, told = Vendor(rows), []
    waited(vendor, tasks(rows), progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 2), (1, 2), (2, 2)]
    assert [event for event in vendor.events if isinstance(event, Watching)] == [
        Watching(0, 2, 0),
        Watching(1, 2, 10),
        Watching(2, 2, 20),
    ]


# ---------------------------------------------------------------- faults


def test_faults_that_pass_do_not_end_the_wait() -> None:
    rows = [Row("a", 25), Row("b", 25)]
    vendor = Vendor(rows)
    faults = iter([503] * 4 + [429] * 4 + [200] * 99)

    def fault(_request: httpx.Request) -> httpx.Response | None:
        status = next(faults)
        return None if status == 200 else json_reply({"message": "busy"}, status)

    vendor.fault = fault
    assert waited(vendor, tasks(rows)) == [State.SUCCEEDED] * 2
    assert sum(isinstance(event, PollFailed) for event in vendor.events) == 2


def test_patience_ends_with_the_last_fault_after_what_was_found() -> None:
    rows = [Row("a", 5), Row("b", 99)]
    vendor = Vendor(rows)
    vendor.fault = lambda _request: json_reply({}, 503) if vendor.now > 15 else None
    ends = Ends("prod", tasks(rows), pace=Pace(first=10, factor=1, jitter=0, patience=30))
    seen = []
    with pytest.raises(ServerError):
        while True:
            seen += vendor.run(ends.next()) or []
    assert [task.id for task, _status in seen] == ["a"]
    assert 40 <= vendor.now < 60  # thirty seconds after the last good look


def test_the_time_in_which_nobody_asked_does_not_count_as_failing() -> None:
    rows = [Row("a", 5), Row("b", 2000)]
    vendor = Vendor(rows)
    ends = Ends("prod", tasks(rows), pace=Pace(first=10, factor=1, jitter=0, patience=30))
    vendor.run(ends.next())
    vendor.now += 1000
    vendor.fault = lambda _request: json_reply({}, 503) if vendor.now < 1020 else None
    vendor.run(ends.next())
    vendor.run(ends.next())
    assert [task.id for task, _status in vendor.run(ends.next()) or []] == ["a"]


def test_tasks_that_cannot_be_looked_at_do_not_hold_up_the_others() -> None:
    names = ("poison", "poison-2", "poison-3", "a", "b")
    rows = [Row(name, 25 if name == "b" else 5, listed=False) for name in names]
    vendor = Vendor(rows)
    vendor.fault = lambda request: json_reply({}, 500) if "poison" in request.url.path else None
    ends = Ends("prod", tasks(rows), pace=Pace(first=10, factor=1, jitter=0, patience=100))
    seen = []
    with pytest.raises(ServerError):
        while True:
            seen += [task.id for task, _status in vendor.run(ends.next()) or []]
    assert seen == ["a", "b"]
    assert 100 <= vendor.now < 200


def test_the_wait_slows_down_when_asked_to() -> None:
    rows = [Row("a", 5), Row("b", 5)]
    vendor = Vendor(rows)
    vendor.fault = lambda _request: json_reply({}, 429, **{"retry-after": "8"}) if vendor.now < 30 else None
    assert waited(vendor, tasks(rows), pace=Pace(first=1, factor=1, longest=8, jitter=0))
    assert vendor.slept == [8, 8, 8, 8]  # three repeats of one request, then one tick


@pytest.mark.parametrize("status", [400, 403, 404, 405])
def test_a_list_that_is_refused_is_left_alone(status: int) -> None:
    rows = [Row("a", 15), Row("b", 15)]
    vendor = Vendor(rows)
    vendor.fault = lambda request: json_reply({}, status) if request.url.path.endswith("/tasks") else None
    assert waited(vendor, tasks(rows)) == [State.SUCCEEDED] * 2
    assert (vendor.lists, vendor.looks) == (1, ["a", "b"] * 3)


def test_a_page_that_is_too_large_or_a_filter_that_is_too_much_is_left_out() -> None:
    rows = uniform(150, 15)
    vendor = Vendor(rows)

    def picky(request: httpx.Request) -> httpx.Response | None:
        query = request.url.params
        return json_reply({"message": "no"}, 400) if int(query.get("limit", 0)) > 100 or "after" in query else None

    vendor.fault = picky
    assert set(waited(vendor, tasks(rows, known=True))) == {State.SUCCEEDED}
    assert (vendor.lists, vendor.looks) == (2 + 2 + 2 + 2, [])


def test_a_list_that_is_a_page_for_people_is_left_alone_after_three() -> None:
    rows = [Row("a", 45), Row("b", 45)]
    vendor = Vendor(rows)
    vendor.fault = lambda request: httpx.Response(200, html="<h1>") if request.url.path.endswith("/tasks") else None
    assert waited(vendor, tasks(rows)) == [State.SUCCEEDED] * 2
    assert vendor.lists == 3


def test_a_wrong_key_ends_it() -> None:
    rows = [Row("a", 45), Row("b", 45)]
    vendor = Vendor(rows)
    vendor.fault = lambda _request: json_reply({}, 401)
    with pytest.raises(AuthError):
        waited(vendor, tasks(rows))


def test_an_error_comes_after_what_was_found_with_it() -> None:
    rows = [Row("a", 5), Row("b", 5, listed=False)]
    vendor = Vendor(rows)
    vendor.fault = lambda request: json_reply({}, 401) if vendor.now and request.url.path.endswith("/b") else None
    ends = Ends("prod", tasks(rows), pace=STEADY)
    assert vendor.run(ends.next()) == []
    assert [task.id for task, _status in vendor.run(ends.next()) or []] == ["a"]
    with pytest.raises(OptCloudError):
        vendor.run(ends.next())


# ---------------------------------------------------------------- hooks


def test_a_call_leads_to_a_look_at_that_task_and_nothing_else() -> None:
    rows = [Row(f"t{number}", 5 + number) for number in range(10)]
    vendor = Vendor(rows)
    vendor.calls = [(row.ends, row.id) for row in rows]
    ends = Ends("prod", tasks(rows), pace=Pace(first=100, jitter=0), hook=vendor.bell)
    seen = []
    while (batch := vendor.run(ends.next())) is not None:
        seen += [task.id for task, _status in batch]
    assert seen == [row.id for row in rows]
    assert (vendor.lists, vendor.looks, vendor.now) == (1, seen, 14)
    assert [ends_only for _names, _alarm, ends_only in vendor.bell.alarms] == [True]


def test_many_calls_at_once_are_one_list_request() -> None:
    rows = [Row(f"t{number}", 5) for number in range(10)]
    vendor = Vendor(rows)
    vendor.calls = [(5, row.id) for row in rows]
    assert len(waited(vendor, tasks(rows), hook=vendor.bell)) == 10
    assert (vendor.lists, vendor.looks) == (2, [])


def test_a_call_is_not_believed_and_looked_after_once_more() -> None:
    rows = [Row("a", 14), Row("b", 300)]
    vendor = Vendor(rows)
    vendor.calls = [(12, "a"), (13, "b")]
    pace = Pace(first=10, factor=100, longest=1000, jitter=0)
    ends, came = Ends("prod", tasks(rows), pace=pace, hook=vendor.bell), {}
    while (batch := vendor.run(ends.next())) is not None:
        came |= {task.id: vendor.now for task, _status in batch}
    assert came == {"a": 22, "b": 1010}
    assert vendor.looks == ["a", "b", "a", "b", "b"]


def test_without_calls_the_looks_go_on() -> None:
    rows = [Row("a", 25), Row("b", 25)]
    vendor = Vendor(rows)
    assert waited(vendor, tasks(rows), hook=vendor.bell) == [State.SUCCEEDED] * 2
    assert vendor.now == 30
