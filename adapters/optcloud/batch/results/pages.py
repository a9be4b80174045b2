"""Results of a batch, in the order in which its jobs ended, some at a time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from optcloud.batch.jobs import JobState
from optcloud.core.flow import Flow, RunBlocking

if TYPE_CHECKING:
    from optcloud.batch.ledger.ledger import JobLedger
    from optcloud.batch.results.results import JobResult

T = TypeVar("T")
PAGE = 200
TICK = 1.0  # seconds between two looks for more
_OPEN = (JobState.NEW, JobState.ARMED, JobState.SENT)


class AskLedger(Protocol):
    """Does work with the ledger, as a flow."""

    def __call__(self, work: Callable[[JobLedger], T], /) -> Flow[T]: ...


class ResultPages:
    """Pairs of key and result."""

    def __init__(self, ask: AskLedger, batch: str, states: tuple[JobState, ...], *, follow: bool = False) -> None:
        self._ask, self._batch, self._states, self._follow = ask, batch, states, follow
        self._keys: deque[str] | None = None
        self._given: set[str] = set()  # where more is waited for

    def next(self) -> Flow[list[tuple[str, JobResult]] | None]:
        """Return the next page, or None: there are no more."""
        while not self._keys:
            first = self._keys is None
            if not (first or self._follow):
                return None
            more = self._follow and (yield from self._ask(self._any_open))  # before the keys: what ends later is seen
            self._keys = yield from self._ask(self._ended)
            if not self._keys:
                if not more:
                    return None
                yield RunBlocking(partial(time.sleep, TICK))
        page = [self._keys.popleft() for _ in range(min(PAGE, len(self._keys)))]
        return (yield from self._ask(lambda ledger: self._results(ledger, page)))

    def _any_open(self, ledger: JobLedger) -> bool:
        counts = ledger.counts(self._batch)
        return any(counts[state] for state in _OPEN)

    def _ended(self, ledger: JobLedger) -> deque[str]:
        keys = ledger.keys_by_ending(self._batch, self._states)
        return deque(key for key in keys if key not in self._given)

    def _results(self, ledger: JobLedger, keys: list[str]) -> list[tuple[str, JobResult]]:
        from optcloud.batch.results.results import JobResult  # noqa: PLC0415 - only who reads results needs it

        if self._follow:
            self._given.update(keys)
        rows = {row.key: row for row in ledger.rows(self._batch, keys=keys)}
        return [(key, JobResult.of(rows[key])) for key in keys if rows[key].state in self._states]
