"""Jobs of a batch on adiutaOpt, on the sandbox: whatever becomes of replies and processes, one plan a problem."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st

from optcloud import AsyncOptCloud, Pace, RetryPolicy
from optcloud.batch.engines.embedded import work_all
from optcloud.batch.jobs import (
    Adopt,
    ArmedJob,
    Ending,
    JobInput,
    JobState,
    NeverArrived,
    NotSent,
    Refused,
    Sent,
    Timings,
    UnknownFate,
)
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.batch.targets import adiutaopt as targets_adiutaopt
from optcloud.batch.targets.adiutaopt import AdiutaOptTarget
from optcloud.batch.targets.adiutaopt_watch import PlanWatch
from optcloud.batch.worker.worker import BatchWorker
from optcloud.core.errors import OptCloudError, RateLimited, ServerError, TransportError
from optcloud.sandbox import AfterPolls, AtOnce, Fault, Sandbox

TIMINGS = Timings(send=0.4)
PATIENT = Timings(send=60.0)
VIEW: Any = None  # nothing is read of it
QUICK = Pace(first=0.002, longest=0.01)
ONCE_MORE = RetryPolicy(attempts=2, first=0.001, longest=0.002)
DESCRIPTION, SOLUTION = "description$", "/solution/"


def problem(number: int) -> bytes:
    tasks = [{"id": f"task-{number}", "revenue": 7}]
    return json.dumps({"meta": {}, "parameters": {}, "tasks": tasks, "workers": [{"id": "anna"}]}).encode()


@define
class Run:
    """A planner on the sandbox, in one event loop for all tests: signing in takes longer than all else here."""

    sandbox: Sandbox
    oc: AsyncOptCloud
    loop: asyncio.AbstractEventLoop
    _plans_before: int = field(default=0, init=False)

    def target(self) -> AdiutaOptTarget:
        """A target of its own, as of a process that has just begun."""
        made = AdiutaOptTarget.of(self.oc.adiutaopt.shift)
        made._watch = PlanWatch(made._look, self.oc._setup.options.clock, QUICK)
        return made

    def __call__(self, coroutine: Any) -> Any:
        return self.loop.run_until_complete(coroutine)

    @property
    def plans(self) -> int:
        """How many plans the vendor has begun."""
        return len(self.sandbox._world.plans._jobs)

    def reset(self) -> None:
        """Forget everything but who is signed in."""
        pool = self.sandbox._world.user_pool
        self.sandbox.faults.release()
        self.sandbox.reset()
        self.sandbox._world.user_pool = pool
        self.sandbox.pace = AtOnce()


@pytest.fixture(scope="module")
def running() -> Iterator[Run]:
    with Sandbox() as sandbox, pytest.MonkeyPatch.context() as patch:
        for name, value in (sandbox.environment() | {"OPTCLOUD_CONFIG": os.devnull}).items():
            patch.setenv(name, value)
        loop = asyncio.new_event_loop()
        oc = AsyncOptCloud(retry=ONCE_MORE)
        run = Run(sandbox, oc, loop)
        run(run.target().settle())
        yield run
        run.reset()
        run(oc.aclose())
        loop.close()


@pytest.fixture
def run(running: Run) -> Iterator[Run]:
    yield running
    running.reset()


def armed(key: str, content: bytes, attempt: int = 1) -> ArmedJob:
    return ArmedJob("b", key, attempt, 0.0, 1, JobInput(content))


async def endings(target: AdiutaOptTarget, refs: dict[str, list[str]]) -> list[Ending]:
    """Wait for all; a reference may be that of several jobs."""
    target.watch(refs)
    found: dict[str, Any] = {}
    while len(found) < len(refs):
        with suppress(ServerError, RateLimited, TransportError):  # they pass, and the loop asks again
            found.update(dict(await target.ended()))
    return [await target.ending(key, ref, found[ref]) for ref, keys in refs.items() for key in keys]


def scenario(ending: Ending) -> str:
    assert ending.result is not None
    name: str = json.loads(ending.result)["tasks"][0]["id"]
    return name


# ---------------------------------------------------------------- one thing at a time


def test_submit_watch_and_fetch(run: Run) -> None:
    run.sandbox.pace = AfterPolls(3)
    target, content = run.target(), problem(1)
    sent = run(target.send(armed("a", content), content, PATIENT))
    (ending,) = run(endings(target, {sent.ref: ["a"]}))
    assert (ending.state, scenario(ending)) == (JobState.OK, "task-1")


@pytest.mark.parametrize(
    ("fault", "outcome", "plans"),
    [
        (Fault("drop-after", path=DESCRIPTION), UnknownFate, 1),
        (Fault("drop-before", path=DESCRIPTION), UnknownFate, 0),
        (Fault("slow", path=DESCRIPTION), UnknownFate, 1),
        (Fault("cut", path=DESCRIPTION), UnknownFate, 1),
        (Fault("status", status=503, path=DESCRIPTION, carried_out=True), UnknownFate, 1),
        (Fault("html", status=502, path=DESCRIPTION, carried_out=True), UnknownFate, 1),
        (Fault("status", status=429, path=DESCRIPTION, retry_after=3), NotSent, 0),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_a_fault_then_the_same_bytes_again(run: Run, fault: Fault, outcome: type, plans: int) -> None:
    target, content = run.target(), problem(2)
    run.sandbox.faults.add(fault)
    came = run(target.send(armed("a", content), content, TIMINGS if fault.kind == "slow" else PATIENT))
    assert isinstance(came, outcome), came
    run.sandbox.faults.release()
    assert run.plans == plans
    if isinstance(came, NotSent):
        assert came.pause == 3
    (verdict,) = run(target.reconcile([armed("a", content)], VIEW, PATIENT))
    assert isinstance(verdict, Adopt)
    assert run.plans == 1
    (ending,) = run(endings(target, {verdict.ref: ["a"]}))
    assert scenario(ending) == "task-2"


def test_a_resend_that_is_lost_too(run: Run) -> None:
    target, content = run.target(), problem(3)
    run.sandbox.faults.add(Fault("drop-after", path=DESCRIPTION, times=2))
    with pytest.raises(OptCloudError):
        run(target.reconcile([armed("a", content)], VIEW, PATIENT))
    (verdict,) = run(target.reconcile([armed("a", content)], VIEW, PATIENT))
    assert isinstance(verdict, Adopt)
    assert run.plans == 1


def test_an_error_plan(run: Run) -> None:
    content = json.dumps({"meta": {}, "parameters": {}, "tasks": [{"id": 1}, {"id": 1}], "workers": []}).encode()
    target = run.target()
    sent = run(target.send(armed("a", content), content, PATIENT))
    (ending,) = run(endings(target, {sent.ref: ["a"]}))
    assert (ending.state, ending.word) == (JobState.FAILED, "error plan")
    assert json.loads(ending.result)["requestID"] in ending.message


def test_looks_that_fail_for_a_while(run: Run) -> None:
    target, content = run.target(), problem(4)
    sent = run(target.send(armed("a", content), content, PATIENT))
    run.sandbox.faults.add(
        Fault("status", status=429, path=SOLUTION),
        Fault("drop-after", path=SOLUTION),
        Fault("html", status=200, path=SOLUTION),
        Fault("cut", path=SOLUTION),
    )
    (ending,) = run(endings(target, {sent.ref: ["a"]}))
    assert scenario(ending) == "task-4"


def test_two_jobs_with_the_same_problem_share_a_plan(run: Run) -> None:
    target, content = run.target(), problem(5)
    first = run(target.send(armed("a", content), content, PATIENT))
    second = run(target.send(armed("b", content), content, PATIENT))
    assert first == second
    assert run.plans == 1
    both = run(endings(target, {first.ref: ["a", "b"]}))
    assert [(ending.key, scenario(ending)) for ending in both] == [("a", "task-5"), ("b", "task-5")]


@pytest.mark.parametrize("chunk", [1, 3, 100])
def test_jobs_of_one_plan_all_end_in_whichever_chunks(
    run: Run, chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the loop and a ledger: 12 jobs, 4 problems, lost replies among them."""
    monkeypatch.setattr(targets_adiutaopt, "PlanWatch", partial(PlanWatch, pace=QUICK))
    run.sandbox.pace = AfterPolls(2)
    target, timings = run.target(), Timings(start=0.2, send=0.4, skew=0.0)
    run.sandbox.faults.add(Fault("drop-after", path=DESCRIPTION, times=2, skip=3))

    async def worked(ledger: JobLedger) -> None:
        async with BatchWorker(ledger, run.oc) as worker:
            await work_all(worker, "b")

    with JobLedger.open(tmp_path / "b.sqlite") as ledger:
        ledger.create("b", account=target.account, spec=target.spec(), timings=timings, chunk=chunk)
        ledger.add("b", [(str(number), JobInput(problem(number % 4))) for number in range(12)])
        run(worked(ledger))
        rows = list(ledger.rows("b", states=[JobState.OK]))
    assert [json.loads(row.result or b"")["tasks"][0]["id"] for row in rows] == [f"task-{n % 4}" for n in range(12)]
    assert len({row.ref for row in rows}) == run.plans == 4


