"""What came of a run, by the sandbox's records of machines and the processes' own notes.

Neither is the product's word: the ledger is not asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from leaks.figures import MOMENTS, WHILE_REAPED, Figures
from leaks.network import OTHERS
from leaks.processes import ClientProcess
from optcloud_sandbox.gurobi.records import MachineRecord

ENDS = {"ends", "raised", "interrupted", "crashed"}
"""Points of which a process notes one when it comes to the end of its work."""


@dataclass
class Call:
    """A call of ``launch``: by whom, for how many machines, and the digests of the passwords that were sent for it.

    ``given_up``: from when on its machines are anybody's.
    """

    process: ClientProcess
    count: int
    own_password: bool
    sent: Counter[str] = field(default_factory=Counter)
    given_up: float | None = None

    @property
    def held_until(self) -> float:
        """Until when the process held what it launched, for certain: at least until its last note."""
        last: float = self.process.notes[-1]["at"]
        return last if self.given_up is None else min(last, self.given_up)


@dataclass
class Told:
    """What processes noted. Of machines, by id: ``noted`` in the ledger, ``kept`` (``half_kept``: or nearly so) and

    ``taken``: attached to and entered, by these processes; ``held``: in the care of one that lives.
    """

    calls: list[Call] = field(default_factory=list)
    peers: dict[str, ClientProcess] = field(default_factory=dict)
    noted: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    half_kept: set[str] = field(default_factory=set)
    taken: dict[str, list[ClientProcess]] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)

    def read(self, process: ClientProcess) -> None:
        """Add the notes of one."""
        calls: list[Call] = []
        for note in process.notes:
            about = note["about"]
            match note["point"].removeprefix("reap "):
                case "call":
                    calls.append(Call(process, about["count"], about["own"]))
                case "launch sending":
                    _call_for(calls, about).sent[about["password"]] += 1
                case "launched>":
                    self.noted |= set(about)
                case "give_up>" if note["moment"] != "reaping":
                    for call in calls:  # of several it is not known which
                        call.given_up = call.given_up or note["at"]
                case "peer":
                    self.peers[about] = process
                case "keep<":
                    self.half_kept |= set(about)
                case "keep>":
                    self.kept |= set(about)
                case "taking":
                    for machine in about:
                        self.taken.setdefault(machine, []).append(process)
        self.calls += calls

    def call_of(self, machine: MachineRecord) -> Call | None:
        """Return the call whose machine this is."""
        return next((one for one in self.calls if machine.password_sha256 in one.sent), None)

    def may_run(self, machine: MachineRecord) -> bool:
        """Say whether nobody has to end this machine."""
        if machine.password_sha256 == OTHERS or machine.id in self.held:
            return True
        if machine.id not in self.half_kept:
            return False
        takers = self.taken.get(machine.id, [])  # one of whom may have been killed before it was written down
        return not any(_has(one, "hold>") for one in takers)

    def must_run(self, machine: MachineRecord) -> str:
        """Say what forbids to kill this machine; "" for nothing."""
        if machine.password_sha256 == OTHERS:
            return "another person's"
        if machine.id in self.held:
            return "held by a process that lives"
        return "kept" if machine.id in self.kept and machine.id not in self.taken else ""


def _call_for(calls: list[Call], asked: dict[str, Any]) -> Call:
    """Return the call for which a launch is sent: again, or the first time for one that none was sent for yet."""
    again = [one for one in calls if asked["password"] in one.sent]
    first = [one for one in calls if not one.sent and one.count == asked["count"]]
    return [*again, *first, *reversed(calls)][0]


def count_ends(figures: Figures, processes: Sequence[ClientProcess]) -> None:
    """Count how processes ended, and in which moment those were that a signal came to."""
    for process in processes:
        figures.processes += 1
        figures.fresh += process.plan.fresh
        figures.ends[_end(process)] += 1
        for at, signal in [*process.signals, *_own_signals(process)]:
            counted = figures.kills if signal == "SIGKILL" else figures.signals
            counted[_moment(process, at)] += 1
            if any(_is_reaping(other, at) for other in processes if other is not process):
                counted[WHILE_REAPED] += 1
        if _has(process, "crashed"):
            figures.crashed += 1
            figures.faults.append(f"crashed: {tale(process)}\n{process.complaints[-3000:]}")


def _end(process: ClientProcess) -> str:
    if was_killed(process):
        return "SIGKILL"
    how = process.plan.how.removeprefix("aimed ")
    if _has(process, "interrupted"):
        return "cancellation" if how == "cancel" else how
    if _has(process, "raised"):
        return "an exception"
    return "itself" if _has(process, "ends") else how


def _moment(process: ClientProcess, at: float) -> str:
    before = [note["moment"] for note in process.notes if note["at"] <= at]
    moment: str = before[-1] if before else MOMENTS[0]
    return moment


def _is_reaping(process: ClientProcess, at: float) -> bool:
    return _moment(process, at) == "reaping" and at < _last(process)["at"]


def judge(figures: Figures, told: Told, machines: Sequence[MachineRecord]) -> None:
    """Count what was left, doubled and killed of others, after the last of the next starts."""
    figures.launches += len(told.calls)
    for machine in machines:
        call = told.call_of(machine)
        figures.launched += call is not None
        figures.of_others += bool(told.must_run(machine))
        _judge_left(figures, told, machine, call)
        _judge_killed(figures, told, machine, call)
    for call in told.calls:
        _judge_doubled(figures, call, machines)


def _judge_left(figures: Figures, told: Told, machine: MachineRecord, call: Call | None) -> None:
    if not machine.alive or told.may_run(machine):
        return
    if call is not None and call.own_password and machine.id not in told.noted:
        figures.unproven += 1
        return
    figures.left += 1
    figures.faults.append(f"left: {machine} of {tale(call.process) if call else 'nobody known'}")


def _judge_killed(figures: Figures, told: Told, machine: MachineRecord, call: Call | None) -> None:
    if machine.killed_at is None:
        return
    killer = told.peers.get(machine.kill_peer or "")
    by_another = call is not None and killer is not call.process and machine.id not in told.taken
    wrong = told.must_run(machine)
    if call is not None and by_another and not wrong and machine.killed_at < call.held_until:
        wrong = "of a process that lived"
    if wrong:
        figures.killed_of_others += 1
        figures.faults.append(f"killed, {wrong}: {machine} by {tale(killer) if killer else 'nobody known'}")
    elif by_another:
        figures.reaped += 1


def _judge_doubled(figures: Figures, call: Call, machines: Sequence[MachineRecord]) -> None:
    made = [one for one in machines if one.password_sha256 in call.sent]
    requests = len({one.launch for one in made})
    if call.sent.total() > 1 or requests > 1 or len(made) > call.count:
        figures.doubled += 1
        words = f"{call.sent.total()} times sent, {requests} times carried out, {len(made)} machines"
        figures.faults.append(f"doubled: {words} for {call.count}, {tale(call.process)}")


def count_left_in_order(figures: Figures, told: Told, machines: Sequence[MachineRecord]) -> None:
    """Count machines that run on though their process was not killed, before the next start."""
    for machine in machines:
        call = told.call_of(machine)
        if call is not None and machine.alive and not told.may_run(machine) and not was_killed(call.process):
            figures.left_in_order += 1


def was_killed(process: ClientProcess) -> bool:
    """Say whether SIGKILL ended it."""
    return any(signal == "SIGKILL" for _, signal in [*process.signals, *_own_signals(process)])


def _own_signals(process: ClientProcess) -> list[tuple[float, str]]:
    """Return the signal that it sent itself, if it came so far."""
    return [(note["at"], process.plan.how.removeprefix("aimed ")) for note in process.notes if note["signals"]]


def _last(process: ClientProcess) -> dict[str, Any]:
    return process.notes[-1] if process.notes else {"at": 0.0}


def _has(process: ClientProcess, point: str) -> bool:
    return any(note["point"] == point for note in process.notes)


def tale(process: ClientProcess) -> str:
    """Return what it was to do, and what it noted."""
    begun = process.notes[0]["at"] if process.notes else 0.0
    notes = [
        f"{note['at'] - begun:.3f} {note['moment']}: {note['point']} {note['about'] or ''}" for note in process.notes
    ]
    return "\n    ".join([str(process.plan), *notes])
