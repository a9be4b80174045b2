"""What happens to the jobs of a batch, told: log lines, and OpenTelemetry where the program uses it.

The logger is ``optcloud.batch``. A job's change of state is one line at INFO: batch, key, before → after, attempt,
reference, reason; the same as fields of the record (``batch``, ``job``, ``before``, ``after``, ``attempt``, ``ref``).
Held jobs, failures of the store and late twins are WARNING. Inputs and results are in no line.

OpenTelemetry is used where the program has imported it (`optcloud.batch.telemetry_otel`): a program that has set it up
has done so, and nobody else pays for the import.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from optcloud.batch.events import (
    ChunkBegun,
    ChunkLeft,
    CloudFailed,
    FateUnknown,
    JobChanged,
    StoreBack,
    StoreFailed,
    TwinFound,
)
from optcloud.batch.jobs import JobState
from optcloud.core.escaping import escaped, one_line, shown
from optcloud.core.events import ALSO_AN_EVENT

if TYPE_CHECKING:
    from optcloud.batch.telemetry_otel import JobSpans
    from optcloud.batch.worker.patient_ledger import PatientLedger

logger = logging.getLogger("optcloud.batch")


class BatchTelemetry:
    """Called with each event of `optcloud.batch.events`; hands it on to ``then``."""

    def __init__(self, then: Callable[[object], None]) -> None:
        self._then = then
        self._spans: JobSpans | None = None

    def __call__(self, event: object) -> None:
        """Tell."""
        _log(event)
        if self._spans is not None and isinstance(event, JobChanged):
            self._spans.changed(event)
        self._then(event)

    def begin(self, ledger: PatientLedger) -> None:
        """Use OpenTelemetry from now on, if the program does; the ledger is asked when jobs began, and how many run."""
        if "opentelemetry" in sys.modules:
            from optcloud.batch.telemetry_otel import JobSpans  # noqa: PLC0415 - an extra

            self._spans = JobSpans.of(ledger)

    async def close(self) -> None:
        """Tell what is still to be told of jobs that have ended."""
        if self._spans is not None:
            await self._spans.close()


def _log(event: object) -> None:
    told = _WORDS.get(type(event))
    if told is None:
        return
    level, words = told
    if level == logging.INFO and isinstance(event, JobChanged) and event.after is JobState.HELD:
        level = logging.WARNING
    if logger.isEnabledFor(level):
        logger.log(level, "%s", words(event), extra=_fields(event))


def _changed(event: JobChanged) -> str:
    more = [f"attempt {event.attempt}"] if event.attempt else []
    more += [escaped(event.ref, keep="")] if event.ref else []
    more += ["adopted"] if event.adopted else []
    more += [one_line(event.reason)] if event.reason else []
    return f"batch {shown(event.batch)} job {shown(event.key)}: {event.before} → {event.after}{_after(more)}"


def _after(more: list[str]) -> str:
    return f" ({', '.join(more)})" if more else ""


def _of_job(event: Any) -> str:
    return f"batch {shown(event.batch)}" + (f" job {shown(event.key)}" if event.key else "")


def _unknown(event: FateUnknown) -> str:
    words = one_line(event.reason)
    return f"{_of_job(event)}: no reply to attempt {event.attempt}, looked for in {event.settles:.0f} s ({words})"


def _cloud(event: CloudFailed) -> str:
    return f"{_of_job(event)}: {event.doing} failed, again in {event.pause:.1f} s ({one_line(event.reason)})"


def _store(event: StoreFailed) -> str:
    return f"the store failed ({event.doing}), again in {event.pause:.1f} s ({one_line(event.reason)})"


def _twin(event: TwinFound) -> str:
    ref = escaped(event.ref, keep="")
    return f"{_of_job(event)}: attempt {event.attempt} was taken for never arrived, and is there as {ref}"


_WORDS: dict[type, tuple[int, Callable[[Any], str]]] = {
    JobChanged: (logging.INFO, _changed),
    FateUnknown: (logging.INFO, _unknown),
    CloudFailed: (logging.INFO, _cloud),
    StoreFailed: (logging.WARNING, _store),
    StoreBack: (logging.INFO, lambda event: f"the store works again, after {event.seconds:.1f} s"),
    TwinFound: (logging.WARNING, _twin),
    ChunkBegun: (logging.DEBUG, lambda event: f"batch {shown(event.batch)} chunk {event.chunk}: owner {event.epoch}"),
    ChunkLeft: (logging.DEBUG, lambda event: f"batch {shown(event.batch)} chunk {event.chunk}: left, {event.why}"),
}


def _fields(event: Any) -> dict[str, Any]:
    """Return the event's own fields for the record; those that structured logs filter by."""
    fields: dict[str, Any] = dict(ALSO_AN_EVENT) if isinstance(event, StoreFailed | TwinFound) else {}
    for name in ("batch", "account", "before", "after", "attempt", "ref", "chunk"):
        value = getattr(event, name, None)
        if value not in (None, ""):
            fields[name] = value if isinstance(value, int) else escaped(str(value), keep="")
    if getattr(event, "key", ""):
        fields["job"] = escaped(event.key, keep="")
    return fields
