"""A user's code on the facade; `mypy --strict` must accept it, and see the types written here."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, assert_type

import httpx

import adiutaopt_models
from aimms_pro.api.task import get_task
from aimms_pro.models import Task as TaskModel
from optcloud import (
    ApiError,
    AsyncOptCloud,
    AsyncPool,
    HookKey,
    HookReceiver,
    JobFailed,
    OptCloud,
    Pace,
    Pool,
    RetryPolicy,
    Secret,
    State,
    Status,
    TransportError,
    WaitTimeout,
)
from optcloud.adiutaopt.planners import FLOOR
from optcloud.adiutaopt.plans.job import AsyncPlan, Plan
from optcloud.adiutaopt.solution.solution import Solution
from optcloud.adiutaopt.solution_rule import Answer, AnswerMeaning, default_rule
from optcloud.aimms.apps.app import App
from optcloud.aimms.apps.categories import Category
from optcloud.aimms.apps.publish import Published
from optcloud.aimms.apps.publish_words import PublishWords
from optcloud.aimms.apps.versions import AimmsVersion, ResourceProfile
from optcloud.aimms.server import ServerInfo
from optcloud.aimms.storage.paths import StoredObject
from optcloud.aimms.tasks.listing import ListedTask
from optcloud.aimms.tasks.logs import LogEntry
from optcloud.aimms.tasks.result import TaskResult
from optcloud.aimms.tasks.task import AsyncTask, Task
from optcloud.core.events import Polled
from optcloud.core.reference import Reference
from optcloud.gurobi.errors import InvalidSignature, Refusal, TimeSkewTooLarge
from optcloud.gurobi.launch_options import LaunchOptions
from optcloud.gurobi.ledger import LaunchEntry
from optcloud.gurobi.models import License, Machine
from optcloud.gurobi.reaping import Reaped
from optcloud.gurobi.v2.named_pools import AsyncNamedPool, NamedPool


def my_rule(answer: Answer) -> AnswerMeaning:
    return AnswerMeaning.CALCULATING if answer.status == 409 else default_rule(answer)


def listen(event: object) -> None:
    if isinstance(event, Polled):
        assert_type(event.status, Status)
        assert_type(event.elapsed, float)


def opened() -> OptCloud:
    return OptCloud(
        "prod",
        config_file=Path("config.toml"),
        aimms={"account": "acme", "api_key": Secret("not-a-real-key")},
        timeout=30,
        retry=RetryPolicy(attempts=2),
        on_event=listen,
        adiutaopt_rule=my_rule,
    )


def aimms(oc: OptCloud) -> bytes:
    job = oc.aimms.run("Scheduling", "solve", version="1.4", input={"a": [1, 2]})
    assert_type(job, Task)
    for data in ([1], "text", b"bytes", Path("input.csv"), None):
        oc.aimms.run("Scheduling", "solve", input=data, content_type="text/csv")
    status = job.wait(timeout=600, pace=Pace(first=0.5))
    assert_type(status.state, State)
    assert_type(status.message, str | None)
    if status.state is State.FAILED:
        job.delete()
    job.stop()
    job.cancel()
    assert_type(oc.aimms.tasks(app="Scheduling", after=date(2026, 1, 31), limit=5), list[ListedTask])
    for reference, listed in oc.aimms.tasks(before=datetime.now(UTC)):
        assert_type((reference, listed), tuple[Reference, Status])
    waited_for(oc, [job, job.ref])
    published = oc.aimms.apps.publish(Path("my.aimmspack"), {"name": "app"}, icon=b"png")
    assert_type(published, Published)
    words: PublishWords = {"name": "app", "version": "2.0", "aimms_version": oc.aimms.versions(dev=True)[0]}
    assert_type(oc.aimms.apps.publish("my.aimmspack", **words).changed, bool)
    oc.aimms.apps.publish(b"pack", name="app", hide_old="1.0", latest=True, if_changed=True, web_ui=True, icon=None)
    oc.aimms.storage.set_access("/icons/logo", {"ACME/group:planners": "read+execute"})
    assert_type(oc.aimms.apps.list("app"), list[App])
    assert_type(oc.aimms.apps.update("app", "2.0", attributes={"a": "b"}, latest=True).category, str)
    assert_type(oc.aimms.apps.categories.ensure("planning"), Category)
    assert_type(oc.aimms.apps.resource_profiles(), list[ResourceProfile])
    assert_type(oc.aimms.storage.bucket("/icons").objects, Sequence[StoredObject])
    assert_type(oc.aimms.storage.download("/icons/logo", "logo.png"), Path)
    assert_type(oc.aimms.aimms_version("4.84"), AimmsVersion)
    assert_type(oc.aimms.server(), ServerInfo)
    assert_type(oc.aimms.versions(), list[str])
    assert_type(get_task.sync("6f1c", client=oc.aimms.client), TaskModel)
    return job.result(timeout=600).bytes


def waited_for(oc: OptCloud, jobs: list[Task | str]) -> None:
    receiver = HookReceiver(HookKey("not-a-real-hook-key", digest="sha512", encoding="base64"), age=60)
    hook = receiver.address("https://me.example/hook")
    repeated = oc.aimms.run("Scheduling", "solve", at=datetime.now(UTC), every="1 day", hook=hook)
    assert_type(repeated.series[1], Task)
    assert_type(repeated.series.last().details().created_at, datetime | None)
    assert_type(oc.aimms.wait_all(jobs, 60, progress=print, hook=receiver), list[Status])
    for job, status in oc.aimms.as_completed(["aimms:prod/6f1c"], pace=Pace(first=5)):
        assert_type((job, status), tuple[Task, Status])
    for entry in repeated.logs(follow=True):
        assert_type(entry, LogEntry)
    assert_type(repeated.save_log("task.log"), Path)
    repeated.result(hook=receiver)


def adiutaopt(oc: OptCloud, problem: adiutaopt_models.ShiftPlannerInputPlan) -> bytes:
    plan = oc.adiutaopt.shift.submit(problem)
    assert_type(plan, Plan[adiutaopt_models.ShiftPlannerOutputPlan])
    document: dict[str, list[int]] = {"tasks": []}
    for other in (document, b"{}", Path("problem.json"), "problem.json"):
        oc.adiutaopt.mixed.submit(other, version="2024-10-01_0")
    assert_type(oc.adiutaopt.floor.version(), adiutaopt_models.DeployedVersion)
    assert_type(oc.adiutaopt.shift.packages(), list[adiutaopt_models.PackageListItem])
    try:
        solution = plan.result(timeout=3600)
    except WaitTimeout as late:
        assert_type(late.ref, str)
        raise
    except JobFailed as failed:
        assert_type(failed.detail, Mapping[str, Any] | str | None)
        return failed.body
    assert_type(solution, Solution[adiutaopt_models.ShiftPlannerOutputPlan])
    assert_type(solution.plan, adiutaopt_models.ShiftPlannerOutputPlan)
    assert_type(oc.adiutaopt.mixed.submit(problem).result().plan, adiutaopt_models.MixedPlannerOutputPlan)
    assert_type(oc.adiutaopt.floor.submit(problem).result().plan, adiutaopt_models.FloorPlannerOutputPlan)
    assert_type(Solution.load("plan.json").plan, adiutaopt_models.ShiftPlannerOutputPlan)
    assert_type(Solution.load("plan.json", FLOOR).plan, adiutaopt_models.FloorPlannerOutputPlan)
    solution.diff(Solution.load("plan.json", FLOOR))
    return solution.raw


def rented(oc: OptCloud) -> Decimal | None:
    pool = oc.gurobi.launch(2, license_id=95912, version="8.0", password=None, settle=5, ready_timeout=600, pace=Pace())
    options: LaunchOptions = {"idle_shutdown": 15, "strict": False}
    pool = oc.gurobi.launch(1, **options)
    assert_type(pool.wait_ready(60, pace=Pace(first=1)), list[Machine])
    assert_type((pool.server, pool.workers, pool.ids), tuple[str, list[str], tuple[str, ...]])
    settings: dict[str, str] = pool.parameters
    pool.save_license(Path("gurobi.lic"))
    assert_type(pool.kill(), list[Machine])
    pool.keep()
    reaped = oc.gurobi.reap(["another-host"])
    assert_type(reaped, Reaped)
    assert_type(reaped.killed, tuple[Machine, ...])
    assert_type(oc.gurobi.survey().kept, tuple[LaunchEntry, ...])
    assert_type(oc.gurobi.now(), datetime)
    for one in oc.gurobi.licenses():
        assert_type((one.credit, one.expiration), tuple[Decimal | None, date | None])
    return pool.hours() if settings else None


def pools_of_v2(oc: OptCloud) -> list[Machine]:
    pool = oc.gurobi.pools.attach("999999-default")
    assert_type(pool, NamedPool)
    assert_type(pool.ref, str)
    pool.scale(2)
    assert_type(pool.start(), bool)
    assert_type(oc.gurobi.machine("a"), Machine)
    oc.gurobi.call("GET", "/pools", query={"a": "b"})
    return pool.start_and_wait(600)


def refused(error: Refusal) -> str:
    if isinstance(error, TimeSkewTooLarge):
        assert_type(error.seconds, float | None)
    if isinstance(error, InvalidSignature):
        return error.ours + error.theirs + error.cause
    return error.hint


def gurobi(oc: OptCloud) -> list[str]:
    assert_type(oc.gurobi.licenses(), list[License])
    try:
        with oc.gurobi.launch(2, machine_type="c4.4xlarge", region="eu-west-1", idle_shutdown=30) as pool:
            assert_type(pool, Pool)
            assert_type(pool.machines(), list[Machine])
            assert_type(pool.password, Secret | None)
            return pool.servers
    except TransportError as error:
        if error.sent == "unknown":
            oc.gurobi.kill(machine.id for machine in oc.gurobi.machines())
        raise
    except ApiError as error:
        assert_type(error.status, int | None)
        assert_type(error.body, bytes)
        assert_type(error.request_id, str | None)
        raise


def resumed(oc: OptCloud) -> str:
    job = oc.attach("aimms:prod/6f1c")
    assert_type(job, Task | Plan[Any] | Pool | NamedPool)
    assert_type(oc.attach(job.ref, Task).result(), TaskResult)
    shift = oc.attach(job.ref, Plan[adiutaopt_models.ShiftPlannerOutputPlan])
    assert_type(shift.result().plan, adiutaopt_models.ShiftPlannerOutputPlan)
    return job.ref


async def awaited(problem: dict[str, Any]) -> list[str]:
    async with AsyncOptCloud() as oc:
        job = await oc.aimms.run("Scheduling", "solve", input=problem)
        assert_type(job, AsyncTask)
        result: TaskResult = await job.result(timeout=600)
        assert_type(result.content_type, str)
        plan = await oc.adiutaopt.shift.submit(problem)
        assert_type(await plan.wait(), Status)
        assert_type((await plan.result()).plan, adiutaopt_models.ShiftPlannerOutputPlan)
        pool = await oc.gurobi.launch(1)
        assert_type(pool, AsyncPool)
        assert_type(await pool.kill(), list[Machine])
        assert_type(await pool.hours(), Decimal | None)
        assert_type(await oc.gurobi.reap(), Reaped)
        await pool.save_license("gurobi.lic")
        await pool.keep()
        task = await get_task.asyncio("6f1c", client=oc.aimms.client)
        assert_type(task, TaskModel)
        assert_type(oc.attach("gurobi:default/a"), AsyncTask | AsyncPlan[Any] | AsyncPool | AsyncNamedPool)
        assert_type(oc.attach("gurobi:default/a", AsyncPool), AsyncPool)
        async with oc.gurobi.launch(2) as ready:
            assert_type(ready, AsyncPool)
            return ready.servers


def plain_httpx(oc: OptCloud) -> httpx.Client:
    return oc.aimms.client.get_httpx_client()
