"""That nothing goes through all jobs to find a few: how the databases find what each call asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from batch.ledgers import ACCOUNT, armed, ended, inputs, sent, with_batch
from batch.postgres import Postgres
from optcloud.batch.jobs import JobState
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.batch.ledger.outcomes import _STATE

MANY = 5000


def live(ledger: JobLedger) -> None:
    """Call all that is called for each job, or group of jobs."""
    ledger.set_limits(ACCOUNT, most=400, per_second=300)
    ledger.add("spring", inputs(50))
    sent(ledger, most=50)
    ended(ledger, ["k1", "k2"], result=b"it")
    ledger.take_back("spring", "k3", "ref-k3")
    armed(ledger, chunk=1, most=50)
    armed(ledger, name="urgent")
    ledger.unsent("spring", "k100", 1, "why")
    ledger.hold("spring", "k101", 1, "why")
    ledger.refuse("spring", "k102", 1, "why")
    ledger.resolve("spring", "k101", ref="it")
    ledger.retry("spring", keys=["k102"])
    ledger.unknown("spring")
    ledger.unknown("spring", 1)
    ledger.in_flight("spring", 0)
    ledger.input("spring", "k5")
    list(ledger.rows("spring", keys=["k5", "k6"]))
    next(ledger.rows("spring"))
    view = ledger.view(ACCOUNT)
    view.refs(["ref-k1", "it"])
    view.by_marker([it.marker for it in view.attempts(0, ledger.now())])


def made(url: str) -> JobLedger:
    ledger = JobLedger.open(url)
    with_batch(ledger, MANY, chunk=100)
    with_batch(ledger, MANY, name="urgent", priority=1)
    return ledger


def test_a_file_is_searched_never_gone_through(tmp_path: Path) -> None:
    with made(str(tmp_path / "spring.sqlite")) as ledger:
        db: Any = ledger._store._db  # type: ignore[attr-defined]
        said: list[str] = []
        db.set_trace_callback(said.append)
        live(ledger)
        ledger.counts("spring")
        ledger.open_chunks("spring")
        db.set_trace_callback(None)
        statements = {sql for sql in said if sql.split()[0] in ("select", "update", "delete", "insert")}
        assert len(statements) > 40
        plans = {sql: [row[3] for row in db.execute(f"explain query plan {sql}")] for sql in statements}
        scans = {sql: plan for sql, plan in plans.items() if any("SCAN optcloud" in line for line in plan)}
        assert not {sql for sql in scans if "optcloud_store" not in sql}, scans  # that has one row
        by_key = [plan for sql, plan in plans.items() if "key =" in sql and sql.startswith("update optcloud_job")]
        assert by_key
        assert all("optcloud_job_key" in plan[0] for plan in by_key)


def test_a_server_reads_a_few_rows_for_a_few_jobs(postgres: Postgres, postgres_url: str) -> None:
    read = (
        "select sum(seq_tup_read), sum(idx_tup_fetch) from pg_stat_user_tables where relname in "
        "('optcloud_job', 'optcloud_result')"
    )
    with made(postgres_url) as ledger:
        armed(ledger, chunk=2)  # statements are planned anew where the tables have changed much
        flush = "select pg_stat_force_next_flush()"
        ledger._store.read(flush)
        before = ledger._store.read(read)[0]
        live(ledger)
        ledger._store.read(flush)
        after = ledger._store.read(read)[0]
        assert (after[0] or 0) - (before[0] or 0) == 0
        assert (after[1] or 0) - (before[1] or 0) < MANY
        assert ledger.counts("spring")[JobState.NEW] > 0
        plan = ledger._store.read(
            f"explain update optcloud_job set word = '' where batch = 1 and key = 'k1' and {_STATE} = 'sent'"
        )
        assert any("optcloud_job_key" in line for (line,) in plan)
