"""Publishing on scripted replies: in words, once, and safe to run twice."""

from __future__ import annotations

import hashlib
import io
import json
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.aimms.apps.publish import HASH, Published, publish
from optcloud.aimms.apps.publish_words import described
from optcloud.core.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    OptCloudError,
    ResponseMismatch,
    ServerError,
    TransportError,
)
from unit.script import LOST, NEVER_LEFT, Script, Scripted, json_reply
from unit.test_aimms_tasks import script

METADATA: dict[str, Any] = {
    "name": "project7003",
    "projectVersion": "3.0",
    "aimmsVersionId": "4.84.1.5-linux64-x64-vc141",
}
WORDS_ELSEWHERE = {"projectVersion": "3.0", "aimmsVersionId": "4.84"}
WORDS: dict[str, Any] = {"name": "A", "version": "2", "aimms_version": "4.84"}
SAID = {"name": "A", "projectVersion": "2", "aimmsVersionId": "4.84"}


def parts_of(request: httpx.Request) -> dict[str, Any]:
    """Read a multipart body with the standard library: name to part."""
    head = b"content-type: " + request.headers["content-type"].encode() + b"\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(head + request.content)
    return {str(part.get_param("name", header="content-disposition")): part for part in message.iter_parts()}


def sent_metadata(request: httpx.Request) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(parts_of(request)["metadata"].get_payload(decode=True))
    return read


def entry(name: str = "A", version: str = "2", **more: Any) -> dict[str, Any]:
    return {"project": {"name": name, "version": version}, "attributes": {}, "isLatest": False} | more


def listed(*entries: dict[str, Any]) -> httpx.Response:
    return json_reply({"applications": list(entries)})


def published(cloud: Script, **words: Any) -> Published:
    return cloud.run(publish(b"pack", **WORDS, **words))


def posts(cloud: Script) -> int:
    return sum(one.method == "POST" for one in cloud.sent)


# ---------------------------------------------------------------- what goes out


def test_publish_sends_the_parts_as_the_vendors_client_does(tmp_path: Path) -> None:
    pack, icon = tmp_path / "my.aimmspack", tmp_path / "icon.JPG"
    pack.write_bytes(b"\x00pack\r\n--x")
    icon.write_bytes(b"\xff\xd8")
    cloud = script(json_reply(entry()))
    metadata = METADATA | {"attributes": {"isWebUI": "true"}, "newerField": [1]}
    done = cloud.run(publish(pack, metadata, icon=str(icon)))
    assert (done.app.name, done.app.raw, done.changed) == ("A", entry(), True)
    (sent,) = cloud.sent
    assert (sent.method, sent.url.path) == ("POST", "/pro-api/v2/applications")
    assert sent.headers["content-type"].startswith("multipart/form-data; boundary=")
    parts = parts_of(sent)
    assert set(parts) == {"metadata", "file", "icon"}
    assert sent_metadata(sent) == metadata
    assert parts["metadata"]["content-type"] is None and parts["metadata"].get_filename() is None
    assert parts["file"].get_payload(decode=True) == b"\x00pack\r\n--x"
    assert (parts["file"].get_filename(), parts["file"]["content-type"]) == ("my.aimmspack", "application/octet-stream")
    assert (parts["icon"].get_filename(), parts["icon"]["content-type"]) == ("icon.JPG", "image/jpeg")


