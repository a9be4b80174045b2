"""A call of each operation of AIMMS PRO's sibling services that succeeds on the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aimms_secret_manager.models as secret
import aimms_session_manager.models as session
import aimms_user_manager.models as user
from aimms_secret_manager.api.access import set_access
from aimms_secret_manager.api.item import create_item
from aimms_session_manager.api.solve import terminate_solve_session
from aimms_session_manager.api.task import list_task_sessions
from aimms_session_manager.api.web_ui import terminate_webui_session
from aimms_user_manager.api.api_key import create_api_key
from aimms_user_manager.api.user import get_current_user
from sandbox.operation_cases import Arguments, Arranged, nothing


def caller(a: Arranged) -> Arguments:
    """The names of the caller's account, environment and of itself."""
    me = a.made("aimms_user_manager", get_current_user)
    return {"account_name": me.account_name, "environment_name": me.environment_name, "user_name": me.user_name}


def place(a: Arranged) -> Arguments:
    return {name: value for name, value in caller(a).items() if name != "user_name"}


def webui(a: Arranged) -> Arguments:
    return {"session_id": a.launched()}


def solve(a: Arranged) -> Arguments:
    return {"session_id": a.sandbox.add_aimms_session("solve")}


def task(a: Arranged) -> Arguments:
    a.running()
    (running,) = a.made("aimms_session_manager", list_task_sessions)
    return {"session_id": running["session_id"]}


def ended(of: Arguments, a: Arranged, terminate: Any) -> Arguments:
    a.made("aimms_session_manager", terminate, **of)
    return of


def directory(a: Arranged) -> Arguments:
    a.made("aimms_secret_manager", create_item, "ci", body=secret.Item.from_dict({"type": "directory"}))
    return {"path": "ci"}


def token(a: Arranged) -> Arguments:
    """A secret in a directory."""
    directory(a)
    body = secret.Item.from_dict({"type": "secret", "content": "fake-content"})
    a.made("aimms_secret_manager", create_item, "ci/token", body=body)
    return {"path": "ci/token"}


def somebody(a: Arranged, **more: str) -> secret.AccessEntity:
    me = caller(a)
    named = {"type": "user", "environment_name": me["environment_name"], "name": me["user_name"]}
    return secret.AccessEntity.from_dict(named | more)


def shared(a: Arranged) -> Arguments:
    of = directory(a)
    a.made("aimms_secret_manager", set_access, **of, body=somebody(a, access="read"))
    return of


def new_key() -> user.NewApiKey:
    return user.NewApiKey(name="ci", expiration_date="2027-01-31", scopes=["Tasks"])


def key(a: Arranged) -> Arguments:
    a.made("aimms_user_manager", create_api_key, body=new_key())
    return {"name": "ci"}


def filtered(**filters: str) -> session.Filters:
    return session.Filters.from_dict(filters)


Cases = dict[str, Callable[[Arranged], Arguments]]
USERS: Cases = {
    "listEnvironments": lambda a: {"environment_name_contain_ci": "root", "sort": "-environment_name", "limit": 5},
    "getEnvironment": place,
    "getCurrentEnvironment": nothing,
    "listGroups": lambda a: {"group_name_in": "Admin,Users", "sort": "-account_name,group_name", "offset": 0},
    "getGroup": lambda a: place(a) | {"group_name": "Admin"},
    "listUsers": lambda a: {"user_name_contain_cs": "sandbox"},
    "getUser": caller,
    "getCurrentUser": nothing,
    "listApiKeys": nothing,
    "createApiKey": lambda a: {"body": new_key()},
    "deleteApiKey": key,
    "getAuthorizationScopes": nothing,
}
SESSIONS: Cases = {
    "listWebuiSessions": lambda a: {"filters": filtered(state="Running"), "limit": 5},
    "getWebuiSession": webui,
    "deleteWebuiSession": lambda a: ended(webui(a), a, terminate_webui_session),
    "getWebuiSessionLogs": webui,
    "downloadWebuiSessionLogs": webui,
    "terminateWebuiSession": webui,
    "listTaskSessions": lambda a: {"filters": filtered(app_name="Sandbox"), "offset": 0},
    "getTaskSession": task,
    "deleteTaskSession": task,
    "getTaskSessionLogs": task,
    "downloadTaskSessionLogs": task,
    "terminateTaskSession": task,
    "listSolveSessions": nothing,
    "getSolveSession": solve,
    "deleteSolveSession": lambda a: ended(solve(a), a, terminate_solve_session),
    "getSolveSessionLogs": solve,
    "downloadSolveSessionLogs": solve,
    "terminateSolveSession": solve,
    "getServiceUri": lambda a: webui(a) | {"service": "12004"},
}
SECRETS: Cases = {
    "getItem": token,
    "createItem": lambda a: {"path": "ci", "body": secret.Item.from_dict({"type": "directory"})},
    "updateItem": lambda a: token(a) | {"body": secret.Item.from_dict({"content": "new-fake-content"})},
    "deleteItem": token,
    "getAccess": shared,
    "setAccess": lambda a: directory(a) | {"body": somebody(a, access="read_write")},
    "removeAccess": lambda a: shared(a) | {"body": somebody(a)},
}
SIBLING_CASES = {
    f"{service}:{name}": case
    for service, cases in (("user-manager", USERS), ("session-manager", SESSIONS), ("secret-manager", SECRETS))
    for name, case in cases.items()
}
