"""Environments, groups and users on scripted replies: what is sent, what is read, what is made so."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from optcloud.aimms.people import edit, ensure, lookup
from optcloud.aimms.people.entities import Entity, Environment, Group, User
from optcloud.core.errors import BadRequest, NotFound, ResponseMismatch
from optcloud.core.flow import Flow
from optcloud.core.secret import Secret, not_hidden
from unit.script import LOST, Script, json_reply
from unit.test_aimms_tasks import script

PLACE = {"id": 1, "name": "ACME", "description": "Planning", "isDefault": False}
GROUP = {"entity": 8, "name": "planners", "environment": PLACE, "isGroup": True, "curr_users": 2, "max_users": 9}
ADA = {
    "entity": 7,
    "name": "ada",
    "environment": PLACE,
    "description": "Ada Lovelace",
    "email": "ada@acme.test",
    "groups": [8],
    "newerField": 1,
}
GONE = {"message": "doesn't exist"}
PASSWORD = "not-a-real-password-1!"


def gone() -> httpx.Response:
    return json_reply(GONE, 404)


def sent(cloud: Script) -> list[tuple[str, str, Any]]:
    return [
        (one.method, one.url.raw_path.decode().removeprefix("/pro-api/v2"), json.loads(one.content or b"null"))
        for one in cloud.sent
    ]


def test_reading() -> None:
    environment = script(json_reply(PLACE)).run(lookup.environment("ACME"))
    assert (environment.id, environment.description, environment.domain) == (1, "Planning", "")
    group = script(json_reply(GROUP)).run(lookup.group("ACME", "planners"))
    assert (group.id, group.users, group.max_users, str(group.entity)) == (8, 2, 9, "ACME/group:planners")
    ada = script(json_reply(ADA)).run(lookup.user("ACME", "ada"))
    assert (ada.id, ada.full_name, ada.email, ada.groups) == (7, "Ada Lovelace", "ada@acme.test", (8,))
    assert ada.reply["newerField"] == 1 and str(ada.entity) == "ACME/user:ada"
    told = {**ADA, "fullname": "Lady Lovelace", "email": None, "groups": None}
    assert script(json_reply(told)).run(lookup.user("ACME", "ada")).full_name == "Lady Lovelace"
    place = PLACE | {"domain": None, "description": None, "authorizations": None}
    (environment,) = script(json_reply({"environments": [place]})).run(lookup.environments())
    assert (environment.domain, environment.description, environment.reply["domain"]) == ("", "", None)
    current = {"environment_name": "ROOT", "name": "me", "isAdmin": True}
    me = script(json_reply(current)).run(lookup.current())
    assert (me.environment, me.name, me.is_admin, me.is_app_publisher) == ("ROOT", "me", True, False)


@pytest.mark.parametrize(
    ("info", "kind"),
    [(GROUP, Group), (ADA, User), ({"entity": 1, "name": "ACME", "environment": PLACE}, Environment)],
)
def test_entities(info: dict[str, Any], kind: type) -> None:
    found = script(json_reply(info)).run(lookup.entity(info["entity"]))
    assert type(found) is kind and found.id == info["entity"]


@pytest.mark.parametrize("wrap", [lambda items, key: {key: items}, lambda items, _key: items])
def test_lists(wrap: Callable[[list[Any], str], Any]) -> None:
    assert [one.name for one in script(json_reply(wrap([PLACE], "environments"))).run(lookup.environments())] == [
        "ACME"
    ]
    assert [one.id for one in script(json_reply(wrap([GROUP], "entities"))).run(lookup.groups("ACME"))] == [8]
    assert [one.id for one in script(json_reply(wrap([ADA], "entities"))).run(lookup.users("ACME"))] == [7]
    assert [one.id for one in script(json_reply(wrap([ADA], "entities"))).run(lookup.members("ACME", "g"))] == [7]


@pytest.mark.parametrize("empty", ["{}", '{"entities": null}', '{"entities": []}', "[]", "null"])
def test_empty_lists(empty: str) -> None:
    assert script(httpx.Response(200, text=empty)).run(lookup.users("ACME")) == []


@pytest.mark.parametrize("other", [{"entities": [{"name": "ada"}]}, {"entities": 7}, [7], "text"])
def test_lists_of_another_shape_are_a_mismatch(other: Any) -> None:
    with pytest.raises(ResponseMismatch) as caught:
        script(json_reply(other)).run(lookup.users("ACME"))
    assert caught.value.status == 200 and caught.value.body


@pytest.mark.parametrize("other", [{}, {"entity": "7", "name": "ada", "environment": PLACE}, []])
def test_a_user_of_another_shape_is_a_mismatch(other: Any) -> None:
    with pytest.raises(ResponseMismatch):
        script(json_reply(other)).run(lookup.user("ACME", "ada"))


WRITES: list[tuple[Callable[[], Flow[Any]], Any, tuple[str, str, Any]]] = [
    (
        lambda: edit.create_environment("A/B", description="", saml_metadata_url="https://idp.test"),
        PLACE,
        ("POST", "/environments", {"name": "A/B", "description": "", "samlMetadataUrl": "https://idp.test"}),
    ),
    (
        lambda: edit.update_environment("ACME", domain="acme.test"),
        PLACE,
        ("PATCH", "/environments/ACME", {"name": "ACME", "domain": "acme.test"}),  # no isDefault
    ),
    (
        lambda: edit.update_environment("ACME", is_default=False, name="NEW", domain=None),
        PLACE,
        ("PATCH", "/environments/ACME", {"isDefault": False, "name": "NEW"}),
    ),
    (lambda: edit.delete_environment("A/B"), None, ("DELETE", "/environments/A%2FB", None)),
    (
        lambda: edit.create_group("ACME", "planners", max_users=0),
        GROUP,
        ("POST", "/environments/ACME/groups", {"groupname": "planners", "maxUsers": 0}),
    ),
    (
        lambda: edit.update_group("ACME", "plan ners", description="x"),
        GROUP,
        ("PATCH", "/environments/ACME/groups/plan%20ners", {"groupname": "plan ners", "description": "x"}),
    ),
    (lambda: edit.delete_group("ACME", "g"), None, ("DELETE", "/environments/ACME/groups/g", None)),
    (
        lambda: edit.create_user(not_hidden, "ACME", "ada", full_name="Ada", password=Secret(PASSWORD)),
        ADA,
        ("POST", "/environments/ACME/users", {"username": "ada", "fullname": "Ada", "password": PASSWORD}),
    ),
    (
        lambda: edit.update_user(not_hidden, "ACME", "ada", email=""),
        ADA,
        ("PATCH", "/environments/ACME/users/ada", {"username": "ada", "email": ""}),
    ),
    (lambda: edit.delete_user("ACME", "ada"), None, ("DELETE", "/environments/ACME/users/ada", None)),
    (
        lambda: edit.add_member("ACME", "planners", 7),
        None,
        ("POST", "/environments/ACME/groups/planners/users/7", None),
    ),
    (
        lambda: edit.remove_member("ACME", "planners", "#7"),
        None,
        ("DELETE", "/environments/ACME/groups/planners/users/7", None),
    ),
]


@pytest.mark.parametrize(("flow", "reply", "expected"), WRITES)
def test_what_is_sent(flow: Callable[[], Flow[Any]], reply: Any, expected: tuple[str, str, Any]) -> None:
    cloud = script(httpx.Response(200) if reply is None else json_reply(reply))
    cloud.run(flow())
    assert sent(cloud) == [expected]


@pytest.mark.parametrize("flow", [case[0] for case in WRITES])
def test_writes_are_sent_once(flow: Callable[[], Flow[Any]]) -> None:
    cloud = script(LOST)
    with pytest.raises(Exception, match="connection reset"):
        cloud.run(flow())


@pytest.mark.parametrize(
    ("flow", "message"),
    [
        (lambda: edit.create_group("ACME", "g", max_users="9"), "group: maxUsers: .*int.*str"),
        (lambda: edit.update_environment("ACME", is_default="no"), "environment ACME: isDefault: .*bool"),
        (lambda: edit.create_user(not_hidden, "ACME", "", full_name="x"), "user: a name is needed"),
        (lambda: edit.delete_user("ACME", ""), "user: a name is needed"),
        (lambda: edit.delete_group("", "g"), "environment: a name is needed"),
        (lambda: edit.delete_environment(""), "environment: a name is needed"),
    ],
)
def test_faults_are_seen_before_sending(flow: Callable[[], Flow[Any]], message: str) -> None:
    with pytest.raises(BadRequest, match=message) as caught:
        script().run(flow())
    assert caught.value.status is None


def test_a_password_that_comes_back_in_an_error_is_hidden() -> None:
    cloud = script(json_reply({"message": f"{PASSWORD} is too weak"}, 400))
    assert cloud.policy is not None
    with pytest.raises(BadRequest) as caught:
        cloud.run(edit.create_user(cloud.policy.redact.add, "ACME", "ada", password=PASSWORD))
    assert PASSWORD not in str(caught.value) and "*** is too weak" in str(caught.value)


def test_members_by_name() -> None:
    cloud = script(json_reply(ADA), httpx.Response(200))
    cloud.run(edit.add_member("ACME", "planners", "ada"))
    assert [one[:2] for one in sent(cloud)] == [
        ("GET", "/environments/ACME/users/ada"),
        ("POST", "/environments/ACME/groups/planners/users/7"),
    ]
    cloud = script(json_reply(ADA), httpx.Response(200))
    cloud.run(edit.add_member("ACME", "planners", "OTHER/user:bob"))
    assert sent(cloud)[0][1] == "/environments/OTHER/users/bob"


# ---------------------------------------------------------------- make it so


def test_ensure_creates() -> None:
    cloud = script(gone(), json_reply(PLACE))
    change = cloud.run(ensure.ensure_environment("ACME", description="Planning"))
    assert sent(cloud)[1] == ("POST", "/environments", {"name": "ACME", "description": "Planning"})
    assert (change.action, change.done, change.fields) == ("create", True, {"description": (None, "Planning")})
    assert str(change) == "create environment ACME (description None -> 'Planning')"
    cloud = script(gone(), json_reply(GROUP))
    assert cloud.run(ensure.ensure_group("ACME", "planners")).action == "create"
    cloud = script(gone(), json_reply(ADA))
    change = cloud.run(ensure.ensure_user(not_hidden, "ACME", "ada", full_name="Ada", password=PASSWORD))
    assert sent(cloud)[1][2] == {"username": "ada", "fullname": "Ada", "password": PASSWORD}
    assert PASSWORD not in repr(change) and "password" not in change.fields


def test_ensure_changes_only_what_differs() -> None:
    cloud = script(json_reply(ADA), json_reply(ADA))
    change = cloud.run(
        ensure.ensure_user(not_hidden, "ACME", "ada", full_name="Ada Lovelace", email="a@b.test", password="unused")
    )
    assert sent(cloud)[1] == ("PATCH", "/environments/ACME/users/ada", {"username": "ada", "email": "a@b.test"})
    assert (change.action, change.fields) == ("update", {"email": ("ada@acme.test", "a@b.test")})
    cloud = script(json_reply(GROUP), json_reply(GROUP))
    assert cloud.run(ensure.ensure_group("ACME", "planners", max_users=3)).fields == {"max_users": (9, 3)}
    cloud = script(json_reply(PLACE), json_reply(PLACE))
    assert cloud.run(ensure.ensure_environment("ACME", is_default=True)).fields == {"is_default": (False, True)}


@pytest.mark.parametrize(
    ("flow", "reply"),
    [
        (lambda: ensure.ensure_environment("ACME", description="Planning", domain=None), PLACE),
        (lambda: ensure.ensure_group("ACME", "planners", max_users=9), GROUP),
        (lambda: ensure.ensure_user(not_hidden, "ACME", "ada", email="ada@acme.test", password="unused"), ADA),
    ],
)
def test_ensure_leaves_alone_what_is_so(flow: Callable[[], Flow[Any]], reply: Any) -> None:
    change = script(json_reply(reply)).run(flow())
    assert (change.action, change.differs, change.done) == ("none", False, False)


@pytest.mark.parametrize(
    "flow",
    [
        lambda: ensure.ensure_environment("ACME", dry_run=True),
        lambda: ensure.ensure_group("ACME", "planners", dry_run=True),
        lambda: ensure.ensure_user(not_hidden, "ACME", "ada", dry_run=True),
        lambda: ensure.ensure_member("ACME", "planners", "ada", dry_run=True),
    ],
)
def test_a_dry_run_sends_no_write(flow: Callable[[], Flow[Any]]) -> None:
    cloud = script(gone())
    change = cloud.run(flow())
    assert change.differs and not change.done
    assert {request.method for request in cloud.sent} == {"GET"}


def listed(*users: dict[str, Any]) -> httpx.Response:
    return json_reply({"entities": list(users)})


def test_ensure_member() -> None:
    cloud = script(json_reply(ADA), listed(), httpx.Response(200))
    change = cloud.run(ensure.ensure_member("ACME", "planners", "ada"))
    assert (str(change), change.done) == ("add member ACME/group:planners + ACME/user:ada", True)
    assert sent(cloud)[2][:2] == ("POST", "/environments/ACME/groups/planners/users/7")
    assert not script(json_reply(ADA), listed(ADA)).run(ensure.ensure_member("ACME", "planners", "ada")).differs
    with pytest.raises(NotFound):
        script(gone()).run(ensure.ensure_member("ACME", "planners", "eve"))


def test_ensure_no_member() -> None:
    cloud = script(json_reply(ADA), listed(ADA), httpx.Response(200))
    change = cloud.run(ensure.ensure_no_member("ACME", "planners", Entity("ACME", "user", "ada")))
    assert (change.action, change.done) == ("remove", True)
    assert sent(cloud)[2][:2] == ("DELETE", "/environments/ACME/groups/planners/users/7")
    assert not script(gone()).run(ensure.ensure_no_member("ACME", "planners", "eve")).differs
    assert not script(json_reply(ADA), listed()).run(ensure.ensure_no_member("ACME", "planners", "ada")).differs
    dry = script(json_reply(ADA), listed(ADA)).run(ensure.ensure_no_member("ACME", "planners", "ada", dry_run=True))
    assert dry.differs and not dry.done