@pytest.mark.parametrize("pack", [b"pack", io.BytesIO(b"pack")])
def test_publish_from_bytes_or_a_stream_without_an_icon(pack: Any) -> None:
    cloud = script(json_reply(entry()))
    cloud.run(publish(pack, METADATA))
    parts = parts_of(cloud.sent[0])
    assert set(parts) == {"metadata", "file"}
    assert (parts["file"].get_filename(), parts["file"].get_payload(decode=True)) == ("app.aimmspack", b"pack")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({}, {}),
        ({"description": "d", "category": "c"}, {"description": "d", "projectCategory": "c"}),
        ({"web_ui": False}, {"attributes": {"isWebUI": "false"}}),
        ({"web_ui": True, "attributes": {"a": "b"}}, {"attributes": {"a": "b", "isWebUI": "true"}}),
        ({"attributes": {}}, {"attributes": {}}),
        ({"resource_profile": "<account>"}, {"resourceProfile": "<account>"}),
        ({"keep_old": "1"}, {"publishBehavior": 1, "oldProjectName": "A", "oldProjectVersion": "1"}),
        (
            {"hide_old": "1", "old_name": "Old"},
            {"publishBehavior": 2, "oldProjectName": "Old", "oldProjectVersion": "1"},
        ),
    ],
)
def test_words_in_the_vendors_words(words: dict[str, Any], said: dict[str, Any]) -> None:
    cloud = script(json_reply(entry()))
    published(cloud, **words)
    assert sent_metadata(cloud.sent[0]) == SAID | said


def test_words_and_metadata_may_say_the_same_or_add_to_each_other() -> None:
    metadata = {"name": "A", "attributes": {"a": "1", "isWebUI": "true"}, "newerField": 1}
    body = described(metadata, {**WORDS, "web_ui": True, "attributes": {"b": "2"}})  # type: ignore[typeddict-item]
    assert body == SAID | {"newerField": 1, "attributes": {"a": "1", "b": "2", "isWebUI": "true"}}


@pytest.mark.parametrize(
    ("metadata", "words", "message"),
    [
        (METADATA | {"publishBehavior": "1"}, {}, "metadata: publishBehavior: .*int.*str"),
        (METADATA | {"publishBehavior": 3}, {}, r"publishBehavior: 0 \(new\), 1 \(keep the old\) or 2"),
        (METADATA | {"attributes": {"isWebUI": True}}, {}, r"metadata: attributes\[...\]: .*str.*bool"),
        (METADATA | {"attributes": ["a"]}, {}, "metadata: attributes: a mapping of text to text"),
        (METADATA | {"name": 7}, {}, "metadata: name: .*str.*int"),
        (METADATA | {"newerField": {1, 2}}, {}, "metadata: not JSON: .*set"),
        ({}, {"name": "A"}, r"needed, and not given: version \(projectVersion\), aimms_version \(aimmsVersionId\)$"),
        ({}, WORDS | {"name": ""}, r"needed, and not given: name \(name\)$"),
        (WORDS_ELSEWHERE, {"name": "categories"}, "an app called 'categories' cannot be reached"),
        (METADATA, {"version": "4"}, "projectVersion is said to be '3.0' and '4'; say one"),
        (METADATA, {"web_ui": True, "attributes": {"isWebUI": "no"}}, "attributes: isWebUI is said to be 'no' and"),
        (METADATA, {"keep_old": "1", "hide_old": "1"}, "keep_old, hide_old: give one of them"),
        (METADATA, {"old_name": "B"}, "old_name: says nothing without keep_old or hide_old"),
        (METADATA, {"icon_label": "logo"}, r"icon_label: says nothing without icon; .*'/icons/logo'"),
        (METADATA, {"icon": b"x", "icon_label": "a/b"}, "label: 'a/b' is no label"),
        (METADATA, {"icon": b"x", "icon_label": ""}, "label: '' is no label"),
    ],
)
def test_faults_are_named_before_sending(metadata: dict[str, Any], words: dict[str, Any], message: str) -> None:
    with pytest.raises(BadRequest, match=message) as caught:
        script().run(publish(b"pack", metadata, **words))
    assert caught.value.status is None


def test_an_icon_with_a_label_is_stored_first_and_referred_to() -> None:
    cloud = script(httpx.Response(200), json_reply(entry()))
    published(cloud, icon=b"\x89PNG", icon_label="logo", attributes={"a": "b"})
    stored, sent = cloud.sent
    assert stored.url.path == "/pro-api/v2/storage/object"
    assert sent_metadata(stored) == {"path": "/icons", "label": "logo"}
    assert parts_of(stored)["file"].get_payload(decode=True) == b"\x89PNG"
    assert sent_metadata(sent)["attributes"] == {"a": "b", "iconUrl": "/icons/logo"}
    assert set(parts_of(sent)) == {"metadata", "file"}


