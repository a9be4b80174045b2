"""Figures for tests of leaks: every machine ever launched, what became of it, and at whose request."""

import hashlib
from dataclasses import dataclass

from optcloud_sandbox.gurobi.machine import CloudMachine


@dataclass(frozen=True)
class MachineRecord:
    """One machine; times are seconds of the sandbox's clock.

    `launch` and `kill` are the numbers of the launches and kills carried out, over all accounts, from 1: machines with
    the same `launch` were launched by one request. `password_sha256` is the digest of its password (UTF-8), in
    hexadecimal digits. `state` is "gone" for one that is not listed any more. `ended_at`: since when it costs nothing,
    None while it is alive; `ended_by`: "kill", "idle", "error" or "script". Agents are User-Agent headers, peers are
    addresses such as "127.0.0.1:54321".
    """

    id: str
    account: str
    launch: int
    launched_at: float
    launch_agent: str
    launch_peer: str
    password_sha256: str
    license_id: str
    state: str
    ended_at: float | None
    ended_by: str | None
    killed_at: float | None
    kill: int | None
    kill_agent: str | None
    kill_peer: str | None

    @property
    def alive(self) -> bool:
        return self.ended_at is None

    @classmethod
    def of(cls, machine: CloudMachine) -> "MachineRecord":
        killer = machine.killed_by
        return cls(
            id=machine.id,
            account=machine.account,
            launch=machine.launch,
            launched_at=machine.created,
            launch_agent=machine.launched_by.agent,
            launch_peer=machine.launched_by.peer,
            password_sha256=hashlib.sha256(machine.user_password.encode()).hexdigest(),
            license_id=str(machine.license_id),
            state=machine.state,
            ended_at=machine.ended,
            ended_by=machine.ended_by,
            killed_at=machine.killed,
            kill=machine.kill,
            kill_agent=killer.agent if killer else None,
            kill_peer=killer.peer if killer else None,
        )
