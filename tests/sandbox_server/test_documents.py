"""The sandbox against the vendors' documents: every operation is known, and the bodies it sends are valid."""

import json
from importlib.resources import files
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from optcloud.sandbox import AfterPolls, Sandbox
from optcloud.sandbox.roster import stored
from sandbox_server.aimms_answers import operations


def document(package: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(files(package).joinpath("openapi.json").read_bytes())
    return loaded


def check(package: str, schema: str, data: Any) -> None:
    resource = DRAFT202012.create_resource(document(package))
    registry: Registry[Any] = Registry().with_resource("urn:document", resource)
    reference = {"$ref": f"urn:document#/components/schemas/{schema}"}
    Draft202012Validator(reference, registry=registry).validate(data)


@pytest.mark.parametrize(("method", "path", "operation"), operations())
def test_every_aimms_operation_is_there(aimms: httpx.Client, method: str, path: str, operation: str) -> None:
    filled = path.replace("{id}", "1").replace("{entityId}", "1").replace("{userId}", "1")
    while "{" in filled:
        filled = filled[: filled.index("{")] + "x" + filled[filled.index("}") + 1 :]
    reply = aimms.request(method, filled)
    # Unknown things, a missing body or parameter; never "Not Found" or "Method Not Allowed" of the router, nor a 501.
    assert reply.status_code in (200, 302, 400, 404, 415), f"{operation}: {reply.text}"
    if reply.status_code == 404:
        assert "doesn't exist" in reply.json()["message"]


def test_aimms_bodies_are_valid(sandbox: Sandbox, aimms: httpx.Client) -> None:
    sandbox.pace = AfterPolls(1)
    task = aimms.post("/tasks/Sandbox/echo?scheduleInterval=PT1H").json()
    check("aimms_pro", "Task", task)
    for _ in range(2):
        check("aimms_pro", "Task", aimms.get(f"/tasks/{task['id']}?groupIndex=0").json())
    check("aimms_pro", "Tasks", aimms.get("/tasks").json())
    check("aimms_pro", "PROAppEntry", aimms.get("/applications/Sandbox/1.0").json())
    check("aimms_pro", "PROAppEntryList", aimms.get("/applications").json())
    check("aimms_pro", "AimmsVersionList", aimms.get("/aimms-versions").json())
    check("aimms_pro", "CurrentUserInfo", aimms.get("/users/current").json())
    check("aimms_pro", "Version", aimms.get("/version").json())
    check("aimms_pro", "Error", aimms.get("/tasks/none").json())
    check("aimms_pro", "ErrorMessage", aimms.get("/applications/none/none").json())


def test_adiutaopt_bodies_are_valid(adiutaopt: httpx.Client) -> None:
    headers = {"content-type": "application/json"}
    check("adiutaopt", "ShiftPlannerInputPlan", json.loads(stored()))
    key = adiutaopt.post("/shift-description", content=stored(), headers=headers).json()
    check("adiutaopt", "ShiftPlannerOutputPlan", adiutaopt.get(f"/solution/{key}").json())
    broken = json.loads(stored())
    broken["tasks"][0]["date"] = "2026-02-31"
    key = adiutaopt.post("/shift-description", content=json.dumps(broken), headers=headers).json()
    check("adiutaopt", "ErrorPlan", adiutaopt.get(f"/solution/{key}").json())
    for prefix in ("", "shift-", "floor-"):
        check("adiutaopt", "DeployedVersion", adiutaopt.get(f"/{prefix}version").json())
        for package in adiutaopt.get(f"/{prefix}packages-list").json():
            check("adiutaopt", "PackageListItem", package)
