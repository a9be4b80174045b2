"""Task operations: create (a given version or the latest), list, get, response, interrupt, delete."""

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud.sandbox.aimms.schedule import read_schedule
from optcloud.sandbox.aimms.services import DEFAULT_TYPE
from optcloud.sandbox.aimms.tasks import Interrupt, Run, Task
from optcloud.sandbox.refusal import Refusal
from optcloud.sandbox.wire import body_of
from optcloud.sandbox.world import World

DEFAULT_PAGE = 100  # default and maximum are not published (inferred)


class TaskRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    async def create(self, request: Request) -> Response:
        world, path = self._world, request.path_params
        name, service = path["app"], path["service"]
        app = world.aimms.apps.get(name, path["version"]) if "version" in path else world.aimms.apps.latest(name)
        if "taskstatehook" in request.headers:
            raise Refusal(501, "the sandbox does not call task state hooks: leave out the header taskStateHook")
        body = body_of(request)
        limit = world.settings.limits.aimms_task
        if body.size > limit:
            raise Refusal(413, f"a task's request must not exceed {limit} bytes, got {body.size}")  # status inferred
        schedule = read_schedule(request.query_params, world.clock.now())
        content_type = request.headers.get("content-type", DEFAULT_TYPE)
        work = partial(world.services.run, name, service, body.data, content_type)
        task = world.aimms.tasks.create(name, app.version, service, work, schedule)
        return JSONResponse(task.shown(0))

    async def get(self, request: Request) -> Response:
        task, index, run = self._run(request)
        await run.poll(self._world.clock.now(), self._world.pace, self._world.workers)
        return JSONResponse(task.shown(index))

    async def list(self, request: Request) -> Response:
        query = request.query_params
        offset, limit = _count(query.get("offset"), "offset", 0), _count(query.get("limit"), "limit", 1)
        found = [task for task in self._world.aimms.tasks.all() if _wanted(task, request)]
        start = offset or 0
        page = found[start : start + (limit or DEFAULT_PAGE)]
        return JSONResponse({"total_tasks": len(found), "current_batch": [await self._listed(task) for task in page]})

    async def response(self, request: Request) -> Response:
        _, _, run = self._run(request)
        await run.peek(self._world.clock.now(), self._world.pace, self._world.workers)
        body, media_type = run.response()
        return Response(body, headers={"content-type": media_type})

    async def interrupt(self, request: Request) -> Response:
        _, _, run = self._run(request)
        word = _interrupt_word(body_of(request).data)
        now = self._world.clock.now()
        await run.peek(now, self._world.pace, self._world.workers)
        await run.interrupt(word, now, self._world.workers)
        return Response()

    async def delete(self, request: Request) -> Response:
        task, index, run = self._run(request)
        await run.peek(self._world.clock.now(), self._world.pace, self._world.workers)
        if task.delete(index):
            self._world.aimms.tasks.remove(task)
        return Response()

    def _run(self, request: Request) -> tuple[Task, int, Run]:
        task = self._world.aimms.tasks.get(request.path_params["id"])
        index, run = task.run(_count(request.query_params.get("groupIndex"), "groupIndex", 0))
        return task, index, run

    async def _listed(self, task: Task) -> dict[str, Any]:
        index, run = task.run(None)
        await run.peek(self._world.clock.now(), self._world.pace, self._world.workers)
        return task.shown(index)


def _wanted(task: Task, request: Request) -> bool:
    query = request.query_params
    before, after = _day(query.get("before"), "before"), _day(query.get("after"), "after")
    created = task.runs[0].created
    return (
        query.get("appName") in (None, "", task.app)
        and query.get("appVersion") in (None, "", task.version)
        and (before is None or created < before.timestamp())
        and (after is None or created >= after.timestamp())
    )


def _day(text: str | None, name: str) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(400, f"{name} must be a date such as 2026-01-31: {error}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _count(text: str | None, name: str, least: int) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise Refusal(400, f"{name} must be an integer of {least} or more, got {text!r}")
    return int(text)


def _interrupt_word(body: bytes) -> Interrupt:
    if not body:
        return "interrupt-solve"  # the vendor's client sends no body; what that means is inferred from older text
    try:
        data = json.loads(body)
    except ValueError as error:
        raise Refusal(400, f"the body is not JSON: {error}") from error
    word = data.get("setstatus") if isinstance(data, dict) else None
    for known in get_args(Interrupt):
        if word == known:
            interrupt: Interrupt = known
            return interrupt
    raise Refusal(
        405, f"setstatus must be {' or '.join(get_args(Interrupt))}, got {word!r}"
    )  # status as DEX (inferred)
