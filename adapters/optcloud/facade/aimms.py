"""AIMMS PRO as a person thinks of it: run tasks, publish apps."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aimms_pro.client import AuthenticatedClient
from optcloud.clouds.aimms import apps, tasks
from optcloud.clouds.aimms.tasks import TaskInput, TaskResult, task_of
from optcloud.core.reference import Reference
from optcloud.core.states import Status
from optcloud.drivers.asynchronous import AsyncConnection
from optcloud.drivers.blocking import Connection
from optcloud.facade.jobs import AsyncJob, Job


class Aimms:
    """AIMMS PRO REST API v2."""

    def __init__(self, connection: Connection, profile: str) -> None:
        self._connection = connection
        self._run = connection.run
        self._profile = profile
        self.client = AuthenticatedClient(base_url=str(connection.client.base_url), token="")
        """The generated client with all operations of the document, signed, retried and raising our errors."""
        self.client.set_httpx_client(connection.client)

    def run(
        self,
        app: str,
        service: str,
        *,
        version: str | None = None,
        input: TaskInput = None,  # noqa: A002 - the word a person thinks in
        content_type: str | None = None,
    ) -> Job[TaskResult]:
        """Create a task of the given or the latest-tagged version of an app (`optcloud.clouds.aimms.tasks.submit`)."""
        flow = tasks.submit(self._profile, app, service, version=version, input=input, content_type=content_type)
        return Job(self._connection, self._run(flow))

    def attach(self, reference: Reference) -> Job[TaskResult]:
        """Return the job of a reference, without asking AIMMS."""
        return Job(self._connection, task_of(reference))

    def tasks(
        self, *, app: str | None = None, version: str | None = None, limit: int | None = None
    ) -> list[tuple[Reference, Status]]:
        """List tasks as (reference, status)."""
        return self._run(tasks.list_tasks(self._profile, app=app, version=version, limit=limit))

    def publish(
        self, file: str | Path | bytes, metadata: Mapping[str, Any], *, icon: str | Path | bytes | None = None
    ) -> dict[str, Any]:
        """Publish an .aimmspack with metadata in the vendor's words; returns the app's entry."""
        return self._run(apps.publish(file, metadata, icon=icon))

    def update_app(self, name: str, version: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Change what is given of an app and nothing else; returns the app's entry."""
        return self._run(apps.update(name, version, changes))

    def delete_app(self, name: str, version: str) -> None:
        """Delete one version of an app."""
        self._run(apps.delete(name, version))

    def apps(self) -> list[dict[str, Any]]:
        """List all published apps."""
        return self._run(apps.list_apps())

    def versions(self) -> list[str]:
        """List the ids of the AIMMS versions that apps can be published for."""
        return self._run(apps.list_versions())


class AsyncAimms:
    """AIMMS PRO REST API v2; each verb is awaited."""

    def __init__(self, connection: AsyncConnection, profile: str) -> None:
        self._connection = connection
        self._run = connection.run
        self._profile = profile
        self.client = AuthenticatedClient(base_url=str(connection.client.base_url), token="")
        """The generated client with all operations of the document, signed, retried and raising our errors."""
        self.client.set_async_httpx_client(connection.client)

    async def run(
        self,
        app: str,
        service: str,
        *,
        version: str | None = None,
        input: TaskInput = None,  # noqa: A002 - the word a person thinks in
        content_type: str | None = None,
    ) -> AsyncJob[TaskResult]:
        """Create a task of the given or the latest-tagged version of an app (`optcloud.clouds.aimms.tasks.submit`)."""
        flow = tasks.submit(self._profile, app, service, version=version, input=input, content_type=content_type)
        return AsyncJob(self._connection, await self._run(flow))

    def attach(self, reference: Reference) -> AsyncJob[TaskResult]:
        """Return the job of a reference, without asking AIMMS."""
        return AsyncJob(self._connection, task_of(reference))

    async def tasks(
        self, *, app: str | None = None, version: str | None = None, limit: int | None = None
    ) -> list[tuple[Reference, Status]]:
        """List tasks as (reference, status)."""
        return await self._run(tasks.list_tasks(self._profile, app=app, version=version, limit=limit))

    async def publish(
        self, file: str | Path | bytes, metadata: Mapping[str, Any], *, icon: str | Path | bytes | None = None
    ) -> dict[str, Any]:
        """Publish an .aimmspack with metadata in the vendor's words; returns the app's entry."""
        return await self._run(apps.publish(file, metadata, icon=icon))

    async def update_app(self, name: str, version: str, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Change what is given of an app and nothing else; returns the app's entry."""
        return await self._run(apps.update(name, version, changes))

    async def delete_app(self, name: str, version: str) -> None:
        """Delete one version of an app."""
        await self._run(apps.delete(name, version))

    async def apps(self) -> list[dict[str, Any]]:
        """List all published apps."""
        return await self._run(apps.list_apps())

    async def versions(self) -> list[str]:
        """List the ids of the AIMMS versions that apps can be published for."""
        return await self._run(apps.list_versions())
