"""Waiting for the jobs of a batch that were sent: look which have ended, fetch what they left, write it down.

A waiting job is an entry of a dictionary: no thread and no task. Fetches run some at a time; endings are written in
groups.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from attrs import frozen

from optcloud.batch.events import CloudFailed
from optcloud.batch.jobs import Ending, JobState, TakenBack
from optcloud.batch.targets.target import ENDS_THE_RUN
from optcloud.batch.worker.back_off import BackOff, passes
from optcloud.batch.worker.worked_batch import WorkedBatch
from optcloud.core.errors import JobGone

if TYPE_CHECKING:
    from optcloud.batch.ledger.ledger import JobLedger

FETCHES = 8  # at a time
GROUP = 100  # endings in one commit
RECHECK = 60.0  # seconds, the longest pause between two fetches of one result


def _end(batch: str, group: list[Ending], ledger: JobLedger) -> int:
    return ledger.end(batch, group)


class Landing(Protocol):
    """Who is told that a job's ending was written down."""

    def landed(self, key: str, ref: str, *, new: bool = False) -> None:
        """Called once for each job; ``new``: it has not ended, but is to be sent again."""


@frozen
class _End:
    """A job that has ended, not fetched yet."""

    key: str
    ref: str
    how: Any
    tries: BackOff


class Gatherer:
    """The jobs of one batch that are waited for."""

    def __init__(self, batch: WorkedBatch) -> None:
        self._batch = batch
        self._waiting: dict[str, dict[str, Landing]] = {}  # by reference: the jobs that have it, and who is told
        self._flying: dict[tuple[str, str], Landing] = {}  # key and reference: ended, but not written down yet
        self._some = asyncio.Event()
        self._ended: asyncio.Queue[_End] = asyncio.Queue()
        self._endings: asyncio.Queue[Ending] = asyncio.Queue(maxsize=2 * GROUP)

    def watch(self, jobs: Iterable[tuple[str, str]], tell: Landing) -> None:
        """Wait for these, too: pairs of key and reference. Those that are waited for already tell the new one."""
        new = []
        for key, ref in jobs:
            if (key, ref) in self._flying:
                self._flying[key, ref] = tell
                continue
            if ref not in self._waiting:
                new.append(ref)
            self._waiting.setdefault(ref, {})[key] = tell  # a vendor may give one reference to two jobs that are alike
        if new:
            self._batch.target.watch(new)
            self._some.set()

    def forget(self, jobs: Iterable[tuple[str, str]], tell: Landing) -> None:
        """Wait for these no more on behalf of one; what has ended is written down all the same."""
        for key, ref in jobs:
            waiting = self._waiting.get(ref, {})
            if waiting.get(key) is tell:
                del waiting[key]
                if not waiting:
                    del self._waiting[ref]

    def tasks(self) -> list[Any]:
        """Return the coroutines that do it; they run until they are cancelled."""
        return [self._look(), self._write(), *(self._fetch() for _ in range(FETCHES))]

    async def _look(self) -> None:
        batch, back_off = self._batch, BackOff()
        while True:
            if not self._waiting:
                self._some.clear()
                await self._some.wait()
            try:
                ended = await batch.target.ended()
            except Exception as error:
                if not passes(error):
                    raise
                pause = back_off.failed(error)
                batch.notify(CloudFailed(batch.name, batch.info.account, "watch", str(error), pause))
                await asyncio.sleep(pause)
                continue
            back_off.went_well()
            for ref, how in ended:
                for key, tell in self._waiting.pop(ref, {}).items():
                    self._flying[key, ref] = tell
                    self._ended.put_nowait(_End(key, ref, how, BackOff(longest=RECHECK)))

    async def _fetch(self) -> None:
        while True:
            end = await self._ended.get()
            ending = await self._ending(end)
            if isinstance(ending, TakenBack):
                await self._take_back(ending)
            elif ending is not None:
                await self._endings.put(ending)

    async def _take_back(self, taken: TakenBack) -> None:
        batch = self._batch
        if await batch.ledger.call("take back", partial(_take_back, batch.name, taken)):
            batch.changed(taken.key, JobState.SENT, JobState.NEW, ref=taken.ref, reason=taken.reason)
        self._flying.pop((taken.key, taken.ref)).landed(taken.key, taken.ref, new=True)

    async def _ending(self, end: _End) -> Ending | TakenBack | None:
        """Fetch; None: later."""
        batch = self._batch
        try:
            return await batch.target.ending(end.key, end.ref, end.how)
        except JobGone as gone:
            return Ending(end.key, end.ref, JobState.GONE, message=str(gone))
        except ENDS_THE_RUN:
            raise
        except Exception as error:  # noqa: BLE001 - the fault of one result is told with its job; the others go on
            if not passes(error):
                message = f"{type(error).__name__}: {error}"
                return Ending(end.key, end.ref, JobState.FAILED, message=message, ended=batch.clock.now().wall)
            pause = end.tries.failed(error)
            batch.notify(CloudFailed(batch.name, batch.info.account, "fetch", str(error), pause, end.key))
            asyncio.get_running_loop().call_later(pause, self._ended.put_nowait, end)
            return None

    async def _write(self) -> None:
        batch = self._batch
        while True:
            group = [await self._endings.get()]
            while len(group) < GROUP and not self._endings.empty():
                group.append(self._endings.get_nowait())
            written = await batch.ledger.call("endings", partial(_end, batch.name, group))
            for ending in group:
                if written:
                    batch.changed(
                        ending.key, JobState.SENT, ending.state, ref=ending.ref, reason=ending.message or ending.word
                    )
                self._flying.pop((ending.key, ending.ref)).landed(ending.key, ending.ref)
            batch.stir_hungry()


def _take_back(batch: str, taken: TakenBack, ledger: JobLedger) -> bool:
    return ledger.take_back(batch, taken.key, taken.ref)
