"""optcloud beside the vendor's own client (PyPI: AIMMScloud 0.1.2.2) on the same sandbox.

First the vendor's documented examples in both; then each fault that the vendor's client or its document has (AIMMS
facts 6): what theirs does, and that ours is right.
"""

from __future__ import annotations

import json
import os
import threading
import warnings
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from aimms_pro.api.authentication import (
    authorize_session,
    create_environment,
    get_environment,
    login,
    saml_assertion,
    update_environment,
)
from aimms_pro.api.customization import get_account_portal_mode
from aimms_pro.api.portal import add_group_app_access, get_app_icon_url, remove_group_app_access
from aimms_pro.api.session import get_webui_session_info
from aimms_pro.models.portal_app_access import PortalAppAccess
from aimms_pro.models.pro_environment import PROEnvironment
from aimms_pro.models.pro_environment_patch import PROEnvironmentPatch
from aimms_pro.models.pro_login import PROLogin
from optcloud import BadRequest, NotFound, OptCloud, Pace, ResponseMismatch
from optcloud.sandbox import AfterSeconds, Sandbox

pytestmark = pytest.mark.filterwarnings("default")

QUICK = Pace(first=0.005, longest=0.01)
VERSION = "4.84.1.5-linux64-x64-vc141"
EXAMPLE = {
    "file_name": "project7003.aimmspack",
    "iconfile_name": "icon.png",
    "aimms_version": VERSION,
    "application_description": "my_project",
    "application_name": "project7003",
    "application_version": "3.0",
    "attributes": {"isWebUI": "false", "iconUrl": "/icons/my_logo"},
    "projectCategory": "cat_1",
}


@pytest.fixture
def ours(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[OptCloud]:
    for name, value in sandbox.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OPTCLOUD_CONFIG", os.devnull)
    with OptCloud() as cloud:
        yield cloud


@pytest.fixture
def theirs(sandbox: Sandbox) -> SimpleNamespace:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its imports
        pytest.importorskip("aimmscloud", reason="the vendor's client is not installed: pip install AIMMScloud")
        names = {"tasks": ("aimms_task", "Task"), "apps": ("aimms_application", "Application")}
        where = (sandbox.urls.aimms, sandbox.credentials.aimms_api_key)
        made = {
            name: getattr(import_module(f"aimmscloud.{module}"), kind)(*where) for name, (module, kind) in names.items()
        }
    return SimpleNamespace(
        **made,
        errors=import_module("aimms_openapi_client.exceptions"),
        models=import_module("aimms_openapi_client.models"),
        api=import_module("aimms_openapi_client.api"),
        client=made["tasks"].api_client,
    )


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "icon.png").write_bytes(b"\x89PNG fake icon")
    (tmp_path / "project7003.aimmspack").write_bytes(b"PK fake package")
    return tmp_path / "project7003.aimmspack"


def last_request(sandbox: Sandbox, method: str) -> Any:
    return [entry for entry in sandbox.journal() if entry.method == method][-1]


