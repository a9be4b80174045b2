"""What batches cost: the ledger, submitting and watching, the engine, a job that waits; a hundred thousand jobs.

Each is told beside a named baseline of the same run, and beside what it is to stay within. Run by bench.py; alone:
``python tests/bench/batches.py``.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:
    sys.path[:0] = [str(HERE), str(HERE.parent)]  # the PostgreSQL for tests

LIFE = 10_000  # jobs of which the ledger keeps the whole life
MANY = 100_000  # jobs of which status is asked
WAITING = 800  # jobs that are submitted and waited for
RUN_SECONDS = 20.0  # how long each of them runs, so that most wait at one time
AT_ONCE = 32  # submits under way
CHUNKS, CHUNK = 200, 100  # of the engine, and jobs in each
LEAD = 4.0

SERVE = f"""
import json, sys
from optcloud.sandbox import AfterSeconds, Sandbox
with Sandbox(pace=AfterSeconds({RUN_SECONDS})) as sandbox:
    print(json.dumps([sandbox.environment(), sandbox.urls.control]), flush=True)
    sys.stdin.read()
"""


def bench_batches() -> None:
    """Print all of it."""
    print("\nbatches (CPU of the process that works them)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bench_ledger(folder)
        bench_many(folder)
        bench_submits(folder)
    bench_engine()


def bench_ledger(folder: Path) -> None:
    """A job's whole life in the ledger, beside one table of SQLite that is written as often."""
    import batch_ledger

    ours = batch_ledger.measured(str(folder / "life.sqlite"), LIFE)["whole life"]
    told(
        "sqlite3, one table, as many commits",
        bare := measured("bare_ledger", str(folder / "bare.sqlite"))["cpu"],
        "ms a job",
    )
    told("ledger, a job's whole life", ours, "ms a job", within=1.0, base=bare)


def bench_many(folder: Path) -> None:
    """Status and memory of a hundred thousand jobs."""
    found = measured("many", str(folder / "many.sqlite"))
    told(f"status of {MANY:,} jobs", found["status"], "ms", within=100.0)
    told("  peak memory of adding them, and status", found["peak"], "MB", within=250.0)


def bench_submits(folder: Path) -> None:
    """Jobs submitted, waited for and fetched, beside the same requests in bare httpx, at the same time."""
    with served() as (environment, control), served() as (other, _):
        ways = {
            "batch": started("submits", str(folder / "submits.sqlite"), environment=environment),
            "httpx": started("bare_submits", environment=other),
        }
        found = {name: answer(process) for name, process in ways.items()}
        lists = sum(entry["method"] == "GET" and entry["path"].endswith("/tasks") for entry in journal(control))
    ours, bare = found["batch"], found["httpx"]
    told("bare httpx, the same requests", bare["cpu"], "ms a job")
    told("batch.run, submit and watch", ours["cpu"], "ms a job", within=10.0, base=bare["cpu"])
    told("  memory of a job that waits", ours["memory"], "KB", within=10.0)
    told("  list requests a look", lists / max(1.0, ours["looks"]), "", within=1.1)


def bench_engine() -> None:
    """Chunks through the fleet's engine, without work in them, beside a job of procrastinate's for each job."""
    missing = [name for name in ("procrastinate", "psycopg", "pytest") if find_spec(name) is None]
    if missing:
        print(f"  the engine was not measured: {', '.join(missing)} not installed")
        return
    from batch.postgres import NoPostgresError, Postgres

    try:
        server = Postgres(durable=False)
    except NoPostgresError as error:
        print(f"  the engine was not measured: {error}")
        return
    with server:
        each = measured("bare_engine", server.new_database())["cpu"]
        told("procrastinate, a job each", each, "ms a job")
        chunks = measured("engine", server.new_database())["cpu"]
        told(f"fleet, chunks of {CHUNK}", chunks, "ms a job", within=0.5, base=each)


def told(title: str, value: float, unit: str, *, within: float | None = None, base: float | None = None) -> None:
    """Print one line."""
    ratio = "" if base is None else f"  x{value / base:.2f}"
    limit = "" if within is None else f"  (to stay within {within:g}{'' if value <= within else ': IT DOES NOT'})"
    print(f"  {title:42} {value:8.3f} {unit}{ratio}{limit}", flush=True)


