"""The machines that a command has rented and what became of them, in words and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optcloud.cli.times import machine_hours
from optcloud.core.reference import Reference

if TYPE_CHECKING:
    from collections.abc import Collection

    from optcloud.core.events import MachinesKilled


class Rented:
    """Machines of one command. ``under_way``: what it launches is its own to kill, until it is handed over or ends.

    ``written_down``: the ledger has them, so the next command finds and kills what is left of them.
    """

    def __init__(self) -> None:
        self.under_way = False
        self.written_down = True
        self.quiet = False
        self._killed: list[MachinesKilled] = []

    def note(self, event: MachinesKilled) -> bool:
        """Note a kill. Return whether to say it now; otherwise it is said at the end."""
        if self.under_way:
            self._killed.append(event)
        return not (self.under_way or self.quiet)

    def take_out(self, machines: Collection[str]) -> None:
        """Forget a kill of machines that another process had left."""
        self._killed = [event for event in self._killed if set(event.machines) != set(machines)]

    @property
    def killed(self) -> str:
        """What was killed, in words; "" where nothing was."""
        return "; ".join(killed_words(event) for event in self._killed)

    def facts(self) -> dict[str, Any]:
        """Return the same for programs."""
        machines = [machine for event in self._killed for machine in event.machines]
        hours = [event.hours for event in self._killed if event.hours is not None]
        return {"killed": machines, "hours": str(sum(hours))} if machines else {}

    def what_may_run(self, refs: tuple[str, ...], how_to_look: str | None) -> list[str]:
        """Return lines about machines that may still run; none if none can."""
        if refs and self.killed:
            return []
        if refs:
            return self._may_run(refs[0])
        if how_to_look is None:
            return []
        look = [] if self.killed else [f"the request may have arrived; look: {how_to_look}"]
        return [*look, self._who_kills("what shows up of it")]

    def _who_kills(self, what: str) -> str:
        if self.written_down:
            return f"the next command of optcloud gurobi kills {what}"
        return f"nobody else kills {what}: gurobi.ledger is off, so nothing is written down"

    def _may_run(self, ref: str) -> list[str]:
        from optcloud.process.exit_guard import is_held  # noqa: PLC0415 - loaded with the facade

        if is_held(ref):
            return ["the machines are killed on the way out"]
        ids = Reference.parse(ref).path
        run = f"{counted(ids)} may still run and cost money: {', '.join(ids)}"
        return [run, f"kill them: optcloud gurobi kill {ref}", f"if you do not, {self._who_kills('them')}"]


def counted(machines: Collection[str]) -> str:
    """Return how many machines these are, in words."""
    return f"{len(machines)} machine{'' if len(machines) == 1 else 's'}"


def killed_words(event: MachinesKilled) -> str:
    """Return what was killed, in words."""
    return f"{counted(event.machines)} killed, {machine_hours(event.hours)}"
