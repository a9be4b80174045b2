"""Publishing apps and AIMMS versions; the fixture judges each answer by the document."""

import hashlib
import json
from typing import Any

import httpx
import pytest

from optcloud.sandbox import Sandbox
from sandbox_server.aimms_answers import refused

METADATA = {"name": "Plan", "projectVersion": "1", "aimmsVersionId": "4.84.1.5-linux64-x64-vc141"}
GRANT = [{"authorization": 5, "deny": False, "entity": 16777095}]


def publish(account: httpx.Client, pack: bytes = b"PK", icon: bytes | None = None, **changes: Any) -> httpx.Response:
    files: dict[str, Any] = {"file": ("app.aimmspack", pack)}
    if icon is not None:
        files["icon"] = ("icon.png", icon, "image/png")
    return account.post("/applications", data={"metadata": json.dumps(METADATA | changes)}, files=files)


def versions(account: httpx.Client) -> list[str]:
    return [entry["project"]["version"] for entry in account.get("/applications/Plan").json()["applications"]]


@pytest.mark.parametrize(("behavior", "left"), [(1, ["1", "2"]), (2, ["2"])])
def test_a_new_version_takes_over_access_and_profile(account: httpx.Client, behavior: int, left: list[str]) -> None:
    publish(account, resourceProfile="large")
    account.patch("/applications/Plan/1", json={"authorizations": GRANT})
    old: dict[str, Any] = {"publishBehavior": behavior, "oldProjectName": "Plan", "oldProjectVersion": "1"}
    entry = publish(account, projectVersion="2", **old).json()
    assert (entry["authorizations"], entry["resourceProfile"]) == (GRANT, "large")
    assert versions(account) == left
    entries = account.get("/entity/16777095/app_access").json()["applications"]
    assert [one["project"]["version"] for one in entries] == left
    # Hidden, yet there for the tasks that want it.
    assert account.post("/tasks/Plan/1/echo").status_code == 200


def test_a_new_app_takes_nothing_over(account: httpx.Client) -> None:
    publish(account)
    account.patch("/applications/Plan/1", json={"authorizations": GRANT})
    for changes in ({"publishBehavior": 0, "oldProjectName": "Plan", "oldProjectVersion": "1"}, {"publishBehavior": 1}):
        entry = publish(account, projectVersion=str(changes["publishBehavior"]) + "x", **changes).json()
        assert entry["authorizations"] == []
    assert "version 9 doesn't exist" in refused(
        publish(account, projectVersion="2", publishBehavior=2, oldProjectVersion="9"), 404
    )
    assert versions(account) == ["1", "0x", "1x"]


def test_resource_profiles(account: httpx.Client) -> None:
    assert publish(account).json()["resourceProfile"] == "<account>"
    path = "/applications/Plan/1"
    assert account.patch(path, json={"resourceProfile": "small"}).json()["resourceProfile"] == "small"
    assert account.patch(path, json={"resourceProfile": "<unknown>"}).json()["resourceProfile"] == "small"
    assert account.patch(path, json={"description": "d"}).json()["resourceProfile"] == "small"
    assert account.patch(path, json={"resourceProfile": "<account>"}).json()["resourceProfile"] == "<account>"
    assert "resourceProfile" in refused(account.patch(path, json={"resourceProfile": "huge"}), 400)
    assert "resourceProfile" in refused(publish(account, projectVersion="2", resourceProfile="huge"), 400)


def test_an_icon_published_with_the_app(account: httpx.Client, http: httpx.Client) -> None:
    address = publish(account, icon=b"png").json()["appIconSasUrl"]
    assert http.get(address).content == b"png"
    assert account.get("/applications/Plan/1").json()["appIconSasUrl"] == address
    old: dict[str, Any] = {"publishBehavior": 1, "oldProjectVersion": "1"}
    assert publish(account, projectVersion="2", **old).json()["appIconSasUrl"] == address


def test_an_icon_of_the_storage(account: httpx.Client, http: httpx.Client) -> None:
    assert publish(account, attributes={"iconUrl": "/icons/my_logo"}).json()["appIconSasUrl"] == ""
    metadata = json.dumps({"path": "/icons", "label": "my_logo"})
    account.post("/storage/object", data={"metadata": metadata}, files={"file": ("i.png", b"png")})
    assert http.get(account.get("/applications/Plan/1").json()["appIconSasUrl"]).content == b"png"


def test_what_was_uploaded_is_known(sandbox: Sandbox, account: httpx.Client) -> None:
    pack = bytes(range(256)) * 4096
    publish(account, pack)
    expected = {"name": "Plan", "version": "1", "size": len(pack), "sha256": hashlib.sha256(pack).hexdigest()}
    assert sandbox.aimms_packs() == [expected]
    assert httpx.get(f"{sandbox.urls.control}/aimms/packs").json() == [expected]
    account.delete("/applications/Plan/1")
    assert sandbox.aimms_packs() == []


def test_versions_in_development_come_when_asked_for(account: httpx.Client) -> None:
    def ids(**params: str) -> list[str]:
        return [one["id"] for one in account.get("/aimms-versions", params=params).json()["versions"]]

    official, all_of_them = ids(), ids(dev="true")
    assert ids(dev="false") == official == all_of_them[: len(official)]
    [development] = all_of_them[len(official) :]
    assert publish(account, aimmsVersionId=development).status_code == 200
    [grant] = account.get(f"/aimms-versions/{development}").json()["authorizations"]
    assert account.get(f"/entity/{grant['entity']}").json()["name"] == "ROOT"
    refused(account.get("/aimms-versions", params={"dev": "perhaps"}), 400)
