"""What checking a problem costs before it is sent, against ``json.loads`` of the same bytes; run by bench.py.

Fresh processes in turns; the median counts. Memory is the peak above what was there before, the document included
before.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

PROBLEM_BYTES = 50_000_000
PROCESSES = 3
WORKERS = 200

RUN = """
import sys, time
{setup}
data = open(sys.argv[1], "rb").read()
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
before = peak()
began = time.perf_counter()
value = work(data)
took = time.perf_counter() - began
print(took, peak() - before)
"""
CHECK = """
from optcloud.adiutaopt.planners import SHIFT
from optcloud.adiutaopt.problem.problem import check_problem
def work(data):
    report = check_problem(data, SHIFT)
    assert report.ok is {good}, report.faults[:3]
    return report
"""
LOADS = "import json; work = json.loads"

Task = Callable[[int], dict[str, object]]


def roster_task(number: int) -> dict[str, object]:
    """As the sandbox's roster has them."""
    return {
        "id": number,
        "name": f"early ward {number % 40}",
        "date": str(date(2026, 3, 1) + timedelta(number % 365)),
        "startTime": f"{6 + number % 12:02}:00",
        "endTime": f"{14 + number % 12:02}:30",
        "qualifications": ["care"],
        "revenue": 26_000 + number % 500,
        "preferredWorkers": [number % WORKERS],
    }


def larger_task(number: int) -> dict[str, object]:
    """With fields that the document does not name."""
    more = {"location": {"latitude": 51.2, "longitude": 6.77}, "priority": number % 5, "skills": [3, 7, 12]}
    return roster_task(number) | more


def small_task(number: int) -> dict[str, object]:
    """As small as a task may be."""
    return {"id": number, "revenue": 10_000 + number % 5_000}


def faulty_task(number: int) -> dict[str, object]:
    """A fault in one of a thousand."""
    return roster_task(number) | ({"revenue": -1} if number % 1000 == 999 else {})


def problem(task: Task, size: int = PROBLEM_BYTES) -> bytes:
    """Make a problem of about this size."""
    tasks: list[bytes] = []
    left = size
    while left > 0:
        tasks.append(compact(task(len(tasks))))
        left -= len(tasks[-1]) + 1
    workers = compact([{"id": number, "costsPerMinute": 30, "costsInitial": 900} for number in range(WORKERS)])
    return b'{"meta":{},"parameters":{},"tasks":[%b],"workers":%b}' % (b",".join(tasks), workers)


def compact(value: object) -> bytes:
    """Write JSON."""
    return json.dumps(value, separators=(",", ":")).encode()


def bench_problems() -> None:
    """Print the ratios."""
    kinds: dict[str, tuple[Task, bool]] = {
        "tasks of a roster": (roster_task, True),
        "with fields of one's own": (larger_task, True),
        "the smallest tasks": (small_task, True),
        "a fault in one of a thousand": (faulty_task, False),
    }
    print(f"\ncheck a problem of {PROBLEM_BYTES / 1e6:.0f} MB before it is sent (median of {PROCESSES} processes)")
    for title, (task, good) in kinds.items():
        _compare(title, problem(task), good)


def _compare(title: str, document: bytes, good: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "problem.json"
        file.write_bytes(document)
        rows: dict[str, list[list[float]]] = {LOADS: [], CHECK.format(good=good): []}
        for _round in range(PROCESSES):
            for setup, found in rows.items():
                command = [sys.executable, "-c", RUN.format(setup=setup), str(file)]
                out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                found.append([float(figure) for figure in out.split()])
    (loads, loads_memory), (check, check_memory) = (
        [statistics.median(column) for column in zip(*found, strict=True)] for found in rows.values()
    )
    print(
        f"  {title:30} {check:6.3f} s  x{check / loads:.2f} of json.loads ({loads:.3f} s)   "
        f"{check_memory / 1024:6.1f} MB more  x{check_memory / loads_memory:.2f}"
    )


if __name__ == "__main__":
    bench_problems()
