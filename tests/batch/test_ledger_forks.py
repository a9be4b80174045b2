"""Ledgers over a fork: a child makes its own connection, and neither harms the other's."""

from __future__ import annotations

import os
import subprocess
import sys

FORK = """
import multiprocessing, os, sys
from batch.ledgers import armed, sent, states, with_batch
from optcloud.batch.ledger.ledger import JobLedger

def inherited(ledger, queue):
    queue.put(sent(ledger))

def opened(url, queue):
    with JobLedger.open(url) as ledger:
        queue.put(sent(ledger))

def outlives(url, opened, closed):
    ledger = JobLedger.open(url)
    ledger.counts("spring")
    opened.set()
    closed.wait(60)
    assert sent(ledger) == ["k4"]
    os._exit(0)  # as one that is killed

if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    with JobLedger.open(sys.argv[1]) as ledger:
        with_batch(ledger)
        sent(ledger)
        queue = context.Queue()
        for target, given in ((inherited, ledger), (opened, sys.argv[1])):
            child = context.Process(target=target, args=(given, queue))
            child.start()
            assert queue.get(timeout=60) in (["k1"], ["k2"])
            child.join()
            assert child.exitcode == 0
            ledger.counts("spring")
        assert sent(ledger) == ["k3"]
        assert list(states(ledger).values()) == ["sent"] * 4 + ["new"]
        opened, closed = context.Event(), context.Event()
        child = context.Process(target=outlives, args=(sys.argv[1], opened, closed))
        child.start()
        assert opened.wait(60)
        ledger.counts("spring")
    closed.set()
    child.join()
    assert child.exitcode == 0
    with JobLedger.open(sys.argv[1]) as ledger:
        assert list(states(ledger).values()) == ["sent"] * 5, "what the child has written is there"
"""


def test_a_ledger_may_be_open_while_its_process_forks(store: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORK, store],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
