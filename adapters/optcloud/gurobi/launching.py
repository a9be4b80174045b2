"""One launch, at most once: written down before it is sent, and looked for when its fate is unknown.

What cannot be known: whether a launch whose reply was lost is still under way to the vendor. It is looked for in the
machine list for a while; what shows up later is found by the ledger (`optcloud.gurobi.reaping`). And where the
person chose the password: whether machines with that password, the same parameters and the same count that were not
there before are not somebody else's, launched by the same account in the same moment.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from functools import partial
from typing import Any

from optcloud.core.errors import OptCloudError, ResponseMismatch
from optcloud.core.events import Submitted
from optcloud.core.flow import Flow, Instant, Notify, ReadClock, RunBlocking, Sleep
from optcloud.core.polling import TimeLeft
from optcloud.core.reference import Reference
from optcloud.core.unknown_outcome import add_words, may_have_happened
from optcloud.gurobi.connection import VENDOR
from optcloud.gurobi.launch_options import RentalOrder
from optcloud.gurobi.ledger import LaunchEntry, marker_of
from optcloud.gurobi.machines import MachineRequests
from optcloud.gurobi.models import Machine
from optcloud.gurobi.pool_flows import PACE, PoolFlows
from optcloud.gurobi.reaping import reap_first

SETTLE = 20.0
"""Seconds for which machines of a lost launch are looked for. How soon the list shows them is inferred."""


def launch(account: MachineRequests, order: RentalOrder, settle: float) -> Flow[PoolFlows]:
    """Launch, and return the pool. Raises as `GurobiAccount.launch` says."""
    yield from reap_first(account)
    before = frozenset[str]()
    if not order.own_password:
        before = frozenset(machine.id for machine in (yield from account.machines()))
    entry = yield from _intend(account, order)
    try:
        ids = _launched_ids((yield from account.post("launch", order.parameters())), order.count)
    except GeneratorExit:
        raise
    except OptCloudError as error:
        if not may_have_happened(error):  # refused by the vendor, or never sent
            yield RunBlocking(partial(account.ledger.close, entry.launch))
            raise
        ids = yield from _Search(account, order, before).reconcile(entry, error, settle)
    except BaseException as raised:  # interrupted or cancelled: nobody will ever hold these machines
        yield from _Search(account, order, before).kill_found(entry, raised)
        raise
    return (yield from _at_hand(account, entry, ids))


def _intend(account: MachineRequests, order: RentalOrder) -> Flow[LaunchEntry]:
    """Write the intent; it is on the disk before anything is sent."""
    now: Instant = yield ReadClock()
    name = uuid.uuid4().hex
    marker = marker_of(name, order.password) if order.own_password else None
    entry = LaunchEntry(launch=name, count=order.count, at=now.wall, marker=marker, parameters=order.described())
    yield RunBlocking(partial(account.ledger.intend, entry))
    return entry


def _at_hand(account: MachineRequests, entry: LaunchEntry, ids: list[str]) -> Flow[PoolFlows]:
    """Write the machines down and report them. Where that fails, nobody would own them, so they are killed."""
    pool = PoolFlows(account, Reference("gurobi", account.profile, tuple(ids)))
    try:
        yield RunBlocking(partial(account.ledger.launched, entry.launch, ids))
        yield Notify(Submitted(str(pool.reference), f"{len(ids)} {'machine' if len(ids) == 1 else 'machines'}"))
    except GeneratorExit:
        raise
    except BaseException as raised:
        try:
            yield from pool.kill()
        except OptCloudError as error:
            raised.add_note(f"machines were launched and may run: {pool.reference} ({error})")
        raise
    return pool


class _Search:
    """Looks for the machines of a launch whose reply never came."""

    def __init__(self, account: MachineRequests, order: RentalOrder, before: frozenset[str]) -> None:
        self._account = account
        self._order = order
        self._before = before

    def reconcile(self, entry: LaunchEntry, lost: OptCloudError, settle: float) -> Flow[list[str]]:
        """Return the ids of all machines of the launch, or raise the error with what a person must know.

        Some of them only: those are killed, since a pool of fewer is not what was asked for. The launch is given up
        last: from then on it is anybody's who reaps.
        """
        try:
            ours, listed = yield from self._look_for(settle)
            ids = [machine.id for machine in ours]
            if len(ids) == self._order.count:
                return ids
            words = f"{len(ids)} of {self._order.count} machines with its password are in the list now"
            if ids and self._order.own_password:
                yield from self._account.give_back(ids)
                words = f"{len(ids)} of {self._order.count} machines with its password were found, and killed"
        except OptCloudError as error:
            words = f"the machine list could not be read, or machines not be killed ({error})"
            listed = []
        except GeneratorExit:
            raise
        except BaseException as raised:  # interrupted or cancelled: nobody will ever hold these machines
            yield from self.kill_found(entry, raised)
            raise
        yield RunBlocking(partial(self._account.ledger.give_up, entry.launch))
        add_words(lost, f"the launch may have happened and was not sent again: {words}. {self._advice(listed)}")
        raise lost

    def kill_found(self, entry: LaunchEntry, raised: BaseException) -> Flow[None]:
        """Kill what is there now; what comes later is in the ledger.

        With a password of the person's choice only where all of them are there: else they may be somebody's.
        """
        try:
            ours = self._ours((yield from self._account.machines()))
            if ours and (self._order.own_password or len(ours) == self._order.count):
                yield from self._account.give_back([machine.id for machine in ours])
        except OptCloudError as error:
            later = "are killed at the next start" if self._account.written_down else "run until you kill them"
            raised.add_note(f"machines of the launch may run: they {later} ({error})")
        yield RunBlocking(partial(self._account.ledger.give_up, entry.launch))

    def _look_for(self, settle: float) -> Flow[tuple[list[Machine], list[Machine]]]:
        """Look until all are there or time is over; raise only where the list could not be read to the end."""
        time = yield from TimeLeft.from_now(settle)
        for delay in PACE.delays():
            failed: OptCloudError | None = None
            ours, listed = list[Machine](), list[Machine]()
            try:
                listed = yield from time.run(self._account.machines())
                ours = self._ours(listed)
            except OptCloudError as error:
                failed = error
            now: Instant = yield ReadClock()
            left = settle - (now.monotonic - time.began)
            if len(ours) == self._order.count or left <= 0:
                break
            yield Sleep(min(delay, left))
        if failed is not None:
            raise failed
        return ours, listed

    def _ours(self, listed: Iterable[Machine]) -> list[Machine]:
        """Tell our machines by the password; one that the person chose proves less, so all that is known must fit."""
        ours = [machine for machine in listed if machine.password == self._order.password]
        if self._order.own_password:
            return ours
        return [machine for machine in ours if machine.id not in self._before and self._fits(machine)]

    def _fits(self, machine: Machine) -> bool:
        given = self._order.given
        asked = {"machineType": machine.machine_type, "region": machine.region, "licenseId": machine.license_id}
        described = self._order.described()
        same = all(described.get(name, found) == found for name, found in asked.items() if found)
        return same and (machine.worker or given.get("license_type", machine.license_type) == machine.license_type)

    def _advice(self, listed: list[Machine]) -> str:
        seen = ", ".join(f"{m.id} ({m.state})" for m in listed) or "none"
        later = "killed by reap(), or at the next start" if self._account.written_down else "yours to kill: no ledger"
        return (
            f"Machines seen: {seen}. Look again with machines(), and kill() what you do not want to pay for; "
            f"a machine of it that shows up later is {later}"
        )


def _launched_ids(launched: list[dict[str, Any]], count: int) -> list[str]:
    """Take the ids of exactly ``count`` machines from the reply; `ResponseMismatch` when it tells of others."""
    ids = [str(entry.get("_id") or "") for entry in launched]
    if len(ids) != count or "" in ids or len(set(ids)) != count:
        raise ResponseMismatch(
            f"the reply to the launch of {count} names {len(ids) - ids.count('')}: {', '.join(filter(None, ids))}",
            vendor=VENDOR,
            operation="launch",
        )
    return ids
