"""Waiting for many tasks end to end: real sockets, blocking and asyncio."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from optcloud import ConfigError, JobGone, OptCloud, Pace, State, TransportError, WaitTimeout
from optcloud.core.events import Watching
from optcloud.sandbox import AfterSeconds, AtOnce, Fault, Sandbox
from sandbox.facades import FAST, QUICK_RETRY, Opener
from unit.test_drivers import Turned

PACE = Pace(first=10, factor=1, longest=10, jitter=0)
SPREAD = 300  # seconds over which a thousand tasks end


class Together(Turned):
    """A clock that turns the sandbox's with it."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__()
        self._sandbox = sandbox

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self._sandbox.turn(seconds)

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)


def reads(sandbox: Sandbox) -> list[str]:
    return [entry.path for entry in sandbox.journal() if entry.method == "GET"]


@pytest.fixture
def slowly(sandbox: Sandbox) -> Iterator[Sandbox]:
    """Each task ends half a minute after it was due."""
    sandbox.pace = AfterSeconds(30)
    yield sandbox
    sandbox.pace = AtOnce()


def test_a_thousand_tasks_take_a_fiftieth_of_the_requests_at_most(sandbox: Sandbox) -> None:
    """Blocking only, for the suite's time; tests/unit has more of it, and the bench measures both ways to wait."""
    sandbox.pace = AfterSeconds(5)
    clock = Together(sandbox)
    cloud = OptCloud(clock=clock, aimms={"url": sandbox.urls.aimms, "api_key": sandbox.credentials.aimms_api_key})
    delays = [SPREAD * (number * 7919 % 1000) / 1000 for number in range(1000)]
    jobs = [cloud.aimms.run("Sandbox", "echo", input=b"", after=f"PT{delay or 1:g}S") for delay in delays]
    before, began = len(sandbox.journal()), clock.now().monotonic
    progress: list[tuple[int, int]] = []
    pace = Pace(first=20, factor=1, jitter=0)
    statuses = cloud.aimms.wait_all(jobs, pace=pace, progress=lambda *done: progress.append(done))
    asked = len(sandbox.journal()) - before
    assert [status.state for status in statuses] == [State.SUCCEEDED] * 1000
    assert [status.reply["id"] for status in statuses] == [job.ref.rpartition("/")[2] for job in jobs]
    assert progress[-1] == (1000, 1000)
    # One by one, each task is looked at in each of these ticks until it has ended.
    waited = clock.now().monotonic - began
    one_by_one = sum(int((delay + 5) // pace.first) + 1 for delay in delays)
    assert SPREAD <= waited <= SPREAD + 40
    assert asked <= len(progress) + 9  # the last few are looked at by themselves
    assert asked <= one_by_one * 0.02
    cloud.close()


def test_tasks_come_as_they_end(open_cloud: Opener, slowly: Sandbox) -> None:
    events: list[object] = []
    cloud = open_cloud(clock=Together(slowly), on_event=events.append)
    late, early = (
        cloud.aimms.run("Sandbox", "echo", input=word, after=after)
        for word, after in (("late", "3 minutes"), ("early", "1 minute"))
    )
    came = [(job.ref, status.state) for job, status in cloud.aimms.as_completed([late, early.ref], pace=PACE)]
    assert came == [(early.ref, State.SUCCEEDED), (late.ref, State.SUCCEEDED)]
    assert {(event.done, event.total) for event in events if isinstance(event, Watching)} == {(0, 2), (1, 2), (2, 2)}


def test_failed_tasks_have_ended_too(cloud: Any, sandbox: Sandbox) -> None:
    def broken(_data: bytes, _content_type: str) -> bytes:
        raise ValueError("no feasible schedule")

    sandbox.register("Planning", "broken", broken)
    jobs = [cloud.aimms.run("Planning", "broken", input={}), cloud.aimms.run("Sandbox", "echo", input={})]
    failed, good = cloud.aimms.wait_all(jobs, pace=FAST)
    assert (failed.state, good.state) == (State.FAILED, State.SUCCEEDED)
    assert "no feasible schedule" in failed.message
    sandbox.forget_services()


def test_a_time_out_says_what_is_left_and_the_jobs_go_on(open_cloud: Opener, slowly: Sandbox) -> None:
    cloud = open_cloud(clock=Together(slowly))
    jobs = [cloud.aimms.run("Sandbox", "echo", input={}, after=after) for after in ("1 second", "3 minutes")]
    with pytest.raises(WaitTimeout, match="1 of 2 tasks") as caught:
        cloud.aimms.wait_all(jobs, timeout=60, pace=PACE)
    assert list(caught.value.ended) == [jobs[0].ref]
    assert caught.value.left == (jobs[1].ref,)
    assert len(cloud.aimms.wait_all(caught.value.left, pace=PACE)) == 1


@pytest.mark.parametrize("every_run", [True, False])
def test_runs_of_a_series_among_others(open_cloud: Opener, slowly: Sandbox, every_run: bool) -> None:
    slowly.settings = replace(slowly.settings, aimms_list_runs=every_run)
    cloud = open_cloud(clock=Together(slowly))
    first = cloud.aimms.run("Sandbox", "echo", input={}, every="1 minute")
    others = [cloud.aimms.run("Sandbox", "echo", input={}) for _number in range(3)]
    cloud.aimms.wait_all([first, *others], pace=PACE)
    slowly.turn(60)
    statuses = cloud.aimms.wait_all([first, first.series[1], *others], pace=PACE)
    assert [status.reply["groupIndex"] for status in statuses] == [0, 1, None, None, None]
    assert {status.state for status in statuses} == {State.SUCCEEDED}
    first.series.stop()


def test_a_task_deleted_by_somebody_else_is_told_at_the_end(cloud: Any, sandbox: Sandbox) -> None:
    jobs = [cloud.aimms.run("Sandbox", "echo", input={}) for _number in range(3)]
    jobs[1].delete()
    with pytest.raises(JobGone) as caught:
        cloud.aimms.wait_all(jobs, pace=FAST)
    assert caught.value.left == (jobs[1].ref,)
    assert list(caught.value.ended) == [jobs[0].ref, jobs[2].ref]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", method="GET", status=503, times=6),
        Fault("status", method="GET", status=429, retry_after=0, times=6),
        Fault("drop-before", method="GET", times=6),
        Fault("drop-after", method="GET", times=6),
        Fault("cut", method="GET", times=6),
        Fault("html", method="GET", status=200, times=1),
        Fault("html", method="GET", status=502, times=6),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}",
)
def test_faults_lose_no_task(cloud: Any, sandbox: Sandbox, fault: Fault) -> None:
    jobs = [cloud.aimms.run("Sandbox", "echo", input={}) for _number in range(5)]
    sandbox.faults.add(fault)
    assert [status.state for status in cloud.aimms.wait_all(jobs, pace=FAST)] == [State.SUCCEEDED] * 5


def test_a_list_that_is_refused_is_done_without(cloud: Any, sandbox: Sandbox) -> None:
    jobs = [cloud.aimms.run("Sandbox", "echo", input={}) for _number in range(3)]
    sandbox.faults.add(Fault("status", method="GET", path="/tasks$", status=400, times=None))
    assert len(cloud.aimms.wait_all(jobs, pace=FAST)) == 3
    assert sum(path.endswith("/tasks") for path in reads(sandbox)) == 2  # with filters, then without


def test_patience_has_an_end(open_cloud: Opener, sandbox: Sandbox) -> None:
    cloud = open_cloud(clock=Together(sandbox), retry=QUICK_RETRY)
    jobs = [cloud.aimms.run("Sandbox", "echo", input={}) for _number in range(3)]
    sandbox.faults.add(Fault("drop-before", method="GET", times=None))
    with pytest.raises(TransportError):
        cloud.aimms.wait_all(jobs, pace=Pace(first=100, jitter=0))


def test_jobs_of_another_profile_are_refused(cloud: Any) -> None:
    for verb in (cloud.aimms.wait_all, cloud.aimms.as_completed):
        with pytest.raises(ConfigError, match="belongs to the profile prod, not to default"):
            verb(["aimms:prod/6f1c"])
