"""Workers that rent Gurobi machines are killed, stopped, cancelled and succeeded: no machine is left."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from batch.gurobi_runs import Programs, WorkerProcess, counts, launches, make, results, run
from batch.postgres import Postgres
from batch.test_gurobi_batches import any_store, numbers, programs, sandbox, sessions, store
from optcloud import OptCloud
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.gurobi.ledger_postgres import PostgresLedger
from optcloud.sandbox import Sandbox
from patience import eventually

__all__ = ["any_store", "programs", "sandbox", "sessions", "store"]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="process groups are a thing of POSIX")


def test_kill_9_and_again(sandbox: Sandbox, programs: Programs, store: str) -> None:
    make(store, programs.command, numbers(20), machines=2)
    programs.shut()
    with WorkerProcess(store) as worker:
        worker.say("all")
        eventually(lambda: len(programs.begun()) == 2)
        worker.kill()
        eventually(lambda: programs.running() == [])
    assert len(sandbox.gurobi.alive()) == 2, "until somebody starts"
    programs.open()
    run(store)
    assert {key: value["arguments"] for key, value in results(store).items()} == {f"k{n}": [str(n)] for n in range(20)}
    assert sandbox.gurobi.alive() == []
    assert launches(sandbox) == 2, "one for each process"
    assert len(programs.begun()) == 22


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_nothing(sandbox: Sandbox, programs: Programs, any_store: str, number: int) -> None:
    make(any_store, programs.command, numbers(4), machines=2)
    programs.shut()
    with WorkerProcess(any_store) as worker:
        worker.say("all")
        eventually(lambda: len(programs.begun()) == 2)
        worker.process.send_signal(number)
        worker.process.communicate()
    eventually(lambda: programs.running() == [])
    assert sandbox.gurobi.alive() == []
    programs.open()
    run(any_store)
    assert counts(any_store) == {"ok": 4} and sandbox.gurobi.alive() == []


def test_a_batch_that_is_cancelled_gives_its_machines_back(
    sandbox: Sandbox, programs: Programs, any_store: str
) -> None:
    make(any_store, programs.command, numbers(4), machines=2)
    programs.shut()
    with WorkerProcess(any_store) as worker:
        worker.say("all")
        eventually(lambda: len(programs.begun()) == 2)
        with JobLedger.open(any_store) as ledger:
            ledger.stop("solves")
        worker.wait_for("all ended")
        eventually(lambda: sandbox.gurobi.alive() == [])
        assert programs.running() == []
    with JobLedger.open(any_store) as ledger:
        ledger.go_on("solves")
    programs.open()
    run(any_store)
    assert counts(any_store) == {"ok": 4} and sandbox.gurobi.alive() == []


def test_machines_that_go_in_the_middle_are_launched_anew(sandbox: Sandbox, programs: Programs, store: str) -> None:
    """A program that fails meanwhile is not to blame."""
    make(store, programs.command, [(f"k{n}", {"n": "fail"}) for n in range(2)] + numbers(0), machines=2)
    programs.shut()
    with WorkerProcess(store) as worker:
        worker.say("all")
        eventually(lambda: len(programs.begun()) == 2)
        with OptCloud() as oc:
            oc.gurobi.kill([machine.id for machine in sandbox.gurobi.alive()])
        programs.open()
        worker.wait_for("new", "all ended")
    assert launches(sandbox) == 2 and sandbox.gurobi.alive() == []
    assert counts(store) == {"failed": 2} and len(programs.begun()) >= 3


def test_machines_wait_for_the_next_chunk_and_no_longer(sandbox: Sandbox, programs: Programs, any_store: str) -> None:
    make(any_store, programs.command, numbers(6), chunk=2, machines=2)
    with WorkerProcess(any_store) as worker:
        for chunk in range(3):
            worker.say(chunk)
            worker.wait_for(f"chunk {chunk} ended")
        eventually(lambda: sandbox.gurobi.alive() == [])
        assert worker.process.poll() is None, "it is the batch that is over, not the worker"
    assert launches(sandbox) == 1 and counts(any_store) == {"ok": 6}


def leaders(sandbox: Sandbox, url: str) -> Any:
    """The launches that are open, with whose they are."""
    environment = sandbox.environment()
    return PostgresLedger(url, environment["OPTCLOUD_GUROBI_URL"], environment["IC_ACCESS_ID"]).entries()


def test_two_workers_have_one_leader(sandbox: Sandbox, programs: Programs, postgres_url: str) -> None:
    make(postgres_url, programs.command, numbers(20), chunk=10, machines=2)
    programs.shut()
    with WorkerProcess(postgres_url) as one, WorkerProcess(postgres_url) as two:
        one.say(0)
        eventually(lambda: len(programs.begun()) == 2)
        two.say(1)
        eventually(lambda: len(programs.begun()) == 4)
        programs.open()
        two.wait_for("chunk 1 ended")
        one.wait_for("chunk 0 ended")
        one.say("end")
        two.say("end")
        assert (one.process.wait(), two.process.wait()) == (0, 0)
    assert counts(postgres_url) == {"ok": 20}
    assert len({value["server"] for value in results(postgres_url).values()}) == 1
    assert launches(sandbox) == 1 and sandbox.gurobi.alive() == []
    assert leaders(sandbox, postgres_url) == []


def test_a_dead_leaders_machines_are_taken_over(sandbox: Sandbox, programs: Programs, postgres_url: str) -> None:
    make(postgres_url, programs.command, numbers(20), chunk=10, machines=2)
    programs.shut()
    with WorkerProcess(postgres_url) as one, WorkerProcess(postgres_url) as two:
        one.say(0)
        eventually(lambda: len(programs.begun()) == 2)
        two.say(1)
        eventually(lambda: len(programs.begun()) == 4)
        (before,) = leaders(sandbox, postgres_url)
        assert f"pid {one.process.pid} " in before.owner
        one.kill()
        eventually(
            lambda: [f"pid {two.process.pid} " in entry.owner for entry in leaders(sandbox, postgres_url)] == [True]
        )
        assert len(programs.running()) == 2, "those of the dead have ended, the others run on"
        two.say(0)
        programs.open()
        two.wait_for("chunk 0 ended", "chunk 1 ended")
        two.say("end")
        assert two.process.wait() == 0
    assert counts(postgres_url) == {"ok": 20}
    assert launches(sandbox) == 1, "what was launched once is used on"
    assert sandbox.gurobi.alive() == [] and leaders(sandbox, postgres_url) == []


def test_a_server_that_is_restarted_costs_no_machines(
    sandbox: Sandbox, programs: Programs, postgres: Postgres, postgres_url: str
) -> None:
    """All sessions end, that of the leader too; whoever leads then has the same machines."""
    make(postgres_url, programs.command, numbers(12), chunk=6, machines=2)
    programs.shut()
    with WorkerProcess(postgres_url) as one, WorkerProcess(postgres_url) as two:
        one.say(0)
        eventually(lambda: len(programs.begun()) == 2)
        two.say(1)
        eventually(lambda: len(programs.begun()) == 4)
        postgres.restart()
        eventually(lambda: [entry.alive for entry in leaders(sandbox, postgres_url)] == [True])
        programs.open()
        for worker in (one, two):
            worker.say("end")
        one.wait_for("chunk 0 ended")
        two.wait_for("chunk 1 ended")
        assert (one.process.wait(), two.process.wait()) == (0, 0)
    assert counts(postgres_url) == {"ok": 12}
    assert launches(sandbox) == 1
    assert sandbox.gurobi.alive() == [] and leaders(sandbox, postgres_url) == []


def test_what_all_workers_left_is_killed_at_the_next_start(
    sandbox: Sandbox, programs: Programs, postgres_url: str
) -> None:
    make(postgres_url, programs.command, numbers(4), machines=2)
    programs.shut()
    with WorkerProcess(postgres_url) as worker:
        worker.say("all")
        eventually(lambda: len(programs.begun()) == 2)
        worker.kill()
    assert len(sandbox.gurobi.alive()) == 2
    with OptCloud(gurobi={"ledger": postgres_url}) as oc:
        assert len(oc.gurobi.reap().killed) == 2, "also by hand: OPTCLOUD_GUROBI_LEDGER=postgresql://..."
    assert sandbox.gurobi.alive() == []
    programs.open()
    run(postgres_url)
    assert counts(postgres_url) == {"ok": 4} and launches(sandbox) == 2 and sandbox.gurobi.alive() == []
