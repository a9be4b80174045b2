"""Named pools of API v2 on the same fleet.

What v2's wire is known of comes from the vendor's guide and from third-party clients; the rest is the sandbox's own and
says so: what scaling does to running machines (nothing), what happens to machines in error (others are launched).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from optcloud_sandbox.gurobi.account import FleetAccount
from optcloud_sandbox.gurobi.callers import Key
from optcloud_sandbox.gurobi.constants import FAILED, GOING, GONE, IDLE, RUNNING
from optcloud_sandbox.gurobi.fleet import Fleet
from optcloud_sandbox.gurobi.machine import RequestSender
from optcloud_sandbox.gurobi.orders import MOST_MACHINES, LaunchOrder
from optcloud_sandbox.parsing import whole_number
from optcloud_sandbox.refusal import Refusal

DEFAULT = "default"  # the pool that each license has (vendor, "Pools")
_ID = re.compile(r"(?P<license>[^-]+)-(?P<name>[A-Za-z0-9]+)")
# The manager's words (vendor, "Machines"); that the API has them in a field "state" is the sandbox's own.
_STATES = {"obtaining license": "starting", "launch error": "error"}
_NUMBERS = {"nbComputeServers": 1, "nbDistributedWorkers": 0, "jobLimit": 1, "idleShutdown": 1}


@dataclass
class MachinePool:
    """`groups`: the ids of what was launched, each compute server with its workers."""

    name: str
    license_id: str
    choices: dict[str, Any] = field(default_factory=dict)
    groups: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"{self.license_id}-{self.name}"

    @property
    def size(self) -> int:
        return int(self.choices.get("nbComputeServers", 1))

    def form(self) -> dict[str, str]:
        """What one of its compute servers, with its workers, is launched with."""
        words = {"numMachines": 1 + self.choices.get("nbDistributedWorkers", 0), "licenseId": self.license_id}
        words |= {name: self.choices[name] for name in ("machineType", "idleShutdown") if name in self.choices}
        return {name: str(value) for name, value in words.items()}

    def as_json(self) -> dict[str, Any]:
        """By the names that creating takes (the sandbox's own: what the vendor answers was not seen)."""
        return {"name": self.name, "nbComputeServers": 1, "nbDistributedWorkers": 0} | self.choices


class MachinePools:
    """The pools of the one account that API v2 knows."""

    def __init__(self, fleet: Fleet, access_id: str) -> None:
        self._fleet = fleet
        self._access_id = access_id
        self._pools: dict[str, MachinePool] = {}

    def licenses(self, key: Key) -> list[dict[str, Any]]:
        """`id` and `credit` as seen in a client; the other names are v1's (the sandbox's own)."""
        shown = self._fleet.licenses(self._account)
        listed = [entry | {"id": str(entry.pop("licenseId")), "credit": float(entry["credit"])} for entry in shown]
        return [entry for entry in listed if key.reaches(entry["id"])]

    def machines(self, key: Key, pool_id: str | None = None) -> list[dict[str, Any]]:
        """One read of the list."""
        members = None if pool_id is None else self.get(key, pool_id).groups
        reached = [machine for machine in self._fleet.observe(self._account) if key.reaches(str(machine["licenseId"]))]
        return [
            self._as_json(machine)
            for machine in reached
            if members is None or any(machine["_id"] in group for group in members)
        ]

    def machine(self, key: Key, machine_id: str) -> dict[str, Any]:
        for machine in self.machines(key):
            if machine["machineId"] == machine_id:
                return machine
        raise Refusal(404, f"there is no machine {machine_id}")

    def get(self, key: Key, pool_id: str) -> MachinePool:
        """A pool made before, or the default one of a license; Refusal for none that the key reaches."""
        found = _ID.fullmatch(pool_id)
        licenses = [held.key for held in self._account.licenses if key.reaches(held.key)]
        if found is not None and found["license"] in licenses:
            if found["name"] == DEFAULT:
                self._pools.setdefault(pool_id, MachinePool(DEFAULT, found["license"]))
            if pool_id in self._pools:
                return self._pools[pool_id]
        raise Refusal(404, f"there is no pool {pool_id}")

    def create(self, key: Key, choices: Mapping[str, Any]) -> MachinePool:
        """Refusal for fields that are wrong, or that no client was seen to send. The words are the sandbox's own."""
        known = {"name", "machineType", "jobHistory", *_NUMBERS}
        if strangers := sorted(set(choices) - known):
            raise Refusal(400, f"the sandbox does not know the field {strangers[0]}")
        name = choices.get("name")
        if not isinstance(name, str) or not re.fullmatch("[A-Za-z0-9]+", name):
            raise Refusal(400, "name must be alphanumeric")
        _check(choices)
        pool = MachinePool(
            name, self._account.license(key.license_id).key, {k: v for k, v in choices.items() if k != "name"}
        )
        if name == DEFAULT or pool.id in self._pools:
            raise Refusal(400, f"there is a pool {pool.id} already")
        LaunchOrder.read(pool.form())
        self._pools[pool.id] = pool
        return pool

    def start(self, pool: MachinePool, sender: RequestSender) -> bool:
        """Launch what does not run of it; True when it is ready."""
        self._fleet.observe(self._account)
        states = {name: machine.state for name, machine in self._account.machines.items()}  # listed yet or not
        ending = (*GOING, *FAILED, GONE)
        living = [
            group for group in pool.groups if all(states.get(machine_id, GONE) not in ending for machine_id in group)
        ]
        for _ in range(pool.size - len(living)):
            launched = self._fleet.launch(self._account, pool.form(), sender)
            pool.groups.append(tuple(str(machine["_id"]) for machine in launched))
        ready = [group for group in living if all(states[machine_id] in (IDLE, RUNNING) for machine_id in group)]
        return len(ready) >= pool.size

    def scale(self, pool: MachinePool, text: str) -> None:
        """The number of compute servers that the next start sees to."""
        count = whole_number(text, 1, MOST_MACHINES)
        if count is None:
            raise Refusal(400, "n must be a number of compute servers")
        pool.choices["nbComputeServers"] = count

    def members(self, pool: MachinePool) -> dict[str, Any]:
        """`computeServers` as seen in a client; `distributedWorkers` is the sandbox's own."""
        listed = {machine["_id"] for machine in self._fleet.observe(self._account)}
        groups = [[{"machineId": machine_id} for machine_id in group if machine_id in listed] for group in pool.groups]
        return {
            "computeServers": [group[0] for group in groups if group],
            "distributedWorkers": [worker for group in groups for worker in group[1:]],
        }

    @property
    def _account(self) -> FleetAccount:
        return self._fleet.account(self._access_id)

    def _as_json(self, machine: Mapping[str, Any]) -> dict[str, Any]:
        """`machineId` and `createdAt` as seen in clients; the other names are v1's (the sandbox's own)."""
        names = ("machineType", "region", "licenseType", "idleShutdown", "licenseId")
        return {
            "machineId": machine["_id"],
            "createdAt": machine["createTime"],
            "state": _STATES.get(machine["state"], machine["state"]),
            **{name: machine[name] for name in names},
        }


def _check(choices: Mapping[str, Any]) -> None:
    for name, least in _NUMBERS.items():
        value = choices.get(name, least)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= 1_000_000:
            raise Refusal(400, f"{name} must be a number, {least} or more")
    if choices.get("nbComputeServers", 1) * (1 + choices.get("nbDistributedWorkers", 0)) > MOST_MACHINES:
        raise Refusal(400, f"a pool of the sandbox has {MOST_MACHINES} machines at most")
    if not isinstance(choices.get("jobHistory", True), bool):
        raise Refusal(400, "jobHistory must be true or false")
    if not isinstance(choices.get("machineType", ""), str):
        raise Refusal(400, "machineType must be a text")
