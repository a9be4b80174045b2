"""What the tests of programs on rented machines share: the program, batches of it, workers that can be killed."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from optcloud import AsyncOptCloud
from optcloud.batch.engines.embedded import work_all
from optcloud.batch.jobs import JobInput, JobState, Timings
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.batch.targets.target_for import spec_of, target_for
from optcloud.batch.worker.worker import BatchWorker
from optcloud.sandbox import Sandbox
from patience import PATIENCE

# Waits at the gate, if its folder has one, and says what it knows: its arguments, its input, its server.
PROGRAM = """
import json, os, pathlib, sys, time
folder = pathlib.Path(__file__).parent
license = pathlib.Path(os.environ["GRB_LICENSE_FILE"]).read_text()
begun = folder / f"begun-{os.environ['OPTCLOUD_KEY']}-{os.getpid()}"
begun.touch()
while (folder / "gate").exists():
    time.sleep(0.01)
taken = sys.stdin.read()
assert taken == pathlib.Path(os.environ["OPTCLOUD_INPUT"]).read_text()
print(json.dumps({"arguments": sys.argv[1:], "input": json.loads(taken), "server": license.splitlines()[0]}))
if sys.argv[1:] == ["fail"]:
    sys.exit("it is " + license.splitlines()[1])
"""


class Programs:
    """A folder with the program, and what ran of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "solve.py"
        self.path.write_text(PROGRAM)

    @property
    def command(self) -> str:
        return f"{sys.executable} {self.path} {{n}}"

    def shut(self) -> None:
        """Let programs wait from now on."""
        (self.folder / "gate").touch()

    def open(self) -> None:
        """Let them go on."""
        (self.folder / "gate").unlink()

    def begun(self) -> list[tuple[str, int]]:
        """Return key and process of those that were started."""
        return [(path.name.split("-")[1], int(path.name.split("-")[2])) for path in self.folder.glob("begun-*")]

    def running(self) -> list[int]:
        """Return the processes of those that still run."""
        return [pid for _, pid in self.begun() if _lives(pid)]


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def launches(sandbox: Sandbox) -> int:
    return sum(entry.path.endswith("/launch") for entry in sandbox.journal())


async def _make(
    store: str, command: str, jobs: Iterable[tuple[str, Any]], chunk: int, words: Mapping[str, Any]
) -> None:
    async with AsyncOptCloud() as oc:
        target = target_for(oc, spec_of(oc.gurobi.program(command, **words)))
        with JobLedger.open(store) as ledger:
            target.know(ledger.view(target.account))
            await target.settle()
            ledger.create("solves", account=target.account, spec=target.spec(), timings=TIMINGS, chunk=chunk)
            ledger.add("solves", ((key, JobInput(json.dumps(value).encode())) for key, value in jobs))


TIMINGS = Timings(start=0.5, send=1.0, skew=0.1)


def make(store: str, command: str, jobs: Iterable[tuple[str, Any]], *, chunk: int = 5, **words: Any) -> None:
    """Make the batch "solves"."""
    asyncio.run(_make(store, command, jobs, chunk, words))


async def _run(store: str) -> None:
    with JobLedger.open(store) as ledger:
        async with AsyncOptCloud() as oc, BatchWorker(ledger, oc) as worker:
            await work_all(worker, "solves")


def run(store: str) -> None:
    """Work the batch to its end, in this process."""
    asyncio.run(_run(store))


def rows(store: str) -> dict[str, Any]:
    with JobLedger.open(store) as ledger:
        return {row.key: row for row in ledger.rows("solves")}


def counts(store: str) -> dict[str, int]:
    with JobLedger.open(store) as ledger:
        return {str(state): count for state, count in ledger.counts("solves").items() if count}


def results(store: str) -> dict[str, Any]:
    return {key: json.loads(row.result) for key, row in rows(store).items() if row.state is JobState.OK}


class WorkerProcess:
    """A `batch.gurobi_worker`; a context manager, killed at its end."""

    def __init__(self, store: str) -> None:
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
        command = [sys.executable, "-m", "batch.gurobi_worker", store, "solves"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True
        )
        self._watchdog = threading.Timer(PATIENCE, self.process.kill)

    def __enter__(self) -> WorkerProcess:
        self._watchdog.start()
        self.wait_for("up")
        return self

    def __exit__(self, *_: object) -> None:
        self._watchdog.cancel()
        self.process.kill()
        self.process.wait(PATIENCE)
        for stream in (self.process.stdin, self.process.stdout):
            assert stream is not None
            stream.close()

    def say(self, line: str | int) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def wait_for(self, *beginnings: str) -> list[str]:
        """Read lines until each of these has begun one; return all of them."""
        assert self.process.stdout is not None
        left, heard = list(beginnings), list[str]()
        while left:
            line = self.process.stdout.readline()
            if not line:
                raise EOFError("".join(heard))
            heard.append(line)
            left = [one for one in left if not line.startswith(one)]
        return heard

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self.process.kill()
        self.process.wait(PATIENCE)
