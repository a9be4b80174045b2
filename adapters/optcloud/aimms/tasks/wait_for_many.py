"""Waiting for a fixed set of tasks: all have ended at last, or it says which have not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from optcloud.aimms.tasks.hooks import Hooked
from optcloud.aimms.tasks.task_flows import HOOKED_PACE, PACE, TaskFlows
from optcloud.aimms.tasks.watching import Ended, TaskWatch
from optcloud.core.errors import JobGone, WaitTimeout
from optcloud.core.events import Watching
from optcloud.core.flow import Flow, Notify
from optcloud.core.polling import Pace, TimeLeft
from optcloud.core.states import Status

CountProgress: TypeAlias = Callable[[int, int], object]


class Ends(TaskWatch):
    """The tasks as they end: `Pages` of (task, its last status). One list request a tick, if that is cheaper.

    A tick looks at all tasks; in between, ``hook`` wakes it for a look at those that a call told of. ``progress`` is
    called after each tick with how many have ended and how many there are. Ended for good: `WaitTimeout` after
    ``timeout`` seconds; `JobGone` once all others have ended and AIMMS does not know some. Both have what has ended and
    what has not (``ended``, ``left``). Faults that pass (5XX, 429, the wire) do not end it, unless they last for
    ``pace.patience`` seconds. Raises `ConfigError` at once for a task of another profile.
    """

    def __init__(
        self,
        profile: str,
        tasks: Iterable[TaskFlows],
        *,
        timeout: float | None = None,
        pace: Pace | None = None,
        progress: CountProgress | None = None,
        hook: Hooked | None = None,
    ) -> None:
        self.given = list(tasks)
        alarm = None if hook is None else hook.alarm({task.id for task in self.given}, ends_only=True)
        super().__init__(profile, pace=pace or (PACE if hook is None else HOOKED_PACE), alarm=alarm)
        self.add(self.given)
        self.ended: dict[str, Status] = {}
        self._total = len(self)
        self._timeout = timeout
        self._progress = progress

    def next(self) -> Flow[list[Ended] | None]:
        """Sleep until there is reason to look, look, and return what has ended; None when all have."""
        if self._fault is not None:
            raise self._fault
        if not self._pending:
            self._check_gone()
            return None
        names = frozenset[str]()
        if self._left is None:
            self._left = yield from TimeLeft.from_now(self._timeout)
        else:
            names = yield from self._pause()
        batch = yield from self._tick(self._left, names)
        self.ended |= {str(task.reference): status for task, status in batch}
        if self._progress is not None:
            self._progress(len(self.ended), self._total)
        yield Notify(Watching(len(self.ended), self._total, self._done))
        if self._fault is not None and not batch:
            raise self._fault
        return batch

    def all(self) -> Flow[list[Status]]:
        """Wait for the end of each task and return the statuses in the order given."""
        while (yield from self.next()) is not None:
            pass
        return [self.ended[str(task.reference)] for task in self.given]

    def _next_look(self, now: float) -> float:
        until = super()._next_look(now)
        if self._timeout is not None:
            if now >= self._timeout:
                raise self._late(self._timeout)
            if self._timeout <= until:  # one last look at the deadline itself
                until = self._due = self._timeout
        return until

    def _delay(self, batch: Sequence[Ended]) -> float:
        return next(self._delays)

    def _late(self, timeout: float) -> WaitTimeout:
        left = (*self._pending, *self._gone_references())
        words = f"{len(left)} of {self._total} tasks have not ended after {timeout:g} s; the first"
        return WaitTimeout(words, ref=left[0], ended=self.ended, left=left)

    def _check_gone(self) -> None:
        if gone := self._gone_references():
            words = f"AIMMS PRO does not know {len(gone)} of {self._total} tasks; the others have ended; the first"
            raise JobGone(words, ref=gone[0], ended=self.ended, left=gone)

    def _gone_references(self) -> tuple[str, ...]:
        return tuple(str(task.reference) for task in self._gone)
