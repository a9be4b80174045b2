"""Sessions of an account: of web applications, of tasks and of solves (the sibling service session-manager).

Scope: Session. Sources: vendor pages "Managing Sessions" and "Accessing Cloud Hosted Services". Documented: the
operations; that a webui session is Running or Terminated, its ``ended_at`` always null and its message empty.
Inferred: the field of a session's id (`_session`), and names of filters, which are passed on as they are given.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
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
from optcloud.aimms.connection import SESSION_MANAGER
from optcloud.aimms.namespaces import NamespaceVerbs
from optcloud.aimms.replies import ask
from optcloud.aimms.services.siblings import Filter, SiblingPages, Sort, filters, refused, sorting, text_of
from optcloud.aimms.tasks.logs import LogEntry, entries_of
from optcloud.core.flow import Call, Flow, Pages, Progress
from optcloud.core.local_paths import local_path
from optcloud.core.secret import Hide
from optcloud.core.verbs import Awaited, Blocking, verb_of
from optcloud.handles.verb_from import pages_of

SessionKind: TypeAlias = Literal["webui", "task", "solve"]
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


# The generated module of an operation, for each kind of session.
_LIST: Mapping[str, Any] = {
    "webui": list_webui_sessions,
    "task": list_task_sessions,
    "solve": list_solve_sessions,
}
_GET: Mapping[str, Any] = {
    "webui": get_webui_session,
    "task": get_task_session,
    "solve": get_solve_session,
}
_GET_LOGS: Mapping[str, Any] = {
    "webui": get_webui_session_logs,
    "task": get_task_session_logs,
    "solve": get_solve_session_logs,
}
_DOWNLOAD_LOGS: Mapping[str, Any] = {
    "webui": download_webui_session_logs,
    "task": download_task_session_logs,
    "solve": download_solve_session_logs,
}
_TERMINATE: Mapping[str, Any] = {
    "webui": terminate_webui_session,
    "task": terminate_task_session,
    "solve": terminate_solve_session,
}
_DELETE: Mapping[str, Any] = {
    "webui": delete_webui_session,
    "task": delete_task_session,
    "solve": delete_solve_session,
}


def _known(kind: str) -> str:
    if kind not in _LIST:
        raise refused(f"{kind!r} is no kind of session; there are {', '.join(_LIST)}", SESSION_MANAGER)
    return kind


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


def list_sessions(kind: SessionKind = "webui", *, sort: Sort | None = None, **filters: Filter | None) -> Pages[Session]:
    """Iterate over sessions; pages are asked for as they are needed."""
    call = partial(_LIST[_known(kind)]._get_kwargs, filters=_query(filters, sort))
    return SiblingPages(SESSION_MANAGER, call, lambda reply: [_session(kind, item) for item in reply.objects()])


def get(kind: SessionKind, session_id: str) -> Flow[Session]:
    """Return one session. Raises `NotFound`."""
    answer = yield from ask(_GET[_known(kind)]._get_kwargs(_id(session_id)), SESSION_MANAGER)
    found = _session(kind, answer.object())
    return found if found.id else _session(kind, {**found.reply, "session_id": session_id})


def logs(kind: SessionKind, session_id: str, **filters: Filter | None) -> Pages[LogEntry]:
    """Iterate over the log of a session; pages are asked for as they are needed."""
    call = partial(_GET_LOGS[_known(kind)]._get_kwargs, _id(session_id), filters=_query(filters))
    return SiblingPages(SESSION_MANAGER, call, lambda reply: entries_of(reply.content), size=LINES)


def save_log(kind: SessionKind, session_id: str, path: str | Path, *, progress: Progress | None = None) -> Flow[Path]:
    """Download the log of a session into a file, piece by piece, and return its path."""
    target = local_path(path)
    yield Call(_DOWNLOAD_LOGS[_known(kind)]._get_kwargs(_id(session_id)), save_to=target, progress=progress)
    return target


def terminate(kind: SessionKind, session_id: str) -> Flow[None]:
    """End a running session. Raises `Conflict` when it has ended (status inferred)."""
    yield Call(_TERMINATE[_known(kind)]._get_kwargs(_id(session_id)))


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
    yield Call(_DELETE[_known(kind)]._get_kwargs(_id(session_id)))


def service_address(session_id: str, service: str | int) -> Flow[str]:
    """Return the address of a service in a session: ``webui``, ``dex`` or a port from 12000 to 12010.

    Inferred: the reply is the address as plain text, as JSON text, or the first text in a JSON object.
    """
    answer = yield from ask(get_service_uri._get_kwargs(_id(session_id), str(service)), SESSION_MANAGER)
    text = answer.content.decode("utf-8", errors="replace").strip()
    if text.startswith(("http://", "https://")):
        return text
    found = answer.read(Any)
    parts = found.values() if isinstance(found, dict) else [found]
    address = next((part for part in parts if isinstance(part, str) and part), None)
    if address is None:
        raise answer.mismatch("the reply has no address")
    return address


# ---------------------------------------------------------------- verbs


class SessionsVerbs(NamespaceVerbs):
    """The verbs of both forms."""

    def __init__(self, connection: Any, hide: Hide) -> None:
        super().__init__(connection, hide)
        self.client: AuthenticatedClient = connection.generated_client(AuthenticatedClient)
        """The generated client of session-manager, signed, retried and raising our errors."""

    list = pages_of(list_sessions)
    logs = pages_of(logs)
    get = verb_of(get)
    save_log = verb_of(save_log)
    terminate = verb_of(terminate)
    delete = verb_of(delete)
    service_address = verb_of(service_address)


class Sessions(SessionsVerbs, Blocking):
    """Sessions of the account: ``webui``, ``task`` or ``solve`` (session-manager).

    Filters and ``sort`` are passed on by name (``state="Running"``, ``sort="-created_at"``); their names are not
    published. ``task`` sessions are ended by interrupting their task.
    """


class AsyncSessions(SessionsVerbs, Awaited):
    """Sessions of the account, as `Sessions`; each verb is awaited."""
