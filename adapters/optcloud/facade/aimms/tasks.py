"""The job of a task: what every job can do, and what only a task can."""

from __future__ import annotations

from optcloud.clouds.aimms.tasks import TaskResult
from optcloud.facade.jobs import AsyncJob, Job


class Task(Job[TaskResult]):
    """A task of AIMMS PRO."""


class AsyncTask(AsyncJob[TaskResult]):
    """A task of AIMMS PRO; each verb is awaited."""
