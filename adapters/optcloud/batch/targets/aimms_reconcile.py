"""Whether a task of AIMMS PRO is that of a submit whose reply was lost. Pure: it is given what the list shows.

Each submit is for a moment of its own (``scheduleFor``), unless the batch says otherwise: its marker. What the list
shows of the task is used so, where A is the attempt in question and t a task of the same app, version and service that
no job of the store has for its own:

====================================================  =======================================================
what is known                                         what follows
====================================================  =======================================================
A is not settled yet                                  look again
t alone shows A's marker, marks are proven            t is A's
several show A's marker                               as below, of these alone: one may be of another store's
t shows the marker of another attempt, proven         t is not A's; if that one has no reference, and its job was sent
                                                      again, t is a twin
t was not created in A's window                       t is not A's
t shows no moment at all, A has a marker, proven      t is not A's: it was not sent for a moment
t shows a moment that A's cannot have become, proven  t is not A's: earlier than A's, later than A can arrive, or
                                                      not that of t's arrival
t's result names another key                          t is not A's
t's result names A's key                              t is A's, unless a job of another batch has the key, too: held
no t is left                                          A never arrived
some t is left, and may tell more later               look again: it runs and its result will name a key; another
                                                      submit that may be t's is not settled; marks may be proven yet
some t is left                                        held: it may be a stranger's, were it the only one, too
====================================================  =======================================================

That no task shows A's marker proves nothing by itself: a submit that arrives after its moment may be shown with the
moment of its arrival. Only the window proves: nothing in it that may be A's. Marks are *proven* once a task that is
known for a submit has shown the very moment, to the microsecond and with a last millisecond digit other than 0, so
that a service which cuts or rounds does not pass; *refused* once such a task has shown another one, and then not used.
That they are shown at all is inferred (AIMMS facts 2, Scheduling). Before that, a task that shows A's very moment is
adopted where no scheduled task in the window contradicts, nor all of them could be a neighbour's, some milliseconds
off; and nothing is concluded of others.

A marker is a millisecond, so another store of the account, which works at the same time, may have given the same one.
So nothing is deleted that shows the marker of an attempt whose own task is known, and of two tasks that show one marker
only their results tell which is whose.

The window: ``created_at`` from A's arming to the end of its send, by the vendor's clock. What that differs by from the
store's is learnt from the tasks that are known for a submit (`ClockOffset`); as long as it is not, every time zone is
reckoned with (AIMMS facts 8.13).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from optcloud.batch.jobs import Adopt, ArmedJob, Hold, LookAgain, NeverArrived, Timings, Verdict
from optcloud.batch.targets.aimms_marks import ClockOffset, ListedCandidate, Marks
from optcloud.batch.targets.target import SubmitAttempt
from optcloud.core.states import State

MORE = 60.0  # seconds that marks are waited for to be proven, before what is unclear is held
OFF = 10  # milliseconds, by which a service may show another moment than it was given
KEPT = 24 * 3600.0  # seconds, after which a task may be in the list no more (not published: AIMMS facts 8.5)


@frozen(kw_only=True)
class Looked:
    """What is known when it is decided.

    ``tasks``: of the batch's app, version and service, which no job of the store has for its own. ``attempts``: of the
    account, armed around the times of those in question; ``owners``: those whose markers the tasks show. ``whose``: the
    keys that results name, by reference; None where one names none. ``exact``: the markers that tasks show which are
    known for their submits. ``reaches_back``: the time of creation of the
    oldest task in the list.
    """

    now: float
    timings: Timings
    tasks: Sequence[ListedCandidate]
    attempts: Sequence[SubmitAttempt] = ()
    owners: Mapping[int, SubmitAttempt] = field(factory=dict)
    marks: Marks = Marks.UNPROVEN
    offset: ClockOffset = field(factory=ClockOffset)
    whose: Mapping[str, str | None] = field(factory=dict)
    exact: Sequence[int] = ()
    reaches_back: float | None = None
    marked: bool = True
    identify: bool = False

    def window(self, armed_at: float) -> tuple[float, float]:
        """Return from when to when a task of this attempt was created, by the vendor's clock."""
        timings, offset = self.timings, self.offset
        least = armed_at + offset.least - timings.skew
        return least, armed_at + timings.start + timings.send + offset.most + timings.skew

    def may_be(self, armed_at: float, task: ListedCandidate) -> bool:
        """Return whether a task was created in an attempt's window."""
        if task.created is None:
            return True
        least, most = self.window(armed_at)
        return least <= task.created <= most

    def settled(self, armed_at: float) -> bool:
        """Return whether nothing of an attempt can arrive any more."""
        return self.now >= armed_at + self.timings.settled


@frozen
class Decision:
    """``verdicts`` on the jobs in question; ``read``: tasks whose results would tell more, if they were read.

    ``late``: tasks that show the marker of an attempt that is not in question any more.
    """

    verdicts: Sequence[Verdict]
    read: Sequence[str] = ()
    late: Sequence[tuple[ListedCandidate, SubmitAttempt]] = ()


def decide(jobs: Sequence[ArmedJob], looked: Looked) -> Decision:
    """Decide about each job by the table above."""
    return _Deciding(jobs, looked).decision()


