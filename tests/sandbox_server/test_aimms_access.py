"""Who may do what on an AIMMS app; the fixture judges each answer by the document."""

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud_sandbox.aimms.access import rights
from sandbox_server.aimms_answers import refused

APP = "/applications/Sandbox/1.0"


@pytest.fixture
def ids(account: httpx.Client) -> dict[str, int]:
    """Environment Lab with the groups planners (of ada) and drivers (of bob), and carl in none."""
    made = {"Lab": account.post("/environments", json={"name": "Lab"}).json()["id"]}
    for group in ("planners", "drivers"):
        made[group] = account.post("/environments/Lab/groups", json={"groupname": group}).json()["entity"]
    for user in ("ada", "bob", "carl"):
        made[user] = account.post("/environments/Lab/users", json={"username": user}).json()["entity"]
    account.post(f"/environments/Lab/groups/planners/users/{made['ada']}")
    account.post(f"/environments/Lab/groups/drivers/users/{made['bob']}")
    return made


def allow(account: httpx.Client, *entries: tuple[int, int, bool]) -> httpx.Response:
    rights = [{"authorization": right, "deny": deny, "entity": entity} for entity, right, deny in entries]
    return account.patch(APP, json={"authorizations": rights})


def apps(reply: httpx.Response) -> list[str]:
    return [app["project"]["name"] for app in reply.json()["applications"]]


def with_access(account: httpx.Client, kind: str) -> list[str]:
    params = {"appName": "Sandbox", "appVersion": "1.0"}
    rows = account.get(f"/portal/app_access/{kind}_by_app", params=params).json()["app_access_list"]
    return [row["entity_name"] for row in rows]


def test_nobody_has_access_at_first(account: httpx.Client, ids: dict[str, int]) -> None:
    assert account.get("/app_access/Sandbox/1.0").json() == {"entities": []}
    assert apps(account.get(f"/entity/{ids['ada']}/app_access")) == []
    assert with_access(account, "groups") == with_access(account, "users") == []


def test_a_group_gives_access_to_its_users(account: httpx.Client, ids: dict[str, int]) -> None:
    allow(account, (ids["planners"], 5, False))
    assert [one["name"] for one in account.get("/app_access/Sandbox/1.0").json()["entities"]] == ["planners"]
    assert apps(account.get("/environments/Lab/groups/planners/app_access")) == ["Sandbox"]
    assert apps(account.get("/environments/Lab/groups/drivers/app_access")) == []
    assert apps(account.get(f"/entity/{ids['ada']}/app_access")) == ["Sandbox"]
    assert apps(account.get(f"/entity/{ids['bob']}/app_access")) == []
    assert with_access(account, "groups") == ["planners"]
    assert with_access(account, "users") == ["ada"]


def test_an_environment_gives_access_to_all_in_it(account: httpx.Client, ids: dict[str, int]) -> None:
    allow(account, (ids["Lab"], 4, False))
    assert account.get("/app_access/Sandbox/1.0").json()["entities"][0]["entity"] == ids["Lab"]
    assert with_access(account, "groups") == ["planners", "drivers"]
    assert with_access(account, "users") == ["ada", "bob", "carl"]
    rows = account.get("/portal/app_access/apps_by_group", params={"envName": "Lab", "groupName": "drivers"}).json()
    assert [row["deletable"] for row in rows["app_access_list"]] == [False]


def test_a_denial_wins(account: httpx.Client, ids: dict[str, int]) -> None:
    allow(account, (ids["Lab"], 7, False), (ids["planners"], 7, True))
    assert with_access(account, "groups") == ["drivers"]
    assert with_access(account, "users") == ["bob", "carl"]
    allow(account, (ids["Lab"], 7, False), (ids["planners"], 2, True))  # reading and executing stay
    assert with_access(account, "users") == ["ada", "bob", "carl"]


def test_a_user_in_a_group_of_another_environment(account: httpx.Client, ids: dict[str, int]) -> None:
    root = account.get("/environments/ROOT").json()["id"]
    allow(account, (root, 5, False))
    assert with_access(account, "users") == ["sandbox-user"]
    account.post(f"/environments/ROOT/groups/Users/users/{ids['carl']}")
    assert with_access(account, "users") == ["sandbox-user", "carl"]