def known_to_both(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An app's entry without what came after the vendor's client: theirs drops it, ours keeps it."""
    return {name: value for name, value in entry.items() if name != "resourceProfile"}


def publish_ours(cloud: OptCloud, pack: Path, **more: Any) -> Any:
    words: dict[str, Any] = {"name": "project7003", "version": "3.0", "aimms_version": VERSION}
    return cloud.aimms.apps.publish(pack, **{**words, **more})


# ---------------------------------------------------------------- the documented examples, in both


def test_both_publish_run_read_and_delete(sandbox: Sandbox, ours: OptCloud, theirs: Any, pack: Path) -> None:
    entry = theirs.apps.publish_app(**EXAMPLE)
    assert known_to_both(ours.aimms.apps.get("project7003", "3.0").raw) == entry
    theirs.apps.delete_app("project7003", "3.0")
    published = publish_ours(
        ours, pack, description="my_project", category="cat_1", attributes=EXAMPLE["attributes"], icon=Path("icon.png")
    )
    looked = theirs.apps.get_app_info("project7003", "3.0")
    for either in (looked, entry):
        del either["storedId"], either["appIconSasUrl"]
    assert looked == entry
    assert published.app.name == "project7003"

    data = {"assignment": {"costs": [[4, 1], [2, 3]]}}
    task = theirs.tasks.create_task("project7003", "3.0", "solve", data)
    job = ours.aimms.run("project7003", "solve", version="3.0", input=data)
    assert ours.attach(f"aimms:default/{task['id']}").result(pace=QUICK).json() == job.result(pace=QUICK).json()  # type: ignore[union-attr]
    their_list = theirs.tasks.get_tasks("project7003", "3.0")
    assert {one["id"] for one in their_list["current_batch"]} == {
        one.reference.path[0] for one in ours.aimms.tasks(app="project7003", version="3.0")
    }
    theirs.tasks.delete_task(task["id"])
    job.delete()
    assert not ours.aimms.tasks(app="project7003")
    assert set(theirs.apps.get_aimms_versions()) == set(ours.aimms.versions())
    for their_list, our_list in (
        (theirs.apps.get_all_apps_info(), ours.aimms.apps.list()),
        (theirs.apps.get_apps_info("project7003"), ours.aimms.apps.list("project7003")),
    ):
        assert their_list["applications"] == [known_to_both(app.raw) for app in our_list]


def test_both_make_rename_and_remove_categories(ours: OptCloud, theirs: Any) -> None:
    made = theirs.apps.create_app_category("test3")
    theirs.apps.update_application_category("test4", made["id"])
    assert [one.name for one in ours.aimms.apps.categories.list()] == ["test4"]
    theirs.apps.delete_app_category(made["id"])
    ours.aimms.apps.categories.create("test3")
    ours.aimms.apps.categories.rename("test3", "test4")
    ours.aimms.apps.categories.delete("test4")
    assert ours.aimms.apps.categories.list() == []


# ---------------------------------------------------------------- 6.1: what the vendor marked itself


def test_categories_come_as_a_bare_array(ours: OptCloud, theirs: Any) -> None:
    ours.aimms.apps.categories.create("test3")
    with pytest.raises(ValueError, match="PROAppCategoryList"):
        theirs.apps.get_all_app_categories()
    assert [one.name for one in ours.aimms.apps.categories.list()] == ["test3"]


@pytest.mark.parametrize(("data", "size"), [(b"\x00\xff", 2), ([1, 2], 5), ({}, 2), ("text", 4)])
def test_input_of_any_kind_arrives(sandbox: Sandbox, ours: OptCloud, theirs: Any, data: Any, size: int) -> None:
    theirs.tasks.create_task("Sandbox", "1.0", "echo", data)  # silently without it
    assert last_request(sandbox, "POST").request_size == 0
    ours.aimms.run("Sandbox", "echo", version="1.0", input=data)
    assert last_request(sandbox, "POST").request_size == size


def test_tasks_are_listed_page_by_page_and_without_an_app(ours: OptCloud, theirs: Any) -> None:
    for number in range(120):
        ours.aimms.run("Sandbox", "echo", input=[number])
    listed = theirs.tasks.get_tasks("Sandbox", "1.0")
    assert (listed["total_tasks"], len(listed["current_batch"])) == (120, 100)  # and no way to the rest
    with pytest.raises(TypeError):
        theirs.tasks.get_tasks()
    assert len(ours.aimms.tasks()) == 120


def test_an_interrupt_says_how(sandbox: Sandbox, ours: OptCloud, theirs: Any) -> None:
    sandbox.pace = AfterSeconds(100)
    jobs = [ours.aimms.run("Sandbox", "echo", version="1.0", input={"a": 1}) for _ in range(3)]
    sandbox.turn(60)
    theirs.tasks.interrupt_task(jobs[0].ref.partition("/")[2])
    assert last_request(sandbox, "PUT").request_size == 0  # "not sure if this works"
    jobs[1].stop()
    assert last_request(sandbox, "PUT").request_type == "application/json"
    jobs[2].cancel()
    assert [job.poll().word for job in jobs] == ["completed", "completed", "failed"]


def test_a_response_is_bytes(ours: OptCloud, theirs: Any) -> None:
    job = ours.aimms.run("Sandbox", "echo", input=b"\x00\xff", content_type="application/x-parquet")
    assert job.result(pace=QUICK).bytes == b"\x00\xff"
    assert job.result(pace=QUICK).content_type == "application/x-parquet"
    with pytest.raises(UnicodeDecodeError):
        theirs.tasks.get_task_response(job.ref.partition("/")[2])


# ---------------------------------------------------------------- 6.2: what nobody marked


def test_1_an_update_changes_something(sandbox: Sandbox, ours: OptCloud, theirs: Any, pack: Path) -> None:
    publish_ours(ours, pack, attributes={"a": "1"})
    theirs.apps.update_app("project7003", "3.0", {"a": "2"})
    assert last_request(sandbox, "PATCH").request_size == len("{}")
    assert ours.aimms.apps.get("project7003", "3.0").attributes["a"] == "1"
    ours.aimms.apps.set_attributes("project7003", "3.0", {"a": "2"})
    assert ours.aimms.apps.get("project7003", "3.0").attributes["a"] == "2"


def test_2_a_schedule_has_a_time_of_day(ours: OptCloud, theirs: Any) -> None:
    moment = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    for value in (moment, "2030-01-02 03:04:05.000 +00:00"):
        with pytest.raises(ValueError, match="schedule_for"):
            theirs.tasks.task_api.create_task("Sandbox", "1.0", "echo", schedule_for=value)
    job = ours.aimms.run("Sandbox", "echo", at=moment)
    assert str(job.poll().reply["scheduleFor"]).startswith("2030-01-02 03:04:05")


def test_3_the_latest_version_takes_input(ours: OptCloud, theirs: Any) -> None:
    with pytest.raises(ValueError, match="body"):
        theirs.tasks.task_api.create_task_latest_version("Sandbox", "echo", body={"a": 1})
    assert ours.aimms.run("Sandbox", "echo", input={"a": 1}).result(pace=QUICK).json() == {"a": 1}


def test_4_a_new_version_keeps_or_hides_the_old_one(ours: OptCloud, theirs: Any, pack: Path) -> None:
    import inspect

    words = inspect.getdoc(type(theirs.apps).publish_app) or ""
    assert "1 to update existing" in words and "2" not in words.partition("publish_behavior")[2].partition(":param")[0]
    publish_ours(ours, pack)
    publish_ours(ours, pack, version="3.1", keep_old="3.0")
    assert {app.version for app in ours.aimms.apps.list("project7003")} == {"3.0", "3.1"}
    publish_ours(ours, pack, version="3.2", hide_old="3.1")
    assert {app.version for app in ours.aimms.apps.list("project7003")} == {"3.0", "3.2"}


def test_5_their_command_line_cannot_publish(sandbox: Sandbox, theirs: Any, pack: Path) -> None:
    runner = pytest.importorskip("click.testing", reason="click, which their command line needs, is not installed")
    cli = import_module("aimmscloud.cli").cli
    where = ["-u", sandbox.urls.aimms, "-k", sandbox.credentials.aimms_api_key]
    words = ["file-name", "iconfile-name", "aimms-version", "application-description", "application-name"]
    given = [part for word in [*words, "application-version"] for part in (f"--{word}", "x")]
    done = runner.CliRunner().invoke(cli, [*where, "publish-app", *given])
    assert isinstance(done.exception, TypeError)  # ours: tests/cli


def test_6_publishing_needs_no_second_scope(sandbox: Sandbox, ours: OptCloud, theirs: Any, pack: Path) -> None:
    sandbox.add_aimms_key("fake-apps-only", "PublishApp")
    with pytest.raises(theirs.errors.ForbiddenException):
        type(theirs.apps)(sandbox.urls.aimms, "fake-apps-only").publish_app(**EXAMPLE)
    with OptCloud(aimms={"url": sandbox.urls.aimms, "api_key": "fake-apps-only"}) as cloud:
        assert publish_ours(cloud, pack).changed


def test_8_no_app_is_lost_behind_the_categories(ours: OptCloud, theirs: Any, pack: Path) -> None:
    theirs.apps.publish_app(**{**EXAMPLE, "application_name": "categories"})
    ours.aimms.apps.categories.create("test3")
    with pytest.raises(ValueError, match="PROAppEntryList"):  # the same address lists the categories
        theirs.apps.get_apps_info("categories")
    assert [(app.name, app.version) for app in ours.aimms.apps.list("categories")] == [("categories", "3.0")]
    with pytest.raises(BadRequest, match="cannot be reached"):
        publish_ours(ours, pack, name="categories", version="1")


def test_9_replies_without_a_schema_are_at_hand(ours: OptCloud, theirs: Any) -> None:
    ours.aimms.storage.upload(b"\x89PNG", "/icons/mine")
    api = theirs.api
    assert api.CustomizationApi(theirs.client).get_account_portal_mode() is None
    assert api.PortalApi(theirs.client).get_app_icon_url(icon_path="/icons/mine") is None
    client = ours.aimms.client
    answers = {
        "portal mode": get_account_portal_mode.sync_detailed(client=client),
        "icon": get_app_icon_url.sync_detailed(client=client, icon_path="/icons/mine"),
        "session": get_webui_session_info.sync_detailed(client=client),
        "authorize": authorize_session.sync_detailed(client=client),
    }
    assert all(answer.status_code == 200 for answer in answers.values())
    assert answers["portal mode"].content
    assert answers["portal mode"].parsed is not None


def test_10_signing_in_by_a_redirect_is_no_error(sandbox: Sandbox, ours: OptCloud, theirs: Any) -> None:
    words = {"username": "sandbox-user", "environment": "ROOT", "password": sandbox.credentials.password}
    with pytest.raises(theirs.errors.ApiException):
        theirs.api.AuthenticationApi(theirs.client).saml_assertion()
    assert login.sync_detailed(client=ours.aimms.client, body=PROLogin.from_dict(words)).status_code == 302
    assert saml_assertion.sync_detailed(client=ours.aimms.client).status_code == 302


def test_11_a_deletion_may_have_a_body(sandbox: Sandbox, ours: OptCloud, pack: Path) -> None:
    publish_ours(ours, pack)
    ours.aimms.people.create_group("ROOT", "planners")
    group = ours.aimms.people.group("ROOT", "planners")
    access = PortalAppAccess(app_name="project7003", app_version="3.0", env_name="ROOT", entity_name=group.name)
    add_group_app_access.sync_detailed(client=ours.aimms.client, body=access)
    assert ours.aimms.apps.get("project7003", "3.0").authorizations
    remove_group_app_access.sync_detailed(client=ours.aimms.client, body=access)
    assert last_request(sandbox, "DELETE").request_size > 0
    assert not ours.aimms.apps.get("project7003", "3.0").authorizations


def test_12_a_change_sends_what_is_given_and_nothing_else(sandbox: Sandbox, ours: OptCloud, theirs: Any) -> None:
    client = ours.aimms.client
    create_environment.sync(client=client, body=PROEnvironment(name="ACME", is_default=True))
    patch = theirs.models.PROEnvironment(name="ACME", description="theirs")
    theirs.api.AuthenticationApi(theirs.client).update_environment("ACME", pro_environment=patch)
    assert not get_environment.sync("ACME", client=client).is_default
    update_environment.sync("ACME", client=client, body=PROEnvironmentPatch(is_default=True))
    ours.aimms.people.update_environment("ACME", description="ours")
    environment = get_environment.sync("ACME", client=client)
    assert (environment.is_default, environment.description) == (True, "ours")


class Scripted(BaseHTTPRequestHandler):
    """Answers everything with one reply."""

    reply: tuple[int, str, bytes] = (200, "application/json", b"{}")

    def do_GET(self) -> None:
        status, content_type, body = self.reply
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Both clients on a server with one reply."""
    server = HTTPServer(("127.0.0.1", 0), Scripted)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/pro-api/v2"

    def both(status: int, content_type: str, body: bytes) -> tuple[Any, OptCloud]:
        monkeypatch.setattr(Scripted, "reply", (status, content_type, body))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pytest.importorskip("aimmscloud", reason="the vendor's client is not installed: pip install AIMMScloud")
            their = import_module("aimmscloud.aimms_task").Task(url, "fake")
        return their, OptCloud(aimms={"url": url, "api_key": "fake"})

    yield both
    server.shutdown()
    thread.join()
    server.server_close()


def test_13_and_14_nulls_and_a_return_code_of_1_0_are_read(answering: Any) -> None:
    task = {"id": "6f1c", "state": "completed", "returnCode": 1.0, "groupIndex": None, "errorMessage": None}
    their, our = answering(200, "application/json", json.dumps(task).encode())
    with pytest.raises(ValueError, match="return"):
        their.get_task("6f1c")
    with our:
        status = our.attach("aimms:default/6f1c").poll()
        assert (status.word, status.reply["returnCode"]) == ("completed", 1)


def test_18_a_page_in_place_of_a_refusal_is_a_named_error_with_its_body(answering: Any) -> None:
    _their, our = answering(404, "text/html", b"<html>no such page</html>")
    from aimms_pro.api.task import get_task

    with our, pytest.raises(NotFound) as caught:
        get_task.sync("6f1c", client=our.aimms.client)
    assert caught.value.body == b"<html>no such page</html>"
    _their, our = answering(200, "text/html", b"<html>sign in</html>")
    with our, pytest.raises(ResponseMismatch, match="HTML"):
        our.attach("aimms:default/6f1c").poll()  # type: ignore[union-attr]
