"""`optcloud batch …`: looking at a store and deciding about its jobs; the runs are in test_batch_runs."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from optcloud.batch.jobs import Ending, JobInput, JobState, Timings
from optcloud.batch.ledger.ledger import JobLedger

ACCOUNT = "aimms:https://acme.aimms.cloud"
SPEC = {"cloud": "aimms", "app": "Sandbox", "service": "echo", "version": "1.0"}
HELD = "two tasks may be it"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The store that the environment names, with one batch: ``a`` is ok, ``b`` failed, ``c`` is held, ``d`` is new."""
    url = str(tmp_path / "spring.sqlite")
    monkeypatch.setenv("OPTCLOUD_BATCH_STORE", url)
    with JobLedger.open(url) as ledger:
        make(ledger, "spring")
    yield url


def make(ledger: JobLedger, name: str, keys: str = "abcd") -> None:
    ledger.create(name, account=ACCOUNT, spec=SPEC, timings=Timings())
    ledger.add(name, [(key, JobInput(key.encode())) for key in keys])
    if keys != "abcd":
        return
    armed = ledger.arm(name, 0, ledger.take(name, 0), 3).jobs
    for job in armed[:2]:
        ledger.sent(name, job.key, job.attempt, f"aimms:default/{job.key}")
    ledger.end(
        name,
        [
            Ending("a", "aimms:default/a", JobState.OK, "completed", result=b"done", content_type="text/plain"),
            Ending("b", "aimms:default/b", JobState.FAILED, "completed", "no solution \x1b[31m"),
        ],
    )
    ledger.hold(name, "c", armed[2].attempt, HELD, ["aimms:default/x"])


def read(outcome: Any, code: int = 0) -> Any:
    """What a command printed as JSON; it exits with the code, and says one JSON object a line."""
    assert outcome.exit_code == code, outcome.output
    for line in outcome.stderr.splitlines():
        json.loads(line)
    return json.loads(outcome.stdout)


def test_status_tells_counts_and_how_to_decide_about_held_jobs(run: Run, store: str) -> None:
    outcome = run("batch", "status")
    assert outcome.exit_code == 8
    assert "75.0 % of 4: 1 ok, 0 running, 1 new, 1 failed, 1 held" in outcome.stdout
    assert f"held: c: {HELD}" in outcome.stdout
    assert "optcloud batch resolve spring c --it-is aimms:default/x\n" in outcome.stdout
    assert "optcloud batch resolve spring c --send-again\n" in outcome.stdout


def test_status_as_json(run: Run, store: str) -> None:
    told = read(run("batch", "status", "spring", "--json"), 8)
    counts = {"new": 1, "running": 0, "ok": 1, "failed": 1, "gone": 0, "held": 1, "total": 4}
    assert told.items() >= (counts | {"batch": "spring", "state": "open", "account": ACCOUNT}).items()
    (held,) = told["held_jobs"]
    assert (held["key"], held["candidates"]) == ("c", ["aimms:default/x"])


@pytest.mark.parametrize(("state", "code"), [(JobState.OK, 0), (JobState.FAILED, 3), (JobState.GONE, 3)])
def test_the_exit_code_tells_how_a_batch_ended(run: Run, tmp_path: Path, state: JobState, code: int) -> None:
    url = str(tmp_path / "one.sqlite")
    with JobLedger.open(url) as ledger:
        make(ledger, "one", "a")
        (job,) = ledger.arm("one", 0, ledger.take("one", 0), 1).jobs
        assert read(run("batch", "status", "--store", url, "--json"), 8)["running"] == 1
        ledger.sent("one", "a", job.attempt, "aimms:default/a")
        ledger.end("one", [Ending("a", "aimms:default/a", state)])
    assert read(run("batch", "status", "--watch", "--store", url, "--json"), code)["state"] == "done"


def test_a_stopped_batch_is_not_watched(run: Run, store: str) -> None:
    with JobLedger.open(store) as ledger:
        ledger.stop("spring")
    assert read(run("batch", "status", "--watch", "--json"), 8)["state"] == "stopped"


def test_the_name_is_needed_where_there_are_several(run: Run, store: str) -> None:
    with JobLedger.open(store) as ledger:
        make(ledger, "summer")
    outcome = run("batch", "status")
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "spring, summer" in outcome.stderr
    assert run("batch", "status", "summer").exit_code == 8
    outcome = run("batch", "status", "autumn")
    assert outcome.exit_code == 1
    assert "autumn" in outcome.stderr