# ---------------------------------------------------------------- processes


class served:  # noqa: N801 - it reads as a function
    """Serve a sandbox from a process of its own: its environment, and the address of its control plane."""

    def __enter__(self) -> tuple[dict[str, str], str]:
        command = [sys.executable, "-c", SERVE]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        environment, control = json.loads(self._process.stdout.readline() if self._process.stdout else "[]")
        return environment, control

    def __exit__(self, *_: object) -> None:
        self._process.communicate("")


def started(way: str, *given: str, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """Start a function of this file in a process of its own."""
    command = [sys.executable, __file__, way, *given]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})})


def answer(process: subprocess.Popen[str]) -> dict[str, float]:
    """Wait for what it found."""
    said, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{process.args} ended with {process.returncode}")
    found: dict[str, float] = json.loads(said.splitlines()[-1])
    return found


def measured(way: str, *given: str) -> dict[str, float]:
    """Measure in a process of its own."""
    return answer(started(way, *given))


def journal(control: str) -> list[dict[str, Any]]:
    """The requests that a sandbox was sent."""
    import httpx

    entries: list[dict[str, Any]] = httpx.get(f"{control}/journal").json()
    return entries


# ---------------------------------------------------------------- in a process of its own


def bare_ledger(path: str) -> dict[str, float]:
    """One table: insert, then three updates of each job, in as many commits as the ledger's."""
    import sqlite3

    group = 50
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("pragma journal_mode = wal")
    db.execute("pragma synchronous = full")
    db.execute("create table job (key text primary key, state text, input blob, result blob)")
    began = time.process_time()
    db.execute("begin")
    db.executemany("insert into job values (?, 'new', ?, null)", ((f"job-{n:06}", b"x" * 1024) for n in range(LIFE)))
    db.execute("commit")
    for first in range(0, LIFE, group):
        keys = [(f"job-{n:06}",) for n in range(first, first + group)]
        for one in (keys, *([key] for key in keys)):  # armed in a group, sent one by one
            db.execute("begin immediate")
            db.executemany("update job set state = 'sent' where key = ?", one)
            db.execute("commit")
        db.execute("begin immediate")
        db.executemany("update job set state = 'ok', result = ? where key = ?", ((b"y" * 1024, *key) for key in keys))
        db.execute("commit")
    return {"cpu": (time.process_time() - began) * 1000 / LIFE}


def many(path: str) -> dict[str, float]:
    """Add a hundred thousand jobs of 1 KB, and ask for the status of the batch."""
    from optcloud.batch.jobs import JobInput, Timings
    from optcloud.batch.ledger.ledger import JobLedger
    from optcloud.batch.status import status

    def given() -> Iterator[tuple[str, JobInput]]:
        for number in range(MANY):
            yield f"scenario-{number:06}", JobInput(b"%010d" % number + b"x" * 1014)

    with JobLedger.open(path) as ledger:
        ledger.create("bench", account="bench", spec={"cloud": "none"}, timings=Timings())
        ledger.add("bench", given())
        times = []
        for _ in range(5):
            began = time.perf_counter()
            status(ledger, "bench")
            times.append((time.perf_counter() - began) * 1000)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"status": min(times), "peak": peak}


def scenarios() -> Iterator[tuple[str, dict[str, Any]]]:
    """Inputs of jobs."""
    for number in range(WAITING):
        yield f"s{number}", {"id": f"s{number}", "number": number}


def submits(path: str) -> dict[str, float]:
    """Run a batch on the sandbox."""
    from optcloud import OptCloud
    from optcloud.batch.targets.aimms import AimmsTarget

    looks = 0
    ended = AimmsTarget.ended

    async def looked(self: AimmsTarget) -> Any:
        nonlocal looks
        found = await ended(self)
        looks += 1
        return found

    AimmsTarget.ended = looked  # type: ignore[method-assign]
    samples: list[tuple[int, float]] = []
    with OptCloud() as oc, closing(oc.batch("bench", store=path)) as batch:
        batch.add(oc.aimms.service("Sandbox", "echo", version="1.0"), scenarios())
        began = time.process_time()
        counts = batch.run(progress=lambda how_far: samples.append((how_far.counts.running, resident())))
        cpu = time.process_time() - began
    if counts.ok != WAITING:
        raise RuntimeError(f"not all have ended well: {counts}")
    few = next(sample for sample in samples if sample[0] > 0)
    most = max(samples)
    memory = (most[1] - few[1]) / max(1, most[0] - few[0])
    return {"cpu": cpu * 1000 / WAITING, "looks": looks, "memory": memory}


