"""AIMMS tasks: creation, states, interrupt, delete, response, schedule, list."""

import json
import re
import threading
from typing import Any

import httpx
import pytest

from optcloud.sandbox import AfterPolls, AfterSeconds, Sandbox
from optcloud_sandbox.settings import Limits, Settings
from patience import PATIENCE


def create(aimms: httpx.Client, path: str = "Sandbox/echo", **request: Any) -> dict[str, Any]:
    reply = aimms.post(f"/tasks/{path}", **request)
    assert reply.status_code == 200, reply.text
    task: dict[str, Any] = reply.json()
    return task


def state(aimms: httpx.Client, task: dict[str, Any]) -> str:
    return str(aimms.get(f"/tasks/{task['id']}").json()["state"])


def refused(reply: httpx.Response, status: int) -> str:
    assert reply.status_code == status, reply.text
    assert set(reply.json()) == {"errorId", "errorCode", "message"}
    return str(reply.json()["message"])


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("application/json", b'{"a": 1}'), ("text/csv", b"a;b"), ("application/x-parquet", bytes(range(256)) * 40)],
)
@pytest.mark.parametrize("path", ["Sandbox/echo", "Sandbox/1.0/echo"])
def test_any_media_type_goes_in_and_comes_out(aimms: httpx.Client, path: str, content_type: str, body: bytes) -> None:
    task = create(aimms, path, content=body, headers={"content-type": content_type})
    reply = aimms.get(f"/tasks/{task['id']}/response")
    assert (reply.content, reply.headers["content-type"]) == (body, content_type)


def test_a_new_task_has_every_documented_field(aimms: httpx.Client) -> None:
    task = create(aimms)
    assert (task["state"], task["appName"], task["appVersion"], task["serviceName"]) == (
        "queued",
        "Sandbox",
        "1.0",
        "echo",
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}", task["createdAt"])
    nulls = {name for name, value in task.items() if value is None}
    assert nulls == {
        "groupIndex",
        "scheduleFor",
        "scheduleInterval",
        "assignedAt",
        "runningAt",
        "endedAt",
        "queueTime",
        "runTime",
        "returnCode",
        "errorMessage",
    }
    assert (task["userName"], task["userEnvironment"]) == ("sandbox-user", "ROOT")


