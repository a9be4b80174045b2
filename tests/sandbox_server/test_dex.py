"""A local DEX service: other base, no key, bare list, statuses of the vendor's page."""

import json
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from optcloud.sandbox import AfterPolls, AfterSeconds, Fault, Sandbox, this_run
from optcloud_sandbox.dex import routes
from optcloud_sandbox.settings import Limits, Settings
from patience import PATIENCE, eventually


@pytest.fixture
def dex(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox.urls.dex, timeout=10, verify=False, trust_env=False) as client:
        yield client


def create(dex: httpx.Client, service: str = "echo", **request: Any) -> dict[str, Any]:
    reply = dex.post(f"/tasks/{service}", **request)
    assert reply.status_code == 200, reply.text
    task: dict[str, Any] = reply.json()
    return task


def state(dex: httpx.Client, task: dict[str, Any]) -> str:
    return str(dex.get(f"/tasks/{task['id']}").json()["state"])


def test_a_task_from_start_to_deletion(dex: httpx.Client) -> None:
    task = create(dex, content=b"\x00\xff", headers={"content-type": "application/x-parquet"})
    assert list(task) == [
        "id",
        "appName",
        "appVersion",
        "serviceName",
        "state",
        "createdAt",
        "assignedAt",
        "runningAt",
        "endedAt",
        "queueTime",
        "runTime",
        "returnCode",
        "errorMessage",
    ]
    assert (task["state"], task["serviceName"]) == ("queued", "echo")
    assert state(dex, task) == "completed"
    reply = dex.get(f"/tasks/{task['id']}/response")
    assert (reply.content, reply.headers["content-type"]) == (b"\x00\xff", "application/x-parquet")
    assert [listed["id"] for listed in dex.get("/tasks").json()] == [task["id"]]
    assert dex.delete(f"/tasks/{task['id']}").status_code == 200
    assert dex.get("/tasks").json() == []


def test_a_service_nobody_exposes_is_forbidden(sandbox: Sandbox, dex: httpx.Client) -> None:
    assert dex.post("/tasks/mine").status_code == 403
    sandbox.register("Any", "mine", lambda data, _: data[::-1])
    task = create(dex, "mine", content=b"abc")
    assert dex.get(f"/tasks/{task['id']}/response").content == b"cba"


def test_what_does_not_exist_is_404(dex: httpx.Client) -> None:
    for method, path in [("GET", ""), ("DELETE", ""), ("GET", "/response"), ("GET", "/status")]:
        assert dex.request(method, f"/tasks/none{path}").status_code == 404
    assert dex.put("/tasks/none", json={"setstatus": "interrupt-solve"}).status_code == 404
    assert dex.get("/tasks/none/logs").status_code == 404


def test_tasks_of_the_cloud_and_of_the_desk_are_apart(dex: httpx.Client, aimms: httpx.Client) -> None:
    task = create(dex)
    assert aimms.get(f"/tasks/{task['id']}").status_code == 404
    assert aimms.get("/tasks").json()["total_tasks"] == 0


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_apikey_is_mistaken_for_a_cloud_call_unless_the_setting_says_otherwise(
    sandbox: Sandbox, dex: httpx.Client, method: str
) -> None:
    path, key = ("/tasks" if method == "GET" else "/tasks/echo"), {"apikey": "fake"}
    assert dex.request(method, path, headers=key).status_code == 400
    sandbox.settings = Settings(dex_refuses_apikey=False)
    assert dex.request(method, path, headers=key).status_code == 200


@pytest.mark.parametrize(("word", "ends"), [("interrupt-solve", "completed"), ("interrupt-execution", "failed")])
def test_interrupts_answer_with_the_status_and_the_word(
    sandbox: Sandbox, dex: httpx.Client, word: str, ends: str
) -> None:
    sandbox.pace = AfterSeconds(100)
    task = create(dex, content=b"x")
    sandbox.turn(60)
    reply = dex.put(f"/tasks/{task['id']}", json={"setstatus": word})
    assert (reply.status_code, reply.json()["setstatus"], reply.json()["id"]) == (200, word, task["id"])
    assert state(dex, task) == ends
    again = dex.put(f"/tasks/{task['id']}", json={"setstatus": word}).json()
    assert (again["setstatus"], again["state"]) == ("interrupt-processed", ends)


def test_a_queued_task_can_be_interrupted(sandbox: Sandbox, dex: httpx.Client) -> None:
    sandbox.pace = AfterSeconds(100)
    first, second = create(dex), create(dex)
    assert dex.put(f"/tasks/{first['id']}", json={"setstatus": "interrupt-solve"}).json()["state"] == "queued"
    assert dex.put(f"/tasks/{second['id']}", json={"setstatus": "interrupt-execution"}).json()["state"] == "failed"


