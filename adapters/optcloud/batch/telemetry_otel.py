"""A span for each attempt of a job, and metrics of a batch, by OpenTelemetry's API (the extra ``telemetry``).

A span goes from arming to the end. It is made when the attempt is over, with the times that the ledger has, so it is
whole although another process sent the job, or one that was killed; and nothing is kept in memory for a job that runs.
Its parent is the span in which the worker was begun, if there was one.

All names begin with ``optcloud.batch.``. The span ``job`` has the attributes ``optcloud.batch``, ``.key``,
``.attempt``, ``.ref``, ``.state``, ``.cloud``, and an event ``sent``. Metrics: ``changes`` (counter, by state before
and after), ``waiting_time`` (seconds from adding to arming), ``run_time`` (seconds from sending, or from the vendor's
beginning where it tells, to the end), ``in_flight`` (gauge: jobs armed or sent, of all workers). None has inputs or
results.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from opentelemetry import context, metrics, trace

from optcloud.batch.jobs import JobState
from optcloud.core.escaping import escaped, one_line

if TYPE_CHECKING:
    from optcloud.batch.events import JobChanged
    from optcloud.batch.ledger.ledger import JobLedger
    from optcloud.batch.ledger.rows import JobTimes
    from optcloud.batch.worker.patient_ledger import PatientLedger

SCOPE = "optcloud.batch"
SOON = 0.2  # seconds for which jobs that have ended are gathered: the ledger is asked once for all of them
GRACE = 5.0  # seconds, for the last ones
_AT_FAULT = (JobState.FAILED, JobState.GONE, JobState.HELD)


class BatchInstruments:
    """What is measured, of all workers of a process."""

    def __init__(self, tracer: trace.Tracer, meter: metrics.Meter) -> None:
        self.tracer = tracer
        self.workers: set[JobSpans] = set()
        self.changes = meter.create_counter(f"{SCOPE}.changes", "{change}", "changes of state of jobs")
        self.run_time = meter.create_histogram(f"{SCOPE}.run_time", "s", "from sending to the end")
        self.waiting_time = meter.create_histogram(f"{SCOPE}.waiting_time", "s", "from adding to arming")
        meter.create_observable_gauge(
            f"{SCOPE}.in_flight", [self._in_flight], "{job}", "jobs armed or sent, by whichever worker"
        )

    def _in_flight(self, _options: metrics.CallbackOptions) -> Iterable[metrics.Observation]:
        """Ask the ledger, in the exporter's thread; a store that does not answer just now is passed over."""
        for worker in list(self.workers):
            with suppress(Exception):
                yield from list(worker.in_flight())


@cache
def _of_the_program() -> BatchInstruments:
    return BatchInstruments(trace.get_tracer(SCOPE), metrics.get_meter(SCOPE))


class JobSpans:
    """The spans and figures of one worker's jobs."""

    def __init__(self, ledger: PatientLedger, instruments: BatchInstruments) -> None:
        self._ledger, self._instruments = ledger, instruments
        self._parent = context.get_current()
        self._clouds: dict[str, str] = {}  # by batch
        self._armed: dict[tuple[str, str], float] = {}  # of attempts that are being sent here
        self._over: dict[str, list[JobChanged]] = defaultdict(list)  # by batch
        self._telling: asyncio.Task[None] | None = None
        instruments.workers.add(self)

    @classmethod
    def of(cls, ledger: PatientLedger) -> JobSpans:
        """Return those of a worker, told to what the program has set up."""
        return cls(ledger, _of_the_program())

    def changed(self, event: JobChanged) -> None:
        """Count a change; tell of an attempt that is over, shortly after."""
        cloud = self._clouds.setdefault(event.batch, event.account.partition(":")[0])
        states = {"optcloud.before": str(event.before), "optcloud.after": str(event.after)}
        self._instruments.changes.add(1, _named(event.batch, cloud) | states)
        which = event.batch, event.key
        if event.after is JobState.ARMED:
            self._armed[which] = time.time()
            return
        armed = self._armed.pop(which, None)
        if event.after is JobState.NEW:
            if armed is not None:
                self._span(event, armed, None, time.time())
        elif event.after is not JobState.SENT:
            self._over[event.batch].append(event)
            if self._telling is None or self._telling.done():
                self._telling = asyncio.get_running_loop().create_task(self._tell_soon())

    def in_flight(self) -> Iterator[metrics.Observation]:
        """Yield how many jobs of each batch are armed or sent. Blocking."""
        for batch, cloud in list(self._clouds.items()):
            counts = self._ledger.ledger.counts(batch)
            yield metrics.Observation(counts[JobState.ARMED] + counts[JobState.SENT], _named(batch, cloud))

    async def close(self) -> None:
        """Tell of what is left, while the store answers; then measure no more."""
        self._instruments.workers.discard(self)
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.gather(self._telling, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                await self._tell()

    async def _tell_soon(self) -> None:
        while any(self._over.values()):
            await asyncio.sleep(SOON)
            await self._tell()

    async def _tell(self) -> None:
        for batch, over in list(self._over.items()):
            if not (events := list(over)):
                continue
            keys = [event.key for event in events]
            times = await self._ledger.call("times", partial(_times, batch, keys))
            del over[: len(events)]  # not before: what is cancelled meanwhile is told when the worker ends
            for event in events:
                if (found := times.get(event.key)) is not None:
                    self._ended(event, found)

    def _ended(self, event: JobChanged, times: JobTimes) -> None:
        if times.armed is None:  # somebody has put it back to new meanwhile
            return
        named = _named(event.batch, self._clouds[event.batch])
        ended = time.time() if times.ended is None else times.ended
        self._span(event, times.armed, times, ended)
        self._instruments.waiting_time.record(max(0.0, times.armed - times.added), named)
        began = times.started if times.started is not None else times.sent
        if began is not None and times.ended is not None:
            named |= {"optcloud.state": str(event.after)}
            self._instruments.run_time.record(max(0.0, times.ended - began), named)

    def _span(self, event: JobChanged, armed: float, times: JobTimes | None, ended: float) -> None:
        ref = event.ref or (None if times is None else times.ref)
        attributes: dict[str, Any] = _named(event.batch, self._clouds[event.batch]) | {
            "optcloud.key": escaped(event.key, keep=""),
            "optcloud.attempt": event.attempt or (0 if times is None else times.attempt),
            "optcloud.state": str(event.after),
        }
        if ref is not None:
            attributes["optcloud.ref"] = escaped(ref, keep="")
        span = self._instruments.tracer.start_span(
            f"{SCOPE}.job", self._parent, trace.SpanKind.CLIENT, attributes, start_time=_nanoseconds(armed)
        )
        if times is not None and times.sent is not None:
            span.add_event("sent", timestamp=_nanoseconds(max(times.sent, armed)))
        if event.after in _AT_FAULT:
            span.set_status(trace.StatusCode.ERROR, one_line(event.reason))
        elif event.after is JobState.OK:
            span.set_status(trace.StatusCode.OK)
        span.end(_nanoseconds(max(ended, armed)))  # the vendor's clock may be behind


def _times(batch: str, keys: list[str], ledger: JobLedger) -> dict[str, JobTimes]:
    return ledger.times(batch, keys)


def _named(batch: str, cloud: str) -> dict[str, str]:
    return {"optcloud.batch": escaped(batch, keep=""), "optcloud.cloud": cloud}


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1e9)
