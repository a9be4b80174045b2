"""The ledger against a plain model of it: two owners, three batches of one account, anything in any order."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from batch.ledger_model import ModelBatch, ModelJob, ModelLedger
from batch.ledgers import SteadyClock
from optcloud.batch.jobs import Ending, JobInput, JobState, Timings
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.core.errors import ConfigError

NAMES = ("low", "high", "other")
KEYS = [f"k{number}" for number in range(9)]
_examples = itertools.count()


class LedgerMachine(RuleBasedStateMachine):
    """Each rule does the same in both; the invariants compare all that can be read."""

    def __init__(self, owners: tuple[JobLedger, JobLedger], clock: SteadyClock) -> None:
        super().__init__()
        self.owners, self.clock = owners, clock
        self.number = next(_examples)  # one store for all examples: names and references are each example's own
        self.account = f"account {self.number}"
        self.marker = 0
        self.refs = 0

    def name(self, batch: str) -> str:
        return f"{batch} {self.number}"

    @initialize(high=st.integers(0, 1))
    def made(self, high: int) -> None:
        self.clock.now += 1000
        self.start = self.clock.now
        self.model = ModelLedger({name: ModelBatch(priority=0, chunk=3) for name in NAMES})
        self.model.batches["high"].priority = high
        for name, batch in self.model.batches.items():
            self.owners[0].create(
                self.name(name),
                account=self.account,
                spec={"cloud": "none"},
                timings=Timings(),
                chunk=3,
                priority=batch.priority,
            )
            self.add(0, name, [(key, b"one") for key in KEYS[:4]])
            batch.epochs = {chunk: self.owners[0].take(self.name(name), chunk) for chunk in (0, 1)}

    def pick(self, data: Any) -> tuple[JobLedger, str, ModelJob]:
        """One of the owners, and any job, more often one that was armed."""
        ledger = data.draw(st.sampled_from(self.owners))
        jobs = [(name, job) for name, batch in self.model.batches.items() for job in batch.jobs]
        armed = [pair for pair in jobs if pair[1].attempts]
        name, job = data.draw(st.sampled_from(armed or jobs))
        return ledger, self.name(name), job

    @rule(
        owner=st.integers(0, 1),
        batch=st.sampled_from(NAMES),
        jobs=st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from([b"one", b"two"])), max_size=6),
    )
    def add(self, owner: int, batch: str, jobs: list[tuple[str, bytes]]) -> None:
        there = self.model.batches[batch]
        new: dict[str, bytes] = {}
        known, clash = 0, None
        for key, content in jobs:
            job = there.job(key)
            first = job.content if job else new.get(key)
            if first is None:
                new[key] = content
            elif first == content:
                known += 1
            else:
                clash = clash or key
        given = [(key, JobInput(content)) for key, content in jobs]
        if clash:
            with pytest.raises(ConfigError, match=f"job '{clash}' is there with another input"):
                self.owners[owner].add(self.name(batch), given)
            return
        added = self.owners[owner].add(self.name(batch), given)
        assert (added.added, added.known) == (len(new), known)
        there.jobs += [ModelJob(key, content) for key, content in new.items()]

    @rule(owner=st.integers(0, 1), data=st.data())
    def take(self, owner: int, data: Any) -> None:
        name = data.draw(st.sampled_from(NAMES))
        batch = self.model.batches[name]
        chunk = data.draw(st.integers(0, batch.chunks - 1))
        batch.epochs[chunk] = batch.epochs.get(chunk, 0) + 1
        assert self.owners[owner].take(self.name(name), chunk) == batch.epochs[chunk]

    @rule(owner=st.integers(0, 1), most=st.integers(1, 4), data=st.data())
    def arm(self, owner: int, most: int, data: Any) -> None:
        self.arm_some(owner, most, 0, data)

    @rule(owner=st.integers(0, 1), most=st.integers(0, 2), old=st.integers(0, 1), data=st.data())
    def arm_nothing(self, owner: int, most: int, old: int, data: Any) -> None:
        self.arm_some(owner, most, old, data)

    def arm_some(self, owner: int, most: int, old: int, data: Any) -> None:
        name = data.draw(st.sampled_from(NAMES))
        batch = self.model.batches[name]
        chunk = data.draw(st.sampled_from(sorted(batch.epochs)))
        epoch = batch.epochs[chunk] - old
        keys, reason = self.model.arm(name, chunk, epoch, most, self.clock.now)
        if most == 0 and reason == "nothing new":
            reason = ""
        arming = self.owners[owner].arm(self.name(name), chunk, epoch, most, lead=4.0)
        assert ([job.key for job in arming.jobs], arming.reason) == (keys, reason)
        assert (arming.wait > 0) == (reason in ("limit", "rate"))
        for job in arming.jobs:
            there = batch.job(job.key)
            assert there is not None
            assert (job.attempt, job.input.content) == (there.attempt, there.content)
            assert job.armed_at == self.clock.now
            assert job.marker > self.marker
            assert job.marker >= (self.clock.now + 4.0) * 1000
            self.marker = job.marker

    @rule(data=st.data(), fresh=st.booleans())
    def sent(self, data: Any, fresh: bool) -> None:
        ledger, name, job = self.pick(data)
        attempt = data.draw(st.sampled_from([job.attempt, *range(job.attempt + 2)]))
        known = sorted(self.model.refs())
        if fresh or not known:
            self.refs += 1
            ref = f"ref {self.number}/{self.refs}"
        else:
            ref = data.draw(st.sampled_from(known))
        assert ledger.sent(name, job.key, attempt, ref) == self.model.sent(job, attempt, ref)

    @rule(data=st.data(), what=st.sampled_from(["unsent", "refuse", "hold"]), back=st.sampled_from([0, 0, 1]))
    def settle(self, data: Any, what: str, back: int) -> None:
        ledger, name, job = self.pick(data)
        state = {"unsent": "new", "refuse": "failed", "hold": "held"}[what]
        attempt = job.attempt - back
        assert getattr(ledger, what)(name, job.key, attempt, "why") == self.model.settle(job, attempt, state)

    @rule(data=st.data(), fits=st.booleans(), state=st.sampled_from(["ok", "failed", "gone"]))
    def end(self, data: Any, fits: bool, state: str) -> None:
        ledger, name, job = self.pick(data)
        ref = (fits and job.ref) or "another"
        ending = Ending(job.key, ref, JobState(state), result=job.content)
        assert ledger.end(name, [ending]) == self.model.end(job, ref, state)

    @rule(data=st.data(), fits=st.booleans())
    def take_back(self, data: Any, fits: bool) -> None:
        ledger, name, job = self.pick(data)
        ref = (fits and job.ref) or "another"
        assert ledger.take_back(name, job.key, ref) == self.model.take_back(job, ref)

    @rule(
        owner=st.integers(0, 1),
        batch=st.sampled_from(NAMES),
        failed=st.booleans(),
        gone=st.booleans(),
        keys=st.none() | st.lists(st.sampled_from(KEYS), max_size=3, unique=True),
    )
    def retry(self, owner: int, batch: str, failed: bool, gone: bool, keys: list[str] | None) -> None:
        states = [state for state, chosen in (("failed", failed), ("gone", gone)) if chosen]
        jobs = [
            job for job in self.model.batches[batch].jobs if job.state in states and (keys is None or job.key in keys)
        ]
        for job in jobs:
            job.state, job.ref = "new", None
        assert self.owners[owner].retry(self.name(batch), failed=failed, gone=gone, keys=keys) == len(jobs)

    @rule(data=st.data(), again=st.booleans())
    def resolve(self, data: Any, again: bool) -> None:
        ledger, name, job = self.pick(data)
        self.refs += 1
        ref = f"ref {self.number}/{self.refs}"
        if job.state != "held":
            with pytest.raises(ConfigError, match=f"job '{job.key}' is {job.state}, not held"):
                ledger.resolve(name, job.key, send_again=True)
        elif again:
            ledger.resolve(name, job.key, send_again=True)
            job.state = "new"
        else:
            ledger.resolve(name, job.key, ref=ref)
            job.state, job.ref = "sent", ref
            job.attempts[-1].refs.append(ref)

    @rule(owner=st.integers(0, 1), batch=st.sampled_from(NAMES), stopped=st.booleans())
    def stop(self, owner: int, batch: str, stopped: bool) -> None:
        (self.owners[owner].stop if stopped else self.owners[owner].go_on)(self.name(batch))
        self.model.batches[batch].stopped = stopped

    @rule(
        owner=st.integers(0, 1),
        most=st.none() | st.integers(0, 5),
        per_second=st.none() | st.sampled_from([0.5, 1, 2.5, 3]),
    )
    def limit(self, owner: int, most: int | None, per_second: float | None) -> None:
        self.owners[owner].set_limits(self.account, most=most, per_second=per_second)
        self.model.most, self.model.per_second = most, per_second

    @rule(seconds=st.sampled_from([0.125, 0.5, 1.0, 2.0, 11.0, 61.0]))
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    @invariant()
    def all_that_is_read_is_alike(self) -> None:
        ledger = self.owners[0]
        for name, batch in self.model.batches.items():
            mine = [(job.key, job.state, job.attempt, job.ref) for job in batch.jobs]
            rows = list(ledger.rows(self.name(name)))
            assert [(row.key, row.state, row.attempt, row.ref) for row in rows] == mine
            assert {row.key: row.result for row in rows if row.state is JobState.OK} == {
                job.key: job.content for job in batch.jobs if job.state == "ok"
            }
            states = [job.state for job in batch.jobs]
            assert ledger.counts(self.name(name)) == {state: states.count(state) for state in JobState}
            assert ledger.open_chunks(self.name(name)) == [
                chunk
                for chunk in range(batch.chunks)
                if any(job.state in ("new", "armed", "sent") for job in batch.of_chunk(chunk))
            ]
            assert ledger.in_flight(self.name(name)) == [
                (job.key, job.ref) for job in batch.jobs if job.state == "sent"
            ]
            assert {(job.key, job.attempt) for job in self.owners[1].unknown(self.name(name))} == {
                (job.key, job.attempt) for job in batch.jobs if job.state == "armed"
            }

    @invariant()
    def every_attempt_and_reference_is_known(self) -> None:
        view = self.owners[1].view(self.account)
        known = view.attempts(self.start, self.clock.now)
        mine = [
            (self.name(name), job.key, attempt.number, ref, job.state == "armed" and attempt is job.attempts[-1])
            for name, batch in self.model.batches.items()
            for job in batch.jobs
            for attempt in job.attempts
            for ref in (*attempt.refs,) or (None,)
        ]
        told = [(at.batch, at.key, at.attempt, at.ref, at.current) for at in known]
        assert sorted(map(repr, told)) == sorted(map(repr, mine))
        assert view.refs([*self.model.refs(), "another"]) == self.model.refs()
        by_marker = view.by_marker([at.marker for at in known] + [1])
        assert {(at.key, at.attempt, at.batch) for at in by_marker.values()} == {
            told[:3] for told in ((at.key, at.attempt, at.batch) for at in known)
        }


def run(url: str, **wanted: Any) -> None:
    clock = SteadyClock()
    owners = JobLedger.open(url, clock=clock), JobLedger.open(url, clock=clock)
    try:
        made: Any = lambda: LedgerMachine(owners, clock)  # noqa: E731 - any callable will do
        run_state_machine_as_test(made, settings=settings(settings.get_profile("suite"), **wanted))
    finally:
        for owner in owners:
            owner.close()


def test_sqlite(tmp_path: Path) -> None:
    run(str(tmp_path / "spring.sqlite"), max_examples=60, stateful_step_count=50)


def test_postgresql(postgres_url: str) -> None:
    run(postgres_url, max_examples=15, stateful_step_count=40)