def test_states_by_polls(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.pace = AfterPolls(4)
    task = create(aimms)
    assert [state(aimms, task) for _ in range(6)] == [
        "queued",
        "assigned",
        "running",
        "solving",
        "completed",
        "completed",
    ]


def test_states_and_times_by_the_clock(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.pace = AfterSeconds(40)
    task = create(aimms)
    seen = []
    for _ in range(5):
        seen.append(state(aimms, task))
        sandbox.turn(10)
    assert seen == ["queued", "assigned", "running", "solving", "completed"]
    done = aimms.get(f"/tasks/{task['id']}").json()
    assert (round(done["queueTime"]), round(done["runTime"]), done["returnCode"]) == (10, 20, 1)


def test_the_shipped_solver(aimms: httpx.Client) -> None:
    items = [{"name": "a", "weight": 5, "value": 10}, {"name": "b", "weight": 4, "value": 40}]
    items += [{"name": "c", "weight": 6, "value": 30}]
    task = create(aimms, "Sandbox/solve", json={"knapsack": {"capacity": 10, "items": items}})
    assert aimms.get(f"/tasks/{task['id']}/response").json() == {
        "status": "optimal",
        "objective": 70,
        "weight": 10,
        "chosen": ["b", "c"],
    }
    task = create(aimms, "Sandbox/solve", json={"assignment": {"costs": [[4, 1, 3], [2, 0, 5], [3, 2, 2]]}})
    assert aimms.get(f"/tasks/{task['id']}/response").json() == {
        "status": "optimal",
        "objective": 5,
        "columns": [1, 0, 2],
    }


def test_an_exception_fails_the_task_and_leaves_no_response(aimms: httpx.Client) -> None:
    task = create(aimms, "Sandbox/solve", json={"riddle": 1})
    failed = aimms.get(f"/tasks/{task['id']}").json()
    assert (failed["state"], failed["returnCode"]) == ("failed", 0)
    assert failed["errorMessage"] == 'ValueError: the input must have "knapsack" or "assignment"'
    assert "failed" in refused(aimms.get(f"/tasks/{task['id']}/response"), 404)


def test_registered_services(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.register("Scheduling", "solve", lambda data, kind: (data[::-1], kind))
    sandbox.register("Scheduling", "bad", lambda data, kind: "text")  # type: ignore[arg-type,return-value]
    task = create(aimms, "Scheduling/solve", content=b"abc", headers={"content-type": "text/plain"})
    reply = aimms.get(f"/tasks/{task['id']}/response")
    assert (reply.content, reply.headers["content-type"]) == (b"cba", "text/plain")
    bad = create(aimms, "Scheduling/1.0/bad")
    assert "must return bytes" in aimms.get(f"/tasks/{bad['id']}").json()["errorMessage"]
    unknown = create(aimms, "Scheduling/nothing")
    assert "not exposed" in aimms.get(f"/tasks/{unknown['id']}").json()["errorMessage"]


def test_unknown_app_version_task_and_missing_latest_tag(aimms: httpx.Client) -> None:
    assert refused(aimms.post("/tasks/Nix/echo"), 404) == "App Nix with latest tag doesn't exist"
    refused(aimms.post("/tasks/Sandbox/9.9/echo"), 404)
    for method, path in [("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/response")]:
        refused(aimms.request(method, f"/tasks/unknown{path}"), 404)


def test_no_response_before_the_end(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.pace = AfterPolls(1)
    task = create(aimms)
    refused(aimms.get(f"/tasks/{task['id']}/response"), 404)
    assert state(aimms, task) == "queued"


@pytest.mark.parametrize("body", [None, {"setstatus": "interrupt-solve"}])
def test_interrupt_solve_completes_with_what_was_found(
    sandbox: Sandbox, aimms: httpx.Client, body: dict[str, str] | None
) -> None:
    sandbox.pace = AfterSeconds(100)
    task = create(aimms, content=b"found")
    sandbox.turn(60)
    assert state(aimms, task) == "running"
    assert aimms.put(f"/tasks/{task['id']}", json=body).status_code == 200
    assert state(aimms, task) == "completed"
    assert aimms.get(f"/tasks/{task['id']}/response").content == b"found"


def test_interrupt_execution_fails_the_task(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.pace = AfterSeconds(100)
    task = create(aimms)
    sandbox.turn(60)
    assert aimms.put(f"/tasks/{task['id']}", json={"setstatus": "interrupt-execution"}).status_code == 200
    assert state(aimms, task) == "failed"


def test_interrupts_that_are_refused(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.pace = AfterSeconds(100)
    task = create(aimms)
    assert "queued" in refused(aimms.put(f"/tasks/{task['id']}"), 405)
    sandbox.turn(60)
    assert "interrupt-solve or interrupt-execution" in refused(
        aimms.put(f"/tasks/{task['id']}", json={"setstatus": "stop"}), 405
    )
    refused(aimms.put(f"/tasks/{task['id']}", content=b"{"), 400)
    sandbox.turn(60)
    assert "completed" in refused(aimms.put(f"/tasks/{task['id']}"), 405)


def test_delete_queued_and_finished_but_not_what_is_under_way(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.pace = AfterSeconds(100)
    queued, task = create(aimms), create(aimms)
    assert aimms.delete(f"/tasks/{queued['id']}").status_code == 200
    refused(aimms.get(f"/tasks/{queued['id']}"), 404)
    for _ in range(3):
        sandbox.turn(25)
        refused(aimms.delete(f"/tasks/{task['id']}"), 405)
    sandbox.turn(25)
    assert aimms.delete(f"/tasks/{task['id']}").status_code == 200
    assert aimms.get("/tasks").json() == {"total_tasks": 0, "current_batch": []}


def test_a_deleted_queued_task_never_runs(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.pace = AfterSeconds(10)
    ran = threading.Event()

    def run(data: bytes, _: str) -> bytes:
        ran.set()
        return data

    sandbox.register("Mine", "run", run)
    task = create(aimms, "Mine/run")
    aimms.delete(f"/tasks/{task['id']}")
    sandbox.turn(100)
    assert aimms.get("/tasks").json()["total_tasks"] == 0
    assert not ran.is_set()


def test_a_slow_function_keeps_the_task_solving(sandbox: Sandbox, aimms: httpx.Client) -> None:
    go_on = threading.Event()
    sandbox.register("Mine", "slow", lambda data, kind: b"late" if go_on.wait(PATIENCE) else b"never")
    task = create(aimms, "Mine/slow")
    try:
        assert state(aimms, task) == "solving"
    finally:
        go_on.set()
    assert state(aimms, task) == "completed"


def test_list_filters_and_pages(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.register("Other", "echo", lambda data, kind: data)
    made = [create(aimms)["id"] for _ in range(3)] + [create(aimms, "Other/echo")["id"]]

    def listed(query: str) -> tuple[int, list[str]]:
        data = aimms.get(f"/tasks?{query}").json()
        return data["total_tasks"], [task["id"] for task in data["current_batch"]]

    assert listed("") == (4, made)
    assert listed("appName=Other") == (1, made[3:])
    assert listed("appName=Sandbox&appVersion=2.0") == (0, [])
    assert listed("appName=Sandbox&offset=1&limit=1") == (3, made[1:2])
    assert listed("after=2100-01-01") == (0, [])
    assert listed("before=2100-01-01&after=2000-01-01") == (4, made)
    for query in ("limit=0", "offset=-1", "limit=two", "before=soon"):
        refused(aimms.get(f"/tasks?{query}"), 400)


@pytest.mark.parametrize(
    ("query", "due"),
    [
        ("scheduleIn=PT1H", 3600),
        ("scheduleIn=P1DT2H3M4S", 93784),
        ("scheduleIn=1+day", 86400),
        ("scheduleIn=2%20weeks", 1209600),
    ],
)
def test_a_task_waits_until_its_time(sandbox: Sandbox, aimms: httpx.Client, query: str, due: int) -> None:
    task = create(aimms, f"Sandbox/echo?{query}")
    assert task["scheduleFor"] is not None
    sandbox.turn(due - 60)
    assert state(aimms, task) == "queued"
    sandbox.turn(61)
    assert state(aimms, task) == "completed"


@pytest.mark.parametrize("offset", ["", "+00:00", "%20%2B02:00", "Z"])
def test_schedule_for_a_moment_with_and_without_offset(aimms: httpx.Client, offset: str) -> None:
    task = create(aimms, f"Sandbox/echo?scheduleFor=2099-06-30%2012:00:30.5{offset.replace('+', '%2B')}")
    hour = "10" if "02:00" in offset else "12"
    assert task["scheduleFor"] == f"2099-06-30 {hour}:00:30.500000"
    assert state(aimms, task) == "queued"


@pytest.mark.parametrize(
    "query",
    [
        "scheduleFor=tomorrow",
        "scheduleFor=2026-02-31%2000:00",
        "scheduleIn=soon",
        "scheduleIn=P",
        "scheduleInterval=PT0S",
    ],
)
def test_a_schedule_that_cannot_be_read(aimms: httpx.Client, query: str) -> None:
    assert query.split("=", maxsplit=1)[0] in refused(aimms.post(f"/tasks/Sandbox/echo?{query}"), 400)


def test_a_repeating_task_has_runs_under_one_id(sandbox: Sandbox, aimms: httpx.Client) -> None:
    task = create(aimms, "Sandbox/echo?scheduleInterval=PT1H", content=b"x")
    url = f"/tasks/{task['id']}"
    assert (task["groupIndex"], task["scheduleInterval"]) == (0, "PT1H")
    sandbox.turn(2 * 3600 + 1)
    last = aimms.get(url).json()
    assert (last["groupIndex"], last["state"]) == (3, "queued")
    first = aimms.get(url, params={"groupIndex": 0}).json()
    assert (first["groupIndex"], first["state"]) == (0, "completed")
    assert aimms.get(f"{url}/response", params={"groupIndex": 2}).content == b"x"
    refused(aimms.get(url, params={"groupIndex": 4}), 404)
    refused(aimms.get(url, params={"groupIndex": "x"}), 400)


def test_deleting_the_last_scheduled_run_ends_the_repetition(sandbox: Sandbox, aimms: httpx.Client) -> None:
    task = create(aimms, "Sandbox/echo?scheduleInterval=PT1H")
    url = f"/tasks/{task['id']}"
    assert aimms.get(url).json()["groupIndex"] == 1
    assert aimms.delete(url).status_code == 200
    sandbox.turn(10 * 3600)
    last = aimms.get(url).json()
    assert (last["groupIndex"], last["state"]) == (0, "completed")


def test_the_size_limit(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.settings = Settings(limits=Limits(aimms_task=1000, plan_plain=10, plan_compressed=10))
    create(aimms, content=b"x" * 1000)
    assert "1000 bytes, got 1001" in refused(aimms.post("/tasks/Sandbox/echo", content=b"x" * 1001), 413)
    assert aimms.get("/tasks").json()["total_tasks"] == 1


def test_the_limit_holds_for_results_too(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.settings = Settings(limits=Limits(aimms_task=1000))
    fits, exceeds = (create(aimms, "Sandbox/bytes", json={"size": size}) for size in (1000, 1001))
    assert len(aimms.get(f"/tasks/{fits['id']}/response").content) == 1000
    failed = aimms.get(f"/tasks/{exceeds['id']}").json()
    assert (failed["state"], "1000 bytes, got 1001" in failed["errorMessage"]) == ("failed", True)


def test_a_large_task_goes_through(aimms: httpx.Client) -> None:
    body = json.dumps(list(range(2_000_000))).encode()
    task = create(aimms, content=body, headers={"content-type": "application/json"})
    assert aimms.get(f"/tasks/{task['id']}/response").content == body
