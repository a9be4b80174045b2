"""Apps and AIMMS versions on scripted replies."""

import json
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any

import httpx
import pytest

from optcloud.clouds.aimms import apps
from optcloud.core.errors import BadRequest, ResponseMismatch
from unit.script import LOST, Script, json_reply, plain_road
from unit.test_aimms_tasks import script

METADATA: dict[str, Any] = {
    "name": "project7003",
    "projectVersion": "3.0",
    "aimmsVersionId": "4.84.1.5-linux64-x64-vc141",
}


def parts_of(request: httpx.Request) -> dict[str, Any]:
    """Read a multipart body with the standard library: name to part."""
    head = b"content-type: " + request.headers["content-type"].encode() + b"\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(head + request.content)
    return {str(part.get_param("name", header="content-disposition")): part for part in message.iter_parts()}


def test_publish_sends_the_parts_as_the_vendors_client_does(tmp_path: Path) -> None:
    pack, icon = tmp_path / "my.aimmspack", tmp_path / "icon.png"
    pack.write_bytes(b"\x00pack\r\n--x")
    icon.write_bytes(b"\x89PNG")
    cloud = script(json_reply({"project": "project7003"}))
    metadata = METADATA | {"attributes": {"isWebUI": "true"}, "newerField": [1]}
    assert cloud.run(apps.publish(pack, metadata, icon=str(icon))) == {"project": "project7003"}
    (sent,) = cloud.sent
    assert (sent.method, sent.url.path) == ("POST", "/pro-api/v2/applications")
    assert sent.headers["content-type"].startswith("multipart/form-data; boundary=")
    parts = parts_of(sent)
    assert set(parts) == {"metadata", "file", "icon"}
    assert json.loads(parts["metadata"].get_payload(decode=True)) == metadata
    assert parts["metadata"]["content-type"] is None and parts["metadata"].get_filename() is None
    assert parts["file"].get_payload(decode=True) == b"\x00pack\r\n--x"
    assert (parts["file"].get_filename(), parts["file"]["content-type"]) == ("my.aimmspack", "application/octet-stream")
    assert (parts["icon"].get_filename(), parts["icon"]["content-type"]) == ("icon.png", "image/png")


def test_publish_from_bytes_without_an_icon() -> None:
    cloud = script(json_reply({}))
    cloud.run(apps.publish(b"pack", METADATA))
    parts = parts_of(cloud.sent[0])
    assert set(parts) == {"metadata", "file"}
    assert parts["file"].get_filename() == "app.aimmspack"


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        ({"publishBehavior": "1"}, "metadata: publishBehavior: Expected `int`, got `str`"),
        ({"attributes": {"isWebUI": True}}, r"metadata: attributes\[...\]: Expected `str`, got `bool`"),
        ({"name": 7}, "metadata: name: Expected `str`, got `int`"),
    ],
)
def test_faulty_metadata_is_refused_before_sending(metadata: dict[str, Any], message: str) -> None:
    cloud = script()
    with pytest.raises(BadRequest, match=message) as caught:
        cloud.run(apps.publish(b"pack", METADATA | metadata))
    assert caught.value.status is None


def test_publish_is_sent_once() -> None:
    cloud = script(LOST)
    with pytest.raises(Exception, match="connection reset"):
        cloud.run(apps.publish(b"pack", METADATA))


@pytest.mark.parametrize(
    "changes",
    [{"isLatest": True}, {"description": ""}, {"attributes": {}}, {"authorizations": []}, {"newerField": {"a": 1}}, {}],
)
def test_a_patch_holds_what_was_given_and_nothing_else(changes: dict[str, Any]) -> None:
    cloud = script(json_reply({"project": "p"}))
    cloud.run(apps.update("my app", "1/0", changes))
    (sent,) = cloud.sent
    assert (sent.method, sent.url.raw_path) == ("PATCH", b"/pro-api/v2/applications/my%20app/1%2F0")
    assert json.loads(sent.content) == changes
    assert sent.headers["content-type"] == "application/json"


def test_a_faulty_patch_is_refused_before_sending() -> None:
    with pytest.raises(BadRequest, match="changes: isLatest: Expected `bool`"):
        script().run(apps.update("app", "1", {"isLatest": "yes"}))


def test_delete_and_lists() -> None:
    cloud = script(httpx.Response(200))
    cloud.run(apps.delete("app", "1"))
    assert (cloud.sent[0].method, cloud.sent[0].url.path) == ("DELETE", "/pro-api/v2/applications/app/1")
    listed = [{"project": "a", "unknown": 1}]
    assert script(json_reply({"applications": listed})).run(apps.list_apps()) == listed
    assert script(json_reply({"applications": None})).run(apps.list_apps()) == []
    assert script(json_reply({"versions": [{"id": "4.1"}, {"id": "4.2"}]})).run(apps.list_versions()) == ["4.1", "4.2"]


def test_a_list_of_another_shape_is_a_mismatch() -> None:
    for versions in (["4.1"], 7, [{"name": "x"}]):
        with pytest.raises(ResponseMismatch):
            script(json_reply({"versions": versions})).run(apps.list_versions())
    for applications in (7, [7]):
        with pytest.raises(ResponseMismatch):
            script(json_reply({"applications": applications})).run(apps.list_apps())


def test_the_harness_notices_replies_that_nobody_asked_for() -> None:
    with pytest.raises(AssertionError, match="not asked for"):
        Script([json_reply({}), json_reply({})], road=plain_road()).run(apps.list_apps())
