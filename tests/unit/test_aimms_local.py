"""A local DEX service: found in the settings, reached without a key, spoken to with the same verbs."""

import json
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from optcloud.aimms.connection import CLOUD, endpoint_of, policy
from optcloud.aimms.tasks import listing
from optcloud.aimms.tasks import task_flows as tasks
from optcloud.core.errors import (
    ConfigError,
    Conflict,
    CredentialsNotFound,
    Forbidden,
    JobGone,
    PayloadTooLarge,
    Unsupported,
)
from optcloud.core.flow import Call
from optcloud.core.reference import Reference
from optcloud.core.settings import LOCAL_LIMIT, LOCAL_URL, AimmsSettings
from optcloud.core.settings_sources import Config
from unit.script import RETRY, Script, Scripted, json_reply
from unit.submitting import submit

DESK = AimmsSettings(url=LOCAL_URL, local=True)
ENDPOINT = endpoint_of(DESK)
TASK = tasks.task_of(Reference("aimms", "desk", ("6f1c",)), ENDPOINT)


def script(*replies: Scripted) -> Script:
    return Script(replies, policy=policy(DESK, RETRY))


def task(state: str) -> httpx.Response:
    return json_reply({"id": "6f1c", "serviceName": "solve", "state": state})


# ---------------------------------------------------------------- settings


def settings(environment: Mapping[str, str] | None = None, file: str = "", **given: Any) -> AimmsSettings:
    path = Path(file) if file else Path(os.devnull)
    return Config.load(path=path, environment=environment or {}).settings(AimmsSettings, given)


def test_one_word_is_enough_and_no_key_is_asked_for() -> None:
    for found in (settings({"OPTCLOUD_AIMMS_LOCAL": "1"}), settings(local=True), settings(local="yes")):
        assert (found.url, found.local, found.api_key) == ("http://localhost:8080/api/v2", True, None)
        assert found.local_limit == LOCAL_LIMIT == 128 * 1024 * 1024
    assert (
        settings({"OPTCLOUD_AIMMS_LOCAL": "true"}, url="http://127.0.0.1:9/api/v2").url == "http://127.0.0.1:9/api/v2"
    )
    assert settings(local=True, local_limit=5).local_limit == 5


def test_a_profile_may_be_a_desk(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[default.aimms]\nlocal = true\nurl = 'http://localhost:9/api/v2'\nlocal_limit = 1000\n")
    found = settings(file=str(file))
    assert (found.local, found.url, found.local_limit) == (True, "http://localhost:9/api/v2", 1000)


def test_the_environments_cloud_is_not_asked_by_who_asks_for_the_desk() -> None:
    cloud = {"OPTCLOUD_AIMMS_URL": "https://acme.aimms.cloud/pro-api/v2", "OPTCLOUD_AIMMS_API_KEY": "not-a-real-key"}
    assert settings(cloud, local=True) == DESK
    assert settings(cloud | {"OPTCLOUD_AIMMS_LOCAL": "1", "OPTCLOUD_AIMMS_ACCOUNT": "acme"}) == DESK
    assert settings(cloud, local=False).url == cloud["OPTCLOUD_AIMMS_URL"]
    with pytest.raises(CredentialsNotFound, match="api_key"):
        settings({"OPTCLOUD_AIMMS_LOCAL": "0"}, account="acme")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"local": "perhaps"}, "aimms.local: 'perhaps' is neither true nor false"),
        ({"local": True, "local_limit": "much"}, "aimms.local_limit: 'much' is not a number of bytes"),
        ({"local": True, "url": "http://desk.test/api/v2"}, "aimms.url: .* in the clear"),
    ],
)
def test_bad_settings_are_named(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        settings(**given)


def test_settings_objects_have_a_key_or_are_local() -> None:
    with pytest.raises(ConfigError, match=r"aimms\.api_key is missing"):
        AimmsSettings(url="https://acme.test")
    with pytest.raises(ConfigError, match=r"aimms\.api_key is not for a local service"):
        AimmsSettings(url=LOCAL_URL, local=True, api_key="not-a-real-key")


def test_the_cloud_is_the_usual_place() -> None:
    assert endpoint_of(AimmsSettings(url="https://acme.test", api_key="not-a-real-key")) is CLOUD
    assert (ENDPOINT.local, ENDPOINT.largest, ENDPOINT.vendor) == (True, LOCAL_LIMIT, "AIMMS DEX")


# ---------------------------------------------------------------- verbs


def test_a_task_is_created_by_its_services_name_alone() -> None:
    cloud = script(task("queued"))
    job = cloud.run(submit("desk", "My App", "so lve", version="1.4", input={"a": 1}, endpoint=ENDPOINT))
    assert str(job.reference) == "aimms:desk/6f1c"
    (sent,) = cloud.sent
    assert (sent.method, str(sent.url)) == ("POST", "http://localhost:8080/api/v2/tasks/so%20lve")
    assert (json.loads(sent.content), sent.headers["content-type"]) == ({"a": 1}, "application/json")
    assert "apikey" not in sent.headers
    assert sent.extensions["operation"]["id"] == "createLocalTask"


def test_an_unknown_service_is_refused_in_the_vendors_words() -> None:
    refused = json_reply({"message": "no such service"}, 403)
    with pytest.raises(Forbidden, match="AIMMS DEX createLocalTask answered 403: no such service"):
        script(refused).run(submit("desk", "app", "svc", endpoint=ENDPOINT))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"after": timedelta(hours=1)}, "after"),
        ({"every": "1 day", "at": "2026-01-01 00:00"}, "at, every"),
        ({"hook": "https://mine.test/hook"}, "hook"),
    ],
)
def test_what_only_the_cloud_does_is_refused_and_not_left_out(given: dict[str, Any], named: str) -> None:
    with pytest.raises(Unsupported, match=f"^{named}: a local DEX service runs a task at once"):
        script().run(submit("desk", "app", "svc", endpoint=ENDPOINT, **given))


