"""What tasks run: Python functions registered by app and service, and the three that ship with the sandbox."""

import json
from collections.abc import Callable, Iterable
from itertools import permutations
from typing import Any

from optcloud_sandbox.aimms.reports import CURRENT, TaskReport
from optcloud_sandbox.parsing import read_json
from optcloud_sandbox.settings import MEGABYTE

Output = bytes | tuple[bytes, str]
Service = Callable[[bytes, str], Output]

DEFAULT_TYPE = "application/octet-stream"  # the document's only type for a response


MOST_BYTES = 300 * MEGABYTE
MOST_STATES = 100_000  # of a knapsack


class UnknownServiceError(Exception):
    """The app exposes no such service."""


class Services:
    """Services by app and name; "echo", "solve" and "bytes" are there for every app."""

    def __init__(self) -> None:
        self._registered: dict[tuple[str, str], Service] = {}
        self._apps: dict[str, None] = {}  # in order; those of the services registered included

    def register(self, app: str, service: str, function: Service) -> None:
        self._registered[app, service] = function
        self.add_app(app)

    def add_app(self, app: str) -> None:
        self._apps[app] = None

    def forget(self) -> None:
        self._registered.clear()
        self._apps.clear()

    def apps(self) -> Iterable[str]:
        return self._apps

    def find(self, service: str) -> str | None:
        """The app that exposes the service, as a local DEX service sees it, which has no apps; None: nobody does."""
        app = next((app for app, name in self._registered if name == service), None)
        return app if app is not None else "Local" if service in SHIPPED else None

    def run(self, app: str, service: str, data: bytes, content_type: str, report: TaskReport) -> tuple[bytes, str]:
        """Response bytes and their content type; UnknownServiceError, or whatever the function raises."""
        function = self._registered.get((app, service)) or SHIPPED.get(service)
        if function is None:
            raise UnknownServiceError(f"service {service!r} is not exposed by app {app!r}")
        token = CURRENT.set(report)
        try:
            output = function(data, content_type)
        finally:
            CURRENT.reset(token)
        body, media_type = output if isinstance(output, tuple) else (output, DEFAULT_TYPE)
        if not isinstance(body, bytes):
            raise TypeError(
                f"service {service!r} must return bytes or (bytes, content type), not {type(body).__name__}"
            )
        return body, media_type


def limited(limit: int, work: Callable[[TaskReport], tuple[bytes, str]], report: TaskReport) -> tuple[bytes, str]:
    """The output of `work`; ValueError, which fails the task, when it is larger than `limit` bytes (inferred)."""
    body, media_type = work(report)
    if len(body) > limit:
        raise ValueError(f"a task's response must not exceed {limit} bytes, got {len(body)}")
    return body, media_type


def echo(data: bytes, content_type: str) -> Output:
    """The input, with its content type."""
    return data, content_type


def solve(data: bytes, content_type: str) -> Output:
    """Tiny exact solver; JSON in, JSON out.

    {"knapsack": {"capacity": 10, "items": [{"name": "a", "weight": 5, "value": 10}]}}
    {"assignment": {"costs": [[4, 1], [2, 3]]}}, at most 8 rows, as many columns as rows
    """
    problem = read_json(data)
    CURRENT.get().status(json.dumps({"reading": sorted(problem)}).encode())
    if "knapsack" in problem:
        solution = _knapsack(problem["knapsack"]["capacity"], problem["knapsack"]["items"])
    elif "assignment" in problem:
        solution = _assignment(problem["assignment"]["costs"])
    else:
        raise ValueError('the input must have "knapsack" or "assignment"')
    return json.dumps({"status": "optimal", **solution}).encode(), "application/json"


def _knapsack(capacity: int, items: list[dict[str, Any]]) -> dict[str, Any]:
    best: dict[int, tuple[int, list[str]]] = {0: (0, [])}  # by weight used
    for item in items:
        for used, (value, names) in list(best.items()):
            weight, worth = used + item["weight"], value + item["value"]
            if weight <= capacity and worth > best.get(weight, (-1, []))[0]:
                best[weight] = (worth, [*names, item["name"]])
        if len(best) > MOST_STATES:
            raise ValueError(f"the items have more than {MOST_STATES} sums of weights: too many for the sandbox")
    weight, (value, names) = max(best.items(), key=lambda entry: (entry[1][0], -entry[0]))
    return {"objective": value, "weight": weight, "chosen": names}


def _assignment(costs: list[list[float]]) -> dict[str, Any]:
    size = len(costs)
    if not 1 <= size <= 8 or any(len(row) != size for row in costs):
        raise ValueError("costs must be a square of 1 to 8 rows")

    def total(columns: tuple[int, ...]) -> float:
        return sum(costs[row][column] for row, column in enumerate(columns))

    best = min(permutations(range(size)), key=total)
    return {"objective": total(best), "columns": list(best)}


def some_bytes(data: bytes, _: str) -> Output:
    """As many bytes as the input says, {"size": n}: 0, 1, … 250, 0, 1, …"""
    size = int(read_json(data)["size"])
    if not 0 <= size <= MOST_BYTES:
        raise ValueError(f"size must be 0 to {MOST_BYTES}, got {size}")
    period = bytes(range(251))  # a prime: a piece that is missing or twice shows
    return (period * (size // len(period) + 1))[:size]


SHIPPED: dict[str, Service] = {"echo": echo, "solve": solve, "bytes": some_bytes}
