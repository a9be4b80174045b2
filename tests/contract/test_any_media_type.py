"""Where a document promises any media type, a reply satisfies it whatever it is: JSON as well as bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.answers import check, document_of

PACKAGES = ("aimms_pro", "aimms_user_manager", "aimms_session_manager", "aimms_secret_manager", "adiutaopt")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def promises(document: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Each operation and status whose reply may have any media type."""
    for path in document["paths"].values():
        for described in path.values():
            if not isinstance(described, dict):
                continue
            for status, response in described.get("responses", {}).items():
                named = document.get("components", {}).get("responses", {})
                whole = named.get(response.get("$ref", "").rpartition("/")[2], response)
                if "*/*" in whole.get("content", {}):
                    yield described["operationId"], int(status.replace("XX", "00"))


DOCUMENTS = {package: document_of(package) for package in PACKAGES}
CASES = [(package, *found) for package, document in DOCUMENTS.items() for found in promises(document)]


def test_there_are_such_replies() -> None:
    """The responses and the logs of tasks are among them."""
    assert {("aimms_pro", "getTaskResponse", 200), ("aimms_pro", "getTaskLogs", 200)} <= set(CASES)


@pytest.mark.parametrize(("package", "operation", "status"), CASES)
@given(value=JSON, data=st.binary(min_size=1, max_size=20))
def test_any_reply_satisfies_the_document(package: str, operation: str, status: int, value: Any, data: bytes) -> None:
    """A checker that reads JSON bodies as what they say finds no violation, and none in bytes."""
    document = DOCUMENTS[package]
    json_reply = httpx.Response(
        status, content=json.dumps(value).encode(), headers={"content-type": "application/json"}
    )
    check(document, operation, json_reply)
    check(document, operation, httpx.Response(status, content=data, headers={"content-type": "image/png"}))


def test_no_document_says_that_any_media_type_is_text() -> None:
    """Nor does a request's body: JSON is sent under any media type, too."""
    for package, document in DOCUMENTS.items():
        for schema in any_types(document):
            assert schema == {}, package


def any_types(node: Any) -> Iterator[Any]:
    """The schema of each body of any media type."""
    if isinstance(node, dict):
        if isinstance(node.get("content"), dict) and "*/*" in node["content"]:
            yield node["content"]["*/*"]["schema"]
        for value in node.values():
            yield from any_types(value)
    elif isinstance(node, list):
        for item in node:
            yield from any_types(item)
