"""Whatever happens to submits, strangers and clocks: no job is sent again whose task is there or comes.

Random histories on a small service (`batch.simulated_aimms`), decided by the flow that asks the real one.
"""

from __future__ import annotations

import random
from typing import get_args

import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from batch.simulated_aimms import APP, SERVICE, VERSION, Echo, SimulatedAimms, SimulatedLedger, SimulatedTask
from optcloud.aimms.tasks.service import AimmsService
from optcloud.aimms.tasks.task_flows import task_of
from optcloud.batch.jobs import Adopt, ArmedJob, Hold, NeverArrived, Timings, Verdict
from optcloud.batch.targets.aimms_looking import Looking
from optcloud.batch.targets.aimms_marks import ClockOffset, Marks
from optcloud.batch.targets.aimms_reconcile import MORE
from optcloud.core.reference import Reference

TIMINGS = Timings(start=2.0, send=5.0, skew=2.0)
ROUNDS = int((TIMINGS.settled + MORE) / 5) + 8
BATCH, OTHER = "spring", "other"


@define(kw_only=True)
class History:
    """One random history. ``prompt``: all arrive before their moments, strangers' too."""

    chance: random.Random
    echo: Echo = "exact"
    mark: bool = True
    identify: bool = False
    prompt: bool = True
    strangers: bool = True
    zone: float = 0.0
    vendor: SimulatedAimms = field(init=False)
    ledger: SimulatedLedger = field(init=False)
    samples: list[ClockOffset] = field(factory=list)
    marks: Marks = Marks.UNPROVEN
    held: list[tuple[str, str]] = field(factory=list)
    replies: list[tuple[float, ArmedJob, str]] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        ahead = self.chance.uniform(-TIMINGS.skew, TIMINGS.skew / 2)
        most = self.chance.choice([3, 7, 1000])
        self.vendor = SimulatedAimms(echo=self.echo, ahead=ahead, zone=self.zone, most=most)
        self.ledger = SimulatedLedger(self.vendor)
        self.looking = self._looking()

    looking: Looking = field(init=False)

    def _looking(self) -> Looking:
        service = AimmsService(
            app=APP, service=SERVICE, version=VERSION, identify="scenario" if self.identify else None, mark=self.mark
        )
        return Looking(service, lambda ref: task_of(Reference.parse(ref)))

    def play(self, steps: int) -> None:
        """Let things happen, then look until all that can be decided is."""
        for number in range(steps):
            happens = self.chance.random()
            if happens < 0.5:
                self.send(self.chance.choice([BATCH] * 4 + [OTHER]), f"k{number}")
            elif happens < 0.6 and self.strangers:
                self.stranger()
            elif happens < 0.7:
                self.look(BATCH)
            elif happens < 0.75:
                self.looking, self.samples, self.marks = self._looking(), [], Marks.UNPROVEN  # killed, and begun again
                self.replies.clear()
            else:
                self.turn(self.chance.uniform(0, 6))
        for number in range(20 * ROUNDS):
            self.turn(5)
            self.look(BATCH)
            self.look(OTHER)
            if number > ROUNDS and not self.ledger.unknown(BATCH) and not self.ledger.unknown(OTHER):
                break

    def turn(self, seconds: float) -> None:
        """Let time pass; replies come."""
        self.vendor.time += seconds
        for reply in [one for one in self.replies if one[0] <= self.vendor.time]:
            self.replies.remove(reply)
            _at, job, ref = reply
            self.ledger.settle((job.batch, job.key, job.attempt), ref)

    def send(self, batch: str, key: str, *, surely: bool = False) -> None:
        """Arm and send; the request may be lost, the reply may be lost, or late."""
        job = self.ledger.arm(batch, key)
        fate = 1.0 if surely else self.chance.random()
        if fate < 0.25:
            return
        room = (
            min(TIMINGS.start + TIMINGS.send, self.ledger.lead - 1.1) if self.prompt else TIMINGS.start + TIMINGS.send
        )
        arrives = job.armed_at + self.chance.uniform(0.001, room)
        name = f"t{len(self.vendor.tasks) + len(self.vendor.deleted)}x{job.marker}"
        self.vendor.tasks.append(
            SimulatedTask(
                name, arrives, (batch, key, job.attempt), job.marker if self.mark else None,
                lasts=self.chance.uniform(0.5, 20), names=key,
            )
        )  # fmt: skip
        if fate > 0.6:
            back = min(arrives + self.chance.uniform(0, 1), job.armed_at + TIMINGS.start + TIMINGS.send)
            self.replies.append((back, job, f"aimms:default/{name}"))
            if self.chance.random() < 0.5:
                created = arrives + self.vendor.ahead + self.zone
                self.samples.append(ClockOffset.sample(job.armed_at, created, TIMINGS.start + TIMINGS.send))

    def stranger(self) -> None:
        """Somebody else runs the same service: at once, for a whole second, for a moment that has passed."""
        now = self.vendor.time
        moments = [None, None, int(now) * 1000 + 30_000, int(now * 1000) + 60_000]
        due = self.chance.choice([*moments, int(now) * 1000] if not self.prompt else moments)
        names = self.chance.choice(["theirs", None])
        self.vendor.tasks.append(
            SimulatedTask(f"s{len(self.vendor.tasks)}x{now}", now, None, due, names=names, fails=False)
        )

    def look(self, batch: str) -> None:
        """Decide about the unknown ones of a batch, and hold each verdict against what has happened."""
        jobs = self.ledger.unknown(batch)
        if not jobs:
            return
        flow = self.looking.decide(
            jobs, self.ledger, TIMINGS, "aimms:acme", marks=self.marks, samples=tuple(self.samples)
        )
        verdicts, self.marks = self.vendor.run(flow)
        for verdict in verdicts:
            self.judge(batch, verdict)

    def judge(self, batch: str, verdict: Verdict) -> None:
        """Raise `AssertionError` where a verdict is wrong; do what it says."""
        which = batch, verdict.key, verdict.attempt
        own = [task for task in [*self.vendor.tasks, *self.vendor.deleted] if task.owner == which]
        match verdict:
            case NeverArrived():
                assert not own, f"{which} is sent again, and {own} is there or comes"
                self.ledger.settle(which, None)
                self.send(batch, verdict.key, surely=verdict.attempt > 2 or self.chance.random() < 0.5)
            case Adopt(ref=ref):
                owner = next(task.owner for task in self.vendor.tasks if ref.endswith(task.id))
                assert owner is not None, f"a stranger's task was adopted for {which}"
                assert owner[:2] == which[:2], f"the task of {owner} was adopted for {which}"
                self.ledger.settle(which, ref)
            case Hold():
                self.held.append(which[:2])
                self.ledger.settle(which, None)

    def check(self) -> None:
        """No job has two tasks."""
        owners = [task.owner[:2] for task in self.vendor.tasks if task.owner is not None]
        assert len(owners) == len(set(owners)), "a job has two tasks"


