"""Waiting for many tasks: what has ended since the last look, tick by tick."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from optcloud.aimms.tasks.bulk_polling import Sweep, Watched
from optcloud.aimms.tasks.hooks import Hooked
from optcloud.aimms.tasks.task_flows import HOOKED_PACE, PACE, TaskFlows
from optcloud.core.errors import ConfigError, JobGone, OptCloudError, RateLimited, ResponseMismatch, WaitTimeout
from optcloud.core.events import PollFailed, Watching
from optcloud.core.flow import Flow, Instant, Notify, ReadClock, Sleep
from optcloud.core.polling import PASSING, Pace, TimeLeft
from optcloud.core.states import Status

Ended: TypeAlias = tuple[TaskFlows, Status]
CountProgress: TypeAlias = Callable[[int, int], object]
THE_LIST = "the list of tasks"  # in place of a reference in `PollFailed`
MOST_FAILURES = 3  # looks in a row that fail, after which the rest waits for the next tick


class Ends:
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
        for task in self.given:
            if task.reference.cloud != "aimms":
                raise ConfigError(f"{task.reference} is not a task of AIMMS PRO")
            if task.reference.profile != profile:
                raise ConfigError(
                    f"{task.reference} belongs to the profile {task.reference.profile}, not to {profile}; "
                    f"wait for it with OptCloud({task.reference.profile!r})"
                )
        self.ended: dict[str, Status] = {}
        self._pending = {str(task.reference): Watched(task, task.created) for task in self.given}
        self._total = len(self._pending)
        self._gone: list[str] = []
        self._timeout = timeout
        self._pace = pace or (PACE if hook is None else HOOKED_PACE)
        self._delays = self._pace.delays()
        self._progress = progress
        self._alarm = None if hook is None else hook.alarm({task.id for task in self.given}, ends_only=True)
        self._sweep = Sweep()
        self._left: TimeLeft | None = None
        self._due = 0.0
        self._done = 0.0
        self._healthy = 0.0
        self._again: dict[str, float] = {}
        self._fault: OptCloudError | None = None

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
        return (yield from self._tick(self._left, names))

    def all(self) -> Flow[list[Status]]:
        """Wait for the end of each task and return the statuses in the order given."""
        while (yield from self.next()) is not None:
            pass
        return [self.ended[str(task.reference)] for task in self.given]

    # ------------------------------------------------------------ time

    def _elapsed(self) -> Flow[float]:
        now: Instant = yield ReadClock()
        return now.monotonic - self._left.began if self._left else 0.0

    def _pause(self) -> Flow[frozenset[str]]:
        """Sleep until the next tick or a call; return the ids of the tasks that there is reason to look at before."""
        now = yield from self._elapsed()
        self._pass_over(now - self._done)
        until = min([self._due, *self._again.values()])
        if self._timeout is not None:
            if now >= self._timeout:
                raise self._late(self._timeout)
            if self._timeout <= until:  # one last look at the deadline itself
                until = self._due = self._timeout
        yield Sleep(max(0.0, until - now), self._alarm)
        return (yield from self._heard())

    def _pass_over(self, seconds: float) -> None:
        """Do not count time in which the caller did something else: no look could have failed then."""
        self._healthy += seconds
        self._sweep.read_at += seconds
        for watched in self._pending.values():
            watched.looked += seconds

    def _heard(self) -> Flow[frozenset[str]]:
        """Return the ids that hooks have told of, and once more those of a while ago: a change may show late."""
        rung = frozenset() if self._alarm is None else self._alarm.heard()
        now = yield from self._elapsed()
        again = {name for name, when in self._again.items() if when <= now}
        later = {name: when for name, when in self._again.items() if name not in again}
        self._again = later | dict.fromkeys(rung, now + self._pace.first)
        return rung | again

    # ------------------------------------------------------------ looks

    def _tick(self, left: TimeLeft, names: frozenset[str]) -> Flow[list[Ended]]:
        """Look at the tasks named, or at all when it is time; errors wait until what was found is handed over."""
        now = yield from self._elapsed()
        everything = not names or now >= self._due
        due = [watched for watched in self._pending.values() if everything or watched.task.id in names]
        asked = 0.0
        try:
            yield from left.run(self._look(due, now))
        except PASSING as error:
            asked = getattr(error, "retry_after", None) or 0.0
            yield from self._note(error)
        except OptCloudError as error:
            self._fault = error
        self._done = now = yield from self._elapsed()
        if everything:
            self._due = now + max(next(self._delays), min(asked, self._pace.longest))
        batch = self._take_ended()
        if self._again:
            pending = {watched.task.id for watched in self._pending.values()}
            self._again = {name: when for name, when in self._again.items() if name in pending}
        if self._progress is not None:
            self._progress(len(self.ended), self._total)
        yield Notify(Watching(len(self.ended), self._total, now))
        if self._fault is not None and not batch:
            raise self._fault
        return batch

    def _look(self, due: list[Watched], now: float) -> Flow[None]:
        listed = [watched for watched in due if not watched.by_itself]
        one_by_one = due
        swept: set[str] = set()
        if self._sweep.pays(len(listed)):
            try:
                unseen = yield from self._sweep.look(listed, now)
            except ResponseMismatch as error:
                yield Notify(PollFailed(THE_LIST, str(error), now))
                return
            except PASSING as error:
                yield Notify(PollFailed(THE_LIST, str(error), now))
                raise
            if self._sweep.refused is not None:
                yield Notify(PollFailed(THE_LIST, self._sweep.refused, now))
            else:
                swept = {watched.ref for watched in unseen}
            one_by_one = unseen + [watched for watched in due if watched.by_itself]
        yield from self._one_by_one(sorted(one_by_one, key=lambda watched: watched.failing), swept)

    def _one_by_one(self, due: list[Watched], swept: set[str]) -> Flow[None]:
        failures = 0
        for watched in due:
            try:
                status = yield from watched.task.poll()
            except JobGone:
                self._gone.append(watched.ref)
                del self._pending[watched.ref]
                continue
            except PASSING as error:
                failures += 1
                watched.failing = True
                now = yield from self._elapsed()
                yield Notify(PollFailed(watched.ref, str(error), now))
                if now - watched.looked >= self._pace.patience:
                    self._fault = error
                if failures >= MOST_FAILURES or isinstance(error, RateLimited) or self._fault is not None:
                    raise
                continue
            failures = 0
            if watched.ref in swept:
                self._sweep.missed(watched)
            self._healthy = yield from self._elapsed()
            watched.saw(status, self._healthy)

    def _note(self, error: OptCloudError) -> Flow[None]:
        """A tick failed. The wait goes on, unless that has lasted too long."""
        now = yield from self._elapsed()
        if now - max(self._healthy, self._sweep.read_at) >= self._pace.patience:
            self._fault = error

    # ------------------------------------------------------------ ends

    def _take_ended(self) -> list[Ended]:
        batch = [
            (watched.task, watched.status)
            for watched in self._pending.values()
            if watched.status is not None and watched.status.state.ended
        ]
        for task, status in batch:
            self.ended[str(task.reference)] = status
            del self._pending[str(task.reference)]
        return batch

    def _late(self, timeout: float) -> WaitTimeout:
        left = (*self._pending, *self._gone)
        words = f"{len(left)} of {self._total} tasks have not ended after {timeout:g} s; the first"
        return WaitTimeout(words, ref=left[0], ended=self.ended, left=left)

    def _check_gone(self) -> None:
        if self._gone:
            words = (
                f"AIMMS PRO does not know {len(self._gone)} of {self._total} tasks; the others have ended; the first"
            )
            raise JobGone(words, ref=self._gone[0], ended=self.ended, left=tuple(self._gone))
