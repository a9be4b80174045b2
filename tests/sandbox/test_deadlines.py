"""A ``timeout`` holds whatever the server does, for each verb that takes one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from optcloud import JobFailed, WaitTimeout
from optcloud.core import polling
from optcloud.sandbox import Fault, Sandbox
from sandbox.facades import FAST

TIMEOUT = 0.2
MUTE: dict[str, tuple[str, Callable[[Any, Any, Path], object]]] = {
    "wait": ("/tasks/[^/]*$", lambda _cloud, job, _: job.wait(TIMEOUT, pace=FAST)),
    "result, while it waits": ("/tasks/[^/]*$", lambda _cloud, job, _: job.result(TIMEOUT, pace=FAST)),
    "result, as it comes": ("/response$", lambda _cloud, job, _: job.result(TIMEOUT, pace=FAST)),
    "save, as it comes": ("/response$", lambda _cloud, job, out: job.save(out, TIMEOUT, pace=FAST)),
    "wait_all": ("/tasks", lambda cloud, job, _: cloud.aimms.wait_all([job], timeout=TIMEOUT, pace=FAST)),
    "as_completed": ("/tasks", lambda cloud, job, _: list(cloud.aimms.as_completed([job], timeout=TIMEOUT, pace=FAST))),
}


@pytest.fixture(autouse=True)
def short_last_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last look, which a server lets hang here, has less than the usual seconds."""
    monkeypatch.setattr(polling, "LAST_LOOK", 0.1)


@pytest.mark.parametrize("verb", MUTE)
def test_a_server_that_says_nothing_ends_no_later(cloud: Any, sandbox: Sandbox, verb: str, tmp_path: Path) -> None:
    """An attempt alone might take a minute, and there are four; the task is left alone."""
    path, call = MUTE[verb]
    job = cloud.aimms.run("Sandbox", "echo", input=b"x")
    sandbox.faults.add(Fault("slow", vendor="aimms", method="GET", path=path, times=None))
    with pytest.raises(WaitTimeout) as caught:
        call(cloud, job, tmp_path / "out")
    assert caught.value.ref == job.ref
    assert list(tmp_path.iterdir()) == []
    sandbox.faults.clear()
    sandbox.faults.release()
    assert job.result(pace=FAST).bytes == b"x"


def test_a_wait_that_has_to_sign_in_first(cloud: Any, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The identity provider says nothing: the wait ends all the same, and the next one signs in anew."""
    job = cloud.attach("adiutaopt:default/shift/some-key")
    sandbox.faults.add(Fault("slow", vendor="cognito", times=None))
    with pytest.raises(WaitTimeout):
        job.wait(TIMEOUT, pace=FAST)
    sandbox.faults.clear()
    sandbox.faults.release()
    monkeypatch.setattr(polling, "LAST_LOOK", 60.0)
    with pytest.raises(WaitTimeout, match="last seen: calculating"):
        job.wait(0, pace=FAST)


def test_machines_that_do_not_get_ready(cloud: Any, sandbox: Sandbox) -> None:
    """The list of machines says nothing: the way into the pool ends, and the machines are killed on the way out."""
    pool = cloud.gurobi.launch(1, ready_timeout=TIMEOUT, pace=FAST)
    sandbox.faults.add(Fault("slow", vendor="gurobi", path="/machines$", times=None))
    with pytest.raises((WaitTimeout, JobFailed)), pool:
        raise AssertionError("never ready")
    sandbox.faults.clear()
    sandbox.faults.release()
    assert all(machine.leaving for machine in cloud.gurobi.machines())
