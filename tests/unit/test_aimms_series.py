"""Repeated tasks on scripted replies."""

import json
from datetime import timedelta
from itertools import islice
from typing import Any

import httpx
import pytest

from optcloud.aimms.tasks import task_flows as tasks
from optcloud.aimms.tasks.series import SeriesFlows
from optcloud.core.errors import ConfigError, Conflict, JobGone
from optcloud.core.reference import Reference
from unit.script import Script, json_reply
from unit.submitting import submit
from unit.test_aimms_tasks import script

SERIES = SeriesFlows(tasks.task_of(Reference("aimms", "prod", ("6f1c", "0"))))


def run(index: Any, state: str = "queued") -> httpx.Response:
    return json_reply({"id": "6f1c", "state": state, "groupIndex": index})


def asked(cloud: Script) -> list[tuple[str, str]]:
    return [(request.method, request.url.raw_path.decode().rpartition("/tasks/")[2]) for request in cloud.sent]


def test_a_repeated_task_is_its_first_run() -> None:
    cloud = script(json_reply({"id": "6f1c", "state": "queued", "groupIndex": 0}))
    task = cloud.run(submit("prod", "App", "solve", every=timedelta(days=1), after="1 hour"))
    assert str(task.reference) == "aimms:prod/6f1c/0"
    assert dict(cloud.sent[0].url.params) == {"scheduleInterval": "P1D", "scheduleIn": "1 hour"}


def test_every_verb_says_which_run() -> None:
    task = SERIES.run(3)
    response = httpx.Response(200, content=b"x")
    cloud = script(run(3), run(3, "completed"), response, httpx.Response(200), httpx.Response(200), httpx.Response(200))
    cloud_run = cloud._run
    for verb in (task.poll, task.result, task.stop, task.cancel, task.delete):
        cloud_run(verb())
    assert asked(cloud) == [
        ("GET", "6f1c?groupIndex=3"),
        ("GET", "6f1c?groupIndex=3"),
        ("GET", "6f1c/response?groupIndex=3"),
        ("PUT", "6f1c?groupIndex=3"),
        ("PUT", "6f1c?groupIndex=3"),
        ("DELETE", "6f1c?groupIndex=3"),
    ]
    assert json.loads(cloud.sent[3].content) == {"setstatus": "interrupt-solve"}


def test_runs_have_references_of_their_own() -> None:
    assert str(SERIES.reference) == "aimms:prod/6f1c"
    assert str(SERIES.run(12).reference) == "aimms:prod/6f1c/12"
    assert tasks.task_of(Reference.parse("aimms:prod/6f1c/12")).run == 12
    assert tasks.task_of(Reference.parse("aimms:prod/6f1c")).run is None
    with pytest.raises(IndexError, match="last"):
        SERIES.run(-1)
    for wrong in (
        "aimms:prod/6f1c/x",
        "aimms:prod/6f1c/-1",
        "aimms:prod/6f1c/1/2",
        "aimms:prod/6f1c/%C2%B2",
        f"aimms:prod/6f1c/{'1' * 5000}",
    ):
        with pytest.raises(ConfigError, match="is not a task"):
            tasks.task_of(Reference.parse(wrong))


def test_the_last_run_and_all_runs() -> None:
    assert str(script(run(4)).run(SERIES.last()).reference) == "aimms:prod/6f1c/4"
    assert [task.run for task in script(run(2.0)).run(SERIES.runs())] == [0, 1, 2]


def test_the_number_of_runs_that_a_reply_tells_costs_no_memory() -> None:
    """Runs are made as they are asked for, however many AIMMS says there are; what is no count is no series."""
    runs = script(run(10**17)).run(SERIES.runs())
    assert [str(task.reference) for task in islice(runs, 2)] == ["aimms:prod/6f1c/0", "aimms:prod/6f1c/1"]
    for hostile in (-1, 10**18, 1e300, "9" * 5000):
        with pytest.raises(Conflict, match="not a repeated task"):
            script(run(hostile)).run(SERIES.runs())


def test_a_series_is_stopped_by_deleting_its_last_run_whichever_that_is_then() -> None:
    cloud = script(run(4), httpx.Response(200))
    cloud.run(SERIES.stop())
    assert asked(cloud) == [("GET", "6f1c"), ("DELETE", "6f1c")]


@pytest.mark.parametrize("verb", ["last", "runs", "stop"])
def test_a_task_that_does_not_repeat_is_left_alone(verb: str) -> None:
    cloud = script(run(None))
    with pytest.raises(Conflict, match="not a repeated task"):
        cloud.run(getattr(SERIES, verb)())
    assert asked(cloud) == [("GET", "6f1c")]


def test_a_series_whose_last_run_has_begun_says_so() -> None:
    with pytest.raises(Conflict, match=r"the last run of aimms:prod/6f1c is solving.*: running") as caught:
        script(run(4, "solving"), json_reply({"message": "running"}, 405)).run(SERIES.stop())
    assert caught.value.status == 405


@pytest.mark.parametrize("verb", ["last", "runs", "stop"])
def test_a_series_that_is_gone(verb: str) -> None:
    with pytest.raises(JobGone, match="no such task"):
        script(json_reply({"message": "no such task"}, 404)).run(getattr(SERIES, verb)())
