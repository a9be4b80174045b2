"""Pools on the sandbox, blocking and asyncio: what is inside a ``with``, and that nothing runs on after it."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from optcloud import AsyncOptCloud, BadRequest, Conflict, JobFailed, OptCloud, WaitTimeout
from optcloud.core.clock import SystemClock
from optcloud.core.errors import ConfigError
from optcloud.core.events import CostWarning, MachineChanged, MachinesKilled, Submitted
from optcloud.core.flow import Instant
from optcloud.gurobi.ledger_file import FileLedger
from optcloud.process import exit_guard as held
from optcloud.process import signals as interrupts
from optcloud.sandbox import AfterPolls, Fault, Sandbox
from optcloud_sandbox.gurobi.scripts import Step
from patience import PATIENCE, eventually
from sandbox.facades import FAST, Opener, launched
from unit.memory_ledger import MemoryLedger

NEVER = 3600.0


class Ahead(SystemClock):
    """A clock that a test turns, and that sleeping turns."""

    def __init__(self) -> None:
        self.by = 0.0

    def now(self) -> Instant:
        now = super().now()
        return Instant(now.monotonic + self.by, now.wall + self.by)

    def sleep(self, seconds: float) -> None:
        self.by += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.by += seconds


@pytest.fixture
def alive(sandbox: Sandbox) -> Callable[[], list[str]]:
    """Ids of the machines that cost something now."""
    return lambda: [machine.id for machine in sandbox.gurobi.alive()]


@pytest.fixture
def async_cloud(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AsyncOptCloud]:
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OPTCLOUD_CONFIG", os.devnull)
    return AsyncOptCloud


def entered(pool: Any) -> Any:
    return pool.__enter__()


# ---------------------------------------------------------------- what is inside


def test_what_a_pool_has_inside(cloud: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    with cloud.gurobi.launch(3, license_type="full compute server", pace=FAST) as pool:
        assert all(machine.ready for machine in pool.machines())
        names = [f"{one.lower()}.sandbox.invalid" for one in pool.ids]
        assert (pool.server, pool.workers, pool.servers) == (names[0], names[1:], names)
        secret = pool.password.reveal()
        assert pool.parameters == {
            "ComputeServer": names[0],
            "ServerPassword": secret,
            "WorkerPool": ",".join(names[1:]),
            "WorkerPassword": secret,
        }
        for shown in (repr(pool.parameters), str(pool.parameters), repr(pool), repr(pool.machines())):
            assert secret not in shown
        pool.save_license(tmp_path / "gurobi.lic")
        assert pool.hours() >= 0
    assert (tmp_path / "gurobi.lic").read_text(encoding="utf-8") == f"COMPUTESERVER={names[0]}\nPASSWORD={secret}\n"
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "gurobi.lic").stat().st_mode) == 0o600
    assert sandbox.gurobi.alive() == []


def test_before_it_is_ready_there_are_no_names(cloud: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.gurobi.script_launch(others=["pending"])
    pool = launched(cloud.gurobi.launch(1))
    pool.machines()
    for ask in (lambda: pool.server, lambda: pool.parameters, lambda: pool.save_license(tmp_path / "gurobi.lic")):
        with pytest.raises(Conflict, match="wait_ready"):
            ask()
    assert not (tmp_path / "gurobi.lic").exists()
    pool.kill()


def test_the_hours_of_all_machines_are_counted(open_cloud: Opener, sandbox: Sandbox) -> None:
    events: list[Any] = []
    cloud = open_cloud(on_event=events.append)
    with cloud.gurobi.launch(2, idle_shutdown=600) as pool:
        sandbox.turn(3 * 3600)
        pool.machines()  # refused for its date: the vendor's time is known from here on
        assert Decimal("6") <= pool.hours() < Decimal("6.1")
    killed = next(event for event in events if isinstance(event, MachinesKilled))
    assert set(killed.machines) == set(pool.ids)
    assert Decimal("6") <= killed.hours < Decimal("6.1")


def test_states_are_told_as_they_change_and_unknown_words_are_waited_through(
    open_cloud: Opener, sandbox: Sandbox
) -> None:
    words = ["launching", "starting", "configuring"]
    sandbox.gurobi.script_launch([[Step(word, reads=1) for word in words]])
    events: list[Any] = []
    with open_cloud(on_event=events.append).gurobi.launch(1, pace=FAST) as pool:
        assert [one.state for one in pool.machines()] == ["idle"]
    assert [event.state for event in events if isinstance(event, MachineChanged)] == [*words, "idle"]


# ---------------------------------------------------------------- what is lost


def test_a_launch_error_ends_the_wait_early_and_the_rest_is_killed(cloud: Any, sandbox: Sandbox, alive: Any) -> None:
    sandbox.gurobi.script_launch([None, [Step("pending", reads=2), "launch error"]], others=["pending"])
    with pytest.raises(JobFailed, match="launch error") as caught, cloud.gurobi.launch(3, pace=FAST):
        raise AssertionError("never ready")
    assert alive() == []
    assert caught.value.ref.startswith("gurobi:default/")
    assert [machine.ended_by for machine in sandbox.gurobi.machines()] == ["kill", "error", "kill"]


def test_a_machine_that_vanishes_ends_the_wait(cloud: Any, sandbox: Sandbox, alive: Any) -> None:
    sandbox.gurobi.script_launch([["pending"], [Step("pending", reads=2), "gone"]])
    with pytest.raises(JobFailed, match="gone"), cloud.gurobi.launch(2, pace=FAST):
        raise AssertionError("never ready")
    assert alive() == []


def test_a_machine_that_is_listed_late_is_waited_for(cloud: Any, sandbox: Sandbox, alive: Any) -> None:
    sandbox.gurobi.script_launch(unlisted_reads=3)
    with cloud.gurobi.launch(2, pace=FAST) as pool:
        assert len(pool.servers) == 2
    assert alive() == []


def test_one_that_is_never_listed_is_lost_after_a_while_and_killed_once_it_is(
    open_cloud: Opener, sandbox: Sandbox, alive: Any
) -> None:
    sandbox.gurobi.script_launch(unlisted_seconds=NEVER)
    with pytest.raises(JobFailed, match="gone"), open_cloud(clock=Ahead()).gurobi.launch(1):
        raise AssertionError("never ready")
    assert alive() == []  # the kill does not go by the list


def test_machines_that_end_by_themselves_are_no_error(cloud: Any, sandbox: Sandbox) -> None:
    with cloud.gurobi.launch(2, idle_shutdown=5) as pool:
        sandbox.gurobi.start_job(pool.ids[0])
        sandbox.turn(301)
    assert [machine.ended_by for machine in sandbox.gurobi.machines()] == ["kill", "idle"]
    pool.kill()


# ---------------------------------------------------------------- who has them


def test_what_is_kept_runs_on(cloud: Any, open_cloud: Opener, alive: Any) -> None:
    with_others = launched(cloud.gurobi.launch(1))
    pool = launched(cloud.gurobi.launch(2))
    assert held.is_held(pool.ref)
    pool.keep()
    assert not held.is_held(pool.ref)
    reaped = open_cloud().gurobi.reap()
    assert (reaped.killed, [set(one.ids) for one in reaped.kept]) == ((), [set(pool.ids)])
    assert [set(one.ids) for one in reaped.held] == [set(with_others.ids)]
    assert set(alive()) == {*pool.ids, *with_others.ids}


def test_a_signal_does_not_kill_what_is_written_down_as_kept(
    async_cloud: object, alive: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment is that of the fixture, whose form of the client the test does not use."""
    write = FileLedger.keep

    def write_and_be_told_to_end(ledger: FileLedger, ids: Iterable[str]) -> None:
        write(ledger, ids)
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(FileLedger, "keep", write_and_be_told_to_end)
    with OptCloud() as cloud, held.in_order():
        pool = cloud.gurobi.launch(1)
        with pytest.raises(held.Ended):
            pool.keep()
        assert not held.is_held(pool.ref)
    assert alive() == list(pool.ids)


