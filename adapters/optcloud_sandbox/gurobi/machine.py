"""One machine, and how it moves through its states: by the pace, by a script, by itself when it is idle."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from optcloud_sandbox.gurobi.constants import COMING, FAILED, GOING, GONE, IDLE, NAMED, RUNNING
from optcloud_sandbox.gurobi.scripts import Steps
from optcloud_sandbox.pace import AfterSeconds, AtOnce, Pace, word_for

NEVER = 0  # minutes of idleShutdown that mean "not at all" (inferred: the page does not say what 0 means)


@dataclass(frozen=True)
class RequestSender:
    """Who sent a request, as far as the wire tells."""

    agent: str  # the header User-Agent
    peer: str  # "127.0.0.1:54321"


@dataclass
class CloudMachine:
    """Times are seconds of the sandbox's clock.

    `ended`: since when it costs nothing: it is being killed or shut down, it failed or it is gone. `ended_by`: "kill",
    "idle", "error" or "script".
    """

    id: str
    account: str
    launch: int
    launched_by: RequestSender
    machine_type: str
    region: str
    license_type: str
    license_id: str | int
    idle_shutdown: int
    user_password: str = field(repr=False)
    version: str
    created: float
    since: float
    state: str = COMING[0]
    polls: int = 0
    steps: Steps = ()
    unlisted_reads: int = 0
    listed_from: float = 0.0
    clock_off: float = 0.0
    ended: float | None = None
    ended_by: str | None = None
    killed: float | None = None
    kill: int | None = None
    killed_by: RequestSender | None = None

    def read(self, now: float, pace: Pace, error_listed: float) -> bool:
        """One read of the list: whether it shows the machine, which has then moved."""
        listed = self.unlisted_reads == 0 and now >= self.listed_from
        if self.unlisted_reads > 0:
            self.unlisted_reads -= 1
        self.catch_up(now, pace, error_listed, read=listed)
        return listed and self.state != GONE

    def catch_up(self, now: float, pace: Pace, error_listed: float, *, read: bool) -> None:
        """Move on to where the clock has it; `read`: somebody looks, which counts for a pace of polls."""
        self.polls += read
        if self.steps:
            self._follow(now, read=read)
        elif self.state in COMING:
            self._boot(now, pace)
        if self.state == IDLE and self.idle_shutdown != NEVER and now >= self.since + self.idle_shutdown * 60:
            self.leave(self.since + self.idle_shutdown * 60, GOING[1], "idle")
            if read and not isinstance(pace, AfterSeconds):
                return  # a pace of polls shows it once
        if self.state in GOING and (read or isinstance(pace, AfterSeconds)):
            self._go(now, pace)
        if self.state == FAILED[1] and now - self.since >= error_listed:
            self.enter(GONE, self.since + error_listed)

    def enter(self, word: str, at: float) -> None:
        """Be in another state from `at` on."""
        self.state, self.since = word, at
        if word == GONE:
            self._end(at, "script")
        elif word in FAILED:
            self._end(at, "error")

    def leave(self, at: float, word: str, by: str) -> None:
        """Be killed or shut down."""
        self.state, self.since, self.polls, self.steps = word, at, 0, ()
        self._end(at, by)

    def hours(self, now: float) -> float:
        """For how long it has cost something: until it ended."""
        return max(0.0, (now if self.ended is None else self.ended) - self.created) / 3600

    def as_json(self) -> dict[str, Any]:
        return {
            "_id": self.id,
            "state": self.state,
            "DNSName": f"{self.id.lower()}.sandbox.invalid" if self.state in NAMED else "-",
            "machineType": self.machine_type,
            "createTime": datetime.fromtimestamp(self.created + self.clock_off, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "region": self.region,
            "licenseType": self.license_type,
            "idleShutdown": self.idle_shutdown,
            "licenseId": self.license_id,
            "userPassword": self.user_password,
        }

    def start_job(self) -> None:
        if self.state != IDLE:
            raise ValueError(f"a job needs an idle machine, and {self.id} is {self.state}")
        self.state = RUNNING

    def end_job(self, now: float) -> None:
        if self.state != RUNNING:
            raise ValueError(f"no job runs on {self.id}, which is {self.state}")
        self.state, self.since = IDLE, now

    def _boot(self, now: float, pace: Pace) -> None:
        progress = pace.progress(self.polls, now - self.since)
        if progress < 1:
            self.state = word_for(progress, COMING)
        else:
            self.enter(IDLE, _finished(pace, self.since, now))

    def _go(self, now: float, pace: Pace) -> None:
        progress = pace.progress(self.polls, now - self.since)
        if progress >= 1:
            self.enter(GONE, _finished(pace, self.since, now))
        elif self.killed is not None:
            self.state = word_for(progress, GOING)

    def _follow(self, now: float, *, read: bool) -> None:
        if self.state == RUNNING:
            return
        step = self.steps[0]
        if self.state != step.state:  # as launched
            self.enter(step.state, self.since)
        while step.over(self.polls, now - self.since):
            at = now if step.seconds is None else self.since + step.seconds
            self.steps, self.polls = self.steps[1:], int(read)
            if not self.steps:
                self.enter(IDLE, at)
                return
            step = self.steps[0]
            self.enter(step.state, at)
        if step.lasts:
            self.steps = ()
            if step.state in COMING:
                self.steps = (step,)  # stuck there: the pace must not move it on

    def _end(self, at: float, by: str) -> None:
        if self.ended is None:
            self.ended, self.ended_by = at, by


def _finished(pace: Pace, since: float, now: float) -> float:
    """When what began at `since` was finished by a pace that says so now."""
    if isinstance(pace, AfterSeconds):
        return min(now, since + pace.seconds)
    return since if isinstance(pace, AtOnce) else now
