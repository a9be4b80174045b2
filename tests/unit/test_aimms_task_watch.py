"""Watching tasks that come and go: each end is told once, whatever fails, at the cost of a list request a look."""

from __future__ import annotations

import random
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optcloud.aimms.tasks.watching import TaskWatch
from optcloud.core.errors import AuthError, ConfigError, TransportError
from optcloud.core.polling import Pace
from optcloud.core.states import State
from unit.listing_vendor import Row, Vendor, tasks
from unit.script import json_reply

STEADY = Pace(first=10, factor=1, longest=10, jitter=0)


def look(vendor: Vendor, watch: TaskWatch) -> dict[str, State | None]:
    return {task.id: status and status.state for task, status in vendor.run(watch.look())}


def test_tasks_are_added_and_let_go_between_looks() -> None:
    rows = [Row("a", 5), Row("b", 25), Row("c", 25), Row("d", 15)]
    vendor, watch = Vendor(rows), TaskWatch("prod", pace=STEADY)
    watch.add(tasks(rows[:2]))
    assert look(vendor, watch) == {}
    watch.add(tasks(rows[2:]))
    assert look(vendor, watch) == {"a": State.SUCCEEDED}
    watch.let_go(["aimms:prod/c", "aimms:prod/nobody"])
    assert look(vendor, watch) == {"d": State.SUCCEEDED}
    assert look(vendor, watch) == {"b": State.SUCCEEDED}
    assert len(watch) == 0


def test_one_that_is_added_twice_comes_once() -> None:
    rows = [Row("a", 0), Row("b", 0)]
    vendor, watch = Vendor(rows), TaskWatch("prod", pace=STEADY)
    watch.add(tasks(rows))
    watch.add(tasks(rows[:1]))
    assert len(look(vendor, watch)) == 2


def test_one_that_is_gone_is_told_and_the_others_are_watched_on() -> None:
    rows = [Row("a", 5), Row("b", 15)]
    vendor, watch = Vendor(rows), TaskWatch("prod", pace=STEADY)
    watch.add(tasks([Row("x", 0), *rows]))
    assert look(vendor, watch) == {"x": None}
    assert look(vendor, watch) == {"a": State.SUCCEEDED}
    assert look(vendor, watch) == {"b": State.SUCCEEDED}


@pytest.mark.parametrize("status", [401, 403])
def test_an_error_is_raised_and_the_next_look_goes_on(status: int) -> None:
    rows = [Row("a", 15), Row("b", 15)]
    vendor, watch = Vendor(rows), TaskWatch("prod", pace=STEADY)
    watch.add(tasks(rows))
    look(vendor, watch)
    vendor.fault = lambda request: json_reply({"message": "no"}, status)
    with pytest.raises(Exception, match="no"):
        look(vendor, watch)
    vendor.fault = lambda request: None
    assert look(vendor, watch) == {"a": State.SUCCEEDED, "b": State.SUCCEEDED}


def test_one_task_that_may_not_be_read_does_not_stop_the_others() -> None:
    rows = [Row("a", 15, listed=False), Row("b", 15, listed=False)]
    vendor, watch = Vendor(rows), TaskWatch("prod", pace=STEADY)
    vendor.fault = lambda request: json_reply({"message": "no"}, 401) if request.url.path.endswith("/a") else None
    watch.add(tasks(rows))
    seen: dict[str, State | None] = {}
    for _ in range(6):
        try:
            seen |= look(vendor, watch)
        except AuthError:
            continue
    assert seen == {"b": State.SUCCEEDED}


def test_patience_that_has_ended_is_raised_once_and_begins_anew() -> None:
    rows = [Row("a", 5000), Row("b", 5000)]
    vendor, watch = Vendor(rows), TaskWatch("prod", pace=Pace(first=100, factor=1, longest=100, jitter=0, patience=300))
    watch.add(tasks(rows))
    look(vendor, watch)

    def cut(_request: object) -> None:
        raise TransportError("reset", sent="unknown")

    vendor.fault = cut
    raised = 0
    for _ in range(12):
        try:
            look(vendor, watch)
        except TransportError:
            raised += 1
    assert 2 <= raised <= 4
    vendor.fault = lambda request: None
    assert look(vendor, watch) == {}


