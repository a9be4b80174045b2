"""The vendor's own Python client (PyPI: AIMMScloud 0.1.2.2): publish, run, read, interrupt, delete."""

import json
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from optcloud.sandbox import AfterPolls, AfterSeconds, Sandbox

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def vendor() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its imports, not ours
        return pytest.importorskip("aimmscloud", reason="the vendor's client is not installed: pip install AIMMScloud")


@pytest.fixture
def tasks(vendor: Any, sandbox: Sandbox) -> Any:
    return import_module("aimmscloud.aimms_task").Task(sandbox.urls.aimms, sandbox.credentials.aimms_api_key)


@pytest.fixture
def apps(vendor: Any, sandbox: Sandbox) -> Any:
    return import_module("aimmscloud.aimms_application").Application(
        sandbox.urls.aimms, sandbox.credentials.aimms_api_key
    )


def test_publishes_an_app_runs_a_task_and_reads_its_response(
    sandbox: Sandbox, apps: Any, tasks: Any, tmp_path: Path
) -> None:
    sandbox.pace = AfterPolls(3)
    package, icon = tmp_path / "project7003.aimmspack", tmp_path / "icon.png"
    package.write_bytes(b"PK fake package")
    icon.write_bytes(b"\x89PNG fake icon")
    entry = apps.publish_app(
        file_name=str(package),
        iconfile_name=str(icon),
        aimms_version="4.84.1.5-linux64-x64-vc141",
        application_description="my_project",
        application_name="project7003",
        application_version="3.0",
        attributes={"isWebUI": "false"},
        projectCategory="cat_1",
    )
    assert entry["project"] == {"name": "project7003", "serviceName": "", "version": "3.0"}
    assert apps.get_app_info("project7003", "3.0") == entry

    payload = {"assignment": {"costs": [[4, 1], [2, 3]]}}
    task = tasks.create_task("project7003", "3.0", "solve", payload)
    states = [task["state"]]
    while states[-1] != "completed":
        states.append(tasks.get_task(task["id"])["state"])
    assert states == ["queued", "queued", "assigned", "running", "completed"]
    assert json.loads(tasks.get_task_response(task["id"])) == {"status": "optimal", "objective": 3, "columns": [1, 0]}

    listed = tasks.get_tasks("project7003", "3.0")
    assert (listed["total_tasks"], listed["current_batch"][0]["id"]) == (1, task["id"])
    tasks.delete_task(task["id"])
    assert tasks.get_tasks("project7003", "3.0")["total_tasks"] == 0
    apps.delete_app("project7003", "3.0")


def test_interrupts_without_a_body(sandbox: Sandbox, tasks: Any) -> None:
    sandbox.pace = AfterSeconds(100)
    task = tasks.create_task("Sandbox", "1.0", "echo", {"a": 1})
    sandbox.turn(60)
    tasks.interrupt_task(task["id"])
    assert tasks.get_task(task["id"])["state"] == "completed"
    assert json.loads(tasks.get_task_response(task["id"])) == {"a": 1}


def test_raises_its_own_errors_for_our_refusals(vendor: Any, sandbox: Sandbox, tasks: Any) -> None:
    errors = import_module("aimms_openapi_client.exceptions")
    client = import_module("aimmscloud.aimms_task").Task
    with pytest.raises(errors.NotFoundException, match="doesn't exist"):
        tasks.get_task("unknown")
    with pytest.raises(errors.UnauthorizedException, match="not known"):
        client(sandbox.urls.aimms, "fake").get_task("unknown")
    sandbox.add_aimms_key("fake-apps-only", "PublishApp")
    with pytest.raises(errors.ForbiddenException, match="lacks the scope Tasks"):
        client(sandbox.urls.aimms, "fake-apps-only").get_task("unknown")


def test_its_category_list_fails_on_the_bare_array_as_its_own_comment_says(apps: Any) -> None:
    made = apps.create_app_category("test3")
    assert made["value"] == "test3"
    with pytest.raises(ValueError, match="PROAppCategoryList"):
        apps.get_all_app_categories()
