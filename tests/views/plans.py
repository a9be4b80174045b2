"""A plan of the sandbox's roster, with two tasks that nobody can do."""

from __future__ import annotations

import functools
import json
from typing import Any

from optcloud.adiutaopt.planners import SHIFT
from optcloud.adiutaopt.solution.solution import Solution
from optcloud_sandbox.adiutaopt.planner import solve
from optcloud_sandbox.roster import roster

OPEN = ("Fliegen <b>&", "Tauchen")


@functools.cache
def roster_plan() -> Solution:
    problem = roster()
    for number, name in enumerate(OPEN):
        times = {"date": "2026-03-07", "startTime": "08:00", "endTime": "16:00"}
        problem["tasks"].append({"id": number, "name": name, "qualifications": ["wings"]} | times)
    return Solution(json.dumps(solve(problem, "request-1")).encode(), SHIFT)


def plan(tasks: list[dict[str, Any]], workers: int = 1) -> Solution:
    listed = [{"id": number, "name": f"worker {number}"} for number in range(workers)]
    return Solution(json.dumps({"tasks": tasks, "workers": listed}).encode(), SHIFT)
