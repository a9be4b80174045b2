"""Watching tasks that come and go: which have ended since the last look, at one list request a page a tick."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from optcloud.aimms.tasks.bulk_polling import Sweep, Watched
from optcloud.aimms.tasks.task_flows import PACE, TaskFlows
from optcloud.core.errors import ConfigError, JobGone, OptCloudError, RateLimited, ResponseMismatch
from optcloud.core.events import NotKnown, PollFailed
from optcloud.core.flow import Flow, Instant, Notify, ReadClock, Sleep
from optcloud.core.polling import PASSING, Pace, TimeLeft, may_pass
from optcloud.core.states import Status
from optcloud.core.wake_up import Alarm

Ended: TypeAlias = tuple[TaskFlows, Status]
THE_LIST = "the list of tasks"  # in place of a reference in `PollFailed`
MOST_FAILURES = 3  # looks in a row that fail, after which the rest waits for the next tick


class TaskWatch:
    """Tasks of one profile that are looked at together. They may be added, and let go, between any two looks.

    ``pace``: it begins anew when a task was added or has ended. ``alarm`` wakes it for a look at the tasks whose ids it
    rings for. ``on_other`` is given what the list shows of tasks that are not watched. Raises `ConfigError` at once for
    a task of another profile.
    """

    def __init__(
        self,
        profile: str,
        *,
        pace: Pace | None = None,
        alarm: Alarm | None = None,
        on_other: Callable[[Mapping[str, Any]], object] | None = None,
    ) -> None:
        self._profile = profile
        self._pending: dict[str, Watched] = {}
        self._gone: list[TaskFlows] = []
        self._pace = pace or PACE
        self._delays = self._pace.delays()
        self._alarm = alarm
        self._sweep = Sweep(on_other)
        self._left: TimeLeft | None = None
        self._due = 0.0
        self._done = 0.0
        self._healthy = 0.0
        self._answered = False
        self._again: dict[str, float] = {}
        self._fault: OptCloudError | None = None
        self._changed = False

    def __len__(self) -> int:
        """Return how many have not ended yet, as far as is known."""
        return len(self._pending)

    def add(self, tasks: Iterable[TaskFlows]) -> None:
        """Watch these, too; one that is watched already stays as it is."""
        for task in tasks:
            if task.reference.cloud != "aimms":
                raise ConfigError(f"{task.reference} is not a task of AIMMS PRO")
            if task.reference.profile != self._profile:
                raise ConfigError(
                    f"{task.reference} belongs to the profile {task.reference.profile}, not to {self._profile}; "
                    f"wait for it with OptCloud({task.reference.profile!r})"
                )
            ref = str(task.reference)
            if ref not in self._pending:
                self._pending[ref] = Watched(task, task.created, looked=self._done)
                self._changed = True

    def let_go(self, refs: Iterable[str]) -> None:
        """Watch these no longer."""
        for ref in refs:
            self._pending.pop(ref, None)

    def look(self) -> Flow[list[tuple[TaskFlows, Status | None]]]:
        """Sleep until it is time, look, and return what has ended since, each task once; None: AIMMS knows it no more.

        A look that fails in passing (5XX, 429, the wire) is told by an event and made again, unless that lasts for
        ``pace.patience`` seconds, or will not pass and AIMMS has not answered before. What it raises does not end the
        watch: the next call goes on with all that is left.
        """
        names = frozenset[str]()
        if self._left is None:
            self._left = yield from TimeLeft.from_now(None)
        elif self._fault is None:
            names = yield from self._pause()
        if self._fault is None:
            ended: list[tuple[TaskFlows, Status | None]] = [*(yield from self._tick(self._left, names))]
            ended += [(task, None) for task in self._gone]
            self._gone.clear()
            if ended or self._fault is None:
                return ended
        fault, self._fault = self._fault, None
        self._healthy = self._done
        for watched in self._pending.values():
            watched.looked = max(watched.looked, self._done)
        raise fault

    # ------------------------------------------------------------ time

    def _elapsed(self) -> Flow[float]:
        now: Instant = yield ReadClock()
        return now.monotonic - self._left.began if self._left else 0.0

    def _pause(self) -> Flow[frozenset[str]]:
        """Sleep until the next tick or a call; return the ids of the tasks that there is reason to look at before."""
        now = yield from self._elapsed()
        self._pass_over(now - self._done)
        yield Sleep(max(0.0, self._next_look(now) - now), self._alarm)
        return (yield from self._heard())

    def _next_look(self, now: float) -> float:
        """Return when to look next, in seconds since the watch began."""
        return min([self._due, *self._again.values()])

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
        batch = self._take_ended()
        if everything:
            self._due = now + max(self._delay(batch), min(asked, self._pace.longest))
        if self._again:
            pending = {watched.task.id for watched in self._pending.values()}
            self._again = {name: when for name, when in self._again.items() if name in pending}
        return batch

    def _delay(self, batch: Sequence[Ended]) -> float:
        """Return how long to sleep after a look at all tasks."""
        if batch or self._changed:
            self._delays, self._changed = self._pace.delays(), False
        return next(self._delays)

    def _take_ended(self) -> list[Ended]:
        batch = [
            (watched.task, watched.status)
            for watched in self._pending.values()
            if watched.status is not None and watched.status.state.ended
        ]
        self.let_go(str(task.reference) for task, _status in batch)
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
                swept, self._answered = {watched.ref for watched in unseen}, True
            one_by_one = unseen + [watched for watched in due if watched.by_itself]
        yield from self._one_by_one(sorted(one_by_one, key=lambda watched: watched.failing), swept)

    def _one_by_one(self, due: list[Watched], swept: set[str]) -> Flow[None]:
        failures = 0
        for watched in due:
            try:
                status = yield from watched.task.poll()
            except JobGone:
                self._gone.append(watched.task)
                del self._pending[watched.ref]
                yield Notify(NotKnown(watched.ref))
                continue
            except PASSING as error:
                failures += 1
                watched.failing = True
                now = yield from self._elapsed()
                yield Notify(PollFailed(watched.ref, str(error), now))
                if now - watched.looked >= self._pace.patience or self._is_hopeless(error):
                    self._fault = error
                if failures >= MOST_FAILURES or isinstance(error, RateLimited) or self._fault is not None:
                    raise
                continue
            except OptCloudError:
                watched.failing = True
                raise
            failures, self._answered = 0, True
            if watched.ref in swept:
                self._sweep.missed(watched)
            self._healthy = yield from self._elapsed()
            watched.saw(status, self._healthy)

    def _note(self, error: OptCloudError) -> Flow[None]:
        """A tick failed. The wait goes on, unless that has lasted too long."""
        now = yield from self._elapsed()
        if now - max(self._healthy, self._sweep.read_at) >= self._pace.patience or self._is_hopeless(error):
            self._fault = error

    def _is_hopeless(self, error: OptCloudError) -> bool:
        return not (self._answered or may_pass(error))
