"""Tasks of AIMMS PRO as jobs of a batch.

Each is submitted for a moment of its own, its marker, by which it is found again where the reply was lost; how that is
decided is in `optcloud.batch.targets.aimms_reconcile`. That the real service shows the moment exactly is inferred, so
the first job of an account is sent alone and its task's view is compared; what comes out is kept in the store as a fact
of the account (`FACT`), and each further reply and each look at the list goes on comparing: a single task that shows
another moment than its own refuses marks for good. Jobs are marked all the same then, as their batch says, so that no
two workers are of two minds about what a task without a moment means; a new batch is made without.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from attrs import evolve

from optcloud.aimms.cloud import AsyncAimms
from optcloud.aimms.tasks.details import TaskView
from optcloud.aimms.tasks.service import AimmsService
from optcloud.aimms.tasks.task_flows import TaskFlows, task_of
from optcloud.aimms.tasks.watching import TaskWatch
from optcloud.batch.jobs import (
    ArmedJob,
    Ending,
    JobState,
    SendOutcome,
    Timings,
    Verdict,
)
from optcloud.batch.targets.aimms_listing import seconds_of
from optcloud.batch.targets.aimms_looking import Looking
from optcloud.batch.targets.aimms_marks import ClockOffset, Marks
from optcloud.batch.targets.aimms_submits import TaskSubmits
from optcloud.batch.targets.target import LEAD, LedgerView
from optcloud.core.errors import (
    AuthError,
    ConfigError,
    Conflict,
    Forbidden,
    JobGone,
)
from optcloud.core.flow import Flow
from optcloud.core.polling import Pace
from optcloud.core.reference import Reference
from optcloud.core.states import State, Status

T = TypeVar("T")
logger = logging.getLogger("optcloud.batch")
PACE = Pace(first=1.0, factor=1.5, longest=10.0)


class AimmsTarget:
    """A service of an app, on one account. ``pace`` is that of the looks at the list.

    ``of`` takes what `oc.aimms.service` returns; what asks the vendor needs an `AsyncOptCloud` (``from_spec``).
    """

    def __init__(
        self,
        service: AimmsService,
        aimms: AsyncAimms | None = None,
        *,
        account: str | None = None,
        pace: Pace = PACE,
    ) -> None:
        self._connection: Any = None if aimms is None else aimms._connection
        self._account = account if aimms is None else account_of(aimms)
        self._submits = TaskSubmits(service, self._run)
        self._strange: dict[str, None] = {}
        self._deleting: set[str] = set()
        self._some = asyncio.Event()
        self._looking = Looking(service, self._task)
        self._watch = TaskWatch(service.profile, pace=pace, on_other=self._looking.other)

    @classmethod
    def of(cls, service: AimmsService) -> AimmsTarget:
        """Make a target of what `oc.aimms.service` returns, for its spec."""
        return cls(service)

    @classmethod
    def from_spec(cls, oc: Any, spec: Mapping[str, Any]) -> AimmsTarget:
        """Make the same target elsewhere; ``oc`` is an `AsyncOptCloud`.

        Raises `ConfigError` for another account than the batch's, which does not know its tasks.
        """
        made = cls(AimmsService.from_dict(spec), oc.aimms)
        if spec.get("account") not in (None, made.account):
            raise ConfigError(
                f"the batch is of the account {spec['account']}, and the settings here are of {made.account}: another "
                "account does not know its tasks"
            )
        return made

    @property
    def _service(self) -> AimmsService:
        return self._submits.service

    @property
    def account(self) -> str:
        """The account's address: all keys of an account share its limits. Raises `ConfigError` without a client."""
        if self._account is None:
            raise ConfigError("which account it is, only a client knows: make the target of its spec")
        return self._account

    @property
    def lead(self) -> float:
        """How many seconds ahead of the store's clock markers should lie: more where the vendor's clock is ahead."""
        ahead = ClockOffset.of(self._submits.samples).most if self._submits.samples else 0.0
        return LEAD + (ahead if 0.0 < ahead < 600.0 else 0.0)

    def spec(self) -> dict[str, Any]:
        """Return what makes the same target elsewhere. ``version`` and ``account`` are None until `settle`."""
        return {"cloud": "aimms", "account": self._account, **self._service.as_dict()}

    def know(self, ledger: LedgerView) -> None:
        """Be told of the ledger, in which facts of the account are kept."""
        self._submits.ledger = ledger

    async def settle(self) -> None:
        """Make "latest" a version, see that a named one is there, and go without marks where they are known to fail.

        Nothing is submitted: the first job proves marks. Raises `NotFound`; `Forbidden` for "latest" and a key for
        tasks alone, which may not read apps: then name the version, which is taken as it is.
        """
        from optcloud.aimms.apps.app import latest_app, listed_app  # noqa: PLC0415 - workers do without the apps

        named = self._service.version
        try:
            if named is None:
                latest = await self._run(latest_app(self._service.app))
                self._submits.service = evolve(self._service, version=latest.version)
            else:
                await self._run(listed_app(self._service.app, named))
        except (AuthError, Forbidden) as error:  # which of both says that a scope is missing, no page tells
            if named is None:
                if isinstance(error, Forbidden):
                    error.add_note('name the version: oc.aimms.service(..., version="1.4")')
                raise
        await self._submits.read_fact()
        if self._submits.marks is Marks.REFUSED:
            self._submits.service = evolve(self._service, mark=False)
        self._looking.service = self._service

    async def send(self, job: ArmedJob, content: bytes, timings: Timings) -> SendOutcome:
        """Submit once, within ``timings.send`` seconds. What each job would meet is raised, with nothing submitted."""
        return await self._submits.send(job, content, timings)

    # ------------------------------------------------------------ watching

    def watch(self, refs: Collection[str]) -> None:
        """Have ``ended`` look at these, too. A reference that is none of this account's tasks counts as gone."""
        for ref in refs:
            try:
                self._watch.add([evolve(self._task(ref), created=self._submits.created(ref))])
            except ConfigError as error:  # a person said that it is the job's
                logger.warning("%s", error)
                self._strange[ref] = None
        self._some.set()

    async def ended(self) -> Sequence[tuple[str, Any]]:
        """Wait for the next look at the list; how a task has ended is its last `Status`, None: it is gone."""
        while not self._watch and not self._strange:
            self._some.clear()
            await self._some.wait()
        strange = [(ref, None) for ref in self._strange]
        self._strange.clear()
        if strange:
            return strange
        found = await self._run(self._watch.look())
        ledger = self._submits.ledger
        if ledger is not None and self._looking.others and self._service.mark:
            await self._run(self._looking.twins(ledger, self.account, self._submits.marks))
        return [(str(task.reference), status) for task, status in found]

    async def ending(self, key: str, ref: str, how: Status | None) -> Ending:
        """Fetch the response of a task that has completed. Raises `JobGone`, and errors that pass by another try."""
        if how is None:
            return Ending(key, ref, JobState.GONE, message="AIMMS PRO does not know the task any more")
        view = TaskView.of(how)
        ending = Ending(
            key,
            ref,
            JobState.FAILED,
            word=how.word,
            message=how.message or "",
            started=seconds_of(view.running_at),
            ended=seconds_of(view.ended_at),
        )
        if how.state is not State.SUCCEEDED:
            return ending
        result = await self._run(evolve(self._task(ref), end=how).result())
        return evolve(ending, state=JobState.OK, result=result.bytes, content_type=result.content_type)

    # ------------------------------------------------------------ deciding, cancelling

    async def reconcile(self, jobs: Sequence[ArmedJob], known: LedgerView, timings: Timings) -> Sequence[Verdict]:
        """Look at the list, and decide by the table of `optcloud.batch.targets.aimms_reconcile`."""
        submits = self._submits
        flow = self._looking.decide(
            jobs, known, timings, self.account, marks=submits.marks, samples=tuple(submits.samples)
        )
        verdicts, submits.marks = await self._run(flow)
        return verdicts

    async def cancel(self, ref: str, *, running: bool) -> bool:
        """Delete the task while it is queued: True; interrupt it if it runs and ``running``. Raises `JobGone`."""
        try:
            task = self._task(ref)
        except ConfigError:  # a person said that it is the job's; `watch` says that it is none
            return False
        try:
            status = await self._run(task.poll())
        except JobGone:
            if ref in self._deleting:  # the reply to that was lost
                self._deleting.discard(ref)
                return True
            raise
        if status.state is State.QUEUED:
            try:
                self._deleting.add(ref)
                await self._run(task.delete())
            except Conflict:  # it has begun
                self._deleting.discard(ref)
            else:
                self._deleting.discard(ref)
                self._watch.let_go([ref])
                return True
        if running and not status.state.ended:
            with suppress(Conflict):  # it has ended
                await self._run(task.cancel())
        return False

    async def close(self) -> None:
        """Nothing is held: the client is its owner's."""

    def _task(self, ref: str) -> TaskFlows:
        return task_of(Reference.parse(ref))

    async def _run(self, flow: Flow[T]) -> T:
        if self._connection is None:
            raise TypeError("this target has no client: make it of its spec and an AsyncOptCloud")
        value: T = await self._connection.run(flow)
        return value


def account_of(aimms: AsyncAimms) -> str:
    """Name the account that a client asks. Raises `ConfigError` for a local DEX service."""
    if aimms._endpoint.local:
        raise ConfigError("batches are for AIMMS PRO: a local DEX service shows no times by which a task is known")
    address: str = aimms._connection._policy.base_url
    return "aimms:" + address.partition("/pro-api/")[0]
