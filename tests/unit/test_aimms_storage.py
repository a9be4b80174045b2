"""The storage on scripted replies; what is fetched from elsewhere on real sockets, without our credentials."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.aimms.apps.access_rules import Access, Rule
from optcloud.aimms.storage import paths as stored
from optcloud.aimms.storage import storage
from optcloud.core.errors import (
    BadRequest,
    ConfigError,
    Forbidden,
    NotFound,
    ResponseMismatch,
    ServerError,
    TransportError,
)
from optcloud.core.events import Transferred
from optcloud.core.flow import Fetch, Flow
from optcloud.core.retry import RetryPolicy
from optcloud.core.secret import Secret
from optcloud.core.signed_urls import policy_for
from optcloud.transport.asynchronous import AsyncConnection
from optcloud.transport.blocking import Connection
from optcloud.transport.httpx_mapping import DriverConfig
from unit.script import LOST, NEVER_LEFT, Scripted, json_reply, plain_road
from unit.test_aimms_publish import parts_of, sent_metadata
from unit.test_aimms_tasks import script

RIGHTS = [{"entity": 16777095, "authorization": 5, "deny": False}]
SIGNATURE = "fake-signature-of-an-address"
INFO = {"id": "o-7", "label": "logo", "path": "/icons", "versions": 2, "lastVersionID": "v-2", "newer": 1}

# ---------------------------------------------------------------- paths

names = st.text(st.characters(exclude_characters="/\\%.;", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8)


@given(st.lists(names, min_size=1, max_size=5))
def test_a_path_is_split_and_put_together_again(labels: list[str]) -> None:
    path = "/" + "/".join(labels)
    above, label = stored.split(path)
    assert label == labels[-1] and stored.within(above, label) == path
    assert stored.lineage(path) == ["/" + "/".join(labels[: n + 1]) for n in range(len(labels))]


@pytest.mark.parametrize("path", ["/logo", "/icons/logo", "/a/b/c"])
def test_the_vendors_path_and_label(path: str) -> None:
    assert stored.split(path) == {"/logo": ("/", "logo"), "/icons/logo": ("/icons", "logo")}.get(path, ("/a/b", "c"))


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("icons/logo", "path: 'icons/logo' must begin with '/'"),
        ("", "must begin with '/'"),
        ("/", "path: '/' is the topmost bucket"),
        ("/icons/", "path: '/icons/' has an empty name in it"),
        ("//logo", "has an empty name in it"),
        ("/icons/..", r"path: '/icons/\.\.' would address something else"),
        ("/icons/%2e%2e/logo", "would address something else"),
    ],
)
def test_what_is_no_path_is_refused_before_sending(path: str, message: str) -> None:
    flows = [storage.info(path), storage.delete(path), storage.upload(b"x", path), storage.make_bucket(path)]
    flows += [storage.bucket(path), storage.set_bucket_access(path, []), storage.delete_bucket(path)]
    for flow in flows:
        with pytest.raises(BadRequest, match=message):
            script().run(flow)


# ---------------------------------------------------------------- upload, look


def test_upload_is_the_other_multipart_call(tmp_path: Path) -> None:
    picture = tmp_path / "my logo.png"
    picture.write_bytes(b"\x89PNG")
    cloud = script(httpx.Response(200))
    cloud.run(storage.upload(picture, "/icons/logo", access=RIGHTS))
    (sent,) = cloud.sent
    assert (sent.method, sent.url.path) == ("POST", "/pro-api/v2/storage/object")
    assert sent_metadata(sent) == {"path": "/icons", "label": "logo", "authorizations": RIGHTS}
    file = parts_of(sent)["file"]
    assert (file.get_payload(decode=True), file.get_filename(), file["content-type"]) == (
        b"\x89PNG",
        "my logo.png",
        "image/png",
    )
    assert parts_of(sent)["metadata"]["content-type"] is None


@pytest.mark.parametrize("reply", [LOST, json_reply({}, 504), httpx.Response(201)])
def test_changes_are_sent_once_and_an_unknown_fate_says_how_to_look(reply: Scripted) -> None:
    for flow, look in (
        (storage.upload(b"x", "/a/logo"), "/a/logo may have been stored; look: oc.aimms.storage.info('/a/logo')"),
        (storage.make_bucket("/a/b"), "/a/b may have been made; oc.aimms.storage.ensure_bucket('/a/b') looks"),
    ):
        with pytest.raises((TransportError, ServerError, ResponseMismatch)) as caught:
            script(reply).run(flow)
        assert caught.value.__notes__[0].startswith(look)


def test_what_never_left_needs_no_look() -> None:
    with pytest.raises(TransportError) as caught:
        script(*[NEVER_LEFT] * 4).run(storage.upload(b"x", "/logo"))
    assert not hasattr(caught.value, "__notes__")


def test_faulty_access_is_refused_before_sending() -> None:
    wrong: list[dict[str, Any]] = [{"entity": "me", "authorization": 5, "deny": False}]
    for flow in (storage.upload(b"x", "/logo", access=wrong), storage.set_access("/logo", wrong)):
        with pytest.raises(BadRequest, match=r"access: authorizations\[0\].entity: .*int"):
            script().run(flow)


def test_info_is_read_with_all_that_is_told() -> None:
    cloud = script(json_reply(INFO))
    known = cloud.run(storage.info("/icons/logo"))
    assert dict(cloud.sent[0].url.params) == {"path": "/icons", "label": "logo"}
    assert (known.path, known.id, known.version_id, known.versions) == ("/icons/logo", "o-7", "v-2", 2)
    assert (known.size, known.created, known.authorizations, known.raw["newer"]) == (None, None, [], 1)


def test_a_bucket_and_what_it_holds() -> None:
    child = {"objectId": "o-7", "label": "logo", "versionId": "v-2", "size": 12, "createDate": "2026-01-01"}
    told = {"id": "b-1", "childBuckets": [{"id": "b-2", "label": "old"}], "childObjects": [child], "createDate": ""}
    cloud = script(json_reply(told))
    bucket = cloud.run(storage.bucket("/icons"))
    assert dict(cloud.sent[0].url.params) == {"path": "/", "label": "icons"}
    assert (bucket.path, bucket.id, bucket.created) == ("/icons", "b-1", None)
    assert [(one.path, one.id) for one in bucket.buckets] == [("/icons/old", "b-2")]
    assert [(one.path, one.id, one.size, one.version_id) for one in bucket.objects] == [
        ("/icons/logo", "o-7", 12, "v-2")
    ]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"id": 7}, "id"),
        ({"versions": "2"}, "versions"),
        ({"authorizations": {}}, "authorizations"),
        ([], "object"),
    ],
)
def test_what_is_told_of_an_object_with_another_type_is_a_mismatch(told: Any, field: str) -> None:
    with pytest.raises(ResponseMismatch, match=field):
        script(json_reply(told)).run(storage.info("/icons/logo"))


@pytest.mark.parametrize("children", [{"childObjects": [{}]}, {"childBuckets": [7]}, {"childBuckets": [{"id": "7"}]}])
def test_a_bucket_whose_children_have_no_label_is_a_mismatch(children: dict[str, Any]) -> None:
    with pytest.raises(ResponseMismatch, match="child"):
        script(json_reply(children)).run(storage.bucket("/icons"))


def test_access_may_be_said_by_names_and_words() -> None:
    cloud = script(json_reply({"entity": 77, "environment": {"id": 1, "name": "ACME"}, "name": "ada"}), made())
    access: dict[Any, Any] = {"ACME/user:ada": "read+execute", 5: Access.READ, "#6": Rule(denied=Access.WRITE)}
    cloud.run(storage.set_access("/a/b", access))
    assert cloud.sent[0].url.path.endswith("/environments/ACME/users/ada")
    assert json.loads(cloud.sent[1].content) == {
        "authorizations": [
            {"entity": 77, "authorization": 5, "deny": False},
            {"entity": 5, "authorization": 4, "deny": False},
            {"entity": 6, "authorization": 2, "deny": True},
        ]
    }


def made() -> httpx.Response:
    return httpx.Response(200)


# ---------------------------------------------------------------- change


def test_changes_hold_what_is_said_and_nothing_else() -> None:
    place = {"path": "/a", "label": "b"}
    for flow, address, body in (
        (storage.rename("/a/b", "c"), "object", {"label": "c"}),
        (storage.rename_bucket("/a/b", "c"), "bucket", {"label": "c"}),
        (storage.set_access("/a/b", []), "object", {"authorizations": []}),
        (storage.set_bucket_access("/a/b", RIGHTS), "bucket", {"authorizations": RIGHTS}),
    ):
        cloud = script(httpx.Response(200))
        assert cloud.run(flow) in {None, "/a/c"}
        (sent,) = cloud.sent
        assert (sent.method, sent.url.path, dict(sent.url.params)) == ("PATCH", f"/pro-api/v2/storage/{address}", place)
        assert json.loads(sent.content) == body


@pytest.mark.parametrize("label", ["", "c/d"])
def test_a_label_that_is_none_is_refused(label: str) -> None:
    for rename in (storage.rename, storage.rename_bucket):
        with pytest.raises(BadRequest, match=r"label: .* is no label"):
            script().run(rename("/a/b", label))


def test_deletes() -> None:
    for flow, address in ((storage.delete("/a/b"), "object"), (storage.delete_bucket("/a/b"), "bucket")):
        cloud = script(httpx.Response(200))
        cloud.run(flow)
        assert (cloud.sent[0].method, cloud.sent[0].url.path) == ("DELETE", f"/pro-api/v2/storage/{address}")
        assert dict(cloud.sent[0].url.params) == {"path": "/a", "label": "b"}


def test_ensure_makes_the_buckets_that_are_missing() -> None:
    made, missing = httpx.Response(200), json_reply({"message": "no such bucket"}, 404)
    cloud = script(missing, missing, json_reply({}), made, made)
    assert cloud.run(storage.ensure_bucket("/a/b/c")) == ["/a/b", "/a/b/c"]
    sent = [json.loads(one.content) for one in cloud.sent if one.method == "POST"]
    assert sent == [{"path": "/a", "label": "b"}, {"path": "/a/b", "label": "c"}]
    assert [dict(one.url.params)["label"] for one in cloud.sent if one.method == "GET"] == ["c", "b", "a"]
    assert script(json_reply({})).run(storage.ensure_bucket("/a")) == []
    assert script().run(storage.ensure_bucket("/")) == []


# ---------------------------------------------------------------- download


def address(url: str = f"https://blobs.test/o-7?sig={SIGNATURE}") -> httpx.Response:
    return json_reply({"file": url})


def test_the_content_is_asked_for_by_the_objects_id_and_fetched_elsewhere(tmp_path: Path) -> None:
    content = httpx.Response(200, content=b"\x89PNG")
    cloud = script(json_reply(INFO), address(), content)
    assert cloud.run(storage.read("/icons/logo")) == b"\x89PNG"
    assert dict(cloud.sent[1].url.params) == {"id": "o-7"}
    (fetch,) = cloud.fetches
    assert fetch.address.reveal().endswith(SIGNATURE) and SIGNATURE not in repr(fetch)
    for to in (tmp_path / "own.png", tmp_path):
        cloud = script(json_reply(INFO), address(), content)
        saved = cloud.run(storage.download("/icons/logo", to))
        assert saved == tmp_path / ("logo" if to is tmp_path else "own.png")
        assert saved.read_bytes() == b"\x89PNG"


def test_an_address_that_is_not_told_is_a_mismatch() -> None:
    with pytest.raises(ResponseMismatch):
        script(json_reply(INFO), json_reply({})).run(storage.read("/icons/logo"))
    with pytest.raises(ResponseMismatch, match="no id"):
        script(json_reply({"label": "logo"})).run(storage.read("/icons/logo"))


# ---------------------------------------------------------------- elsewhere


@pytest.mark.parametrize(
    "url",
    [
        "ftp://blobs.test/7",
        "http://blobs.test/7?sig=" + SIGNATURE,
        "blobs.test/7",
        "",
        "https://user:pw@blobs.test/7",
        "https://[broken?sig=" + SIGNATURE,
        "file:///etc/passwd",
    ],
)
def test_an_address_that_cannot_be_trusted_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(ConfigError, match="the address to fetch it from") as caught:
        policy_for(Fetch(Secret(url), "content"), plain_road())
    assert SIGNATURE not in str(caught.value) and "pw" not in str(caught.value)


def test_the_way_keeps_the_query_as_it_is() -> None:
    policy, call = policy_for(
        Fetch(Secret("https://blobs.test:8443/a%20b/c?sig=a%2Bb%3D&sp=r#x"), "content"), plain_road()
    )
    assert policy.base_url == "https://blobs.test:8443"
    assert call.arguments["url"] == "/a%20b/c?sig=a%2Bb%3D&sp=r"
    assert policy_for(Fetch(Secret("https://blobs.test"), "c"), plain_road())[1].arguments["url"] == "/"


class Elsewhere(BaseHTTPRequestHandler):
    """Another host: answers what is scripted, and keeps what was asked."""

    replies: list[tuple[int, bytes, dict[str, str]]]
    seen: list[tuple[str, dict[str, str]]]

    def do_GET(self) -> None:
        self.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        status, body, headers = self.replies.pop(0)
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Be quiet."""


