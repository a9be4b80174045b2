"""What ``oc.aimms`` is: tasks, and the namespaces for everything else, each imported when it is first touched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from aimms_pro.client import AuthenticatedClient
from optcloud.clouds.aimms import apps, tasks
from optcloud.clouds.aimms.doctor import Doctor, Finding
from optcloud.clouds.aimms.tasks import TaskInput, task_of
from optcloud.core.reference import Reference
from optcloud.core.states import Status
from optcloud.drivers.asynchronous import AsyncConnection
from optcloud.drivers.blocking import Connection
from optcloud.facade.aimms.tasks import AsyncTask, Task
from optcloud.facade.each import each, each_async

if TYPE_CHECKING:
    from optcloud.facade.aimms.apps import Apps, AsyncApps


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
    ) -> Task:
        """Create a task of the given or the latest-tagged version of an app (`optcloud.clouds.aimms.tasks.submit`)."""
        flow = tasks.submit(self._profile, app, service, version=version, input=input, content_type=content_type)
        return Task(self._connection, self._run(flow))

    def attach(self, reference: Reference) -> Task:
        """Return the job of a reference, without asking AIMMS."""
        return Task(self._connection, task_of(reference))

    def tasks(
        self, *, app: str | None = None, version: str | None = None, limit: int | None = None
    ) -> list[tuple[Reference, Status]]:
        """List tasks as (reference, status)."""
        return self._run(tasks.list_tasks(self._profile, app=app, version=version, limit=limit))

    def versions(self) -> list[str]:
        """List the ids of the AIMMS versions that apps can be published for."""
        return self._run(apps.list_versions())

    def doctor(self) -> Iterator[Finding]:
        """Find out why it does not work: harmless reads, each told as it is made (`optcloud.clouds.aimms.doctor`)."""
        return each(self._connection, Doctor())

    @cached_property
    def apps(self) -> Apps:
        """Publish, change, list and delete apps, and their categories."""
        from optcloud.facade.aimms.apps import Apps

        return Apps(self._connection)


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
    ) -> AsyncTask:
        """Create a task of the given or the latest-tagged version of an app (`optcloud.clouds.aimms.tasks.submit`)."""
        flow = tasks.submit(self._profile, app, service, version=version, input=input, content_type=content_type)
        return AsyncTask(self._connection, await self._run(flow))

    def attach(self, reference: Reference) -> AsyncTask:
        """Return the job of a reference, without asking AIMMS."""
        return AsyncTask(self._connection, task_of(reference))

    async def tasks(
        self, *, app: str | None = None, version: str | None = None, limit: int | None = None
    ) -> list[tuple[Reference, Status]]:
        """List tasks as (reference, status)."""
        return await self._run(tasks.list_tasks(self._profile, app=app, version=version, limit=limit))

    async def versions(self) -> list[str]:
        """List the ids of the AIMMS versions that apps can be published for."""
        return await self._run(apps.list_versions())

    def doctor(self) -> AsyncIterator[Finding]:
        """Find out why it does not work: harmless reads, each told as it is made (`optcloud.clouds.aimms.doctor`)."""
        return each_async(self._connection, Doctor())

    @cached_property
    def apps(self) -> AsyncApps:
        """Publish, change, list and delete apps, and their categories."""
        from optcloud.facade.aimms.apps import AsyncApps

        return AsyncApps(self._connection)
