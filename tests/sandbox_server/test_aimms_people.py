"""AIMMS environments, groups, users and memberships; the fixture judges each answer by the document."""

from typing import Any

import httpx
import pytest

from optcloud.sandbox import Sandbox
from sandbox_server.aimms_answers import refused

STRONG = "Fake-Password-1"


def names(reply: httpx.Response) -> list[str]:
    return [entity["name"] for entity in reply.json()["entities"]]


def make(account: httpx.Client) -> dict[str, Any]:
    """Environment Lab with the group planners and the user ada in it; their ids by name."""
    made = {
        "Lab": account.post("/environments", json={"name": "Lab"}).json()["id"],
        "planners": account.post("/environments/Lab/groups", json={"groupname": "planners"}).json()["entity"],
        "ada": account.post("/environments/Lab/users", json={"username": "ada"}).json()["entity"],
    }
    assert account.post(f"/environments/Lab/groups/planners/users/{made['ada']}").content == b""
    return made


def test_root_is_there_from_the_start_with_the_keys_user(account: httpx.Client) -> None:
    [root] = account.get("/environments").json()["environments"]
    assert (root["id"], root["name"], root["isDefault"]) == (16777095, "ROOT", True)
    assert names(account.get("/environments/ROOT/groups")) == ["Admin", "App Publisher", "Users"]
    assert names(account.get("/environments/ROOT/users")) == ["sandbox-user"]
    assert names(account.get("/environments/ROOT/groups/App Publisher/users")) == ["sandbox-user"]
    assert account.get("/users/current").json() == {
        "environment_name": "ROOT",
        "isAdmin": True,
        "isAppPublisher": True,
        "name": "sandbox-user",
    }


def test_an_environment_is_made_read_changed_and_deleted(account: httpx.Client) -> None:
    made = account.post("/environments", json={"name": "Lab", "description": "d", "domain": "lab"}).json()
    assert account.get("/environments/Lab").json() == made
    assert account.get("/environments").json()["environments"][1] == made
    rights = [{"authorization": 4, "deny": False, "entity": made["id"]}]
    changed = account.patch("/environments/Lab", json={"authorizations": rights, "description": "new"}).json()
    assert changed == made | {"authorizations": rights, "description": "new"}
    assert account.delete("/environments/Lab").content == b""
    refused(account.get("/environments/Lab"), 404)
    refused(account.get(f"/entity/{made['id']}"), 404)


def test_one_environment_is_the_default_and_none_may_be(account: httpx.Client) -> None:
    account.post("/environments", json={"name": "Lab", "isDefault": True})
    defaults = {one["name"]: one["isDefault"] for one in account.get("/environments").json()["environments"]}
    assert defaults == {"ROOT": False, "Lab": True}
    # The vendor's client sends isDefault=false with every change.
    assert account.patch("/environments/Lab", json={"name": "Lab", "isDefault": False}).json()["isDefault"] is False
    assert account.patch("/environments/ROOT", json={"isDefault": True}).json()["isDefault"] is True


def test_groups_and_users_are_made_changed_and_found_by_id(account: httpx.Client) -> None:
    ids = make(account)
    changed = account.patch("/environments/Lab/groups/planners", json={"maxUsers": 5}).json()
    assert (changed["max_users"], changed["curr_users"], changed["isGroup"]) == (5, 1, True)
    user = account.patch("/environments/Lab/users/ada", json={"email": "ada@example.invalid"}).json()
    user = account.patch("/environments/Lab/users/ada", json={"fullname": "Ada"}).json()
    assert (user["email"], user["description"], user["groups"]) == ("ada@example.invalid", "Ada", [ids["planners"]])
    assert account.get(f"/entity/{ids['ada']}").json() == account.get("/environments/Lab/users/ada").json() == user
    assert account.get(f"/entity/{ids['planners']}").json() == changed
    assert account.get(f"/entity/{ids['Lab']}").json()["environment"]["name"] == "Lab"
    assert len(set(ids.values())) == 3


def test_a_changed_name_renames_and_the_same_name_does_nothing(account: httpx.Client) -> None:
    ids = make(account)
    account.post("/environments/Lab/groups", json={"groupname": "other"})
    for path, field in (("groups/planners", "groupname"), ("users/ada", "username")):
        same = path.split("/")[1]
        assert account.patch(f"/environments/Lab/{path}", json={field: same}).json()["name"] == same
        assert account.patch(f"/environments/Lab/{path}", json={field: "renamed"}).json()["entity"] == ids[same]
    assert names(account.get("/environments/Lab/groups/renamed/users")) == ["renamed"]
    refused(account.get("/environments/Lab/users/ada"), 404)
    refused(account.patch("/environments/Lab/groups/renamed", json={"groupname": "other"}), 409)
    assert account.patch("/environments/Lab", json={"name": "Laboratory"}).json()["id"] == ids["Lab"]
    assert account.get("/environments/Laboratory/users/renamed").json()["environment"]["name"] == "Laboratory"


def test_members_come_and_go(account: httpx.Client) -> None:
    ids = make(account)
    member = f"/environments/Lab/groups/planners/users/{ids['ada']}"
    assert "already" in refused(account.post(member), 409)
    assert names(account.get("/environments/Lab/groups/planners/users")) == ["ada"]
    account.delete(member)
    assert names(account.get("/environments/Lab/groups/planners/users")) == []
    assert account.get("/environments/Lab/users/ada").json()["groups"] == []
    refused(account.delete(member), 404)
    refused(account.post(f"/environments/Lab/groups/planners/users/{ids['planners']}"), 404)
    refused(account.post("/environments/Lab/groups/planners/users/ada"), 400)


