"""The app that comes with `optcloud sandbox` and that the documentation uses: Scheduling 1.0, service solve.

It divides jobs among machines, the longest job first: quick, feasible, and rarely the optimum. JSON in, JSON out::

    {"machines": 2, "jobs": {"cut": 3, "weld": 5, "paint": 2}}
    {"status": "feasible", "makespan": 5, "machines": [["weld"], ["cut", "paint"]]}
"""

import json
from collections.abc import Mapping
from typing import Any

from optcloud_sandbox.aimms.reports import this_run
from optcloud_sandbox.aimms.services import Output, Service
from optcloud_sandbox.parsing import read_json

MACHINES = 2  # where the input names none
JOBS = {  # hours a job, where the input has none
    "cut": 3,
    "drill": 2,
    "weld": 5,
    "grind": 4,
    "paint": 2,
    "dry": 6,
    "polish": 1,
    "assemble": 7,
    "test": 3,
    "pack": 1,
}
MOST_MACHINES = 1000


def solve(data: bytes, _: str) -> Output:
    """Divide ``jobs`` (hours by name) among ``machines``; what is left out is the sample's own, other fields count not.

    ValueError or TypeError, which fails the task, says what is wrong with the input.
    """
    problem = read_json(data) if data else {}
    if not isinstance(problem, dict):
        raise TypeError('the input must be a JSON object, such as {"machines": 2, "jobs": {"cut": 3}}')
    count, jobs = _machines(problem.get("machines", MACHINES)), _jobs(problem.get("jobs", JOBS))
    run = this_run()
    run.log(f"{len(jobs)} jobs, {count} machines")
    machines: list[list[str]] = [[] for _ in range(count)]
    hours: list[float] = [0] * count
    for number, (name, duration) in enumerate(sorted(jobs.items(), key=lambda job: -job[1]), 1):
        least = hours.index(min(hours))
        machines[least].append(name)
        hours[least] += duration
        run.status(json.dumps({"placed": number, "jobs": len(jobs)}).encode())
    plan = {"status": "feasible", "makespan": max(hours), "machines": machines}
    run.log(f"makespan {max(hours):g} hours")
    return json.dumps(plan).encode(), "application/json"


def _machines(count: Any) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST_MACHINES:
        raise ValueError(f"machines must be a number from 1 to {MOST_MACHINES}, got {count!r}")
    return count


def _jobs(jobs: Any) -> Mapping[str, float]:
    if not isinstance(jobs, dict):
        raise TypeError('jobs must be an object of hours by name, such as {"cut": 3}')
    for name, hours in jobs.items():
        if isinstance(hours, bool) or not isinstance(hours, int | float) or hours < 0:
            raise ValueError(f"jobs.{name} must be a number of hours, got {hours!r}")
    return jobs


SAMPLES: dict[tuple[str, str], Service] = {("Scheduling", "solve"): solve}
