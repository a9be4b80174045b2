"""What was created is not lost with its reply: an id or a secret is found in a success, whole or cut, nowhere else."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.aimms.keys import keys
from optcloud.core.errors import ResponseMismatch, TransportError
from optcloud.core.flow import Call
from optcloud.core.secret import Secret
from optcloud.handles.creation import created, field_in, object_in
from unit.script import Script, json_reply
from unit.test_aimms_tasks import script

CALL = Call({"method": "post", "url": "/things", "extensions": {"operation": {"id": "createThing"}}})
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def broken(body: bytes, status: int) -> TransportError:
    return TransportError("ReadError: reset", sent="unknown", status=status, body=body)


@given(TEXT, st.dictionaries(st.sampled_from(["a", "b"]), st.integers() | TEXT), st.booleans())
def test_a_field_is_found_in_json_and_in_json_that_is_cut_behind_it(
    value: str, others: dict[str, Any], escaped: bool
) -> None:
    """The field's text comes back as it was written, whole or with the end of the object missing."""
    body = json.dumps({**others, "id": value}, ensure_ascii=escaped).encode()
    assert field_in(body, "id") == value
    assert field_in(body[:-1], "id") == value
    assert object_in(body)["id"] == value and object_in(body[:-1]) == {}


@given(st.binary() | st.sampled_from([b'{"id": "cut', b'{"id": ""}', b'{"id": null}', b"[1]", b'<p>"id": "x"']))
def test_nothing_is_found_where_there_is_no_such_field(body: bytes) -> None:
    """Any other bytes have no field, and raise nothing."""
    if b'"id"' not in body or body.startswith((b"<", b'{"id": n', b'{"id": "cut', b'{"id": ""')):
        assert field_in(body, "id") is None
    assert isinstance(object_in(body), dict)


@pytest.mark.parametrize("status", [200, 201, 302, 500])
def test_a_reply_that_broke_off_counts_if_it_is_a_success(status: int) -> None:
    """An id that came before the wire broke is kept for a 2XX; every other error is raised, and says how to look."""
    flow = created(CALL, partial(field_in, name="id"), vendor="V", missing="no id", note="look")
    cloud = Script([broken(b'{"id": "t-1", "sta', status)])
    if status < 300:
        made = cloud.run(flow)
        assert (made.found, made.status) == ("t-1", status)
        return
    with pytest.raises(TransportError) as caught:
        cloud.run(flow)
    assert "look" in caught.value.__notes__


def test_a_success_without_what_is_looked_for_names_its_operation() -> None:
    """The error keeps the body and is of the operation that was called."""
    flow = created(CALL, partial(field_in, name="id"), vendor="V", missing="the reply has no id")
    with pytest.raises(ResponseMismatch, match="V createThing answered 200: the reply has no id") as caught:
        Script([json_reply({"state": "new"})]).run(flow)
    assert json.loads(caught.value.body) == {"state": "new"}


def test_the_secret_of_a_key_is_kept_when_the_reply_breaks_off() -> None:
    """A new key's secret is shown once, so it is taken also from a reply whose end never came."""
    reply = httpx.Response(200, json={"secret": "not-a-real-key-42", "keyName": "ci"})
    key = script(broken(reply.content[:-3], 200)).run(keys.create("ci", "2026-12-01", ["Tasks"]))
    assert (key.secret, key.name) == (Secret("not-a-real-key-42"), "ci")