@pytest.mark.parametrize("by", ["ids", "names"])
def test_the_portal_adds_and_removes_a_group(account: httpx.Client, ids: dict[str, int], by: str) -> None:
    app: dict[str, Any] = {"app_name": "Sandbox", "app_version": "1.0"}
    group: dict[str, Any] = {"env_name": "Lab", "entity_name": "planners"}
    body = app | group if by == "names" else {"app_id": 1, "entity_id": ids["planners"]}
    for _ in range(2):  # once more changes nothing
        assert account.post("/portal/app_access/group", json=body).content == b""
        entry = {"authorization": 5, "deny": False, "entity": ids["planners"]}
        assert account.get(APP).json()["authorizations"] == [entry]
    params = {"envName": "Lab", "groupName": "planners"}
    [row] = account.get("/portal/app_access/apps_by_group", params=params).json()["app_access_list"]
    assert row.items() >= (app | group | {"app_id": 1, "entity_id": ids["planners"], "deletable": True}).items()
    assert account.request("DELETE", "/portal/app_access/group", json=row).content == b""
    assert account.get(APP).json()["authorizations"] == []
    refused(account.request("DELETE", "/portal/app_access/group", json=row), 404)


def test_adding_a_group_lifts_its_own_denial(account: httpx.Client, ids: dict[str, int]) -> None:
    allow(account, (ids["planners"], 1, True), (ids["ada"], 2, False))
    account.post("/portal/app_access/group", json={"app_id": 1, "entity_id": ids["planners"]})
    assert [entry["entity"] for entry in account.get(APP).json()["authorizations"]] == [ids["ada"], ids["planners"]]
    assert with_access(account, "groups") == ["planners"]


@pytest.mark.parametrize("by", ["ids", "names"])
def test_the_portal_removes_a_user(account: httpx.Client, ids: dict[str, int], by: str) -> None:
    allow(account, (ids["ada"], 5, False), (ids["planners"], 4, False))
    names = {"app_name": "Sandbox", "app_version": "1.0", "env_name": "Lab", "entity_name": "ada"}
    body: dict[str, Any] = names if by == "names" else {"app_id": 1, "entity_id": ids["ada"]}
    assert account.request("DELETE", "/portal/app_access/user", json=body).content == b""
    assert with_access(account, "users") == ["ada"]  # by her group
    refused(account.request("DELETE", "/portal/app_access/user", json=body), 404)


@pytest.mark.parametrize(
    ("method", "kind", "body", "status", "fault"),
    [
        ("POST", "group", {"app_name": "Sandbox", "entity_id": 16777096}, 400, "not valid under any"),
        ("POST", "group", {"app_id": 9, "entity_id": 16777096}, 404, "App with id 9"),
        ("POST", "group", {"app_id": 1, "entity_id": 16777096}, 400, "sandbox-user is no group"),
        ("POST", "group", {"app_id": 1, "entity_id": 1}, 404, "entity 1"),
        ("POST", "group", {"app_id": "1", "entity_id": 16777097}, 400, "body/app_id"),
        ("DELETE", "user", {"app_id": 1, "entity_id": 16777097}, 404, "user 16777097"),
    ],
)
def test_what_cannot_be(
    account: httpx.Client, method: str, kind: str, body: dict[str, Any], status: int, fault: str
) -> None:
    assert fault in refused(account.request(method, f"/portal/app_access/{kind}", json=body), status)


def test_authorizations_of_nobody_change_nothing(account: httpx.Client, ids: dict[str, int]) -> None:
    before = account.get(APP).json()
    reply = allow(account, (ids["ada"], 5, False), (5, 5, False))
    assert "body/authorizations/1/entity: entity 5 doesn't exist" in refused(reply, 400)
    assert account.get(APP).json() == before


@pytest.mark.parametrize("path", ["groups/planners", "users/ada"])
def test_who_is_deleted_has_no_rights_left(account: httpx.Client, ids: dict[str, int], path: str) -> None:
    allow(account, (ids["planners"], 5, False), (ids["ada"], 4, False))
    account.delete(f"/environments/Lab/{path}")
    gone = ids[path.split("/")[1]]
    assert [entry["entity"] for entry in account.get(APP).json()["authorizations"]] == [
        one for one in (ids["planners"], ids["ada"]) if one != gone
    ]
    assert len(account.get("/app_access/Sandbox/1.0").json()["entities"]) == 1


@given(
    st.lists(st.tuples(st.integers(1, 3), st.integers(1, 7), st.booleans()), max_size=8),
    st.sets(st.integers(1, 3)),
    st.randoms(),
)
def test_rights_do_not_depend_on_the_order_and_a_denial_wins(
    drawn: list[tuple[int, int, bool]], concerned: set[int], shuffler: Any
) -> None:
    entries = [{"entity": entity, "authorization": right, "deny": deny} for entity, right, deny in drawn]
    found = rights(entries, concerned)
    shuffled = list(entries)
    shuffler.shuffle(shuffled)
    assert rights(shuffled, concerned) == found
    for bit in (1, 2, 4):
        granted = any(e in concerned and r & bit and not d for e, r, d in drawn)
        denied = any(e in concerned and r & bit and d for e, r, d in drawn)
        assert bool(found & bit) == (granted and not denied)
