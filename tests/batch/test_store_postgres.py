"""PostgreSQL as a store: restarted in the middle, replies of commits that are lost, processes that freeze or fork."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from batch.ledgers import armed, ended, sent, states, with_batch
from batch.postgres import Postgres, server_for_tests
from optcloud.batch.jobs import Ending, JobState
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.batch.store.store import StoreUnavailable
from optcloud.core.errors import ConfigError


@pytest.fixture
def jobs(postgres_url: str) -> Iterator[JobLedger]:
    with JobLedger.open(postgres_url) as ledger:
        with_batch(ledger)
        yield ledger


def test_a_server_that_restarts_in_the_middle_doubles_and_loses_nothing() -> None:
    with server_for_tests(durable=True) as server:
        url = server.new_database()
        done = threading.Event()
        restarts: list[bool] = []

        def disturb() -> None:
            for hard in (False, True, False, True):
                if done.wait(0.3):
                    break
                server.restart(hard=hard)
                restarts.append(hard)

        disturber = threading.Thread(target=disturb)
        with JobLedger.open(url) as ledger:
            with_batch(ledger, 100)
            epoch = ledger.take("spring", 0)
            disturber.start()
            number = 0
            try:
                while len(restarts) < 4:
                    number += 1
                    (job,) = ledger.arm("spring", 0, epoch, 1).jobs
                    assert job.attempt == (number - 1) // 100 + 1
                    assert ledger.sent("spring", job.key, job.attempt, f"ref {number}")
                    assert ledger.end("spring", [Ending(job.key, f"ref {number}", JobState.FAILED)]) == 1
                    if number % 100 == 0:
                        assert ledger.retry("spring") == 100
            finally:
                done.set()
                disturber.join()
            assert sum(row.attempt for row in ledger.rows("spring")) == number
            assert ledger.counts("spring")[JobState.FAILED] == number % 100


class LostCommit:
    """Cuts the connection at the next commit, or change in one statement: before it, or before its reply has come."""

    def __init__(self, server: Postgres, monkeypatch: pytest.MonkeyPatch, *, committed: bool) -> None:
        self.server, self.committed, self.cuts = server, committed, 0
        self.execute = psycopg.Connection.execute
        monkeypatch.setattr(psycopg.Connection, "execute", lambda db, sql, *more, **named: self.run(db, sql, *more))

    def run(self, db: Any, sql: Any, *more: Any) -> Any:
        alone = (
            db.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
            and isinstance(sql, bytes)
            and b"update" in sql
        )
        if self.cuts or not (sql == "commit" or alone):
            return self.execute(db, sql, *more)
        self.cuts += 1
        if self.committed:
            self.execute(db, sql, *more)
        self.server.execute(f"select pg_terminate_backend({db.info.backend_pid}, 5000)")
        return self.execute(db, sql, *more)  # nobody is there any more


def do_arm(ledger: JobLedger) -> object:
    return [(job.key, job.attempt) for job in ledger.arm("spring", 0, 1, 2).jobs]


CHANGES: dict[str, tuple[Callable[[JobLedger], object], object]] = {
    "arm": (do_arm, [("k2", 1), ("k3", 1)]),
    "sent": (lambda ledger: ledger.sent("spring", "k1", 1, "ref-k1"), True),
    "unsent": (lambda ledger: ledger.unsent("spring", "k1", 1, "why"), True),
    "hold": (lambda ledger: ledger.hold("spring", "k1", 1, "why"), True),
    "refuse": (lambda ledger: ledger.refuse("spring", "k1", 1, "why"), True),
    "end": (lambda ledger: ended(ledger, ["k0"], result=b"it"), 1),
    "take": (lambda ledger: ledger.take("spring", 0), 2),
    "take back": (lambda ledger: ledger.take_back("spring", "k0", "ref-k0"), True),
    "stop": (lambda ledger: ledger.stop("spring"), None),
}


@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize("change", CHANGES)
def test_a_commit_whose_reply_is_lost_is_done_once(
    jobs: JobLedger, postgres: Postgres, monkeypatch: pytest.MonkeyPatch, change: str, committed: bool
) -> None:
    first, second = jobs.arm("spring", 0, jobs.take("spring", 0), 2).jobs
    assert jobs.sent("spring", first.key, first.attempt, "ref-k0")
    cut = LostCommit(postgres, monkeypatch, committed=committed)
    work, result = CHANGES[change]
    assert work(jobs) == result
    assert cut.cuts == 1
    monkeypatch.undo()
    assert sum(row.attempt for row in jobs.rows("spring")) == (4 if change == "arm" else 2)
    assert second.key == "k1"


def test_a_server_that_stays_away_is_told_and_nothing_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optcloud.batch.store.postgres.PATIENCE", 0.3)
    with server_for_tests() as server, JobLedger.open(server.new_database()) as ledger:
        with_batch(ledger)
        server.stop()
        for call in (lambda: armed(ledger), lambda: ledger.counts("spring")):
            with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1"):
                call()
        server.start()
        assert armed(ledger) == ["k0"]


def test_who_freezes_within_a_transaction_keeps_nobody_waiting(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from optcloud.batch.store import postgres

    short = postgres._SESSION.replace("'10s'", "'200ms'")
    monkeypatch.setattr(postgres, "_SESSION", short)
    holds, goes_on = threading.Event(), threading.Event()
    tries: list[str] = []

    with JobLedger.open(postgres_url) as frozen, JobLedger.open(postgres_url) as other:
        with_batch(frozen)

        def work(tx: Any) -> None:
            tx.rows("select id from optcloud_account for update")
            tries.append("begun")
            holds.set()
            goes_on.wait()
            tx.rows("update optcloud_job set message = 'thawed' where key = 'k4'")

        thread = threading.Thread(target=frozen._store.write, args=(work,))
        thread.start()
        holds.wait()
        assert armed(other, most=2) == ["k0", "k1"]
        goes_on.set()
        thread.join()
        assert tries == ["begun", "begun"]
        assert list(other.rows("spring"))[4].message == "thawed"


def test_what_was_armed_is_on_the_disk_whatever_the_server_is_set_to(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as usual, JobLedger.open(postgres_url) as ledger:
        assert usual.execute("show synchronous_commit").fetchone() == ("off",)
        assert ledger._store.read("show synchronous_commit") == [("on",)]


def test_what_is_being_armed_is_armed_before_a_batch_is_stopped(jobs: JobLedger, postgres_url: str) -> None:
    """Else who cancels would not see it, and take the batch for swept."""
    arming, stopped = threading.Event(), threading.Event()
    epoch = jobs.take("spring", 0)

    def arm() -> None:
        def work(tx: Any) -> None:
            tx.rows("select id from optcloud_account for update")  # as arming begins
            arming.set()
            assert not stopped.wait(0.2)
            tx.rows("update optcloud_job set state = 'armed' where key = 'k0'")

        jobs._store.write(work)

    thread = threading.Thread(target=arm)
    thread.start()
    arming.wait()
    with JobLedger.open(postgres_url) as other:
        other.stop("spring")
        stopped.set()
        assert states(other)["k0"] == "armed"
    thread.join()
    assert jobs.arm("spring", 0, epoch, 5).reason == "stopped"


def test_two_that_wait_for_each_other_both_go_on(postgres_url: str) -> None:
    meet = threading.Barrier(2)
    with JobLedger.open(postgres_url) as first, JobLedger.open(postgres_url) as second:
        with_batch(first)
        tries: list[str] = []

        def change(ledger: JobLedger, keys: tuple[str, str]) -> None:
            def work(tx: Any) -> None:
                tries.append(keys[0])
                for key in keys:
                    tx.rows("update optcloud_job set word = coalesce(word, '') || ? where key = ?", "x", key)
                    if len(tries) <= 2 and key == keys[0]:
                        meet.wait()

            ledger._store.write(work)

        threads = [
            threading.Thread(target=change, args=(ledger, keys))
            for ledger, keys in ((first, ("k0", "k1")), (second, ("k1", "k0")))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [row.word for row in first.rows("spring")][:3] == ["xx", "xx", ""]
        assert len(tries) in (3, 4)  # the server ends one of the two, or both


def test_a_statement_that_takes_too_long_is_told(jobs: JobLedger) -> None:
    jobs._store.read("select set_config('statement_timeout', '50ms', false)")
    with pytest.raises(StoreUnavailable, match="statement timeout"):
        jobs._store.read("select pg_sleep(30)")
    assert armed(jobs) == ["k0"]


def test_a_user_that_may_only_read_is_told(postgres: Postgres, postgres_url: str, jobs: JobLedger) -> None:
    postgres.execute("create role reader login", postgres_url)
    try:
        postgres.execute("grant select on all tables in schema public to reader", postgres_url)
        with JobLedger.open(postgres_url.replace("optcloud@", "reader@")) as reading:
            assert set(states(reading).values()) == {"new"}
            with pytest.raises(ConfigError, match="the user may not do this there"):
                reading.stop("spring")
    finally:
        postgres.execute("drop owned by reader", postgres_url)
        postgres.execute("drop role reader", postgres_url)


def test_an_old_server_is_refused(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optcloud.process.postgres_address.OLDEST", 990000)
    with pytest.raises(ConfigError, match=r"is PostgreSQL \d+; 99 or newer is needed"):
        JobLedger.open(postgres_url)


def test_work_in_a_page_is_sent_at_once(jobs: JobLedger) -> None:
    assert sent(jobs, most=5) == ["k0", "k1", "k2", "k3", "k4"]
    assert ended(jobs, ["k4", "k0", "no such job", "k2"]) == 3
    assert states(jobs) == {"k0": "ok", "k1": "sent", "k2": "ok", "k3": "sent", "k4": "ok"}
