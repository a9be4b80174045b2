"""Thin."""

from typing import Any


def solve(planner: str, plan: dict[str, Any], request_id: str) -> dict[str, Any]:
    info = {"notice": "Made by the optcloud sandbox: a feasible plan, not the vendor's optimizer."}
    backend = {"version": "v1.0.0", "optVersion": "2024-10-01_0"}
    return {
        "requestID": request_id,
        **{key: plan[key] for key in ("client", "meta", "parameters") if key in plan},
        "tasks": [task | {"workerID": plan["workers"][0].get("id")} for task in plan.get("tasks", [])],
        "workers": plan.get("workers", []),
        "statistics": {},
        "info": info,
        "backendVersion": backend,
        "recovery": [],
    }
