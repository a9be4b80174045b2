"""AIMMS keys and scopes, apps and categories, AIMMS versions, and the operations the sandbox lacks."""

import json
from typing import Any

import httpx
import pytest

from optcloud.sandbox import Sandbox

# The vendor's publish example.
METADATA: dict[str, Any] = {
    "name": "project7003",
    "description": "my_project",
    "projectVersion": "3.0",
    "aimmsVersionId": "4.84.1.5-linux64-x64-vc141",
    "attributes": {
        "additionalProp1": "prop_1",
        "additionalProp2": "prop_2",
        "additionalProp3": "prop_3",
        "isWebUI": "false",
        "iconUrl": "/icons/my_logo",
    },
    "projectCategory": "cat_1",
}


def refused(reply: httpx.Response, status: int) -> str:
    assert reply.status_code == status, reply.text
    assert set(reply.json()) == {"errorId", "errorCode", "message"}
    return str(reply.json()["message"])


def publish(aimms: httpx.Client, **changes: Any) -> httpx.Response:
    metadata = {key: value for key, value in (METADATA | changes).items() if value is not None}
    files = {"file": ("app.aimmspack", b"PK fake")}
    return aimms.post("/applications", data={"metadata": json.dumps(metadata)}, files=files)


@pytest.mark.parametrize("header", ["apikey", "apiKey", "APIKEY"])
def test_the_key_in_a_header_of_any_case(sandbox: Sandbox, http: httpx.Client, header: str) -> None:
    reply = http.get(f"{sandbox.urls.aimms}/version", headers={header: sandbox.credentials.aimms_api_key})
    assert reply.status_code == 200


@pytest.mark.parametrize("headers", [{}, {"apikey": "fake"}, {"authorization": "Bearer fake"}])
def test_no_operation_without_a_known_key(sandbox: Sandbox, http: httpx.Client, headers: dict[str, str]) -> None:
    for path in ("/version", "/health-check", "/tasks", "/environments", "/login"):
        method = "POST" if path == "/login" else "GET"
        refused(http.request(method, sandbox.urls.aimms + path, headers=headers), 401)


SCOPED = [
    ("GET", "/tasks", "Tasks", 200),
    ("POST", "/tasks/Sandbox/echo", "Tasks", 200),
    ("GET", "/applications", "PublishApp", 200),
    ("GET", "/applications/categories", "PublishApp", 200),
    ("GET", "/aimms-versions", "PublishAimms", 200),
    ("GET", "/environments", "Authentication", 200),
    ("GET", "/api-keys", "APIKey", 200),
]


@pytest.mark.parametrize(("method", "path", "scope", "status"), SCOPED)
def test_each_area_needs_its_scope(
    sandbox: Sandbox, http: httpx.Client, method: str, path: str, scope: str, status: int
) -> None:
    others = {other for _, _, other, _ in SCOPED} - {scope}
    sandbox.add_aimms_key("fake-with", scope)
    sandbox.add_aimms_key("fake-without", *others)
    url = sandbox.urls.aimms + path
    assert http.request(method, url, headers={"apikey": "fake-with"}).status_code == status
    message = refused(http.request(method, url, headers={"apikey": "fake-without"}), 403)
    assert message == f"the API key lacks the scope {scope}"


def test_a_key_expires_by_the_sandboxes_clock(sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.add_aimms_key("fake-short", "Tasks", lifetime=60)
    url, headers = f"{sandbox.urls.aimms}/tasks", {"apikey": "fake-short"}
    assert http.get(url, headers=headers).status_code == 200
    sandbox.turn(61)
    assert "expired" in refused(http.get(url, headers=headers), 401)


def test_keys_that_cannot_be(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="got Everything"):
        sandbox.add_aimms_key("fake", "Everything")
    with pytest.raises(ValueError, match="at most 31536000 seconds"):
        sandbox.add_aimms_key("fake", "Tasks", lifetime=2 * 365 * 24 * 3600)


def test_the_vendors_example_is_published_listed_and_run(aimms: httpx.Client) -> None:
    entry = publish(aimms).json()
    assert entry["project"] == {"name": "project7003", "serviceName": "", "version": "3.0"}
    assert (entry["attributes"], entry["projectCategory"]) == (METADATA["attributes"], "cat_1")
    assert aimms.get("/applications/project7003/3.0").json() == entry
    assert aimms.get("/applications/project7003").json() == {"applications": [entry]}
    assert entry in aimms.get("/applications").json()["applications"]
    task = aimms.post("/tasks/project7003/3.0/echo", content=b"x").json()
    assert aimms.get(f"/tasks/{task['id']}/response").content == b"x"


@pytest.mark.parametrize("content_type", [None, "application/json", "application/octet-stream"])
def test_the_metadata_part_with_and_without_a_type_of_its_own(aimms: httpx.Client, content_type: str | None) -> None:
    part = (None, json.dumps(METADATA), content_type) if content_type else (None, json.dumps(METADATA))
    files: Any = {"metadata": part, "file": ("a.aimmspack", b"PK"), "icon": ("i.png", b"png", "image/png")}
    assert aimms.post("/applications", files=files).status_code == 200


@pytest.mark.parametrize("content_type", ["", 'filename="blob"\r\nContent-Type: application/json'])
def test_a_metadata_part_sent_as_a_file(aimms: httpx.Client, content_type: str) -> None:
    files: Any = {"metadata": ("blob", json.dumps(METADATA), "application/json"), "file": ("a.aimmspack", b"PK")}
    assert aimms.post("/applications", files=files).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": None}, "'name'"),
        ({"projectVersion": 3}, "metadata/projectVersion"),
        ({"attributes": {"isWebUI": False}}, "metadata/attributes/isWebUI"),
        ({"publishBehavior": 3}, "metadata/publishBehavior"),
        ({"aimmsVersionId": "4.0"}, "AIMMS version 4.0 doesn't exist"),
    ],
)
def test_metadata_is_checked(aimms: httpx.Client, changes: dict[str, Any], field: str) -> None:
    assert field in refused(publish(aimms, **changes), 400)
    assert len(aimms.get("/applications").json()["applications"]) == 1


