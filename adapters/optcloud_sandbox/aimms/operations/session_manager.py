"""session-manager: lists, logs, ends of sessions, addresses of services in them (vendor page managing-sessions)."""

from collections.abc import Sequence
from typing import Any

from optcloud_sandbox.aimms.lists import page, plain_filters, selected, shaped
from optcloud_sandbox.aimms.operations.base import Operations
from optcloud_sandbox.aimms.operations.logs import log_file, log_so_far
from optcloud_sandbox.aimms.sessions import KINDS, IdleSession, TaskSession
from optcloud_sandbox.documents import DocumentedOperation
from optcloud_sandbox.refusal import Refusal

FIELDS = (
    *("session_id", "state", "app_name", "app_version"),
    *("user_name", "environment_name", "created_at", "ended_at"),
)
FILTERS = plain_filters(*FIELDS)
TASK_FILTERS = plain_filters(*FIELDS, "task_id", "service_name")
PORTS = {"webui": 12002, "dex": 12003} | {str(port): port for port in range(12000, 12011)}


class SessionOperations(Operations):
    """The document has the operations on sessions three times, for each kind; here they are once."""

    scope = "Session"

    @classmethod
    def handler(cls, operation: DocumentedOperation) -> str:
        """`getTaskSession`, `getSolveSession` and `getWebuiSession` are `get_session`."""
        return super().handler(operation).replace(f"_{_kind(operation)}_", "_")

    def list_sessions(self) -> Any:
        kind, query = _kind(self.operation), self.request.query_params
        rows = [session.as_json() for session in self._sessions(kind)]
        found = selected(query, rows, TASK_FILTERS if kind == "task" else FILTERS)
        return shaped(page(query, found), self.world.settings.siblings_lists, len(found))

    def get_session(self, session_id: str) -> Any:
        return self._session(session_id).as_json()

    def delete_session(self, session_id: str) -> None:
        self.world.sessions.delete(self._session(session_id))

    def get_session_logs(self, session_id: str) -> Any:
        lines = self._session(session_id).log()
        return log_so_far(self.request.query_params, lines, self.world.settings.aimms_logs)

    def download_session_logs(self, session_id: str) -> Any:
        return log_file(self._session(session_id).log(), f"session-{session_id}")

    def terminate_session(self, session_id: str) -> None:
        session = self._session(session_id)
        if not session.runs():
            raise Refusal(409, "the session has ended already")  # status inferred
        session.terminate()

    def get_service_uri(self, session_id: str, service: str) -> Any:
        """As plain text (inferred). In the sandbox nothing answers there."""
        port = PORTS.get(service)
        if port is None:
            raise Refusal(400, f"a service is webui, dex or a port from 12000 to 12010, got {service!r}")
        running = [session.as_json()["session_id"] for kind in KINDS for session in self._sessions(kind)]
        if session_id not in running:
            raise Refusal(404, f"session {session_id} doesn't exist")
        return f"{self.request.url.scheme}://{self.request.url.netloc}/session/{port}@{session_id}"

    def _session(self, session_id: str) -> IdleSession | TaskSession:
        for session in self._sessions(_kind(self.operation)):
            if session.as_json()["session_id"] == session_id:
                return session
        raise Refusal(404, f"session {session_id} doesn't exist")

    def _sessions(self, kind: str) -> Sequence[IdleSession | TaskSession]:
        world = self.world
        world.sessions.launched(world.aimms.launches.instances())
        tasks = world.aimms.tasks.all()
        if kind == "task":
            world.aimms.tasks.glance([run for task in tasks for run in task.runs], world.pace, world.workers)
        return world.sessions.of_kind(kind, tasks)


def _kind(operation: DocumentedOperation) -> str:
    """The kind of sessions that the path names: "webui" of `/sessions/webui/{session_id}`."""
    return operation.path.split("/")[2]
