"""How far a batch is: counts, and a line for whoever watches."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from attrs import define, field, frozen

from optcloud.batch.jobs import JobState
from optcloud.views.notebook import ShownAsTable

WINDOW = 60.0  # seconds that the rate is taken over


@frozen
class BatchCounts(ShownAsTable):
    """How many jobs of a batch are in each state. ``running``: submitted, or being submitted."""

    new: int = 0
    running: int = 0
    ok: int = 0
    failed: int = 0
    gone: int = 0
    held: int = 0

    @classmethod
    def of(cls, counts: Mapping[JobState, int]) -> BatchCounts:
        """Return what the ledger counted."""
        armed, sent = counts.get(JobState.ARMED, 0), counts.get(JobState.SENT, 0)
        others = {state.value: counts.get(state, 0) for state in JobState}
        return cls(running=armed + sent, **{name: others[name] for name in ("new", "ok", "failed", "gone", "held")})

    @property
    def total(self) -> int:
        """All jobs."""
        return self.open + self.ended + self.held

    @property
    def ended(self) -> int:
        """The jobs of which nothing more happens by itself."""
        return self.ok + self.failed + self.gone

    @property
    def open(self) -> int:
        """The jobs that a run still works on."""
        return self.new + self.running

    def __str__(self) -> str:
        shown = [("ok", self.ok), ("running", self.running), ("new", self.new)]
        rare = [("failed", self.failed), ("gone", self.gone), ("held", self.held)]
        parts = [f"{number:,} {word}" for word, number in shown] + [f"{n:,} {word}" for word, n in rare if n]
        return ", ".join(parts)


@frozen
class BatchProgress:
    """How far a run is. As text, one line.

    ``rate``: jobs that end in a second, over the last minute; ``left``: seconds until all have ended, at that rate.
    Both are None as long as they cannot be told. ``elapsed``: seconds since the run began.
    """

    counts: BatchCounts
    elapsed: float
    rate: float | None = None
    left: float | None = None

    def __str__(self) -> str:
        counts = self.counts
        if not counts.total:
            return "no jobs"
        done = 100.0 * (counts.ended + counts.held) / counts.total
        line = f"{int(done * 10) / 10:.1f} % of {counts.total:,}: {counts}"
        if self.rate is not None:
            line += f"; {per_second(self.rate)}"
        if self.left is not None and counts.open:
            line += f", {duration(self.left)} left"
        return line


@define
class RateMeter:
    """Measures how many jobs end in a second, over the last minute."""

    window: float = WINDOW
    _samples: deque[tuple[float, int]] = field(factory=deque)

    def progress(self, counts: BatchCounts, elapsed: float) -> BatchProgress:
        """Take a sample, and say how far the run is."""
        self._samples.append((elapsed, counts.ended))
        while len(self._samples) > 2 and self._samples[1][0] <= elapsed - self.window:
            self._samples.popleft()
        (first, before), (last, now) = self._samples[0], self._samples[-1]
        if last - first <= 0 or now <= before:  # nothing ended, or somebody put jobs back
            return BatchProgress(counts, elapsed)
        rate = (now - before) / (last - first)
        return BatchProgress(counts, elapsed, rate, counts.open / rate)


def per_second(rate: float) -> str:
    """Say a rate with two digits or so, by the second, the minute or the hour."""
    for seconds, unit in ((1, "s"), (60, "min"), (3600, "h")):
        if rate * seconds >= 1 or unit == "h":
            return f"{rate * seconds:.{0 if rate * seconds >= 9.95 else 1}f}/{unit}"
    raise AssertionError


def duration(seconds: float) -> str:
    """Say how long, in the two units that matter."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes:02} min"
    return f"{hours // 24} d {hours % 24} h"
