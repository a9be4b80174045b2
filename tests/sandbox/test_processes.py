"""Jobs, pools and errors in other processes: spawned and forked, blocking and asyncio."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

from optcloud import AsyncOptCloud, CredentialsNotFound, JobFailed, JobGone, OptCloud, State
from optcloud.sandbox import Sandbox
from sandbox.facades import FAST

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
PROBLEM: dict[str, Any] = {"meta": {}, "parameters": {}, "tasks": [], "workers": []}
Elsewhere = Callable[..., Any]


@pytest.fixture(params=[name for name in multiprocessing.get_all_start_methods() if name != "forkserver"])
def elsewhere(request: pytest.FixtureRequest, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    """What evaluates an expression in another process, on values that cross over to it, and gives its value back."""
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OPTCLOUD_CONFIG", os.devnull)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(request.param)) as executor:

        def evaluated(expression: str, **values: Any) -> Any:
            helpers = {"run": asyncio.run}
            return executor.submit(eval, expression, {**values, **helpers}).result(120)

        yield evaluated


@pytest.fixture
def cloud(elsewhere: Elsewhere) -> Iterator[OptCloud]:
    """A client in this process."""
    with OptCloud() as cloud:
        yield cloud


def test_a_job_goes_on_elsewhere(cloud: OptCloud, elsewhere: Elsewhere) -> None:
    """A task is waited for in another process, which connects by its own settings; what it finds comes back whole."""
    job = cloud.aimms.run("Sandbox", "echo", input={"a": [1]})
    status, result, details = elsewhere("(job.wait(pace=pace), job.result(), job.details())", job=job, pace=FAST)
    assert (status.state, result.json()) == (State.SUCCEEDED, {"a": [1]})
    assert (result, details) == (job.result(), job.details())
    plan = cloud.adiutaopt.shift.submit(PROBLEM)
    solution, receipt = elsewhere("(plan.result(pace=pace), plan.receipt)", plan=plan, pace=FAST)
    assert (solution, solution.plan) == (plan.result(pace=FAST), plan.result(pace=FAST).plan)
    assert receipt == plan.receipt


def test_an_asyncio_job_goes_on_elsewhere(elsewhere: Elsewhere) -> None:
    """The same of what is awaited, in one event loop of the other process after another."""

    async def begun() -> Any:
        async with AsyncOptCloud() as cloud:
            return await cloud.aimms.run("Sandbox", "echo", input={"a": 1}), await cloud.adiutaopt.shift.submit(PROBLEM)

    job, plan = asyncio.run(begun())
    assert elsewhere("run(job.result(pace=pace))", job=job, pace=FAST).json() == {"a": 1}
    assert elsewhere("[run(job.poll()), run(job.poll())]", job=job)[1].state is State.SUCCEEDED
    assert elsewhere("run(plan.wait(pace=pace)).state", plan=plan, pace=FAST) is State.SUCCEEDED


def test_an_error_elsewhere_keeps_its_reference(cloud: OptCloud, elsewhere: Elsewhere) -> None:
    """A task that fails, and one that has gone, raise here as they did there."""
    job = cloud.aimms.run("Sandbox", "fail")
    with pytest.raises(JobFailed) as failed:
        elsewhere("job.result(pace=pace)", job=job, pace=FAST)
    with pytest.raises(JobFailed) as here:
        job.result(pace=FAST)
    assert (str(failed.value), failed.value.ref, failed.value.detail) == (str(here.value), job.ref, here.value.detail)
    with pytest.raises(JobGone) as gone:
        elsewhere("job.poll()", job=cloud.attach("aimms:default/00000000-0000-0000-0000-000000000000"))
    assert gone.value.ref.startswith("aimms:default/0000")


def test_a_pool_elsewhere_owns_no_machine(cloud: OptCloud, elsewhere: Elsewhere, sandbox: Sandbox) -> None:
    """Another process uses the machines, also in a ``with``; they end with the one that launched them."""
    alive = sandbox.gurobi.alive
    with cloud.gurobi.launch(2, password="hush-hush-pool", pace=FAST) as pool:
        servers, password = elsewhere("(pool.servers, pool.parameters['ServerPassword'])", pool=pool)
        assert (servers, password) == (pool.servers, "hush-hush-pool")
        assert elsewhere("pool.__enter__().machines()", pool=pool) == pool.machines()
        assert elsewhere("pool.__exit__(None, None, None)", pool=pool) is None
        assert len(alive()) == 2
        assert elsewhere("__import__('optcloud.process.exit_guard').process.exit_guard._held") == {}
    assert alive() == []


def test_a_pool_can_be_killed_elsewhere_by_who_means_it(
    cloud: OptCloud, elsewhere: Elsewhere, sandbox: Sandbox
) -> None:
    """`kill` is said in so many words, so it is done wherever it is said."""
    pool = cloud.gurobi.launch(1)
    assert [machine.id for machine in elsewhere("pool.kill()", pool=pool)] == list(pool.ids)
    assert sandbox.gurobi.alive() == []
    pool.kill()


def test_settings_given_as_arguments_do_not_travel(
    elsewhere: Elsewhere, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key is in what travels: where there are no settings, the error says from where the job came."""
    settings = {"url": sandbox.urls.aimms, "api_key": sandbox.credentials.aimms_api_key}
    for name in ("OPTCLOUD_AIMMS_URL", "OPTCLOUD_AIMMS_API_KEY"):
        monkeypatch.delenv(name)
    with OptCloud(aimms=settings) as cloud:
        job = cloud.aimms.run("Sandbox", "echo", input={})
        with pytest.raises(CredentialsNotFound) as missing:
            elsewhere("job.poll()", job=job)
        assert f"{job.ref} came from another process" in missing.value.__notes__[0]
        again = "OptCloud(aimms=settings).attach(job.ref).wait().state"
        assert elsewhere(again, OptCloud=OptCloud, settings=settings, job=job) is State.SUCCEEDED
