"""One submit: a job that is armed in the ledger is sent once, and what came of it is written down."""

from __future__ import annotations

import asyncio
import logging

from optcloud.batch.events import CloudFailed, FateUnknown, TwinFound
from optcloud.batch.jobs import ArmedJob, JobInput, JobState, NotSent, Refused, SendOutcome, Sent, UnknownFate
from optcloud.batch.store.contents import content_of
from optcloud.batch.targets.target import ENDS_THE_RUN
from optcloud.batch.worker.worked_batch import WorkedBatch
from optcloud.core.errors import ApiError, ConfigError
from optcloud.core.flow import Instant

logger = logging.getLogger("optcloud.batch")


async def send(batch: WorkedBatch, job: ArmedJob, armed: Instant) -> SendOutcome:
    """Send, and write down what came of it. ``armed``: read before the job was armed.

    Cancelled, the job stays armed: its fate is unknown, and looking decides. An error of the vendor's that each job
    would meet ends the run (`WorkedBatch.fail`).
    """
    outcome = await _attempt(batch, job, armed)
    match outcome:
        case Sent(ref):
            await _keep(batch, job, ref)
            batch.back_off.went_well()
        case NotSent(reason):
            await batch.ledger.call("unsent", lambda ledger: ledger.unsent(batch.name, job.key, job.attempt, reason))
            batch.changed(job.key, JobState.ARMED, JobState.NEW, attempt=job.attempt, reason=reason)
        case Refused(reason):
            await batch.ledger.call("refused", lambda ledger: ledger.refuse(batch.name, job.key, job.attempt, reason))
            batch.changed(job.key, JobState.ARMED, JobState.FAILED, attempt=job.attempt, reason=reason)
            batch.back_off.went_well()
        case UnknownFate(reason):
            settles = max(0.0, batch.info.timings.settled - batch.seconds_since(armed))
            batch.notify(FateUnknown(batch.name, batch.info.account, job.key, job.attempt, reason, settles))
            _slow_down(batch, job, reason)
    return outcome


async def _attempt(batch: WorkedBatch, job: ArmedJob, armed: Instant) -> SendOutcome:
    timings = batch.info.timings
    try:
        content = await _content(job.input)
    except ConfigError as error:  # its file is gone, or has changed
        return Refused(str(error))
    if (late := batch.seconds_since(armed)) > timings.start:
        return NotSent(f"not begun in time: armed {late:.1f} s ago, and {timings.start:g} s are allowed")
    try:
        outcome = await batch.target.send(job, content, timings)
    except ENDS_THE_RUN as error:
        batch.fail(error)
        if isinstance(error, ApiError) and not error.refused:
            return UnknownFate(str(error))
        return NotSent(str(error))
    except Exception as error:  # noqa: BLE001 - it may have been sent: that is kept first; then the run ends with it
        batch.fail(error)
        return UnknownFate(type(error).__name__)
    if isinstance(outcome, NotSent):
        _slow_down(batch, job, outcome.reason, outcome.pause)
    return outcome


def _slow_down(batch: WorkedBatch, job: ArmedJob, reason: str, asked: float = 0.0) -> None:
    pause = max(batch.back_off.failed(), asked)
    batch.pause(pause)
    batch.notify(CloudFailed(batch.name, batch.info.account, "submit", reason, pause, job.key))


async def _keep(batch: WorkedBatch, job: ArmedJob, ref: str) -> None:
    if await batch.ledger.call("sent", lambda ledger: ledger.sent(batch.name, job.key, job.attempt, ref)):
        batch.changed(job.key, JobState.ARMED, JobState.SENT, attempt=job.attempt, ref=ref)
    else:
        batch.notify(TwinFound(batch.name, batch.info.account, job.key, job.attempt, ref))
        await _delete_twin(batch, job, ref)


async def _delete_twin(batch: WorkedBatch, job: ArmedJob, ref: str) -> None:
    """Delete what came too late, as long as it is queued, where its job was armed again meanwhile."""
    times = await batch.ledger.call("times", lambda ledger: ledger.times(batch.name, [job.key]))
    if job.key in times and times[job.key].attempt > job.attempt:
        try:
            await batch.target.cancel(ref, running=False)
        except Exception as error:  # noqa: BLE001 - nothing else depends on it
            logger.warning("%s came too late for job %s, and could not be deleted: %s", ref, job.key, error)


async def _content(given: JobInput) -> bytes:
    return given.content if given.content is not None else await asyncio.to_thread(content_of, given)
