"""Processes that use a ledger, and die or contend: run as ``python -m batch.ledger_victims``."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

from batch.ledgers import with_batch
from optcloud.batch.jobs import Ending, JobState
from optcloud.batch.ledger.ledger import JobLedger


def die(url: str, at: int) -> None:
    """Live through the life of three jobs, and be killed before the statement of this number."""
    with JobLedger.open(url) as ledger:
        with_batch(ledger, 3)
        epoch = ledger.take("spring", 0)
        _kill_before(ledger, at)
        jobs = ledger.arm("spring", 0, epoch, 3).jobs
        print("armed", flush=True)
        ledger.sent("spring", jobs[0].key, 1, "ref-k0")
        ledger.sent("spring", jobs[1].key, 1, "ref-k1")
        print("sent", flush=True)
        endings = [Ending(key, f"ref-{key}", JobState.OK, result=b"it") for key in ("k0", "k1")]
        ledger.end("spring", endings)
        print("ended", flush=True)


def _kill_before(ledger: JobLedger, at: int) -> None:
    """Count what reaches the database, commits as well."""
    count = 0

    def counted(*_: Any) -> None:
        nonlocal count
        count += 1
        if count == at:
            os.kill(os.getpid(), signal.SIGKILL)

    store: Any = ledger._store
    if ledger.url.startswith("postgresql"):
        import psycopg

        cursor = psycopg.Cursor
        for name in ("execute", "executemany"):
            _before(cursor, name, counted)
    else:
        store._db.set_trace_callback(counted)  # called as a statement begins


def _before(owner: Any, name: str, work: Any) -> None:
    real = getattr(owner, name)

    def both(*given: Any, **named: Any) -> Any:
        work()
        return real(*given, **named)

    setattr(owner, name, both)


def contend(url: str, limit: int) -> None:
    """Arm all that can be armed, of all chunks, against another process; tell each job that was got."""
    with JobLedger.open(url) as ledger:
        print("ready", flush=True)
        sys.stdin.readline()
        while chunks := ledger.open_chunks("spring"):
            for chunk in chunks:
                arming = ledger.arm("spring", chunk, ledger.take("spring", chunk), 3)
                counted = ledger.counts("spring")
                busy = counted[JobState.ARMED] + counted[JobState.SENT]
                if busy > limit:
                    print(f"{busy} jobs at one time", flush=True)
                for job in arming.jobs:
                    print(f"{job.key} {job.attempt} {job.marker}", flush=True)
                    assert ledger.sent("spring", job.key, job.attempt, f"ref-{job.key}")
                    time.sleep(0)  # let the other in
                endings = [Ending(job.key, f"ref-{job.key}", JobState.OK) for job in arming.jobs]
                assert ledger.end("spring", endings) == len(arming.jobs)


if __name__ == "__main__":
    work, url, number = sys.argv[1:]
    {"die": die, "contend": contend}[work](url, int(number))
