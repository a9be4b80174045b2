"""Sessions of an account: of web applications, of tasks, of solves (vendor page managing-sessions).

`state`, `ended_at` and `message` are the page's; all other fields, and the words for the states of task and solve
sessions, are inferred.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from optcloud_sandbox.aimms.apps import PublishedApp
from optcloud_sandbox.aimms.people import FIRST_USER, ROOT
from optcloud_sandbox.aimms.reports import LogLine, TaskReport
from optcloud_sandbox.aimms.runs import Run
from optcloud_sandbox.aimms.schedule import timestamp
from optcloud_sandbox.aimms.tasks import ServedTask
from optcloud_sandbox.clock import SandboxClock
from optcloud_sandbox.refusal import Refusal

Kind = Literal["webui", "task", "solve"]
KINDS = get_args(Kind)
RUNNING, TERMINATED, FINISHED = "Running", "Terminated", "Finished"
BY_FORCE = "The session was terminated."


@dataclass
class IdleSession:
    """A session of a web application or of a solve; nothing runs in it, so it runs until it is terminated."""

    id: str
    kind: Kind
    app: str
    version: str
    created: float
    report: TaskReport
    ended: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Of a web application `ended_at` is always null and the message empty (documented)."""
        web = self.kind == "webui"
        fields = _fields(self.id, self.app, self.version, self.created, None if web else self.ended)
        return fields | {
            "state": RUNNING if self.ended is None else TERMINATED,
            "message": "" if web or self.ended is None else BY_FORCE,
        }

    def log(self) -> list[LogLine]:
        return self.report.lines

    def runs(self) -> bool:
        return self.ended is None

    def terminate(self) -> None:
        self.ended = self.report.now()
        self.report.log("terminated")


@dataclass
class TaskSession:
    """The session that a run of a task has once it is assigned; reuse of idle sessions is not modelled."""

    task: ServedTask
    run: Run

    def as_json(self) -> dict[str, Any]:
        run = self.run
        state = RUNNING if self.runs() else TERMINATED if run.error == BY_FORCE else FINISHED
        return _fields(run.session, self.task.app, self.task.version, run.assigned or run.created, run.ended) | {
            "state": state,
            "message": run.error or "",
            "task_id": self.task.id,
            "service_name": self.task.service,
        }

    def log(self) -> list[LogLine]:
        return self.run.report.lines

    def runs(self) -> bool:
        return not self.run.finished()

    def terminate(self) -> None:
        self.run.kill(BY_FORCE)


class SessionRegistry:
    """Sessions that nobody's task has, by id, and which of the tasks' sessions are deleted."""

    def __init__(self, clock: SandboxClock) -> None:
        self._clock = clock
        self._sessions: dict[str, IdleSession] = {}
        self._deleted: set[str] = set()

    def add(self, kind: Kind, session_id: str, app: str, version: str) -> None:
        """ValueError for a kind that cannot be added."""
        if kind not in ("webui", "solve"):
            raise ValueError(f"a session can be added of the kinds webui and solve, got {kind!r}")
        report = TaskReport(self._clock)
        report.log("started")
        self._sessions[session_id] = IdleSession(session_id, kind, app, version, self._clock.now(), report)

    def launched(self, instances: dict[str, PublishedApp]) -> None:
        """Apps launched become sessions of web applications, at the first look at them."""
        for instance, app in instances.items():
            if instance not in self._sessions and instance not in self._deleted:
                self.add("webui", instance, app.name, app.version)

    def of_kind(self, kind: str, tasks: list[ServedTask]) -> Sequence[IdleSession | TaskSession]:
        """In order of creation; Refusal 404 for a kind that does not exist."""
        if kind not in KINDS:
            raise Refusal(404, f"there are no sessions of the kind {kind}")
        if kind != "task":
            return [session for session in self._sessions.values() if session.kind == kind]
        runs = (TaskSession(task, run) for task in tasks for run in task.runs if not run.deleted)
        return [
            session for session in runs if session.run.session is not None and session.run.session not in self._deleted
        ]

    def delete(self, session: IdleSession | TaskSession) -> None:
        """By force for a task's session (documented); others must have ended (the portal's rule, status inferred)."""
        if session.runs():
            if isinstance(session, IdleSession):
                raise Refusal(409, "the session is running: terminate it first")
            session.terminate()
        if isinstance(session, IdleSession):
            del self._sessions[session.id]
            self._deleted.add(session.id)
        elif session.run.session is not None:
            self._deleted.add(session.run.session)


def _fields(session_id: str | None, app: str, version: str, created: float, ended: float | None) -> dict[str, Any]:
    return {
        "session_id": session_id,
        "app_name": app,
        "app_version": version,
        "user_name": FIRST_USER,
        "environment_name": ROOT,
        "created_at": timestamp(created),
        "ended_at": None if ended is None else timestamp(ended),
    }
