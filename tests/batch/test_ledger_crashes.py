"""The ledger when processes die in the middle of a change, and when two contend for the same jobs."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import Any

import pytest

from batch.ledgers import ACCOUNT, with_batch
from optcloud.batch.jobs import JobState
from optcloud.batch.ledger import arming
from optcloud.batch.ledger.ledger import JobLedger

BUSY = 4


def victim(work: str, url: str, number: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "batch.ledger_victims", work, url, str(number)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def leaves_all_or_none(store: str, at: int) -> None:
    """Kill who works a store before its statement of this number, and look."""
    told = victim("die", store, at).communicate()
    got_to = told[0].split()
    with JobLedger.open(store) as ledger:
        rows = list(ledger.rows("spring"))
        attempts = {(it.key, it.attempt): it for it in ledger.view(ACCOUNT).attempts(0, ledger.now())}
        unknown = {(job.key, job.attempt) for job in ledger.unknown("spring")}
        assert len({row.attempt for row in rows}) == 1, "all three are armed at once"
        assert {(row.key, row.attempt) for row in rows if row.attempt} == set(attempts)
        assert {(row.key, row.attempt) for row in rows if row.state is JobState.ARMED} == unknown
        for row in rows:
            attempt = attempts.get((row.key, row.attempt))
            assert row.ref == (attempt.ref if attempt else None)
            assert (row.state is JobState.OK) == (row.result == b"it")
        by_state = [str(row.state) for row in rows]
        assert by_state[0] == by_state[1] or by_state == ["sent", "armed", "armed"], "both end at once"
        # What the process was told is there.
        assert "armed" not in got_to or rows[0].attempt == 1
        assert "sent" not in got_to or by_state[:2] in (["sent", "sent"], ["ok", "ok"])
        assert ("ended" in got_to) <= (by_state == ["ok", "ok", "armed"])
        assert at != 1000 or by_state == ["ok", "ok", "armed"], told[1]
        # And it goes on: what is new can be armed, what is armed is still of unknown fate.
        again = ledger.arm("spring", 0, ledger.take("spring", 0), 3)
        assert len(again.jobs) == by_state.count("new")


@pytest.mark.parametrize("at", [7, 1000])  # within arming, and never; all others: `batch_runs.test_ledger_deaths`
def test_who_is_killed_in_the_middle_of_a_change_leaves_all_of_it_or_none(store: str, at: int) -> None:
    leaves_all_or_none(store, at)


def test_two_processes_never_arm_one_twice_nor_too_many(store: str) -> None:
    with JobLedger.open(store) as ledger:
        with_batch(ledger, 60, chunk=6)
        ledger.set_limits(ACCOUNT, most=BUSY)
    both = [victim("contend", store, BUSY) for _ in range(2)]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in both:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    lines = [line for out, _ in told for line in out.splitlines()]
    assert not [line for line in lines if "at one time" in line]
    assert sorted(line.split()[0] for line in lines) == sorted(f"k{number}" for number in range(60))
    assert {line.split()[1] for line in lines} == {"1"}
    assert len({line.split()[2] for line in lines}) == 60, "a marker is given once"
    with JobLedger.open(store) as ledger:
        assert ledger.counts("spring")[JobState.OK] == 60


class Pause:
    """Stops who arms after it has looked at the account, until something has happened, or a while."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, happened: threading.Event) -> None:
        self.here, self.happened, self.came = threading.Event(), happened, False
        self.room = arming._room
        monkeypatch.setattr(arming, "_room", self.stopped)

    def stopped(self, *given: Any) -> Any:
        room = self.room(*given)
        if not self.here.is_set():
            self.here.set()
            self.came = self.happened.wait(0.3)
        return room


def test_who_arms_lets_no_other_look_at_the_account_meanwhile(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with JobLedger.open(store) as first, JobLedger.open(store) as second:
        with_batch(first, 6, chunk=3)
        first.set_limits(ACCOUNT, most=2)
        epochs = first.take("spring", 0), second.take("spring", 1)
        done = threading.Event()
        pause = Pause(monkeypatch, done)

        def arm() -> None:
            pause.here.wait()
            second.arm("spring", 1, epochs[1], 2)
            done.set()

        other = threading.Thread(target=arm)
        other.start()
        assert len(first.arm("spring", 0, epochs[0], 2).jobs) == 2
        other.join()
        assert not pause.came
        assert first.counts("spring")[JobState.ARMED] == 2


def test_a_chunk_is_not_taken_while_its_owner_arms(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with JobLedger.open(store) as first, JobLedger.open(store) as second:
        with_batch(first)
        epoch = first.take("spring", 0)
        taken = threading.Event()
        pause = Pause(monkeypatch, taken)

        def take() -> None:
            pause.here.wait()
            second.take("spring", 0)
            taken.set()

        other = threading.Thread(target=take)
        other.start()
        assert len(first.arm("spring", 0, epoch, 2).jobs) == 2
        other.join()
        assert not pause.came, "the chunk was another's before the jobs were armed"
        assert first.arm("spring", 0, epoch, 2).reason == "not the owner"
