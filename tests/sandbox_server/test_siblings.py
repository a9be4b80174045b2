"""user-manager, session-manager, secret-manager: the paths, filters and rules of their pages."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from optcloud.sandbox import AfterPolls, AfterSeconds, Sandbox
from optcloud_sandbox.settings import Settings

WITH_SESSION = Settings(aimms_session_field="sessionId")

SERVICES = ("user-manager", "session-manager", "secret-manager")
SPECS = Path(__file__).parents[2] / "specs"

Open = Callable[[str], httpx.Client]


@pytest.fixture
def manager(sandbox: Sandbox) -> Iterator[Open]:
    opened: list[httpx.Client] = []

    def opening(name: str) -> httpx.Client:
        headers = {"apikey": sandbox.credentials.aimms_api_key}
        url = f"{sandbox.urls.aimms_siblings}/{name}/v1"
        opened.append(httpx.Client(base_url=url, headers=headers, timeout=10, verify=False, trust_env=False))
        return opened[-1]

    yield opening
    for client in opened:
        client.close()


def operations() -> list[tuple[str, str, str]]:
    found = []
    for service in SERVICES:
        text = (SPECS / f"aimms-{service}-v1" / "openapi.yaml").read_text(encoding="utf-8")
        document = yaml.load(text, yaml.CSafeLoader)
        for path, item in document["paths"].items():
            found += [(service, method.upper(), path) for method in item if method != "parameters"]
    assert len(found) == 38
    return found


@pytest.mark.parametrize(("service", "method", "path"), operations())
def test_every_operation_of_the_documents_is_there(manager: Open, service: str, method: str, path: str) -> None:
    filled = path.replace("{account_name}", "sandbox").replace("{environment_name}", "ROOT").replace("{service}", "dex")
    for name in ("group_name", "user_name", "session_id", "name", "path"):
        filled = filled.replace(f"{{{name}}}", "nobody")
    reply = manager(service).request(method, filled)
    # No body: 415 where one is needed. Never "Not Found" or "Method Not Allowed" of the router.
    assert reply.status_code in (200, 404, 415), reply.text
    if reply.status_code == 404:
        assert "doesn't exist" in reply.json()["message"]


@pytest.mark.parametrize(
    ("service", "path", "scope"),
    [
        ("user-manager", "/user", "Authentication"),
        ("user-manager", "/user/@current/api-key", "APIKey"),
        ("session-manager", "/sessions/task", "Session"),
        ("secret-manager", "/item/", "Secret"),
    ],
)
def test_scopes(sandbox: Sandbox, manager: Open, service: str, path: str, scope: str) -> None:
    sandbox.add_aimms_key("fake-with", scope)
    sandbox.add_aimms_key("fake-without", "Tasks")
    client = manager(service)
    statuses = [client.get(path, headers={"apikey": key}).status_code for key in ("fake-with", "fake-without", "no")]
    assert statuses == [200, 403, 401]


class TestUserManager:
    @pytest.fixture
    def users(self, manager: Open, aimms: httpx.Client) -> httpx.Client:
        for environment in ("North", "South"):
            assert aimms.post("/environments", json={"name": environment}).status_code == 200
        for name in ("ada", "Ben", "cem"):
            body = {"username": name, "email": f"{name}@sandbox.invalid"}
            assert aimms.post("/environments/North/users", json=body).status_code == 200
        assert aimms.post("/environments/South/users", json={"username": "ada"}).status_code == 200
        assert aimms.post("/environments/North/groups", json={"groupname": "Planners"}).status_code == 200
        return manager("user-manager")

    def names(self, users: httpx.Client, **query: Any) -> list[str]:
        reply = users.get("/user", params=query)
        assert reply.status_code == 200, reply.text
        return [f"{one['environment_name']}/{one['user_name']}" for one in reply.json()]

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({"user_name_equal_cs": "ben"}, []),
            ({"user_name_equal_ci": "ben"}, ["North/Ben"]),
            ({"user_name_contain_cs": "e"}, ["ROOT/sandbox-user", "North/Ben", "North/cem"]),
            ({"user_name_contain_ci": "EM"}, ["North/cem"]),
            ({"user_name_in": "ada,cem"}, ["North/ada", "North/cem", "South/ada"]),
            ({"user_name_not_in": "ada,cem", "environment_name_equal_cs": "North"}, ["North/Ben"]),
            ({"account_name_equal_cs": "another"}, []),
            (
                {"sort": "-environment_name,user_name", "user_name_in": "ada,Ben"},
                ["South/ada", "North/Ben", "North/ada"],
            ),
            ({"sort": "user_name", "offset": 1, "limit": 2}, ["North/ada", "South/ada"]),
        ],
    )
    def test_filters_sorting_and_paging(self, users: httpx.Client, query: dict[str, Any], expected: list[str]) -> None:
        assert self.names(users, **query) == expected

    def test_a_page_has_a_hundred_unless_said(self, users: httpx.Client, aimms: httpx.Client) -> None:
        for number in range(110):
            aimms.post("/environments/South/users", json={"username": f"u{number}"})
        assert len(self.names(users)) == 100
        assert len(self.names(users, limit=200)) == 115

    @pytest.mark.parametrize("query", [{"nothing": "1"}, {"user_name": "ada"}, {"sort": "age"}, {"limit": 0}])
    def test_what_cannot_be_asked(self, users: httpx.Client, query: dict[str, Any]) -> None:
        assert users.get("/user", params=query).status_code == 400

    def test_the_shape_of_lists_is_a_setting(self, sandbox: Sandbox, users: httpx.Client) -> None:
        sandbox.settings = Settings(siblings_lists="object")
        reply = users.get("/group?group_name_equal_cs=Planners").json()
        assert (reply["total"], reply["items"][0]["environment_name"]) == (1, "North")
        assert users.get("/user/@current/api-key").json()["total"] == 1

    def test_one_of_each(self, users: httpx.Client) -> None:
        assert users.get("/environment/sandbox/North/info").json() == {
            "account_name": "sandbox",
            "environment_name": "North",
            "description": "",
        }
        assert users.get("/group/sandbox/North/Planners/info").json()["group_name"] == "Planners"
        assert users.get("/user/sandbox/North/ada/info").json()["email"] == "ada@sandbox.invalid"
        assert users.get("/user/another/North/ada/info").status_code == 404
        assert users.get("/environment/@current/info").json()["environment_name"] == "ROOT"
        current = users.get("/user/@current/info").json()
        assert current["user_name"] == "sandbox-user"
        assert {"account_name": "sandbox", "environment_name": "ROOT", "group_name": "Admin"} in current["groups"]

    def test_keys_of_both_apis_are_the_same(
        self, sandbox: Sandbox, manager: Open, aimms: httpx.Client, http: httpx.Client
    ) -> None:
        users = manager("user-manager")
        day = (sandbox._world.clock.utc() + timedelta(days=30)).strftime("%Y-%m-%d")
        body = {"name": "ci", "expiration_date": day, "scopes": ["Tasks"]}
        made = users.post("/user/@current/api-key", json=body).json()
        assert (made["name"], made["expiration_date"], made["scopes"]) == ("ci", day, ["Tasks"])
        assert http.get(f"{sandbox.urls.aimms}/tasks", headers={"apikey": made["value"]}).status_code == 200
        listed = {key["name"]: key["value"] for key in users.get("/user/@current/api-key").json()}
        assert listed == {"sandbox": None, "ci": None}
        assert "ci" in aimms.get("/api-keys").text
        assert users.delete("/user/@current/api-key/ci").status_code == 200
        assert http.get(f"{sandbox.urls.aimms}/tasks", headers={"apikey": made["value"]}).status_code == 401
        assert users.delete("/user/@current/api-key/ci").status_code == 404

    @pytest.mark.parametrize(
        "change", [{"scopes": []}, {"scopes": ["All"]}, {"expiration_date": "2000-01-01"}, {"name": ""}]
    )
    def test_keys_that_cannot_be(self, manager: Open, change: dict[str, Any]) -> None:
        body = {"name": "ci", "expiration_date": "2099-01-01", "scopes": ["Tasks"]} | change
        assert manager("user-manager").post("/user/@current/api-key", json=body).status_code == 400

    def test_scopes_are_listed(self, manager: Open) -> None:
        scopes = manager("user-manager").get("/user/@current/authorization-scopes").json()
        assert {"Tasks", "PublishApp", "Secret", "Session"} <= set(scopes)


class TestSessionManager:
    @pytest.fixture
    def sessions(self, manager: Open) -> httpx.Client:
        return manager("session-manager")

    def test_a_task_has_a_session_once_it_is_assigned(
        self, sandbox: Sandbox, sessions: httpx.Client, aimms: httpx.Client
    ) -> None:
        sandbox.pace, sandbox.settings = AfterPolls(4), WITH_SESSION
        task = aimms.post("/tasks/Sandbox/echo").json()
        assert sessions.get("/sessions/task").json() == []
        for _ in range(2):
            seen = aimms.get(f"/tasks/{task['id']}").json()
        [session] = sessions.get("/sessions/task").json()
        assert (session["session_id"], session["task_id"]) == (seen["sessionId"], task["id"])
        assert (session["state"], session["ended_at"]) == ("Running", None)
        for _ in range(3):
            aimms.get(f"/tasks/{task['id']}")
        session = sessions.get(f"/sessions/task/{seen['sessionId']}").json()
        assert (session["state"], session["message"]) == ("Finished", "")
        assert session["ended_at"] is not None

    @pytest.mark.parametrize(("method", "path"), [("PATCH", "/terminate"), ("DELETE", "")])
    def test_ending_a_tasks_session_fails_the_task(
        self, sandbox: Sandbox, sessions: httpx.Client, aimms: httpx.Client, method: str, path: str
    ) -> None:
        sandbox.pace, sandbox.settings = AfterSeconds(100), WITH_SESSION
        task = aimms.post("/tasks/Sandbox/echo").json()
        sandbox.turn(60)
        session = aimms.get(f"/tasks/{task['id']}").json()["sessionId"]
        assert sessions.request(method, f"/sessions/task/{session}{path}").status_code == 200
        assert aimms.get(f"/tasks/{task['id']}").json()["state"] == "failed"
        left = [one["state"] for one in sessions.get("/sessions/task").json()]
        assert left == (["Terminated"] if method == "PATCH" else [])
        assert sessions.request(method, f"/sessions/task/{session}{path}").status_code in (404, 409)

    def test_logs_of_a_tasks_session_are_the_tasks(
        self, sandbox: Sandbox, sessions: httpx.Client, aimms: httpx.Client
    ) -> None:
        sandbox.settings = WITH_SESSION
        task = aimms.post("/tasks/Sandbox/echo").json()
        session = aimms.get(f"/tasks/{task['id']}").json()["sessionId"]
        log = sessions.get(f"/sessions/task/{session}/logs?offset=1&limit=2")
        assert [json.loads(line)["message"] for line in log.text.splitlines()] == ["assigned", "running"]
        download = sessions.get(f"/sessions/task/{session}/logs/download")
        assert download.text == aimms.get(f"/tasks/{task['id']}/logs/download").text

    @pytest.mark.parametrize("kind", ["webui", "solve"])
    def test_the_life_of_the_others(self, sandbox: Sandbox, sessions: httpx.Client, kind: Any) -> None:
        session = sandbox.add_aimms_session(kind)
        url = f"/sessions/{kind}/{session}"
        assert sessions.get(url).json()["state"] == "Running"
        assert sessions.delete(url).status_code == 409
        assert sessions.patch(f"{url}/terminate").status_code == 200
        ended = sessions.get(url).json()
        assert ended["state"] == "Terminated"
        if kind == "webui":
            assert (ended["ended_at"], ended["message"]) == (None, "")
        else:
            assert ended["ended_at"] is not None
        assert sessions.patch(f"{url}/terminate").status_code == 409
        assert "terminated" in sessions.get(f"{url}/logs/download").text
        assert sessions.delete(url).status_code == 200
        assert sessions.get(url).status_code == 404
        other = "solve" if kind == "webui" else "webui"
        assert sessions.get(f"/sessions/{other}").json() == []

    def test_a_launched_app_is_a_session(self, sessions: httpx.Client, aimms: httpx.Client) -> None:
        launched = aimms.post("/launching", json={"appName": "Sandbox", "appVersion": "1.0"}).json()
        [session] = sessions.get("/sessions/webui").json()
        assert (session["session_id"], session["app_name"]) == (launched["id"], "Sandbox")
        sessions.patch(f"/sessions/webui/{launched['id']}/terminate")
        sessions.delete(f"/sessions/webui/{launched['id']}")
        assert sessions.get("/sessions/webui").json() == []

    def test_filters_sorting_and_paging(self, sandbox: Sandbox, sessions: httpx.Client) -> None:
        made = []
        for version in ("1.0", "2.0", "3.0"):
            made.append(sandbox.add_aimms_session("solve", "Mine", version))
        sessions.patch(f"/sessions/solve/{made[0]}/terminate")

        def listed(query: str) -> list[str]:
            return [one["session_id"] for one in sessions.get(f"/sessions/solve?{query}").json()]

        assert listed("state=Running") == made[1:]
        assert listed("state=Running,Terminated&sort=-app_version") == made[::-1]
        assert listed("app_version_in=1.0,3.0&offset=1") == made[2:]
        assert sessions.get("/sessions/solve?colour=red").status_code == 400
        assert sessions.get("/sessions/tea").status_code == 404

    def test_the_address_of_a_service(self, sandbox: Sandbox, sessions: httpx.Client) -> None:
        session = sandbox.add_aimms_session("webui")
        for service, port in (("dex", 12003), ("webui", 12002), ("12010", 12010)):
            address = sessions.get(f"/sessions/{session}/{service}/uri").text
            assert address == f"{sandbox.urls.root}/session/{port}@{session}"
        assert sessions.get(f"/sessions/{session}/80/uri").status_code == 400

    def test_sessions_over_the_control_plane(
        self, sandbox: Sandbox, sessions: httpx.Client, http: httpx.Client
    ) -> None:
        made = http.post(f"{sandbox.urls.control}/aimms/sessions", json={"kind": "solve", "app": "Mine"}).json()
        assert sessions.get(f"/sessions/solve/{made['session_id']}").json()["app_name"] == "Mine"
        assert http.post(f"{sandbox.urls.control}/aimms/sessions", json={"kind": "task"}).status_code == 400


class TestSecretManager:
    @pytest.fixture
    def keeper(self, manager: Open) -> httpx.Client:
        return manager("secret-manager")

    def create(self, keeper: httpx.Client, path: str, content: str | None = None) -> None:
        body = {"type": "directory"} if content is None else {"type": "secret", "content": content}
        reply = keeper.post(f"/item/{path}", json=body)
        assert reply.status_code == 200, reply.text

    def test_items_from_creation_to_deletion(self, keeper: httpx.Client) -> None:
        self.create(keeper, "db")
        self.create(keeper, "db/prod")
        self.create(keeper, "db/password", "fake-1")
        assert keeper.get("/item/db").json() == {
            "type": "directory",
            "name": "db",
            "path": "db",
            "items": [
                {"type": "secret", "name": "password", "path": "db/password"},
                {"type": "directory", "name": "prod", "path": "db/prod"},
            ],
        }
        assert keeper.get("/item/db%2Fpassword").json()["content"] == "fake-1"
        assert [one["name"] for one in keeper.get("/item/").json()["items"]] == ["db"]
        keeper.patch("/item/db/password", json={"content": "fake-2", "name": "pw"})
        assert keeper.get("/item/db/pw").json()["content"] == "fake-2"
        assert keeper.delete("/item/db").status_code == 409
        for path in ("db/pw", "db/prod", "db"):
            assert keeper.delete(f"/item/{path}").status_code == 200
        assert keeper.get("/item/").json()["items"] == []

    def test_sorting_what_is_in_a_directory(self, keeper: httpx.Client) -> None:
        for name in ("a", "b"):
            self.create(keeper, name, "x")
        self.create(keeper, "c")
        names = [one["name"] for one in keeper.get("/item/?sort=type,-name").json()["items"]]
        assert names == ["c", "b", "a"]

    def test_a_renamed_directory_takes_along_what_is_in_it(self, keeper: httpx.Client) -> None:
        self.create(keeper, "a")
        self.create(keeper, "a/b", "x")
        assert keeper.patch("/item/a", json={"name": "z"}).json()["path"] == "z"
        assert keeper.get("/item/z/b").json()["content"] == "x"
        assert keeper.get("/item/a/b").status_code == 404

    @pytest.mark.parametrize(
        ("method", "path", "body", "status"),
        [
            ("POST", "s", {"type": "secret", "content": "again"}, 409),
            ("POST", "none/s", {"type": "directory"}, 404),
            ("POST", "s/below", {"type": "directory"}, 404),
            ("POST", "new", {"type": "secret"}, 400),
            ("POST", "new", {"type": "directory", "content": "x"}, 400),
            ("POST", "new", {"type": "file"}, 400),
            ("PATCH", "d", {"content": "x"}, 400),
            ("PATCH", "d", {"name": "s"}, 409),
            ("PATCH", "d", {}, 400),
            ("PATCH", "", {"name": "root"}, 403),
            ("GET", "d//s", None, 400),
        ],
    )
    def test_what_is_refused(
        self, keeper: httpx.Client, method: str, path: str, body: dict[str, str] | None, status: int
    ) -> None:
        self.create(keeper, "s", "fake")
        self.create(keeper, "d")
        assert keeper.request(method, f"/item/{path}", json=body).status_code == status
        assert keeper.delete("/item/").status_code == 403

    def test_access_is_given_changed_taken_and_inherited_once(self, keeper: httpx.Client, aimms: httpx.Client) -> None:
        self.create(keeper, "d")
        group = {"type": "group", "environment_name": "ROOT", "name": "Users"}
        user = {"type": "user", "environment_name": "ROOT", "name": "sandbox-user"}
        assert keeper.put("/access/d", json={**group, "access": "read"}).status_code == 200
        self.create(keeper, "d/s", "fake")
        keeper.put("/access/d", json={**group, "access": "read_write"})
        keeper.put("/access/d", json={**user, "access": "read"})
        assert keeper.get("/access/d").json() == [{**group, "access": "read_write"}, {**user, "access": "read"}]
        assert keeper.get("/access/d/s").json() == [{**group, "access": "read"}]
        assert keeper.request("DELETE", "/access/d", json=group).status_code == 200
        assert keeper.get("/access/d").json() == [{**user, "access": "read"}]
        assert keeper.request("DELETE", "/access/d", json=group).status_code == 404
        assert keeper.put("/access/d", json={**user, "name": "nobody", "access": "read"}).status_code == 404
        assert keeper.put("/access/d", json={**user, "access": "write"}).status_code == 400

    def test_contents_are_in_no_journal(self, sandbox: Sandbox, keeper: httpx.Client) -> None:
        self.create(keeper, "s", "planted-secret")
        keeper.get("/item/s")
        assert "planted-secret" not in repr(sandbox.journal()) + repr(sandbox._world.secrets.get("s"))
