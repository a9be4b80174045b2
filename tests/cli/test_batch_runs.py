"""`optcloud batch run`, `start` and `work` on the sandbox: interrupted, killed, watched, cancelled, by a fleet."""

from __future__ import annotations

import csv
import json
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest

from cli.conftest import Run
from cli.processes import interrupt, started
from optcloud.batch.jobs import JobState
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.sandbox import Sandbox
from patience import PATIENCE, eventually

Counts = Callable[[], dict[JobState, int]]
JOBS = 12
ENDED = (JobState.OK, JobState.FAILED)


@pytest.fixture
def gate(sandbox: Sandbox) -> Iterator[threading.Event]:
    """Tasks of the service ``gated`` wait for it; they answer with their input."""
    event = threading.Event()

    def gated(data: bytes, content_type: str) -> tuple[bytes, str]:
        assert event.wait(PATIENCE)
        return data, content_type

    sandbox.register("Sandbox", "gated", gated)
    yield event
    event.set()


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = str(tmp_path / "spring.sqlite")
    monkeypatch.setenv("OPTCLOUD_BATCH_STORE", url)
    return url


@pytest.fixture
def jobs(tmp_path: Path) -> list[str]:
    """The options that add jobs."""
    file = tmp_path / "scenarios.jsonl"
    file.write_text("".join(json.dumps({"id": f"s{n}"}) + "\n" for n in range(JOBS)), encoding="utf-8")
    return ["--inputs", str(file), "--key-field", "id"]


def counts(store: str) -> dict[JobState, int]:
    """How many are in each state; none while there is no batch."""
    if not (store.startswith("postgresql") or Path(store).exists()):
        return dict.fromkeys(JobState, 0)
    with JobLedger.open(store) as ledger:
        return ledger.counts("spring") if ledger.batches() else dict.fromkeys(JobState, 0)


def sent(process: Popen[str], store: str, number: int = 3) -> None:
    """Wait until so many jobs are sent by a process."""
    eventually(lambda: process.poll() is not None or counts(store)[JobState.SENT] >= number)
    if process.poll() is not None:
        raise AssertionError(process.communicate())


def tasks(run: Run, service: str) -> int:
    """How many tasks of a service there are at the vendor."""
    listed = json.loads(run("aimms", "tasks", "list", "--limit", "1000", "--json").stdout)
    return sum(task["service"] == service for task in listed)


def keys_and_results(store: str) -> dict[str, Any]:
    with JobLedger.open(store) as ledger:
        return {row.key: json.loads(row.result or b"null") for row in ledger.rows("spring")}


RIGHT = {f"s{n}": {"id": f"s{n}"} for n in range(JOBS)}


@pytest.mark.usefixtures("sandbox", "store")
def test_which_batch_got_the_jobs_is_said(run: Run, jobs: list[str]) -> None:
    """A name that was mistyped makes another batch."""
    words = ["batch", "run", "sprng", *jobs, "--aimms", "Sandbox", "echo"]
    assert f"{JOBS} jobs added to sprng\n" in run(*words).stderr
    assert f"0 jobs added to sprng, {JOBS} were there already\n" in run(*words).stderr


def test_a_batch_is_run_and_run_again_for_what_failed(
    run: Run, sandbox: Sandbox, store: str, jobs: list[str], tmp_path: Path
) -> None:
    failing = {"s3", "s4"}

    def picky(data: bytes, content_type: str) -> tuple[bytes, str]:
        if json.loads(data)["id"] in failing:
            raise ValueError("no solution")
        return data, content_type

    sandbox.register("Sandbox", "picky", picky)
    outcome = run("batch", "run", "spring", *jobs, "--aimms", "Sandbox", "picky", "--concurrency", "10", "--json")
    assert outcome.exit_code == 3, outcome.output
    told = json.loads(outcome.stdout)
    assert (told["ok"], told["failed"], told["limit"]) == (JOBS - 2, 2, 10)
    assert [json.loads(line)["event"] for line in outcome.stderr.splitlines()] == ["added"]
    assert {row["key"] for row in json.loads(run("batch", "failures", "--json").stdout)} == failing
    failing.clear()
    assert run("batch", "retry").exit_code == 0
    outcome = run("batch", "run")
    assert (outcome.exit_code, outcome.stdout) == (0, f"spring: 100.0 % of {JOBS}: {JOBS} ok, 0 running, 0 new\n")
    assert keys_and_results(store) == RIGHT
    assert tasks(run, "picky") == JOBS + 2
    assert run("batch", "results", "-o", str(tmp_path / "x.csv")).exit_code == 0
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        assert {row["key"]: json.loads(row["result"]) for row in csv.DictReader(file)} == RIGHT


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_says_how_to_go_on(
    gate: threading.Event, store: str, jobs: list[str], number: signal.Signals, code: int
) -> None:
    with started("batch", "run", "spring", *jobs, "--aimms", "Sandbox", "gated") as process:
        sent(process, store)
        out, err = interrupt(process, number)
    assert (process.returncode, out) == (code, "")
    assert "nothing is lost; go on: optcloud batch run spring" in err
    assert err.count("nothing is lost") == 1
    assert "Traceback" not in err


def test_a_run_can_end_in_time(run: Run, gate: threading.Event, store: str, jobs: list[str]) -> None:
    outcome = run("batch", "run", "spring", *jobs, "--aimms", "Sandbox", "gated", "--timeout", "1", "--json")
    assert outcome.exit_code == 8
    assert json.loads(outcome.stdout)["state"] == "open"