@pytest.fixture
def elsewhere() -> Iterator[Any]:
    class Own(Elsewhere):
        replies: list[tuple[int, bytes, dict[str, str]]] = []  # noqa: RUF012 - of this one class only
        seen: list[tuple[str, dict[str, str]]] = []  # noqa: RUF012

    server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    Own.url = f"http://127.0.0.1:{server.server_port}/c/7?sp=r&sig={SIGNATURE}"  # type: ignore[attr-defined]
    yield Own
    server.shutdown()
    thread.join()
    server.server_close()


def fetching(effect: Fetch) -> Flow[httpx.Response]:
    reply: httpx.Response = yield effect
    return reply


def fetch(effect: Fetch, *, awaited: bool, events: list[object] | None = None) -> httpx.Response:
    """Fetch on real sockets, in either form."""
    retry = RetryPolicy(first=0.001, longest=0.002)
    policy = plain_road(headers={"apikey": "not-a-real-key"}, retry=retry)
    heard: list[object] = [] if events is None else events
    driver_config = DriverConfig(notify=heard.append)
    if awaited:

        async def main() -> httpx.Response:
            connection = AsyncConnection(policy, driver_config)
            try:
                return await connection.run(fetching(effect))
            finally:
                await connection.aclose()

        return asyncio.run(main())
    connection = Connection(policy, driver_config)
    try:
        return connection.run(fetching(effect))
    finally:
        connection.close()