def test_both_parts_are_needed(aimms: httpx.Client) -> None:
    good = ("a.aimmspack", b"PK")
    assert "metadata" in refused(aimms.post("/applications", files={"file": good}), 400)
    no_file: Any = {"metadata": (None, json.dumps(METADATA))}
    assert "file" in refused(aimms.post("/applications", files=no_file), 400)
    empty: Any = no_file | {"file": ("a.aimmspack", b"")}
    assert "file" in refused(aimms.post("/applications", files=empty), 400)
    broken: Any = {"metadata": (None, "{"), "file": good}
    assert "not JSON" in refused(aimms.post("/applications", files=broken), 400)
    refused(aimms.post("/applications", json=METADATA), 415)


def test_name_and_version_are_unique(aimms: httpx.Client) -> None:
    publish(aimms)
    refused(publish(aimms), 409)
    assert publish(aimms, projectVersion="3.1").status_code == 200


def test_the_latest_tag_is_given_by_patch_and_moves(aimms: httpx.Client) -> None:
    publish(aimms)
    publish(aimms, projectVersion="3.1")
    assert "latest tag" in refused(aimms.post("/tasks/project7003/echo"), 404)
    for version in ("3.0", "3.1"):
        patched = aimms.patch(f"/applications/project7003/{version}", json={"isLatest": True}).json()
        assert patched["isLatest"] is True
        assert aimms.post("/tasks/project7003/echo").json()["appVersion"] == version
    assert aimms.get("/applications/project7003/3.0").json()["isLatest"] is False
    refused(aimms.patch("/applications/project7003/3.1", json={"isLatest": False}), 400)


def test_hiding_the_old_version_hands_over_its_tag(aimms: httpx.Client) -> None:
    publish(aimms)
    aimms.patch("/applications/project7003/3.0", json={"isLatest": True})
    old = {"publishBehavior": 2, "oldProjectName": "project7003", "oldProjectVersion": "3.0"}
    assert publish(aimms, projectVersion="4.0", **old).json()["isLatest"] is True
    versions = [entry["project"]["version"] for entry in aimms.get("/applications/project7003").json()["applications"]]
    assert versions == ["4.0"]


def test_patch_changes_only_what_is_given(aimms: httpx.Client) -> None:
    before = publish(aimms).json()
    rights = [{"authorization": 5, "deny": False, "entity": 16777095}]
    after = aimms.patch("/applications/project7003/3.0", json={"authorizations": rights}).json()
    assert after == before | {"authorizations": rights}
    cleared = aimms.patch("/applications/project7003/3.0", json={"authorizations": [], "description": "new"}).json()
    assert cleared == before | {"description": "new"}
    wrong = [{"authorization": 9, "deny": False, "entity": 1}]
    assert "authorization" in refused(aimms.patch("/applications/project7003/3.0", json={"authorizations": wrong}), 400)


def test_delete_app(aimms: httpx.Client) -> None:
    publish(aimms)
    assert aimms.delete("/applications/project7003/3.0").status_code == 200
    refused(aimms.get("/applications/project7003/3.0"), 404)


def test_categories_are_a_bare_array_and_literal_paths_come_first(aimms: httpx.Client) -> None:
    assert aimms.get("/applications/categories").json() == []
    made = aimms.post("/applications/categories", json={"value": "test3"}).json()
    assert aimms.get("/applications/categories").json() == [{"id": made["id"], "value": "test3"}]
    renamed = aimms.patch(f"/applications/categories/{made['id']}", json={"value": "other"}).json()
    assert renamed == {"id": made["id"], "value": "other"}
    assert aimms.delete(f"/applications/categories/{made['id']}").status_code == 200
    assert aimms.get("/applications/categories").json() == []
    refused(aimms.delete(f"/applications/categories/{made['id']}"), 404)


def test_aimms_versions_hold_the_vendors_example(aimms: httpx.Client) -> None:
    ids = [version["id"] for version in aimms.get("/aimms-versions").json()["versions"]]
    assert "4.84.1.5-linux64-x64-vc141" in ids
    assert aimms.get(f"/aimms-versions/{ids[0]}").json()["id"] == ids[0]
    refused(aimms.get("/aimms-versions/1.0"), 404)


def test_the_small_ones(aimms: httpx.Client) -> None:
    assert aimms.get("/health-check").content == b""
    assert isinstance(aimms.get("/version").json()["version"], str)
    assert aimms.get("/users/current").json()["isAppPublisher"] is True
    publish(aimms)
    assert aimms.get("/applications/project7003/3.0/modifiable").json() == {"modifiable": True}


def test_paths_and_methods_that_are_not_documented(aimms: httpx.Client) -> None:
    refused(aimms.get("/nothing"), 404)
    refused(aimms.get("/tasks/"), 404)
    refused(aimms.patch("/tasks"), 405)
