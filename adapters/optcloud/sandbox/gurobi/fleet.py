"""Licenses and machines, and how machines move through their states."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from optcloud.sandbox.clock import Clock
from optcloud.sandbox.pace import Pace, word_for
from optcloud.sandbox.refusal import Refusal

MACHINE_TYPES = ("c4.large", "c4.2xlarge", "c4.4xlarge", "c4.8xlarge", "r3.8xlarge")
REGIONS = (
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "eu-central-1",
    "eu-west-1",
    "ap-northeast-1",
    "ap-southeast-1",
    "ap-southeast-2",
)
LICENSE_TYPES = ("light compute server", "full compute server")
WORKER = "distributed worker"
VERSIONS = ("7.0", "7.5", "8.0")
MOST_MACHINES = 100  # the sandbox's own guard

COMING = ("launching", "pending", "obtaining license")
GOING = ("killing", "shutting down")
WITHOUT_NAME = ("launching", "pending")

LICENSES = (
    # The samples read strings here; the page calls the id numeric (Gurobi facts, "License").
    {"licenseId": "95912", "credit": "659.56", "expiration": "2031-06-30", "ratePlan": "standard"},
    {"licenseId": "95913", "credit": "20.00", "expiration": "2031-01-31", "ratePlan": "nocharge"},
)
LICENSE_IDS = tuple(entry["licenseId"] for entry in LICENSES)


@dataclass
class Machine:
    """One machine; times are seconds of the sandbox's clock."""

    id: str
    machine_type: str
    region: str
    license_type: str
    license_id: str
    idle_shutdown: int
    user_password: str = field(repr=False)
    version: str
    created: float
    since: float
    state: str = COMING[0]
    polls: int = 0

    def move(self, now: float, pace: Pace) -> None:
        """One read of the list: the state as this read finds it; "" when the machine is gone."""
        self.polls += 1
        if self.state == "idle" and now - self.since >= self.idle_shutdown * 60:
            self.leave(now, GOING[1])
        elif self.state in COMING:
            progress = pace.progress(self.polls, now - self.since)
            if progress < 1:
                self.state = word_for(progress, COMING)
            else:
                self.state, self.since = "idle", now
        elif self.state in GOING:
            progress = pace.progress(self.polls, now - self.since)
            self.state = word_for(progress, GOING) if progress < 1 else ""

    def leave(self, now: float, word: str) -> None:
        self.state, self.since, self.polls = word, now, 0

    def shown(self) -> dict[str, Any]:
        return {
            "_id": self.id,
            "state": self.state,
            "DNSName": "-" if self.state in WITHOUT_NAME else f"{self.id.lower()}.sandbox.invalid",
            "machineType": self.machine_type,
            "createTime": datetime.fromtimestamp(self.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "region": self.region,
            "licenseType": self.license_type,
            "idleShutdown": self.idle_shutdown,
            "licenseId": self.license_id,
            "userPassword": self.user_password,
        }


class Fleet:
    """The machines of the one account."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._machines: dict[str, Machine] = {}
        self._errors_to_come = 0

    def fail_launches(self, count: int) -> None:
        """Let the next `count` machines end in "launch error"."""
        self._errors_to_come = count

    def observe(self, pace: Pace) -> list[dict[str, Any]]:
        now = self._clock.now()
        for machine in list(self._machines.values()):
            machine.move(now, pace)
            if not machine.state:
                del self._machines[machine.id]
        return [machine.shown() for machine in self._machines.values()]

    def launch(self, given: Mapping[str, str]) -> list[dict[str, Any]]:
        """Launch by the form's fields; Refusal with the page's message when one is wrong."""
        order = _Order.read(given)
        now = self._clock.now()
        launched = [order.machine(self._new_id(), first=index == 0, now=now) for index in range(order.count)]
        for machine in launched:
            if self._errors_to_come > 0:
                self._errors_to_come -= 1
                machine.state = "launch error"
            self._machines[machine.id] = machine
        return [machine.shown() for machine in launched]

    def kill(self, text: str | None) -> list[dict[str, Any]]:
        ids = _machine_ids(text)
        if any(machine_id not in self._machines for machine_id in ids):
            raise Refusal(400, "Invalid Machine Ids")
        killed = [self._machines[machine_id] for machine_id in dict.fromkeys(ids)]
        for machine in killed:
            if machine.state not in GOING:
                machine.leave(self._clock.now(), GOING[0])
        return [machine.shown() for machine in killed]

    def _new_id(self) -> str:
        return "".join(secrets.choice("23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz") for _ in range(17))


@dataclass(frozen=True)
class _Order:
    """A launch whose fields were found good."""

    count: int
    license_type: str
    license_id: str
    region: str
    machine_type: str
    idle_shutdown: int
    version: str
    password: str | None = field(repr=False)

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "_Order":
        return cls(
            count=_number(given.get("numMachines"), 1, MOST_MACHINES, "Invalid Number of Machines"),
            license_type=_word(given.get("licenseType", LICENSE_TYPES[0]), LICENSE_TYPES, "Invalid License Type"),
            license_id=_word(
                given.get("licenseId", min(LICENSE_IDS, key=int)),
                LICENSE_IDS,
                "Invalid License Id",
            ),
            region=_word(given.get("region", "us-east-1"), REGIONS, "Invalid Region"),
            machine_type=_word(given.get("machineType", "c4.2xlarge"), MACHINE_TYPES, "Invalid Machine Type"),
            # The page has no message for these two: the sandbox's own.
            idle_shutdown=_number(given.get("idleShutdown", "60"), 0, 1_000_000, "Invalid Idle Shutdown"),
            version=_word(given.get("GRBVersion", VERSIONS[-1]), VERSIONS, "Invalid Gurobi Version"),
            password=given.get("userPassword"),
        )

    def machine(self, machine_id: str, *, first: bool, now: float) -> Machine:
        return Machine(
            id=machine_id,
            machine_type=self.machine_type,
            region=self.region,
            license_type=self.license_type if first else WORKER,
            license_id=self.license_id,
            idle_shutdown=self.idle_shutdown,
            user_password=self.password or "made-up-" + secrets.token_hex(4),
            version=self.version,
            created=now,
            since=now,
        )


def _word(value: str, allowed: tuple[str, ...], message: str) -> str:
    if value not in allowed:
        raise Refusal(400, message)
    return value


def _number(text: str | None, least: int, most: int, message: str) -> int:
    if text is None or not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise Refusal(400, message)
    return int(text)


def _machine_ids(text: str | None) -> list[str]:
    try:
        ids = json.loads(text or "")
    except ValueError as error:
        raise Refusal(400, "Invalid Machine Ids") from error
    if not isinstance(ids, list) or not ids or not all(isinstance(item, str) for item in ids):
        raise Refusal(400, "Invalid Machine Ids")
    return ids
