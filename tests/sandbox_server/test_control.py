"""The control plane over HTTP and the journal, which keeps no secrets."""

import json
import time

import httpx
import pytest

from optcloud.sandbox import Sandbox
from optcloud_sandbox.roster import stored
from sandbox_server.raw_clients import CognitoClient, GurobiClient


@pytest.fixture
def control(sandbox: Sandbox, http: httpx.Client) -> httpx.Client:
    http.base_url = httpx.URL(sandbox.urls.control + "/")
    return http


def test_clock_pace_and_reset(sandbox: Sandbox, control: httpx.Client, aimms: httpx.Client) -> None:
    assert control.post("clock", json={"turn": 3600}).json()["now"] == pytest.approx(time.time() + 3600, abs=30)
    assert sandbox.now() == pytest.approx(time.time() + 3600, abs=30)
    assert control.put("pace", json={"kind": "after-polls", "value": 1}).status_code == 204
    task = aimms.post("/tasks/Sandbox/echo").json()
    assert [aimms.get(f"/tasks/{task['id']}").json()["state"] for _ in range(2)] == ["queued", "completed"]
    assert control.post("reset").status_code == 204
    assert control.get("clock").json()["now"] == pytest.approx(time.time(), abs=30)
    assert control.get("journal").json() == []


def test_faults(control: httpx.Client, aimms: httpx.Client) -> None:
    control.post("faults", json={"kind": "status", "status": 429, "vendor": "aimms", "retry_after": 3, "times": 2})
    assert aimms.get("/version").headers["retry-after"] == "3"
    assert [fault["times"] for fault in control.get("faults").json()] == [1]
    assert control.delete("faults").json() == []
    assert aimms.get("/version").status_code == 200
    assert control.post("faults/release").status_code == 204


def test_settings_keys_users_solutions_and_launch_errors(
    sandbox: Sandbox, control: httpx.Client, cognito: CognitoClient, gurobi: GurobiClient
) -> None:
    changed = control.patch("settings", json={"still_calculating": 204}).json()
    assert (changed["still_calculating"], changed["authorization"]) == (204, "either")
    control.post("aimms/keys", json={"key": "fake-2", "scopes": ["Tasks"], "lifetime": 60})
    tasks = control.get(f"{sandbox.urls.aimms}/tasks", headers={"apikey": "fake-2"})
    assert tasks.status_code == 200
    control.post("cognito/users", json={"username": "u", "password": "fake"})
    token = cognito.sign_in("u", "fake").json()["AuthenticationResult"]["IdToken"]
    key = control.post("adiutaopt/solutions", content=b'{"planted": 1}').json()
    solution = control.get(f"{sandbox.urls.adiutaopt}/solution/{key}", headers={"authorization": token})
    assert solution.json() == {"planted": 1}
    control.post("gurobi/launch-errors", json={"count": 1})
    assert gurobi.launch().json()[0]["state"] == "launch error"


@pytest.mark.parametrize(
    ("method", "path", "body", "message"),
    [
        ("POST", "clock", {"turn": -1}, "0 or more"),
        ("POST", "clock", {}, "'turn'"),
        ("PUT", "pace", {"kind": "fast"}, "after-polls"),
        ("PUT", "pace", {"kind": "after-polls", "value": 0}, "at least 1 poll"),
        ("POST", "faults", {"kind": "explode"}, "kind must be one of"),
        ("PATCH", "settings", {"still_calculating": 500}, "202, 204, 404, empty"),
        ("PATCH", "settings", {"nothing": 1}, "nothing"),
        ("POST", "aimms/keys", {"key": "k", "scopes": ["All"]}, "got All"),
        ("POST", "reset/now", {}, "Not Found"),
    ],
)
def test_what_makes_no_sense_is_refused(
    control: httpx.Client, method: str, path: str, body: dict[str, object], message: str
) -> None:
    reply = control.request(method, path, json=body)
    assert reply.status_code in (400, 404)
    assert message in reply.text


def test_the_journal_tells_what_happened(sandbox: Sandbox, aimms: httpx.Client, cognito: CognitoClient) -> None:
    aimms.post("/tasks/Sandbox/echo?scheduleIn=PT1S", json={"a": 1})
    cognito.start("somebody")
    first, second = sandbox.journal()
    assert (first.number, first.vendor, first.method, first.path) == (
        1,
        "aimms",
        "POST",
        "/aimms/pro-api/v2/tasks/Sandbox/echo",
    )
    assert (first.parameters, first.request_type, first.request_size) == (("scheduleIn",), "application/json", 7)
    assert (first.status, first.response_type, first.fault) == (200, "application/json", None)
    assert first.response_size > 100
    assert first.time == pytest.approx(time.time(), abs=30)
    assert (second.vendor, second.operation, second.status) == ("cognito", "InitiateAuth", 200)


def test_the_journal_keeps_no_secrets(
    sandbox: Sandbox,
    control: httpx.Client,
    aimms: httpx.Client,
    cognito: CognitoClient,
    gurobi: GurobiClient,
    adiutaopt: httpx.Client,
) -> None:
    challenge = cognito.start(sandbox.credentials.username).json()["ChallengeParameters"]
    tokens = cognito.answer(challenge, sandbox.credentials.password).json()["AuthenticationResult"]
    aimms.post("/tasks/Sandbox/echo", content=b"planted-input")
    adiutaopt.post("/shift-description", content=stored(), headers={"content-type": "application/json"})
    gurobi.launch("numMachines=1&userPassword=planted-password")
    gurobi.get("machines", f"id={gurobi.access_id}&planted=planted-value")
    text = control.get("journal").text
    assert len(json.loads(text)) >= 6
    assert repr(sandbox.journal())
    credentials = sandbox.credentials
    secrets = [credentials.aimms_api_key, credentials.password, credentials.gurobi_secret_key]
    secrets += [credentials.gurobi_access_id, credentials.username, *tokens.values(), *challenge.values()]
    secrets += ["planted-input", "planted-password", "planted-value"]
    for secret in secrets:
        assert str(secret) not in text or secret in (3600, "Bearer"), secret
        assert str(secret) not in repr(sandbox.journal()) or secret in (3600, "Bearer"), secret
