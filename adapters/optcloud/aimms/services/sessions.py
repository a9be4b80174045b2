"""Sessions of an account: of web applications, of tasks and of solves (the sibling service session-manager).

Scope: Session. Sources: vendor pages "Managing Sessions" and "Accessing Cloud Hosted Services". Documented: the
operations; that a webui session is Running or Terminated, its ``ended_at`` always null and its message empty.
Inferred: the field of a session's id (`_session`), and names of filters, which are passed on as they are given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from aimms_session_manager.api.service import get_service_uri
from aimms_session_manager.api.solve import (
    delete_solve_session,
    download_solve_session_logs,
    get_solve_session,
    get_solve_session_logs,
    list_solve_sessions,
    terminate_solve_session,
)
from aimms_session_manager.api.task import (
    delete_task_session,
    download_task_session_logs,
    get_task_session,
    get_task_session_logs,
    list_task_sessions,
    terminate_task_session,
)
from aimms_session_manager.api.web_ui import (
    delete_webui_session,
    download_webui_session_logs,
    get_webui_session,
    get_webui_session_logs,
    list_webui_sessions,
    terminate_webui_session,
)
from aimms_session_manager.client import AuthenticatedClient
from aimms_session_manager.models.filters import Filters
from aimms_session_manager.types import UNSET
from optcloud.aimms.connection import SESSION_MANAGER, sibling_vendor
from optcloud.aimms.namespaces import NamespaceVerbs
from optcloud.aimms.services.siblings import (
    Filter,
    SiblingPages,
    Sort,
    filters,
    mismatch,
    read_items,
    read_object,
    refused,
    sorting,
    text_of,
)
from optcloud.aimms.tasks.logs import LogEntry, entries_of
from optcloud.core.flow import Call, Flow, Pages, Progress, Reply
from optcloud.core.local_paths import local_path
from optcloud.core.replies import decode
from optcloud.core.secret import Hide
from optcloud.core.verbs import Awaited, Blocking, pages, verb_of

SessionKind: TypeAlias = Literal["webui", "task", "solve"]
_Arguments: TypeAlias = Callable[..., dict[str, Any]]
LINES = 1000  # entries of a log a request


@frozen
class Session:
    """A session; ``state`` is the vendor's word, ``reply`` is the vendor's JSON."""

    kind: SessionKind
    id: str
    state: str
    ended_at: str | None
    message: str
    reply: Mapping[str, Any] = field(repr=False)


@frozen
class _SessionOperations:
    list: _Arguments
    get: _Arguments
    logs: _Arguments
    download: _Arguments
    terminate: _Arguments
    delete: _Arguments


_OPERATIONS: Mapping[str, _SessionOperations] = {
    "webui": _SessionOperations(
        list_webui_sessions._get_kwargs,
        get_webui_session._get_kwargs,
        get_webui_session_logs._get_kwargs,
        download_webui_session_logs._get_kwargs,
        terminate_webui_session._get_kwargs,
        delete_webui_session._get_kwargs,
    ),
    "task": _SessionOperations(
        list_task_sessions._get_kwargs,
        get_task_session._get_kwargs,
        get_task_session_logs._get_kwargs,
        download_task_session_logs._get_kwargs,
        terminate_task_session._get_kwargs,
        delete_task_session._get_kwargs,
    ),
    "solve": _SessionOperations(
        list_solve_sessions._get_kwargs,
        get_solve_session._get_kwargs,
        get_solve_session_logs._get_kwargs,
        download_solve_session_logs._get_kwargs,
        terminate_solve_session._get_kwargs,
        delete_solve_session._get_kwargs,
    ),
}


def _of(kind: str) -> _SessionOperations:
    if kind not in _OPERATIONS:
        raise refused(f"{kind!r} is no kind of session; there are {', '.join(_OPERATIONS)}", SESSION_MANAGER)
    return _OPERATIONS[kind]


def _id(session_id: str) -> str:
    if not session_id:
        raise refused("the id of a session is needed, got an empty one", SESSION_MANAGER)
    return session_id


def _session(kind: SessionKind, raw: Mapping[str, Any]) -> Session:
    """Inferred: where a session has its id, and that state, ended_at and message are called so."""
    known = text_of(raw, "session_id", "id", "sessionId")
    return Session(kind, known, text_of(raw, "state"), raw.get("ended_at"), text_of(raw, "message"), raw)


def _query(given: Mapping[str, Filter | None], sort: Sort | None = None) -> Any:
    """Inferred: that sessions are sorted as user-manager sorts, by a parameter ``sort``."""
    sent = filters(given)
    if by := sorting(sort):
        sent["sort"] = by
    return Filters.from_dict(sent) if sent else UNSET


def list_sessions(
    kind: SessionKind, given: Mapping[str, Filter | None], *, sort: Sort | None = None
) -> SiblingPages[Session]:
    """List sessions of a kind, page by page."""
    operations, query = _of(kind), _query(given, sort)

    def call(offset: int, limit: int) -> Mapping[str, Any]:
        return operations.list(filters=query, offset=offset, limit=limit)

    def read(reply: Reply) -> list[Session]:
        return [_session(kind, raw) for raw in read_items(reply, SESSION_MANAGER, f"list {kind} sessions")]

    return SiblingPages(call, read)


def get(kind: SessionKind, session_id: str) -> Flow[Session]:
    """Return one session. Raises `NotFound`."""
    reply: Reply = yield Call(_of(kind).get(_id(session_id)))
    found = _session(kind, read_object(reply, SESSION_MANAGER, f"get {kind} session"))
    return found if found.id else _session(kind, {**found.reply, "session_id": session_id})


def logs(kind: SessionKind, session_id: str, given: Mapping[str, Filter | None]) -> SiblingPages[LogEntry]:
    """Read a session's log, page by page."""
    operations, known, query = _of(kind), _id(session_id), _query(given)

    def call(offset: int, limit: int) -> Mapping[str, Any]:
        return operations.logs(known, filters=query, offset=offset, limit=limit)

    return SiblingPages(call, lambda reply: entries_of(reply.content), size=LINES)


