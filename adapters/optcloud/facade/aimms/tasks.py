"""The job of a task: what every job can do, and what only a task can."""

from __future__ import annotations

from pathlib import Path

from optcloud.clouds.aimms.tasks import SavedResult, TaskFlows, TaskResult
from optcloud.core.flow import Progress
from optcloud.core.pace import Pace
from optcloud.drivers.asynchronous import AsyncConnection
from optcloud.drivers.blocking import Connection
from optcloud.facade.jobs import AsyncJob, Job


class Task(Job[TaskResult]):
    """A task of AIMMS PRO."""

    _flows: TaskFlows

    def __init__(self, connection: Connection, flows: TaskFlows) -> None:
        super().__init__(connection, flows)
        self._flows = flows

    def save(
        self,
        path: str | Path,
        timeout: float | None = None,
        *,
        pace: Pace | None = None,
        progress: Progress | None = None,
    ) -> SavedResult:
        """Wait, then write the response into a file piece by piece, with ``progress`` (`Transferred`).

        The file appears when it is whole. Raises `JobFailed`, `WaitTimeout`, `JobGone`, `OSError`.
        """
        return self._run(self._flows.save(path, timeout=timeout, pace=pace, progress=progress))

    def intermediate(self) -> TaskResult | None:
        """Fetch the intermediate status that a service has written (None: none yet); a local DEX service only.

        Raises `Unsupported` in the cloud, `JobGone`.
        """
        return self._run(self._flows.intermediate())


class AsyncTask(AsyncJob[TaskResult]):
    """A task of AIMMS PRO; each verb is awaited."""

    _flows: TaskFlows

    def __init__(self, connection: AsyncConnection, flows: TaskFlows) -> None:
        super().__init__(connection, flows)
        self._flows = flows

    async def save(
        self,
        path: str | Path,
        timeout: float | None = None,
        *,
        pace: Pace | None = None,
        progress: Progress | None = None,
    ) -> SavedResult:
        """Wait, then write the response into a file piece by piece, with ``progress`` (`Transferred`).

        The file appears when it is whole. Raises `JobFailed`, `WaitTimeout`, `JobGone`, `OSError`.
        """
        return await self._run(self._flows.save(path, timeout=timeout, pace=pace, progress=progress))

    async def intermediate(self) -> TaskResult | None:
        """Fetch the intermediate status that a service has written (None: none yet); a local DEX service only.

        Raises `Unsupported` in the cloud, `JobGone`.
        """
        return await self._run(self._flows.intermediate())
