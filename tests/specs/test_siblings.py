"""The clients of AIMMS PRO's sibling services: each operation's request and what comes back."""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

import aimms_secret_manager.models as secret
import aimms_session_manager.models as session
import aimms_user_manager.models as user
from aimms_secret_manager.types import File as SecretFile
from aimms_session_manager.types import File as SessionFile
from sandbox.operation_list import Operation, operations

KEY = "fake-api-key"
OF_ENVIRONMENT = {"account_name": "acme", "environment_name": "ROOT"}
NEW_KEY = {"name": "ci", "expiration_date": "2027-01-31", "scopes": ["Tasks"]}
LOG, URI = b"12:00 started\n", b"https://example.aimms.cloud/session/12004@68ce"
PAGE: dict[str, Any] = {"total": 1, "items": [{"user_name": "ada", "nobody": "knows"}]}

# Arguments, reply, type of what comes back.
Case = tuple[dict[str, Any], Any, Any]
USERS: dict[str, Case] = {
    "listEnvironments": (
        {"environment_name_contain_ci": "pl", "sort": "-account_name", "limit": 5},
        [OF_ENVIRONMENT],
        list,
    ),
    "getEnvironment": (OF_ENVIRONMENT, OF_ENVIRONMENT, user.Environment),
    "getCurrentEnvironment": ({}, OF_ENVIRONMENT, user.Environment),
    "listGroups": ({"group_name_in": "a,b", "offset": 100}, [], list),
    "getGroup": (OF_ENVIRONMENT | {"group_name": "a/b"}, OF_ENVIRONMENT | {"group_name": "a/b"}, user.Group),
    "listUsers": ({"user_name_equal_cs": "ada"}, PAGE, user.Page),
    "getUser": (
        OF_ENVIRONMENT | {"user_name": "ada"},
        {"user_name": "ada", "email": None, "groups": ["Admin"]},
        user.User,
    ),
    "getCurrentUser": ({}, {"user_name": "ada", "mfa": True}, user.User),
    "listApiKeys": ({}, [{"name": "ci", "expiration_date": "2027-01-31", "scopes": [{"scope": "Tasks"}]}], list),
    "createApiKey": ({"body": user.NewApiKey.from_dict(NEW_KEY)}, NEW_KEY | {"value": "fake-value"}, user.ApiKey),
    "deleteApiKey": ({"name": "c i"}, None, type(None)),
    "getAuthorizationScopes": ({}, ["Tasks", "Session"], list),
}
SESSIONS: dict[str, Case] = {
    f"{verb}{kind}Session{ending}": ({"session_id": "68ce"} | arguments, reply, type_)
    for kind in ("Webui", "Task", "Solve")
    for verb, ending, arguments, reply, type_ in (
        ("get", "", {}, {"state": "Running", "ended_at": None, "message": "", "app": "A"}, session.Session),
        ("delete", "", {}, None, type(None)),
        ("terminate", "", {}, None, type(None)),
        ("get", "Logs", {"filters": session.Filters.from_dict({"level": "error"}), "limit": 2}, LOG, SessionFile),
        ("download", "Logs", {}, LOG, SessionFile),
    )
} | {
    **{
        f"list{kind}Sessions": (
            {"filters": session.Filters.from_dict({"state": "Running"}), "offset": 1},
            [{"ended_at": None}],
            list,
        )
        for kind in ("Webui", "Task", "Solve")
    },
    "getServiceUri": ({"session_id": "68ce", "service": "dex"}, URI, SessionFile),
}
SECRETS: dict[str, Case] = {
    "getItem": ({"path": "ci/token", "sort": "-name"}, {"anything": 1}, dict),
    "createItem": ({"path": "ci", "body": secret.Item.from_dict({"type": "directory"})}, b"", SecretFile),
    "updateItem": ({"path": "ci/token", "body": secret.Item.from_dict({"content": "fake"})}, b"{}", SecretFile),
    "deleteItem": ({"path": "ci/token"}, b"", SecretFile),
    "getAccess": ({"path": "ci"}, [], list),
    "setAccess": ({"path": "ci", "body": secret.AccessEntity.from_dict({"access": "read"})}, b"", SecretFile),
    "removeAccess": ({"path": "ci", "body": secret.AccessEntity.from_dict({"user": "ada"})}, b"", SecretFile),
}
CASES = {
    **{f"user-manager:{name}": case for name, case in USERS.items()},
    **{f"session-manager:{name}": case for name, case in SESSIONS.items()},
    **{f"secret-manager:{name}": case for name, case in SECRETS.items()},
}


