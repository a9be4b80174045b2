"""A problem of 50 MB and a solution of 50 MB, end to end, with a client whose memory stays under 4 times the payload.

The sandbox and the client each run in a process of their own: what one holds is not counted for the other. The memory
is the client's high-water mark (VmHWM) above the idle client, which has signed in and asked for the version. The
problem is given by its path; the solution is saved, and decoded into the typed plan.
"""

from __future__ import annotations

import filecmp
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from patience import PATIENCE

SIZE = 50_000_000
ALLOWED = 4 * SIZE

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs the high-water mark of /proc")

SERVE = """
import json, sys
from optcloud.sandbox import Sandbox
with Sandbox() as sandbox:
    sandbox.plan_with(lambda planner, problem, request_id: {"tasks": [], "workers": [], "requestID": request_id})
    print(json.dumps(sandbox.environment()), flush=True)
    sys.stdin.read()
"""

CLIENT = """
import asyncio, json, sys
from pathlib import Path
from optcloud import AsyncOptCloud, OptCloud

form, source, solution, target = sys.argv[1:]

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))

def blocking():
    with OptCloud() as oc:
        oc.adiutaopt.shift.version()
        marks.append(peak())
        plan = oc.adiutaopt.shift.submit(Path(source))
        marks.append(peak())
        told = oc.attach(solution).result()
        told.save(target)
        marks.append(peak())
        return plan, told

async def awaited():
    async with AsyncOptCloud() as oc:
        await oc.adiutaopt.shift.version()
        marks.append(peak())
        plan = await oc.adiutaopt.shift.submit(Path(source))
        marks.append(peak())
        told = await oc.attach(solution).result()
        told.save(target)
        marks.append(peak())
        return plan, told

marks = []
plan, told = blocking() if form == "blocking" else asyncio.run(awaited())
count = len(told.plan.tasks)
marks.append(peak())
print(json.dumps({"marks": marks, "tasks": count, "receipt": plan.receipt.as_dict()}))
"""


def tasks(size: int, **more: object) -> list[dict[str, object]]:
    """Tasks of a roster, of about ``size`` bytes as JSON."""
    one = {
        "date": "2026-03-02",
        "startTime": "08:00",
        "endTime": "16:30",
        "revenue": 12_500,
        "name": "a shift on the ward with a name of some length",
        "qualifications": ["care", "intensive care", "night"],
        "newField": {"nobody": "knows"},
        **more,
    }
    count = size // (len(json.dumps(one, separators=(",", ":"))) + 14)
    return [{"id": number, **one} for number in range(100_000, 100_000 + count)]


def write(path: Path, plan: dict[str, Any]) -> Path:
    path.write_text(json.dumps(plan, separators=(",", ":")), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    folder = tmp_path_factory.mktemp("large")
    base: dict[str, Any] = {"meta": {}, "parameters": {}, "workers": [{"id": 1, "costsPerMinute": 1}]}
    problem = write(folder / "problem.json", base | {"tasks": tasks(SIZE)})
    solved = {"statistics": {}, "info": {}, "backendVersion": {}, "requestID": "r-17"}
    solution = write(folder / "solution.json", base | solved | {"tasks": tasks(SIZE, workerID=1, profit=2**63 - 1)})
    yield problem, solution
    problem.unlink()
    solution.unlink()


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    with subprocess.Popen(
        [sys.executable, "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield {**os.environ, **json.loads(process.stdout.readline()), "OPTCLOUD_CONFIG": os.devnull}
        process.communicate("")


@pytest.fixture(scope="module")
def planted(server: dict[str, str], files: tuple[Path, Path]) -> str:
    """The reference of the solution, which the sandbox serves as it is."""
    address = httpx.URL(server["OPTCLOUD_ADIUTAOPT_URL"]).copy_with(path="/sandbox/adiutaopt/solutions")
    key = httpx.post(address, content=files[1].read_bytes(), timeout=30).json()
    return f"adiutaopt:default/shift/{key}"


# The blocking form is measured by the large tasks of AIMMS; both forms send and receive by the same pieces.
@pytest.mark.parametrize("form", ["asyncio"])
def test_memory_stays_under_four_times_the_payload(
    form: str, server: dict[str, str], files: tuple[Path, Path], planted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    problem, solution = files
    target = solution.with_name(f"saved-{form}.json")
    command = [sys.executable, "-c", CLIENT, form, str(problem), planted, str(target)]
    done = subprocess.run(command, env=server, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    idle, submitted, saved, decoded = told["marks"]
    receipt = told["receipt"]
    with capsys.disabled():
        sizes = f"{receipt['input_bytes'] / 1e6:.1f} MB sent as {receipt['sent_bytes'] / 1e6:.2f} MB"
        marks = ", ".join(f"{(mark - idle) / 1e6:.0f} MB" for mark in (submitted, saved, decoded))
        print(f"\n  {form}: {sizes}; above the idle client: submitted, saved, decoded: {marks}", end=" ")
    assert filecmp.cmp(solution, target, shallow=False)
    target.unlink()
    assert decoded - idle < ALLOWED
    assert receipt["input_bytes"] == problem.stat().st_size > 0.95 * SIZE
    assert receipt["sent_bytes"] < 4_500_000 and receipt["media_type"].startswith("application/vnd.adiutabyte")
    assert told["tasks"] > 150_000
