"""Machines and licenses of Gurobi Instant Cloud v1: its four requests, and machines given back for certain."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from attrs import define, field

from optcloud.core.errors import (
    NotFound,
    OptCloudError,
    ResponseMismatch,
)
from optcloud.core.events import CostWarning, MachinesKilled
from optcloud.core.flow import Call, Flow, Instant, Notify, ReadClock, Reply, RunBlocking
from optcloud.core.replies import decode
from optcloud.core.secret import Redactor, Secret, as_secret
from optcloud.core.unknown_outcome import may_have_happened
from optcloud.gurobi.connection import KILL, VENDOR
from optcloud.gurobi.errors import InvalidMachineIds
from optcloud.gurobi.ledger import Ledger, NoLedger
from optcloud.gurobi.models import PASSWORD, License, Machine, machine_hours
from optcloud.gurobi.signature import encode_parameters

_JSON_LIST = {"200": ["application/json"]}
_ROUNDS = 5  # of killing what is still there, while others go by themselves
_NEVER_IDLE = "idle shutdown is off, it runs until it is killed"
_REMIND = 3600.0  # seconds until somebody is reminded that idle shutdown is off


def _no_offset() -> float:
    return 0.0


@define(eq=False)
class MachineRequests:
    """What is asked of one account of API v1. Launching, killing what dead processes left, and pools build on it.

    ``offset``: what the vendor's clock is ahead of this machine's, in seconds. ``has_begun``: something was asked.
    """

    profile: str
    access_id: str
    redact: Redactor
    ledger: Ledger = field(factory=NoLedger)
    offset: Callable[[], float] = _no_offset
    has_begun: bool = field(default=False, init=False)
    _reminded: dict[str, float] = field(factory=dict, init=False, repr=False)

    @property
    def written_down(self) -> bool:
        """Say whether launches are written down, so that what this process may leave is found at the next start."""
        return not isinstance(self.ledger, NoLedger)

    def licenses(self) -> Flow[list[License]]:
        """List the account's licenses; tell of those that end or whose credit is low (`CostWarning`)."""
        licenses = [License.read(entry) for entry in (yield from self._get("licenses"))]
        today = (yield from self.now()).date()
        for license_ in licenses:
            for warning in license_.warnings(today):
                yield Notify(CostWarning(VENDOR, str(warning)))
        return licenses

    def machines(self) -> Flow[list[Machine]]:
        """List the account's machines."""
        machines = self._read_machines((yield from self._get("machines")))
        yield from self._remind(machines)
        return machines

    def machine(self, machine_id: str) -> Flow[Machine]:
        """Look at one machine. Raises `NotFound` when it is not listed."""
        for machine in (yield from self.machines()):
            if machine.id == machine_id:
                return machine
        raise NotFound(f"machine {machine_id!r} is not in the list of machines", vendor=VENDOR, operation="machines")

    def kill(self, ids: Iterable[str]) -> Flow[list[Machine]]:
        """Kill machines and return them as the vendor answers. Raises `InvalidMachineIds` when one is not there."""
        wanted = [ids] if isinstance(ids, str) else list(ids)
        if not wanted or not all(wanted):
            raise InvalidMachineIds("ids: name at least one, none of them empty", vendor=VENDOR, operation=KILL)
        text = json.dumps(wanted, separators=(",", ":"), ensure_ascii=False)
        killed = self._read_machines((yield from self.post(KILL, [("machineIds", text)])))
        names = [machine.id for machine in killed]
        yield RunBlocking(partial(self.ledger.gone, names))
        return killed

    def give_back(self, ids: Iterable[str]) -> Flow[list[Machine]]:
        """Kill those of these machines that are still there; what has gone meanwhile is no error.

        Return them as last seen. When it raises, some may still run. Tells of `MachinesKilled`. One that the vendor
        neither kills nor lists may be one that is not listed yet: it is looked for again by whoever reaps next.
        """
        wanted = left = list(ids)
        killed: dict[str, Machine] = {}
        seen: set[str] = set()
        for _ in range(_ROUNDS):
            failed: OptCloudError | None = None
            try:
                killed |= {machine.id: machine for machine in (yield from self.kill(left))}
            except OptCloudError as error:
                if not isinstance(error, InvalidMachineIds) and not may_have_happened(error):
                    raise
                failed = error  # one has gone by itself, or all were killed
            if killed.keys() >= set(left):
                break
            listed = yield from self._listed_after(failed)
            seen |= listed.keys()
            refused = isinstance(failed, InvalidMachineIds)
            left = [
                machine_id
                for machine_id in left
                if machine_id not in killed and _is_left(listed.get(machine_id), refused=refused)
            ]
            if not left:
                break
            if failed is not None and not isinstance(failed, InvalidMachineIds | ResponseMismatch):
                raise failed  # it was repeated where that helps
        else:
            raise failed or ResponseMismatch(f"still there: {', '.join(left)}", vendor=VENDOR, operation=KILL)
        missing = [machine_id for machine_id in wanted if machine_id not in killed and machine_id not in seen]
        yield RunBlocking(partial(self.ledger.gone, [machine_id for machine_id in wanted if machine_id not in missing]))
        if missing:
            yield RunBlocking(partial(self.ledger.seek, missing))
        now = yield from self.now()
        yield Notify(MachinesKilled(tuple(wanted), machine_hours(killed.values(), now)))
        return list(killed.values())

    def _listed_after(self, failed: OptCloudError | None) -> Flow[dict[str, Machine]]:
        """Look what is there after a kill. Where that fails too, the kill's own error says more, if it has one."""
        try:
            return {machine.id: machine for machine in (yield from self.machines())}
        except OptCloudError as error:
            if failed is not None and may_have_happened(failed):
                raise failed from error
            raise

    def now(self) -> Flow[datetime]:
        """Return the vendor's time, as far as known."""
        now: Instant = yield ReadClock()
        return datetime.fromtimestamp(now.wall + self.offset(), UTC)

    def post(self, endpoint: str, parameters: Sequence[tuple[str, str | Secret]]) -> Flow[list[dict[str, Any]]]:
        """POST signed parameters; return the list that the vendor answers with."""
        reply: Reply = yield self._form(endpoint, parameters)
        return _entries(reply, endpoint)

    def _form(self, endpoint: str, parameters: Sequence[tuple[str, str | Secret]]) -> Call:
        """Build the call. In a function of its own, so that no waiting flow, and no traceback, has the password."""
        form = encode_parameters([("id", self.access_id), *parameters])
        headers = {"content-type": "application/x-www-form-urlencoded"}
        described = _described("POST", f"/{endpoint}", endpoint)
        return Call({**described, "content": form.encode(), "headers": headers})

    def reading(self, endpoint: str) -> dict[str, Any]:
        """Return the arguments of the `Call` that reads a list."""
        return _described("GET", f"/{endpoint}?{encode_parameters([('id', self.access_id)])}", endpoint)

    def _get(self, endpoint: str) -> Flow[list[dict[str, Any]]]:
        reply: Reply = yield Call(self.reading(endpoint))
        return _entries(reply, endpoint)

    def _read_machines(self, entries: list[dict[str, Any]]) -> list[Machine]:
        machines = [Machine.read(entry) for entry in entries]
        for machine in machines:
            if machine.password is not None:
                self.redact.add(machine.password)
        return machines

    def _remind(self, machines: list[Machine]) -> Flow[None]:
        """Say, and again each hour, which machines run on when nobody uses them."""
        now: Instant = yield ReadClock()
        for machine in machines:
            due = now.monotonic - self._reminded.get(machine.id, -_REMIND) >= _REMIND
            if machine.idle_shutdown == 0 and not machine.leaving and due:
                self._reminded[machine.id] = now.monotonic
                yield Notify(CostWarning(VENDOR, f"machine {machine.id}: {_NEVER_IDLE}"))


def _is_left(machine: Machine | None, *, refused: bool) -> bool:
    """Say whether a machine is still to be killed; one that never came to be may be no machine to the vendor."""
    return machine is not None and not machine.leaving and not (refused and machine.failed)


def _described(method: str, path: str, operation: str) -> dict[str, Any]:
    return {
        "method": method,
        "url": path,
        "extensions": {"operation": {"id": operation, "path": f"/{operation}", "responses": _JSON_LIST}},
    }


def _entries(reply: Reply, operation: str) -> list[dict[str, Any]]:
    """Read a list, the passwords in it as `Secret`."""
    return [
        {**entry, PASSWORD: as_secret(entry[PASSWORD])} if PASSWORD in entry else entry
        for entry in decode(reply, list[dict[str, Any]], vendor=VENDOR, operation=operation)
    ]
