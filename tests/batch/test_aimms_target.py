"""Tasks of the sandbox as jobs of a batch, over real sockets; the clocks of sandbox and store are turned together."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from optcloud import AsyncOptCloud, ConfigError, Forbidden, JobGone, NotFound, OptCloud, Pace, RetryPolicy
from optcloud.batch.events import TwinFound
from optcloud.batch.jobs import (
    Adopt,
    ArmedJob,
    Hold,
    JobInput,
    JobState,
    LookAgain,
    NeverArrived,
    Sent,
    Timings,
    UnknownFate,
)
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.batch.targets.aimms import AimmsTarget
from optcloud.batch.targets.aimms_submits import FACT
from optcloud.batch.targets.target_for import spec_of, target_for
from optcloud.sandbox import AfterPolls, AfterSeconds, AtOnce, Fault, Sandbox

TIMINGS = Timings(start=2, send=10, skew=2)
QUICK = Pace(first=0.01, factor=1, longest=0.01)


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    for name, value in (running.environment() | {"OPTCLOUD_CONFIG": os.devnull}).items():
        monkeypatch.setenv(name, value)
    running.pace = AtOnce()
    yield running
    running.faults.release()
    running.reset()


class Scene:
    """A target on the sandbox, with a ledger that has one batch."""

    def __init__(
        self, sandbox: Sandbox, oc: AsyncOptCloud, folder: Path, *, service: str = "echo", **options: Any
    ) -> None:
        self.sandbox, self.turned = sandbox, 0.0
        self.oc: Any = oc
        self.events: list[object] = []
        self.ledger = JobLedger.open(str(folder / "batches.sqlite"), clock=lambda: time.time() + self.turned)
        self.spec = spec_of(oc.aimms.service("Sandbox", service, version="1.0", **options))
        self.target = self.worker()
        self.ledger.create("spring", account=self.target.account, spec=self.target.spec(), timings=TIMINGS)
        self.epoch: int | None = None

    def worker(self) -> AimmsTarget:
        """A target as another worker makes it."""
        made = AimmsTarget.from_spec(self.oc, self.spec)
        made._watch._pace = QUICK
        made.know(self.ledger.view(made.account))
        return made

    def arm(self, *keys: str) -> list[ArmedJob]:
        """Add jobs and arm them."""
        self.ledger.add("spring", ((key, JobInput(json.dumps({"scenario": key}).encode())) for key in keys))
        if self.epoch is None:
            self.epoch = self.ledger.take("spring", 0)
        return list(self.ledger.arm("spring", 0, self.epoch, len(keys)).jobs)

    async def send(self, *jobs: ArmedJob, lose: bool = False) -> list[Any]:
        """Send one by one, and note the references; ``lose``: replies are lost."""
        outcomes = []
        for job in jobs:
            if lose:
                self.sandbox.faults.add(Fault("drop-after", method="POST", path="/tasks/"))
            outcomes.append(await self.target.send(job, job.input.content or b"", TIMINGS))
            if isinstance(outcomes[-1], Sent):
                self.ledger.sent("spring", job.key, job.attempt, outcomes[-1].ref)
        return outcomes

    def turn(self, seconds: float) -> None:
        """Turn both clocks."""
        self.turned += seconds
        self.sandbox.turn(seconds)

    async def decided(self, target: AimmsTarget | None = None) -> list[Any]:
        """Look at what is unknown."""
        view = self.ledger.view(self.target.account)
        return list(await (target or self.target).reconcile(self.ledger.unknown("spring"), view, TIMINGS))


@asynccontextmanager
async def scene(sandbox: Sandbox, folder: Path, **options: Any) -> AsyncIterator[Scene]:
    events: list[object] = []
    retry = RetryPolicy(first=0.001, longest=0.002)
    async with AsyncOptCloud(retry=retry, on_event=events.append) as oc:
        made = Scene(sandbox, oc, folder, **options)
        made.events = events
        yield made
        made.ledger.close()


def play(act: Callable[[Scene], Awaitable[None]], sandbox: Sandbox, folder: Path, **options: Any) -> None:
    async def playing() -> None:
        async with scene(sandbox, folder, **options) as made:
            await act(made)

    asyncio.run(playing())


# ---------------------------------------------------------------- what a batch runs on


def test_a_spec_makes_the_same_target_elsewhere(sandbox: Sandbox) -> None:
    with OptCloud() as oc:
        wanted = spec_of(oc.aimms.service("Sandbox", "echo", version="1.0", identify="scenario"))
    assert json.loads(json.dumps(wanted)) == wanted
    assert wanted["account"] is None

    async def elsewhere() -> None:
        async with AsyncOptCloud() as oc:
            target = target_for(oc, wanted)
            assert target.account == "aimms:" + sandbox.urls.aimms.partition("/pro-api")[0]
            assert dict(target.spec()) == wanted | {"account": target.account}
            with pytest.raises(ConfigError, match="another account"):
                target_for(oc, wanted | {"account": "aimms:https://acme.aimms.cloud"})

    asyncio.run(elsewhere())


def test_latest_becomes_a_version_when_the_batch_is_made(sandbox: Sandbox, tmp_path: Path) -> None:
    async def act(made: Scene) -> None:
        target = AimmsTarget.from_spec(made.oc, made.spec | {"version": None})
        await target.settle()
        assert target.spec()["version"] == "1.0"
        with pytest.raises(NotFound):
            await AimmsTarget.from_spec(made.oc, made.spec | {"version": None, "app": "Nothing"}).settle()

    play(act, sandbox, tmp_path)


def test_a_version_that_is_not_there_makes_no_batch(sandbox: Sandbox, tmp_path: Path) -> None:
    async def act(made: Scene) -> None:
        with pytest.raises(NotFound, match=r"app Sandbox has no version 9\.9; its versions: 1\.0"):
            await AimmsTarget.from_spec(made.oc, made.spec | {"version": "9.9"}).settle()
        with pytest.raises(NotFound, match="no app Nothing"):
            await AimmsTarget.from_spec(made.oc, made.spec | {"app": "Nothing"}).settle()

    play(act, sandbox, tmp_path)


def test_a_named_version_is_taken_as_it_is_from_a_key_for_tasks_alone(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.add_aimms_key("fake-tasks-alone", "Tasks")
    monkeypatch.setenv("OPTCLOUD_AIMMS_API_KEY", "fake-tasks-alone")

    async def act(made: Scene) -> None:
        target = AimmsTarget.from_spec(made.oc, made.spec | {"version": "9.9"})
        await target.settle()
        assert target.spec()["version"] == "9.9"
        with pytest.raises(Forbidden):
            await AimmsTarget.from_spec(made.oc, made.spec | {"version": None}).settle()

    play(act, sandbox, tmp_path)


def test_an_account_that_refuses_marks_gets_none_in_new_batches(sandbox: Sandbox, tmp_path: Path) -> None:
    async def act(made: Scene) -> None:
        made.ledger.view(made.target.account).set_fact(FACT, "refused")
        target = made.worker()
        await target.settle()
        assert target.spec()["mark"] is False

    play(act, sandbox, tmp_path)


# ---------------------------------------------------------------- lost replies


def test_a_task_whose_reply_was_lost_is_adopted_by_its_mark(sandbox: Sandbox, tmp_path: Path) -> None:
    async def act(made: Scene) -> None:
        one, two, three = made.arm("a", "b", "c")
        assert [type(outcome) for outcome in await made.send(one)] == [Sent]
        assert [type(outcome) for outcome in await made.send(two, three, lose=True)] == [UnknownFate] * 2
        assert {type(verdict) for verdict in await made.decided()} == {LookAgain}
        made.turn(TIMINGS.settled)
        verdicts = await made.decided(made.worker())  # another worker, which knows only the ledger
        assert [type(verdict) for verdict in verdicts] == [Adopt] * 2
        for verdict in verdicts:
            assert made.ledger.sent("spring", verdict.key, verdict.attempt, verdict.ref)
            made.target.watch([verdict.ref])
            ((ref, how),) = await made.target.ended()
            ending = await made.target.ending(verdict.key, ref, how)
            assert json.loads(ending.result or b"") == {"scenario": verdict.key}

    play(act, sandbox, tmp_path)


def test_what_never_arrived_is_new_again_whatever_strangers_do(sandbox: Sandbox, tmp_path: Path) -> None:
    async def act(made: Scene) -> None:
        one, two = made.arm("a", "b")
        await made.send(one)
        made.sandbox.faults.add(Fault("silent", method="POST", path="/tasks/", seconds=0))
        assert type((await made.send(two))[0]) is UnknownFate
        await made.oc.aimms.run("Sandbox", "echo", version="1.0", input=b"a stranger's")
        made.turn(TIMINGS.settled)
        assert [type(verdict) for verdict in await made.decided()] == [NeverArrived]

    play(act, sandbox, tmp_path)


def test_without_marks_a_single_task_of_the_time_is_held_not_adopted(sandbox: Sandbox, tmp_path: Path) -> None:
    async def act(made: Scene) -> None:
        one, two = made.arm("a", "b")
        await made.send(one)
        await made.send(two, lose=True)
        made.turn(TIMINGS.settled)
        (verdict,) = await made.decided()
        assert isinstance(verdict, Hold)
        assert len(verdict.candidates) == 1

    play(act, sandbox, tmp_path, mark=False)


def test_without_marks_a_result_tells_whose_it_is(sandbox: Sandbox, tmp_path: Path) -> None:
    async def act(made: Scene) -> None:
        jobs = made.arm("a", "b", "c")
        await made.send(jobs[0])
        await made.send(*jobs[1:], lose=True)
        await made.oc.aimms.run("Sandbox", "echo", version="1.0", input={"scenario": "of somebody else"})
        made.turn(TIMINGS.settled)
        verdicts = await made.decided()
        assert [(type(verdict), verdict.key) for verdict in verdicts] == [(Adopt, "b"), (Adopt, "c")]
        for verdict in verdicts:
            result = await made.oc.attach(verdict.ref).result()
            assert result.json() == {"scenario": verdict.key}

    play(act, sandbox, tmp_path, mark=False, identify="scenario")


def test_the_first_submit_of_all_is_proof_enough_of_itself(sandbox: Sandbox, tmp_path: Path) -> None:
    """Nothing is known of the account: one task, of the very moment, and no neighbour whose it could be."""

    async def act(made: Scene) -> None:
        (job,) = made.arm("a")
        while job.marker % 10 == 0:
            made.ledger.unsent("spring", "a", job.attempt, "another moment")
            made.turn(1)  # so that the markers are no neighbours
            (job,) = made.arm("a")
        await made.send(job, lose=True)
        made.turn(TIMINGS.settled)
        assert [type(verdict) for verdict in await made.decided(made.worker())] == [Adopt]

    play(act, sandbox, tmp_path)


def test_a_reply_that_takes_too_long_is_not_waited_for(sandbox: Sandbox, tmp_path: Path) -> None:
    async def act(made: Scene) -> None:
        (job,) = made.arm("a")
        sandbox.faults.add(Fault("slow", method="POST", path="/tasks/"))
        outcome = await made.target.send(job, b"{}", Timings(start=2, send=0.3, skew=2))
        assert type(outcome) is UnknownFate

    play(act, sandbox, tmp_path)


def test_a_reference_that_is_none_keeps_no_other_job_from_being_decided(sandbox: Sandbox, tmp_path: Path) -> None:
    async def act(made: Scene) -> None:
        (first,) = made.arm("proof")
        await made.send(first)
        mistaken, lost = made.arm("a", "b")
        made.ledger.hold("spring", "a", mistaken.attempt, "nothing tells")
        made.ledger.resolve("spring", "a", ref="what a person wrote by mistake")
        await made.send(lost, lose=True)
        made.turn(60)
        (verdict,) = await made.decided()
        assert isinstance(verdict, Adopt)
        assert verdict.key == "b"
        assert not await made.target.cancel("what a person wrote by mistake", running=False)

    play(act, sandbox, tmp_path)


# ---------------------------------------------------------------- late twins


def late_twin(made: Scene) -> Any:
    """Send a job, take it for never arrived, and send it again."""

    async def acting() -> None:
        (first,) = made.arm("proof")
        await made.send(first)
        (job,) = made.arm("a")
        await made.send(job, lose=True)
        made.ledger.unsent("spring", "a", job.attempt, "judged too early")
        (again,) = made.arm("a")
        assert again.attempt == job.attempt + 1
        ((sent),) = await made.send(again)
        made.target.watch([sent.ref])

    return acting()


def test_a_late_twin_is_deleted_while_it_is_queued(sandbox: Sandbox, tmp_path: Path) -> None:
    async def act(made: Scene) -> None:
        sandbox.pace = AfterSeconds(600)
        await late_twin(made)
        for key in ("x", "y", "z"):  # enough for the list to pay
            (job,) = made.arm(key)
            (sent,) = await made.send(job)
            made.target.watch([sent.ref])
        assert len(await made.oc.aimms.tasks()) == 6
        await made.target.ended()
        listed = {str(task.reference) for task in await made.oc.aimms.tasks()}
        assert len(listed) == 5
        assert {ref for _key, ref in made.ledger.in_flight("spring")} == listed

    play(act, sandbox, tmp_path)


def test_a_late_twin_that_runs_is_told_of(sandbox: Sandbox, tmp_path: Path) -> None:
    async def act(made: Scene) -> None:
        sandbox.pace = AfterSeconds(600)
        await late_twin(made)
        for key in ("x", "y", "z"):
            (job,) = made.arm(key)
            (sent,) = await made.send(job)
            made.target.watch([sent.ref])
        made.turn(300)
        await made.target.ended()
        assert [event.key for event in made.events if isinstance(event, TwinFound)] == ["a"]
        assert len(await made.oc.aimms.tasks()) == 6

    play(act, sandbox, tmp_path)


def test_a_task_with_the_marker_of_a_known_one_is_left_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    """It may be of another store of the account: markers are milliseconds, and stores know nothing of each other."""

    async def act(made: Scene) -> None:
        sandbox.pace = AfterSeconds(600)
        (job,) = made.arm("a")
        (sent,) = await made.send(job)
        made.target.watch([sent.ref])
        assert isinstance(await made.worker().send(job, b'{"scenario": "of another store"}', TIMINGS), Sent)
        for key in ("x", "y", "z"):
            (job,) = made.arm(key)
            (sent,) = await made.send(job)
            made.target.watch([sent.ref])
        await made.target.ended()
        assert len(await made.oc.aimms.tasks()) == 5
        assert not [event for event in made.events if isinstance(event, TwinFound)]

    play(act, sandbox, tmp_path)


# ---------------------------------------------------------------- ends


def test_ends_are_told_as_they_come_and_fetched_once(sandbox: Sandbox, tmp_path: Path) -> None:
    async def act(made: Scene) -> None:
        jobs = made.arm(*(f"k{number}" for number in range(20)))
        refs = {outcome.ref: job.key for job, outcome in zip(jobs, await made.send(*jobs), strict=True)}
        made.target.watch(list(refs)[:10])
        made.turn(60)
        before = len(sandbox.journal())
        ended = list(await made.target.ended())
        made.target.watch(list(refs)[10:])
        ended += await made.target.ended()
        assert sorted(ref for ref, _how in ended) == sorted(refs)
        for ref, how in ended:
            ending = await made.target.ending(refs[ref], ref, how)
            assert (ending.state, ending.word) == (JobState.OK, "completed")
            assert json.loads(ending.result or b"") == {"scenario": refs[ref]}
            assert ending.content_type == "application/json"
            assert ending.started is not None
            assert ending.ended is not None
            assert ending.ended >= ending.started
        asked = [entry.path.rpartition("/tasks")[2] for entry in sandbox.journal()[before:]]
        assert asked.count("") == 2
        assert len(asked) == 2 + 20

    play(act, sandbox, tmp_path)


def test_failed_and_gone(sandbox: Sandbox, tmp_path: Path) -> None:
    def broken(_data: bytes, _content_type: str) -> bytes:
        raise ValueError("no feasible schedule")

    sandbox.register("Sandbox", "broken", broken)

    async def act(made: Scene) -> None:
        (failed, deleted) = made.arm("a", "b")
        outcomes = await made.send(failed, deleted)
        await made.oc.attach(outcomes[1].ref).delete()
        made.target.watch([outcome.ref for outcome in outcomes])
        made.target.watch(["gurobi:default/of-another-cloud"])
        made.turn(60)
        endings: dict[str, Any] = {}
        while len(endings) < 3:
            endings |= {ref: await made.target.ending("k", ref, how) for ref, how in await made.target.ended()}
        first, second = (endings[outcome.ref] for outcome in outcomes)
        assert (first.state, first.word, first.result) == (JobState.FAILED, "failed", None)
        assert "no feasible schedule" in first.message
        assert second.state is JobState.GONE
        assert endings["gurobi:default/of-another-cloud"].state is JobState.GONE

    play(act, sandbox, tmp_path, service="broken")
    sandbox.forget_services()


# ---------------------------------------------------------------- cancelling


def test_a_queued_task_is_taken_back_and_a_running_one_is_stopped_if_asked(sandbox: Sandbox, tmp_path: Path) -> None:
    async def act(made: Scene) -> None:
        sandbox.pace = AfterPolls(50)
        queued, running = made.arm("a", "b")
        outcomes = await made.send(queued, running)
        assert await made.target.cancel(outcomes[0].ref, running=False) is True
        with pytest.raises(JobGone):
            await made.target.cancel(outcomes[0].ref, running=False)
        made.turn(60)
        job = made.oc.attach(outcomes[1].ref)
        while (await job.poll()).state.name == "QUEUED":
            pass
        assert await made.target.cancel(outcomes[1].ref, running=False) is False
        assert not (await job.poll()).state.ended
        assert await made.target.cancel(outcomes[1].ref, running=True) is False
        assert (await job.poll()).state.ended
        assert await made.target.cancel(outcomes[1].ref, running=True) is False

    play(act, sandbox, tmp_path)


def test_a_task_that_was_deleted_without_a_reply_was_taken_back(sandbox: Sandbox, tmp_path: Path) -> None:
    async def act(made: Scene) -> None:
        (job,) = made.arm("a")
        (sent,) = await made.send(job)
        sandbox.faults.add(Fault("drop-after", method="DELETE", path="/tasks/"))
        with pytest.raises(Exception, match="reset"):
            await made.target.cancel(sent.ref, running=False)
        assert await made.target.cancel(sent.ref, running=False) is True

    play(act, sandbox, tmp_path)