def test_the_limit_is_the_services_own() -> None:
    small = endpoint_of(AimmsSettings(url=LOCAL_URL, local=True, local_limit=10))
    with pytest.raises(PayloadTooLarge, match="has 11 bytes, 1 more than AIMMS DEX takes"):
        script().run(submit("desk", "app", "svc", input=b"x" * 11, endpoint=small))


def test_the_list_is_bare() -> None:
    cloud = script(json_reply([{"id": "a", "state": "running"}, {"id": "b", "status": "executing"}]))
    listed = cloud.run(listing.list_tasks("desk"))
    assert [(str(one.reference), one.status.word) for one in listed] == [
        ("aimms:desk/a", "running"),
        ("aimms:desk/b", "executing"),
    ]


def look_stop_delete() -> Any:
    word = (yield from TASK.poll()).word
    yield from TASK.stop()
    yield from TASK.delete()
    return word


def test_looking_interrupting_and_deleting_are_as_in_the_cloud() -> None:
    cloud = script(task("solving"), json_reply({"id": "6f1c", "setstatus": "interrupt-solve"}), httpx.Response(200))
    assert cloud.run(look_stop_delete()) == "solving"
    assert [(request.method, request.url.path) for request in cloud.sent] == [
        ("GET", "/api/v2/tasks/6f1c"),
        ("PUT", "/api/v2/tasks/6f1c"),
        ("DELETE", "/api/v2/tasks/6f1c"),
    ]
    assert all("apikey" not in request.headers for request in cloud.sent)


def test_a_refused_verb_tells_the_state() -> None:
    with pytest.raises(Conflict, match=r"not while executing .the task is executing"):
        script(json_reply({"message": "not while executing"}, 405), task("executing")).run(TASK.delete())


def test_the_intermediate_status_is_bytes_with_a_type() -> None:
    written = httpx.Response(200, content=b'{"gap": 0.1}', headers={"content-type": "application/json"})
    cloud = script(written)
    found = cloud.run(TASK.intermediate())
    assert found is not None and (found.json(), found.content_type) == ({"gap": 0.1}, "application/json")
    assert cloud.sent[0].url.path == "/api/v2/tasks/6f1c/status"


def test_no_intermediate_status_yet_and_no_such_task_are_told_apart() -> None:
    missing = json_reply({"message": "none"}, 404)
    assert script(missing, task("running")).run(TASK.intermediate()) is None
    with pytest.raises(JobGone, match="AIMMS DEX does not know the task"):
        script(missing, missing).run(TASK.intermediate())


def test_the_cloud_has_no_intermediate_status() -> None:
    with pytest.raises(Unsupported, match="a local DEX service does"):
        script().run(tasks.task_of(Reference("aimms", "prod", ("6f1c",))).intermediate())


@pytest.mark.parametrize(
    "path", ["/applications", "/tasksome", "/users/current", "/tasks/stats", "/tasks/stats/current", "/tasks/6f1c/logs"]
)
def test_everything_else_is_the_clouds(path: str) -> None:
    def flow() -> Any:
        yield Call({"method": "get", "url": path})

    with pytest.raises(Unsupported, match=f"runs tasks and knows nothing else .GET {path}.*switch off .* aimms.local"):
        script().run(flow())
