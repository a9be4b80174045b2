"""The server itself: where it listens, how it starts and stops, what it leaves behind."""

import ast
import json
import socket
import subprocess
import sys
import threading
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

import optcloud_sandbox
from optcloud.sandbox import AfterPolls, AtOnce, Sandbox, serve
from optcloud_sandbox import samples, server, wire
from optcloud_sandbox.aimms.reports import CURRENT, TaskReport
from optcloud_sandbox.clock import SandboxClock
from patience import PATIENCE


def port_of(sandbox: Sandbox) -> int:
    return urlsplit(sandbox.urls.root).port or 0


def test_listens_on_loopback_only_and_refuses_another_host() -> None:
    with Sandbox() as sandbox:
        assert sandbox.urls.root.startswith("http://127.0.0.1:")
    with pytest.raises(ValueError, match=r"127\.0\.0\.1 only.*'0\.0\.0\.0'"):
        Sandbox(host="0.0.0.0")


def test_serves_until_stopped_and_then_frees_its_port() -> None:
    sandbox = Sandbox().start()
    port = port_of(sandbox)
    assert httpx.get(f"{sandbox.urls.control}/clock").status_code == 200
    sandbox.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    with Sandbox(port=port) as again:
        assert port_of(again) == port


def test_can_be_started_again_after_a_stop() -> None:
    sandbox = Sandbox()
    for _ in range(2):
        with sandbox:
            headers = {"apikey": sandbox.credentials.aimms_api_key}
            task = httpx.post(f"{sandbox.urls.aimms}/tasks/Sandbox/echo", headers=headers, content=b"x").json()
            reply = httpx.get(f"{sandbox.urls.aimms}/tasks/{task['id']}/response", headers=headers)
            assert reply.content == b"x"


def test_says_what_to_do_when_it_is_not_running_or_runs_twice() -> None:
    sandbox = Sandbox()
    with pytest.raises(RuntimeError, match="use it in a with statement"):
        _ = sandbox.urls
    with sandbox, pytest.raises(RuntimeError, match="running already"):
        sandbox.start()


def test_stops_although_a_client_keeps_its_connection() -> None:
    sandbox = Sandbox().start()
    with httpx.Client() as client:
        client.get(f"{sandbox.urls.control}/clock")
        sandbox.stop()
        with pytest.raises(httpx.TransportError):
            client.get("http://127.0.0.1/")


def test_ends_when_nobody_asks_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request in between begins the time anew: by a clock that only the waiting moves."""
    now, waits = [0.0], list[float | None]()
    running: list[Sandbox] = []

    class Waiting(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout)
            now[0] += 40 if len(waits) == 1 else timeout or 0
            if len(waits) == 1:
                httpx.get(f"{running[0].urls.aimms}/version")
                now[0] += 20
            return False

    for module in (server, wire):
        monkeypatch.setattr(module, "monotonic", lambda: now[0])
    serve(running.append, until=Waiting(), idle=60)
    assert waits == [60, 40]


def test_samples_and_apps_outlive_a_reset_and_run() -> None:
    with Sandbox() as sandbox:
        sandbox.register_samples()
        sandbox.publish_app("Fleet")
        sandbox.reset()
        headers = {"apikey": sandbox.credentials.aimms_api_key}
        apps = httpx.get(f"{sandbox.urls.aimms}/applications", headers=headers).json()["applications"]
        assert [app["project"]["name"] for app in apps] == ["Sandbox", "Scheduling", "Fleet"]


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b'{"machines": 2, "jobs": {"cut": 3, "weld": 5, "paint": 2}}', [["weld"], ["cut", "paint"]]),
        (b'{"machines": 1, "jobs": {"cut": 3}, "scenario": 7}', [["cut"]]),
        (b"", None),
        (b"[]", "the input must be a JSON object"),
        (b'{"machines": 0}', "machines must be a number from 1"),
        (b'{"machines": true}', "machines must be a number from 1"),
        (b'{"jobs": [1]}', "jobs must be an object"),
        (b'{"jobs": {"cut": -1}}', "jobs.cut must be a number of hours"),
    ],
)
def test_the_sample_divides_jobs_among_machines(data: bytes, answer: object) -> None:
    token = CURRENT.set(TaskReport(SandboxClock()))
    try:
        if isinstance(answer, str):
            with pytest.raises((ValueError, TypeError), match=answer):
                samples.solve(data, "application/json")
            return
        output = samples.solve(data, "application/json")
    finally:
        CURRENT.reset(token)
    plan = json.loads(output[0])
    assert output[1] == "application/json"
    assert answer is None or plan["machines"] == answer
    assert answer is not None or sorted(chain(*plan["machines"])) == sorted(samples.JOBS)


def test_leaves_no_thread_no_socket_and_no_warning() -> None:
    program = """
