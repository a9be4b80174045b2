"""asyncio: a task, a plan and machines at the same time, within one limit of time.

optcloud sandbox -- python three_clouds_asyncio.py
"""

import asyncio

from optcloud import AsyncOptCloud

PROBLEM = {"meta": {}, "parameters": {}, "tasks": [{"id": "early"}], "workers": [{"id": "Ada"}]}


async def task(oc: AsyncOptCloud) -> None:
    """Run a service of AIMMS PRO."""
    job = await oc.aimms.run("Scheduling", "solve", input={"machines": 2})
    print("AIMMS PRO:", (await job.result()).json()["makespan"])


async def plan(oc: AsyncOptCloud) -> None:
    """Have a plan made by adiutaOpt."""
    job = await oc.adiutaopt.shift.submit(PROBLEM)
    print("adiutaOpt:", (await job.result()).summary())


async def machines(oc: AsyncOptCloud) -> None:
    """Rent a machine of Gurobi Instant Cloud; it is killed on the way out, also when another of the three fails."""
    async with oc.gurobi.launch(1) as pool:
        print("Gurobi:", pool.server)


async def main() -> None:
    """Do all three; when one fails, the others are cancelled, and machines are given back."""
    async with asyncio.timeout(600), AsyncOptCloud() as oc, asyncio.TaskGroup() as group:
        for work in (task, plan, machines):
            group.create_task(work(oc))


if __name__ == "__main__":
    asyncio.run(main())