def resident() -> float:
    """KB of this process."""
    status = Path("/proc/self/status").read_text()
    return float(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def bare_submits() -> dict[str, float]:
    """The same requests in bare httpx: each job submitted, looks at the list, each result."""
    return {"cpu": asyncio.run(_bare_submits()) * 1000 / WAITING}


async def _bare_submits() -> float:
    import httpx

    url, key = os.environ["OPTCLOUD_AIMMS_URL"], os.environ["OPTCLOUD_AIMMS_API_KEY"]
    slots = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(base_url=url, headers={"apikey": key}, timeout=60) as client:

        async def submit(given: dict[str, Any]) -> str:
            async with slots:
                at = datetime.now(UTC) + timedelta(seconds=LEAD)
                query = {"scheduleFor": at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + " +00:00"}
                reply = await client.post("/tasks/Sandbox/1.0/echo", params=query, json=given)
                made: str = reply.raise_for_status().json()["id"]
                return made

        async def fetch(one: str) -> None:
            async with slots:
                (await client.get(f"/tasks/{one}/response")).raise_for_status()

        began = time.process_time()
        left = set(await asyncio.gather(*(submit(given) for _, given in scenarios())))
        pause = 1.0
        while left:
            await asyncio.sleep(pause)
            pause = min(10.0, pause * 1.5)
            page = (await client.get("/tasks", params={"limit": 1000})).json()["current_batch"]
            over = {task["id"] for task in page if task["state"] in ("completed", "failed")} & left
            await asyncio.gather(*map(fetch, over))
            left -= over
        return time.process_time() - began


class _Nothing:
    """Work of a chunk that is done at once."""

    def __init__(self) -> None:
        self.left = set(range(CHUNKS))

    async def work(self, batch: str, chunk: int) -> None:
        self.left.discard(chunk)

    def open_chunks(self, batch: str) -> list[int]:
        return sorted(self.left)


def engine(url: str) -> dict[str, float]:
    """Queue chunks and have one worker take them all."""
    from optcloud.batch.engines.fleet import FleetEngine, event_loop, fleet_worker

    work = _Nothing()
    FleetEngine().start(url, "warm", [])
    began = time.process_time()
    FleetEngine().start(url, "bench", range(CHUNKS))
    with asyncio.Runner(loop_factory=event_loop) as runner:
        runner.run(fleet_worker(url, work).run(until_empty=True))
    return {"cpu": (time.process_time() - began) * 1000 / (CHUNKS * CHUNK)}


def bare_engine(url: str) -> dict[str, float]:
    """Queue and run jobs of procrastinate, one for each job."""
    from procrastinate import App, PsycopgConnector

    app = App(connector=PsycopgConnector(conninfo=url))

    @app.task(name="job")
    async def job(key: int) -> None:
        return

    async def run() -> float:
        async with app.open_async():
            await app.schema_manager.apply_schema_async()
            began = time.process_time()
            await app.configure_task("job").batch_defer_async(*({"key": key} for key in range(CHUNKS * 5)))
            await app.run_worker_async(wait=False, concurrency=8, install_signal_handlers=False)
            return (time.process_time() - began) * 1000 / (CHUNKS * 5)

    return {"cpu": asyncio.run(run())}


WAYS = (bare_ledger, many, submits, bare_submits, engine, bare_engine)

if __name__ == "__main__":
    if len(sys.argv) == 1:
        bench_batches()
    else:
        with suppress(BrokenPipeError):
            way = next(way for way in WAYS if way.__name__ == sys.argv[1])
            print(json.dumps(partial(way, *sys.argv[2:])()))
