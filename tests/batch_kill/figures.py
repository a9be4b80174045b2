"""What the kill test of batches counts, and how it is shown."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass, field

MUST_BE_NONE = ("doubled", "lost", "wrong", "held", "touched", "beyond_limit", "newer_touched", "second_let_in")
EVENTS = (
    "killed at any moment",
    "killed at: armed",
    "killed at: sending",
    "killed at: sent",
    "killed at: replied",
    "killed at: noted",
    "killed at: ended",
    "frozen at any moment",
    "frozen at: armed",
    "submit drop-after",
    "submit drop-before",
    "submit slow",
    "submit cut",
    "submit status",
    "submit html",
    "list status",
    "read drop-after",
    "submits held on their way",
    "a stranger's tasks",
    "a stranger's, with a moment",
    "a store of a newer version",
    "the vendors' clock turned",
)
"""What must have happened in a run of many jobs; more by store."""
OF_STORE = {
    "sqlite": ("the disk was full", "a second process on the file"),
    "postgresql": ("PostgreSQL killed and restarted", "wall clocks off by minutes", "a chunk with a second owner"),
}
WORDS = {
    "doubled": "jobs of which more than one task ran",
    "lost": "jobs that did not end, or are gone",
    "wrong": "results of another scenario, or none",
    "held": "jobs that a person had to decide on",
    "touched": "a stranger's tasks taken, deleted or stopped",
    "beyond_limit": "tasks of ours at once, beyond the account's limit",
    "newer_touched": "stores of a newer version opened or changed",
    "second_let_in": "second processes let in on one file",
}


@dataclass
class Figures:
    """Figures of one run. Those of `MUST_BE_NONE` must be 0; ``faults`` tells of each. Times are in seconds."""

    title: str = ""
    jobs: int = 0
    tasks: int = 0
    seconds: float = 0.0
    doubled: int = 0
    lost: int = 0
    wrong: int = 0
    held: int = 0
    touched: int = 0
    beyond_limit: int = 0
    newer_touched: int = 0
    second_let_in: int = 0
    most_at_once: int = 0
    limit: int = 0
    again: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    deleted_twins: int = 0
    late: int = 0
    went_on: list[float] = field(default_factory=list)
    ticks: int = 0
    lists: int = 0
    events: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Say whether every figure that must be 0 is."""
        return not any(getattr(self, name) for name in MUST_BE_NONE)

    def never(self, store: str) -> list[str]:
        """Return the kinds of events that did not happen."""
        return [event for event in (*EVENTS, *OF_STORE[store]) if not self.events[event]]

    def table(self) -> str:
        """Return the figures as text."""
        must = [_line(name.replace("_", " "), getattr(self, name), WORDS[name]) for name in MUST_BE_NONE]
        verdicts = ", ".join(f"{word} {count}" for word, count in self.verdicts.most_common()) or "none"
        return "\n".join(
            [
                self.title,
                _line("jobs", self.jobs, f"in {self.seconds:.0f} s; {self.tasks} tasks and plans of theirs"),
                *must,
                _line("at once", self.most_at_once, f"tasks of ours at most; limit {self.limit}"),
                _line("sent again", self.again, "attempts beyond each job's first"),
                _line("looked for", sum(self.verdicts.values()), verdicts),
                _line("twins deleted", self.deleted_twins, "before they ran"),
                _line("late moments", self.late, "tasks that arrived after their moment"),
                *self._times(),
                _line("list requests", self.lists, f"{self.lists / max(1, self.ticks):.2f} a tick"),
                "",
                *(_line(name, count, "") for name, count in sorted(self.events.items())),
            ]
        )

    def _times(self) -> list[str]:
        if not self.went_on:
            return []
        ordered = sorted(self.went_on)
        p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        words = f"s median, {p95:.1f} s p95, {ordered[-1]:.1f} s longest, of {len(ordered)} chunks whose worker died"
        return [f"{'  went on after':<32}{statistics.median(ordered):>7.1f}  {words}"]


def _line(name: str, count: int, words: str) -> str:
    return f"  {name:<30}{count:>7}  {words}".rstrip()
