"""Whether the first jobs of a batch all fail alike: then a wrong service or input is likely, and the rest can wait."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define

from optcloud.batch.jobs import JobState
from optcloud.core.errors import ConfigError

FIRST = 20  # jobs


@define
class FirstEndings:
    """The first endings that are seen here. ``over``: nothing is looked for, since jobs have ended otherwise."""

    over: bool = False
    reason: str = ""
    alike: int = 0

    @classmethod
    def after(cls, counts: Mapping[JobState, int]) -> FirstEndings:
        """Go on where a batch is: once so many have failed, who runs it again knows of it, and wants the rest."""
        return cls(over=counts[JobState.OK] > 0 or counts[JobState.FAILED] >= FIRST)

    def saw(self, state: JobState, reason: str) -> None:
        """Take note of a job's ending."""
        if state is not JobState.FAILED or (self.alike and reason != self.reason):
            self.over = True
        self.reason = reason
        self.alike += 1

    def fault(self, batch: str, counts: Mapping[JobState, int]) -> ConfigError | None:
        """Return what ends the run, by what the store counts now, or None; asked once."""
        self.over = True
        if counts[JobState.OK] or not counts[JobState.NEW]:
            return None
        return ConfigError(
            f"batch {batch}: the first {self.alike} jobs that ended have all failed alike: {self.reason[:300]}. "
            "Nothing more is submitted, since the others may fail, too. `failures` shows them; run the batch again (a "
            "fleet: `resume`) to go on with the others all the same; `retry` is for those that failed"
        )
