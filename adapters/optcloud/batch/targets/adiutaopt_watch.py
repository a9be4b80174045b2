"""Looking at many plans of adiutaOpt: it has no list, so each is looked at by itself, the older the more rarely.

A plan that is waited for is an entry of a heap: no task, no thread, some 500 bytes. Only looks under way are tasks,
`TOGETHER` at most.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeAlias

from attrs import define, field, frozen

from optcloud.batch.jobs import Ending, JobState
from optcloud.core.clock import Clock
from optcloud.core.errors import JobGone, OptCloudError, ResponseMismatch
from optcloud.core.flow import Instant
from optcloud.core.polling import Pace
from optcloud.core.states import State
from optcloud.core.wake_up import Alarm

PACE = Pace(first=1.0, longest=60.0)
TOGETHER = 8  # looks at a time
MOST_HELD = 32 * 1024 * 1024  # bytes of solutions at which no further look begins, until they have been handed over
GATHER = 0.05  # seconds for which other looks may end, too, once one found an end: endings are written in groups
MOST_PER_SECOND = 100  # looks on average; many thousands of plans are looked at more rarely for it
_UNTIL_RUNG = 3600.0


@frozen
class Look:
    """What a look showed. ``body``: the plan or the ErrorPlan, as received; ``state`` None: there is no such plan."""

    state: State | None
    word: str
    body: bytes = field(default=b"", repr=False)
    message: str = ""

    @property
    def ended(self) -> bool:
        """Whether it will not change any more."""
        return self.state is None or self.state.ended


LookAt: TypeAlias = Callable[[str, Instant], Awaitable[Look]]


def ending_of(key: str, ref: str, look: Look) -> Ending:
    """Tell how a job has ended. Of an ErrorPlan the content is kept as its result, too: it says what is wrong."""
    if look.state is None:
        return Ending(key, ref, JobState.GONE, look.word, look.message)
    state = JobState.OK if look.state is State.SUCCEEDED else JobState.FAILED
    return Ending(key, ref, state, look.word, look.message, result=look.body, content_type="application/json")


@define(eq=False)
class _Watched:
    since: Instant
    looks: int = 0
    garbled_since: float | None = None
    """Since when each look has found what is neither plan nor ErrorPlan (monotonic clock)."""


class PlanWatch:
    """The plans that are waited for, of all batches of one target.

    ``look_at`` looks once, with the time since when the plan is watched, for a key that is too new to be known. Its
    errors count as "not yet"; where nothing but errors comes, the last one is raised by `ended`, which may be called
    again. A plan of which nothing can be understood for ``pace.patience`` seconds has failed.
    """

    def __init__(self, look_at: LookAt, clock: Clock, pace: Pace = PACE) -> None:
        self._look_at, self._clock, self._pace = look_at, clock, pace
        self._watched: dict[str, _Watched] = {}
        self._due: list[tuple[float, str]] = []
        self._looks: dict[asyncio.Task[Look], str] = {}
        self._found: list[tuple[str, Look]] = []
        self._held = 0
        self._error: Exception | None = None
        self._alarm = Alarm()  # rung when a look is over, and when there is more to watch
        self._one_asks = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._watched)

    def add(self, refs: Iterable[str]) -> None:
        """Watch these, too."""
        now = self._clock.now()
        for ref in refs:
            if ref not in self._watched:
                self._watched[ref] = watched = _Watched(now)
                self._look_later(ref, watched)
        self._alarm.ring("more")

    async def ended(self) -> Sequence[tuple[str, Look]]:
        """Wait for looks, and return which plans have ended, each once; [] when all that were due go on.

        Cancelled, it loses none. Raises what the looks failed with.
        """
        async with self._one_asks:
            looked = False
            while not self._found:
                self._begin_looks()
                if looked and not self._looks:
                    break
                looked = looked or bool(self._looks)
                await self._clock.doze_async(self._pause(), self._alarm)
                self._alarm.heard()
                self._take()
            if self._found and self._looks:
                await asyncio.wait(self._looks, timeout=GATHER)
                self._take()
            return self._hand_over()

    async def close(self) -> None:
        """Break off the looks under way."""
        looks = list(self._looks)
        for look in looks:
            look.cancel()
        await asyncio.gather(*looks, return_exceptions=True)

    def _look_later(self, ref: str, watched: _Watched) -> None:
        pace = self._pace
        grown = min(pace.longest, pace.first * pace.factor ** min(watched.looks, 100))
        delay = max(grown, len(self._watched) / MOST_PER_SECOND) * (1.0 + pace.jitter * (2.0 * pace.random() - 1.0))
        watched.looks += 1
        heapq.heappush(self._due, (self._clock.now().monotonic + delay, ref))

    def _pause(self) -> float:
        """Return for how long there is nothing to begin."""
        if not self._due or not self._has_room():
            return _UNTIL_RUNG
        return max(0.0, self._due[0][0] - self._clock.now().monotonic)

    def _has_room(self) -> bool:
        return len(self._looks) < TOGETHER and self._held < MOST_HELD

    def _begin_looks(self) -> None:
        now = self._clock.now().monotonic
        while self._due and self._due[0][0] <= now and self._has_room():
            _, ref = heapq.heappop(self._due)
            look = asyncio.ensure_future(self._look_at(ref, self._watched[ref].since))
            look.add_done_callback(lambda _: self._alarm.ring("looked"))
            self._looks[look] = ref

    def _take(self) -> None:
        """Take what the looks that are over have shown."""
        for task in [task for task in self._looks if task.done()]:
            ref = self._looks.pop(task)
            look = self._shown(ref, task)
            if look is not None and look.ended:
                del self._watched[ref]
                self._found.append((ref, look))
                self._held += len(look.body)
            else:
                self._look_later(ref, self._watched[ref])

    def _shown(self, ref: str, task: asyncio.Task[Look]) -> Look | None:
        """Return what a look has shown; None where it failed."""
        watched, now = self._watched[ref], self._clock.now().monotonic
        try:
            look = task.result()
        except JobGone as gone:
            return Look(None, "gone", message=str(gone))
        except ResponseMismatch as error:
            if watched.garbled_since is None:
                watched.garbled_since = now
            elif now - watched.garbled_since >= self._pace.patience:
                return Look(State.FAILED, "not understood", error.body, str(error))
            return None
        except (OptCloudError, asyncio.CancelledError) as error:
            self._error = error if isinstance(error, OptCloudError) else self._error
            return None
        self._error = watched.garbled_since = None
        return look

    def _hand_over(self) -> list[tuple[str, Look]]:
        found, self._found, self._held = self._found, [], 0
        error, self._error = self._error, None
        if error is not None and not found:
            raise error
        return found
