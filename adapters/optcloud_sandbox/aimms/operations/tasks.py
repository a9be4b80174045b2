"""Operations on tasks: create, list, get, response, interrupt, delete, logs, figures."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from starlette.datastructures import QueryParams
from starlette.responses import Response

from optcloud_sandbox.aimms.apps import PublishedApp
from optcloud_sandbox.aimms.lists import page
from optcloud_sandbox.aimms.operations.base import Operations
from optcloud_sandbox.aimms.operations.logs import log_file, log_so_far
from optcloud_sandbox.aimms.runs import COMING, STATES, Run
from optcloud_sandbox.aimms.schedule import read_schedule
from optcloud_sandbox.aimms.task_json import renamed, task_json
from optcloud_sandbox.aimms.task_requests import interrupt_word, work_of
from optcloud_sandbox.aimms.tasks import LOG_PATIENCE, ServedTask, TaskOrder, no_hook
from optcloud_sandbox.job import PATIENCE
from optcloud_sandbox.messages import body_of
from optcloud_sandbox.refusal import Refusal


class TaskOperations(Operations):
    scope = "Tasks"

    def create_task(self, app_name: str, app_version: str, service_name: str) -> Any:
        return self._create(self.account.apps.get(app_name, app_version), service_name)

    def create_task_latest_version(self, app_name: str, service_name: str) -> Any:
        return self._create(self.account.apps.latest(app_name), service_name)

    async def get_task(self, id: str, group_index: int | None) -> Any:  # noqa: A002 - the document's name
        task, index, run = self._run(id, group_index)
        await self._look(run, counts=True)
        return self._as_json(task, index)

    async def get_tasks(self) -> Any:
        """A list shows states, so it is a poll of each task on the page."""
        query, settings = self.request.query_params, self.world.settings
        runs = TaskFilter.read(query).runs(self.account.tasks.all(), every_run=settings.aimms_list_runs)
        batch = page(query, runs)
        await self._look(*(task.runs[index] for task, index in batch), counts=True)
        fields = {"total_tasks": len(runs), "current_batch": [self._as_json(task, index) for task, index in batch]}
        return renamed(fields, settings.aimms_words)

    async def get_task_response(self, id: str, group_index: int | None) -> Response:  # noqa: A002 - as above
        _, _, run = self._run(id, group_index)
        await self._look(run)
        body, media_type = run.response()
        return Response(body, headers={"content-type": media_type})

    async def interrupt_task(self, id: str, group_index: int | None) -> None:  # noqa: A002 - as above
        _, _, run = self._run(id, group_index)
        word = interrupt_word(body_of(self.request).data)
        await self._look(run)
        if not run.under_way():
            raise Refusal(405, f"the task is {run.state}; only a running task can be interrupted")  # as DEX (inferred)
        await run.interrupt(word, self.world.workers)

    async def delete_task(self, id: str, group_index: int | None) -> None:  # noqa: A002 - as above
        task, index, run = self._run(id, group_index)
        await self._look(run)
        if task.delete(index):
            self.account.tasks.remove(task)

    async def get_task_logs(self, id: str, group_index: int | None) -> Response:  # noqa: A002 - as above
        _, _, run = self._run(id, group_index)
        await self._look(run, patience=LOG_PATIENCE)
        return log_so_far(self.request.query_params, run.report.lines, self.world.settings.aimms_logs)

    async def download_task_logs(self, id: str, group_index: int | None) -> Response:  # noqa: A002 - as above
        task, index, run = self._run(id, group_index)
        await self._look(run, patience=LOG_PATIENCE)
        return log_file(run.report.lines, f"task-{task.id}-{index}")

    def get_task_stats(self) -> Any:
        """Counts by state (shape inferred)."""
        return self._counted(STATES)

    def get_task_current_stats(self) -> Any:
        """Counts of what has not ended, and how many may run at once (shape inferred)."""
        return self._counted(COMING) | {"parallel": self.world.settings.aimms_parallel}

    def reply(self, value: Any) -> Response:
        """JSON is indented on request (prettyFormat=true, PRO 25.2.1)."""
        if not isinstance(value, dict) or self.request.query_params.get("prettyFormat", "").lower() != "true":
            return super().reply(value)
        return Response(json.dumps(value, indent=2), media_type="application/json")

    def _create(self, app: PublishedApp, service: str) -> Any:
        world, hooks = self.world, self.account.hooks
        work = work_of(self.request, world.services, app.name, service, world.settings.limits.aimms_task)
        schedule = read_schedule(self.request.query_params, world.clock.now())
        url = self.request.headers.get("taskstatehook")
        hook = no_hook if url is None else hooks.caller(url)
        self.account.tasks.glance((), world.pace, world.workers)
        task = self.account.tasks.create(TaskOrder(app.name, app.version, service, work, schedule), hook)
        if url is not None:
            hooks.watch(task)
        return self._as_json(task, 0)

    def _counted(self, states: tuple[str, ...]) -> dict[str, Any]:
        found = TaskFilter.read(self.request.query_params).runs(self.account.tasks.all(), every_run=True)
        runs = [task.runs[index] for task, index in found]
        self.account.tasks.glance(runs, self.world.pace, self.world.workers)
        counted = {state: sum(run.state == state for run in runs) for state in states}
        return {"total_tasks": sum(counted.values()), **counted}

    def _run(self, task_id: str, group_index: int | None) -> tuple[ServedTask, int, Run]:
        task = self.account.tasks.get(task_id)
        return task, *task.run(group_index)

    async def _look(self, *runs: Run, counts: bool = False, patience: float = PATIENCE) -> None:
        world = self.world
        await world.aimms.tasks.look(runs, world.pace, world.workers, counts=counts, patience=patience)

    def _as_json(self, task: ServedTask, index: int) -> dict[str, Any]:
        return task_json(task, index, self.world.settings.aimms_words, self.world.settings.aimms_session_field)


@dataclass(frozen=True)
class TaskFilter:
    """Filters of the task list. A day begins at midnight UTC; `before` is exclusive, `after` inclusive (inferred)."""

    app: str | None
    version: str | None
    before: float | None
    after: float | None

    @classmethod
    def read(cls, query: QueryParams) -> Self:
        before, after = (_time(query.get(name), name) for name in ("before", "after"))
        return cls(query.get("appName") or None, query.get("appVersion") or None, before, after)

    def passes(self, task: ServedTask, run: Run) -> bool:
        return (
            self.app in (None, task.app)
            and self.version in (None, task.version)
            and (self.before is None or run.created < self.before)
            and (self.after is None or run.created >= self.after)
        )

    def runs(self, tasks: list[ServedTask], *, every_run: bool) -> list[tuple[ServedTask, int]]:
        """Tasks and the indexes of their runs, in order of creation; the last run of each, or every one."""
        found = []
        for task in tasks:
            task.catch_up()
            for index in range(0 if every_run else len(task.runs) - 1, len(task.runs)):
                if not task.runs[index].deleted and self.passes(task, task.runs[index]):
                    found.append((task, index))
        return found


def _time(text: str | None, name: str) -> float | None:
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(400, f"{name} must be a date such as 2026-01-31: {error}") from error
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
