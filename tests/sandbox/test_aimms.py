"""AIMMS PRO end to end: real sockets, blocking and asyncio."""

from __future__ import annotations

from typing import Any

import pytest

from aimms_pro.api.task import create_task, get_task
from aimms_pro.models.task import Task
from optcloud import (
    AuthError,
    Conflict,
    Forbidden,
    JobFailed,
    JobGone,
    NotFound,
    ResponseMismatch,
    ServerError,
    State,
    TransportError,
    WaitTimeout,
)
from optcloud.sandbox import Fault, Sandbox
from sandbox.facades import FAST, Blocked, Opener

VENDORS_EXAMPLE = {
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


def tasks_created(sandbox: Sandbox) -> int:
    return sum(entry.method == "POST" and "/tasks/" in entry.path for entry in sandbox.journal())


def until_running(job: Any) -> None:
    for _poll in range(4):
        if job.poll().state is State.RUNNING:
            return
    raise AssertionError(f"never running, last seen {job.poll()}")


def test_latest_version_runs_and_gives_the_bytes_back(cloud: Any) -> None:
    job = cloud.aimms.run("Sandbox", "echo", input=b"\x00\xff not text", content_type="application/x-own")
    result = job.result(pace=FAST)
    assert result.bytes == b"\x00\xff not text"
    assert result.content_type == "application/x-own"


def test_a_given_version_takes_json(cloud: Any) -> None:
    result = cloud.aimms.run("Sandbox", "echo", version="1.0", input={"n": [1, 2]}).result(pace=FAST)
    assert result.json() == {"n": [1, 2]}
    assert result.content_type.startswith("application/json")


def test_states_are_told_as_they_change(open_cloud: Opener, stepwise: Sandbox) -> None:
    seen: list[object] = []
    job = open_cloud(on_event=seen.append).aimms.run("Sandbox", "echo", input={})
    assert job.wait(pace=FAST).state is State.SUCCEEDED
    assert [type(event).__name__ for event in seen][:2] == ["Submitted", "Polled"]
    assert getattr(seen[0], "ref", "") == job.ref


def test_a_reference_resumes_the_job_elsewhere(cloud: Any, open_cloud: Opener) -> None:
    ref = cloud.aimms.run("Sandbox", "echo", input="hello").ref
    assert open_cloud().attach(ref).result(pace=FAST).text() == "hello"


def test_a_failing_procedure_raises_with_its_message(cloud: Any, sandbox: Sandbox) -> None:
    def broken(_data: bytes, _content_type: str) -> bytes:
        raise ValueError("no feasible schedule")

    sandbox.register("Planning", "broken", broken)
    job = cloud.aimms.run("Planning", "broken", input={})
    with pytest.raises(JobFailed, match="no feasible schedule"):
        job.result(pace=FAST)
    sandbox.forget_services()


def test_stop_keeps_what_was_found_and_cancel_does_not(cloud: Any, stepwise: Sandbox) -> None:
    stopped, cancelled = (cloud.aimms.run("Sandbox", "solve", input={"assignment": {"costs": [[1]]}}) for _ in range(2))
    for job in (stopped, cancelled):
        until_running(job)
    stopped.stop()
    cancelled.cancel()
    assert stopped.wait(pace=FAST).state is State.SUCCEEDED
    assert cancelled.wait(pace=FAST).state is State.FAILED


def test_delete_is_refused_while_running_and_then_the_task_is_gone(cloud: Any, stepwise: Sandbox) -> None:
    job = cloud.aimms.run("Sandbox", "echo", input={})
    until_running(job)
    with pytest.raises(Conflict):
        job.delete()
    job.wait(pace=FAST)
    job.delete()
    with pytest.raises(JobGone):
        job.poll()


def test_timeout_ends_the_wait_and_not_the_job(cloud: Any, stepwise: Sandbox) -> None:
    job = cloud.aimms.run("Sandbox", "echo", input={})
    with pytest.raises(WaitTimeout) as caught:
        job.wait(timeout=0, pace=FAST)
    assert caught.value.ref == job.ref
    assert job.wait(pace=FAST).state is State.SUCCEEDED


def test_publish_as_in_the_vendors_example_then_run_it(cloud: Any) -> None:
    app = cloud.aimms.apps.publish(b"an .aimmspack", VENDORS_EXAMPLE, icon=b"\x89PNG").app
    assert (app.name, app.version, app.attributes) == ("project7003", "3.0", VENDORS_EXAMPLE["attributes"])
    job = cloud.aimms.run("project7003", "echo", version="3.0", input=[1])
    assert job.result(pace=FAST).json() == [1]
    assert "project7003" in {app.name for app in cloud.aimms.apps.list()}


def test_update_sends_what_was_given_and_nothing_else(cloud: Any) -> None:
    cloud.aimms.apps.publish(b"an .aimmspack", VENDORS_EXAMPLE)
    updated = cloud.aimms.apps.update("project7003", "3.0", {"description": "better"})
    assert updated.description == "better"
    assert updated.attributes == VENDORS_EXAMPLE["attributes"]
    cloud.aimms.apps.delete("project7003", "3.0")
    assert "project7003" not in {app.name for app in cloud.aimms.apps.list()}


def test_versions_and_task_list(cloud: Any) -> None:
    assert "4.84.1.5-linux64-x64-vc141" in cloud.aimms.versions()
    refs = {cloud.aimms.run("Sandbox", "echo", input=n).ref for n in range(3)}  # type: ignore[arg-type]
    assert {str(reference) for reference, _status in cloud.aimms.tasks(app="Sandbox")} == refs
    assert len(cloud.aimms.tasks(limit=2)) == 2


def test_a_wrong_key_and_a_missing_scope_are_named(open_cloud: Opener, sandbox: Sandbox) -> None:
    url = sandbox.urls.aimms
    with pytest.raises(AuthError):
        open_cloud(aimms={"url": url, "api_key": "fake-and-wrong"}).aimms.apps.list()
    sandbox.add_aimms_key("fake-key-for-apps-only", "PublishApp")
    apps_only = open_cloud(aimms={"url": url, "api_key": "fake-key-for-apps-only"})
    assert apps_only.aimms.apps.list()
    with pytest.raises(Forbidden):
        apps_only.aimms.run("Sandbox", "echo", input={})


def test_a_lost_reply_to_a_submit_is_never_followed_by_a_second_one(cloud: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("drop-after", method="POST", path="/tasks/"))
    with pytest.raises(TransportError) as caught:
        cloud.aimms.run("Sandbox", "echo", input={})
    assert caught.value.sent == "unknown"
    assert tasks_created(sandbox) == 1
    assert len(cloud.aimms.tasks()) == 1


def test_a_refused_submit_is_not_repeated_and_a_read_is(cloud: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("status", method="POST", path="/tasks/", status=503))
    with pytest.raises(ServerError):
        cloud.aimms.run("Sandbox", "echo", input={})
    assert tasks_created(sandbox) == 1
    sandbox.faults.add(Fault("status", path="aimms-versions", status=503, times=2), Fault("cut", path="aimms-versions"))
    assert cloud.aimms.versions()


def test_polling_goes_on_through_server_errors(cloud: Any, sandbox: Sandbox) -> None:
    job = cloud.aimms.run("Sandbox", "echo", input={})
    sandbox.faults.add(Fault("status", method="GET", path="/tasks/", status=502, times=6))
    assert job.wait(pace=FAST).state is State.SUCCEEDED


def test_an_html_page_is_a_named_error_with_the_body_kept(cloud: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("html", path="aimms-versions", status=200))
    with pytest.raises(ResponseMismatch, match="HTML") as caught:
        cloud.aimms.versions()
    assert b"<html" in caught.value.body.lower()


def test_the_generated_client_travels_the_same_road(cloud: Any, sandbox: Sandbox) -> None:
    def call(endpoint: Any, *arguments: Any, **options: Any) -> Any:
        if isinstance(cloud, Blocked):
            return cloud._loop.run_until_complete(endpoint.asyncio(*arguments, client=cloud.aimms.client, **options))
        return endpoint.sync(*arguments, client=cloud.aimms.client, **options)

    created = call(create_task, "Sandbox", "1.0", "echo", body={"a": 1})
    sandbox.faults.add(Fault("status", method="GET", path="/tasks/", status=503))
    looked = call(get_task, created.id)
    assert isinstance(created, Task)
    assert isinstance(looked, Task)
    assert looked.id == created.id
    with pytest.raises(NotFound):
        call(get_task, "no-such-task")
