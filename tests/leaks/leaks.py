"""The kill test of machines: ``nox -s leaks``, ``python tests/leaks/leaks.py --runs 300 --seed 1``.

Each run has, on one account with one ledger: three client processes that do with ``oc.gurobi`` what people do
(`leaks.client`), of which one or two are killed by SIGKILL, at any time or at a moment aimed at, while the others end
by themselves, by other signals, by an exception or a cancellation; launches whose replies are slow, lost or unreadable,
and launches that reach the vendor after their process died; a living process of ours that holds machines, and others
that it kept or lent; another person, without our software, who launches, too. Then comes the next start: a process
that uses ``oc.gurobi`` once, or two at once, in some runs after one that was killed while it reaped. After it, by the
sandbox's records and by what the processes noted of themselves (`leaks.verdict`), it is counted:

left: machines that run, and which no living process holds, nobody kept, and that are no other person's.
doubled: calls of ``launch`` for which more than one request was sent, or more machines made than asked for.
killed of others: machines of the other person, of a process that lived then, or kept ones, killed by requests of ours.

What cannot be known, and how the test deals with it:

- A launch that is still under way when the next start looks is found by the one after that: the last start waits until
  nothing is under way, and the list shows what was launched. (In some runs an earlier one does not.)
- A machine whose password the person chose, of a launch of which no reply was noted, is not provably ours: it is told
  by ``reap()`` and left to the person. It is counted as "told, not proven".
- Where a process was killed while it kept machines, or took kept ones back, either outcome is right.
- A process that ends by itself may leave a launch whose fate is not known yet; SIGTERM ends at once a process whose
  machines are those of another thread; a second signal, and a second cancellation, break through. That is "left to the
  next start".

The status is 1 when a figure that must be 0 is not, or when a moment was hit by no kill in a hundred runs or more. It
needs Linux: processes are watched by descriptors of theirs.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

if not __package__:  # run as a program
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from leaks.figures import Figures
from leaks.plan import SABOTAGES, plan
from leaks.run import Lane

LANES = 4 * (os.cpu_count() or 1)
"""Runs at once: most of a run is waiting."""
MANY = 100
"""Runs among which each moment must have been hit."""


def run_some(seed: int, sabotage: str | None, numbers: Iterable[int]) -> Figures:
    """Do these runs, one after the other."""
    figures = Figures()
    with Lane() as lane:
        for number in numbers:
            figures.add(lane.run(plan(seed, number), sabotage))
    return figures


def run_all(seed: int, sabotage: str | None, numbers: list[int]) -> Figures:
    """Do these runs, several at once, in processes of their own."""
    lanes = [numbers[lane::LANES] for lane in range(min(LANES, len(numbers)))]
    figures = Figures()
    with ProcessPoolExecutor(len(lanes), mp_context=get_context("spawn")) as pool:
        for some in pool.map(partial(run_some, seed, sabotage), lanes):
            figures.add(some)
    return figures


def main() -> int:
    """Run, print the table, and return the status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--seed", type=int, help="makes the plan the same, not the timing")
    parser.add_argument("--only", type=int, help="do this run of the plan alone")
    parser.add_argument("--sabotage", choices=SABOTAGES, help="break the product on purpose: a figure must show it")
    given = parser.parse_args()
    seed = random.randrange(1_000_000) if given.seed is None else given.seed
    numbers = list(range(given.runs)) if given.only is None else [given.only]
    began = time.monotonic()
    figures = run_all(seed, given.sabotage, numbers)
    print("\n\n".join([*figures.faults, figures.table()]))
    print(f"\n{time.monotonic() - began:.0f} seconds, seed {seed}")
    never = figures.never_hit if figures.runs >= MANY else []
    if never:
        print(f"no process was killed while: {', '.join(never)}")
    return 0 if figures.good and not never else 1


if __name__ == "__main__":
    sys.exit(main())
