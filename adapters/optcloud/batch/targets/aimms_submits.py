"""Submitting tasks to AIMMS PRO, each for a moment of its own, and learning from the replies whether it is shown."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from optcloud.aimms.connection import CLOUD
from optcloud.aimms.tasks.listing import ListedTask
from optcloud.aimms.tasks.service import AimmsService
from optcloud.aimms.tasks.states import status_of
from optcloud.aimms.tasks.submit import SubmitVerbs
from optcloud.aimms.tasks.task_flows import TaskFlows
from optcloud.batch.jobs import ArmedJob, NotSent, SendOutcome, Sent, Timings, UnknownFate
from optcloud.batch.targets.aimms_listing import candidate
from optcloud.batch.targets.aimms_marks import ClockOffset, Marks, mark_of, together
from optcloud.batch.targets.submitting import outcome_of, read_clock, within
from optcloud.batch.targets.target import ENDS_THE_RUN, LedgerView
from optcloud.core.errors import (
    BadRequest,
    ConfigError,
    Conflict,
    NotFound,
    OptCloudError,
    PayloadTooLarge,
    UnprocessablePlan,
)
from optcloud.core.flow import Flow, Instant
from optcloud.core.retry import PASSING_STATUSES

T = TypeVar("T")
logger = logging.getLogger("optcloud.batch")
FACT = "aimms.marks"
"""The name under which the store keeps whether the account shows the moments of tasks (`Marks`)."""
OF_THE_JOB = (BadRequest, PayloadTooLarge, UnprocessablePlan, Conflict)
ALONE = 3  # submits that are sent alone in each process, as long as none of them could prove marks
SAMPLES = 50  # of the vendor's clock, of the last submits


class _Submits(SubmitVerbs):
    def __init__(self, profile: str) -> None:
        self._profile, self._endpoint = profile, CLOUD


class TaskSubmits:
    """The submits of one target. ``run``: runs a flow."""

    def __init__(self, service: AimmsService, run: Callable[[Flow[Any]], Awaitable[Any]]) -> None:
        self.service = service
        self.ledger: LedgerView | None = None
        self.marks = Marks.UNPROVEN
        self.samples: deque[ClockOffset] = deque(maxlen=SAMPLES)
        self._run = run
        self._submits = _Submits(service.profile)
        self._created: dict[str, Mapping[str, Any]] = {}
        self._alone = asyncio.Lock()
        self._sent_alone = 0

    def created(self, ref: str) -> Mapping[str, Any]:
        """Return, once, what the list is searched by for a task: its app, its version, its day if known."""
        named = {"appName": self.service.app, "appVersion": self.service.version}
        return self._created.pop(ref, named)

    async def send(self, job: ArmedJob, content: bytes, timings: Timings) -> SendOutcome:
        """Submit once, within ``timings.send`` seconds. What each job would meet is raised, with nothing submitted."""
        began = await self._run(read_clock())
        try:
            if self._to_be_alone():
                try:
                    async with asyncio.timeout(timings.send):
                        await self._alone.acquire()
                except TimeoutError:
                    return NotSent("the first submit to this account, which goes alone, has not come back")
                try:
                    await self._ask_others()
                    if self._to_be_alone():
                        self._sent_alone += 1
                        return await self._submit(job, content, timings, began, look=True)
                finally:
                    self._alone.release()
            return await self._submit(job, content, timings, began)
        except ENDS_THE_RUN:
            raise
        except NotFound as error:
            if error.refused:  # no such app, version or service
                raise ConfigError(str(error)) from error
            return UnknownFate(str(error))
        except OptCloudError as error:
            return outcome_of(error, refused=isinstance(error, OF_THE_JOB) and error.status not in PASSING_STATUSES)
        except Exception as error:  # noqa: BLE001 - it may have been sent: looking decides
            return UnknownFate(f"{type(error).__name__}: {error}")

    def _to_be_alone(self) -> bool:
        return self.service.mark and self.marks is Marks.UNPROVEN and self._sent_alone < ALONE

    async def _submit(
        self, job: ArmedJob, content: bytes, timings: Timings, began: Instant, *, look: bool = False
    ) -> SendOutcome:
        now, until = await self._run(read_clock()), began.monotonic + timings.send
        if max(now.monotonic - began.monotonic, now.wall - began.wall) > timings.send:  # one stops in a suspend
            return NotSent("this process was held up: the time to send was over before the submit began")
        service = self.service
        flow = self._submits.run.flow(
            self._submits,
            service.app,
            service.service,
            version=service.version,
            input=content,
            content_type=service.content_type or _content_type(content),
            at=moment_of(job.marker) if service.mark else None,
        )
        task: TaskFlows = await self._run(within(flow, until))
        try:
            await self._note(job, task, timings, until, look=look)
        except Exception as error:  # noqa: BLE001 - it was sent, whatever else could not be done
            logger.warning("%s: what its submit teaches could not be kept: %s", task.reference, error)
        return Sent(str(task.reference))

    async def _note(self, job: ArmedJob, task: TaskFlows, timings: Timings, until: float, *, look: bool) -> None:
        """Learn by what clock the vendor goes, and whether the task shows the moment that it was submitted for.

        ``look``: at the task, where the reply to the submit does not show it.
        """
        ref = str(task.reference)
        self._created[ref] = {**self.created(ref), "createdAt": task.created.get("createdAt")}
        shown = candidate(ListedTask(task.reference, status_of(task.created)))
        if shown.created is not None:
            took = (await self._run(read_clock())).monotonic - (until - timings.send)
            self.samples.append(ClockOffset.sample(job.armed_at, shown.created, timings.start + took))
        if not self.service.mark:
            return
        if not (look and shown.due is None):
            await self.learn(mark_of(job.marker, shown))
            return
        shown = candidate(ListedTask(task.reference, await self._run(within(task.poll(), until))))
        await self.learn(Marks.REFUSED if shown.due is None else mark_of(job.marker, shown))

    async def learn(self, mark: Marks) -> None:
        was, self.marks = self.marks, together(self.marks, mark)
        if was is not self.marks:
            logger.info("AIMMS PRO: moments of tasks are %s as marks", self.marks)
            if self.ledger is not None:
                await asyncio.to_thread(self.ledger.set_fact, FACT, str(self.marks))

    async def _ask_others(self) -> None:
        """Take over what other workers have learnt; a store that cannot be asked just now holds up no submit."""
        try:
            await self.read_fact()
        except Exception as error:  # noqa: BLE001 - of whichever store
            logger.info("what is known of the account could not be read: %s", error)

    async def read_fact(self) -> None:
        if self.ledger is not None:
            fact = await asyncio.to_thread(self.ledger.fact, FACT)
            self.marks = together(self.marks, Marks.of_fact(fact))


def moment_of(marker: int) -> datetime:
    """Return the moment that a marker stands for."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=marker)


def _content_type(content: bytes) -> str | None:
    """Tell JSON by how it begins; None: bytes."""
    return "application/json" if content.lstrip()[:1] in (b"{", b"[") else None
