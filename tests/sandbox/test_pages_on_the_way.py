"""Something on the way to a vendor lets a request through and answers with a page of its own: that proves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from optcloud import ApiError, OptCloudError
from optcloud.core.unknown_outcome import MAY_BE_DONE
from optcloud.sandbox import Fault, Sandbox
from sandbox.facades import launched

STATUSES = (400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 413, 414, 421, 422, 429, 431, 451, 499, 502)


def page(sandbox: Sandbox, status: int, path: str, *, method: str = "POST", times: int | None = 1) -> None:
    sandbox.faults.add(Fault("html", method=method, path=path, status=status, carried_out=True, times=times))


def posts(sandbox: Sandbox, path: str) -> int:
    return sum(entry.method == "POST" and entry.path.endswith(path) for entry in sandbox.journal())


@pytest.mark.parametrize("status", STATUSES)
def test_a_launch_behind_a_page_is_adopted(cloud: Any, sandbox: Sandbox, status: int) -> None:
    """Machines of a launch that was answered by a page are found by their password and held."""
    page(sandbox, status, "/launch$")
    pool = launched(cloud.gurobi.launch(2, settle=0))
    assert set(pool.ids) == {machine.id for machine in sandbox.gurobi.alive()}
    pool.kill()
    assert not sandbox.gurobi.alive() and posts(sandbox, "/launch") == 1


@pytest.mark.parametrize("status", STATUSES)
def test_a_launch_that_cannot_be_looked_for_is_found_by_survey_and_reap(
    cloud: Any, sandbox: Sandbox, status: int
) -> None:
    """Where the page answers the look too, the ledger stays open: survey tells of the machines, reap kills them."""
    page(sandbox, status, "/launch$")
    page(sandbox, status, "/machines$", method="GET", times=None)
    with pytest.raises(OptCloudError, match="the launch may have happened and was not sent again"):
        launched(cloud.gurobi.launch(1, settle=0))
    sandbox.faults.clear()
    (running,) = sandbox.gurobi.alive()
    assert [one.id for one in cloud.gurobi.survey().killed] == [running.id]
    assert [one.id for one in cloud.gurobi.reap().killed] == [running.id]
    assert not sandbox.gurobi.alive() and posts(sandbox, "/launch") == 1


@pytest.mark.parametrize("status", [400, 403, 429])
def test_a_launch_with_a_password_of_ones_own_stays_unproven(cloud: Any, sandbox: Sandbox, status: int) -> None:
    """With a password that proves nothing the launch is told of, and what runs is the person's to kill."""
    page(sandbox, status, "/launch$")
    sandbox.faults.add(Fault("html", method="GET", path="/machines$", status=status, times=None, skip=1))
    with pytest.raises(OptCloudError, match="the launch may have happened and was not sent again"):
        launched(cloud.gurobi.launch(1, settle=0, password="fake-shared-password"))
    sandbox.faults.clear()
    (unproven,) = cloud.gurobi.survey().unproven
    assert unproven.count == 1 and posts(sandbox, "/launch") == 1
    cloud.gurobi.kill([one.id for one in sandbox.gurobi.alive()])


@pytest.mark.parametrize("status", STATUSES)
def test_a_kill_behind_a_page_is_looked_after(cloud: Any, sandbox: Sandbox, status: int) -> None:
    """Machines that were killed behind a page are found to be gone."""
    pool = launched(cloud.gurobi.launch(1, settle=0))
    page(sandbox, status, "/kill$")
    pool.kill()
    assert not sandbox.gurobi.alive() and not cloud.gurobi.reap().held


def test_the_vendors_own_refusal_proves_that_nothing_was_launched(cloud: Any, sandbox: Sandbox) -> None:
    """A 400 with the documented words closes the ledger at once, without a look."""
    with pytest.raises(ApiError) as caught:
        launched(cloud.gurobi.launch(1, region="mars-1", strict=False, settle=0))
    assert caught.value.refused and not hasattr(caught.value, "__notes__")
    assert not cloud.gurobi.reap().awaited and not sandbox.gurobi.machines()


@pytest.mark.parametrize("status", STATUSES)
def test_a_task_behind_a_page_may_have_been_created(cloud: Any, sandbox: Sandbox, status: int) -> None:
    """The error of the submit says that the task may be there; it is, once, and the list finds it."""
    page(sandbox, status, "/tasks/")
    with pytest.raises(ApiError, match=str(status)) as caught:
        cloud.aimms.run("Sandbox", "echo", input={})
    assert not caught.value.refused
    assert any("may have been created" in note for note in caught.value.__notes__)
    assert len(list(cloud.aimms.tasks())) == 1 and posts(sandbox, "/echo") == 1


def test_a_refusal_of_aimms_proves_that_there_is_no_task(cloud: Any) -> None:
    """A refusal as AIMMS documents it says nothing of a task that might be there."""
    with pytest.raises(ApiError) as caught:
        cloud.aimms.run("No such app", "echo", input={})
    assert caught.value.refused and not hasattr(caught.value, "__notes__")


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 429])
def test_any_change_behind_a_page_may_have_been_made(cloud: Any, sandbox: Sandbox, status: int) -> None:
    """Each verb that changes something says so, since a page proves nothing of it either."""
    page(sandbox, status, "/environments")
    with pytest.raises(ApiError) as caught:
        cloud.aimms.people.create_environment("ACME")
    assert not caught.value.refused and caught.value.__notes__ == [MAY_BE_DONE]
    assert cloud.aimms.people.environment("ACME").name == "ACME"
