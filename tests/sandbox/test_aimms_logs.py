"""Logs and figures end to end: real sockets, blocking and asyncio."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from optcloud import JobGone, State
from optcloud.sandbox import Sandbox
from optcloud_sandbox.settings import LogShape
from sandbox.facades import FAST


@pytest.mark.parametrize("shape", get_args(LogShape))
def test_a_log_in_each_shape_that_it_may_have(cloud: Any, sandbox: Sandbox, shape: LogShape) -> None:
    sandbox.settings = replace(sandbox.settings, aimms_logs=shape)
    job = cloud.aimms.run("Sandbox", "echo", input={})
    job.wait(pace=FAST)
    entries = list(job.logs())
    assert entries[-1].fields["message"] == "completed"
    assert "completed" in str(entries[-1])


def test_following_a_log_ends_with_the_task(cloud: Any, stepwise: Sandbox) -> None:
    job = cloud.aimms.run("Sandbox", "echo", input={})
    words = [entry.fields["message"] for entry in job.logs(follow=True, pace=FAST)]
    assert words[-1] == "completed"
    assert len(words) == len(set(words)) >= 3
    assert job.poll().state is State.SUCCEEDED


def test_a_log_is_saved(cloud: Any, tmp_path: Path) -> None:
    job = cloud.aimms.run("Sandbox", "echo", input={})
    job.wait(pace=FAST)
    assert "completed" in job.save_log(tmp_path / "task.log").read_text()
    job.delete()
    with pytest.raises(JobGone):
        list(job.logs())


def test_figures(cloud: Any) -> None:
    cloud.aimms.run("Sandbox", "echo", input={}).wait(pace=FAST)
    assert cloud.aimms.stats()["completed"] == 1
    assert cloud.aimms.stats(current=True)["total_tasks"] == 0
