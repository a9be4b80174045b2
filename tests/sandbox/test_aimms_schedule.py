"""Scheduled and repeated tasks end to end: real sockets, blocking and asyncio, the sandbox's clock turned."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from optcloud import BadRequest, Conflict, JobGone, State
from optcloud.sandbox import Sandbox
from sandbox.facades import FAST, Opener


def now(sandbox: Sandbox) -> datetime:
    return datetime.fromtimestamp(sandbox.now(), UTC)


def test_a_task_runs_at_its_time_and_not_before(cloud: Any, sandbox: Sandbox) -> None:
    at = (now(sandbox) + timedelta(hours=2)).astimezone(timezone(timedelta(hours=5, minutes=30)))
    job = cloud.aimms.run("Sandbox", "echo", input="later", at=at)
    details = job.details()
    assert (details.state, details.run) == (State.QUEUED, None)
    assert abs(details.schedule_for.replace(tzinfo=UTC) - at) < timedelta(seconds=1)
    sandbox.turn(7190)
    assert job.poll().state is State.QUEUED
    sandbox.turn(10)
    assert job.result(pace=FAST).text() == "later"
    assert 7190 < job.details().queue_time < 7300


@pytest.mark.parametrize("after", [timedelta(minutes=90), "PT1H30M", "90 minutes"])
def test_a_task_runs_after_a_while(cloud: Any, sandbox: Sandbox, after: Any) -> None:
    job = cloud.aimms.run("Sandbox", "echo", version="1.0", input="later", after=after)
    sandbox.turn(5390)
    assert job.poll().state is State.QUEUED
    sandbox.turn(11)
    assert job.wait(pace=FAST).state is State.SUCCEEDED


def test_what_cannot_be_scheduled_is_refused_before_sending(cloud: Any, sandbox: Sandbox) -> None:
    for wrong in ({"at": datetime(2030, 1, 1)}, {"after": timedelta(0)}, {"every": "now and then"}):
        with pytest.raises(BadRequest) as caught:
            cloud.aimms.run("Sandbox", "echo", **wrong)
        assert caught.value.status is None
    assert sandbox.journal() == []


def test_a_repeated_task_is_a_series(cloud: Any, open_cloud: Opener, sandbox: Sandbox) -> None:
    first = cloud.aimms.run("Sandbox", "echo", input="again", every=timedelta(days=1))
    assert first.ref.endswith("/0")
    assert first.result(pace=FAST).text() == "again"
    sandbox.turn(2 * 86400 + 1)
    assert first.series.last().ref == first.ref.removesuffix("/0") + "/3"
    assert [run.poll().state for run in first.series.runs()] == [State.SUCCEEDED] * 3 + [State.QUEUED]
    second = open_cloud().attach(first.series[1].ref)
    assert second.details().run == 1
    assert second.result(pace=FAST).text() == "again"


def test_stopping_a_series_keeps_its_runs(cloud: Any, sandbox: Sandbox) -> None:
    first = cloud.aimms.run("Sandbox", "echo", input="again", every="1 day")
    first.wait(pace=FAST)
    sandbox.turn(86401)
    first.series[1].wait(pace=FAST)
    first.series.stop()
    sandbox.turn(10 * 86400)
    assert first.series.last().ref.endswith("/1")
    assert first.result(pace=FAST).text() == "again"
    with pytest.raises(JobGone):
        first.series[2].poll()


def test_a_plain_task_is_no_series_and_is_not_deleted_as_one(cloud: Any) -> None:
    job = cloud.aimms.run("Sandbox", "echo", input="once")
    with pytest.raises(Conflict, match="not a repeated task"):
        job.series.stop()
    assert job.poll().state is State.SUCCEEDED


def test_the_list_is_filtered_by_day_and_by_moment(cloud: Any, sandbox: Sandbox) -> None:
    moments = []
    for number in range(3):
        moments.append(now(sandbox))
        cloud.aimms.run("Sandbox", "echo", input=str(number))
        sandbox.turn(86400)
    refs = [one.reference for one in cloud.aimms.tasks()]
    assert [one.reference for one in cloud.aimms.tasks(after=moments[1])] == refs[1:]
    assert [one.reference for one in cloud.aimms.tasks(before=moments[2], after=moments[1])] == refs[1:2]
    tomorrow: date = moments[1].date()
    assert [one.reference for one in cloud.aimms.tasks(before=tomorrow)] == refs[:1]
    (reference, status), *_ = cloud.aimms.tasks(limit=1)
    assert (str(reference), status.word) == (str(refs[0]), "completed")
    assert cloud.aimms.tasks(limit=1)[0].view.service == "echo"
