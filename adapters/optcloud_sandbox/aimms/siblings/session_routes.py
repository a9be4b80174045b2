"""session-manager: lists, logs, ends of sessions, addresses of services in them (vendor page managing-sessions)."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from optcloud_sandbox.aimms.log_replies import log_file, log_so_far
from optcloud_sandbox.aimms.scopes import Scoped
from optcloud_sandbox.aimms.siblings.lists import listed, plain_filters, selected
from optcloud_sandbox.aimms.siblings.sessions import KINDS, Session, TaskSession
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.world import World

SESSION = "Session"
FILTERS = plain_filters(
    "session_id",
    "state",
    "app_name",
    "app_version",
    "user_name",
    "environment_name",
    "created_at",
    "ended_at",
)
TASK_FILTERS = FILTERS | plain_filters("task_id", "service_name")
PORTS = {"webui": 12002, "dex": 12003} | {str(port): port for port in range(12000, 12011)}


class SessionManager:
    def __init__(self, world: World) -> None:
        self._world = world

    def table(self) -> list[Scoped]:
        return [
            ("GET", "/sessions/{kind}", self.list, SESSION),
            ("GET", "/sessions/{kind}/{session}", self.get, SESSION),
            ("DELETE", "/sessions/{kind}/{session}", self.delete, SESSION),
            ("GET", "/sessions/{kind}/{session}/logs", self.logs, SESSION),
            ("GET", "/sessions/{kind}/{session}/logs/download", self.download, SESSION),
            ("PATCH", "/sessions/{kind}/{session}/terminate", self.terminate, SESSION),
            ("GET", "/sessions/{session}/{service}/uri", self.address, SESSION),
        ]

    async def list(self, request: Request) -> Response:
        kind = request.path_params["kind"]
        shown = [session.shown() for session in self._sessions(kind)]
        found = selected(request, shown, TASK_FILTERS if kind == "task" else FILTERS)
        return listed(request, found, self._world.settings.siblings_lists)

    async def get(self, request: Request) -> Response:
        return JSONResponse(self._session(request).shown())

    async def delete(self, request: Request) -> Response:
        self._world.sessions.delete(self._session(request))
        return Response()

    async def logs(self, request: Request) -> Response:
        return log_so_far(request, self._session(request).log(), self._world.settings.aimms_logs)

    async def download(self, request: Request) -> Response:
        return log_file(self._session(request).log(), f"session-{request.path_params['session']}")

    async def terminate(self, request: Request) -> Response:
        session = self._session(request)
        if not session.runs():
            raise Refusal(409, "the session has ended already")  # status inferred
        session.terminate()
        return Response()

    async def address(self, request: Request) -> Response:
        """As plain text (inferred). In the sandbox nothing answers there."""
        params = request.path_params
        port = PORTS.get(params["service"])
        if port is None:
            raise Refusal(400, f"a service is webui, dex or a port from 12000 to 12010, got {params['service']!r}")
        if not any(one.shown()["session_id"] == params["session"] for kind in KINDS for one in self._sessions(kind)):
            raise Refusal(404, f"session {params['session']} doesn't exist")
        return PlainTextResponse(f"{request.url.scheme}://{request.url.netloc}/session/{port}@{params['session']}")

    def _session(self, request: Request) -> Session | TaskSession:
        wanted = request.path_params["session"]
        for session in self._sessions(request.path_params["kind"]):
            if session.shown()["session_id"] == wanted:
                return session
        raise Refusal(404, f"session {wanted} doesn't exist")

    def _sessions(self, kind: str) -> Sequence[Session | TaskSession]:
        world = self._world
        world.sessions.launched(world.aimms.launches.instances())
        tasks = world.aimms.tasks.all()
        if kind == "task":
            world.aimms.tasks.glance([run for task in tasks for run in task.runs], world.pace, world.workers)
        return world.sessions.of_kind(kind, tasks)
