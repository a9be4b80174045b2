"""Each operation of the documents, called once through its generated functions, blocking and asyncio."""

from __future__ import annotations

import asyncio
import importlib
import os
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from optcloud import AsyncOptCloud, NotFound, OptCloud
from optcloud.sandbox import Sandbox
from sandbox.facades import QUICK_RETRY, Blocked
from sandbox.operation_cases import Arranged
from sandbox.operation_list import OF_THE_DOCUMENT, REPOSITORY, Operation, operations
from sandbox.operations import CASES, HERE, PAGE, SIBLINGS, Answer, additions, ask, shown_by, table

UNKNOWN: dict[str, dict[str, Any]] = {
    "getTask": {"id": "none"},
    "user-manager:getUser": {"account_name": "none", "environment_name": "none", "user_name": "none"},
    "session-manager:getTaskSession": {"session_id": "none"},
    "secret-manager:getItem": {"path": "none"},
}


@pytest.fixture(scope="module", params=["blocking", "asyncio"])
def cloud(request: pytest.FixtureRequest, running: Sandbox) -> Iterator[Any]:
    """One facade for all calls: to open one takes longer than to call."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (running.environment() | {"OPTCLOUD_CONFIG": os.devnull}).items():
            patch.setenv(name, value)
        if request.param == "blocking":
            with OptCloud(retry=QUICK_RETRY) as opened:
                yield opened
            return
        loop = asyncio.new_event_loop()
        blocked = Blocked(AsyncOptCloud(retry=QUICK_RETRY), loop)
        yield blocked
        blocked.close()
        loop.close()


@pytest.fixture(scope="module")
def arranged(running: Sandbox) -> Iterator[Arranged]:
    made = Arranged(running)
    yield made
    made.close()


def call(cloud: Any, operation: Operation, arguments: dict[str, Any]) -> Any:
    """Call a generated function on the road of the facade, so that refusals are our errors."""
    inner = cloud._inner if isinstance(cloud, Blocked) else cloud
    client = client_of(inner.aimms, operation)
    if isinstance(cloud, Blocked):
        return cloud._loop.run_until_complete(operation.endpoint.asyncio_detailed(client=client, **arguments))
    return operation.endpoint.sync_detailed(client=client, **arguments)


def client_of(aimms: Any, operation: Operation) -> Any:
    if operation.service == "pro":
        return aimms.client
    connection = aimms._siblings.sibling(operation.service)
    package = importlib.import_module(operation.package)
    client = package.AuthenticatedClient(base_url=str(connection.client.base_url), token="")
    is_async = isinstance(connection.client, httpx.AsyncClient)
    (client.set_async_httpx_client if is_async else client.set_httpx_client)(connection.client)
    return client


@pytest.mark.parametrize("name", CASES)
def test_the_reply_is_what_the_document_promises(cloud: Any, sandbox: Sandbox, arranged: Arranged, name: str) -> None:
    operation = operations()[name]
    reply = call(cloud, operation, CASES[name](arranged))
    said = operation.documents(reply.status_code)
    assert reply.status_code < 400 and said is not None
    assert (reply.parsed is not None) == ("content" in said)


def test_no_operation_is_left_out() -> None:
    of_pro = [operation for operation in operations().values() if operation.service == "pro"]
    assert sum(not operation.added for operation in of_pro) == OF_THE_DOCUMENT
    assert CASES.keys() == operations().keys()


def test_a_refusal_is_one_of_our_errors(cloud: Any, sandbox: Sandbox) -> None:
    """On whatever service: the generated clients travel the road of the facade."""
    for name, arguments in UNKNOWN.items():
        with pytest.raises(NotFound) as caught:
            call(cloud, operations()[name], arguments)
        assert caught.value.operation == operations()[name].id


@pytest.fixture(scope="module")
def answers(running: Sandbox) -> dict[str, Answer]:
    return ask(running)


def test_the_page_is_what_the_script_writes(answers: dict[str, Answer]) -> None:
    """But for the further tests in its last cells: these come and go too often, and must only be there."""
    assert [name for name, answer in answers.items() if answer.status >= 400] == []
    written = PAGE.read_text(encoding="utf-8")
    without = re.sub(rf"(`{HERE}`(, `{SIBLINGS}`)?)[^|]* \|$", r"\1 |", written, flags=re.MULTILINE)
    assert without == table(answers, others=False), "run: nox -s operations"
    named = set(re.findall(r"`(\w+/test_\w+)`", written))
    assert [file for file in sorted(named) if not (REPOSITORY / "tests" / f"{file}.py").exists()] == []


def test_every_addition_is_shown_by_a_call_and_no_cell_is_empty(answers: dict[str, Answer]) -> None:
    assert {
        addition.what: shown_by(addition, answers) for addition in additions() if not shown_by(addition, answers)
    } == {}
    rows = [line.split("|")[1:-1] for line in table(answers).splitlines() if line.startswith("|")]
    assert len(rows) > len(CASES)
    assert all(cell.strip() for row in rows for cell in row)