@pytest.mark.parametrize(
    "line", ["run", "status", "failures", "retry", "resume", "results -o x.csv", "cancel", "resolve a --send-again"]
)
def test_a_store_that_is_not_there_is_not_made(run: Run, tmp_path: Path, line: str) -> None:
    verb, *words = line.split()
    outcome = run("batch", verb, *words, "--store", str(tmp_path / "none.sqlite"), "--json")
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert "there is no file" in json.loads(outcome.stderr)["message"]
    assert list(tmp_path.iterdir()) == []


def test_failures_tell_why(run: Run, store: str) -> None:
    shown = run("batch", "failures").stdout
    assert "no solution" in shown
    assert "\x1b" not in shown
    told = read(run("batch", "failures", "--json"))
    assert [(row["key"], row["state"]) for row in told] == [("b", "failed"), ("c", "held")]


def test_no_failures(run: Run, tmp_path: Path) -> None:
    with JobLedger.open(str(tmp_path / "one.sqlite")) as ledger:
        make(ledger, "one", "a")
    assert run("batch", "failures", "--store", str(tmp_path / "one.sqlite")).stderr == "none has failed\n"


def test_failed_jobs_are_new_again(run: Run, store: str) -> None:
    outcome = run("batch", "retry", "--key", "a", "--json")  # it has not failed
    assert read(outcome) == {"batch": "spring", "retried": 0}
    assert outcome.stderr == ""
    outcome = run("batch", "retry")
    assert outcome.stdout == "1 job is new again\n"
    assert "then: optcloud batch run spring" in outcome.stderr
    with JobLedger.open(store) as ledger:
        assert ledger.counts("spring")[JobState.NEW] == 2


def test_a_held_job_is_another_job_or_is_sent_again(run: Run, store: str) -> None:
    outcome = run("batch", "resolve", "c")
    assert outcome.exit_code == 2
    outcome = run("batch", "resolve", "c", "--send-again", "--it-is", "aimms:default/x")
    assert outcome.exit_code == 2
    told = read(run("batch", "resolve", "c", "--it-is", "aimms:default/x", "--json"))
    assert told == {"batch": "spring", "key": "c", "done": "resolved", "ref": "aimms:default/x", "send_again": False}
    with JobLedger.open(store) as ledger:
        assert ledger.in_flight("spring") == [("c", "aimms:default/x")]
    outcome = run("batch", "resolve", "c", "--send-again")
    assert outcome.exit_code == 1
    assert "not held" in outcome.stderr


def test_a_held_job_is_named_behind_its_batch_as_in_the_other_commands(run: Run, store: str) -> None:
    with JobLedger.open(store) as ledger:
        make(ledger, "summer")
    outcome = run("batch", "resolve", "c", "--send-again")  # in which of the two?
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "spring, summer" in outcome.stderr
    told = read(run("batch", "resolve", "summer", "c", "--send-again", "--json"))
    assert (told["batch"], told["key"]) == ("summer", "c")
    with JobLedger.open(store) as ledger:
        assert (ledger.counts("spring")[JobState.HELD], ledger.counts("summer")[JobState.HELD]) == (1, 0)
    assert run("batch", "resolve", "spring", "c", "d", "--send-again").exit_code == 2


def test_a_batch_goes_on(run: Run, store: str) -> None:
    with JobLedger.open(store) as ledger:
        ledger.stop("spring")
        assert run("batch", "resume").exit_code == 0
        assert not ledger.batch("spring").stopped