class _Deciding:
    def __init__(self, jobs: Sequence[ArmedJob], looked: Looked) -> None:
        self._jobs = jobs
        self._looked = looked
        self._read: dict[str, None] = {}
        self._late: list[tuple[ListedCandidate, SubmitAttempt]] = []
        self._proven = looked.marks is Marks.PROVEN
        self._shown: dict[int, list[ListedCandidate]] = {}  # tasks by the marker of an attempt of ours
        if looked.marks is not Marks.REFUSED:
            for task in looked.tasks:
                if task.marker is not None and task.marker in looked.owners:
                    self._shown.setdefault(task.marker, []).append(task)
        self._trusted = self._proven or self._agree()

    def decision(self) -> Decision:
        verdicts = [self._verdict(job) for job in self._jobs]
        if self._proven:
            for marker, tasks in self._shown.items():
                owner = self._looked.owners[marker]
                if not owner.current and owner.ref is None and len(tasks) == 1:
                    self._late.append((tasks[0], owner))
        return Decision(verdicts, tuple(self._read), tuple(self._late))

    def _agree(self) -> bool:
        """Return whether all scheduled tasks that may be of an attempt in question show markers of ours.

        Not where they would, too, if each showed the moment of a neighbour, some milliseconds off.
        """
        scheduled = [task for task in self._looked.tasks if task.due is not None]
        near = [task for task in scheduled if any(self._looked.may_be(job.armed_at, task) for job in self._jobs)]
        markers = {task.marker for task in near if task.marker in self._shown}
        shown = [marker for marker in markers if marker is not None]
        if len(shown) < len(near) or not any(marker % 10 for marker in shown):
            return False
        ours = {one.marker for one in self._looked.attempts} | {job.marker for job in self._jobs}
        shown += self._looked.exact
        return not any({marker - off for marker in shown} <= ours for off in range(-OFF, OFF + 1) if off)

    def _verdict(self, job: ArmedJob) -> Verdict:
        looked, which = self._looked, (job.key, job.attempt)
        if not looked.settled(job.armed_at):
            return LookAgain(*which, "it may still arrive")
        shown = self._shown.get(job.marker, []) if looked.marked and self._trusted else []
        if len(shown) == 1:
            return Adopt(*which, shown[0].ref)
        mine = shown or [task for task in looked.tasks if self._can_be(job, task)]
        named = _by_creation([task for task in mine if looked.whose.get(task.ref) == job.key])
        if named and not self._rivals(job):
            return Adopt(*which, named[0].ref)
        left = named or [task for task in mine if looked.whose.get(task.ref) is None]
        if not left:
            return self._absent(job)
        reason = self._more_to_come(job, left)
        if reason:
            return LookAgain(*which, reason)
        count = "a task" if len(left) == 1 else f"{len(left)} tasks"
        words = f"{count} of the same time may be its own, and nothing tells"
        return Hold(*which, words, tuple(task.ref for task in left))

    def _can_be(self, job: ArmedJob, task: ListedCandidate) -> bool:
        """Return whether nothing excludes that a task is that of the attempt."""
        looked = self._looked
        if not looked.may_be(job.armed_at, task):
            return False
        if not self._proven:
            return True
        if task.marker in self._shown:
            return False  # another attempt's
        if not looked.marked:
            return True
        timings = looked.timings
        latest = job.armed_at + timings.start + timings.send + timings.skew + max(0.0, looked.offset.without_zone())
        return task.due is not None and job.marker * 1000 < task.due <= latest * 1e6 and task.shows_arrival

    def _rivals(self, job: ArmedJob) -> bool:
        """Return whether a job of another batch has the same key, and may have sent something at the same time."""
        return any(
            one.key == job.key
            and one.batch != job.batch
            and one.ref is None
            and abs(one.armed_at - job.armed_at) <= 2 * self._looked.timings.settled
            for one in self._looked.attempts
        )

    def _absent(self, job: ArmedJob) -> Verdict:
        looked, which = self._looked, (job.key, job.attempt)
        old = looked.now - job.armed_at > KEPT
        if old and (looked.reaches_back is None or looked.reaches_back > looked.window(job.armed_at)[1]):
            return Hold(*which, "it was sent so long ago that its task may not be kept any more")
        return NeverArrived(*which, "looked for: no task of its time can be its own")

    def _more_to_come(self, job: ArmedJob, left: Sequence[ListedCandidate]) -> str:
        """Say why another look may tell more; "" if none can."""
        looked = self._looked
        if looked.identify:
            unread = [task.ref for task in left if task.state is State.SUCCEEDED and task.ref not in looked.whose]
            self._read.update(dict.fromkeys(unread))
            if unread:
                return "the results of tasks of its time are to be read"
            if any(not task.state.ended for task in left):
                return "a task of its time, whose result will tell, has not ended"
        for one in looked.attempts:
            other = (one.batch, one.key, one.attempt) != (job.batch, job.key, job.attempt)
            unsettled = other and one.current and not looked.settled(one.armed_at)
            if unsettled and any(looked.may_be(one.armed_at, task) for task in left):
                return "a task of its time may be that of another job, whose submit is not settled"
        unproven = (looked.marked and looked.marks is Marks.UNPROVEN) or looked.offset == ClockOffset()
        if unproven and looked.now < job.armed_at + looked.timings.settled + MORE:
            return "it is not known yet whether this account shows the moments of tasks, and by which clock"
        return ""


def _by_creation(tasks: Sequence[ListedCandidate]) -> list[ListedCandidate]:
    return sorted(tasks, key=lambda task: (task.created or 0.0, task.ref))
