"""Each operation of the documents, called once through its generated functions, blocking and asyncio."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from optcloud.sandbox import Sandbox
from sandbox.facades import Blocked
from sandbox.operation_cases import CASES, Arranged
from sandbox.operation_list import OF_THE_DOCUMENT, Operation, operations


@pytest.fixture
def arranged(sandbox: Sandbox) -> Iterator[Arranged]:
    made = Arranged(sandbox)
    yield made
    made.close()


def call(cloud: Any, operation: Operation, arguments: dict[str, Any]) -> Any:
    if isinstance(cloud, Blocked):
        going = operation.endpoint.asyncio_detailed(client=cloud._inner.aimms.client, **arguments)
        return cloud._loop.run_until_complete(going)
    return operation.endpoint.sync_detailed(client=cloud.aimms.client, **arguments)


@pytest.mark.parametrize("name", CASES)
def test_the_reply_is_what_the_document_promises(cloud: Any, arranged: Arranged, name: str) -> None:
    operation = operations()[name]
    reply = call(cloud, operation, CASES[name](arranged))
    said = operation.documents(reply.status_code)
    assert reply.status_code < 400 and said is not None
    assert (reply.parsed is not None) == ("content" in said)


def test_no_operation_is_left_out() -> None:
    of_pro = [operation for operation in operations().values() if operation.package == "aimms_pro"]
    assert sum(not operation.added for operation in of_pro) == OF_THE_DOCUMENT
    assert CASES.keys() == {operation.name for operation in of_pro}
