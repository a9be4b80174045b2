"""The ledger, asked from an event loop: in one thread of its own, and again until the store answers.

A store may fail for a while: PostgreSQL is restarted, a disk is full. What is to be written down is kept in memory
until it can be, above all the reference of a job just submitted, and nothing new is armed meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from optcloud.batch.events import StoreBack, StoreFailed
from optcloud.batch.store.store import StoreUnavailable
from optcloud.batch.worker.back_off import BackOff

if TYPE_CHECKING:
    from optcloud.batch.ledger.ledger import JobLedger

T = TypeVar("T")
LONGEST = 5.0  # seconds between two tries


class PatientLedger:
    """Calls of a ledger, awaited. ``tell`` is given `StoreFailed` and `StoreBack`."""

    def __init__(self, ledger: JobLedger, tell: Callable[[object], None], *, executor: Executor | None = None) -> None:
        self.ledger = ledger
        self._tell = tell
        self._executor = executor or ThreadPoolExecutor(1, "optcloud-ledger")
        self.failures = 0
        """How often a call has failed: it may have done its work all the same, unseen."""
        self._failing = 0  # calls that failed, and are repeated
        self._failed_at = self._quiet_until = 0.0
        self._healthy = asyncio.Event()
        self._healthy.set()

    @property
    def failing(self) -> bool:
        """Whether the store does not answer just now."""
        return self._failing > 0

    async def healthy(self) -> None:
        """Wait until no call fails."""
        await self._healthy.wait()

    async def call(self, doing: str, work: Callable[[JobLedger], T]) -> T:
        """Do it in the ledger's thread; where the store fails, again until it works. Raises what is no such failure.

        ``work`` may be done twice: a store can fail after it has written.
        """
        try:
            return await self._once(work)
        except StoreUnavailable as error:
            failed = error
        self._begins_to_fail()
        works = False
        try:
            done = await self._again(doing, work, failed)
            works = True
        finally:
            self._fails_no_more(works=works)
        return done

    async def _again(self, doing: str, work: Callable[[JobLedger], T], failed: StoreUnavailable) -> T:
        back_off = BackOff(first=0.2, longest=LONGEST)
        while True:
            self.failures += 1
            pause = back_off.failed()
            self._tell_of(StoreFailed(doing, str(failed), pause))
            await asyncio.sleep(pause)
            try:
                return await self._once(work)
            except StoreUnavailable as error:
                failed = error

    def _tell_of(self, failed: StoreFailed) -> None:
        """Tell, but not of each call that fails while the store is down: of one in a pause."""
        now = asyncio.get_running_loop().time()
        if now >= self._quiet_until:
            self._quiet_until = now + failed.pause
            self._tell(failed)

    async def _once(self, work: Callable[[JobLedger], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, self.ledger)

    def close(self) -> None:
        """End the thread, after the call that it is at."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _begins_to_fail(self) -> None:
        if self._failing == 0:
            self._failed_at = asyncio.get_running_loop().time()
            self._healthy.clear()
        self._failing += 1

    def _fails_no_more(self, *, works: bool) -> None:
        """Note the end of a call that failed: it works, or was given up."""
        self._failing -= 1
        if self._failing == 0:
            self._healthy.set()
        if self._failing == 0 and works:
            self._tell(StoreBack(asyncio.get_running_loop().time() - self._failed_at))
