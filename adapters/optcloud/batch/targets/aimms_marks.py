"""What tasks of AIMMS PRO that are known for their submits teach of an account: whether it shows marks, its clock."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from attrs import frozen

from optcloud.core.states import State

ANY_ZONE = 15 * 3600.0  # seconds by which a time may be off that has no time zone
ZONE = 900.0  # seconds by whose multiples time zones differ
LATE = 1.0  # seconds, at most, between the moment that a late task shows and its time of creation


class Marks(StrEnum):
    """Whether this account shows the moment that a task was submitted for."""

    UNPROVEN = "unproven"
    PROVEN = "proven"
    REFUSED = "refused"

    @classmethod
    def of_fact(cls, fact: str | None) -> Marks:
        """Read what a store has kept; a word that a newer optcloud wrote counts as unproven."""
        return cls(fact) if fact is not None and fact in [*cls] else cls.UNPROVEN


@frozen
class ListedCandidate:
    """What the list shows of a task; times by the vendor's clock, read as UTC."""

    ref: str
    state: State
    created: float | None
    """Seconds since the epoch."""
    due: int | None
    """The moment that it was submitted for, in microseconds since the epoch."""

    @property
    def marker(self) -> int | None:
        """The marker that the moment is, if it is a whole number of milliseconds."""
        return None if self.due is None or self.due % 1000 else self.due // 1000

    @property
    def shows_arrival(self) -> bool:
        """Whether the moment may be that of its arrival, as is shown of a task that came after the one it was for."""
        if self.due is None or self.created is None:
            return self.due is not None
        apart = self.due / 1e6 - self.created
        return abs(apart - ZONE * round(apart / ZONE)) <= LATE


@frozen
class ClockOffset:
    """Between which seconds the vendor's clock is ahead of the store's (negative: behind)."""

    least: float = -ANY_ZONE
    most: float = ANY_ZONE

    def without_zone(self) -> float:
        """Return by how much the vendor's clock is ahead at most, if whole quarters of an hour are its time zone."""
        return self.most - ZONE * round(self.most / ZONE)

    @classmethod
    def of(cls, samples: Iterable[ClockOffset]) -> ClockOffset:
        """Return what fits all samples; where none does, since some are wrong, what covers all."""
        found = list(samples)
        if not found:
            return cls()
        narrow = cls(max(one.least for one in found), min(one.most for one in found))
        if narrow.least <= narrow.most:
            return narrow
        return cls(min(one.least for one in found), max(one.most for one in found))

    @classmethod
    def sample(cls, armed_at: float, created: float, within: float) -> ClockOffset:
        """Tell by a task that was created within some seconds of arming."""
        return cls(created - armed_at - within, created - armed_at)


def mark_of(marker: int, task: ListedCandidate) -> Marks:
    """Tell by a task that is known to be that of a submit with this marker."""
    if task.due is None or task.due == marker * 1000:
        return Marks.PROVEN if task.due is not None and marker % 10 else Marks.UNPROVEN
    if task.due > marker * 1000 and task.created is not None and task.shows_arrival:
        return Marks.UNPROVEN  # it arrived after its moment
    return Marks.REFUSED


def together(*marks: Marks) -> Marks:
    """Return what several say: a refusal counts for good."""
    return next((one for one in (Marks.REFUSED, Marks.PROVEN) if one in marks), Marks.UNPROVEN)
