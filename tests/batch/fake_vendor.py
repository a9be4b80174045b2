"""A vendor in memory, and what jobs run on there: what becomes of each submit is written in a script.

The vendor's time is the event loop's. A submit that is on its way arrives whatever becomes of the worker.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Literal, Self

from attrs import define, field

from optcloud.batch.jobs import (
    Adopt,
    ArmedJob,
    Ending,
    JobState,
    LookAgain,
    NeverArrived,
    NotSent,
    Refused,
    SendOutcome,
    Sent,
    Timings,
    UnknownFate,
    Verdict,
)
from optcloud.batch.targets.target import LedgerView
from optcloud.core.errors import JobGone, ServerError

Way = Literal["taken", "reply lost", "lost on the way", "not sent", "refused", "ends the run"]


class Killed(BaseException):
    """The process is no more."""


@define
class FakeJob:
    """A job that the vendor has. ``at``: when it was taken; ``until``: when it has ended."""

    ref: str
    key: str
    content: bytes
    marker: int
    at: float
    until: float
    deleted: bool = False
    queued: bool = True


@define
class FakeVendor:
    """``way(key, attempt)`` decides about a submit; ``arrives`` and ``replies`` are seconds, ``runs`` too."""

    way: Callable[[str, int], Way] = lambda key, attempt: "taken"
    arrives: Callable[[], float] = lambda: 0.01
    replies: Callable[[], float] = lambda: 0.01
    runs: Callable[[], float] = lambda: 1.0
    tick: float = 0.5
    jobs: dict[str, FakeJob] = field(factory=dict)
    looks: int = 0
    fetched: Counter[str] = field(factory=Counter)
    before_look: Callable[[], None] = lambda: None
    before_fetch: Callable[[str], None] = lambda ref: None
    failed: set[str] = field(factory=set)
    together: int = 0
    most_together: int = 0

    def taken(self, key: str) -> list[FakeJob]:
        """The jobs that it took for a key."""
        return [job for job in self.jobs.values() if job.key == key]

    def take(self, job: ArmedJob, content: bytes) -> str:
        now = asyncio.get_running_loop().time()
        ref = f"fake:default/{len(self.jobs) + 1}"
        self.jobs[ref] = FakeJob(ref, job.key, content, job.marker, now, now + self.runs())
        running = sum(1 for one in self.jobs.values() if one.until > now and not one.deleted)
        self.most_together = max(self.most_together, running)
        return ref

    def link(self) -> Link:
        """What one process knows the vendor by."""
        return Link(self)


@define
class Link:
    """In place of an `AsyncOptCloud`. ``dead``: its process is no more."""

    vendor: FakeVendor
    dead: bool = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


class FakeThing:
    """What a person gives to ``add``."""

    def __init__(self, **words: Any) -> None:
        self.words = words


class FakeTarget:
    """Jobs at the fake vendor; they are told again by their markers."""

    def __init__(self, link: Link | None, spec: Mapping[str, Any]) -> None:
        self.link, self._spec = link, dict(spec)
        self._watched: set[str] = set()
        self.known: LedgerView | None = None
        self.closed = False

    @classmethod
    def of(cls, thing: FakeThing) -> Self:
        return cls(None, {"cloud": "fake_vendor", "version": None, **thing.words})

    @classmethod
    def from_spec(cls, oc: Link, spec: Mapping[str, Any]) -> Self:
        return cls(oc, spec)

    @property
    def account(self) -> str:
        return "fake:account"

    def spec(self) -> Mapping[str, Any]:
        return self._spec

    def know(self, ledger: LedgerView) -> None:
        self.known = ledger

    async def settle(self) -> None:
        self._spec["version"] = self._spec["version"] or "1.4"

    @property
    def vendor(self) -> FakeVendor:
        assert self.link is not None
        if self.link.dead:
            raise Killed
        return self.link.vendor

    async def send(self, job: ArmedJob, content: bytes, timings: Timings) -> SendOutcome:
        vendor, loop = self.vendor, asyncio.get_running_loop()
        way = vendor.way(job.key, job.attempt)
        if way == "ends the run":
            raise forbidden()
        if way == "not sent":
            return NotSent("the line is down")
        refs: list[str] = []
        on_the_way = vendor.arrives()
        if way in ("taken", "reply lost"):
            if on_the_way:
                loop.call_later(on_the_way, lambda: refs.append(vendor.take(job, content)))
            else:
                refs.append(vendor.take(job, content))
        await asyncio.sleep(min(on_the_way + vendor.replies(), timings.send))
        if way == "refused":
            return Refused("no such input")
        if way == "taken" and refs:
            return Sent(refs[0])
        return UnknownFate("the reply was lost")

    def watch(self, refs: Collection[str]) -> None:
        self._watched.update(refs)

    async def ended(self) -> Sequence[tuple[str, Any]]:
        await asyncio.sleep(self.vendor.tick)
        self.vendor.looks += 1
        self.vendor.before_look()
        now, jobs = asyncio.get_running_loop().time(), self.vendor.jobs
        over = [ref for ref in sorted(self._watched) if ref not in jobs or jobs[ref].until <= now or jobs[ref].deleted]
        self._watched.difference_update(over)
        return [(ref, None) for ref in over]

    async def ending(self, key: str, ref: str, how: Any) -> Ending:
        vendor = self.vendor
        vendor.fetched[ref] += 1
        vendor.together += 1
        try:
            await asyncio.sleep(0.01)
        finally:
            vendor.together -= 1
        vendor.before_fetch(ref)
        job = self.vendor.jobs.get(ref)
        if job is None or job.deleted:
            raise JobGone("it is no more", ref=ref)
        if job.key in vendor.failed:
            return Ending(key, ref, JobState.FAILED, "Failed", "infeasible", ended=job.until)
        return Ending(key, ref, JobState.OK, "Done", result=b"result of " + job.content, ended=job.until)

    async def reconcile(self, jobs: Sequence[ArmedJob], known: LedgerView, timings: Timings) -> Sequence[Verdict]:
        await asyncio.sleep(0.01)
        verdicts: list[Verdict] = []
        for job in jobs:
            assert known.now() >= job.armed_at + timings.settled, "it may still arrive"
            refs = [one.ref for one in self.vendor.jobs.values() if one.marker == job.marker]
            verdicts.append(
                Adopt(job.key, job.attempt, refs[0]) if refs else NeverArrived(job.key, job.attempt, "not there")
            )
        return verdicts

    async def cancel(self, ref: str, *, running: bool) -> bool:
        await asyncio.sleep(0.01)
        job, now = self.vendor.jobs[ref], asyncio.get_running_loop().time()
        if job.queued and job.until > now:
            job.deleted = True
            return True
        if running:
            job.until = min(job.until, now)
        return False

    async def close(self) -> None:
        self.closed = True


def look_again(job: ArmedJob) -> LookAgain:
    return LookAgain(job.key, job.attempt, "it cannot be told yet")


def forbidden() -> Exception:
    from optcloud.core.errors import Forbidden

    return Forbidden("not allowed")


def down() -> Exception:
    return ServerError("down", status=503)
