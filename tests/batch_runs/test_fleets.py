"""Workers of a fleet die, freeze and stop, and their server restarts: what becomes of their chunks."""

from __future__ import annotations

import signal

from batch.fleet_program import TABLES
from batch.postgres import server_for_tests
from batch.test_fleet import WORKED, Start, add, begun, open_gate, queued, rows, start, url
from optcloud.batch.engines.fleet import FleetEngine
from patience import eventually

__all__ = ["start", "url"]


def test_a_chunk_started_again_while_it_is_worked_is_worked_once_more_afterwards(url: str, start: Start) -> None:
    add(url, "spring", range(1))
    FleetEngine().start(url, "spring", [0])
    worker = start(url)
    eventually(lambda: begun(url))
    for _ in range(2):
        FleetEngine().start(url, "spring", [0])
    assert (queued(url, "doing"), queued(url, "todo")) == (1, 1)
    open_gate(url)
    eventually(lambda: len(rows(url, WORKED)) == 2)
    assert [what for (what,) in rows(url, "select what from worked order by at")] == ["begun", "ended"] * 2
    worker.kill()


def test_batches_started_later_are_worked_by_the_workers_that_run(url: str, start: Start) -> None:
    worker = start(url)
    assert "EngineReady" in worker.stdout.readline()  # type: ignore[union-attr]
    add(url, "summer", range(2))
    FleetEngine().start(url, "summer", range(2))
    open_gate(url)
    eventually(lambda: len(rows(url, WORKED)) == 2)


def test_chunks_of_a_worker_that_was_killed_go_on_with_another(url: str, start: Start) -> None:
    add(url, "spring", range(3))
    FleetEngine().start(url, "spring", range(3))
    dead = start(url)
    eventually(lambda: len(begun(url)) == 3)
    alive = [start(url, "--until-empty") for _ in range(2)]  # both look for the dead one's chunks
    for worker in alive:
        assert "EngineReady" in worker.stdout.readline()  # type: ignore[union-attr]
    dead.send_signal(signal.SIGKILL)
    dead.wait()
    eventually(lambda: len(begun(url)) == 6)
    open_gate(url)
    assert [worker.wait() for worker in alive] == [0, 0]
    assert rows(url, WORKED) == [("spring", chunk) for chunk in range(3)]
    said = "".join(worker.stdout.read() for worker in alive)  # type: ignore[union-attr]
    assert said.count("ChunkTakenOver") >= 3
    assert "Traceback" not in said


def test_a_frozen_worker_does_not_end_what_others_have_gone_on_with(url: str, start: Start) -> None:
    add(url, "spring", range(1))
    FleetEngine().start(url, "spring", [0])
    frozen = start(url)
    eventually(lambda: begun(url))
    frozen.send_signal(signal.SIGSTOP)
    other = start(url)
    eventually(lambda: len(begun(url)) == 2)
    rows(url, "insert into worked values ('spring', 0, 0, 'thaw')")
    other.send_signal(signal.SIGSTOP)  # it keeps the chunk, and does not end it
    open_gate(url)
    frozen.send_signal(signal.SIGCONT)
    eventually(lambda: len(rows(url, WORKED)) == 1)
    assert queued(url, "doing") + queued(url, "todo") == 1  # whatever the frozen one has told the queue
    other.send_signal(signal.SIGCONT)
    eventually(lambda: queued(url, "doing") + queued(url, "todo") == 0)


def test_workers_outlive_a_restart_of_the_server(start: Start) -> None:
    with server_for_tests(durable=True) as server:
        url = server.new_database()
        server.execute(TABLES, url)
        add(url, "spring", range(3))
        FleetEngine().start(url, "spring", range(3))
        workers = [start(url, "--until-empty") for _ in range(2)]
        for worker in workers:
            assert "EngineReady" in worker.stdout.readline()  # type: ignore[union-attr]
        eventually(lambda: len(begun(url)) == 3)
        server.kill()
        for worker in workers:  # it stays away until both have noticed
            assert "EngineAway" in worker.stdout.readline()  # type: ignore[union-attr]
        server.start()
        open_gate(url)
        said = "".join(worker.communicate()[0] for worker in workers)
        assert [worker.returncode for worker in workers] == [0, 0], said
        assert sorted({chunk for _, chunk in rows(url, WORKED)}) == [0, 1, 2]
        assert "Traceback" not in said, said
