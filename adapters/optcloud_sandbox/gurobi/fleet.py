"""The machines of all accounts."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from optcloud_sandbox.clock import SandboxClock
from optcloud_sandbox.gurobi.account import AccountLicense, FleetAccount
from optcloud_sandbox.gurobi.constants import FAILED, GOING, GONE, WORKER
from optcloud_sandbox.gurobi.machine import CloudMachine, RequestSender
from optcloud_sandbox.gurobi.orders import LaunchOrder
from optcloud_sandbox.gurobi.records import MachineRecord
from optcloud_sandbox.gurobi.scripts import LaunchScript
from optcloud_sandbox.pace import Pace
from optcloud_sandbox.parsing import read_json
from optcloud_sandbox.pending import PendingQueue
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.settings import GurobiSettings


class Fleet:
    """Launches, lists and kills; every machine ever launched is kept for the records."""

    def __init__(self, clock: SandboxClock, settings: Callable[[], GurobiSettings], pace: Callable[[], Pace]) -> None:
        self._clock = clock
        self._settings = settings
        self._pace = pace
        self._accounts: dict[str, FleetAccount] = {}
        self._machines: dict[str, CloudMachine] = {}
        self._launches = self._kills = 0
        self._errors_to_come = 0
        self._scripts: PendingQueue[LaunchScript] = PendingQueue()

    def add_account(self, access_id: str, secret_key: str) -> FleetAccount:
        """A further account with licenses of its own; ValueError when the access ID is taken or either is empty."""
        if not access_id or not secret_key:
            raise ValueError("an account needs access_id and secret_key, neither of them empty")
        if access_id in self._accounts:
            raise ValueError(f"there is an account with access_id {access_id!r} already")
        self._accounts[access_id] = FleetAccount(access_id, secret_key)
        return self._accounts[access_id]

    def account(self, access_id: str) -> FleetAccount:
        """Refusal, with the page's message, for nobody."""
        if access_id not in self._accounts:
            raise Refusal(400, "Invalid User Id")
        return self._accounts[access_id]

    def set_licenses(self, access_id: str, licenses: Iterable[Mapping[str, Any]]) -> None:
        """Replace the licenses of an account, in the vendor's fields; their hours so far are forgotten."""
        if access_id not in self._accounts:
            raise ValueError(f"there is no account with access_id {access_id!r}: add it first")
        account, now = self._accounts[access_id], self._clock.now()
        account.licenses = tuple(AccountLicense.of(form) for form in licenses)
        # The credit given is what is left now: what was used before is taken off beforehand.
        used = {str(machine.license_id): 0.0 for machine in account.machines.values()}
        for machine in account.machines.values():
            used[str(machine.license_id)] -= machine.hours(now)
        account.past_hours = used

    def script_launch(self, script: LaunchScript) -> None:
        """Each launch that is carried out takes the first script in store."""
        self._scripts.add(script, script.times)

    def fail_launches(self, count: int) -> None:
        """Let the next `count` machines end in "launch error"."""
        self._errors_to_come = count

    def licenses(self, account: FleetAccount) -> list[dict[str, Any]]:
        self._catch_up(account.machines.values())
        now, per_hour = self._clock.now(), self._settings().credit_per_hour
        return [account.as_json(held, now, per_hour) for held in account.licenses]

    def observe(self, account: FleetAccount) -> list[dict[str, Any]]:
        """One read of the list."""
        now, pace, error_listed = self._clock.now(), self._pace(), self._settings().error_listed
        machines = list(account.machines.values())
        shown = [machine.as_json() for machine in machines if machine.read(now, pace, error_listed)]
        self._drop_gone(machines)
        return shown

    def launch(self, account: FleetAccount, form: Mapping[str, str], sender: RequestSender) -> list[dict[str, Any]]:
        """Launch by the form's fields; Refusal when one is wrong or the license pays for nothing."""
        order = LaunchOrder.read(form)
        held = account.license(order.license_id)
        self._check(account, held)
        self._launches += 1
        script = self._scripts.take(lambda _: True) or LaunchScript()
        launched = [self._new(account, order, held, sender, index=index, script=script) for index in range(order.count)]
        for machine in launched:
            account.machines[machine.id] = self._machines[machine.id] = machine
        return [machine.as_json() for machine in launched]

    def kill(self, account: FleetAccount, text: str | None, sender: RequestSender) -> list[dict[str, Any]]:
        """Kill all or, when one is not in the account, none."""
        ids = _machine_ids(text)
        known = [account.machines[machine_id] for machine_id in dict.fromkeys(ids) if machine_id in account.machines]
        self._catch_up(known)  # one that is being killed may be killed again: a client that lost the reply does
        if any(machine_id not in account.machines for machine_id in ids):
            raise Refusal(400, "Invalid Machine Ids")
        self._kills += 1
        now = self._clock.now()
        for machine in known:
            if machine.state not in GOING:
                machine.leave(now, GOING[0], "kill")
                machine.killed, machine.kill, machine.killed_by = now, self._kills, sender
        return [machine.as_json() for machine in known]

    def start_job(self, machine_id: str) -> None:
        """Put a job on an idle machine; ValueError for a machine that is not idle, or unknown."""
        self._alive_one(machine_id).start_job()

    def end_job(self, machine_id: str) -> None:
        self._alive_one(machine_id).end_job(self._clock.now())

    def records(self, *, alive: bool = False) -> list[MachineRecord]:
        """In order of launch; `alive`: only those that cost something now."""
        for account in self._accounts.values():
            self._catch_up(account.machines.values())
        return [MachineRecord.of(machine) for machine in self._machines.values() if not alive or machine.ended is None]

    def _alive_one(self, machine_id: str) -> CloudMachine:
        if machine_id not in self._machines:
            raise ValueError(f"there is no machine {machine_id!r}")
        machine = self._machines[machine_id]
        self._catch_up([machine] if machine.state != GONE else [])
        return machine

    def _catch_up(self, machines: Iterable[CloudMachine]) -> None:
        now, pace, error_listed = self._clock.now(), self._pace(), self._settings().error_listed
        moved = list(machines)
        for machine in moved:
            machine.catch_up(now, pace, error_listed, read=False)
        self._drop_gone(moved)

    def _drop_gone(self, machines: Iterable[CloudMachine]) -> None:
        for machine in machines:
            if machine.state == GONE:
                self._accounts[machine.account].drop(machine)

    def _check(self, account: FleetAccount, held: AccountLicense) -> None:
        """The page has no message for a license that pays for nothing: these two are the sandbox's own."""
        self._catch_up(account.machines.values())
        if held.expired(self._clock.utc()):
            raise Refusal(400, "License Expired")
        if account.credit(held, self._clock.now(), self._settings().credit_per_hour) <= 0:
            raise Refusal(400, "License Credit Used Up")

    def _new(
        self,
        account: FleetAccount,
        order: LaunchOrder,
        held: AccountLicense,
        sender: RequestSender,
        *,
        index: int,
        script: LaunchScript,
    ) -> CloudMachine:
        now = self._clock.now()
        machine = CloudMachine(
            id=_new_id(),
            account=account.access_id,
            launch=self._launches,
            launched_by=sender,
            machine_type=order.machine_type,
            region=order.region,
            license_type=order.license_type if index == 0 else WORKER,
            license_id=held.license_id,
            idle_shutdown=order.idle_shutdown,
            user_password=order.password or "made-up-" + secrets.token_hex(4),
            version=order.version,
            created=now,
            since=now,
            steps=script.steps(index) or (),
            unlisted_reads=script.unlisted_reads,
            listed_from=now + script.unlisted_seconds,
            clock_off=self._settings().clock_off,
        )
        if self._errors_to_come > 0:
            self._errors_to_come -= 1
            machine.steps = ()
            machine.enter(FAILED[0], now)
        return machine


def _new_id() -> str:
    return "".join(secrets.choice("23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz") for _ in range(17))


def _machine_ids(text: str | None) -> list[str]:
    try:
        ids = read_json(text or "")
    except ValueError as error:
        raise Refusal(400, "Invalid Machine Ids") from error
    if not isinstance(ids, list) or not ids or not all(isinstance(item, str) for item in ids):
        raise Refusal(400, "Invalid Machine Ids")
    return ids
