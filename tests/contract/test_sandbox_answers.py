"""What the sandbox answers validates against the vendors' documents, operation by operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import pytest

from contract.answers import check, document_of, record
from optcloud import NotFound, OptCloud
from optcloud.sandbox import Sandbox

DOCUMENTS = {"aimms": document_of("aimms_pro"), "adiutaopt": document_of("adiutaopt")}
PROBLEM = {"meta": {}, "parameters": {}, "tasks": [{"id": "t"}], "workers": [{"id": "w"}]}
METADATA = {"name": "App", "projectVersion": "1", "aimmsVersionId": "4.84.1.5-linux64-x64-vc141"}


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[OptCloud]:
    with Sandbox() as sandbox:
        for name, value in sandbox.environment().items():
            monkeypatch.setenv(name, value)
        with OptCloud() as opened:
            yield opened


USED_BY_APPS = {
    "getAppsInfo",
    "getAppInfo",
    "checkModifiable",
    "getAllApplicationCategories",
    "createApplicationCategory",
    "updateApplicationCategory",
    "deleteApplicationCategory",
    "getAimmsVersion",
    "getResourceProfiles",
    "getVersion",
    "getProVersion",
    "healthCheck",
}
USED_BY_STORAGE = {
    "uploadBucket",
    "getBucketInfo",
    "updateBucket",
    "deleteBucket",
    "uploadObject",
    "getObjectInfo",
    "downloadObject",
    "updateObject",
    "deleteObject",
}


def use_apps(aimms: Any) -> None:
    aimms.apps.list("App")
    aimms.apps.get("App", "1")
    aimms.apps.is_modifiable("App", "1")
    aimms.apps.categories.ensure("plans")
    aimms.apps.categories.rename("plans", "more")
    aimms.apps.categories.delete("more")
    aimms.aimms_version(aimms.versions(dev=True)[-1])
    aimms.apps.resource_profiles()
    aimms.server()


def use_storage(aimms: Any) -> None:
    aimms.storage.ensure_bucket("/a/b")
    aimms.storage.rename_bucket("/a/b", "c")
    aimms.storage.upload(b"x", "/a/c/one")
    aimms.storage.bucket("/a/c")
    aimms.storage.rename("/a/c/one", "two")
    aimms.storage.read("/a/c/two")
    aimms.storage.delete("/a/c/two")
    aimms.storage.delete_bucket("/a/c")


def test_aimms_answers(cloud: OptCloud) -> None:
    recording = record(cloud.aimms._connection)
    aimms = cloud.aimms
    aimms.versions()
    aimms.apps.publish(b"pack", METADATA)
    aimms.apps.update("App", "1", {"isLatest": True})
    aimms.apps.list()
    use_apps(aimms)
    use_storage(aimms)
    job = aimms.run("App", "echo", input={"a": 1})
    job.result()
    aimms.run("App", "echo", version="1", input=b"\x00")
    aimms.tasks()
    job.delete()
    aimms.apps.delete("App", "1")
    with pytest.raises(NotFound):
        aimms.run("App", "echo")
    for operation, response in recording.answers:
        check(DOCUMENTS["aimms"], operation, response)
    assert {operation for operation, _response in recording.answers} == {
        "getAimmsVersions",
        "publishApp",
        "updateApp",
        "getAllAppsInfo",
        *USED_BY_APPS,
        *USED_BY_STORAGE,
        "createTaskLatestVersion",
        "createTask",
        "getTask",
        "getTaskResponse",
        "getTasks",
        "deleteTask",
        "deleteApp",
    }


def test_adiutaopt_answers(cloud: OptCloud) -> None:
    recording = record(cloud.adiutaopt._connection)
    for planner in (cloud.adiutaopt.shift, cloud.adiutaopt.mixed, cloud.adiutaopt.floor):
        planner.version()
        planner.packages()
        planner.submit(PROBLEM).result()
    for operation, response in recording.answers:
        check(DOCUMENTS["adiutaopt"], operation, response)
    assert len({operation for operation, _response in recording.answers}) == 10


def test_the_check_can_fail() -> None:
    broken = httpx.Response(200, json={"id": 5})
    with pytest.raises(jsonschema.ValidationError):
        check(DOCUMENTS["aimms"], "getTask", broken)
    with pytest.raises(AssertionError, match="answered 299"):
        check(DOCUMENTS["aimms"], "getTask", httpx.Response(299))