def save_log(kind: SessionKind, session_id: str, path: str | Path, *, progress: Progress | None = None) -> Flow[Path]:
    """Download the log of a session into a file, piece by piece, and return its path."""
    target = local_path(path)
    yield Call(_of(kind).download(_id(session_id)), save_to=target, progress=progress)
    return target


def terminate(kind: SessionKind, session_id: str) -> Flow[None]:
    """End a running session. Raises `Conflict` when it has ended (status inferred)."""
    yield Call(_of(kind).terminate(_id(session_id)))


def delete(kind: SessionKind, session_id: str, *, kill_task: bool = False) -> Flow[None]:
    """Delete a session; one of a task only with ``kill_task``, since its job is killed by force.

    AIMMS takes a while to see that such a task is dead; the vendor advises to interrupt the task instead. It is
    therefore refused (`BadRequest`) without ``kill_task``.
    """
    if kind == "task" and not kill_task:
        raise refused(
            "deleting a task's session kills its job by force, and the task is found dead only later: interrupt the "
            "task instead (stop or cancel of its job), or say kill_task=True",
            SESSION_MANAGER,
        )
    yield Call(_of(kind).delete(_id(session_id)))


def service_address(session_id: str, service: str | int) -> Flow[str]:
    """Return the address of a service in a session: ``webui``, ``dex`` or a port from 12000 to 12010.

    Inferred: the reply is the address as plain text, as JSON text, or the first text in a JSON object.
    """
    reply: Reply = yield Call(get_service_uri._get_kwargs(_id(session_id), str(service)))
    text = reply.content.decode("utf-8", errors="replace").strip()
    if text.startswith(("http://", "https://")):
        return text
    raw = decode(reply, Any, vendor=sibling_vendor(SESSION_MANAGER), operation="getServiceUri")
    parts = raw.values() if isinstance(raw, dict) else [raw]
    address = next((part for part in parts if isinstance(part, str) and part), None)
    if address is None:
        raise mismatch("the reply has no address", reply, SESSION_MANAGER, "getServiceUri")
    return address


# ---------------------------------------------------------------- verbs


class SessionsVerbs(NamespaceVerbs):
    """The verbs of both forms."""

    def __init__(self, connection: Any, hide: Hide) -> None:
        super().__init__(connection, hide)
        self.client: AuthenticatedClient = connection.generated_client(AuthenticatedClient)
        """The generated client of session-manager, signed, retried and raising our errors."""

    get = verb_of(get)
    save_log = verb_of(save_log)
    terminate = verb_of(terminate)
    delete = verb_of(delete)
    service_address = verb_of(service_address)

    @pages
    def list(
        self, /, kind: SessionKind = "webui", *, sort: Sort | None = None, **filters: Filter | None
    ) -> Pages[Session]:
        """Iterate over sessions; pages are asked for as they are needed."""
        return list_sessions(kind, filters, sort=sort)

    @pages
    def logs(self, /, kind: SessionKind, session_id: str, **filters: Filter | None) -> Pages[LogEntry]:
        """Iterate over the log of a session; pages are asked for as they are needed."""
        return logs(kind, session_id, filters)


class Sessions(SessionsVerbs, Blocking):
    """Sessions of the account: ``webui``, ``task`` or ``solve`` (session-manager).

    Filters and ``sort`` are passed on by name (``state="Running"``, ``sort="-created_at"``); their names are not
    published. ``task`` sessions are ended by interrupting their task.
    """


class AsyncSessions(SessionsVerbs, Awaited):
    """Sessions of the account, as `Sessions`; each verb is awaited."""
