"""Waking a sleeping flow from outside: a call that comes in ends a wait early."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from optcloud.core.process_bound import ProcessBound, renew_in_child


class Alarm(ProcessBound):
    """Wakes one sleeper, from any thread, and keeps the names that it was rung for until these are heard.

    A ring while nobody sleeps is not lost: the next sleep ends at once.
    """

    HINT = "wait in the process that the calls come to"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: set[str] = set()
        self._sleepers: list[Callable[[], None]] = []
        renew_in_child(self)

    def after_fork(self) -> None:
        """Make the lock anew: who held it may not be in this process."""
        self._lock = threading.Lock()

    def ring(self, name: str) -> None:
        """Wake the sleeper, in the name of what happened."""
        with self._lock:
            self._names.add(name)
            for wake in self._sleepers:
                wake()

    def heard(self) -> frozenset[str]:
        """Return the names rung for since the last time, and forget them."""
        with self._lock:
            names = frozenset(self._names)
            self._names.clear()
        return names

    @contextmanager
    def wakes(self, wake: Callable[[], None]) -> Iterator[None]:
        """Have ``wake`` called by each ring inside the block, at once if there was one already."""
        with self._lock:
            self._sleepers.append(wake)
            if self._names:
                wake()
        try:
            yield
        finally:
            with self._lock:
                self._sleepers.remove(wake)