def test_a_reference_takes_over_what_was_kept(cloud: Any, open_cloud: Opener, alive: Any) -> None:
    pool = launched(cloud.gurobi.launch(2))
    pool.keep()
    other = open_cloud()
    with other.attach(pool.ref) as again:
        assert held.is_held(pool.ref)
        assert sorted(again.servers) == sorted(f"{one.lower()}.sandbox.invalid" for one in pool.ids)
        assert again.password.reveal()
        assert [one.fate for one in other.gurobi.reap().held] == ["launched"]
    assert alive() == []
    assert not held.is_held(pool.ref)


@pytest.mark.parametrize("kept", [True, False])
def test_killing_a_part_that_has_gone_does_not_touch_the_rest(
    cloud: Any, open_cloud: Opener, sandbox: Sandbox, alive: Any, kept: bool
) -> None:
    sandbox.gurobi.script_launch([None, [Step("pending", reads=1), "gone"]])
    pool = launched(cloud.gurobi.launch(2))
    if kept:
        pool.keep()
    for _ in range(3):
        pool.machines()
    cloud.attach(f"gurobi:default/{pool.ids[1]}").kill()
    assert open_cloud().gurobi.reap().killed == ()
    assert alive() == [pool.ids[0]]
    pool.kill()
    assert alive() == []