def test_a_task_added_late_has_the_whole_patience() -> None:
    rows = [Row("a", 10_000), Row("late", 10_000, listed=False)]
    vendor, watch = Vendor(rows), TaskWatch("prod", pace=Pace(first=100, factor=1, longest=100, jitter=0, patience=300))
    watch.add(tasks(rows[:1]))
    for _ in range(10):
        look(vendor, watch)
    vendor.fault = lambda request: json_reply({"message": "busy"}, 503) if request.url.path.endswith("/late") else None
    watch.add(tasks(rows[1:]))
    look(vendor, watch)


def test_the_pace_begins_anew_when_something_happens() -> None:
    rows = [Row("a", 10_000), Row("b", 10_000), Row("c", 10_000)]
    vendor, watch = Vendor(rows), TaskWatch("prod", pace=Pace(first=1, factor=2, longest=64, jitter=0))
    watch.add(tasks(rows[:2]))
    for _ in range(6):
        look(vendor, watch)
    watch.add(tasks(rows[2:]))
    for _ in range(3):
        look(vendor, watch)
    assert vendor.slept == [1, 2, 4, 8, 16, 32, 1, 2]


def test_jobs_of_others_are_refused() -> None:
    watch = TaskWatch("test")
    with pytest.raises(ConfigError):
        watch.add(tasks([Row("a", 0)]))


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_steady_stream_costs_a_page_or_two_a_look(newest_first: bool) -> None:
    """Forty a look, each taking three, among thousands that have ended: the list is not read from its start."""
    vendor = Vendor([Row(f"o{number}", 0) for number in range(5000)], most=100, newest_first=newest_first)
    watch, told = TaskWatch("prod", pace=STEADY), 0
    for tick in range(30):
        rows = [Row(f"t{tick}x{number}", vendor.now + 30, age=-3600 - vendor.now) for number in range(40)]
        vendor.rows += rows
        watch.add(tasks(rows, known=True))
        before, looked = vendor.lists, len(vendor.looks)
        told += len(look(vendor, watch))
        if tick > 2:
            assert vendor.lists - before <= 2 + newest_first
            assert len(vendor.looks) == looked
    assert told == 40 * 28


def test_what_the_list_shows_of_others_is_handed_on() -> None:
    rows = [Row("a", 50), Row("b", 50)]
    others: list[str] = []
    vendor = Vendor([Row("o", 0), *rows])
    watch = TaskWatch("prod", pace=STEADY, on_other=lambda entry: others.append(entry["id"]))
    watch.add(tasks(rows))
    look(vendor, watch)
    assert others == ["o"]


def test_a_job_that_is_watched_costs_some_kilobytes() -> None:
    rows = [Row(f"t{number}", 10_000) for number in range(200)]
    vendor, watch = Vendor(rows), TaskWatch("prod", pace=STEADY)
    watch.add(tasks(rows))
    look(vendor, watch)
    seen: set[int] = set()

    def size(thing: object) -> int:
        if id(thing) in seen or isinstance(thing, type):
            return 0
        seen.add(id(thing))
        inner = [*thing.items()] if isinstance(thing, dict) else thing if isinstance(thing, list | tuple | set) else []
        slots = [getattr(thing, name, None) for name in getattr(type(thing), "__slots__", ())]
        return sys.getsizeof(thing) + sum(map(size, [*inner, *slots, getattr(thing, "__dict__", None)]))

    assert size(watch._pending) / len(rows) < 10_000


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_task_is_told_once_whatever_the_list_is_like(data: st.DataObject) -> None:
    chance = random.Random(data.draw(st.integers()))
    vendor = Vendor([], most=data.draw(st.integers(1, 25)), newest_first=data.draw(st.booleans()))
    watch, told, count = TaskWatch("prod", pace=STEADY), list[str](), 0

    def disturbed(_request: object) -> None:
        if vendor.rows and chance.random() < 0.2:
            ended = [row for row in vendor.rows if row.id.startswith("o")]
            if ended:
                vendor.rows.remove(chance.choice(ended))
        if chance.random() < 0.1:
            raise TransportError("reset", sent="unknown")

    vendor.fault = disturbed
    for _ in range(data.draw(st.integers(1, 12))):
        for _ in range(chance.randrange(6)):
            row = Row(f"t{count}", vendor.now + chance.uniform(0, 60), listed=chance.random() < 0.9, age=-vendor.now)
            vendor.rows += [row] + [Row(f"o{count}x{n}", 0, age=-vendor.now) for n in range(chance.randrange(8))]
            watch.add(tasks([row], known=chance.random() < 0.5))
            count += 1
        told += look(vendor, watch)
    while watch:
        told += look(vendor, watch)
    assert sorted(told) == sorted(f"t{number}" for number in range(count))
