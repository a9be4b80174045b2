"""How fast jobs and machines move: at once, after so many polls, or after so many seconds of the sandbox's clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

MOST = 10**9  # polls or seconds


class Pace(Protocol):
    """Turns what a job has seen into its progress."""

    def progress(self, polls: int, elapsed: float) -> float:
        """Progress from 0 to 1 (finished), after `polls` reads and `elapsed` seconds since the job was due."""


@dataclass(frozen=True)
class AtOnce:
    """The first read already finds the job finished."""

    def progress(self, polls: int, elapsed: float) -> float:
        return 1.0


@dataclass(frozen=True)
class AfterPolls:
    """The first `polls` reads find the job unfinished, the next one finds it finished."""

    polls: int

    def __post_init__(self) -> None:
        if not 1 <= self.polls <= MOST:
            raise ValueError(
                f"AfterPolls needs at least 1 poll, at most {MOST}, got {self.polls!r}; use AtOnce() for none"
            )

    def progress(self, polls: int, elapsed: float) -> float:
        return max(0, polls - 1) / self.polls


@dataclass(frozen=True)
class AfterSeconds:
    """The job is finished `seconds` after it was due, by the sandbox's clock."""

    seconds: float

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= MOST:
            raise ValueError(
                f"AfterSeconds needs more than 0 seconds, at most {MOST}, got {self.seconds!r}: or use AtOnce()"
            )

    def progress(self, polls: int, elapsed: float) -> float:
        return min(1.0, max(0.0, elapsed / self.seconds))


def word_for(progress: float, words: Sequence[str]) -> str:
    """The state word of an unfinished job: `words` in order, spread evenly over progress 0 to 1."""
    return words[min(int(progress * len(words)), len(words) - 1)]


def pace_from(data: Mapping[str, object]) -> Pace:
    """Pace from the control plane's JSON: {"kind": "at-once" | "after-polls" | "after-seconds", "value": number}."""
    kind, value = data.get("kind"), data.get("value")
    if kind == "at-once":
        return AtOnce()
    if kind == "after-polls" and isinstance(value, int):
        return AfterPolls(value)
    if kind == "after-seconds" and isinstance(value, int | float):
        return AfterSeconds(value)
    raise ValueError(
        'pace must be {"kind": "at-once"}, {"kind": "after-polls", "value": 2} '
        f'or {{"kind": "after-seconds", "value": 1.5}}, got {dict(data)!r}'
    )
