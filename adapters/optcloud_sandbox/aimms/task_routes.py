"""Task operations: create (a given version or the latest), list, get, response, interrupt, delete, logs, figures."""

import json
from functools import partial
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from optcloud_sandbox.aimms.log_replies import log_file, log_so_far
from optcloud_sandbox.aimms.queries import Wanted, count, page, rows
from optcloud_sandbox.aimms.runs import COMING, STATES, Interrupt, Run
from optcloud_sandbox.aimms.schedule import read_schedule
from optcloud_sandbox.aimms.services import DEFAULT_TYPE, within
from optcloud_sandbox.aimms.tasks import IN_PASSING, Order, Task, no_hook
from optcloud_sandbox.aimms.wording import renamed, shown
from optcloud_sandbox.given import read_json
from optcloud_sandbox.job import PATIENCE
from optcloud_sandbox.messages import body_of
from optcloud_sandbox.refusal import Refusal
from optcloud_sandbox.world import World


class TaskRoutes:
    def __init__(self, world: World) -> None:
        self._world = world

    async def create(self, request: Request) -> Response:
        world, path = self._world, request.path_params
        name, service = path["app"], path["service"]
        app = world.aimms.apps.get(name, path["version"]) if "version" in path else world.aimms.apps.latest(name)
        body = body_of(request)
        check_size(body.size, world.settings.limits.aimms_task)
        schedule = read_schedule(request.query_params, world.clock.now())
        hook = request.headers.get("taskstatehook")
        told = no_hook if hook is None else world.aimms.hooks.caller(hook)
        content_type = request.headers.get("content-type", DEFAULT_TYPE)
        run = partial(world.services.run, name, service, body.data, content_type)
        work = partial(within, world.settings.limits.aimms_task, run)
        world.aimms.tasks.glance((), world.pace, world.workers)
        task = world.aimms.tasks.create(Order(name, app.version, service, work, schedule), told)
        if hook is not None:
            world.aimms.hooks.watch(task)
        return self._task(request, task, 0)

    async def get(self, request: Request) -> Response:
        task, index, run = self._run(request)
        await self._look(run, counts=True)
        return self._task(request, task, index)

    async def list(self, request: Request) -> Response:
        """A list shows states, so it is a poll of each task on the page."""
        settings = self._world.settings
        found = rows(self._world.aimms.tasks.all(), Wanted.read(request), every_run=settings.aimms_list_runs)
        batch = page(request, found)
        await self._look(*(task.runs[index] for task, index in batch), counts=True)
        listed = [shown(task, index, settings.aimms_words, settings.aimms_session_field) for task, index in batch]
        fields = {"total_tasks": len(found), "current_batch": listed}
        return written(request, renamed(fields, settings.aimms_words))

    async def response(self, request: Request) -> Response:
        _, _, run = self._run(request)
        await self._look(run)
        body, media_type = run.response()
        return Response(body, headers={"content-type": media_type})

    async def interrupt(self, request: Request) -> Response:
        _, _, run = self._run(request)
        word = interrupt_word(body_of(request).data)
        await self._look(run)
        if not run.under_way():
            raise Refusal(405, f"the task is {run.state}; only a running task can be interrupted")  # as DEX (inferred)
        await run.interrupt(word, self._world.workers)
        return Response()

    async def delete(self, request: Request) -> Response:
        task, index, run = self._run(request)
        await self._look(run)
        if task.delete(index):
            self._world.aimms.tasks.remove(task)
        return Response()

    async def logs(self, request: Request) -> Response:
        _, _, run = self._run(request)
        await self._look(run, patience=IN_PASSING)
        return log_so_far(request, run.report.lines, self._world.settings.aimms_logs)

    async def download_logs(self, request: Request) -> Response:
        task, index, run = self._run(request)
        await self._look(run, patience=IN_PASSING)
        return log_file(run.report.lines, f"task-{task.id}-{index}")

    async def stats(self, request: Request) -> Response:
        """Counts by state (shape inferred)."""
        return self._counted(request, STATES)

    async def current_stats(self, request: Request) -> Response:
        """Counts of what has not ended, and how many may run at once (shape inferred)."""
        return self._counted(request, COMING, parallel=self._world.settings.aimms_parallel)

    def _counted(self, request: Request, states: tuple[str, ...], **more: Any) -> Response:
        world = self._world
        runs = [task.runs[index] for task, index in rows(world.aimms.tasks.all(), Wanted.read(request), every_run=True)]
        world.aimms.tasks.glance(runs, world.pace, world.workers)
        counted = dict.fromkeys(states, 0)
        for run in runs:
            if run.state in counted:
                counted[run.state] += 1
        return written(request, {"total_tasks": sum(counted.values()), **counted, **more})

    def _run(self, request: Request) -> tuple[Task, int, Run]:
        task = self._world.aimms.tasks.get(request.path_params["id"])
        index, run = task.run(count(request.query_params.get("groupIndex"), "groupIndex", 0))
        return task, index, run

    async def _look(self, *runs: Run, counts: bool = False, patience: float = PATIENCE) -> None:
        world = self._world
        await world.aimms.tasks.look(runs, world.pace, world.workers, counts=counts, patience=patience)

    def _task(self, request: Request, task: Task, index: int) -> Response:
        settings = self._world.settings
        return written(request, shown(task, index, settings.aimms_words, settings.aimms_session_field))


def check_size(size: int, limit: int) -> None:
    if size > limit:
        raise Refusal(413, f"a task's request must not exceed {limit} bytes, got {size}")  # status inferred


def interrupt_word(body: bytes) -> Interrupt:
    """The word of a PUT; Refusal 400 or 405."""
    if not body:
        return "interrupt-solve"  # the vendor's client sends no body; what that means is inferred from older text
    try:
        data = read_json(body)
    except ValueError as error:
        raise Refusal(400, f"the body is not JSON: {error}") from error
    word = data.get("setstatus") if isinstance(data, dict) else None
    for known in get_args(Interrupt):
        if word == known:
            interrupt: Interrupt = known
            return interrupt
    raise Refusal(
        405, f"setstatus must be {' or '.join(get_args(Interrupt))}, got {str(word)[:100]!r}"
    )  # status as DEX (inferred)


def written(request: Request, fields: Any) -> Response:
    """JSON, indented on request (prettyFormat=true, PRO 25.2.1)."""
    if request.query_params.get("prettyFormat", "").lower() != "true":
        return JSONResponse(fields)
    return Response(json.dumps(fields, indent=2), media_type="application/json")
