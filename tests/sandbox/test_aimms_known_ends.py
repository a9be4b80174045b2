"""The end of a task that a handle has seen is final: its result is fetched at once, without another look."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from optcloud import JobFailed
from optcloud.sandbox import Sandbox
from sandbox.facades import FAST


def seen_by_waiting(cloud: Any, job: Any) -> Any:
    job.wait(pace=FAST)
    return job


def seen_by_polling(cloud: Any, job: Any) -> Any:
    assert job.poll().state.ended
    return job


def seen_in_its_details(cloud: Any, job: Any) -> Any:
    assert job.details().state.ended
    return job


def seen_among_all(cloud: Any, job: Any) -> Any:
    cloud.aimms.wait_all([job], pace=FAST)
    return job


def given_as_it_ended(cloud: Any, job: Any) -> Any:
    ((ended, _status),) = cloud.aimms.as_completed([job.ref], pace=FAST)
    return ended


SEEN = [seen_by_waiting, seen_by_polling, seen_in_its_details, seen_among_all, given_as_it_ended]
see = pytest.mark.parametrize("see", SEEN)


def asked_since(sandbox: Sandbox, before: int) -> list[tuple[str, str]]:
    return [(entry.method, entry.path.rpartition("/tasks/")[2]) for entry in sandbox.journal()[before:]]


@see
def test_its_result_is_fetched_at_once(
    cloud: Any, sandbox: Sandbox, see: Callable[[Any, Any], Any], tmp_path: Path
) -> None:
    job = see(cloud, cloud.aimms.run("Sandbox", "echo", input=b"x"))
    name, before = job.ref.rpartition("/")[2], len(sandbox.journal())
    assert job.result().bytes == b"x"
    job.save(tmp_path / "result")
    assert asked_since(sandbox, before) == [("GET", f"{name}/response")] * 2


@see
def test_its_failure_is_raised_without_asking(cloud: Any, sandbox: Sandbox, see: Callable[[Any, Any], Any]) -> None:
    def broken(_data: bytes, _content_type: str) -> bytes:
        raise ValueError("no feasible schedule")

    sandbox.register("Planning", "broken", broken)
    job = see(cloud, cloud.aimms.run("Planning", "broken", input={}))
    before = len(sandbox.journal())
    with pytest.raises(JobFailed, match="no feasible schedule"):
        job.result()
    assert asked_since(sandbox, before) == []
    sandbox.forget_services()


def test_a_task_of_which_no_end_is_known_is_looked_at(cloud: Any, sandbox: Sandbox) -> None:
    job = cloud.aimms.run("Sandbox", "echo", input=b"x")
    before = len(sandbox.journal())
    job.result(pace=FAST)
    assert len(asked_since(sandbox, before)) == 2


def test_the_last_run_of_a_series_is_looked_at_each_time(cloud: Any, sandbox: Sandbox) -> None:
    """It is another one later: an end that was seen is that of the run of then."""
    first = cloud.aimms.run("Sandbox", "echo", input=b"x", every="1 day")
    first.wait(pace=FAST)
    last = cloud.attach(first.ref.rpartition("/")[0])
    first.series.stop()
    last.poll()
    before = len(sandbox.journal())
    last.result(pace=FAST)
    assert len(asked_since(sandbox, before)) == 2
