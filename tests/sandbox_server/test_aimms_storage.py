"""AIMMS storage: buckets, objects, downloads; and the forms that carry uploads."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.sandbox import Sandbox
from optcloud_sandbox.aimms.multipart import read_parts
from optcloud_sandbox.refusal import Refusal
from sandbox_server.aimms_answers import refused

ICONS = {"path": "/", "label": "icons"}
LOGO = {"path": "/icons", "label": "my_logo"}


def upload(account: httpx.Client, content: bytes, media_type: str = "image/png", **changes: Any) -> httpx.Response:
    metadata = json.dumps(LOGO | changes)
    return account.post("/storage/object", data={"metadata": metadata}, files={"file": ("a.png", content, media_type)})


def content(account: httpx.Client, http: httpx.Client, any_id: str) -> httpx.Response:
    """What the address of a download gives, without any key."""
    return http.get(account.get("/storage/download", params={"id": any_id}).json()["file"])


def test_icons_are_there_from_the_start(account: httpx.Client) -> None:
    root = account.get("/storage/bucket", params={"path": "/", "label": ""}).json()
    assert [child["label"] for child in root["childBuckets"]] == ["icons"]
    icons = account.get("/storage/bucket", params=ICONS).json()
    assert (icons["path"], icons["label"], icons["objects"], icons["childObjects"]) == ("/", "icons", 0, [])
    assert icons["id"] == root["childBuckets"][0]["id"]


def test_an_object_is_uploaded_listed_and_downloaded_without_a_key(account: httpx.Client, http: httpx.Client) -> None:
    assert upload(account, b"\x89PNG\r\n--\r\n").content == b""
    info = account.get("/storage/object", params=LOGO).json()
    assert info.items() >= (LOGO | {"type": "image/png", "versions": 1, "authorizations": []}).items()
    [child] = account.get("/storage/bucket", params=ICONS).json()["childObjects"]
    assert (child["objectId"], child["versionId"], child["size"]) == (info["id"], info["lastVersionID"], 10)
    reply = content(account, http, info["id"])
    assert (reply.content, reply.headers["content-type"]) == (b"\x89PNG\r\n--\r\n", "image/png")


def test_another_upload_is_another_version(account: httpx.Client, http: httpx.Client) -> None:
    upload(account, b"one")
    first = account.get("/storage/object", params=LOGO).json()
    upload(account, b"two")
    second = account.get("/storage/object", params=LOGO).json()
    assert (second["id"], second["versions"]) == (first["id"], 2)
    assert content(account, http, second["id"]).content == b"two"
    for key in ("lastVersionID", "lastVersionIDData"):
        assert content(account, http, first[key]).content == b"one"
        assert content(account, http, second[key]).content == b"two"


def test_the_address_ends_and_cannot_be_guessed(sandbox: Sandbox, account: httpx.Client, http: httpx.Client) -> None:
    upload(account, b"one")
    object_id = account.get("/storage/object", params=LOGO).json()["id"]
    address = account.get("/storage/download", params={"id": object_id}).json()["file"]
    assert account.get("/storage/download", params={"id": object_id}).json()["file"] == address
    refused(http.get(address.split("?")[0]), 403)
    refused(http.get(address[:-1] + ("A" if address[-1] != "A" else "B")), 403)
    sandbox.turn(3601)
    refused(http.get(address), 403)
    assert content(account, http, object_id).content == b"one"
    assert address.split("sig=")[1] not in str(sandbox.journal())


def test_labels_and_rights_change_and_versions_stay(account: httpx.Client) -> None:
    upload(account, b"one")
    before = account.get("/storage/object", params=LOGO).json()
    rights = [{"authorization": 4, "deny": False, "entity": 16777095}]
    assert account.patch("/storage/object", params=LOGO, json={"authorizations": rights}).content == b""
    assert account.patch("/storage/object", params=LOGO, json={"label": "new"}).content == b""
    after = account.get("/storage/object", params=LOGO | {"label": "new"}).json()
    assert after == before | {"label": "new", "authorizations": rights}
    refused(account.get("/storage/object", params=LOGO), 404)


def test_a_bucket_is_made_filled_renamed_and_deleted(account: httpx.Client) -> None:
    assert account.post("/storage/bucket", json={"path": "/", "label": "data"}).content == b""
    assert account.post("/storage/bucket", json={"path": "/data", "label": "deep"}).content == b""
    upload(account, b"x", path="/data/deep", label="file")
    data = {"path": "/", "label": "data"}
    assert account.patch("/storage/bucket", params=data, json={"label": "stuff"}).content == b""
    assert account.get("/storage/object", params={"path": "/stuff/deep", "label": "file"}).status_code == 200
    stuff = {"path": "/", "label": "stuff"}
    assert "not empty" in refused(account.delete("/storage/bucket", params=stuff), 409)
    account.delete("/storage/object", params={"path": "/stuff/deep", "label": "file"})
    account.delete("/storage/bucket", params={"path": "/stuff", "label": "deep"})
    assert account.delete("/storage/bucket", params=stuff).content == b""
    refused(account.get("/storage/bucket", params=stuff), 404)


def test_a_deleted_object_is_gone_with_its_address(account: httpx.Client, http: httpx.Client) -> None:
    upload(account, b"one")
    object_id = account.get("/storage/object", params=LOGO).json()["id"]
    address = account.get("/storage/download", params={"id": object_id}).json()["file"]
    account.delete("/storage/object", params=LOGO)
    refused(http.get(address), 403)
    refused(account.get("/storage/download", params={"id": object_id}), 404)


def test_taken_labels(account: httpx.Client) -> None:
    upload(account, b"one")
    refused(account.post("/storage/bucket", json=LOGO), 409)
    refused(account.post("/storage/bucket", json=ICONS), 409)
    refused(upload(account, b"one", **ICONS), 409)
    upload(account, b"two", label="other")
    refused(account.patch("/storage/object", params=LOGO, json={"label": "other"}), 409)


def test_the_storages_own_buckets_stay(account: httpx.Client) -> None:
    for bucket in (ICONS, {"path": "/", "label": ""}):
        refused(account.delete("/storage/bucket", params=bucket), 403)
        refused(account.patch("/storage/bucket", params=bucket, json={"label": "x"}), 403)


def test_who_is_deleted_has_no_rights_left(account: httpx.Client) -> None:
    user = account.post("/environments/ROOT/users", json={"username": "ada"}).json()["entity"]
    upload(account, b"x", authorizations=[{"authorization": 4, "deny": False, "entity": user}])
    assert len(account.get("/storage/object", params=LOGO).json()["authorizations"]) == 1
    account.delete("/environments/ROOT/users/ada")
    assert account.get("/storage/object", params=LOGO).json()["authorizations"] == []


@pytest.mark.parametrize(
    ("changes", "status", "fault"),
    [
        ({"label": ""}, 400, "metadata/label"),
        ({"path": 5}, 400, "metadata/path"),
        ({"path": "/nowhere"}, 404, "bucket nowhere doesn't exist in /"),
        ({"authorizations": [{"authorization": 4, "deny": False, "entity": 1}]}, 400, "entity 1 doesn't exist"),
    ],
)
def test_uploads_are_checked(account: httpx.Client, changes: Any, status: int, fault: str) -> None:
    assert fault in refused(upload(account, b"x", **changes), status)


def test_forms_that_cannot_beread_parts(account: httpx.Client) -> None:
    file: Any = {"file": ("a", b"x")}
    assert "metadata" in refused(account.post("/storage/object", files=file), 400)
    only: Any = {"metadata": (None, json.dumps(LOGO))}
    assert "file" in refused(account.post("/storage/object", files=only), 400)
    refused(account.post("/storage/object", json=LOGO), 415)
    headers = {"content-type": "multipart/form-data; boundary=b"}
    for broken in (b"", b"nothing", b"--b\r\n", b"--b\r\n\r\nx\r\n--b--", b'--b\r\ncontent-disposition: x; name="a"'):
        refused(account.post("/storage/object", content=broken, headers=headers), 400)


def test_missing_parameters_and_unknown_ids(account: httpx.Client) -> None:
    assert "label is missing" in refused(account.get("/storage/object", params={"path": "/"}), 400)
    refused(account.get("/storage/object", params=LOGO), 404)
    refused(account.get("/storage/download", params={"id": "none"}), 404)


def test_an_upload_beyond_the_guard(sandbox: Sandbox, account: httpx.Client) -> None:
    from dataclasses import replace

    limits = dict.fromkeys(("aimms_task", "aimms_upload", "dex_task", "plan_plain", "plan_compressed"), 1000)
    sandbox.settings = replace(sandbox.settings, limits=replace(sandbox.settings.limits, **limits))
    refused(upload(account, b"x" * 1000), 413)
    assert upload(account, b"x" * 100).status_code == 200


NAMES = st.text("abcxyz_- ", min_size=1).filter(lambda name: name.strip() == name)


@given(
    st.dictionaries(NAMES, st.binary(), min_size=1, max_size=3), st.text("abc'-", min_size=1, max_size=20), st.data()
)
def test_any_bytes_pass_a_form(parts: dict[str, bytes], boundary: str, data: st.DataObject) -> None:
    mark = boundary.encode()
    # Bytes that look like the boundary, but are none: something else follows on the line.
    parts = {
        name: value + b"\r\n--" + mark + b"x" if data.draw(st.booleans()) else value for name, value in parts.items()
    }
    if any(b"\r\n--" + mark + end in b"\r\n" + value + b"\r\n" for value in parts.values() for end in (b"\r\n", b"--")):
        return
    body = b"".join(
        b"--" + mark + f'\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in parts.items()
    )
    assert {part.name: part.data for part in read_parts(body + b"--" + mark + b"--\r\n", mark)} == parts


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reading(body: bytes) -> None:
    try:
        list(read_parts(b"--b\r\n" + body, b"b"))
    except Refusal as refusal:
        assert refusal.status == 400
