"""The drivers build requests as the httpx client of the same connection does, byte for byte."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.core.errors import BadRequest, TransportError
from optcloud.core.flow import Call, Flow
from optcloud.transport.blocking import Connection
from optcloud.transport.clients import PolicyClient, RequestBuilder
from optcloud.transport.httpx_mapping import TIMEOUT, DriverConfig, client_options
from unit.proxying import head, serving
from unit.script import plain_road

POLICY = plain_road(base_url="https://cloud.test:8443/api", headers={"accept": "application/json", "x-own": "1"})
NAMES = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)
BODIES = st.sampled_from(
    [
        {},
        {"json": {"n": [1, "ü"]}},
        {"content": b"bytes"},
        {"content": b""},
        {"data": {"a": "b c"}},
        {"files": {"f": ("name", b"x", "text/plain")}, "headers": {"content-type": "multipart/form-data; boundary=b"}},
    ]
)


def as_sent(request: httpx.Request) -> Any:
    headers = sorted((name.lower(), value) for name, value in request.headers.raw)
    return request.method, request.url, headers, request.read(), request.extensions


@given(
    method=st.sampled_from(["get", "GET", "head", "post", "PUT", "patch", "delete", "options"]),
    segments=st.lists(NAMES, min_size=1, max_size=3),
    query=st.sampled_from(["", "?x=1", "?x=ü&y"]),
    params=st.none() | st.dictionaries(NAMES, NAMES | st.integers() | st.lists(NAMES), max_size=2),
    headers=st.none() | st.dictionaries(st.sampled_from(["Accept", "X-Own", "x-more", "User-Agent", "host"]), NAMES),
    body=BODIES,
)
def test_both_build_the_same(  # the client is the reference: it merges, parses and prepares each time
    method: str, segments: list[str], query: str, params: Any, headers: Any, body: dict[str, Any]
) -> None:
    client = PolicyClient(
        POLICY,
        transport=httpx.MockTransport(lambda _request: httpx.Response(200)),
        **client_options(POLICY.base_url, POLICY.headers, DriverConfig()),
    )
    builder = RequestBuilder(POLICY, client.headers, TIMEOUT)
    url = POLICY.base_url + "/" + "/".join(segments) + query
    given_headers = {"headers": {**(headers or {}), **body.get("headers", {})}}
    arguments = {**body, **given_headers, "params": params, "extensions": {"operation": {"id": "op"}}}
    for _again in range(2):  # an address that was parsed before
        assert as_sent(builder.build(method, url, **arguments)) == as_sent(
            client.build_request(method, url, **arguments)
        )


def test_an_address_that_was_good_before_does_not_make_another_good() -> None:
    builder = RequestBuilder(POLICY, httpx.Headers(), TIMEOUT)
    described = {"operation": {"id": "op", "path": "/tasks/{id}"}}
    builder.build("get", POLICY.base_url + "/tasks/a", extensions=described)
    for path in ("/tasks/..", "/tasks/a/b", "/users/a"):
        with pytest.raises(BadRequest):
            builder.build("get", POLICY.base_url + path, extensions=described)
    with pytest.raises(BadRequest):
        builder.build(
            "get", POLICY.base_url + "/tasks/a", extensions={"operation": {"id": "op", "path": "/users/{id}"}}
        )


@pytest.mark.parametrize(("kept", "sent"), [(False, "no"), (True, "unknown")])
def test_whether_a_request_has_left_is_known_without_a_proxy(kept: bool, sent: str) -> None:
    """A header that h11 refuses was never written; a request that gets no reply may have been acted on."""

    def talk(connection: Any) -> None:
        head(connection)

    with serving(talk) as port:
        connection = Connection(plain_road(base_url=f"http://127.0.0.1:{port}"), DriverConfig())

        def flow() -> Flow[Any]:
            return (yield Call({"method": "post", "url": "/x", "content": b"{}"}))

        if not kept:
            connection.client.headers["x-key"] = "fake\nkey"
            connection._builder._headers["x-key"] = "fake\nkey"
        with pytest.raises(TransportError) as caught:
            connection.run(flow())
        connection.close()
    assert caught.value.sent == sent
