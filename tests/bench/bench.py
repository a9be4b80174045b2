"""What optcloud costs, as ratios against a named baseline measured in the same run: ``nox -s bench``.

Each measurement runs in fresh processes (decoding) or interleaved with its baseline (calls), and the median counts.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SOLUTION_BYTES = 47_000_000
PROCESSES = 5
CALLS = 400

DECODERS = {
    "json.loads": "import json; decode = json.loads",
    "optcloud typed plan": (
        "import msgspec, adiutaopt_models; "
        "decode = msgspec.json.Decoder(adiutaopt_models.ShiftPlannerOutputPlan).decode"
    ),
}

DECODE_ONCE = """
import sys, time
{setup}
data = open(sys.argv[1], "rb").read()
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
before = peak()
began = time.perf_counter()
value = decode(data)
took = time.perf_counter() - began
print(took, peak() - before)
"""

SERVE = """
import json, sys
from optcloud.sandbox import Sandbox
with Sandbox() as sandbox:
    print(json.dumps(sandbox.environment()), flush=True)
    sys.stdin.read()
"""

# Two kinds of task: only what the document names (every value becomes an object of the typed plan), and what a plan
# carries besides (values that the document does not name stay in the raw bytes).
NAMED_FIELDS = {"revenue": 12_500, "profit": 8_250}
MORE_FIELDS = {
    **NAMED_FIELDS,
    "date": "2026-03-02",
    "start": "08:00",
    "end": "16:30",
    "worker": "worker-0042",
    "qualifications": [3, 7, 12],
    "location": {"latitude": 51.2277, "longitude": 6.7735},
}


def solution(task: dict[str, object], size: int) -> bytes:
    """A shift plan of about ``size`` bytes, made of such tasks."""
    tasks = [{**task, "revenue": 10_000 + number % 5_000} for number in range(size // len(compact(task)))]
    plan = {
        "requestID": "bench",
        "meta": {},
        "parameters": {},
        "tasks": tasks,
        "workers": [{"costsPerMinute": 1, "costsInitial": 0, "totalTaskTime": 480}] * 200,
        "statistics": {},
        "info": {},
        "backendVersion": {"version": "v1.0.0", "optVersion": "2026-02-13_0"},
    }
    return compact(plan)


def compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def bench_decoding(title: str, task: dict[str, object]) -> None:
    """Time and peak memory of decoding, each in fresh processes, in turns."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "solution.json"
        file.write_bytes(solution(task, SOLUTION_BYTES))
        print(f"\ndecode a solution of {file.stat().st_size / 1e6:.1f} MB, {title} (median of {PROCESSES} processes)")
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in DECODERS}
        for _round in range(PROCESSES):
            for name, setup in DECODERS.items():
                command = [sys.executable, "-c", DECODE_ONCE.format(setup=setup), str(file)]
                took, memory = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
                found[name].append((float(took), float(memory) / 1024))
    medians = {name: [statistics.median(column) for column in zip(*rows, strict=True)] for name, rows in found.items()}
    base_time, base_memory = medians["json.loads"]
    for name, (took, memory) in medians.items():
        print(
            f"  {name:24} {took:7.3f} s  x{took / base_time:.2f} of json.loads   "
            f"{memory:7.1f} MB peak  x{memory / base_memory:.2f}"
        )