SEEDS = st.integers(0, 2**32)
STEPS = st.integers(3, 40)


@given(seed=SEEDS, steps=STEPS, zone=st.sampled_from([0.0, 0.0, 3600.0, -7 * 3600.0]))
def test_with_marks_all_is_decided_and_nothing_held(seed: int, steps: int, zone: float) -> None:
    history = History(chance=random.Random(seed), zone=zone)
    history.send(BATCH, "first", surely=True)
    history.turn(TIMINGS.start + TIMINGS.send)
    history.play(steps)
    history.check()
    assert history.held == []
    assert history.ledger.unknown(BATCH) == []


@given(
    seed=SEEDS,
    steps=STEPS,
    echo=st.sampled_from(get_args(Echo)),
    mark=st.booleans(),
    identify=st.booleans(),
    prompt=st.booleans(),
    zone=st.sampled_from([0.0, 3600.0, -7 * 3600.0]),
)
def test_whatever_the_service_shows(
    seed: int, steps: int, echo: Echo, *, mark: bool, identify: bool, prompt: bool, zone: float
) -> None:
    history = History(chance=random.Random(seed), echo=echo, mark=mark, identify=identify, prompt=prompt, zone=zone)
    history.play(steps)
    history.check()
    assert history.ledger.unknown(BATCH) == []


@pytest.mark.parametrize("echo", ["absent", "cut"])
def test_with_identity_nothing_is_held_but_what_names_nothing(echo: Echo) -> None:
    for seed in range(60):
        history = History(chance=random.Random(seed), echo=echo, identify=True, strangers=False)
        history.play(20)
        history.check()
        assert history.held == []
