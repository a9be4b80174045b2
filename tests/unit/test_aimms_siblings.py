"""The sibling services on scripted replies: what of their open shapes is understood, and what is said instead."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.aimms.connection import policy, sibling
from optcloud.aimms.people.entities import Entity
from optcloud.aimms.replies import array_of
from optcloud.aimms.services import directory, directory_keys, secrets, sessions, siblings
from optcloud.aimms.services.siblings import SiblingPages, filters, sorting, text_of
from optcloud.core.errors import BadRequest, ConfigError, Forbidden, ResponseMismatch
from optcloud.core.flow import Pages
from optcloud.core.request_policy import RequestPolicy
from optcloud.core.secret import Secret, not_hidden
from optcloud.core.settings import AimmsSettings
from unit.script import LOST, RETRY, Script, json_reply
from unit.test_aimms_keys import MADE, SECRET, TODAY


def own(url: str = "https://acme.aimms.cloud/pro-api/v2") -> RequestPolicy:
    return policy(AimmsSettings(url=url, api_key="not-a-real-key"), RETRY)


def script(service: str, *replies: Any) -> Script:
    return Script(replies, policy=sibling(own(), service))


def everything(cloud: Script, batches: Pages[Any]) -> list[Any]:
    found: list[Any] = []
    while (batch := cloud._run(batches.next())) is not None:
        found += batch
    assert cloud._run(batches.next()) is None and not cloud.replies
    return found


def queries(cloud: Script) -> list[dict[str, str]]:
    return [dict(request.url.params) for request in cloud.sent]


# ---------------------------------------------------------------- the road


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://acme.aimms.cloud/pro-api/v2", "https://acme.aimms.cloud/pro/session-manager/v1"),
        ("https://acme.aimms.cloud/pro-api/v1", "https://acme.aimms.cloud/pro/session-manager/v1"),
        ("http://127.0.0.1:9/aimms/pro-api/v2", "http://127.0.0.1:9/aimms/pro/session-manager/v1"),
    ],
)
def test_a_road_beside_the_own_one(url: str, base: str) -> None:
    ours = own(url)
    way = sibling(ours, "session-manager")
    assert (way.base_url, way.vendor) == (base, "AIMMS session-manager")
    assert way.auth is ours.auth and way.redact is ours.redact and way.retry is ours.retry


def test_no_road_without_an_account() -> None:
    with pytest.raises(ConfigError, match="there is none beside a local AIMMS"):
        sibling(own("http://localhost:8080/api/v2"), "session-manager")


def test_the_key_goes_along_and_errors_name_the_service() -> None:
    cloud = script("session-manager", json_reply({"detail": "no"}, 403))
    with pytest.raises(Forbidden, match="AIMMS session-manager getWebuiSession answered 403") as caught:
        cloud.run(sessions.get("webui", "7/8"))
    assert cloud.sent[0].headers["apikey"] == "not-a-real-key"
    assert cloud.sent[0].url.raw_path == b"/pro/session-manager/v1/sessions/webui/7%2F8"
    assert caught.value.vendor == "AIMMS session-manager"


# ---------------------------------------------------------------- pages


def numbers(*found: int) -> httpx.Response:
    return json_reply([{"session_id": str(number)} for number in found])


def listed(cloud: Script, **words: Any) -> list[str]:
    return [one.id for one in everything(cloud, sessions.list_sessions("webui", **words))]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(siblings, "PAGE", 2)


def test_pages_until_an_empty_one() -> None:
    cloud = script("session-manager", numbers(1, 2), numbers(3, 4), numbers(5), numbers())
    assert listed(cloud) == ["1", "2", "3", "4", "5"]
    assert [(one["offset"], one["limit"]) for one in queries(cloud)] == [("0", "2"), ("2", "2"), ("4", "2"), ("5", "2")]


def test_a_service_that_gives_fewer_than_asked_loses_nothing() -> None:
    assert listed(script("session-manager", numbers(1), numbers(2), numbers())) == ["1", "2"]


def test_a_service_that_does_not_page_is_not_read_for_ever() -> None:
    assert listed(script("session-manager", numbers(1, 2, 3), numbers(1, 2, 3))) == ["1", "2", "3"]


def test_where_pages_are_documented_a_short_one_is_the_last() -> None:
    users = [{"user_name": name, "environment_name": "ACME"} for name in ("a", "b", "c")]
    cloud = script("user-manager", json_reply(users[:2]), json_reply(users[2:]))
    assert [one.name for one in everything(cloud, directory.users())] == ["a", "b", "c"]
    assert everything(script("user-manager", json_reply([])), directory.groups()) == []


def test_nothing_is_asked_before_it_is_needed() -> None:
    cloud = script("session-manager", numbers(1, 2))
    assert len(cloud.run(sessions.list_sessions("solve").next()) or []) == 2


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ([{"id": 1}], [{"id": 1}]),
        ({"total": 1, "items": [{"id": 1}]}, [{"id": 1}]),
        ({"sessions": []}, []),
        ({}, []),
        ({"total": 0, "items": None}, []),
        (None, []),
        ({"message": "try later"}, None),
        ("text", None),
        (7, None),
    ],
)
def test_shapes_of_lists(reply: Any, expected: Any) -> None:
    assert array_of(reply) == expected
    if expected is None:
        with pytest.raises(ResponseMismatch, match="AIMMS session-manager listWebuiSessions"):
            listed(script("session-manager", json_reply(reply)))


@pytest.mark.parametrize("reply", [[1], ["a"], [[]], {"items": [None]}])
def test_items_that_are_no_objects_are_a_mismatch(reply: Any) -> None:
    with pytest.raises(ResponseMismatch, match="no list of objects"):
        listed(script("session-manager", json_reply(reply)))


@given(st.lists(st.integers(), unique=True), st.integers(1, 5))
def test_every_item_comes_once(items: list[int], size: int) -> None:
    def call(offset: int, limit: int) -> dict[str, Any]:
        operation = {"operation": {"id": "listThings"}}
        return {"method": "get", "url": "/", "params": {"offset": offset, "limit": limit}, "extensions": operation}

    def answer(request: httpx.Request) -> httpx.Response:
        offset, limit = (int(request.url.params[name]) for name in ("offset", "limit"))
        return json_reply(items[offset : offset + limit])

    for short_is_last in (True, False):
        pages = SiblingPages(
            "service", call, lambda reply: list(json.loads(reply.content)), size=size, short_is_last=short_is_last
        )
        cloud = Script([answer] * (len(items) + 2))
        found: list[int] = []
        while (batch := cloud._run(pages.next())) is not None:
            found += batch
        assert found == items


def test_filters_and_sorting() -> None:
    assert filters({"a": "x", "b": ["y", "z"], "c": None}) == {"a": "x", "b": "y,z"}
    assert filters({"a": "x,y"}) == {"a": "x,y"}  # written by hand
    with pytest.raises(BadRequest, match="a value has a comma"):
        filters({"a": ["x,y", "z"]})
    with pytest.raises(BadRequest, match="there is no filter b; there are a"):
        filters({"b": "x"}, ["a"])
    assert (sorting(None), sorting("-a,b"), sorting(["-a", "b"])) == (None, "-a,b", "-a,b")
    words = {"environment_name_in": ["ACME", "ROOT"], "user_name_contain_ci": "a d"}
    cloud = script("user-manager", json_reply([]))
    everything(cloud, directory.users(**words, sort=["-account_name", "user_name"]))
    assert queries(cloud) == [
        {
            "environment_name_in": "ACME,ROOT",
            "user_name_contain_ci": "a d",
            "sort": "-account_name,user_name",
            "offset": "0",
            "limit": "2",
        }
    ]
    with pytest.raises(BadRequest, match="there is no filter user_name_in"):
        directory.groups(user_name_in="ada")
    cloud = script("session-manager", json_reply([]))
    everything(cloud, sessions.list_sessions("task", state=["Running", "Queued"], sort="-created_at"))
    assert queries(cloud)[0] == {"state": "Running,Queued", "sort": "-created_at", "offset": "0", "limit": "2"}


# ---------------------------------------------------------------- sessions


@pytest.mark.parametrize("name", ["session_id", "id", "sessionId"])
def test_a_session(name: str) -> None:
    told = {name: "7", "state": "Running", "ended_at": None, "message": "", "app_name": "App"}
    found = script("session-manager", json_reply(told)).run(sessions.get("webui", "7"))
    assert (found.id, found.state, found.ended_at, found.message) == ("7", "Running", None, "")
    assert found.reply["app_name"] == "App" and found.kind == "webui"


def test_a_session_that_does_not_say_its_id() -> None:
    assert script("session-manager", json_reply({"state": "Terminated"})).run(sessions.get("solve", "7")).id == "7"


@pytest.mark.parametrize(
    ("flow", "message"),
    [
        (lambda: sessions.get("job", "7"), "'job' is no kind of session; there are webui, task, solve"),  # type: ignore[arg-type]
        (lambda: sessions.terminate("webui", ""), "the id of a session is needed"),
        (lambda: sessions.delete("webui", ""), "the id of a session is needed"),
        (lambda: sessions.delete("task", "7"), "or say kill_task=True"),
    ],
)
def test_sessions_faults_are_seen_before_sending(flow: Any, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        script("session-manager").run(flow())


def test_ends_of_sessions_are_sent_once() -> None:
    for flow in (sessions.terminate("webui", "7"), sessions.delete("task", "7", kill_task=True)):
        with pytest.raises(Exception, match="connection reset"):
            script("session-manager", LOST).run(flow)


def test_a_log_that_does_not_page() -> None:
    text = httpx.Response(200, text="one\ntwo\n")
    cloud = script("session-manager", text, httpx.Response(200, text="one\ntwo\n"))
    assert [str(one) for one in everything(cloud, sessions.logs("task", "7", level="error"))] == ["one", "two"]
    assert queries(cloud)[0] == {"level": "error", "offset": "0", "limit": "1000"}


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(200, text="https://acme.aimms.cloud/session/12002@7\n"),
        json_reply("https://acme.aimms.cloud/session/12002@7"),
        json_reply({"uri": "https://acme.aimms.cloud/session/12002@7"}),
    ],
)
def test_an_address_in_each_form(reply: httpx.Response) -> None:
    found = script("session-manager", reply).run(sessions.service_address("7", 12002))
    assert found == "https://acme.aimms.cloud/session/12002@7"


@pytest.mark.parametrize("reply", [json_reply({"uri": None}), json_reply([]), httpx.Response(200, text="soon")])
def test_no_address(reply: httpx.Response) -> None:
    with pytest.raises(ResponseMismatch):
        script("session-manager", reply).run(sessions.service_address("7", "webui"))


# ---------------------------------------------------------------- secrets


@pytest.mark.parametrize(
    ("path", "wire"),
    [("a/b", b"a%2Fb"), ("/a/b/", b"a%2Fb"), ("/", b"%2F"), ("", b"%2F"), ("a b", b"a%20b")],
)
def test_paths(path: str, wire: bytes) -> None:
    cloud = script("secret-manager", json_reply({"type": "directory", "items": []}))
    cloud.run(secrets.get(not_hidden, path))
    assert cloud.sent[0].url.raw_path == b"/pro/secret-manager/v1/item/" + wire


def test_a_secret_and_a_directory() -> None:
    hidden: list[Secret] = []
    told = {"type": "secret", "name": "b", "content": SECRET, "version": 3}
    item = script("secret-manager", json_reply(told)).run(secrets.get(hidden.append, "a/b"))
    assert (item.kind, item.name, item.content, hidden) == ("secret", "b", Secret(SECRET), [Secret(SECRET)])
    assert dict(item.reply) == {"type": "secret", "name": "b", "version": 3} and SECRET not in repr(item)
    inside = [{"type": "secret", "name": "b"}, {"type": "directory", "name": "c", "path": "a/c"}]
    found = script("secret-manager", json_reply({"items": inside})).run(secrets.get(not_hidden, "a", sort="-name"))
    assert [(one.path, one.kind) for one in found.items] == [("a/b", "secret"), ("a/c", "directory")]
    typed = script("secret-manager", json_reply({"content": {"user": "x"}})).run(secrets.get(not_hidden, "a"))
    assert typed.content == Secret('{"user":"x"}') and typed.kind == "secret"


def test_what_is_sent_of_secrets() -> None:
    hidden: list[Secret] = []
    for flow, expected in (
        (secrets.create(hidden.append, "a/b", SECRET), ("POST", {"type": "secret", "content": SECRET})),
        (secrets.create_directory("a/b"), ("POST", {"type": "directory"})),
        (secrets.update(not_hidden, "a/b", content=Secret(SECRET)), ("PATCH", {"content": SECRET})),
        (secrets.update(not_hidden, "a/b", name="c"), ("PATCH", {"name": "c"})),
    ):
        cloud = script("secret-manager", httpx.Response(201))
        cloud.run(flow)
        (sent,) = cloud.sent
        assert (sent.method, json.loads(sent.content)) == expected
    assert hidden == [Secret(SECRET)]
    ada = {"type": "user", "environment_name": "ACME", "name": "ada"}
    cloud = script("secret-manager", httpx.Response(204))
    cloud.run(secrets.grant("a/b", "ACME/user:ada", "read_write"))
    assert (cloud.sent[0].method, json.loads(cloud.sent[0].content)) == ("PUT", ada | {"access": "read_write"})
    cloud = script("secret-manager", httpx.Response(204))
    cloud.run(secrets.revoke("a/b", Entity("ACME", "user", "ada")))
    assert (cloud.sent[0].method, json.loads(cloud.sent[0].content)) == ("DELETE", ada)


@pytest.mark.parametrize(
    ("flow", "message"),
    [
        (lambda: secrets.create(not_hidden, "/", "x"), "the root directory cannot be a secret"),
        (lambda: secrets.delete(""), "the root directory cannot be deleted"),
        (lambda: secrets.get(not_hidden, "a//b"), "a name in it is empty"),
        (lambda: secrets.update(not_hidden, "a"), "nothing to change was given"),
        (lambda: secrets.update(not_hidden, "a", name="b/c"), "has no slash"),
        (lambda: secrets.grant("a", "ACME/user:ada", "write"), "there are read and read_write"),  # type: ignore[arg-type]
        (lambda: secrets.grant("a", "ACME"), "users and groups only"),
    ],
)
def test_faults_of_secrets_are_seen_before_sending(flow: Any, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        script("secret-manager").run(flow())


def test_an_access_of_another_shape_is_a_mismatch() -> None:
    with pytest.raises(ResponseMismatch, match="neither a user nor a group"):
        script("secret-manager", json_reply([{"who": "ada"}])).run(secrets.access("a"))


def test_a_content_that_comes_back_in_an_error_is_hidden() -> None:
    cloud = script("secret-manager", json_reply({"message": f"{SECRET} is too short"}, 400))
    assert cloud.policy is not None
    with pytest.raises(BadRequest) as caught:
        cloud.run(secrets.create(cloud.policy.redact.add, "a", SECRET))
    assert SECRET not in str(caught.value)


# ---------------------------------------------------------------- directory


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        (["planners"], ["ACME/group:planners"]),
        ([{"environment_name": "ROOT", "group_name": "Admin"}, {"name": "x"}], ["ROOT/group:Admin", "ACME/group:x"]),
        (None, []),
        ("planners", []),
    ],
)
def test_groups_of_a_user(groups: Any, expected: list[str]) -> None:
    told = {"environment_name": "ACME", "user_name": "ada", "full_name": None, "groups": groups}
    found = script("user-manager", json_reply(told)).run(directory.current_user())
    assert [str(group) for group in found.groups] == expected and found.full_name == ""


def test_the_account_is_the_callers_unless_it_is_named() -> None:
    here = json_reply({"account_name": "acme", "environment_name": "ROOT"})
    cloud = script("user-manager", here, json_reply({}))
    cloud.run(directory.user("A/B", "ada"))
    assert cloud.sent[1].url.raw_path == b"/pro/user-manager/v1/user/acme/A%2FB/ada/info"
    cloud = script("user-manager", json_reply({}))
    cloud.run(directory.group("ACME", "g", account="other"))
    assert cloud.sent[0].url.path == "/pro/user-manager/v1/group/other/ACME/g/info"
    with pytest.raises(BadRequest, match="account: a name is needed"):
        script("user-manager", json_reply({})).run(directory.environment("ACME"))


@pytest.mark.parametrize(
    "reply", [["Tasks", "Quantum"], {"scopes": ["Tasks", "Quantum"]}, [{"scope": "Tasks"}, {"name": "Quantum"}]]
)
def test_scopes_in_each_form(reply: Any) -> None:
    found = script("user-manager", json_reply(reply)).run(directory_keys.scopes())
    assert [(one.word, one.known) for one in found] == [("Tasks", True), ("Quantum", False)]


@pytest.mark.parametrize("reply", [[7], [{}], {"message": "x"}, "Tasks"])
def test_scopes_of_another_shape_are_a_mismatch(reply: Any) -> None:
    with pytest.raises(ResponseMismatch):
        script("user-manager", json_reply(reply)).run(directory_keys.scopes())


def test_keys_of_the_newer_service() -> None:
    hidden: list[Secret] = []
    told = {"name": "ci", "expiration_date": "2026-12-01", "scopes": [{"scope": "Tasks"}], "value": SECRET}
    cloud = script("user-manager", json_reply(told, 201))
    key = cloud.run(directory_keys.create_key("ci", TODAY, ["Task"], hide=hidden.append))
    assert json.loads(cloud.sent[0].content) == {"name": "ci", "expiration_date": "2026-11-07", "scopes": ["Tasks"]}
    assert (key.secret, key.expiration_date, [one.word for one in key.scopes]) == (
        Secret(SECRET),
        "2026-12-01",
        ["Tasks"],
    )
    assert hidden == [key.secret] and "value" not in key.reply
    cut = httpx.Response(200, content=json.dumps(told).encode()[:-1])
    assert script("user-manager", cut).run(directory_keys.create_key("ci", TODAY, ["Task"])).secret == Secret(SECRET)
    with pytest.raises(ResponseMismatch, match="its value is not in the reply"):
        script("user-manager", json_reply(MADE | {"secret": "x"})).run(directory_keys.create_key("ci", TODAY, ["Task"]))
    with pytest.raises(BadRequest, match="more than a year ahead"):
        script("user-manager").run(directory_keys.create_key("ci", "2028-01-01", ["Task"]))
    with pytest.raises(BadRequest, match="a key needs one at least"):
        script("user-manager").run(directory_keys.create_key("ci", TODAY, []))


def test_texts() -> None:
    assert text_of({"a": None, "b": "", "c": 7}, "a", "b", "c") == "7" and text_of({}, "a") == ""