def test_members_of_another_environment_and_a_full_group(account: httpx.Client) -> None:
    ids = make(account)
    assert account.post(f"/environments/ROOT/groups/Users/users/{ids['ada']}").status_code == 200
    assert names(account.get("/environments/ROOT/groups/Users/users")) == ["sandbox-user", "ada"]
    other = account.post("/environments/Lab/users", json={"username": "grace"}).json()["entity"]
    account.patch("/environments/Lab/groups/planners", json={"maxUsers": 1})
    assert "has its 1 users" in refused(account.post(f"/environments/Lab/groups/planners/users/{other}"), 409)


def test_deleting_a_group_or_user_ends_its_memberships(account: httpx.Client) -> None:
    make(account)
    account.delete("/environments/Lab/groups/planners")
    assert account.get("/environments/Lab/users/ada").json()["groups"] == []
    make_again = account.post("/environments/Lab/groups", json={"groupname": "planners"}).json()
    assert make_again["curr_users"] == 0
    ada = account.get("/environments/Lab/users/ada").json()["entity"]
    account.post(f"/environments/Lab/groups/planners/users/{ada}")
    account.delete("/environments/Lab/users/ada")
    assert names(account.get("/environments/Lab/groups/planners/users")) == []
    refused(account.delete("/environments/Lab/users/ada"), 404)


def test_an_environment_with_people_in_it_stays(account: httpx.Client) -> None:
    make(account)
    assert "1 groups and 1 users" in refused(account.delete("/environments/Lab"), 409)
    account.delete("/environments/Lab/groups/planners")
    account.delete("/environments/Lab/users/ada")
    assert account.delete("/environments/Lab").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", "/environments/ROOT", None),
        ("DELETE", "/environments/ROOT/groups/Admin", None),
        ("DELETE", "/environments/ROOT/users/sandbox-user", None),
        ("PATCH", "/environments/ROOT", {"name": "R"}),
        ("PATCH", "/environments/ROOT/groups/App Publisher", {"groupname": "P"}),
        ("PATCH", "/environments/ROOT/users/sandbox-user", {"username": "u"}),
    ],
)
def test_what_belongs_to_the_system_stays(account: httpx.Client, method: str, path: str, body: Any) -> None:
    refused(account.request(method, path, json=body), 403)


def test_the_systems_user_stays_an_admin(account: httpx.Client) -> None:
    owner = account.get("/environments/ROOT/users/sandbox-user").json()["entity"]
    refused(account.delete(f"/environments/ROOT/groups/Admin/users/{owner}"), 403)
    assert account.delete(f"/environments/ROOT/groups/Users/users/{owner}").status_code == 200
    assert account.delete("/environments/ROOT/groups/Users").status_code == 200


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/environments", {"name": "ROOT"}),
        ("/environments/ROOT/groups", {"groupname": "Admin"}),
        ("/environments/ROOT/users", {"username": "sandbox-user"}),
    ],
)
def test_names_are_unique(account: httpx.Client, path: str, body: Any) -> None:
    assert "exists already" in refused(account.post(path, json=body), 409)


@pytest.mark.parametrize(
    ("path", "body", "fault"),
    [
        ("/environments", {}, "'name'"),
        ("/environments", {"name": "a/b"}, "body/name"),
        ("/environments", {"name": "a", "isDefault": "yes"}, "body/isDefault"),
        ("/environments", {"name": "a", "authorizations": [{"entity": 1}]}, "body/authorizations/0"),
        (
            "/environments",
            {"name": "a", "authorizations": [{"authorization": 4, "deny": False, "entity": 1}]},
            "entity 1 doesn't exist",
        ),
        ("/environments/ROOT/groups", {"groupname": ""}, "body/groupname"),
        ("/environments/ROOT/groups", {"groupname": "g", "maxUsers": -1}, "body/maxUsers"),
        ("/environments/ROOT/users", {"name": "u"}, "'username'"),
        ("/environments/ROOT/users", {"username": "u", "email": 5}, "body/email"),
        ("/environments/ROOT/users", {"username": "u", "password": "Eleven-On-1"}, "body/password"),
        ("/environments/ROOT/users", {"username": "u", "password": "NoDigitsIn-This"}, "body/password"),
        ("/environments/ROOT/users", {"username": "u", "password": "NothingSpecial1"}, "body/password"),
        ("/environments/ROOT/users", {"username": "u", "password": "123456-123456"}, "body/password"),
    ],
)
def test_bodies_are_checked_and_nothing_is_made(account: httpx.Client, path: str, body: Any, fault: str) -> None:
    before = account.get(path).json()
    assert fault in refused(account.post(path, json=body), 400)
    assert account.get(path).json() == before


def test_a_strong_password_never_comes_back(account: httpx.Client) -> None:
    reply = account.post("/environments/ROOT/users", json={"username": "ada", "password": STRONG})
    assert reply.status_code == 200
    assert STRONG not in reply.text + account.get("/environments/ROOT/users").text


@pytest.mark.parametrize(
    "path",
    [
        "/environments/No",
        "/environments/No/users",
        "/environments/ROOT/groups/No",
        "/environments/ROOT/groups/No/users",
    ],
)
def test_unknown_people(account: httpx.Client, path: str) -> None:
    assert "doesn't exist" in refused(account.get(path), 404)


def test_at_most_127_environments(account: httpx.Client) -> None:
    for number in range(126):
        assert account.post("/environments", json={"name": f"e{number}"}).status_code == 200
    refused(account.post("/environments", json={"name": "one too many"}), 409)


def test_a_reset_forgets_them(sandbox: Sandbox, account: httpx.Client) -> None:
    make(account)
    sandbox.reset()
    assert len(account.get("/environments").json()["environments"]) == 1
