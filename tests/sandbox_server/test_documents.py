"""The sandbox against the vendors' documents: every operation is known, and the bodies it sends are valid."""

import json
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from optcloud.sandbox import AfterPolls, Sandbox
from optcloud_sandbox.roster import stored
from sandbox_server.aimms_answers import judge, operations


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


def test_every_aimms_operation_is_answered_as_documented(sandbox: Sandbox, aimms: httpx.Client) -> None:
    """A walk through all operations, each carried out: the answer is the documented status, media type and schema."""
    walk = Walk(sandbox, aimms)
    planners, ada = walk.people()
    walk.access(planners, ada)
    walk.apps()
    walk.keys()
    walk.storage()
    walk.tasks()
    walk.portal()
    walk.leave(ada)
    assert {operation for _, _, operation in operations()} - walk.answered == set()


class Walk:
    """Carries operations out, and keeps which were answered as the document says."""

    def __init__(self, sandbox: Sandbox, aimms: httpx.Client) -> None:
        self.sandbox = sandbox
        self.aimms = aimms
        self.answered: set[str] = set()

    def go(self, method: str, path: str, **arguments: Any) -> Any:
        reply = self.aimms.request(method, path, **arguments)
        assert reply.status_code in (200, 302), reply.text
        self.answered.add(judge(reply, self.sandbox.urls.aimms))
        is_json = reply.headers.get("content-type", "").startswith("application/json")
        return reply.json() if is_json else reply.content

    def change(self, path: str, **arguments: Any) -> None:
        """Read it, and patch it with nothing."""
        self.go("GET", path, **arguments)
        self.go("PATCH", path, json={}, **arguments)

    def people(self) -> tuple[int, int]:
        lab = self.go("POST", "/environments", json={"name": "Lab"})["id"]
        planners = self.go("POST", "/environments/Lab/groups", json={"groupname": "planners"})["entity"]
        ada = self.go("POST", "/environments/Lab/users", json={"username": "ada"})["entity"]
        for path in ("/environments/Lab", "/environments/Lab/groups/planners", "/environments/Lab/users/ada"):
            self.change(path)
        for path in ("/environments", "/environments/Lab/groups", "/environments/Lab/users", f"/entity/{lab}"):
            self.go("GET", path)
        self.go("POST", f"/environments/Lab/groups/planners/users/{ada}")
        self.go("GET", "/environments/Lab/groups/planners/users")
        self.go("GET", "/users/current")
        return planners, ada

    def access(self, planners: int, ada: int) -> None:
        entries = [{"authorization": 5, "deny": False, "entity": ada}]
        self.go("PATCH", "/applications/Sandbox/1.0", json={"authorizations": entries})
        self.go("POST", "/portal/app_access/group", json={"app_id": 1, "entity_id": planners})
        self.go("GET", "/app_access/Sandbox/1.0")
        self.go("GET", f"/entity/{ada}/app_access")
        self.go("GET", "/environments/Lab/groups/planners/app_access")
        app = {"appName": "Sandbox", "appVersion": "1.0"}
        for kind in ("groups_by_app", "users_by_app"):
            assert self.go("GET", f"/portal/app_access/{kind}", params=app)["app_access_list"]
        group = {"envName": "Lab", "groupName": "planners"}
        assert self.go("GET", "/portal/app_access/apps_by_group", params=group)["app_access_list"]
        self.go("DELETE", "/portal/app_access/group", json={"app_id": 1, "entity_id": planners})
        self.go("DELETE", "/portal/app_access/user", json={"app_id": 1, "entity_id": ada})

    def apps(self) -> None:
        metadata = {"name": "Plan", "projectVersion": "1", "aimmsVersionId": "4.84.1.5-linux64-x64-vc141"}
        self.go("POST", "/applications", data={"metadata": json.dumps(metadata)}, files={"file": ("a", b"PK")})
        for path in ("/applications", "/applications/Plan", "/applications/Plan/1/modifiable", "/aimms-versions"):
            self.go("GET", path)
        self.go("GET", f"/aimms-versions/{metadata['aimmsVersionId']}")
        self.change("/applications/Plan/1")
        self.go("DELETE", "/applications/Plan/1")
        category = self.go("POST", "/applications/categories", json={"value": "c"})
        self.go("GET", "/applications/categories")
        self.go("PATCH", f"/applications/categories/{category['id']}", json={"value": "d"})
        self.go("DELETE", f"/applications/categories/{category['id']}")

    def keys(self) -> None:
        day = datetime.fromtimestamp(self.sandbox.now() + 86_400 * 2, UTC).strftime("%Y-%m-%d")
        for path in ("/api-keys", "/api-keys/sandbox"):
            body = {"keyName": "ci", "expirationDate": day, "scopes": [{"scope": "Tasks"}]}
            assert self.go("POST", path, json=body)["secret"]
            self.go("GET", "/api-keys")
            self.go("DELETE", f"{path}/ci")

    def storage(self) -> None:
        self.go("POST", "/storage/bucket", json={"path": "/", "label": "data"})
        place = {"path": "/data", "label": "file"}
        self.go("POST", "/storage/object", data={"metadata": json.dumps(place)}, files={"file": ("a", b"x")})
        self.change("/storage/object", params=place)
        self.change("/storage/bucket", params={"path": "/", "label": "data"})
        one = self.go("GET", "/storage/object", params=place)
        self.go("GET", "/storage/download", params={"id": one["id"]})
        self.go("GET", "/portal/app-icon-url", params={"iconPath": "/data/file"})
        self.go("DELETE", "/storage/object", params=place)
        self.go("DELETE", "/storage/bucket", params={"path": "/", "label": "data"})

    def tasks(self) -> None:
        self.sandbox.pace = AfterPolls(1)
        task = self.go("POST", "/tasks/Sandbox/1.0/echo", json={"a": 1})
        for path in (
            "",
            f"/{task['id']}",
            f"/{task['id']}/response",
            f"/{task['id']}/logs",
            "/stats",
            "/stats/current",
        ):
            self.go("GET", f"/tasks{path}")
        self.go("GET", f"/tasks/{task['id']}/logs/download")
        self.go("DELETE", f"/tasks/{task['id']}")
        self.sandbox.pace = AfterPolls(3)
        task = self.go("POST", "/tasks/Sandbox/echo", json={"a": 1})
        while self.go("GET", f"/tasks/{task['id']}")["state"] not in ("running", "solving"):
            pass
        self.go("PUT", f"/tasks/{task['id']}", json={"setstatus": "interrupt-solve"})

    def portal(self) -> None:
        pictures = self.go("GET", "/customization")
        self.go("GET", "/portal/company-logo-url", params={"logoId": pictures["rightLogoId"]})
        self.go("GET", "/portal/login-image-url", params={"loginImageId": pictures["loginImageId"]})
        for path in ("/customization/portal-mode", "/customization/resource-profiles", "/portal/apps"):
            assert self.go("GET", path)
        launched = self.go("POST", "/launching", json={"appName": "Sandbox", "appVersion": "1.0"})
        for path in (
            f"/launching/{launched['id']}",
            "/portal/pro_version",
            "/session/authorize",
            "/session/webui/info",
        ):
            self.go("GET", path)
        for path in ("/", "/version", "/health-check"):
            self.go("GET", path)
        password = self.sandbox.credentials.password
        self.go("POST", "/login", json={"environment": "ROOT", "username": "sandbox-user", "password": password})
        self.go("POST", "/logout")
        self.go("PATCH", "/environments/Lab", json={"samlMetadataUrl": "https://idp.invalid"})
        self.go("POST", "/saml/request", json={"environment": "Lab"})
        self.go("POST", "/saml/assertion")

    def leave(self, ada: int) -> None:
        self.go("DELETE", f"/environments/Lab/groups/planners/users/{ada}")
        for path in ("/users/ada", "/groups/planners", ""):
            self.go("DELETE", f"/environments/Lab{path}")
