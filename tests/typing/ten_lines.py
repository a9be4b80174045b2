"""The first lines that a user writes for each cloud, without a narrowing or an ignore, read by type checkers."""

from adiutaopt.api.optimization import post_shift_description
from adiutaopt.api.version import get_shift_version
from adiutaopt.models import ShiftPlannerInputPlan
from adiutaopt_models import ShiftPlannerOutputPlan
from aimms_pro.api.task import create_task, get_task, get_tasks
from optcloud import JobFailed, Machine, OptCloud, Plan, Pool, Solution, Task, TaskResult


def aimms(oc: OptCloud, data: bytes) -> bytes:
    job: Task = oc.aimms.run("Scheduling", "solve", version="1.4", input=data)
    try:
        result: TaskResult = job.result(timeout=600)
    except JobFailed as failed:
        print(failed.ref, failed.detail["returnCode"] if isinstance(failed.detail, dict) else failed.detail)
        raise
    for entry in job.logs():
        print(entry.text)
    print([app.name for app in oc.aimms.apps.list()], oc.attach(job.ref, Task).poll().state.ended)
    return result.bytes


def aimms_generated(oc: OptCloud) -> list[str]:
    created = create_task.sync("Scheduling", "1.4", "solve", client=oc.aimms.client, body={"scenario": 1})
    print(get_task.sync(str(created.id), client=oc.aimms.client).state)
    return [str(task.id) for task in get_tasks.sync(client=oc.aimms.client).current_batch or ()]


def adiutaopt(oc: OptCloud, problem: dict[str, object]) -> None:
    job = oc.adiutaopt.shift.submit(problem)
    solution = job.result(timeout=3600)
    print(len(solution.plan.tasks or ()), solution.summary().profit)
    for row in solution.assignments:
        print(row.start, row.worker)
    print(solution.diff(Solution.load("yesterday.json")))
    kept = oc.attach(job.ref, Plan[ShiftPlannerOutputPlan])
    print(kept.key, kept.receipt.known)


def adiutaopt_generated(oc: OptCloud, problem: dict[str, object]) -> None:
    body = ShiftPlannerInputPlan.from_dict(problem)
    print(post_shift_description.sync(client=oc.adiutaopt.client, body=body))
    print(get_shift_version.sync(client=oc.adiutaopt.client).version)


def gurobi(oc: OptCloud) -> list[str]:
    for license_ in oc.gurobi.licenses():
        print(license_.id, license_.credit)
    with oc.gurobi.launch(2, machine_type="c4.4xlarge", region="eu-west-1", idle_shutdown=30) as pool:
        ready: Pool = pool
        machines: list[Machine] = ready.machines()
        print(ready.server, ready.hours(), ready.parameters)
    return [machine.id for machine in machines]
