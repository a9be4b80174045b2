"""`sandbox.gurobi`: scripts and figures of Gurobi's machines, from any thread."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from optcloud_sandbox.gurobi.records import MachineRecord
from optcloud_sandbox.gurobi.scripts import LaunchScript, StepLike
from optcloud_sandbox.world import World


class GurobiControls:
    """What goes on in the cloud of this sandbox, and what is to go on in it."""

    def __init__(self, world: World, call: Callable[..., Any]) -> None:
        self._world = world
        self._call = call

    def script_launch(
        self,
        machines: Sequence[Sequence[StepLike] | None] = (),
        *,
        others: Sequence[StepLike] | None = None,
        unlisted_reads: int = 0,
        unlisted_seconds: float = 0.0,
        times: int | None = 1,
    ) -> None:
        """How the next `times` launches go (`LaunchScript`); ValueError for a script that cannot be.

        Machine 2 fails after half a minute of pending:
        `script_launch([None, [("pending", 30), "launch error"]])`. It vanishes after two reads:
        `script_launch([None, [Step("pending", reads=2), "gone"]])`.
        """
        script = LaunchScript.of(
            machines, others, unlisted_reads=unlisted_reads, unlisted_seconds=unlisted_seconds, times=times
        )
        self._call(self._world.fleet.script_launch, script)

    def set_licenses(self, licenses: Sequence[Mapping[str, Any]], *, access_id: str | None = None) -> None:
        """Replace the licenses of an account (by default the published one); ValueError for a wrong field.

        Each has licenseId and credit, as number or as text, expiration (text that begins with a date, or a license
        that never expires) and perhaps ratePlan. The credit is what is left now.
        """
        known = access_id or self._world.credentials.gurobi_access_id
        self._call(self._world.fleet.set_licenses, known, list(licenses))

    def start_job(self, machine_id: str) -> None:
        """Put a job on an idle machine, which is then "running"; ValueError for one that is not idle."""
        self._call(self._world.fleet.start_job, machine_id)

    def end_job(self, machine_id: str) -> None:
        """End that job: the machine is idle from now on."""
        self._call(self._world.fleet.end_job, machine_id)

    def machines(self) -> list[MachineRecord]:
        """Every machine ever launched, of all accounts, in order of launch; a reset forgets them."""
        records: list[MachineRecord] = self._call(self._world.fleet.records)
        return records

    def alive(self) -> list[MachineRecord]:
        """Those that cost something now: neither killed nor shutting down nor failed nor gone."""
        return [record for record in self.machines() if record.alive]
