"""Machines that were launched together: wait until they can receive jobs, look at them, give them back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from functools import partial

from attrs import field, frozen

from optcloud.core.errors import JobFailed
from optcloud.core.events import MachineChanged
from optcloud.core.flow import Flow, Instant, Notify, ReadClock, RunBlocking
from optcloud.core.polling import Pace, wait
from optcloud.core.reference import Reference
from optcloud.core.states import State, Status
from optcloud.gurobi.ledger import LaunchEntry
from optcloud.gurobi.machines import MachineRequests
from optcloud.gurobi.models import Machine, machine_hours
from optcloud.process.signals import deferred

KEEPING = "interrupted: the machines are being kept"
PACE = Pace(first=2.0, longest=15.0)
UNLISTED = 60.0
"""Seconds for which a machine that was launched may be missing in the list before it counts as gone (inferred)."""


@frozen
class PoolFlows:
    """The verbs of machines that were launched together; the reference lists their ids."""

    account: MachineRequests
    reference: Reference
    _states: dict[str, str] = field(factory=dict, init=False, eq=False, repr=False)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the machines, as launched."""
        return self.reference.path

    def machines(self) -> Flow[list[Machine]]:
        """List the pool's machines, the compute server first; one that has gone is left out."""
        listed = yield from self.account.machines()
        own = self._in_order(machine for machine in listed if machine.id in self.ids)
        for machine in own:
            if self._states.get(machine.id) != machine.state:
                was, self._states[machine.id] = self._states.get(machine.id, ""), machine.state
                yield Notify(MachineChanged(str(self.reference), machine.id, was, machine.state))
        return own

    def _in_order(self, machines: Iterable[Machine]) -> list[Machine]:
        """Put the compute server first, then the workers, each kind as launched (Gurobi facts 4)."""
        return sorted(machines, key=lambda machine: (machine.worker, self.ids.index(machine.id)))

    def wait_ready(self, *, timeout: float | None = None, pace: Pace | None = None) -> Flow[list[Machine]]:
        """Wait until all can receive jobs. Raises `JobFailed` as soon as one is lost, `WaitTimeout`.

        ``timeout`` in seconds. Unknown state words count as not ready yet.
        """
        ref = str(self.reference)
        began: Instant = yield ReadClock()
        look = _Look(self, began.monotonic)
        status = yield from wait(look.status, ref=ref, pace=pace or PACE, timeout=timeout)
        if status.state is not State.SUCCEEDED:
            raise JobFailed(f"a machine cannot be had: {status.word}", ref=ref, detail=status.message)
        return look.listed

    def hours(self, machines: Iterable[Machine]) -> Flow[Decimal | None]:
        """Count the machine-hours so far of machines as last seen; None where no creation time can be read."""
        now: datetime = yield from self.account.now()
        return machine_hours(machines, now)

    def kill(self) -> Flow[list[Machine]]:
        """Kill all machines of the pool that are still there. Safe to repeat."""
        return (yield from self.account.give_back(self.ids))

    def known(self) -> Flow[bool]:
        """Say whether Gurobi lists one of the machines, or a launch of one is written down (and may show yet)."""
        if (yield from self.machines()):
            return True
        entries: list[LaunchEntry] = yield RunBlocking(self.account.ledger.entries)
        return any(not set(self.ids).isdisjoint(entry.ids) for entry in entries)

    def keep(self, let_go: Callable[[], None]) -> Flow[None]:
        """Hand the machines to the person: they run on after this process, which ``let_go`` tells its exit guard."""

        def keep() -> None:
            with deferred(KEEPING):  # no signal may end the process between the two: what is kept is not killed
                self.account.ledger.keep(self.ids)
                let_go()

        yield RunBlocking(keep)

    def hold(self) -> Flow[None]:
        """Take machines that were kept into this process's care."""
        yield RunBlocking(partial(self.account.ledger.hold, self.ids))


class _Look:
    """Looks at a pool, and remembers what was seen: a machine that vanished is told from one that is late."""

    def __init__(self, pool: PoolFlows, began: float) -> None:
        self._pool = pool
        self._began = began
        self._seen: set[str] = set()
        self.listed: list[Machine] = []

    def status(self) -> Flow[Status]:
        self.listed = yield from self._pool.machines()
        now: Instant = yield ReadClock()
        late = now.monotonic - self._began > UNLISTED
        there = {machine.id for machine in self.listed}
        missing = [machine_id for machine_id in self._pool.ids if machine_id not in there]
        gone = [machine_id for machine_id in missing if late or machine_id in self._seen]
        self._seen |= there
        word = ", ".join([machine.state for machine in self.listed] + ["gone" for _ in gone])
        lost = [f"{machine.id}: {machine.state}" for machine in self.listed if machine.failed or machine.leaving]
        lost += [f"{machine_id}: gone" for machine_id in gone]
        if lost:
            return Status(State.FAILED, word, "; ".join(lost))
        ready = len(there) == len(self._pool.ids) and all(machine.ready for machine in self.listed)
        return Status(State.SUCCEEDED if ready else State.RUNNING, word)