def blocking(operation: Operation, client: Any, arguments: dict[str, Any]) -> Any:
    return operation.endpoint.sync_detailed(client=client, **arguments)


def asynchronous(operation: Operation, client: Any, arguments: dict[str, Any]) -> Any:
    return asyncio.run(operation.endpoint.asyncio_detailed(client=client, **arguments))


Calling = Callable[[Operation, Any, dict[str, Any]], Any]
both = pytest.mark.parametrize("calling", [blocking, asynchronous])


def client_of(operation: Operation, answer: Callable[[httpx.Request], httpx.Response]) -> Any:
    return importlib.import_module(operation.package).AuthenticatedClient(
        base_url="https://acme.invalid/pro",
        token=KEY,
        prefix="",
        auth_header_name="apiKey",
        httpx_args={"transport": httpx.MockTransport(answer)},
    )


@both
@pytest.mark.parametrize("name", CASES)
def test_each_operation(name: str, calling: Calling) -> None:
    operation = operations()[name]
    arguments, reply, type_ = CASES[name]
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        if isinstance(reply, bytes):
            return httpx.Response(200, content=reply, headers={"content-type": "text/plain"})
        return httpx.Response(204) if reply is None else httpx.Response(200, json=reply)

    back = calling(operation, client_of(operation, answer), arguments)
    assert type(back.parsed) is type_
    (request,) = sent
    assert (request.method, request.headers["apikey"]) == (operation.method, KEY)
    as_sent = request.url.raw_path.partition(b"?")[0].decode()
    assert as_sent.count("/") == operation.path.count("/") + 1  # a slash in a name stays in its place
    if hasattr(back.parsed, "to_dict"):
        assert back.parsed.to_dict() == reply  # fields that no page names are kept
    if "body" in arguments:
        assert json.loads(request.content) == arguments["body"].to_dict()


@both
def test_filters_sorting_and_paging_are_query_parameters(calling: Calling) -> None:
    queries = []

    def answer(request: httpx.Request) -> httpx.Response:
        queries.append(dict(request.url.params))
        return httpx.Response(200, json=[])

    for name in ("user-manager:listEnvironments", "session-manager:listTaskSessions"):
        operation = operations()[name]
        calling(operation, client_of(operation, answer), CASES[name][0])
    assert queries == [
        {"environment_name_contain_ci": "pl", "sort": "-account_name", "limit": "5"},
        {"state": "Running", "offset": "1"},
    ]


@pytest.mark.parametrize("name", CASES)
def test_a_refusal_is_an_error_and_a_page_is_not_taken_for_one(name: str) -> None:
    operation = operations()[name]
    package = importlib.import_module(operation.package)
    refused = client_of(operation, lambda _: httpx.Response(403, json={"message": "no"}))
    said = blocking(operation, refused, CASES[name][0])
    assert (said.status_code, said.parsed["message"]) == (403, "no")
    page = client_of(operation, lambda _: httpx.Response(404, html="<html>gateway</html>"))
    with pytest.raises(importlib.import_module(f"{package.__name__}.errors").UnexpectedContent):
        blocking(operation, page, CASES[name][0])


def test_no_operation_is_left_out() -> None:
    assert CASES.keys() == {name for name, operation in operations().items() if operation.package != "aimms_pro"}
