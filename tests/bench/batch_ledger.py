"""What the ledger of batches costs: 100,000 jobs of 1 KB over their whole life, in a file and in PostgreSQL.

python tests/bench/batch_ledger.py spring.sqlite            # or postgresql://…; --jobs 100000
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

GROUP = 50  # jobs that are armed, and that end, at one time


def measured(url: str, jobs: int = 100_000) -> dict[str, float]:
    """Measure in a process of its own, so that its peak memory is that of the ledger."""
    done = subprocess.run(
        [sys.executable, __file__, url, "--jobs", str(jobs)], stdout=subprocess.PIPE, check=True, text=True
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def measure(url: str, jobs: int) -> dict[str, float]:
    """Return CPU in ms a job, of this process, and what reading takes in ms; peak memory in MB."""
    from optcloud.batch.jobs import JobInput, JobState, Timings
    from optcloud.batch.ledger.ledger import JobLedger

    def given() -> Iterator[tuple[str, JobInput]]:
        for number in range(jobs):
            yield f"scenario-{number:06}", JobInput(b"%010d" % number + b"x" * 1014)

    figures: dict[str, float] = {}
    with JobLedger.open(url) as ledger:
        ledger.create("bench", account="bench", spec={"cloud": "none"}, timings=Timings())
        figures["add"] = _cpu(lambda: ledger.add("bench", given())) / jobs
        figures["add again"] = _cpu(lambda: ledger.add("bench", given())) / jobs
        figures["status when all are new, ms"] = _wall(lambda: ledger.counts("bench"))
        figures["open chunks, ms"] = _wall(lambda: ledger.open_chunks("bench"))
        ledger.set_limits("bench", most=2000)
        parts = dict.fromkeys(("arm", "sent", "end"), 0.0)
        for chunk in ledger.open_chunks("bench"):
            epoch = ledger.take("bench", chunk)
            for _ in range(100 // GROUP):
                _live(ledger, chunk, epoch, parts)
            if chunk == jobs // 200:
                figures["status half way, ms"] = _wall(lambda: ledger.counts("bench"))
        figures |= {name: cpu / jobs for name, cpu in parts.items()}
        figures["status at the end, ms"] = _wall(lambda: ledger.counts("bench"))
        figures["rows"] = _cpu(lambda: sum(1 for _ in ledger.rows("bench"))) / jobs
        assert ledger.counts("bench")[JobState.OK] == jobs
    figures["whole life"] = sum(figures[name] for name in ("add", "arm", "sent", "end"))
    figures["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if Path(url).exists():
        figures["store, MB"] = Path(url).stat().st_size / 1e6
    return {name: round(value, 3) for name, value in figures.items()}


def _live(ledger: Any, chunk: int, epoch: int, parts: dict[str, float]) -> None:
    """Arm, send and end a group of jobs, and add up what each costs."""
    from optcloud.batch.jobs import Ending, JobState

    armed: list[Any] = []
    parts["arm"] += _cpu(lambda: armed.extend(ledger.arm("bench", chunk, epoch, GROUP).jobs))
    parts["sent"] += _cpu(lambda: [ledger.sent("bench", it.key, it.attempt, f"ref-{it.key}") for it in armed])
    endings = [
        Ending(it.key, f"ref-{it.key}", JobState.OK, "completed", result=b"y" * 1024, started=1.0, ended=2.0)
        for it in armed
    ]
    parts["end"] += _cpu(lambda: ledger.end("bench", endings))


def _cpu(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


def _wall(work: Callable[[], Any]) -> float:
    """The fastest of three: what it takes where nothing else runs."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return min(times)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--jobs", type=int, default=100_000)
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.url, arguments.jobs)))