def test_nothing_is_published_when_the_icon_cannot_be_stored() -> None:
    cloud = script(json_reply({"message": "no"}, 403))
    with pytest.raises(Forbidden):
        published(cloud, icon=b"png", icon_label="logo")
    assert posts(cloud) == 1


# ---------------------------------------------------------------- the latest tag


def test_the_latest_tag_is_given_afterwards() -> None:
    cloud = script(json_reply(entry()), json_reply(entry(isLatest=True)))
    assert published(cloud, latest=True).app.latest
    assert (cloud.sent[1].method, json.loads(cloud.sent[1].content)) == ("PATCH", {"isLatest": True})


def test_a_tag_that_is_there_is_not_given_again() -> None:
    cloud = script(json_reply(entry(isLatest=True)))
    assert published(cloud, latest=True).app.latest


@pytest.mark.parametrize("second", [LOST, json_reply({"message": "no"}, 403)])
def test_when_the_tag_cannot_be_given_the_error_says_that_the_app_is_published(second: Scripted) -> None:
    with pytest.raises(OptCloudError) as caught:
        published(script(json_reply(entry()), second), latest=True)
    (note,) = caught.value.__notes__
    assert note.startswith("A 2 IS published; only the latest tag")
    assert "oc.aimms.apps.update('A', '2', latest=True)" in note


# ---------------------------------------------------------------- if_changed


def first_time(**words: Any) -> tuple[Script, str]:
    """Publish what is not there yet; returns the script and the hash it kept."""
    stored = [httpx.Response(200)] if "icon_label" in words else []
    cloud = script(listed(entry("A", "1"), entry("B", "2")), *stored, json_reply(entry()))
    assert published(cloud, if_changed=True, **words).changed
    mark: str = sent_metadata(cloud.sent[-1])["attributes"][HASH]
    return cloud, mark


def test_what_is_not_there_is_published_with_its_hash() -> None:
    cloud, mark = first_time(attributes={"a": "b"})
    assert len(bytes.fromhex(mark)) == hashlib.sha256().digest_size
    assert [one.method for one in cloud.sent] == ["GET", "POST"]
    assert sent_metadata(cloud.sent[1])["attributes"] == {"a": "b", HASH: mark}


def test_what_is_there_unchanged_is_not_sent_again() -> None:
    _, mark = first_time(icon=b"png", icon_label="logo", hide_old="1")
    cloud = script(listed(entry(attributes={HASH: mark, "isWebUI": "set in the portal"})))
    done = published(cloud, if_changed=True, icon=b"png", icon_label="logo", hide_old="1")
    assert (done.changed, done.app.version) == (False, "2")
    assert posts(cloud) == 0


def test_what_is_there_unchanged_gets_the_latest_tag_if_asked() -> None:
    _, mark = first_time()
    cloud = script(listed(entry(attributes={HASH: mark})), json_reply(entry(isLatest=True)))
    done = published(cloud, if_changed=True, latest=True)
    assert (done.changed, done.app.latest) == (False, True)


@pytest.mark.parametrize(
    "other",
    [
        {"description": "x"},
        {"icon": b"png"},
        {"web_ui": True},
        {"category": "c"},
        {"icon": b"png", "icon_label": "logo"},
        {"resource_profile": "small"},
    ],
)
def test_other_content_under_the_same_version_is_a_conflict_with_the_mend(other: dict[str, Any]) -> None:
    _, mark = first_time()
    cloud = script(listed(entry(attributes={HASH: mark})))
    with pytest.raises(
        Conflict, match=r"A 2 is published already, with other content. Publish a new version"
    ) as caught:
        published(cloud, if_changed=True, **other)
    assert "keep_old='2' or hide_old='2'" in caught.value.message and "delete this one first" in caught.value.message
    assert caught.value.status is None and posts(cloud) == 0


