"""Points of a worker's way, at which it notes something, or kills or freezes itself.

They are put around what the product does (ledger, HTTP, looking), and change nothing of it.
"""

from __future__ import annotations

import functools
import os
import signal
import threading
from typing import Any

import httpx

from batch_kill.notes import NotePad
from optcloud.batch.ledger.ledger import JobLedger
from optcloud.batch.targets import target_for
from optcloud.transport.async_connection_pool import AsyncConnectionPool


class Points:
    """Of one process, which kills or freezes itself at one of them once it is told to."""

    def __init__(self, pad: NotePad) -> None:
        self.pad = pad
        self._lock = threading.Lock()
        self._aim: str | None = None
        self._left = 0
        self._number = signal.SIGKILL

    def aim_at(self, point: str, nth: int, number: signal.Signals) -> None:
        """Send this process the signal at the ``nth`` passing of the point, from now on."""
        with self._lock:
            self._aim, self._left, self._number = point, nth, number

    def reach(self, point: str) -> None:
        """Be at a point."""
        with self._lock:
            if point != self._aim:
                return
            self._left -= 1
            if self._left > 0:
                return
            self._aim = None
        self.pad.note("aim", point=point, signal=self._number.name)
        os.kill(os.getpid(), self._number)


def install(points: Points) -> None:
    """Put the points in."""
    _ledger(points)
    _http(points)
    _target(points)


def _ledger(points: Points) -> None:
    arm, sent, end, take = JobLedger.arm, JobLedger.sent, JobLedger.end, JobLedger.take

    @functools.wraps(arm)
    def armed(self: JobLedger, *given: Any, **more: Any) -> Any:
        arming = arm(self, *given, **more)
        if arming.jobs:
            points.reach("armed")
        return arming

    @functools.wraps(sent)
    def noted(self: JobLedger, *given: Any, **more: Any) -> Any:
        done = sent(self, *given, **more)
        points.reach("noted")
        return done

    @functools.wraps(end)
    def ended(self: JobLedger, *given: Any, **more: Any) -> Any:
        count = end(self, *given, **more)
        points.reach("ended")
        return count

    @functools.wraps(take)
    def taken(self: JobLedger, name: str, chunk: int) -> int:
        epoch = take(self, name, chunk)
        points.pad.note("take", batch=name, chunk=chunk, epoch=epoch)
        return epoch

    _put(JobLedger, arm=armed, sent=noted, end=ended, take=taken)


def _http(points: Points) -> None:
    original = AsyncConnectionPool.handle_async_request

    async def handle_async_request(self: Any, request: httpx.Request) -> Any:
        if request.method == "POST" and "/tasks/" in request.url.path:

            async def trace(event: str, info: dict[str, Any]) -> None:
                step = event.partition(".")[2]
                if step == "send_request_body.complete":
                    points.reach("sent")
                elif step == "receive_response_body.complete":
                    points.reach("replied")

            request.extensions = {**request.extensions, "trace": trace}
            points.reach("sending")
        return await original(self, request)

    _put(AsyncConnectionPool, handle_async_request=handle_async_request)


class _NotedTarget:
    """A target whose looks and verdicts are noted."""

    def __init__(self, target: Any, pad: NotePad) -> None:
        self._target, self._pad = target, pad

    def __getattr__(self, name: str) -> Any:
        return getattr(self._target, name)

    async def reconcile(self, *given: Any, **more: Any) -> Any:
        verdicts = await self._target.reconcile(*given, **more)
        for verdict in verdicts:
            reason = getattr(verdict, "reason", "")
            self._pad.note("verdict", word=type(verdict).__name__, key=verdict.key, reason=reason)
        return verdicts

    async def ended(self) -> Any:
        found = await self._target.ended()
        self._pad.note("tick")
        return found


def _target(points: Points) -> None:
    original = target_for.target_for

    def made(*given: Any, **more: Any) -> Any:
        return _NotedTarget(original(*given, **more), points.pad)

    _put(target_for, target_for=made)


def _put(place: Any, **what: Any) -> None:
    for name, value in what.items():
        setattr(place, name, value)