def test_pools_within_pools(cloud: Any, alive: Any) -> None:
    with cloud.gurobi.launch(1, pace=FAST) as outer:
        with cloud.gurobi.launch(1, pace=FAST) as inner:
            assert set(alive()) == {*outer.ids, *inner.ids}
        assert alive() == list(outer.ids)
    assert alive() == []


def test_two_threads_have_a_pool_each(open_cloud: Opener, alive: Any, request: pytest.FixtureRequest) -> None:
    if "asyncio" in request.node.name:
        pytest.skip("an event loop has one thread")
    cloud, seen, meet = open_cloud(), [], threading.Barrier(2, timeout=PATIENCE)

    def work() -> None:
        with cloud.gurobi.launch(1, pace=FAST) as pool:
            meet.wait()
            seen.append((pool.ids, len(alive())))
            meet.wait()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert [count for _, count in seen] == [2, 2]
    assert seen[0][0] != seen[1][0]
    assert alive() == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("open_cloud", ["blocking"], indirect=True)
def test_a_forked_child_leaves_the_block_and_the_machines_stay(open_cloud: Opener, alive: Any) -> None:
    forked = False
    with open_cloud().gurobi.launch(1, pace=FAST) as pool:
        child = os.fork()
        if child == 0:
            try:
                pool.__exit__(None, None, None)
                os._exit(1 if held.is_held(pool.ref) else 0)
            finally:
                os._exit(2)
        forked = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert alive() == list(pool.ids)
    assert forked
    assert alive() == []


def test_a_pool_outlives_the_connection_that_launched_it(open_cloud: Opener, alive: Any) -> None:
    cloud = open_cloud()
    pool = launched(cloud.gurobi.launch(1))
    cloud.close()
    assert [machine.state for machine in pool.kill()] == ["killing"]
    assert alive() == []
    assert not held.is_held(pool.ref)


def test_what_is_held_is_killed_at_the_end_of_the_process(open_cloud: Opener, alive: Any) -> None:
    cloud = open_cloud()
    pool = launched(cloud.gurobi.launch(1))
    cloud.close()
    held._kill_all()  # what `atexit` calls
    assert alive() == []
    assert not held.is_held(pool.ref)


# ---------------------------------------------------------------- what breaks in


@pytest.mark.parametrize("raised", [ValueError, KeyboardInterrupt, SystemExit])
def test_killed_whatever_is_raised_inside(cloud: Any, alive: Any, raised: type[BaseException]) -> None:
    with pytest.raises(raised), cloud.gurobi.launch(2, pace=FAST):
        assert len(alive()) == 2
        raise raised
    assert alive() == []