import gc, threading, httpx
from optcloud.sandbox import Fault, Sandbox
for kind in ("drop-before", "drop-after", "cut"):
    with Sandbox() as sandbox, httpx.Client() as client:
        sandbox.faults.add(Fault(kind))
        try:
            client.get(sandbox.urls.aimms + "/version")
        except httpx.TransportError:
            pass
    gc.collect()
    assert not [thread.name for thread in threading.enumerate() if thread.name == "optcloud-sandbox"]
"""
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", program]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_importing_the_package_and_the_pytest_plugin_is_light() -> None:
    program = """
import sys
import optcloud.sandbox, optcloud_sandbox.pytest_plugin
heavy = {"uvicorn", "starlette", "httpx", "jwt", "cryptography", "jsonschema", "adiutaopt", "asyncio"}
print(sorted(heavy & set(sys.modules)))
"""
    bare = "import sys, pytest; print('asyncio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", bare], capture_output=True, text=True, check=True).stdout == "False\n"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_imports_nothing_of_the_client() -> None:
    sources = list(Path(optcloud_sandbox.__path__[0]).rglob("*.py"))
    assert len(sources) > 30
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] not in {"optcloud", "openapi_drift"}, source


def test_environment_points_at_the_sandbox_with_the_published_credentials(sandbox: Sandbox) -> None:
    environment = sandbox.environment()
    assert environment["OPTCLOUD_AIMMS_URL"] == f"{sandbox.urls.root}/aimms/pro-api/v2"
    assert environment["OPTCLOUD_ADIUTAOPT_COGNITO_URL"] == f"{sandbox.urls.root}/cognito/"
    assert environment["IC_ACCESS_ID"] == "FakeAccessId00000"
    assert all(environment.values())
    assert set(environment) == {
        "OPTCLOUD_AIMMS_URL",
        "OPTCLOUD_AIMMS_API_KEY",
        "OPTCLOUD_ADIUTAOPT_URL",
        "OPTCLOUD_ADIUTAOPT_USERNAME",
        "OPTCLOUD_ADIUTAOPT_PASSWORD",
        "OPTCLOUD_ADIUTAOPT_USER_POOL_ID",
        "OPTCLOUD_ADIUTAOPT_CLIENT_ID",
        "OPTCLOUD_ADIUTAOPT_COGNITO_URL",
        "OPTCLOUD_GUROBI_URL",
        "IC_ACCESS_ID",
        "IC_SECRET_KEY",
    }


def test_reset_forgets_everything_but_the_registered_services(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.register("Mine", "twice", lambda data, _: data * 2)
    sandbox.pace = AfterPolls(1)
    sandbox.turn(100)
    task = aimms.post("/tasks/Mine/twice", content=b"x").json()["id"]
    sandbox.reset()
    assert isinstance(sandbox.pace, AtOnce)
    assert sandbox.journal() == []
    assert aimms.get(f"/tasks/{task}").status_code == 404
    again = aimms.post("/tasks/Mine/twice", content=b"ab").json()["id"]
    assert aimms.get(f"/tasks/{again}/response").content == b"abab"


def test_serve_blocks_until_told_and_hands_over_the_running_sandbox() -> None:
    until, ready = threading.Event(), threading.Event()
    found: list[str] = []

    def note(sandbox: Sandbox) -> None:
        found.append(httpx.get(f"{sandbox.urls.control}/clock").text)
        ready.set()

    server = threading.Thread(target=serve, args=(note,), kwargs={"until": until})
    server.start()
    assert ready.wait(PATIENCE)
    assert server.is_alive()
    until.set()
    server.join(PATIENCE)
    assert not server.is_alive()
    assert "now" in found[0]