@pytest.mark.parametrize("body", [b"", b'{"setstatus": "stop"}', b"[]"])
def test_an_invalid_word_is_405(dex: httpx.Client, body: bytes) -> None:
    task = create(dex)
    assert dex.put(f"/tasks/{task['id']}", content=body).status_code == 405


def test_what_runs_cannot_be_deleted(sandbox: Sandbox, dex: httpx.Client) -> None:
    sandbox.pace = AfterSeconds(100)
    task = create(dex)
    sandbox.turn(60)
    assert dex.delete(f"/tasks/{task['id']}").status_code == 405
    sandbox.turn(60)
    assert dex.delete(f"/tasks/{task['id']}").status_code == 200


def test_one_session_runs_one_task_at_a_time(sandbox: Sandbox, dex: httpx.Client) -> None:
    sandbox.pace = AfterPolls(2)
    tasks = [create(dex) for _ in range(3)]
    seen = []
    while not seen or seen[-1] != ["completed"] * 3:
        seen.append([task["state"] for task in dex.get("/tasks").json()])
        assert sum(state not in ("queued", "completed") for state in seen[-1]) <= 1
        assert len(seen) < 20
    assert state(dex, tasks[-1]) == "completed"


def test_whoever_waits_for_the_last_moves_the_first(sandbox: Sandbox, dex: httpx.Client) -> None:
    sandbox.pace = AfterPolls(2)
    tasks = [create(dex) for _ in range(3)]
    polls = 0
    while state(dex, tasks[-1]) != "completed":
        polls += 1
        assert polls < 20
    assert polls > 5


def test_the_intermediate_status_is_what_the_service_wrote_last(sandbox: Sandbox, dex: httpx.Client) -> None:
    go_on, wrote = threading.Event(), threading.Event()

    def run(_: bytes, __: str) -> bytes:
        this_run().status(b'{"gap": 0.5}')
        wrote.set()
        go_on.wait(PATIENCE)
        this_run().status(b"gap;0", "text/csv")
        return b"done"

    sandbox.register("Any", "mine", run)
    task = create(dex, "mine")
    url = f"/tasks/{task['id']}/status"
    try:
        assert dex.get(url).status_code in (200, 404)  # the read starts the work
        assert wrote.wait(PATIENCE)
        assert dex.get(url).json() == {"gap": 0.5}
    finally:
        go_on.set()
    eventually(lambda: state(dex, task) == "completed")
    reply = dex.get(url)
    assert (reply.content, reply.headers["content-type"]) == (b"gap;0", "text/csv")


def test_no_intermediate_status_is_404(dex: httpx.Client) -> None:
    task = create(dex)
    assert state(dex, task) == "completed"
    assert dex.get(f"/tasks/{task['id']}/status").status_code == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_echo_gives_headers_and_body_back(dex: httpx.Client, method: str) -> None:
    reply = dex.request(method, "/echo", content=b"abc", headers={"x-mine": "1", "content-type": "text/csv"})
    assert (reply.status_code, reply.content) == (200, b"abc")
    assert (reply.headers["x-mine"], reply.headers["content-type"]) == ("1", "text/csv")


def test_echo_waits_as_long_as_it_is_told(dex: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(routes, "asyncio", SimpleNamespace(sleep=sleep))
    assert dex.get("/echo?delay=50").status_code == 200
    assert slept == [0.05]
    assert dex.get("/echo?delay=soon").status_code == 400


def test_the_size_limit_is_its_own(sandbox: Sandbox, dex: httpx.Client) -> None:
    assert Limits().dex_task == 128_000_000
    sandbox.settings = Settings(limits=Limits(dex_task=1000))
    create(dex, content=b"x" * 1000)
    assert dex.post("/tasks/echo", content=b"x" * 1001).status_code == 413


def test_the_shipped_solver_writes_a_status(dex: httpx.Client) -> None:
    task = create(dex, "solve", content=json.dumps({"assignment": {"costs": [[4, 1], [2, 3]]}}))
    assert state(dex, task) == "completed"
    assert dex.get(f"/tasks/{task['id']}/status").json() == {"reading": ["assignment"]}


def test_faults_and_journal_know_the_local_service(sandbox: Sandbox, dex: httpx.Client) -> None:
    sandbox.faults.add(Fault("status", vendor="dex", status=500))
    assert [dex.get("/tasks").status_code for _ in range(2)] == [500, 200]
    assert {entry.vendor for entry in sandbox.journal()} == {"dex"}
