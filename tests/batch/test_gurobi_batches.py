"""Batches of programs on rented Gurobi machines, on the sandbox: each job has its result, no machine is left."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from batch.gurobi_runs import Programs, WorkerProcess, counts, launches, make, results, rows, run
from optcloud import AsyncOptCloud, OptCloud
from optcloud.batch.jobs import JobState, NotSent
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.batch.targets.gurobi import _no_machines
from optcloud.batch.worker.worker import BatchWorker
from optcloud.core.errors import BadRequest, ConfigError, TransportError, Unsupported
from optcloud.gurobi.ledger_postgres import LaunchesUnwritable
from optcloud.process import postgres_owners
from optcloud.sandbox import AtOnce, Sandbox
from patience import eventually

pytestmark = pytest.mark.skipif(os.name != "posix", reason="process groups are a thing of POSIX")


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox() as running:
        running.pace = AtOnce()
        for name, value in (running.environment() | {"OPTCLOUD_CONFIG": os.devnull}).items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture(autouse=True)
def sessions() -> Iterator[None]:
    """The end of this process, for PostgreSQL."""
    yield
    for owners in postgres_owners._of.values():
        owners.leave()
    postgres_owners._of.clear()


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    (tmp_path / "program").mkdir()
    return Programs(tmp_path / "program")


@pytest.fixture
def store(tmp_path: Path) -> str:
    return str(tmp_path / "store.sqlite")


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def any_store(request: pytest.FixtureRequest, store: str) -> str:
    return store if request.param == "SQLite" else str(request.getfixturevalue("postgres_url"))


def numbers(count: int) -> list[tuple[str, dict[str, Any]]]:
    return [(f"k{one}", {"n": one}) for one in range(count)]


def test_twenty_jobs_on_two_machines(sandbox: Sandbox, programs: Programs, any_store: str) -> None:
    make(any_store, programs.command, numbers(20), machines=2)
    run(any_store)
    found = results(any_store)
    assert {key: (value["arguments"], value["input"]) for key, value in found.items()} == {
        f"k{one}": ([str(one)], {"n": one}) for one in range(20)
    }
    (server,) = {value["server"] for value in found.values()}
    assert server.startswith("COMPUTESERVER=") and server.endswith(".sandbox.invalid")
    assert launches(sandbox) == 1, "over all chunks"
    assert sandbox.gurobi.alive() == []
    refs = [row.ref for row in rows(any_store).values()]
    assert len(set(refs)) == 20 and all(ref.startswith("program:default/") for ref in refs)


def test_no_more_programs_run_at_a_time_than_machines(sandbox: Sandbox, programs: Programs, store: str) -> None:
    make(store, programs.command, numbers(12), machines=3)
    programs.shut()
    with WorkerProcess(store) as worker:
        worker.say("all")
        eventually(lambda: len(programs.begun()) == 3)
        with JobLedger.open(store) as ledger:
            assert ledger.counts("solves")[JobState.NEW] == 9, "the others wait where another worker can take them"
        programs.open()
        worker.wait_for("all ended")
    assert counts(store) == {"ok": 12}


def test_a_program_that_fails_says_why_without_the_password(sandbox: Sandbox, programs: Programs, store: str) -> None:
    make(store, programs.command, [("bad", {"n": "fail"}), ("good", {"n": 1})])
    run(store)
    bad = rows(store)["bad"]
    assert (bad.state, bad.word, bad.result) == (JobState.FAILED, "failed", None)
    assert bad.message == "exit code 1: it is PASSWORD=***"
    assert counts(store) == {"ok": 1, "failed": 1}
    assert sandbox.gurobi.alive() == []


def test_a_program_that_takes_too_long_is_ended(sandbox: Sandbox, programs: Programs, store: str) -> None:
    programs.shut()
    make(store, programs.command, [("slow", {"n": 1})], timeout=1)
    run(store)
    slow = rows(store)["slow"]
    assert (slow.state, slow.word, slow.message) == (JobState.FAILED, "timeout", "it took longer than 1 s")
    assert programs.begun() and programs.running() == []
    assert sandbox.gurobi.alive() == []


HOSTILE = [
    "a b",
    "; touch hacked",
    "$(touch hacked)",
    "`touch hacked`",
    "new\nline",
    "'\"\\",
    "*",
    "",
    "é☃",
    "--help",
    "{n}",
]


def test_values_are_arguments_whatever_is_in_them(sandbox: Sandbox, programs: Programs, store: str) -> None:
    command = f"{sys.executable} {programs.path} '--value={{n}}' {{key}} '{{{{literal}}}}'"
    make(store, command, [(f"k{number}", {"n": value}) for number, value in enumerate(HOSTILE)])
    run(store)
    found = {key: value["arguments"] for key, value in results(store).items()}
    assert found == {
        f"k{number}": [f"--value={value}", f"k{number}", "{literal}"] for number, value in enumerate(HOSTILE)
    }
    assert not list(programs.folder.glob("hacked")) and not Path("hacked").exists()


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"n": "a\0b"}, "has a NUL character"),
        ({"n": "\ud800"}, "has a letter that no argument can have"),
        ({"n": "x" * 200_000}, "Argument list too long"),
        ({"m": 1}, "the input has no field 'n'"),
        ([1], "the input is no JSON object"),
    ],
)
def test_what_no_argument_can_be_is_told(
    sandbox: Sandbox, programs: Programs, store: str, value: Any, why: str
) -> None:
    make(store, programs.command, [("bad", value), ("good", {"n": 1})])
    run(store)
    assert rows(store)["bad"].state is JobState.FAILED and why in rows(store)["bad"].message
    assert counts(store) == {"ok": 1, "failed": 1}


def test_other_values_are_json(sandbox: Sandbox, programs: Programs, store: str) -> None:
    values = {"true": True, "null": None, "1.5": 1.5, '{"a":["é"]}': {"a": ["é"]}}
    make(store, programs.command, [(f"k{n}", {"n": value}) for n, value in enumerate(values.values())])
    run(store)
    assert [results(store)[f"k{n}"]["arguments"] for n in range(len(values))] == [[text] for text in values]


def test_a_result_may_be_a_file(sandbox: Sandbox, tmp_path: Path, store: str) -> None:
    path = tmp_path / "binary.py"
    path.write_text("import os; print('no'); open(os.environ['OPTCLOUD_RESULT'], 'wb').write(bytes(range(256)))")
    make(store, f"{sys.executable} {path}", [("one", {})])
    run(store)
    assert rows(store)["one"].result == bytes(range(256))


def test_what_a_program_started_ends_with_it(sandbox: Sandbox, programs: Programs, tmp_path: Path, store: str) -> None:
    path = tmp_path / "parent.py"
    path.write_text(
        "import pathlib, subprocess, sys, time\n"
        f"subprocess.Popen([sys.executable, {str(programs.path)!r}])\n"
        f"while not list(pathlib.Path({str(programs.folder)!r}).glob('begun-*')):\n"
        "    time.sleep(0.01)\n"
    )
    programs.shut()
    make(store, f"{sys.executable} {path}", [("one", {})])
    run(store)
    assert programs.begun()
    eventually(lambda: programs.running() == [])
    assert counts(store) == {"ok": 1}


# ---------------------------------------------------------------- as a person writes it


def test_a_batch_as_a_person_writes_it(sandbox: Sandbox, programs: Programs, any_store: str) -> None:
    with OptCloud() as oc:
        batch = oc.batch("spring", store=any_store)
        batch.add(
            oc.gurobi.program(programs.command, machines=2), ({"id": f"k{n}", "n": n} for n in range(6)), key="id"
        )
        assert batch.run(limit=4).ok == 6
        found = {key: json.loads(result.bytes)["arguments"] for key, result in batch.results()}
    assert found == {f"k{n}": [str(n)] for n in range(6)}
    assert launches(sandbox) == 1 and sandbox.gurobi.alive() == []


def test_a_batch_in_asyncio(sandbox: Sandbox, programs: Programs, any_store: str) -> None:
    async def work() -> None:
        async with AsyncOptCloud() as oc:
            batch = oc.batch("spring", store=any_store)
            program = oc.gurobi.program(programs.command, machines=2)
            await batch.add(program, ({"id": f"k{n}", "n": n} for n in range(6)), key="id")
            assert (await batch.run()).ok == 6
            assert launches(sandbox) == 1 and sandbox.gurobi.alive() == [], "before the client is closed"

    asyncio.run(work())


def test_a_batch_that_somebody_cancels(sandbox: Sandbox, programs: Programs, postgres_url: str) -> None:
    """What runs elsewhere is new again, as soon as that worker gives it up."""
    make(postgres_url, programs.command, numbers(4), machines=2)
    programs.shut()
    with WorkerProcess(postgres_url) as worker, OptCloud() as oc:
        worker.say("all")
        eventually(lambda: len(programs.begun()) == 2)
        done = oc.batch("solves", store=postgres_url).cancel(running=True)
        assert (done.taken_back, done.running, done.unknown) == (2, 0, 0)
        worker.wait_for("all ended")
        eventually(lambda: sandbox.gurobi.alive() == [] and programs.running() == [])
    assert counts(postgres_url) == {"new": 4}


def test_an_executor_would_rent_for_each_chunk(sandbox: Sandbox, programs: Programs, store: str) -> None:
    make(store, programs.command, numbers(4))
    with OptCloud() as oc, ThreadPoolExecutor(2) as executor, pytest.raises(ConfigError, match="rent machines"):
        oc.batch("solves", store=store).run_on(executor)
    assert launches(sandbox) == 0


def test_two_threads_of_a_process_never_rent_at_the_same_time(
    sandbox: Sandbox, programs: Programs, postgres_url: str
) -> None:
    """To the others they are one worker; the second one waits until the first has given its machines back."""
    make(postgres_url, programs.command, numbers(8), chunk=4, machines=2)

    async def one(chunk: int) -> None:
        with JobLedger.open(postgres_url) as ledger:
            async with AsyncOptCloud() as oc, BatchWorker(ledger, oc) as worker:
                await worker.work("solves", chunk)

    with ThreadPoolExecutor(2) as executor:
        list(executor.map(lambda chunk: asyncio.run(one(chunk)), (0, 1)))
    assert counts(postgres_url) == {"ok": 8} and sandbox.gurobi.alive() == []
    asked = [entry.path.rpartition("/")[2] for entry in sandbox.journal()]
    assert [word for word in asked if word != "machines" and word != "licenses"] in (
        ["launch", "kill"],
        ["launch", "kill", "launch", "kill"],
    )


# ---------------------------------------------------------------- before anything costs


@pytest.mark.parametrize(
    ("command", "words", "error", "why"),
    [
        ("", {}, ConfigError, "it is empty"),
        ("'a", {}, ConfigError, "No closing quotation"),
        ("{n} x", {}, ConfigError, "cannot depend on a job's input"),
        ("a {n.x}", {}, ConfigError, "is not a field"),
        ("a {n!r}", {}, ConfigError, "is not a field"),
        ("a \0", {}, ConfigError, "NUL"),
        ("a", {"machines": 0}, BadRequest, "machines"),
        ("a", {"timeout": 0}, BadRequest, "timeout"),
        ("a", {"at_once": 1.5}, BadRequest, "at_once"),
        ("a", {"password": "secret"}, TypeError, "unexpected keyword argument 'password'"),
        ("a", {"machine_type": "c9.huge"}, BadRequest, "machine_type"),
        ("a", {"colour": "red"}, TypeError, "unexpected keyword argument 'colour'"),
    ],
)
def test_a_program_is_checked_when_it_is_named(
    sandbox: Sandbox, command: str, words: dict[str, Any], error: type[Exception], why: str
) -> None:
    with OptCloud() as oc, pytest.raises(error, match=why):
        oc.gurobi.program(command, **words)
    assert sandbox.journal() == []


def test_a_program_that_is_not_there_costs_nothing(sandbox: Sandbox, store: str) -> None:
    with pytest.raises(ConfigError, match="there is no program 'no-such-program'"):
        make(store, "no-such-program {n}", numbers(1))
    with pytest.raises(ConfigError, match="none of this account's"):
        make(store, "true", numbers(1), license_id=4711)
    assert launches(sandbox) == 0


def test_with_api_v2_it_is_said(sandbox: Sandbox, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTCLOUD_GUROBI_API", "v2")
    with pytest.raises(Unsupported, match="v2"):
        make(store, "true", numbers(1))


def test_machines_that_the_vendor_refuses_end_the_run(sandbox: Sandbox, programs: Programs, store: str) -> None:
    make(store, programs.command, numbers(3), region="mars-1", strict=False)
    with pytest.raises(ConfigError, match="machines cannot be launched like this"):
        run(store)
    assert counts(store) == {"new": 3} and sandbox.gurobi.alive() == [] and programs.begun() == []


def test_machines_that_fail_are_launched_anew(sandbox: Sandbox, programs: Programs, store: str) -> None:
    make(store, programs.command, numbers(3), machines=2)
    sandbox.fail_launches(1)
    run(store)
    assert counts(store) == {"ok": 3} and sandbox.gurobi.alive() == [] and launches(sandbox) == 2


def test_a_database_that_is_down_is_waited_for() -> None:
    assert isinstance(_no_machines(LaunchesUnwritable("down"), 5.0), NotSent)
    assert isinstance(_no_machines(TransportError("lost", sent="unknown"), 5.0), NotSent)
    for error in (ConfigError("no"), BadRequest("no"), Unsupported("no")):
        with pytest.raises(ConfigError, match="no"):
            _no_machines(error, 5.0)


def test_no_secret_is_in_the_store(sandbox: Sandbox, programs: Programs, store: str, tmp_path: Path) -> None:
    make(store, programs.command, [("bad", {"n": "fail"}), ("good", {"n": 1})], machines=2)
    programs.shut()
    with WorkerProcess(store) as worker:
        worker.say("all")
        eventually(lambda: len(programs.begun()) == 2)
        with OptCloud() as oc:
            secrets = {machine.password.reveal() for machine in oc.gurobi.machines() if machine.password}
        programs.open()
        worker.wait_for("all ended")
    assert secrets
    files = [path.read_bytes() for path in Path(store).parent.glob("store.sqlite*") if path.is_file()]
    assert files and not any(secret.encode() in file for secret in secrets for file in files)
    assert json.loads(rows(store)["good"].result)["arguments"] == ["1"]
