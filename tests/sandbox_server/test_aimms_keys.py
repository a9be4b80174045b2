"""AIMMS API keys as an account's operations see them; the fixture judges each answer by the document."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from optcloud.sandbox import Sandbox
from optcloud_sandbox.credentials import AIMMS_SCOPES
from sandbox_server.aimms_answers import refused


def day(sandbox: Sandbox, ahead: float) -> str:
    return (datetime.fromtimestamp(sandbox.now(), UTC) + timedelta(days=ahead)).strftime("%Y-%m-%d")


def create(sandbox: Sandbox, account: httpx.Client, path: str = "/api-keys", **changes: Any) -> httpx.Response:
    body = {"keyName": "ci", "expirationDate": day(sandbox, 30), "scopes": [{"scope": "Tasks"}]} | changes
    return account.post(path, json={name: value for name, value in body.items() if value is not None})


def test_the_published_key_is_listed_without_its_secret(sandbox: Sandbox, account: httpx.Client) -> None:
    reply = account.get("/api-keys")
    [key] = reply.json()["keys"]
    assert key["keyName"] == "sandbox"
    assert [entry["scope"] for entry in key["scopes"]] == list(AIMMS_SCOPES)
    assert sandbox.credentials.aimms_api_key not in reply.text


def test_a_created_key_signs_in_with_its_scopes_until_it_ends(sandbox: Sandbox, account: httpx.Client) -> None:
    created = create(sandbox, account).json()
    assert created["expirationDate"] == f"{day(sandbox, 30)}T00:00"
    headers = {"apikey": created["secret"]}
    assert account.get("/tasks", headers=headers).status_code == 200
    assert "lacks the scope PublishApp" in refused(account.get("/applications", headers=headers), 403)
    sandbox.turn(30 * 24 * 3600)
    assert "expired" in refused(account.get("/tasks", headers=headers), 401)
    assert [key["keyName"] for key in account.get("/api-keys").json()["keys"]] == ["sandbox", "ci"]


def test_the_secret_is_shown_once_and_is_another_each_time(sandbox: Sandbox, account: httpx.Client) -> None:
    first, second = create(sandbox, account).json(), create(sandbox, account, keyName="ci-2").json()
    assert first["secret"] != second["secret"]
    listed = account.get("/api-keys").text
    assert first["secret"] not in listed
    assert '"secret"' not in listed


def test_a_secret_that_is_sent_is_not_taken(sandbox: Sandbox, account: httpx.Client) -> None:
    assert create(sandbox, account, secret="fake-chosen").json()["secret"] != "fake-chosen"


@pytest.mark.parametrize("path", ["/api-keys", "/api-keys/sandbox"])
def test_a_deleted_key_is_refused_at_once(sandbox: Sandbox, account: httpx.Client, path: str) -> None:
    secret = create(sandbox, account, path).json()["secret"]
    assert account.delete(f"{path}/ci").content == b""
    assert "not known" in refused(account.get("/tasks", headers={"apikey": secret}), 401)
    refused(account.delete(f"{path}/ci"), 404)
    assert create(sandbox, account, path).status_code == 200


def test_another_account(sandbox: Sandbox, account: httpx.Client) -> None:
    assert "account other doesn't exist" in refused(create(sandbox, account, "/api-keys/other"), 404)
    refused(account.delete("/api-keys/other/sandbox"), 404)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Tasks", "Tasks"),
        ("Task", "Tasks"),
        ("PublishAimms", "PublishAimms"),
        ("PublishAIMMS", "PublishAimms"),
        ("Publish AIMMS", "PublishAimms"),
        ("PublishApp", "PublishApp"),
        ("Publish App", "PublishApp"),
        ("APIKey", "APIKey"),
        ("API Key", "APIKey"),
        ("User", "User"),
    ],
)
def test_scopes_in_each_spelling(sandbox: Sandbox, account: httpx.Client, given: str, shown: str) -> None:
    assert create(sandbox, account, scopes=[{"scope": given}]).json()["scopes"] == [{"scope": shown}]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"scopes": [{"scope": "Everything"}]}, "body/scopes/0/scope"),
        ({"scopes": []}, "body/scopes"),
        ({"scopes": None}, "'scopes'"),
        ({"keyName": None}, "'keyName'"),
        ({"keyName": ""}, "body/keyName"),
        ({"expirationDate": None}, "'expirationDate'"),
        ({"expirationDate": "soon"}, "'soon' is no date"),
        ({"expirationDate": "2020-01-01"}, "not in the future"),
    ],
)
def test_what_cannot_be_created(sandbox: Sandbox, account: httpx.Client, changes: Any, fault: str) -> None:
    assert fault in refused(create(sandbox, account, **changes), 400)
    assert len(account.get("/api-keys").json()["keys"]) == 1


def test_at_most_a_year_by_the_sandboxes_clock(sandbox: Sandbox, account: httpx.Client) -> None:
    assert "more than a year" in refused(create(sandbox, account, expirationDate=day(sandbox, 367)), 400)
    assert create(sandbox, account, expirationDate=day(sandbox, 365)).status_code == 200
    sandbox.turn(2 * 24 * 3600)
    assert create(sandbox, account, keyName="later", expirationDate=day(sandbox, 365)).status_code == 200
    assert "not in the future" in refused(create(sandbox, account, keyName="x", expirationDate=day(sandbox, 0)), 400)


def test_names_are_unique(sandbox: Sandbox, account: httpx.Client) -> None:
    assert "exists already" in refused(create(sandbox, account, keyName="sandbox"), 409)


def test_keys_added_by_hand_have_names(sandbox: Sandbox, account: httpx.Client) -> None:
    sandbox.add_aimms_key("fake-a", "Tasks")
    sandbox.add_aimms_key("fake-b", "Tasks", lifetime=60)
    sandbox.add_aimms_key("fake-a", "Tasks", "APIKey")
    assert [key["keyName"] for key in account.get("/api-keys").json()["keys"]] == ["sandbox", "key-1", "key-2"]
    assert account.delete("/api-keys/key-1", headers={"apikey": "fake-a"}).status_code == 200
    refused(account.get("/tasks", headers={"apikey": "fake-a"}), 401)


def test_a_reset_forgets_them(sandbox: Sandbox, account: httpx.Client) -> None:
    create(sandbox, account)
    sandbox.reset()
    assert len(account.get("/api-keys").json()["keys"]) == 1
