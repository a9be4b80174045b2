"""Sessions, secrets and the directory end to end: real sockets, blocking and asyncio, lists bare and in an object."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aimms_session_manager.api.web_ui import list_webui_sessions
from aimms_user_manager.api.user import get_current_user
from openapi_drift.observed.observed import read_shapes
from optcloud import BadRequest, ConfigError, Conflict, Forbidden, NotFound, Secret
from optcloud.aimms.keys.scopes import Scope
from optcloud.aimms.services import siblings
from optcloud.core.secret_store import read
from optcloud.sandbox import Fault, Sandbox
from sandbox.facades import Blocked, Opener

CONTENT = "not-a-real-connection-string"


@pytest.fixture
def aimms(cloud: Any) -> Any:
    return cloud.aimms


@pytest.fixture(params=["array", "object"])
def each_shape(sandbox: Sandbox, request: pytest.FixtureRequest) -> None:
    sandbox.settings = replace(sandbox.settings, siblings_lists=request.param)


def lists(sandbox: Sandbox) -> list[str]:
    return [entry.path for entry in sandbox.journal() if entry.method == "GET"]


# ---------------------------------------------------------------- sessions


def test_sessions_are_listed_filtered_ended_and_deleted(aimms: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    first, second = sandbox.add_aimms_session("webui"), sandbox.add_aimms_session("webui")
    sessions = aimms.sessions
    assert [one.id for one in sessions.list()] == [first, second]
    assert [one.id for one in sessions.list("webui", sort="-session_id")] == sorted([first, second], reverse=True)
    assert (found := sessions.get("webui", first)).state == "Running" and (found.ended_at, found.message) == (None, "")
    sessions.terminate("webui", first)
    assert [one.id for one in sessions.list("webui", state="Terminated")] == [first]
    assert [one.id for one in sessions.list("webui", state=["Running", "Terminated"])] == [first, second]
    with pytest.raises(Conflict):
        sessions.terminate("webui", first)
    with pytest.raises(Conflict):
        sessions.delete("webui", second)
    assert "terminated" in " ".join(entry.text for entry in sessions.logs("webui", first))
    saved = sessions.save_log("webui", first, tmp_path / "log")
    assert saved == tmp_path / "log" and "terminated" in saved.read_text()
    sessions.delete("webui", first)
    with pytest.raises(NotFound):
        sessions.get("webui", first)
    assert list(sessions.list("solve")) == []
    with pytest.raises(BadRequest, match="there is no filter colour"):
        list(sessions.list("webui", colour="red"))


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(siblings, "PAGE", 4)


def test_pages_are_asked_for_one_by_one(aimms: Any, sandbox: Sandbox, small_pages: None, each_shape: None) -> None:
    ids = [sandbox.add_aimms_session("solve") for _ in range(9)]
    before = len(lists(sandbox))
    iterator = iter(aimms.sessions.list("solve"))
    assert next(iterator).id == ids[0] and len(lists(sandbox)) == before + 1
    assert [one.id for one in iterator] == ids[1:]
    assert len(lists(sandbox)) <= before + 4


def test_a_tasks_session_is_deleted_only_on_purpose(aimms: Any, stepwise: Sandbox) -> None:
    job = aimms.run("Sandbox", "sleep", input={"seconds": 1})
    while job.poll().state.name == "QUEUED":
        pass
    (session,) = aimms.sessions.list("task")
    with pytest.raises(BadRequest, match="interrupt the task instead"):
        aimms.sessions.delete("task", session.id)
    assert len(list(aimms.sessions.list("task"))) == 1
    aimms.sessions.delete("task", session.id, kill_task=True)
    assert list(aimms.sessions.list("task")) == [] and job.poll().state.ended


def test_the_address_of_a_service(aimms: Any, sandbox: Sandbox) -> None:
    session = sandbox.add_aimms_session("webui")
    for service in ("webui", 12004):
        assert aimms.sessions.service_address(session, service).endswith(f"@{session}")
    with pytest.raises(BadRequest):
        aimms.sessions.service_address(session, 80)


# ---------------------------------------------------------------- secrets


def test_secrets(cloud: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = cloud.aimms.secrets
    secrets.create_directory("databases")
    secrets.create("databases/production", CONTENT)
    secrets.create("/databases/test", Secret("other"))
    item = secrets.get("databases/production")
    assert (item.kind, item.name, item.content) == ("secret", "production", Secret(CONTENT))
    assert CONTENT not in repr(item) + repr(dict(item.reply)) + caplog.text
    directory = secrets.get("databases", sort="-name")
    assert [one.path for one in directory.items] == ["databases/test", "databases/production"]
    assert [one.name for one in secrets.get().items] == ["databases"]
    secrets.update("databases/test", content="newer", name="staging")
    assert secrets.get("databases/staging").content == Secret("newer")
    with pytest.raises(Conflict):
        secrets.delete("databases")
    for name in ("staging", "production"):
        secrets.delete(f"databases/{name}")
    secrets.delete("databases")
    with pytest.raises(NotFound):
        secrets.get("databases")


def test_access_to_secrets(cloud: Any) -> None:
    secrets = cloud.aimms.secrets
    secrets.create("token", CONTENT)
    cloud.aimms.people.create_environment("ACME")
    ada = cloud.aimms.people.create_user("ACME", "ada")
    secrets.grant("token", ada, "read_write")
    secrets.grant("token", "ROOT/group:Users")
    assert {str(one.who): one.right for one in secrets.access("token")} == {
        "ACME/user:ada": "read_write",
        "ROOT/group:Users": "read",
    }
    secrets.grant("token", "ACME/user:ada", "read")
    secrets.revoke("token", "ROOT/group:Users")
    assert {str(one.who): one.right for one in secrets.access("token")} == {"ACME/user:ada": "read"}
    with pytest.raises(BadRequest, match="users and groups only"):
        secrets.grant("token", "ACME")


# ---------------------------------------------------------------- directory


def test_people_are_listed_with_filters_sorting_and_pages(aimms: Any, sandbox: Sandbox, small_pages: None) -> None:
    users: dict[str, Any] = {f"user{number:03}": {} for number in range(6)} | {"user007": {"groups": ["all"]}}
    aimms.people.apply({"environments": {"ACME": {"groups": {"all": {}}, "users": users}}})
    directory = aimms.directory
    before = len(lists(sandbox))
    names = [one.name for one in directory.users(environment_name_equal_cs="ACME", sort="-user_name")]
    assert names == sorted(users, reverse=True) and len(lists(sandbox)) == before + 2
    assert next(one.name for one in directory.users(user_name_contain_ci="R00", sort=["user_name"])) == "user000"
    two = directory.environments(environment_name_in=["ACME", "ROOT"], sort="environment_name")
    assert [one.name for one in two] == ["ACME", "ROOT"]
    assert [str(one.entity) for one in directory.groups(environment_name_not_in="ROOT")] == ["ACME/group:all"]
    with pytest.raises(BadRequest, match="there is no filter name"):
        list(directory.users(name="ada"))
    found = directory.user("ACME", "user007")
    assert [str(group) for group in found.groups] == ["ACME/group:all"]
    assert directory.group("ACME", "all").account == found.account == directory.environment("ACME").account
    with pytest.raises(NotFound):
        directory.user("ACME", "eve", account=found.account)
    me = directory.current_user()
    assert me.environment == directory.current_environment().name


def test_keys_of_the_newer_service(aimms: Any, tmp_path: Path, each_shape: None) -> None:
    directory = aimms.directory
    assert {one.scope for one in directory.scopes()} == set(Scope)
    key = directory.create_key("ci", timedelta(days=9), ["Task"], store=tmp_path / "key")
    assert read(tmp_path / "key") == key.secret and key.name == "ci"
    assert key.secret.reveal() not in repr(key) + repr(dict(key.reply))
    (listed,) = [one for one in directory.list_keys() if one.name == "ci"]
    assert listed.secret is None and listed.expires == key.expires
    with pytest.raises(BadRequest, match="more than a year"):
        directory.create_key("late", timedelta(days=500), ["Tasks"])
    directory.delete_key("ci")
    assert "ci" not in [one.name for one in directory.list_keys()]


# ---------------------------------------------------------------- the road


def test_errors_name_the_service(open_cloud: Opener, sandbox: Sandbox) -> None:
    sandbox.add_aimms_key("not-a-real-key-for-tasks", "Tasks")
    aimms = open_cloud(aimms={"url": sandbox.urls.aimms, "api_key": "not-a-real-key-for-tasks"}).aimms
    with pytest.raises(Forbidden, match="AIMMS session-manager listWebuiSessions answered 403"):
        list(aimms.sessions.list())
    with pytest.raises(Forbidden, match="AIMMS secret-manager getItem"):
        aimms.secrets.get()
    with pytest.raises(Forbidden, match="AIMMS user-manager listUsers"):
        list(aimms.directory.users())


def test_reads_are_repeated_and_writes_are_not(cloud: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("status", status=503))
    assert list(cloud.aimms.sessions.list()) == []
    sandbox.faults.add(Fault("status", status=503))
    with pytest.raises(Exception, match="503"):
        cloud.aimms.secrets.create("token", CONTENT)


def test_generated_clients_are_at_hand(cloud: Any, sandbox: Sandbox) -> None:
    sandbox.add_aimms_session("webui")
    sessions: Any
    me: Any
    if isinstance(cloud, Blocked):
        run = cloud._loop.run_until_complete
        sessions = run(list_webui_sessions.asyncio(client=cloud.aimms.sessions.client))
        me = run(get_current_user.asyncio(client=cloud.aimms.directory.client))
    else:
        sessions = list_webui_sessions.sync(client=cloud.aimms.sessions.client)
        me = get_current_user.sync(client=cloud.aimms.directory.client)
    assert len(sessions) == 1 and me.user_name


def test_the_observer_copes(open_cloud: Opener, sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.add_aimms_session("webui")
    aimms = open_cloud(observe=tmp_path / "shapes").aimms
    list(aimms.sessions.list())
    aimms.secrets.create("token", CONTENT)
    aimms.secrets.get("token")
    list(aimms.directory.users())
    shapes = read_shapes(tmp_path / "shapes")
    assert {one.vendor for one in shapes} <= {"AIMMS session-manager", "AIMMS secret-manager", "AIMMS user-manager"}
    assert "app_name" in {one.name for one in shapes if one.operation == "listWebuiSessions"}
    assert CONTENT not in (tmp_path / "shapes").read_text()


def test_there_are_none_beside_a_local_aimms(open_cloud: Opener, sandbox: Sandbox) -> None:
    aimms = open_cloud("desk", aimms={"local": True, "url": sandbox.urls.dex}).aimms
    with pytest.raises(ConfigError, match="session-manager is reached beside an address that ends with /pro-api/v2"):
        _ = aimms.sessions