# ---------------------------------------------------------------- any sequence of faults and deaths


FAULTS = {
    "lost": Fault("drop-after", path=DESCRIPTION),
    "never arrived": Fault("drop-before", path=DESCRIPTION),
    "slow": Fault("slow", path=DESCRIPTION),
    "cut": Fault("cut", path=DESCRIPTION),
    "done and 503": Fault("status", status=503, path=DESCRIPTION, carried_out=True),
    "503": Fault("status", status=503, path=DESCRIPTION),
    "page": Fault("html", status=200, path=DESCRIPTION, carried_out=True),
    "429": Fault("status", status=429, path=DESCRIPTION),
    "look lost": Fault("drop-after", path=SOLUTION),
    "look cut": Fault("cut", path=SOLUTION),
}
STEPS = st.sampled_from([*FAULTS, "well", "well", "died before", "died after"])


@define
class Model:
    """What a ledger keeps of each job, and what a worker does with it, one step after the other."""

    run: Run
    problems: list[int]
    attempts: dict[str, int] = field(factory=dict)
    armed: dict[str, ArmedJob] = field(factory=dict)
    refs: dict[str, str] = field(factory=dict)
    done: dict[str, Ending] = field(factory=dict)

    def key_of_a_new_one(self) -> str | None:
        keys = (str(place) for place in range(len(self.problems)))
        return next((key for key in keys if key not in self.armed and key not in self.refs), None)

    def send(self, step: str) -> None:
        key = self.key_of_a_new_one()
        if key is None:
            self.reconcile(step)
            return
        self.attempts[key] = self.attempts.get(key, 0) + 1
        content = problem(self.problems[int(key)])
        self.armed[key] = job = armed(key, content, self.attempts[key])
        if step == "died before":
            return
        if step in FAULTS:
            self.run.sandbox.faults.add(FAULTS[step])
        outcome = self.run(self.run.target().send(job, content, TIMINGS))
        assert not isinstance(outcome, Refused), outcome
        if step == "died after":
            return
        if isinstance(outcome, Sent):
            self.refs[key] = outcome.ref
        if isinstance(outcome, Sent | NotSent):
            del self.armed[key]

    def reconcile(self, step: str = "well", timings: Timings = TIMINGS) -> None:
        if step in FAULTS:
            self.run.sandbox.faults.add(FAULTS[step])
        try:
            verdicts = self.run(self.run.target().reconcile(list(self.armed.values()), VIEW, timings))
        except OptCloudError:
            return
        if step == "died after":
            return
        for verdict in verdicts:
            assert not isinstance(verdict, NeverArrived), verdict
            if isinstance(verdict, Adopt):
                del self.armed[verdict.key]
                self.refs[verdict.key] = verdict.ref

    def finish(self) -> None:
        """The vendor works again: whatever is left is done."""
        self.run.sandbox.faults.clear()
        self.run.sandbox.faults.release()
        while self.armed:
            self.reconcile(timings=PATIENT)
        while self.key_of_a_new_one() is not None:
            self.send("well")
        by_ref: dict[str, list[str]] = {}
        for key, ref in self.refs.items():
            by_ref.setdefault(ref, []).append(key)
        self.done = {ending.key: ending for ending in self.run(endings(self.run.target(), by_ref))}


@settings(max_examples=60)
@given(problems=st.lists(st.integers(0, 4), min_size=1, max_size=5), steps=st.lists(STEPS, max_size=8))
def test_whatever_happens_there_is_one_plan_a_problem(running: Run, problems: list[int], steps: list[str]) -> None:
    try:
        model = Model(running, problems)
        for step in steps:
            model.send(step)
        model.finish()
        assert running.plans == len(set(problems))
        assert {key: scenario(ending) for key, ending in model.done.items()} == {
            str(place): f"task-{number}" for place, number in enumerate(problems)
        }
    finally:
        running.reset()