def test_results_go_into_a_table_or_a_folder(run: Run, store: str, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    import pyarrow.parquet

    outcome = run("batch", "results", "-o", str(tmp_path / "x.csv"), "--json")
    assert read(outcome) == {"batch": "spring", "file": str(tmp_path / "x.csv"), "jobs": 4, "ok": 1}
    assert "not all have ended" not in outcome.stdout
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        assert {row["key"]: row["state"] for row in csv.DictReader(file)}["b"] == "failed"
    outcome = run("batch", "results", "-o", str(tmp_path / "x.parquet"))
    assert (outcome.exit_code, outcome.stdout) == (0, "")
    assert "not all have ended" in outcome.stderr
    assert pyarrow.parquet.read_table(tmp_path / "x.parquet").num_rows == 4
    assert run("batch", "results", "-o", str(tmp_path / "all")).exit_code == 0
    assert [file.read_bytes() for file in (tmp_path / "all").glob("a*")] == [b"done"]


def test_a_picture_of_a_batch(run: Run, store: str, tmp_path: Path) -> None:
    told = read(run("batch", "picture", "-o", str(tmp_path / "run.html"), "--json"))
    assert told == {"batch": "spring", "file": str(tmp_path / "run.html")}
    assert "<title>spring" in (tmp_path / "run.html").read_text(encoding="utf-8")
    assert run("batch", "picture", "-o", str(tmp_path / "run.png")).exit_code == 1


def test_results_in_an_unknown_form_are_refused(run: Run, store: str, tmp_path: Path) -> None:
    outcome = run("batch", "results", "-o", str(tmp_path / "x.xlsx"))
    assert outcome.exit_code == 1
    assert ".parquet" in outcome.stderr


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--aimms", "Sandbox", "echo"], "--inputs"),
        (["--key-field", "id"], "--inputs"),
        (["--version", "1.0"], "--aimms"),
        (["--license-id", "1"], "--gurobi"),
        (["--aimms", "Sandbox", "echo", "--adiutaopt", "shift"], "one of these"),
        (["--inputs", "none.jsonl"], "does not exist"),
    ],
)
@pytest.mark.parametrize("verb", ["run", "start"])
def test_options_that_make_no_sense_are_refused(run: Run, store: str, verb: str, words: list[str], hint: str) -> None:
    outcome = run("batch", verb, "spring", *words)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert hint in outcome.stderr


def test_a_new_batch_needs_a_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    words = ["--store", str(tmp_path / "new.sqlite"), "--inputs", str(tmp_path / "in.jsonl")]
    outcome = run("batch", "run", *words, "--aimms", "Sandbox", "echo")
    assert outcome.exit_code == 2
    assert "NAME" in outcome.stderr


@pytest.mark.parametrize("verb", ["work", "start"])
def test_a_fleet_needs_postgresql(run: Run, store: str, verb: str) -> None:
    outcome = run("batch", verb)
    assert outcome.exit_code == 1
    assert "postgresql://" in outcome.stderr


def test_the_password_of_a_store_is_not_shown(run: Run, secrets: list[str]) -> None:
    secrets.append("fake-word")
    outcome = run("batch", "status", "--store", "postgresql://ada:fake-word@127.0.0.1:1/none")
    assert outcome.exit_code == 1
    outcome = run("batch", "work", "postgresql://ada:fake-word@127.0.0.1:1/none")
    assert outcome.exit_code == 1


def test_a_key_that_is_not_in_the_batch_is_not_retried_in_silence(run: Run, store: str) -> None:
    outcome = run("batch", "retry", "--key", "b", "--key", "bb")
    assert (outcome.exit_code, outcome.stderr) == (1, "error: there is no job 'bb' in batch spring\n")
    assert run("batch", "failures", "--json").stdout.count('"failed"') == 1  # b is as it was


def test_a_batch_without_jobs_is_not_said_to_be_done(run: Run, store: str) -> None:
    with JobLedger.open(store) as ledger:
        ledger.create("empty", account=ACCOUNT, spec=SPEC, timings=Timings())
    assert run("batch", "status", "empty").stdout == "empty: no jobs\n"
    assert json.loads(run("batch", "status", "empty", "--json").stdout)["state"] == "empty"


@pytest.mark.parametrize("words", [["x.sqlite"], ["--store", "x.sqlite"], ["x.sqlite", "--store", "postgresql://h/d"]])
def test_a_worker_takes_its_store_as_the_other_commands_do(run: Run, words: list[str]) -> None:
    outcome = run("batch", "work", *words)
    assert (outcome.exit_code, outcome.stderr) == (1, "error: a fleet needs a store in PostgreSQL: postgresql://…\n")


def test_a_worker_needs_a_store(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPTCLOUD_BATCH_STORE", raising=False)
    outcome = run("batch", "work")
    assert outcome.exit_code == 2
    assert "say which store, also by OPTCLOUD_BATCH_STORE" in outcome.stderr
