"""Paths of a local DEX service (AIMMS facts 3): tasks, their responses and intermediate statuses, echo."""

import asyncio
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.aimms.lists import integer
from optcloud_sandbox.aimms.runs import Run
from optcloud_sandbox.aimms.schedule import TaskSchedule
from optcloud_sandbox.aimms.task_json import task_json
from optcloud_sandbox.aimms.task_requests import interrupt_word, work_of
from optcloud_sandbox.aimms.tasks import LOG_PATIENCE, ServedTask, TaskOrder
from optcloud_sandbox.job import PATIENCE
from optcloud_sandbox.messages import body_of
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.routing import Endpoint, PathRoute, vendor_app
from optcloud_sandbox.world import World

PREFIX = "/api/v2"
NOT_LOCAL = (
    # The examples of the page on rest-server have neither the scheduling nor the account's fields.
    "groupIndex",
    "scheduleFor",
    "scheduleInterval",
    "userName",
    "userEnvironment",
)
MOST_DELAY = 600_000  # ms: the sandbox's own guard
NOT_ECHOED = frozenset({"connection", "content-length", "expect", "keep-alive", "te", "transfer-encoding", "upgrade"})


def dex_app(world: World) -> Starlette:
    return vendor_app(_routes(world), _refusal_response)


def _refusal_response(refusal: Refusal) -> Response:
    """Only the statuses of refusals are published; the body is the sandbox's own."""
    return JSONResponse({"message": refusal.message}, refusal.status)


def _routes(world: World) -> list[PathRoute]:
    dex = _DexRoutes(world)

    def route(methods: str, path: str, endpoint: Endpoint) -> PathRoute:
        async def checked(request: Request) -> Response:
            if world.settings.dex_refuses_apikey and "apikey" in request.headers:
                # Releases before 23.1.0.13 failed in a way that is not published; the status is inferred.
                raise Refusal(400, "a local DEX service takes no apikey header: it would be mistaken for a cloud call")
            return await endpoint(request)

        return PathRoute(PREFIX + path, checked, methods=methods.split())

    return [
        route("GET", "/tasks", dex.list),
        route("POST", "/tasks/{service}", dex.create),
        route("GET", "/tasks/{id}", dex.get),
        route("PUT", "/tasks/{id}", dex.interrupt),
        route("DELETE", "/tasks/{id}", dex.delete),
        route("GET", "/tasks/{id}/response", dex.response),
        route("GET", "/tasks/{id}/status", dex.status),
        route("GET PUT POST DELETE", "/echo", dex.echo),
    ]


class _DexRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    async def create(self, request: Request) -> Response:
        world, service = self._world, request.path_params["service"]
        app = world.services.find(service)
        if app is None:
            raise Refusal(403, f"there is no service {service!r}")
        work = work_of(request, world.services, app, service, world.settings.limits.dex_task)
        world.dex.glance((), world.pace, world.workers)
        task = world.dex.create(TaskOrder(app, "1.0", service, work, TaskSchedule(world.clock.now())))
        return JSONResponse(self._as_json(task))

    async def list(self, _: Request) -> Response:
        """A list shows states, so it is a poll of every task."""
        tasks = self._world.dex.all()
        await self._look(*(task.runs[0] for task in tasks), counts=True)
        return JSONResponse([self._as_json(task) for task in tasks])

    async def get(self, request: Request) -> Response:
        task, run = self._task(request)
        await self._look(run, counts=True)
        return JSONResponse(self._as_json(task))

    async def interrupt(self, request: Request) -> Response:
        """What does not run yet is ended by interrupt-execution; interrupt-solve finds no solve (both inferred)."""
        task, run = self._task(request)
        body = body_of(request).data
        if not body:
            raise Refusal(405, "the body must be JSON with the field setstatus")
        word = interrupt_word(body)
        await self._look(run)
        answer: str = "interrupt-processed" if run.finished() else word
        if not run.finished() and (run.under_way() or word == "interrupt-execution"):
            await run.interrupt(word, self._world.workers)
        return JSONResponse(self._as_json(task) | {"setstatus": answer})

    async def delete(self, request: Request) -> Response:
        task, run = self._task(request)
        await self._look(run)
        task.delete(0)
        self._world.dex.remove(task)
        return Response()

    async def response(self, request: Request) -> Response:
        _, run = self._task(request)
        await self._look(run)
        body, media_type = run.response()
        return Response(body, headers={"content-type": media_type})

    async def status(self, request: Request) -> Response:
        """What the service wrote last; 404 as long as it wrote nothing (inferred)."""
        _, run = self._task(request)
        await self._look(run, patience=LOG_PATIENCE)
        if run.report.latest_status is None:
            raise Refusal(404, "the task has not written an intermediate status")
        body, media_type = run.report.latest_status
        return Response(body, headers={"content-type": media_type})

    async def echo(self, request: Request) -> Response:
        delay = integer(request.query_params.get("delay"), "delay")
        if delay is not None and delay > MOST_DELAY:
            raise Refusal(400, f"delay must be {MOST_DELAY} ms at most, got {delay}")
        await asyncio.sleep((delay or 0) / 1000)
        headers = {name: value for name, value in request.headers.items() if name not in NOT_ECHOED}
        return Response(body_of(request).data, headers=headers)

    def _task(self, request: Request) -> tuple[ServedTask, Run]:
        task = self._world.dex.get(request.path_params["id"])
        return task, task.runs[0]

    async def _look(self, *runs: Run, counts: bool = False, patience: float = PATIENCE) -> None:
        world = self._world
        await world.dex.look(runs, world.pace, world.workers, counts=counts, patience=patience)

    def _as_json(self, task: ServedTask) -> dict[str, Any]:
        return {name: value for name, value in task_json(task, 0).items() if name not in NOT_LOCAL}