def test_another_pack_is_other_content_and_an_older_version_is_none() -> None:
    _, mark = first_time()
    there = listed(entry(attributes={HASH: mark}))
    with pytest.raises(Conflict):
        script(there).run(publish(b"pack 2", **WORDS, if_changed=True))
    assert not script(there).run(publish(b"pack", **WORDS, if_changed=True, keep_old="1")).changed


def test_an_app_that_was_published_otherwise_is_not_taken_for_the_same() -> None:
    with pytest.raises(Conflict, match=f"and not with if_changed: it has no attribute {HASH}"):
        published(script(listed(entry())), if_changed=True)


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=4), st.binary(max_size=20))
def test_the_same_gives_the_same_hash_in_whatever_order(attributes: dict[str, str], pack: bytes) -> None:
    attributes.pop(HASH, None)
    seen = set()
    for order in (attributes, dict(reversed(attributes.items()))):
        cloud = script(listed(), json_reply(entry()))
        cloud.run(publish(pack, **WORDS, attributes=order, if_changed=True))
        seen.add(sent_metadata(cloud.sent[1])["attributes"][HASH])
    assert len(seen) == 1


# ---------------------------------------------------------------- lost replies


HTML = httpx.Response(200, headers={"content-type": "text/html"}, content=b"<html>gateway")
UNREADABLE: list[Scripted] = [LOST, json_reply({"message": "gateway"}, 504), HTML]


@pytest.mark.parametrize("reply", UNREADABLE)
def test_without_a_hash_a_lost_reply_is_an_error_that_says_how_to_look(reply: Scripted) -> None:
    cloud = script(reply)
    with pytest.raises((TransportError, ServerError, ResponseMismatch)) as caught:
        published(cloud)
    words = str(caught.value) + "".join(getattr(caught.value, "__notes__", []))
    assert "whether A 2 was published is not known" in words and "oc.aimms.apps.list('A')" in words
    assert posts(cloud) == 1
    if isinstance(caught.value, TransportError):
        assert (caught.value.sent, caught.value.operation) == ("unknown", "publishApp")


@pytest.mark.parametrize("reply", UNREADABLE)
def test_with_a_hash_a_lost_reply_is_looked_up_and_the_app_adopted(reply: Scripted) -> None:
    _, mark = first_time()
    cloud = script(listed(), reply, listed(entry(attributes={HASH: mark})))
    done = published(cloud, if_changed=True)
    assert (done.app.attributes[HASH], done.changed) == (mark, True)
    assert posts(cloud) == 1


@pytest.mark.parametrize("found", [listed(), listed(entry(attributes={HASH: "somebody else's"})), listed(entry())])
def test_what_is_not_known_as_ours_is_not_adopted(found: httpx.Response) -> None:
    with pytest.raises(TransportError, match=r"not in the list yet.*publish again with if_changed") as caught:
        published(script(listed(), LOST, found), if_changed=True)
    assert caught.value.sent == "unknown"


def test_a_look_that_fails_hides_nothing() -> None:
    cloud = script(listed(), LOST, json_reply({"message": "not for you"}, 403))
    with pytest.raises(TransportError, match=r"connection reset.*looking for it failed, too .*not for you"):
        published(cloud, if_changed=True)


def test_what_never_left_is_sent_again_and_then_said_to_be_unsent() -> None:
    cloud = script(NEVER_LEFT, json_reply(entry()))
    assert published(cloud).changed
    with pytest.raises(TransportError) as caught:
        published(script(*[NEVER_LEFT] * 4))
    assert caught.value.sent == "no" and "not known" not in str(caught.value)


@pytest.mark.parametrize("then", [[json_reply({}, 403)], [LOST] * 4, [NEVER_LEFT] * 4])
def test_an_older_server_that_says_nothing_has_published(then: list[Scripted]) -> None:
    assert published(script(httpx.Response(200), json_reply(entry()))).app.version == "2"
    with pytest.raises(OptCloudError) as caught:
        published(script(httpx.Response(200), *then))
    assert caught.value.__notes__ == ["A 2 IS published; only what AIMMS PRO says of it could not be read"]
