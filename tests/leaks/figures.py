"""What the kill test counts, and how it is shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields

MOMENTS = (
    "starting",
    "launching",
    "writing the intent",
    "intent written",
    "request at the server",
    "reply on its way",
    "reply read, not noted",
    "looking for a lost launch",
    "noting the ids",
    "ids noted",
    "waiting",
    "using",
    "killing",
    "noting the kill",
    "kill noted",
    "keeping",
    "kept",
    "taking back",
    "taken back",
    "reaping",
)
"""What a process is at, in the order of its life; from each point that it notes to the next."""
WHILE_REAPED = "(another was reaping)"


@dataclass
class Figures:
    """Figures of runs. ``left``, ``doubled``, ``killed_of_others``, ``crashed`` must be 0; ``faults`` tells of each.

    ``ends``: processes, by how they ended; ``kills`` and ``signals``: by the moment in which SIGKILL and other signals
    came. ``launched``: machines that clients launched; ``of_others``: those of another person, of a process that lives
    and those that were kept. ``reaped``: killed by another process than the one that had launched them. ``unproven``
    and ``left_in_order``: see `leaks.leaks`.
    """

    runs: int = 0
    processes: int = 0
    fresh: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    signals: Counter[str] = field(default_factory=Counter)
    launches: int = 0
    launched: int = 0
    of_others: int = 0
    reaped: int = 0
    left: int = 0
    doubled: int = 0
    killed_of_others: int = 0
    crashed: int = 0
    unproven: int = 0
    left_in_order: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        """Add the figures of other runs."""
        for one in fields(self):
            value = getattr(other, one.name)
            if isinstance(value, Counter):
                getattr(self, one.name).update(value)
            else:
                setattr(self, one.name, getattr(self, one.name) + value)

    @property
    def good(self) -> bool:
        """Say whether nothing was left, doubled or killed of others, and no client broke by itself."""
        return not (self.left or self.doubled or self.killed_of_others or self.crashed)

    @property
    def never_hit(self) -> list[str]:
        """Moments in which no process was killed."""
        return [moment for moment in MOMENTS if not self.kills[moment]]

    def table(self) -> str:
        """Return the figures as text."""
        ends = ", ".join(f"{how} {count}" for how, count in self.ends.most_common())
        lines = [
            f"{'runs':<28}{self.runs:>7}",
            f"{'processes':<28}{self.processes:>7}  {self.fresh} interpreters of their own, the others forked",
            f"{'  ended by':<28}{'':>7}  {ends}",
            f"{'launches':<28}{self.launches:>7}",
            f"{'launched machines':<28}{self.launched:>7}  {self.reaped} of them killed by the next start, or a reaper",
            f"{'machines of others':<28}{self.of_others:>7}  another person's, a living process's, kept",
            f"{'left':<28}{self.left:>7}",
            f"{'doubled':<28}{self.doubled:>7}",
            f"{'killed of others':<28}{self.killed_of_others:>7}",
            f"{'clients that broke':<28}{self.crashed:>7}",
            f"{'told, not proven':<28}{self.unproven:>7}  a person's own password, and no reply",
            f"{'left to the next start':<28}{self.left_in_order:>7}  by processes that were not killed",
            "",
            f"{'a signal came while':<28}{'SIGKILL':>7} {'other':>7}",
            *(f"{one:<28}{self.kills[one]:>7} {self.signals[one]:>7}" for one in (*MOMENTS, WHILE_REAPED)),
        ]
        return "\n".join(lines)