def test_killed_when_the_wait_is_interrupted(open_cloud: Opener, sandbox: Sandbox, alive: Any) -> None:
    def interrupt(event: object) -> None:
        if isinstance(event, MachineChanged):
            raise KeyboardInterrupt

    sandbox.gurobi.script_launch(others=["pending"])
    with pytest.raises(KeyboardInterrupt), open_cloud(on_event=interrupt).gurobi.launch(2):
        raise AssertionError("never ready")
    assert [machine.ended_by for machine in sandbox.gurobi.machines()] == ["kill", "kill"]
    assert alive() == []


@pytest.fixture
def signals(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Send so many Ctrl-C to the main thread while a launch is under way, each once the one before was taken."""
    monkeypatch.setattr(interrupts, "GRACE", 0)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    threads: list[threading.Thread] = []

    def work(times: int) -> None:
        eventually(lambda: bool(sandbox.gurobi.machines()))
        for _ in range(times):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            eventually(lambda: interrupts.pending() is not None)
        if times == 1:
            sandbox.faults.release()

    def start(times: int) -> None:
        sandbox.faults.add(Fault("slow", path="/launch$"))
        threads.append(threading.Thread(target=work, args=(times,)))
        threads[-1].start()

    yield start
    for thread in threads:
        thread.join(PATIENCE)
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="no signals to threads there")
@pytest.mark.parametrize("open_cloud", ["blocking"], indirect=True)
def test_ctrl_c_during_a_launch_waits_for_the_answer_and_kills(
    open_cloud: Opener, sandbox: Sandbox, alive: Any, signals: Any, caplog: pytest.LogCaptureFixture
) -> None:
    cloud = open_cloud()
    signals(1)
    with pytest.raises(KeyboardInterrupt):
        cloud.gurobi.launch(2)
    assert "interrupted: waiting for the answer to the launch" in caplog.text
    assert [machine.ended_by for machine in sandbox.gurobi.machines()] == ["kill", "kill"]
    assert [entry.path.rpartition("/")[2] for entry in sandbox.journal()] == ["launch", "kill"]
    assert not held._held


@pytest.mark.skipif(sys.platform == "win32", reason="no signals to threads there")
@pytest.mark.parametrize("open_cloud", ["blocking"], indirect=True)
def test_a_second_ctrl_c_does_not_wait_for_the_answer_and_kills_what_is_listed(
    open_cloud: Opener, sandbox: Sandbox, alive: Any, signals: Any
) -> None:
    cloud = open_cloud()
    signals(2)
    with pytest.raises(KeyboardInterrupt):
        cloud.gurobi.launch(2)
    assert [entry.path.rpartition("/")[2] for entry in sandbox.journal()] == ["launch", "machines", "kill"]
    assert alive() == []


def test_a_callback_that_fails_leaves_nothing_running(open_cloud: Opener, sandbox: Sandbox, alive: Any) -> None:
    def fail(event: object) -> None:
        if isinstance(event, Submitted):
            raise ZeroDivisionError

    cloud = open_cloud(on_event=fail)
    with pytest.raises(ZeroDivisionError):
        launched(cloud.gurobi.launch(1))
    assert [machine.ended_by for machine in sandbox.gurobi.machines()] == ["kill"]
    assert alive() == []


def test_a_ledger_that_breaks_after_the_launch_leaves_nothing_running(open_cloud: Opener, alive: Any) -> None:
    class Full(MemoryLedger):
        def launched(self, launch: str, ids: Any) -> None:
            raise ConfigError("the disk is full")

    cloud = open_cloud()
    bare = getattr(cloud, "_inner", cloud)
    bare.gurobi._account.ledger = ledger = Full()
    with pytest.raises(ConfigError, match="full"):
        launched(cloud.gurobi.launch(2, password="fake-shared-password"))
    assert alive() == []
    assert ledger.entries()  # which were never told its machines


def test_a_ledger_that_cannot_be_written_stops_the_launch(open_cloud: Opener, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    urls, known = sandbox.urls, sandbox.credentials
    cloud = open_cloud(
        gurobi={
            "url": urls.gurobi,
            "access_id": known.gurobi_access_id,
            "secret_key": known.gurobi_secret_key,
            "ledger": str(tmp_path / "file" / "ledger.sqlite3"),
        }
    )
    with pytest.raises(ConfigError, match="OPTCLOUD_GUROBI_LEDGER"):
        launched(cloud.gurobi.launch(1))
    assert sandbox.gurobi.machines() == []


def cancelled(work: Any, when: Callable[[], bool]) -> Any:
    """Run work in a task, cancel it once something is so, and return what it raised."""

    async def run() -> Any:
        task = asyncio.ensure_future(work())
        while not await asyncio.to_thread(when):
            await asyncio.sleep(0.002)
        task.cancel()
        return (await asyncio.gather(task, return_exceptions=True))[0]

    return asyncio.run(run())


def asked(sandbox: Sandbox, path: str) -> bool:
    return any(entry.path.endswith(path) for entry in sandbox.journal())


def test_cancelled_during_the_launch(async_cloud: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("slow", path="/launch$", seconds=0.1))

    async def work() -> None:
        async with async_cloud() as oc, oc.gurobi.launch(2):
            raise AssertionError("never ready")

    assert isinstance(cancelled(work, lambda: len(sandbox.gurobi.machines()) > 0), asyncio.CancelledError)
    assert [machine.ended_by for machine in sandbox.gurobi.machines()] == ["kill", "kill"]


def test_cancelled_during_the_launch_when_nobody_waits_in_a_block(async_cloud: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("slow", path="/launch$", seconds=0.1))

    async def work() -> None:
        async with async_cloud() as oc:
            await oc.gurobi.launch(1)

    assert isinstance(cancelled(work, lambda: len(sandbox.gurobi.machines()) > 0), asyncio.CancelledError)
    assert sandbox.gurobi.alive() == []
    assert not held._held


@pytest.mark.parametrize("again", [False, True])
def test_cancelled_during_the_launch_what_could_not_be_killed_is_still_held(
    async_cloud: Any, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, again: bool
) -> None:
    """Where the kill fails, or is cancelled too, the end of the process kills."""
    monkeypatch.setattr(interrupts, "GRACE", 0)
    trouble = Fault("slow", path="/kill$") if again else Fault("status", path="/kill$", status=400, times=None)
    sandbox.faults.add(Fault("slow", path="/launch$", seconds=0.1), trouble)

    async def work() -> None:
        async with async_cloud() as oc:
            task = asyncio.ensure_future(oc.gurobi.launch(1).__aenter__())
            while not await asyncio.to_thread(sandbox.gurobi.machines):
                await asyncio.sleep(0.002)
            task.cancel()
            for _ in range(1 if again else 0):
                while not await asyncio.to_thread(asked, sandbox, "/kill"):
                    await asyncio.sleep(0.002)
                task.cancel()
                await asyncio.sleep(0)
            await asyncio.wait([task])
            assert task.cancelled()

    asyncio.run(work())
    sandbox.faults.clear()
    sandbox.faults.release()
    (ref,) = held._held
    assert ref == f"gurobi:default/{sandbox.gurobi.machines()[0].id}"
    held._kill_all()
    assert sandbox.gurobi.alive() == []


@pytest.mark.parametrize("inside", [False, True])
def test_time_runs_out_in_the_wait_or_inside(async_cloud: Any, sandbox: Sandbox, inside: bool) -> None:
    if not inside:
        sandbox.gurobi.script_launch(others=["pending"])

    async def work() -> None:
        async with async_cloud() as oc:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.3), oc.gurobi.launch(2, pace=FAST):
                    assert inside
                    await asyncio.sleep(NEVER)
            assert sandbox.gurobi.alive() == []

    asyncio.run(work())
    assert len(sandbox.gurobi.machines()) == 2


def test_cancelled_during_the_kill(async_cloud: Any, sandbox: Sandbox) -> None:
    async def work() -> None:
        async with async_cloud() as oc, oc.gurobi.launch(1, pace=FAST):
            sandbox.faults.add(Fault("slow", path="/kill$", seconds=0.1), Fault("drop-before", path="/kill$"))

    assert isinstance(cancelled(work, lambda: asked(sandbox, "/kill")), asyncio.CancelledError)
    assert sandbox.gurobi.alive() == []
    assert not held._held


def test_a_cancellation_that_comes_twice_is_one(async_cloud: Any, sandbox: Sandbox) -> None:
    """A task group and the end of the loop each cancel."""
    sandbox.faults.add(Fault("slow", path="/launch$", seconds=0.1))

    async def work() -> None:
        async with async_cloud() as oc:
            task = asyncio.ensure_future(oc.gurobi.launch(1).__aenter__())
            while not await asyncio.to_thread(sandbox.gurobi.machines):
                await asyncio.sleep(0.002)
            for _ in range(3):
                task.cancel()
                await asyncio.sleep(0)
            await asyncio.wait([task])
            assert task.cancelled()

    asyncio.run(work())
    assert [entry.path.rpartition("/")[2] for entry in sandbox.journal()] == ["launch", "kill"]
    assert [machine.ended_by for machine in sandbox.gurobi.machines()] == ["kill"]
    assert not held._held


def test_a_task_group_that_fails_kills_what_others_launch(async_cloud: Any, sandbox: Sandbox) -> None:
    async def rent(oc: Any) -> None:
        async with oc.gurobi.launch(1, pace=FAST):
            await asyncio.sleep(NEVER)

    async def work() -> None:
        async with async_cloud() as oc, asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(rent(oc))
            while len(await asyncio.to_thread(sandbox.gurobi.alive)) < 3:
                await asyncio.sleep(0.002)
            raise ZeroDivisionError

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(work())
    assert caught.group_contains(ZeroDivisionError)
    assert len(sandbox.gurobi.machines()) == 3
    assert sandbox.gurobi.alive() == []


# ---------------------------------------------------------------- what it costs


def test_a_license_that_is_not_the_accounts_is_told_before_the_launch(cloud: Any, sandbox: Sandbox) -> None:
    with pytest.raises(BadRequest, match="license_id: '7' is none of this account's: 95912, 95913"):
        launched(cloud.gurobi.launch(1, license_id=7))
    assert not asked(sandbox, "/launch")


def test_credit_that_is_low_and_a_license_that_ends_are_told(open_cloud: Opener, sandbox: Sandbox) -> None:
    today = time.strftime("%Y-%m-%d", time.gmtime())
    sandbox.gurobi.set_licenses(
        [
            {"licenseId": 1, "credit": "3.50", "expiration": "2031-06-30"},
            {"licenseId": "2", "credit": 900, "expiration": today},
            {"licenseId": "3", "credit": "900", "expiration": "2020-01-31"},
            {"licenseId": "4", "credit": "900", "expiration": "2031-01-31"},
        ]
    )
    events: list[Any] = []
    with open_cloud(on_event=events.append).gurobi.launch(1, license_id=1, pace=FAST):
        told = [event.words for event in events if isinstance(event, CostWarning)]
    assert told == [
        "license 1: its credit is low (3.50)",
        f"license 2: it expires on {today}",
        "license 3: it expired on 2020-01-31",
    ]


def test_idle_shutdown_that_is_off_is_told_and_told_again(open_cloud: Opener) -> None:
    events: list[Any] = []
    clock = Ahead()
    cloud = open_cloud(on_event=events.append, clock=clock)
    with cloud.gurobi.launch(1, idle_shutdown=0, pace=FAST) as pool:
        for _ in range(3):
            pool.machines()
        clock.by += 3601
        pool.machines()
    told = [event.words for event in events if isinstance(event, CostWarning)]
    assert told == [f"machine {pool.ids[0]}: idle shutdown is off, it runs until it is killed"] * 2


def test_time_runs_out(open_cloud: Opener, sandbox: Sandbox, alive: Any) -> None:
    sandbox.pace = AfterPolls(1000)
    clock = Ahead()
    with pytest.raises(WaitTimeout, match="last seen: launching"):
        entered(open_cloud(clock=clock).gurobi.launch(1, ready_timeout=60))
    assert alive() == []
    assert clock.by > 55
