"""`optcloud batch run`, `start` and `work` in processes: killed, run twice, cancelled, by a fleet, with a wrong key."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path

import pytest

from batch.postgres import server_for_tests
from cli.conftest import Run, sandbox
from cli.processes import interrupt, said, started
from cli.test_batch_events import KEY
from cli.test_batch_runs import JOBS, RIGHT, counts, gate, jobs, keys_and_results, sent, store, tasks
from optcloud.batch.jobs import JobState
from optcloud.sandbox import Sandbox
from patience import eventually

__all__ = ["gate", "jobs", "sandbox", "store"]


def test_a_batch_that_was_killed_goes_on(run: Run, gate: threading.Event, store: str, jobs: list[str]) -> None:
    first = ["batch", "run", "spring", *jobs, "--aimms", "Sandbox", "gated", "--concurrency", str(JOBS - 2), "--json"]
    with started(*first) as process:
        sent(process, store)
        told = json.loads(run("batch", "status", "--json").stdout)  # while it runs
        assert (told["state"], told["total"]) == ("open", JOBS)
        process.send_signal(signal.SIGKILL)
        process.wait()
    gate.set()
    with started("batch", "run", "--json") as again:
        out, err = again.communicate()
    assert again.returncode == 0, err
    assert json.loads(out)["ok"] == JOBS
    assert keys_and_results(store) == RIGHT
    assert tasks(run, "gated") == JOBS


def test_a_second_run_of_a_file_is_refused(run: Run, gate: threading.Event, store: str, jobs: list[str]) -> None:
    with started("batch", "run", "spring", *jobs, "--aimms", "Sandbox", "gated") as process:
        sent(process, store, 1)
        outcome = run("batch", "run")
    assert outcome.exit_code == 1
    assert "another process" in outcome.stderr


def test_a_batch_is_cancelled_while_it_runs_and_goes_on_later(
    run: Run, gate: threading.Event, store: str, jobs: list[str]
) -> None:
    with started(
        "batch", "run", "spring", *jobs, "--aimms", "Sandbox", "gated", "--concurrency", "5", "--json"
    ) as process:
        sent(process, store)
        outcome = run("batch", "cancel", "--json")
        assert json.loads(outcome.stdout)["done"] == "cancelled"
        gate.set()
        out, err = process.communicate()
    assert process.returncode == 8, err
    assert json.loads(out)["state"] == "stopped"
    assert run("batch", "run", "--json").exit_code == 0
    assert keys_and_results(store) == RIGHT


def test_a_fleet_works_what_is_started_and_added_later(
    run: Run, gate: threading.Event, jobs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with server_for_tests() as server:
        url = server.new_database()
        monkeypatch.setenv("OPTCLOUD_BATCH_STORE", url)
        with started("batch", "work") as stopped, started("batch", "work", "--json") as other:
            said(stopped, "ready for chunks")
            said(other, "ready")
            outcome = run(
                "batch", "start", "spring", *jobs, "--chunk-size", "2", "--aimms", "Sandbox", "gated", "--json"
            )
            assert outcome.exit_code == 0, outcome.output
            assert json.loads(outcome.stdout) == {"batch": "spring", "done": "started"}
            eventually(lambda: counts(url)[JobState.SENT] == JOBS)
            out, err = interrupt(stopped, signal.SIGTERM)
            assert (stopped.returncode, out) == (143, ""), err
            gate.set()
            assert run("batch", "status", "--watch", "--json").exit_code == 0
            assert keys_and_results(url) == RIGHT
            assert tasks(run, "gated") == JOBS
            out, err = interrupt(other, signal.SIGINT)
            assert (other.returncode, out) == (130, ""), err
        with started("batch", "work", "--until-empty") as last:
            assert last.wait() == 0


def test_a_worker_with_a_wrong_key_says_so(
    run: Run, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in.jsonl").write_text("".join(f'{{"id": {n}}}\n' for n in range(6)), encoding="utf-8")
    with server_for_tests() as server:
        monkeypatch.setenv("OPTCLOUD_BATCH_STORE", server.new_database())
        words = [
            "--inputs",
            str(tmp_path / "in.jsonl"),
            "--key-field",
            "id",
            "--chunk-size",
            "1",
            "--aimms",
            "Sandbox",
            "echo",
        ]
        assert run("batch", "start", "spring", *words).exit_code == 0
        monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", "another-key")
        with started("batch", "work") as worker:
            line = said(worker, "credentials of this worker")
            assert KEY in line
            assert "another-key" not in line
            worker.terminate()
            out, err = worker.communicate()
            assert "401" not in out + err