def bench_calls() -> None:
    """One look at a task through the facade, against the same request in bare httpx, interleaved."""
    import httpx

    from optcloud import OptCloud

    # In a process of its own, so that the server's work is not counted as the client's.
    with subprocess.Popen(
        [sys.executable, "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        environment = json.loads(server.stdout.readline()) if server.stdout else {}
        url, key = environment["OPTCLOUD_AIMMS_URL"], environment["OPTCLOUD_AIMMS_API_KEY"]
        with OptCloud(aimms={"url": url, "api_key": key}) as cloud, httpx.Client(headers={"apikey": key}) as bare:
            job = cloud.aimms.run("Sandbox", "echo", input={})
            task = f"{url}/tasks/{job.ref.rpartition('/')[2]}"
            ours, theirs = interleaved(job.poll, lambda: bare.get(task).raise_for_status().json())
        print(f"\none call on loopback (median of {CALLS}, interleaved)")
        print(f"  {'bare httpx get + json':24} {theirs * 1e6:7.0f} us")
        print(f"  {'optcloud job.poll()':24} {ours * 1e6:7.0f} us  x{ours / theirs:.2f} of bare httpx")
        server.communicate("")


TASK = {
    "id": "6f1c2d3e-aaaa-4bbb-8ccc-000000000000",
    "groupIndex": 0,
    "appName": "Scheduling",
    "appVersion": "1.4",
    "serviceName": "solve",
    "state": "completed",
    "scheduleFor": None,
    "createdAt": "2026-03-02 08:00:00Z",
    "endedAt": "2026-03-02 08:10:00Z",
    "queueTime": 1.5,
    "runTime": 600.25,
    "returnCode": 0,
    "errorMessage": None,
}


def bench_observer() -> None:
    """Calls of the facade with the observer on, against the same calls with it off, interleaved."""
    count = 1_000_000 // len(compact(TASK))
    bodies = {
        "tasks": compact({"total_tasks": count, "current_batch": [TASK] * count}),
        "drifted": compact({"total_tasks": count, "current_batch": [{**TASK, "priority": 1}] * count}),
        "one": compact(TASK),
    }
    print(f"\nthe observer (median of {CALLS // 4}, interleaved with the same call unobserved)")
    with tempfile.TemporaryDirectory() as folder:
        with canned(Path(folder), bodies) as url:
            observed(folder, "aimms job.poll()", url + "/one", lambda cloud: cloud.attach("aimms:default/1").poll)
            observed(folder, "aimms.tasks(), 1 MB", url + "/tasks", lambda cloud: cloud.aimms.tasks)
            observed(folder, "the same, each with a new field", url + "/drifted", lambda cloud: cloud.aimms.tasks)
        observed_solution(folder)


def observed(folder: str, title: str, url: str, call: Callable[[Any], Callable[[], object]], **options: Any) -> None:
    """Print one call's ratio, on against off."""
    from optcloud import OptCloud

    options["aimms"] = {"url": url, "api_key": "fake-key-of-the-bench"}
    with OptCloud(**options) as off, OptCloud(**options, observe=Path(folder) / "observed") as on:
        calls = [call(off), call(on)]
        for each in calls:
            each()  # connected, and new shapes noted
        base, spent = interleaved(*calls, rounds=CALLS // 4)
    print(f"  {title:32} {base * 1e3:7.2f} ms off  {spent * 1e3:7.2f} ms on  x{spent / base:.2f}")


def observed_solution(folder: str) -> None:
    """The same for a plan of 1 MB from the sandbox, fetched and decoded."""
    import httpx

    with subprocess.Popen(
        [sys.executable, "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        environment = json.loads(server.stdout.readline()) if server.stdout else {}
        names = ("URL", "USERNAME", "PASSWORD", "USER_POOL_ID", "CLIENT_ID", "COGNITO_URL")
        settings = {name.lower(): environment[f"OPTCLOUD_ADIUTAOPT_{name}"] for name in names}
        sandbox = httpx.URL(settings["url"]).copy_with(path="/sandbox/adiutaopt/solutions")
        key = httpx.post(sandbox, content=solution(MORE_FIELDS, 1_000_000)).json()
        observed(
            folder,
            "adiutaopt plan.result(), 1 MB",
            settings["url"],
            lambda cloud: lambda: cloud.attach(f"adiutaopt:default/shift/{key}").result().plan,
            adiutaopt=settings,
        )
        server.communicate("")


CANNED = """
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bodies = {file.stem: file.read_bytes() for file in Path(sys.argv[1]).glob("*.json")}
    def do_GET(self):
        body = self.bodies[self.path.split("/")[1]]
        head = b"HTTP/1.1 200 OK\\r\\ncontent-type: application/json\\r\\ncontent-length: %d\\r\\n\\r\\n"
        self.wfile.write(head % len(body) + body)
    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


@contextmanager
def canned(folder: Path, bodies: dict[str, bytes]) -> Iterator[str]:
    """Serve each body at its name, from a process of its own."""
    for name, body in bodies.items():
        (folder / f"{name}.json").write_bytes(body)
    with subprocess.Popen([sys.executable, "-c", CANNED, str(folder)], stdout=subprocess.PIPE, text=True) as server:
        port = server.stdout.readline().strip() if server.stdout else ""
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def interleaved(*functions: Callable[[], object], rounds: int = CALLS) -> list[float]:
    """Median seconds of each function, measured in turns so that a noisy machine is noisy for all."""
    times: list[list[float]] = [[] for _function in functions]
    for _call in range(rounds):
        for function, spent in zip(functions, times, strict=True):
            began = time.perf_counter()
            function()
            spent.append(time.perf_counter() - began)
    return [statistics.median(spent) for spent in times]


def bench_import() -> None:
    """What ``import optcloud`` adds to a bare interpreter."""

    def run(code: str) -> float:
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - began

    pairs = [(run("pass"), run("import optcloud")) for _round in range(15)]
    bare, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    print("\nimport (median of 15 processes)")
    print(f"  {'bare interpreter':24} {bare * 1e3:7.1f} ms")
    print(f"  {'import optcloud':24} {ours * 1e3:7.1f} ms  x{ours / bare:.2f}, {(ours - bare) * 1e3:+.1f} ms")


def bench_checks() -> None:
    """What checking a problem costs before it is sent."""
    subprocess.run([sys.executable, str(Path(__file__).with_name("problems.py"))], check=True)


def bench_codecs() -> None:
    """What compressing a problem costs: time and size of each codec."""
    subprocess.run([sys.executable, str(Path(__file__).with_name("compression.py"))], check=True)


def bench_drift() -> None:
    """What comparing two documents costs, from small to 300 operations and 2,000 schemas."""
    subprocess.run([sys.executable, str(Path(__file__).with_name("drift_documents.py"))], check=True)


def bench_waiting() -> None:
    """What waiting for a thousand tasks costs, against one look a task and the vendor's client in threads."""
    subprocess.run([sys.executable, str(Path(__file__).with_name("waiting.py"))], check=True)


def bench_batches() -> None:
    """What batches cost: ledger, submitting and watching, engine, memory; a hundred thousand jobs."""
    subprocess.run([sys.executable, str(Path(__file__).with_name("batches.py"))], check=True)


if __name__ == "__main__":
    bench_import()
    bench_decoding("documented fields only", NAMED_FIELDS)
    bench_decoding("with further fields", MORE_FIELDS)
    bench_checks()
    bench_codecs()
    bench_calls()
    bench_observer()
    bench_waiting()
    bench_drift()
    bench_batches()
