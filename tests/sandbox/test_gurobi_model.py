"""Launches, blocks, ends of processes, faults and clocks in any order, held against a model: what runs is held or kept.

Processes are several in one: each has an account and a ledger of its own on one file, and a lock that is let go when it
"dies". Foreign machines are launched by somebody who knows of no ledger.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from optcloud import OptCloud, OptCloudError
from optcloud.core.flow import Call
from optcloud.core.reference import Reference
from optcloud.gurobi.account import GurobiAccount
from optcloud.gurobi.cloud import Gurobi
from optcloud.gurobi.connection import offset_of
from optcloud.gurobi.ledger_file import FileLedger
from optcloud.gurobi.pool import Pool
from optcloud.gurobi.pool_flows import PoolFlows
from optcloud.process import exit_guard as held
from optcloud.process.owners import Owners
from optcloud.sandbox import AtOnce, Fault, Sandbox
from sandbox.facades import QUICK_RETRY

FAULTS = [
    None,
    Fault("drop-before", vendor="gurobi"),
    Fault("drop-after", vendor="gurobi"),
    Fault("status", vendor="gurobi", status=503, carried_out=True),
    Fault("status", vendor="gurobi", status=500),
    Fault("status", vendor="gurobi", status=429),
    Fault("cut", vendor="gurobi"),
    Fault("drop-after", vendor="gurobi", path="/launch$"),
    Fault("html", vendor="gurobi", path="/kill$", status=200),
]
PASSWORDS = [None, None, "fake-shared-password"]
process = st.sampled_from([0, 1])
pool = st.integers(0, 5)
count = st.integers(1, 2)
STEPS = st.one_of(
    st.tuples(st.just("launch"), process, count, st.sampled_from(PASSWORDS), st.sampled_from(FAULTS)),
    st.tuples(st.just("launch"), process, count, st.none(), st.none()),
    st.tuples(st.just("tear"), process, count, st.sampled_from(PASSWORDS)),
    st.tuples(st.just("block"), process, count, st.sampled_from(FAULTS)),
    st.tuples(st.just("keep"), pool),
    st.tuples(st.just("kill"), pool, st.sampled_from(FAULTS)),
    st.tuples(st.just("take over"), process, pool),
    st.tuples(st.just("reap"), process, st.sampled_from(FAULTS)),
    st.tuples(st.just("die"), process),
    st.tuples(st.just("launch elsewhere")),
    st.tuples(st.just("turn"), st.sampled_from([300, 1900])),
)


class World:
    """The cloud, the ledger, two processes; and what, by the model, must run on: ``safe``."""

    def __init__(self, sandbox: Sandbox, cloud: OptCloud, path: Path) -> None:
        self.sandbox = sandbox
        self.connection = cloud.gurobi._connection
        self.bare = cloud.gurobi._account
        self.path = path
        self.owners: dict[int, Owners] = {}
        self.processes = {number: self.begun(number) for number in (0, 1)}
        self.pools: list[tuple[int, Pool]] = []
        self.safe: set[str] = set()  # held by who lives, kept, or not ours
        self.kept: set[str] = set()
        self.unproven: set[str] = set()  # of a launch of unknown fate, with a password of the person's choice

    def begun(self, number: int) -> Gurobi:
        """A new process, which has not used the cloud yet."""
        self.owners[number] = Owners(self.path.parent / "owners")
        urls, known = self.sandbox.urls, self.sandbox.credentials
        ledger = FileLedger(self.path, urls.gurobi, known.gurobi_access_id, owners=self.owners[number])
        offset = offset_of(self.connection._policy)
        account = GurobiAccount("default", known.gurobi_access_id, self.bare.redact, ledger, offset)
        return Gurobi(self.connection, account)

    def step(self, name: str, *details: Any) -> None:
        before = {machine.launch for machine in self.sandbox.gurobi.machines()}
        getattr(self, name.replace(" ", "_"))(*details)
        self.sandbox.faults.clear()
        assert len({machine.launch for machine in self.sandbox.gurobi.machines()} - before) <= 1, "launched twice"
        for machine in self.sandbox.gurobi.machines():
            if machine.id in self.safe:
                assert machine.ended_by in {None, "idle"}, f"killed: {machine}"

    def launch(self, number: int, machines: int, password: str | None, fault: Fault | None) -> None:
        known = self.ids()
        self.trouble(fault)
        try:
            made = self.processes[number].launch(machines, password=password, settle=0)
        except OptCloudError:
            if password is not None:
                self.unproven |= self.ids() - known
            return
        assert len(made.ids) == machines
        self.pools.append((number, made))
        self.safe |= set(made.ids)

    def tear(self, number: int, machines: int, password: str | None) -> None:
        """The process is killed between the launch and its answer."""
        known = self.ids()
        account = self.processes[number]._account
        flow = account.launch(machines, password=password)
        perform = self.connection.run.__self__._perform  # type: ignore[attr-defined]
        effect = next(flow)
        while not (isinstance(effect, Call) and effect.arguments["url"] == "/launch"):
            effect = flow.send(perform(effect))
        perform(effect)
        flow.close()
        if password is not None:
            self.unproven |= self.ids() - known
        self.die(number)

    def block(self, number: int, machines: int, fault: Fault | None) -> None:
        known = self.ids()
        try:
            with self.processes[number].launch(machines, settle=0) as made:
                self.trouble(fault)
        except OptCloudError as error:  # of the kill: the machines are still held
            assert any("may still run" in note for note in error.__notes__)
            self.pools.append((number, made))
            self.safe |= set(made.ids)
        else:
            assert not self.alive() & (self.ids() - known)

    def keep(self, at: int) -> None:
        if self.pools:
            _, chosen = self.pools.pop(at % len(self.pools))
            chosen.keep()
            self.kept |= set(chosen.ids)

    def kill(self, at: int, fault: Fault | None) -> None:
        if not self.pools:
            return
        number, chosen = self.pools.pop(at % len(self.pools))
        self.trouble(fault)
        try:
            chosen.kill()
        except OptCloudError:
            self.pools.append((number, chosen))
            return
        self.safe -= set(chosen.ids)
        assert not self.alive() & set(chosen.ids)

    def take_over(self, number: int, at: int) -> None:
        """With a reference to kept machines, or to those of another process."""
        refs = [made.ref for _, made in self.pools] + ["gurobi:default/" + one for one in sorted(self.kept)]
        ref = refs[at % len(refs)] if refs else ""
        ids = ref.split("/")[1:]
        if not ids or not self.alive() >= set(ids):
            return
        gurobi = self.processes[number]
        with Pool(self.connection, PoolFlows(gurobi._account, Reference("gurobi", "default", tuple(ids)))):
            pass
        self.pools = [(owner, made) for owner, made in self.pools if made.ref != ref]
        self.safe -= set(ids)
        self.kept -= set(ids)
        assert not self.alive() & set(ids)

    def reap(self, number: int, fault: Fault | None) -> None:
        self.trouble(fault)
        try:
            self.processes[number].reap()
        except OptCloudError:
            assert fault is not None
            return
        self.check_that_nothing_is_left()

    def die(self, number: int) -> None:
        """As by kill -9; the next process of this number reaps when it first uses the cloud."""
        self.owners[number].leave()
        for owner, made in self.pools:
            if owner == number:
                held.let_go(made.ref)
                self.safe -= set(made.ids)
        self.pools = [(owner, made) for owner, made in self.pools if owner != number]
        self.processes[number] = self.begun(number)
        self.processes[number].machines()
        self.check_that_nothing_is_left()

    def launch_elsewhere(self) -> None:
        known = self.ids()
        account = GurobiAccount("default", self.bare.access_id, self.bare.redact, offset=self.bare.offset)
        self.connection.run(account.launch(1, idle_shutdown=600, password="fake-of-others"))
        self.safe |= self.ids() - known

    def turn(self, seconds: int) -> None:
        self.sandbox.turn(seconds)

    def trouble(self, fault: Fault | None) -> None:
        if fault is not None:
            self.sandbox.faults.add(fault)

    def check_that_nothing_is_left(self) -> None:
        assert self.alive() <= self.safe | self.unproven, "left running"

    def alive(self) -> set[str]:
        return {machine.id for machine in self.sandbox.gurobi.alive()}

    def ids(self) -> set[str]:
        return {machine.id for machine in self.sandbox.gurobi.machines()}


@pytest.fixture(scope="module")
def cloud(running: Sandbox) -> Iterator[OptCloud]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (running.environment() | {"OPTCLOUD_CONFIG": os.devnull}).items():
            patch.setenv(name, value)
        with OptCloud(retry=QUICK_RETRY) as opened:
            yield opened
    running.reset()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(STEPS, min_size=3, max_size=9))
@example(steps=[("launch", 0, 2, None, None), ("keep", 0), ("die", 0), ("reap", 1, None)])
@example(steps=[("launch", 0, 1, None, None), ("launch", 1, 1, None, None), ("die", 0), ("reap", 1, None)])
@example(steps=[("tear", 0, 2, None), ("launch elsewhere",), ("tear", 0, 1, "fake-shared-password")])
@example(steps=[("launch", 0, 2, None, None), ("keep", 0), ("take over", 1, 0), ("die", 1)])
def test_whatever_happens_what_runs_is_held_or_kept(
    steps: list[Any], running: Sandbox, cloud: OptCloud, tmp_path_factory: pytest.TempPathFactory
) -> None:
    running.reset()
    running.pace = AtOnce()
    world = World(running, cloud, tmp_path_factory.mktemp("ledger") / "ledger.sqlite3")
    for step in steps:
        world.step(*step)
    for number in (0, 1):
        world.die(number)
    left = {machine.id for machine in running.gurobi.machines() if machine.ended_by in {None, "idle"}}
    assert world.safe <= left
    assert world.alive() <= world.safe | world.unproven
