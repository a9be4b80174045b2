"""What each verb sends is what the vendor's document allows, and every operation that the flows use is looked at."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract.requests import Document, used_modules
from optcloud.adiutaopt import planners
from optcloud.adiutaopt.account import AdiutaOptAccount
from optcloud.adiutaopt.connection import policy as adiutaopt_road
from optcloud.adiutaopt.plans import encoding
from optcloud.adiutaopt.sign_in.tokens import Tokens
from optcloud.adiutaopt.solution_rule import default_rule
from optcloud.aimms import server
from optcloud.aimms.apps import access, categories, publish, versions
from optcloud.aimms.apps import app as apps
from optcloud.aimms.connection import policy as aimms_road
from optcloud.aimms.storage import storage
from optcloud.aimms.tasks import listing, logs, series
from optcloud.aimms.tasks import task_flows as tasks
from optcloud.core.flow import Flow
from optcloud.core.reference import Reference
from optcloud.core.secret import Secret
from optcloud.core.settings import AdiutaOptSettings, AimmsSettings
from unit.script import EPOCH, RETRY, Script, json_reply
from unit.submitting import submit

AIMMS, ADIUTAOPT = Document("aimms_pro"), Document("adiutaopt")
ROSTER = json.loads((files("optcloud_sandbox") / "data" / "roster.json").read_text(encoding="utf-8"))
EMPTY: dict[str, Any] = {"meta": {}, "parameters": {}, "tasks": [{}], "workers": [{}]}
# The metadata of the vendor's example.
METADATA = {
    "name": "project7003",
    "description": "my_project",
    "projectVersion": "3.0",
    "aimmsVersionId": "4.84.1.5-linux64-x64-vc141",
    "projectCategory": "",
    "publishBehavior": 0,
    "attributes": {"isWebUI": "true"},
}
RIGHTS = [{"authorization": 4, "deny": False, "entity": 16777095}]
TASK = tasks.task_of(Reference("aimms", "prod", ("6f1c/ü 1",)))
ACCOUNT = AdiutaOptAccount("prod", default_rule)
PLAN = ACCOUNT.plan(Reference("adiutaopt", "prod", ("shift", "c29t/ZQ==")))

Verb = tuple[str, Callable[[], Flow[Any]], list[httpx.Response]]


def aimms_verbs() -> Iterator[Verb]:
    created = json_reply({"id": "6f1c"})
    done, nothing = json_reply({"id": "6f1c", "state": "completed"}), httpx.Response(200)
    for data in (None, {"a": 1}, [1], "text", b"\x00", {}):
        yield "createTaskLatestVersion", lambda data=data: submit("p", "My App", "a/b", input=data), [created]  # type: ignore[misc]
        yield "createTask", lambda data=data: submit("p", "App", "svc", version="1.4", input=data), [created]  # type: ignore[misc]
    yield (
        "createTask",
        lambda: submit("p", "App", "svc", version="1", input=b"P", content_type="application/x-parquet"),
        [created],
    )
    yield "getTask", TASK.poll, [done]
    yield "getTaskResponse", TASK.result, [done, httpx.Response(200, content=b"x")]
    yield "interruptTask", TASK.stop, [nothing]
    yield "interruptTask", TASK.cancel, [nothing]
    yield "deleteTask", TASK.delete, [nothing]
    page = json_reply({"total_tasks": 0, "current_batch": []})
    yield "getTasks", lambda: listing.list_tasks("p"), [page]
    yield "getTasks", lambda: listing.list_tasks("p", app="My App", version="1", limit=7), [page]
    yield from scheduled_verbs()
    # An app's entry without its authorizations is held against who has access.
    yield "getAppAccess", lambda: access.read("My App", "1/0"), [json_reply({}), json_reply({"entities": []})]
    yield from app_verbs()
    yield from storage_verbs()


def scheduled_verbs() -> Iterator[Verb]:
    created = json_reply({"id": "6f1c", "groupIndex": 3})
    run = tasks.task_of(Reference("aimms", "p", ("6f1c", "3")))
    at, hook = datetime(2026, 1, 31, 8, tzinfo=UTC), "https://me.example/hook?key=not-a-real-key"
    for words in ({"at": at, "hook": hook}, {"after": "2 weeks", "every": timedelta(days=1, seconds=0.5)}):
        yield "createTaskLatestVersion", lambda words=words: submit("p", "App", "svc", **words), [created]  # type: ignore[misc]
        yield "createTask", lambda words=words: submit("p", "App", "svc", version="1", **words), [created]  # type: ignore[misc]
    yield "getTask", run.poll, [created]
    yield "deleteTask", series.SeriesFlows(run).stop, [created, httpx.Response(200)]
    yield "getTaskLogs", logs.Logs(run).next, [httpx.Response(200, text="a line")]
    yield "downloadTaskLogs", lambda: logs.save_log(run, "task.log"), [httpx.Response(200, text="a line")]
    yield "getTaskStats", logs.stats, [json_reply({})]
    yield "getTaskCurrentStats", lambda: logs.stats(current=True), [json_reply({})]
    page = json_reply({"total_tasks": 0, "current_batch": []})
    yield "getTasks", lambda: listing.list_tasks("p", after=at, before=date(2026, 2, 1)), [page]


def app_verbs() -> Iterator[Verb]:
    nothing, entry, category = httpx.Response(200), json_reply({}), json_reply({"id": "7", "value": "plans"})
    yield "publishApp", lambda: publish.publish(b"pack", METADATA), [entry]
    yield "publishApp", lambda: publish.publish(b"pack", METADATA, icon=b"png"), [entry]
    yield (
        "publishApp",
        lambda: publish.publish(b"pack", METADATA, resource_profile="<account>"),
        [entry],
    )
    hiding: dict[str, Any] = {"name": "A", "version": "2", "aimms_version": "4.84", "hide_old": "1", "web_ui": True}
    yield "publishApp", lambda: publish.publish(b"pack", **hiding), [entry]
    patches: list[dict[str, Any]] = [{"isLatest": True}, {"authorizations": []}, {"authorizations": RIGHTS}]
    for changes in [*patches, {"resourceProfile": "small"}]:
        yield "updateApp", lambda changes=changes: apps.update_app("My App", "1/0", changes), [entry]  # type: ignore[misc]
    yield "deleteApp", lambda: apps.delete("App", "1"), [nothing]
    yield "getAllAppsInfo", apps.list_apps, [json_reply({"applications": []})]
    yield "getAppsInfo", lambda: apps.list_apps("My App"), [json_reply({"applications": []})]
    yield "getAppInfo", lambda: apps.get_app("My App", "1/0"), [entry]
    yield "checkModifiable", lambda: apps.is_modifiable("My App", "1"), [json_reply({"modifiable": True})]
    listed = json_reply([{"id": "7", "value": "plans"}])
    yield "getAllApplicationCategories", categories.list_categories, [listed]
    yield "createApplicationCategory", lambda: categories.create("plans"), [category]
    yield "updateApplicationCategory", lambda: categories.rename("plans", "more"), [listed, nothing]
    yield "deleteApplicationCategory", lambda: categories.delete(categories.Category("7/8", "x")), [nothing]
    yield "getAimmsVersions", versions.version_ids, [json_reply({"versions": []})]
    yield "getAimmsVersions", lambda: versions.list_versions(dev=True), [json_reply({"versions": []})]
    yield "getAimmsVersion", lambda: versions.get_version("4.84/1"), [json_reply({"id": "4.84/1"})]
    yield "getResourceProfiles", versions.list_profiles, [json_reply([])]
    told = json_reply({"version": "24.1"})
    yield "getVersion", server._version, [told]
    yield "getProVersion", server._pro_version, [told]
    yield "healthCheck", server.server, [told, told, nothing]


def storage_verbs() -> Iterator[Verb]:
    nothing, known = httpx.Response(200), json_reply({"id": "7"})
    address = json_reply({"file": "https://blobs.test/7?sig=fake"})
    yield "uploadObject", lambda: storage.upload(b"x", "/icons/my logo"), [nothing]
    yield "uploadObject", lambda: storage.upload(b"x", "/logo", access=RIGHTS), [nothing]
    yield "getObjectInfo", lambda: storage.info("/icons/my logo"), [known]
    yield "downloadObject", lambda: storage.read("/icons/my logo"), [known, address, httpx.Response(200)]
    yield "updateObject", lambda: storage.rename("/icons/my logo", "old"), [nothing]
    yield "updateObject", lambda: storage.set_access("/icons/my logo", RIGHTS), [nothing]
    yield "deleteObject", lambda: storage.delete("/logo"), [nothing]
    yield "getBucketInfo", lambda: storage.bucket("/a/b c"), [known]
    yield "uploadBucket", lambda: storage.make_bucket("/a/b c", access=[]), [nothing]
    yield "updateBucket", lambda: storage.rename_bucket("/a/b", "c"), [nothing]
    yield "updateBucket", lambda: storage.set_bucket_access("/a", RIGHTS), [nothing]
    yield "deleteBucket", lambda: storage.delete_bucket("/a/b"), [nothing]


def adiutaopt_verbs() -> Iterator[Verb]:
    key = json_reply("KEY", 201)
    submits = {"Shift": planners.SHIFT, "Mixed": planners.MIXED, "Floor": planners.FLOOR}
    for name, planner in submits.items():
        yield f"post{name}Description", lambda planner=planner: ACCOUNT.submit(planner, EMPTY), [key]  # type: ignore[misc]
    yield "postShiftDescription", lambda: ACCOUNT.submit(planners.SHIFT, ROSTER), [key]
    yield "postShiftDescription", lambda: ACCOUNT.submit(planners.SHIFT, ROSTER, version="2024-10-01_0"), [key]
    yield "getSolution", PLAN.poll, [json_reply({})]
    for prefix, planner in (("Shift", planners.SHIFT), ("", planners.MIXED), ("Floor", planners.FLOOR)):
        yield f"get{prefix}Version", lambda planner=planner: ACCOUNT.versions(planner), [json_reply({})]  # type: ignore[misc]
        yield f"get{prefix}PackagesList", lambda planner=planner: ACCOUNT.packages(planner), [json_reply([])]  # type: ignore[misc]


def aimms_script(replies: list[httpx.Response]) -> Script:
    settings = AimmsSettings(url="https://account.aimms.cloud/pro-api/v2", api_key="not-a-real-key")
    return Script(replies, policy=aimms_road(settings, RETRY))


def adiutaopt_script(replies: list[httpx.Response]) -> Script:
    settings = AdiutaOptSettings(
        url="https://adiutaopt.invalid",
        username="ada",
        password="not-a-real-password",
        user_pool_id="eu-central-1_AbC",
        client_id="c",
        cognito_url="https://idp.test",
    )
    policy = adiutaopt_road(settings, RETRY)
    policy.auth.session._tokens = Tokens(Secret("a.b.c"), EPOCH + 3600, Secret("r"))  # type: ignore[attr-defined]
    return Script(replies, policy=policy)


@pytest.mark.parametrize(("operation", "flow", "replies"), list(aimms_verbs()))
def test_aimms(
    operation: str,
    flow: Callable[[], Flow[Any]],
    replies: list[httpx.Response],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)  # some write files
    script = aimms_script(list(replies))
    script.run(flow())
    assert AIMMS.judge(script.sent[-1]) == (operation, [])
    assert script.sent[-1].extensions["operation"]["id"] == operation


@pytest.mark.parametrize(("operation", "flow", "replies"), list(adiutaopt_verbs()))
@pytest.mark.parametrize("packed", [False, True])
def test_adiutaopt(
    operation: str,
    flow: Callable[[], Flow[Any]],
    replies: list[httpx.Response],
    packed: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if packed:
        monkeypatch.setattr(encoding, "PLAIN_LIMIT", 0)
    script = adiutaopt_script(list(replies))
    script.run(flow())
    assert ADIUTAOPT.judge(script.sent[-1]) == (operation, [])
    if packed and "post" in operation:
        assert script.sent[-1].headers["content-type"] == encoding.GZIP


def test_no_operation_of_adiutaopt_is_left_out() -> None:
    """Those of AIMMS PRO: test_verbs_on_the_sandbox.py."""
    seen = {operation.lower() for operation, _, _ in adiutaopt_verbs()}
    assert seen == {module.rpartition(".")[2].replace("_", "") for module in used_modules("adiutaopt")}


# ---------------------------------------------------------------- the judge itself


@pytest.mark.parametrize(
    ("method", "url", "arguments", "fault"),
    [
        ("PUT", "/tasks/1", {"json": {"setstatus": "interrupt-everything"}}, "interrupt-everything"),
        ("PUT", "/tasks/1", {"json": {"status": "interrupt-solve"}}, "setstatus"),
        ("PUT", "/tasks/1", {}, "the body is missing"),
        ("PUT", "/tasks/1", {"content": b"{}", "headers": {"content-type": "text/plain"}}, "text/plain is not"),
        ("GET", "/tasks?limit=many", {}, "many"),
        ("GET", "/tasks?page=2", {}, "query page is not documented"),
        ("GET", "/tasks/1", {"headers": {"x-more": "1"}}, "header x-more is not documented"),
        ("GET", "/tasks/1", {"content": b"x"}, "a body is not documented"),
        ("POST", "/tasks/app/svc?scheduleFor=soon", {}, "soon"),
        ("PATCH", "/applications/a/1", {"json": {"isLatest": "yes"}}, "yes"),
        ("POST", "/applications", {"files": {"file": b"x"}}, "'metadata'"),
        ("POST", "/applications", {"files": {"file": b"x", "meta": b"{}"}}, "part meta is not documented"),
    ],
)
def test_the_judge_sees_what_is_wrong(method: str, url: str, arguments: Any, fault: str) -> None:
    request = aimms_script([]).request(method, url, **arguments)
    request.read()
    _operation, faults = AIMMS.judge(request)
    assert any(fault in one for one in faults), faults


def test_the_judge_looks_into_packed_bodies() -> None:
    packed = gzip.compress(b'{"tasks": []}')
    headers = {"content-type": encoding.GZIP}
    request = adiutaopt_script([]).request("POST", "/shift-description", content=packed, headers=headers)
    _operation, faults = ADIUTAOPT.judge(request)
    assert any("'workers'" in fault for fault in faults)
    with pytest.raises(AssertionError, match="no operation is at"):
        ADIUTAOPT.judge(adiutaopt_script([]).request("POST", "/tour-description"))
