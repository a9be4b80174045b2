"""Tasks as JSON: names and words of the API v2, or of v1 (AIMMS facts 2)."""

from typing import Any

from optcloud_sandbox.aimms.people import FIRST_USER, ROOT
from optcloud_sandbox.aimms.runs import Run
from optcloud_sandbox.aimms.schedule import timestamp
from optcloud_sandbox.aimms.tasks import ServedTask
from optcloud_sandbox.settings import Words

V1_NAMES = {
    "appName": "projectName",
    "appVersion": "projectVersion",
    "serviceName": "service",
    "state": "status",
    "runTime": "runtime",
    "queueTime": "queuetime",
    "returnCode": "returncode",
    "errorMessage": "errormessage",
    "current_batch": "statuses",
    "total_tasks": "total_size",
}
# The five words are published, what each stands for is inferred; "interrupted" is a run that was, however it ended.
V1_STATES = {"assigned": "queued", "running": "executing", "completed": "finished", "failed": "finished"}


def task_json(task: ServedTask, index: int, words: Words = "v2", session_field: str | None = None) -> dict[str, Any]:
    """Task schema with the additions since; null where the vendor documents null (AIMMS facts 6.2.13)."""
    run = task.runs[index]
    fields = {
        "id": task.id,
        "groupIndex": index if task.schedule.interval is not None else None,
        "appName": task.app,
        "appVersion": task.version,
        "serviceName": task.service,
        "state": run.state if words == "v2" else _v1_state(run),
        "scheduleFor": timestamp(run.job.due) if task.schedule.text or task.repeats else None,
        "scheduleInterval": task.schedule.interval_text,
        "createdAt": timestamp(run.created),
        "assignedAt": None if run.assigned is None else timestamp(run.assigned),
        "runningAt": None if run.running is None else timestamp(run.running),
        "endedAt": None if run.ended is None else timestamp(run.ended),
        "queueTime": None if run.assigned is None else round(run.assigned - run.created, 6),
        "runTime": None if run.ended is None else round(run.ended - (run.running or run.ended), 6),
        "returnCode": (1 if run.state == "completed" else 0) if run.finished() else None,
        "errorMessage": run.error,
        "userName": FIRST_USER,
        "userEnvironment": ROOT,
    }
    if session_field is not None:
        fields[session_field] = run.session
    return renamed(fields, words)


def renamed(fields: dict[str, Any], words: Words) -> dict[str, Any]:
    """The same with the names of v1 where these differ."""
    return fields if words == "v2" else {V1_NAMES.get(name, name): value for name, value in fields.items()}


def _v1_state(run: Run) -> str:
    return "interrupted" if run.finished() and run.interrupted else V1_STATES.get(run.state, run.state)
