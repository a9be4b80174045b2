"""Looking for tasks of AIMMS PRO whose submit's reply was lost, and for tasks that came too late, as flows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from attrs import evolve

from optcloud.aimms.tasks.details import TaskView
from optcloud.aimms.tasks.listing import ListedTask, listed
from optcloud.aimms.tasks.service import AimmsService
from optcloud.aimms.tasks.task_flows import TaskFlows
from optcloud.batch.events import TwinFound
from optcloud.batch.jobs import Adopt, ArmedJob, LookAgain, Timings, Verdict
from optcloud.batch.targets.aimms_listing import candidate, tasks_around
from optcloud.batch.targets.aimms_marks import ClockOffset, ListedCandidate, Marks, mark_of, together
from optcloud.batch.targets.aimms_reconcile import Decision, Looked, decide
from optcloud.batch.targets.aimms_submits import FACT
from optcloud.batch.targets.target import LedgerView, SubmitAttempt
from optcloud.core.errors import ConfigError, Conflict, JobGone, OptCloudError
from optcloud.core.flow import Flow, Notify, RunBlocking
from optcloud.core.reference import Reference
from optcloud.core.replies import UNREADABLE, json_of
from optcloud.core.states import State, Status

logger = logging.getLogger("optcloud.batch")
MOST_READ = 50  # results read for one decision, before the next look
MOST_OTHERS = 10_000  # tasks of others that one look is compared with markers of


class Looking:
    """What one target looks for. ``task``: makes the flows of a reference."""

    def __init__(self, service: AimmsService, task: Callable[[str], TaskFlows]) -> None:
        self.service = service
        self._task = task
        self._whose: dict[str, str | None] = {}
        self.others: dict[str, ListedCandidate] = {}
        """Tasks that the watch came across: not watched, not ended, for a moment."""

    # ------------------------------------------------------------ unknown fates

    def decide(
        self,
        jobs: Sequence[ArmedJob],
        known: LedgerView,
        timings: Timings,
        account: str,
        *,
        marks: Marks,
        samples: Sequence[ClockOffset],
    ) -> Flow[tuple[list[Verdict], Marks]]:
        """Look, and decide about each job; also return what has become of marks."""
        fact: str | None = yield RunBlocking(partial(known.fact, FACT))
        now: float = yield RunBlocking(known.now)
        ripe = [job for job in jobs if now >= job.armed_at + timings.settled]
        unripe = [LookAgain(job.key, job.attempt, "it may still arrive") for job in jobs if job not in ripe]
        marks = together(marks, Marks.of_fact(fact))
        if not ripe:
            return [*unripe], marks
        since, until = min(job.armed_at for job in ripe), max(job.armed_at for job in ripe) + timings.settled
        shown = yield from self._list(since, until)
        tasks = {task.ref: task for task in map(candidate, shown)}
        span = 3 * timings.settled
        attempts: list[SubmitAttempt] = yield RunBlocking(partial(known.attempts, since - span, until + span))
        refs: set[str] = yield RunBlocking(partial(known.refs, list(tasks)))
        own = {name for one in attempts if one.ref is not None and (name := _path(one.ref)) is not None}
        pairs = [(one, tasks[one.ref]) for one in attempts if one.ref in tasks]
        within = timings.start + timings.send
        clock = [
            ClockOffset.sample(one.armed_at, task.created, within) for one, task in pairs if task.created is not None
        ]
        marks = together(marks, *(mark_of(one.marker, task) for one, task in pairs))
        if marks is not Marks.of_fact(fact):
            yield RunBlocking(partial(known.set_fact, FACT, str(marks)))
        free = [task for task in tasks.values() if task.ref not in refs and _path(task.ref) not in own]
        seen = [task.marker for task in free if task.marker is not None]
        owners: dict[int, SubmitAttempt] = yield RunBlocking(partial(known.by_marker, seen))
        looked = Looked(
            now=now,
            timings=timings,
            tasks=free,
            attempts=attempts,
            owners=owners,
            marks=marks,
            offset=ClockOffset.of([*samples, *clock]),
            whose=self._whose,
            exact=[one.marker for one, task in pairs if task.marker == one.marker],
            reaches_back=min((task.created for task in tasks.values() if task.created is not None), default=None),
            marked=self.service.mark,
            identify=self.service.identify is not None,
        )
        decision = decide(ripe, looked)
        if decision.read:
            for ref in decision.read[:MOST_READ]:
                self._whose[ref] = yield from self._named(ref, next(t.status for t in shown if str(t.reference) == ref))
            decision = decide(ripe, looked)
        late = yield from self._late(decision, known, account, batch=ripe[0].batch)
        return [*unripe, *decision.verdicts, *late], marks

    def _list(self, since: float, until: float) -> Flow[list[ListedTask]]:
        """List what may be ours: of this service, and not repeated."""
        service = self.service
        found = yield from tasks_around(service.profile, service.app, service.version or "", since, until)
        return [task for task in found if self._may_be_ours(task.view)]

    def _may_be_ours(self, view: TaskView) -> bool:
        ours = self.service.service
        return (
            view.run is None and view.schedule_interval is None and (view.service or ours).casefold() == ours.casefold()
        )

    def _named(self, ref: str, status: Status) -> Flow[str | None]:
        """Read a result for the key that it names; None: it names none."""
        try:
            result = yield from evolve(self._task(ref), end=status).result()
            found = msgspec.json.decode(json_of(result.bytes))
        except (JobGone, *UNREADABLE):
            return None
        name = found.get(self.service.identify) if isinstance(found, dict) else None
        return None if isinstance(name, dict | list | None) else str(name)

    # ------------------------------------------------------------ tasks that came too late

    def other(self, entry: Mapping[str, Any]) -> None:
        """Take an entry of the list that is not watched."""
        if entry.get("scheduleFor") is None or len(self.others) >= MOST_OTHERS:
            return
        task = listed(self.service.profile, entry)
        if not task.status.state.ended and self._may_be_ours(task.view):
            self.others[str(task.reference)] = candidate(task)

    def twins(self, known: LedgerView, account: str, marks: Marks) -> Flow[None]:
        """Delete those of the tasks come across that show the marker of an attempt that is over, while queued."""
        tasks, self.others = [*self.others.values()], {}
        shown = [task.marker for task in tasks if task.marker is not None]
        if marks is not Marks.PROVEN or not shown:
            return
        owners: dict[int, SubmitAttempt] = yield RunBlocking(partial(known.by_marker, shown))
        late = [
            (task, owner)
            for task in tasks
            if (owner := owners.get(task.marker or 0)) is not None and not owner.current and owner.ref is None
        ]  # where the attempt's own task is known, another one with its marker is of another store
        yield from self._late(Decision((), late=late), known, account, batch=None)

    def _late(self, decision: Decision, known: LedgerView, account: str, *, batch: str | None) -> Flow[list[Verdict]]:
        """Delete what came too late while it is queued, and tell of it; what its job still waits for is adopted."""
        verdicts: list[Verdict] = []
        if not decision.late:
            return verdicts
        since = min(owner.armed_at for _task, owner in decision.late)
        later: list[SubmitAttempt] = yield RunBlocking(partial(known.attempts, since, float("inf")))
        last: dict[tuple[str, str], int] = {}
        for one in later:
            last[one.batch, one.key] = max(one.attempt, last.get((one.batch, one.key), 0))
        for task, owner in decision.late:
            if last.get((owner.batch, owner.key), 0) > owner.attempt:  # its job was armed again
                yield from self._delete(task, owner, account)
            elif owner.batch == batch:
                verdicts.append(Adopt(owner.key, owner.attempt, task.ref))
        return verdicts

    def _delete(self, task: ListedCandidate, owner: SubmitAttempt, account: str) -> Flow[None]:
        if task.state is State.QUEUED:
            try:
                yield from self._task(task.ref).delete()
            except (Conflict, JobGone):
                pass  # it has begun meanwhile, or another worker was faster
            except OptCloudError as error:
                logger.warning("%s: %s came too late, and could not be deleted: %s", account, task.ref, error)
            else:
                logger.warning("%s: %s came too late for job %s, and was deleted", account, task.ref, owner.key)
                return
        yield Notify(TwinFound(owner.batch, account, owner.key, owner.attempt, task.ref))


def _path(ref: str) -> tuple[str, ...] | None:
    """Return what is the same of a reference in whichever profile; None: a person wrote what is none."""
    try:
        return Reference.parse(ref).path
    except ConfigError:
        return None
