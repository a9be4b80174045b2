"""Ledgers with jobs in them, for tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from optcloud.batch.jobs import Ending, JobInput, JobState, Timings
from optcloud.batch.ledger.ledger import JobLedger

ACCOUNT = "none:here"


class SteadyClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def inputs(count: int, prefix: str = "k") -> list[tuple[str, JobInput]]:
    return [(f"{prefix}{number}", JobInput(b"input %d" % number)) for number in range(count)]


def with_batch(ledger: JobLedger, count: int = 5, *, name: str = "spring", **options: Any) -> str:
    """Make a batch with so many jobs, k0 and on, and return its name."""
    options = {"account": ACCOUNT, "spec": {"cloud": "none"}, "timings": Timings(), **options}
    ledger.create(name, **options)
    ledger.add(name, inputs(count))
    return name


def armed(ledger: JobLedger, name: str = "spring", *, chunk: int = 0, most: int = 1) -> list[str]:
    """Take a chunk and arm jobs of it; return their keys."""
    return [job.key for job in ledger.arm(name, chunk, ledger.take(name, chunk), most).jobs]


def sent(ledger: JobLedger, name: str = "spring", *, most: int = 1) -> list[str]:
    """Arm jobs and note a reference of each, ``ref-KEY``; return their keys."""
    jobs = ledger.arm(name, 0, ledger.take(name, 0), most).jobs
    for job in jobs:
        assert ledger.sent(name, job.key, job.attempt, f"ref-{job.key}")
    return [job.key for job in jobs]


def ended(ledger: JobLedger, keys: Iterable[str], state: JobState = JobState.OK, **more: Any) -> int:
    return ledger.end("spring", [Ending(key, f"ref-{key}", state, **more) for key in keys])


def states(ledger: JobLedger, name: str = "spring") -> dict[str, str]:
    return {row.key: str(row.state) for row in ledger.rows(name)}
