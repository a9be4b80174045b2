"""What a task's JSON says, typed."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.aimms.tasks.details import SESSION_NAMES, V1_NAMES, TaskView, moment, seconds, whole
from optcloud.aimms.tasks.states import status_of
from optcloud.core.states import State

# Values after the example in the vendor's page "Providing REST APIs" (AIMMS facts 2).
TASK = {
    "id": "efa680a0",
    "groupIndex": None,
    "appName": "Test",
    "appVersion": "1.0",
    "serviceName": "JobSchedule",
    "state": "completed",
    "scheduleFor": None,
    "scheduleInterval": None,
    "createdAt": "2023-11-23 15:16:38.000000",
    "assignedAt": "2023-11-23 15:16:57.000000",
    "runningAt": "2023-11-23 15:16:57.000000",
    "endedAt": "2023-11-23 15:17:01.000000",
    "queueTime": 19.0,
    "runTime": 4.0,
    "returnCode": 1,
    "errorMessage": None,
}
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)


def view(task: dict[str, Any]) -> TaskView:
    return TaskView.of(status_of(task))


def test_the_vendors_example() -> None:
    seen = view(TASK)
    assert (seen.id, seen.run, seen.app, seen.version, seen.service) == ("efa680a0", None, "Test", "1.0", "JobSchedule")
    assert (seen.state, seen.word) == (State.SUCCEEDED, "completed")
    assert seen.created_at == datetime(2023, 11, 23, 15, 16, 38)
    assert seen.ended_at == datetime(2023, 11, 23, 15, 17, 1)
    assert (seen.queue_time, seen.run_time, seen.return_code, seen.error_message) == (19.0, 4.0, 1, None)
    assert (seen.schedule_for, seen.schedule_interval, seen.session_id) == (None, None, None)
    assert seen.raw is not None and seen.raw["appName"] == "Test"


@pytest.mark.parametrize("name", ["errorMessage", "errormessage"])
@pytest.mark.parametrize(
    ("word", "message", "state"),
    [
        ("finished", "out of memory", State.FAILED),
        ("Finished", "out of memory", State.FAILED),
        ("finished", None, State.SUCCEEDED),
        ("finished", " ", State.SUCCEEDED),
        ("completed", "a warning", State.SUCCEEDED),
        ("interrupted", "by a person", State.CANCELLED),
    ],
)
def test_a_finished_task_of_v1_with_an_error_message_has_failed(
    name: str, word: str, message: str | None, state: State
) -> None:
    """v1 has one word for both ends: what tells a failure is the message."""
    assert status_of({"status": word, name: message}).state is state


def test_names_of_v1_say_the_same() -> None:
    old = {V1_NAMES.get(name, name): value for name, value in TASK.items()} | {"status": "finished"}
    assert view(old).raw.keys() & V1_NAMES.keys() == set()
    new = view(TASK)
    for name in ("id", "app", "version", "service", "state", "queue_time", "run_time", "return_code", "error_message"):
        assert getattr(view(old), name) == getattr(new, name)


def test_what_later_versions_add() -> None:
    seen = view(
        TASK
        | {"userName": "ada", "userEnvironment": "ROOT", "sessionId": "s-1", "groupIndex": 3.0, "returnCode": 1.0}
        | {"scheduleFor": "2026-01-31 08:00:00.500 +01:00", "scheduleInterval": "1 day", "runTime": "4.25"}
    )
    assert (seen.user_name, seen.user_environment, seen.session_id, seen.run) == ("ada", "ROOT", "s-1", 3)
    assert seen.schedule_for == datetime(2026, 1, 31, 8, 0, 0, 500_000, timezone(timedelta(hours=1)))
    assert (seen.schedule_interval, seen.run_time, seen.return_code) == ("1 day", 4.25, 1)
    assert [view({name: "s"}).session_id for name in SESSION_NAMES] == ["s"] * len(SESSION_NAMES)


@given(st.dictionaries(st.sampled_from([*TASK, *V1_NAMES.values(), *SESSION_NAMES]), VALUES))
def test_nothing_that_is_received_makes_it_fail(task: dict[str, Any]) -> None:
    assert view(task).raw is task


@given(st.datetimes(), st.sampled_from([" ", "T"]), st.sampled_from(["", "Z", "+00:00", " +00:00"]))
def test_times_in_each_form(at: datetime, between: str, zone: str) -> None:
    assert moment(at.isoformat(between) + zone) == (at.replace(tzinfo=UTC) if zone else at)


def test_times_with_more_or_fewer_digits() -> None:
    assert moment("2023-11-08T23:03:29Z") == datetime(2023, 11, 8, 23, 3, 29, tzinfo=UTC)
    assert moment("2023-11-08 23:03:29.123456789") == datetime(2023, 11, 8, 23, 3, 29, 123_456)
    assert moment("2023-11-08 23:03") == datetime(2023, 11, 8, 23, 3)


@pytest.mark.parametrize("text", ["", "soon", "2023-02-30 00:00:00", "2023-11-08", None, 7, "2023-11-08 23:03:29 CET"])
def test_what_is_no_time_is_none(text: object) -> None:
    assert moment(text) is None


def test_numbers() -> None:
    assert [whole(value) for value in (1, 1.0, "1", "1.0")] == [1] * 4
    assert [whole(value) for value in (1.5, True, "x", None, float("inf"), "nan", [])] == [None] * 7
    assert [seconds(value) for value in (1, "0.25", -1, "nan", None, True)] == [1.0, 0.25, None, None, None, None]
