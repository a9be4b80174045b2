"""What a test has in store for the requests to come: faults, refusals, launch scripts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(eq=False)
class Scripted(Generic[T]):
    """Hits `times` requests (None: all) after the first `skip` that it is meant for."""

    what: T
    times: int | None
    skip: int = 0


class PendingQueue(Generic[T]):
    """In the order added; the first that is meant for a request hits it."""

    def __init__(self) -> None:
        self.entries: list[Scripted[T]] = []

    def add(self, what: T, times: int | None, skip: int = 0) -> None:
        """ValueError when `times` is less than 1."""
        if times is not None and times < 1:
            raise ValueError(f"times must be 1 or more, or None for every time, got {times!r}")
        self.entries.append(Scripted(what, times, skip))

    def take(self, is_meant: Callable[[T], bool]) -> T | None:
        """What hits the next request, if anything does."""
        for entry in self.entries:
            if not is_meant(entry.what):
                continue
            if entry.skip > 0:
                entry.skip -= 1
                continue
            if entry.times is not None:
                entry.times -= 1
                if entry.times == 0:
                    self.entries.remove(entry)
            return entry.what
        return None