in_both_forms = pytest.mark.parametrize("awaited", [False, True])


@in_both_forms
def test_what_is_fetched_elsewhere_gets_no_credentials_of_ours(
    elsewhere: Any, awaited: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    elsewhere.replies += [(200, b"<html>a page that was stored", {"Content-Type": "text/html"})]
    reply = fetch(Fetch(Secret(elsewhere.url), "content"), awaited=awaited)
    assert reply.content == b"<html>a page that was stored"
    ((path, headers),) = elsewhere.seen
    assert path == f"/c/7?sp=r&sig={SIGNATURE}"
    assert not {"apikey", "authorization", "cookie", "x-attempt"} & headers.keys()
    assert SIGNATURE not in caplog.text


@in_both_forms
def test_it_is_read_as_any_read_is_and_saved(elsewhere: Any, awaited: bool, tmp_path: Path) -> None:
    elsewhere.replies += [(503, b"busy", {}), (200, b"x" * 3_000_000, {})]
    events: list[object] = []
    seen: list[Transferred] = []
    effect = Fetch(Secret(elsewhere.url), "content", save_to=tmp_path / "saved", progress=seen.append)
    fetch(effect, awaited=awaited, events=events)
    assert (tmp_path / "saved").stat().st_size == 3_000_000
    assert (seen[-1].what, seen[-1].done, seen[-1].direction) == ("content", 3_000_000, "down")
    assert seen[-1] in events and len(elsewhere.seen) == 2
    assert SIGNATURE not in str(events)


@in_both_forms
def test_refusals_and_redirections_are_raised_without_the_signature(elsewhere: Any, awaited: bool) -> None:
    gone = f"the signature {SIGNATURE} has expired".encode()
    elsewhere.replies += [(403, gone, {}), (404, b"", {}), (302, b"", {"Location": "http://127.0.0.1:1/"})]
    for kind in (Forbidden, NotFound, ResponseMismatch):
        with pytest.raises(kind) as caught:
            fetch(Fetch(Secret(elsewhere.url), "content of an object"), awaited=awaited)
        assert SIGNATURE not in str(caught.value)
        assert "Vendor content of an object answered" in str(caught.value)
