"""The kill test of batches: ``nox -s batch``, ``python tests/batch_kill/batch_kill.py --jobs 1000 --kills 50``.

A run works two batches of one account, of AIMMS tasks and of adiutaOpt plans, each job with a scenario of its own. The
vendors are the sandbox, in a process of its own, on real sockets. The workers are one process on a file (SQLite), which
is started again at once whenever it dies, or three of a fleet (PostgreSQL). Over the run

- workers are killed by SIGKILL, at any moment or at a point between the arming of jobs and the noting of an end;
- workers are frozen, at any moment or before a request goes out, for longer than a lease and than an attempt takes to
  count as settled: chunks have two owners, and requests go out late;
- replies to submits, lists and results are lost, slow, cut, of another type, or of status 429 and 5XX, of which some
  were carried out all the same; submits are held on their way, and arrive whatever became of the client;
- a stranger submits tasks of the same app and service, without our software, some for a moment of their own;
- the vendors' clock goes a second before; wall clocks of workers are wrong by minutes (PostgreSQL);
- PostgreSQL is killed, and is away for a second; the disk is full for some seconds (SQLite); another process tries to
  work the same file (SQLite);
- a store of a newer version is opened: it is to be refused, and to stay as it is.

Then it is counted, by the vendors' records of tasks (not of requests) and by what the store tells of jobs:

doubled: jobs of which more than one task ran, or will run. Twins that were deleted before they ran are counted apart.
lost: jobs that did not end. wrong: results of another scenario. held: jobs left to a person, though each has a marker.
touched: a stranger's tasks that were taken for ours, deleted or stopped. beyond limit: tasks of ours at once, beyond
the account's limit.

The status is 1 when a figure that must be 0 is not, or when a kind of event never happened in a run of 500 jobs or
more. It needs Linux: processes are watched by what it tells of them.
"""

from __future__ import annotations

import argparse
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

if not __package__:  # run as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from batch_kill.figures import Figures
from batch_kill.plan import SABOTAGES, Engine, Store, plan
from batch_kill.run import run

MANY = 500
"""Jobs of a run in which each kind of event must have happened."""
RUNS: tuple[tuple[Store, Engine, int], ...] = (("sqlite", "embedded", 1), ("postgresql", "procrastinate", 3))
"""Of stores, the engine and the number of workers, where they are not given."""


def main() -> int:
    """Run, print the tables, and return the status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, help="makes the plan the same, not the timing")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), help="that one alone")
    parser.add_argument("--engine", choices=("embedded", "procrastinate", "executor"))
    parser.add_argument("--workers", type=int)
    parser.add_argument("--sabotage", choices=SABOTAGES, help="break the product on purpose: a figure must show it")
    parser.add_argument("--keep", action="store_true", help="leave what workers wrote, and tell where")
    given = parser.parse_args()
    seed = random.randrange(1_000_000) if given.seed is None else given.seed
    plans = [
        plan(seed, store, given.engine or engine, jobs=given.jobs, kills=given.kills, workers=given.workers or workers)
        for store, engine, workers in RUNS
        if given.store in (None, store)
    ]
    with ProcessPoolExecutor(len(plans), mp_context=get_context("spawn")) as pool:  # most of a run is waiting
        runs = pool.map(partial(run, sabotage=given.sabotage, keep=given.keep), plans)
        statuses = [tell(figures, one.store, given.jobs) for figures, one in zip(runs, plans, strict=True)]
    print(f"seed {seed}")
    return max(statuses)


def tell(figures: Figures, store: str, jobs: int) -> int:
    """Print what a run came to, and return the status."""
    print("\n\n".join([*figures.faults, figures.table()]), end="\n\n", flush=True)
    never = figures.never(store) if jobs >= MANY else []
    if never:
        print(f"what never happened: {', '.join(never)}", flush=True)
    return 0 if figures.good and not never else 1


if __name__ == "__main__":
    sys.exit(main())
