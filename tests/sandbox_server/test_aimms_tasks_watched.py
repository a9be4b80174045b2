"""What can be seen of AIMMS tasks besides their states: logs, figures, v1 words, lists of many."""

import json
import threading
import time
from functools import partial
from typing import Any

import httpx
import pytest

from optcloud.sandbox import AfterPolls, AfterSeconds, Sandbox, this_run
from optcloud_sandbox.aimms.schedule import TaskSchedule
from optcloud_sandbox.aimms.tasks import TaskOrder
from optcloud_sandbox.settings import HookSettings, Settings
from patience import PATIENCE, eventually


def create(aimms: httpx.Client, path: str = "Sandbox/echo", **request: Any) -> dict[str, Any]:
    reply = aimms.post(f"/tasks/{path}", **request)
    assert reply.status_code == 200, reply.text
    task: dict[str, Any] = reply.json()
    return task


def messages(reply: httpx.Response) -> list[str]:
    assert reply.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line)["message"] for line in reply.text.splitlines()]


def states(aimms: httpx.Client) -> list[str]:
    return [task["state"] for task in aimms.get("/tasks").json()["current_batch"]]


def test_the_log_grows_and_reading_it_moves_nothing(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.pace = AfterPolls(4)
    task = create(aimms)
    url = f"/tasks/{task['id']}"
    assert len(messages(aimms.get(f"{url}/logs"))) == 1
    for count in (1, 2, 3, 4, 5):
        aimms.get(url)
        for _ in range(2):
            log = messages(aimms.get(f"{url}/logs"))
            assert len(log) == count
    assert log[1:] == ["assigned", "running", "solving", "completed"]
    assert messages(aimms.get(f"{url}/logs?offset=2&limit=2")) == ["running", "solving"]
    assert aimms.get(f"{url}/logs?limit=0").status_code == 400


def test_a_service_writes_to_the_log_while_it_runs(sandbox: Sandbox, aimms: httpx.Client) -> None:
    go_on = threading.Event()

    def run(_: bytes, __: str) -> bytes:
        this_run().log("first solution, gap 0.5", "warning")
        go_on.wait(PATIENCE)
        raise ValueError("no way on")

    sandbox.register("Mine", "run", run)
    task = create(aimms, "Mine/run")
    url = f"/tasks/{task['id']}/logs"
    try:
        eventually(lambda: messages(aimms.get(url))[-1] == "first solution, gap 0.5")
    finally:
        go_on.set()
    eventually(lambda: messages(aimms.get(url))[-1] == "failed: ValueError: no way on")
    download = aimms.get(f"{url}/download")
    assert download.headers["content-type"] == "text/plain; charset=utf-8"
    assert download.headers["content-disposition"] == f'attachment; filename="task-{task["id"]}-0.log"'
    assert " WARNING first solution, gap 0.5\n" in download.text
    assert len(download.text.splitlines()) == len(messages(aimms.get(url)))


def test_a_report_belongs_to_a_run() -> None:
    with pytest.raises(LookupError):
        this_run()


def test_each_run_of_a_repeated_task_has_its_log(sandbox: Sandbox, aimms: httpx.Client) -> None:
    task = create(aimms, "Sandbox/echo?scheduleInterval=PT1H")
    sandbox.turn(3601)
    states(aimms)
    assert messages(aimms.get(f"/tasks/{task['id']}/logs?groupIndex=1"))[-1] == "completed"
    assert len(messages(aimms.get(f"/tasks/{task['id']}/logs"))) == 1
    assert aimms.get(f"/tasks/{task['id']}/logs/download?groupIndex=7").status_code == 404


@pytest.mark.parametrize("shape", ["array", "object"])
def test_the_shape_of_logs_is_a_setting(sandbox: Sandbox, aimms: httpx.Client, shape: Any) -> None:
    sandbox.settings = Settings(aimms_logs=shape)
    task = create(aimms)
    states(aimms)
    reply = aimms.get(f"/tasks/{task['id']}/logs?limit=2").json()
    lines = reply if shape == "array" else reply["current_batch"]
    assert [line["level"] for line in lines] == ["info", "info"]
    if shape == "object":
        assert reply["total_logs"] == 5


def test_figures_by_state(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.pace = AfterSeconds(100)
    create(aimms)
    create(aimms, "Sandbox/solve", json={})
    sandbox.turn(1000)
    create(aimms)
    sandbox.turn(60)
    eventually(lambda: aimms.get("/tasks/stats").json()["failed"] == 1)
    assert aimms.get("/tasks/stats").json() == {
        "total_tasks": 3,
        "queued": 0,
        "assigned": 0,
        "running": 1,
        "solving": 0,
        "completed": 1,
        "failed": 1,
    }
    assert aimms.get("/tasks/stats/current").json() == {
        "total_tasks": 1,
        "queued": 0,
        "assigned": 0,
        "running": 1,
        "solving": 0,
        "parallel": None,
    }
    assert aimms.get("/tasks/stats?appName=Other").json()["total_tasks"] == 0


def test_json_for_people_on_request(aimms: httpx.Client) -> None:
    task = aimms.post("/tasks/Sandbox/echo?prettyFormat=true")
    assert task.text.startswith('{\n  "id"')
    plain, pretty = (aimms.get(f"/tasks/{task.json()['id']}?prettyFormat={word}") for word in ("false", "true"))
    assert "\n" not in plain.text
    assert pretty.text == json.dumps(plain.json(), indent=2)
    assert "\n" in aimms.get("/tasks?prettyFormat=True").text


def test_a_session_comes_with_the_assignment(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.pace, sandbox.settings = AfterPolls(4), Settings(aimms_session_field="sessionId")
    task = create(aimms)
    assert "sessionId" in task
    seen = [aimms.get(f"/tasks/{task['id']}").json()["sessionId"] for _ in range(5)]
    assert seen[0] is None
    assert len(set(seen[1:])) == 1


def test_v1_words(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.settings = Settings(aimms_words="v1")
    sandbox.pace = AfterPolls(4)
    task = create(aimms)
    url = f"/tasks/{task['id']}"
    assert {"projectName", "projectVersion", "service", "status", "runtime", "queuetime", "returncode"} <= set(task)
    assert not {"appName", "state", "runTime", "errorMessage"} & set(task)
    assert [aimms.get(url).json()["status"] for _ in range(5)] == [
        "queued",
        "queued",
        "executing",
        "solving",
        "finished",
    ]
    listed = aimms.get("/tasks").json()
    assert (listed["total_size"], [task["id"] for task in listed["statuses"]]) == (1, [task["id"]])
    failed = create(aimms, "Sandbox/solve", json={})
    assert [aimms.get(f"/tasks/{failed['id']}").json()["status"] for _ in range(5)][-1] == "finished"
    stopped = create(aimms)
    for _ in range(3):
        aimms.get(f"/tasks/{stopped['id']}")
    aimms.put(f"/tasks/{stopped['id']}")
    assert aimms.get(f"/tasks/{stopped['id']}").json()["status"] == "interrupted"


def test_without_a_rest_profile_tasks_stay_queued(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.settings = Settings(aimms_parallel=0)
    first = create(aimms)
    sandbox.turn(3600)
    assert [aimms.get(f"/tasks/{first['id']}").json()["state"] for _ in range(3)] == ["queued"] * 3
    assert aimms.get("/tasks/stats/current").json()["parallel"] == 0
    sandbox.settings = Settings()
    assert aimms.get(f"/tasks/{first['id']}").json()["state"] == "completed"


def test_n_at_a_time_in_the_order_of_creation(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.settings = Settings(aimms_parallel=2)
    sandbox.pace = AfterSeconds(100)
    later = create(aimms, "Sandbox/echo?scheduleIn=PT1H")
    for _ in range(5):
        create(aimms)
    seen = []
    for _ in range(4):
        seen.append(states(aimms)[1:])
        sandbox.turn(60)
    assert seen == [
        ["queued"] * 5,
        ["running", "running", "queued", "queued", "queued"],
        ["completed", "completed", "queued", "queued", "queued"],
        ["completed", "completed", "running", "running", "queued"],
    ]
    sandbox.turn(3600)
    for _ in range(3):
        states(aimms)
        sandbox.turn(101)
    assert states(aimms) == ["completed"] * 6
    assert aimms.get(f"/tasks/{later['id']}").json()["runTime"] > 0


def test_a_held_task_that_is_deleted_holds_nobody_up(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.settings = Settings(aimms_parallel=1)
    sandbox.pace = AfterSeconds(10)
    _, second, third = create(aimms), create(aimms), create(aimms)
    assert aimms.delete(f"/tasks/{second['id']}").status_code == 200
    sandbox.turn(11)
    states(aimms)
    sandbox.turn(11)
    assert aimms.get(f"/tasks/{third['id']}").json()["state"] == "completed"


def test_the_list_has_each_run_of_a_repeated_task_unless_told_otherwise(sandbox: Sandbox, aimms: httpx.Client) -> None:
    task = create(aimms, "Sandbox/echo?scheduleInterval=PT1H")
    create(aimms)
    sandbox.turn(2 * 3600 + 1)
    listed = aimms.get("/tasks").json()
    assert [task["groupIndex"] for task in listed["current_batch"]] == [0, 1, 2, 3, None]
    assert listed["total_tasks"] == 5
    aimms.delete(f"/tasks/{task['id']}?groupIndex=1")
    assert aimms.get("/tasks").json()["total_tasks"] == 4
    sandbox.settings = Settings(aimms_list_runs=False)
    assert [task["groupIndex"] for task in aimms.get("/tasks").json()["current_batch"]] == [3, None]


def test_interrupt_and_delete_by_group_index(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.pace = AfterSeconds(7200)
    task = create(aimms, "Sandbox/echo?scheduleInterval=PT1H", content=b"x")
    url = f"/tasks/{task['id']}"
    sandbox.turn(3700)
    assert aimms.put(url, params={"groupIndex": 0}).status_code == 200
    assert aimms.get(url, params={"groupIndex": 0}).json()["state"] == "completed"
    assert aimms.put(url).status_code == 405  # the last one is queued
    assert aimms.delete(url, params={"groupIndex": 0}).status_code == 200
    assert aimms.get(url, params={"groupIndex": 0}).status_code == 404
    assert aimms.get(f"{url}/response", params={"groupIndex": 0}).status_code == 404
    assert aimms.get(url).json()["groupIndex"] == 2


def test_the_days_of_the_list(sandbox: Sandbox, aimms: httpx.Client) -> None:
    create(aimms)
    sandbox.turn(3 * 86400)
    task = create(aimms)
    day = task["createdAt"][:10]
    assert aimms.get(f"/tasks?before={day}").json()["total_tasks"] == 1
    assert aimms.get(f"/tasks?after={day}").json()["current_batch"][0]["id"] == task["id"]


def test_lists_of_ten_thousand_tasks_are_quick(aimms: httpx.Client, sandbox: Sandbox) -> None:
    sandbox.pace = AfterPolls(1000)
    world = sandbox._world

    def fill() -> None:
        for _ in range(10_000):
            work = partial(world.services.run, "Sandbox", "echo", b"", "text/plain")
            world.aimms.tasks.create(TaskOrder("Sandbox", "1.0", "echo", work, TaskSchedule(world.clock.now())))

    sandbox._call(fill)
    aimms.get("/tasks")
    began = time.process_time()
    for _ in range(5):
        reply = aimms.get("/tasks?appName=Sandbox&offset=5000&limit=1000&after=2020-01-01").json()
    spent = (time.process_time() - began) / 5
    assert (reply["total_tasks"], len(reply["current_batch"])) == (10_000, 1000)
    assert spent < 0.5  # of the processor: some 40 ms


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"aimms_words": "v3"}, "aimms_words must be one of v1, v2"),
        ({"aimms_logs": "xml"}, "aimms_logs must be one of"),
        ({"aimms_parallel": -1}, "aimms_parallel must be 0 or more"),
        ({"hooks": {"digest": "crc"}}, "hooks.digest must be one of"),
        ({"hooks": {"timeout": 0}}, "hooks.timeout must be more than 0"),
        ({"hooks": {"nothing": 0}}, "nothing"),
    ],
)
def test_settings_that_make_no_sense(sandbox: Sandbox, http: httpx.Client, wrong: dict[str, Any], message: str) -> None:
    reply = http.patch(f"{sandbox.urls.control}/settings", json=wrong)
    assert reply.status_code == 400
    assert message in reply.json()["message"]
    assert sandbox.settings == Settings()


def test_nested_settings_over_the_control_plane(sandbox: Sandbox, http: httpx.Client) -> None:
    changes = {"hooks": {"digest": "sha1"}, "limits": {"aimms_task": 5}, "aimms_parallel": 3}
    assert http.patch(f"{sandbox.urls.control}/settings", json=changes).status_code == 200
    assert sandbox.settings.hooks == HookSettings(digest="sha1")
    assert (sandbox.settings.limits.aimms_task, sandbox.settings.limits.plan_plain) == (5, 6_000_000)
