"""Sessions of web applications, tasks and solves (the sibling service session-manager)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from aimms_session_manager.client import AuthenticatedClient
from optcloud.aimms.services import session_manager as sessions
from optcloud.aimms.services.common import Filter, Sort
from optcloud.aimms.services.session_manager import Session, SessionKind
from optcloud.aimms.tasks.logs import LogEntry
from optcloud.core.flow import Progress, iterate, iterate_async
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection
from optcloud.transport.httpx_mapping import SIGNED_BY_TRANSPORT


class Sessions:
    """Sessions of the account: ``webui``, ``task`` or ``solve`` (session-manager).

    Filters and ``sort`` are passed on by name (``state="Running"``, ``sort="-created_at"``); their names are not
    published. ``task`` sessions are ended by interrupting their task.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._run = connection.run
        self.client = AuthenticatedClient(base_url=str(connection.client.base_url), token=SIGNED_BY_TRANSPORT)
        """The generated client of session-manager, signed, retried and raising our errors."""
        self.client.set_httpx_client(connection.client)

    def list(
        self, kind: SessionKind = "webui", *, sort: Sort | None = None, **filters: Filter | None
    ) -> Iterator[Session]:
        """Iterate over sessions; pages are asked for as they are needed."""
        return iterate(self._connection, sessions.list_sessions(kind, filters, sort=sort))

    def get(self, kind: SessionKind, session_id: str) -> Session:
        """Return one session. Raises `NotFound`."""
        return self._run(sessions.get(kind, session_id))

    def logs(self, kind: SessionKind, session_id: str, **filters: Filter | None) -> Iterator[LogEntry]:
        """Iterate over the log of a session; pages are asked for as they are needed."""
        return iterate(self._connection, sessions.logs(kind, session_id, filters))

    def save_log(
        self, kind: SessionKind, session_id: str, path: str | Path, *, progress: Progress | None = None
    ) -> Path:
        """Download the log of a session into a file, piece by piece, and return its path."""
        return self._run(sessions.save_log(kind, session_id, path, progress=progress))

    def terminate(self, kind: SessionKind, session_id: str) -> None:
        """End a running session. Raises `Conflict` when it has ended (status inferred)."""
        self._run(sessions.terminate(kind, session_id))

    def delete(self, kind: SessionKind, session_id: str, *, kill_task: bool = False) -> None:
        """Delete a session; one of a task only with ``kill_task``, since its job is killed by force."""
        self._run(sessions.delete(kind, session_id, kill_task=kill_task))

    def service_address(self, session_id: str, service: str | int) -> str:
        """Return the address of a service in a session: ``webui``, ``dex`` or a port from 12000 to 12010."""
        return self._run(sessions.service_address(session_id, service))


class AsyncSessions:
    """Sessions of the account: ``webui``, ``task`` or ``solve`` (session-manager); each verb is awaited.

    Filters and ``sort`` are passed on by name (``state="Running"``, ``sort="-created_at"``); their names are not
    published. ``task`` sessions are ended by interrupting their task.
    """

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._run = connection.run
        self.client = AuthenticatedClient(base_url=str(connection.client.base_url), token=SIGNED_BY_TRANSPORT)
        """The generated client of session-manager, signed, retried and raising our errors."""
        self.client.set_async_httpx_client(connection.client)

    def list(
        self, kind: SessionKind = "webui", *, sort: Sort | None = None, **filters: Filter | None
    ) -> AsyncIterator[Session]:
        """Iterate over sessions; pages are asked for as they are needed."""
        return iterate_async(self._connection, sessions.list_sessions(kind, filters, sort=sort))

    async def get(self, kind: SessionKind, session_id: str) -> Session:
        """Return one session. Raises `NotFound`."""
        return await self._run(sessions.get(kind, session_id))

    def logs(self, kind: SessionKind, session_id: str, **filters: Filter | None) -> AsyncIterator[LogEntry]:
        """Iterate over the log of a session; pages are asked for as they are needed."""
        return iterate_async(self._connection, sessions.logs(kind, session_id, filters))

    async def save_log(
        self, kind: SessionKind, session_id: str, path: str | Path, *, progress: Progress | None = None
    ) -> Path:
        """Download the log of a session into a file, piece by piece, and return its path."""
        return await self._run(sessions.save_log(kind, session_id, path, progress=progress))

    async def terminate(self, kind: SessionKind, session_id: str) -> None:
        """End a running session. Raises `Conflict` when it has ended (status inferred)."""
        await self._run(sessions.terminate(kind, session_id))

    async def delete(self, kind: SessionKind, session_id: str, *, kill_task: bool = False) -> None:
        """Delete a session; one of a task only with ``kill_task``, since its job is killed by force."""
        await self._run(sessions.delete(kind, session_id, kill_task=kill_task))

    async def service_address(self, session_id: str, service: str | int) -> str:
        """Return the address of a service in a session: ``webui``, ``dex`` or a port from 12000 to 12010."""
        return await self._run(sessions.service_address(session_id, service))
