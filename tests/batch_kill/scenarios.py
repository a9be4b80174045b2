"""Scenarios: what jobs are given, and what must come back for each. The stranger's are of the same form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

APP, VERSION, SERVICE = "Scheduling", "1.0", "solve"
STRANGER = "x-stranger"
"""A header of requests that are none of ours; the vendors' records go by it, and nothing else does."""
FAILING = 40
"""Of so many scenarios, one fails at the vendor."""


def task_scenarios(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield keys and inputs of AIMMS tasks."""
    for number in range(count):
        yield f"s{number:05}", {"id": f"s{number:05}", "number": number}


def plan_scenarios(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield keys and problems of adiutaOpt plans."""
    for number in range(count):
        key = f"p{number:05}"
        tasks = [{"id": "early", "revenue": number}, {"id": "late"}]
        yield key, {"meta": {"id": key}, "parameters": {}, "tasks": tasks, "workers": [{"id": "anna"}]}


def fails(key: str) -> bool:
    """Say whether the vendor fails this scenario."""
    return key.startswith("s") and int(key[1:]) % FAILING == FAILING - 1


def scenario_of(given: Any) -> str:
    """Return the key that an input or problem carries; "?" where there is none, as in what proves that markers work."""
    try:
        data = json.loads(given) if isinstance(given, bytes) else given
        return str(data.get("id") or data["meta"]["id"])
    except (ValueError, KeyError, AttributeError):
        return "?"


def answer(data: bytes) -> bytes:
    """Solve a task's scenario."""
    key = scenario_of(data)
    if fails(key):
        raise ValueError(f"{key} is infeasible")
    return json.dumps({"scenario": key, "objective": objective(key)}).encode()


def plan_answer(problem: dict[str, Any], request_id: str) -> dict[str, Any]:
    """Solve a problem."""
    key = scenario_of(problem)
    return {
        "requestID": request_id,
        "meta": {"id": key, "objective": objective(key)},
        "parameters": {},
        "tasks": [],
        "workers": [],
        "statistics": {},
        "info": {},
        "backendVersion": {"version": "v1.0.0", "optVersion": "2024-10-01_0"},
    }


def objective(key: str) -> int:
    """Return what only this scenario comes to."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6])


def is_right(key: str, result: bytes) -> bool:
    """Say whether a result is of this scenario."""
    try:
        data = json.loads(result)
    except ValueError:
        return False
    told = {"id": data["scenario"], "objective": data["objective"]} if "scenario" in data else data.get("meta", {})
    return told == {"id": key, "objective": objective(key)}
