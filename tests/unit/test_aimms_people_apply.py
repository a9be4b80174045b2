"""A file of people, applied to an AIMMS in memory: checked first, each step told, a stop says what was done."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from optcloud.aimms.connection import policy
from optcloud.aimms.people.apply import apply
from optcloud.aimms.people.changes import ApplyError, PeopleReport
from optcloud.aimms.people.roster import RosterError, RosterSource, read_roster
from optcloud.core.errors import Conflict, TransportError
from optcloud.core.settings import AimmsSettings
from unit.script import LOST, RETRY, Script, json_reply

PASSWORD = "not-a-real-password-1!"


class Aimms(Script):
    """Answers from what it knows: environments, their groups and users, who is in which group."""

    def __init__(self) -> None:
        settings = AimmsSettings(url="https://acme.aimms.cloud/pro-api/v2", api_key="not-a-real-key")
        super().__init__(policy=policy(settings, RETRY))
        self.environments: dict[str, dict[str, Any]] = {}
        self.groups: dict[tuple[str, str], dict[str, Any]] = {}
        self.users: dict[tuple[str, str], dict[str, Any]] = {}
        self.members: set[tuple[int, int]] = set()
        self.failing: dict[int, httpx.Response | Exception] = {}  # by the number of the write
        self.writes: list[str] = []
        self.next_id = 100

    def add(self, environment: str, *, groups: str = "", users: str = "", members: str = "") -> Aimms:
        self.environment({"name": environment})
        for name in groups.split():
            self.group(environment, {"groupname": name})
        for name in users.split():
            self.user(environment, {"username": name})
        for pair in members.split():
            group, user = pair.split("+")
            self.members.add((self.groups[environment, group]["entity"], self.users[environment, user]["entity"]))
        return self

    def number(self) -> int:
        self.next_id += 1
        return self.next_id

    def environment(self, body: dict[str, Any]) -> Any:
        self.environments[body["name"]] = {"id": self.number(), **body}
        return self.environments[body["name"]]

    def group(self, place: str, body: dict[str, Any]) -> Any:
        info = {"entity": self.number(), "name": body["groupname"], "environment": self.environments[place]}
        self.groups[place, body["groupname"]] = {
            **info,
            "isGroup": True,
            "description": body.get("description", ""),
            "max_users": body.get("maxUsers"),
        }
        return self.groups[place, body["groupname"]]

    def user(self, place: str, body: dict[str, Any]) -> Any:
        info = {"entity": self.number(), "name": body["username"], "environment": self.environments[place]}
        self.users[place, body["username"]] = {
            **info,
            "isGroup": False,
            "description": body.get("fullname", ""),
            "email": body.get("email", ""),
        }
        return self.users[place, body["username"]]

    def _next(self, asked: Any) -> httpx.Response:
        path = [unquote(part) for part in asked.url.raw_path.decode().removeprefix("/pro-api/v2/").split("/")]
        body = json.loads(asked.content or b"null")
        if asked.method != "GET":
            self.writes.append(f"{asked.method} {'/'.join(path)} {json.dumps(body) if body else ''}".strip())
            failure = self.failing.get(len(self.writes))
            if isinstance(failure, Exception):
                raise failure
            if failure is not None:
                return failure
        return json_reply(self.answer(asked.method, path, body))

    def answer(self, method: str, path: list[str], body: Any) -> Any:
        match method, path:
            case "GET", ["users", "current"]:
                return {"environment_name": "ROOT", "name": "me"}
            case "GET", ["environments"]:
                return {"environments": list(self.environments.values())}
            case "GET", ["environments", place, ("groups" | "users") as kind]:
                found = self.groups if kind == "groups" else self.users
                return {"entities": [info for (where, _name), info in found.items() if where == place]}
            case "GET", ["environments", place, "groups", group, "users"]:
                number = self.groups[place, group]["entity"]
                return {"entities": [one for one in self.users.values() if (number, one["entity"]) in self.members]}
            case "POST", ["environments"]:
                return self.environment(body)
            case "PATCH", ["environments", place]:
                return self.environments[place] | body
            case "POST", ["environments", place, "groups"]:
                return self.group(place, body)
            case "PATCH", ["environments", place, "groups", group]:
                return self.groups[place, group]
            case "POST", ["environments", place, "users"]:
                return self.user(place, body)
            case "PATCH", ["environments", place, "users", user]:
                return self.users[place, user]
            case (("POST" | "DELETE"), ["environments", place, "groups", group, "users", number]):
                pair = (self.groups[place, group]["entity"], int(number))
                (self.members.add if method == "POST" else self.members.remove)(pair)
                return {}
            case "DELETE", ["environments", place, ("groups" | "users") as kind, name]:
                del (self.groups if kind == "groups" else self.users)[place, name]
                return {}
        raise AssertionError(f"{method} {path} is not expected")


def roster(environments: dict[str, Any]) -> Any:
    return read_roster(RosterSource("people.yaml", {"environments": environments}), {})


def told(report: PeopleReport) -> list[str]:
    return [str(change) for change in report]


WANTED = {
    "ACME": {
        "description": "Planning",
        "groups": {"planners": {"members": ["ada", "ROOT/user:me"]}},
        "users": {"ada": {"full_name": "Ada", "password": PASSWORD, "groups": ["buyers", "ROOT/group:Users"]}},
    }
}


def acme() -> Aimms:
    return Aimms().add("ROOT", groups="Users Admin", users="me", members="Admin+me").add("ACME", groups="buyers")


def test_everything_in_order_and_told() -> None:
    cloud = acme()
    report = cloud.run(apply(roster(WANTED)))
    assert told(report) == [
        "update environment ACME (description '' -> 'Planning')",
        "create group ACME/group:planners",
        "create user ACME/user:ada (full_name None -> 'Ada')",
        "add member ACME/group:planners + ACME/user:ada",
        "add member ACME/group:planners + ROOT/user:me",
        "add member ACME/group:buyers + ACME/user:ada",
        "add member ROOT/group:Users + ACME/user:ada",
    ]
    assert all(change.done for change in report) and cloud.events == list(report) and not report.dry_run
    ada, me = cloud.users["ACME", "ada"]["entity"], cloud.users["ROOT", "me"]["entity"]
    assert cloud.writes[2].startswith("POST environments/ACME/users ") and PASSWORD in cloud.writes[2]
    assert {(cloud.groups["ACME", "planners"]["entity"], one) for one in (ada, me)} <= cloud.members
    assert PASSWORD not in repr(report) + repr(cloud.events)


def test_twice_changes_nothing() -> None:
    cloud = acme()
    cloud.run(apply(roster(WANTED)))
    cloud.environments["ACME"]["description"] = "Planning"
    count = len(cloud.writes)
    report = cloud.run(apply(roster(WANTED)))
    assert (report.changes, report.differs, len(report)) == ((), False, 0) and len(cloud.writes) == count


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    cloud = acme()
    report = cloud.run(apply(roster(WANTED), dry_run=True))
    assert cloud.writes == [] and cloud.events == [] and report.dry_run
    assert told(report) == told(acme().run(apply(roster(WANTED)))) and not any(change.done for change in report)


def test_a_new_environment() -> None:
    cloud = Aimms()
    report = cloud.run(apply(roster({"NEW": {"users": {"ada": {"groups": ["all"]}}, "groups": {"all": {}}}})))
    assert [change.action for change in report] == ["create", "create", "create", "add"]


def test_who_does_not_exist_is_found_before_the_first_write() -> None:
    cloud = acme()
    wanted = {
        "ACME": {
            "groups": {"planners": {"members": ["ada", "eve", "NOWHERE/user:x"]}},
            "users": {"ada": {"groups": ["nobody"]}},
        }
    }
    for dry_run in (True, False):
        with pytest.raises(RosterError) as caught:
            cloud.run(apply(roster(wanted), dry_run=dry_run))
        assert [fault.path for fault in caught.value.faults] == [
            "environments.ACME.groups.planners.members[1]",
            "environments.ACME.groups.planners.members[2]",
            "environments.ACME.users.ada.groups[0]",
        ]
        assert "there is no user ACME/user:eve, neither in this file nor at AIMMS" in str(caught.value)
    assert cloud.writes == []


REFUSED = json_reply({"message": "no more"}, 409)


@pytest.mark.parametrize(("failure", "kind", "doubt"), [(REFUSED, Conflict, False), (LOST, TransportError, True)])
def test_a_stop_in_the_middle_says_what_is_done(failure: Any, kind: type, doubt: bool) -> None:
    cloud = acme()
    cloud.failing[3] = failure
    with pytest.raises(ApplyError) as caught:
        cloud.run(apply(roster(WANTED)))
    error = caught.value
    assert isinstance(error.cause, kind) and error.__cause__ is error.cause and error.fate_unknown is doubt
    assert [str(one)[:17] for one in error.done] == ["update environmen", "create group ACME"]
    assert error.stopped_at.name == "ACME/user:ada" and len(error.left) == 4
    assert len(cloud.writes) == 3 and cloud.events == list(error.done)
    assert "2 changes were made before, 4 are left" in str(error) and ("all the same" in str(error)) is doubt
    assert PASSWORD not in str(error) + repr(error.stopped_at)
    cloud.failing.clear()
    assert [change.kind for change in cloud.run(apply(roster(WANTED)))][-5:] == ["user", *["member"] * 4]


# ---------------------------------------------------------------- prune


def crowded() -> Aimms:
    cloud = Aimms().add("ROOT", groups="Admin Users", users="me bob", members="Admin+me Admin+bob")
    return cloud.add(
        "ACME",
        groups="<everyone> planners buyers old",
        users="ada bob eve",
        members="planners+ada planners+bob buyers+bob old+bob <everyone>+eve",
    )


def pruned(wanted: dict[str, Any]) -> list[str]:
    cloud = crowded()
    return [text for text in told(cloud.run(apply(roster(wanted), prune=True))) if not text.startswith("add")]


@pytest.mark.parametrize(
    ("wanted", "gone"),
    [
        ({"ACME": {}}, []),
        ({"ACME": {"groups": None, "users": None}}, []),
        ({"ACME": {"groups": {"planners": {}}}}, ["delete group ACME/group:buyers", "delete group ACME/group:old"]),
        ({"ACME": {"users": {"bob": {}, "ada": {}}}}, ["delete user ACME/user:eve"]),
        (
            {"ACME": {"groups": {"planners": {"members": ["ada"]}, "buyers": {}, "old": {}}}},
            ["remove member ACME/group:planners + ACME/user:bob"],
        ),
        (
            {"ACME": {"users": {"bob": {"groups": ["buyers"]}, "ada": {}, "eve": {"groups": []}}}},
            [
                "remove member ACME/group:planners + ACME/user:bob",
                "remove member ACME/group:old + ACME/user:bob",
            ],
        ),
        (
            {"ACME": {"groups": {"buyers": {"members": []}}, "users": {"bob": {"groups": ["planners"]}}}},
            [
                "remove member ACME/group:buyers + ACME/user:bob",
                "delete user ACME/user:ada",
                "delete user ACME/user:eve",
                "delete group ACME/group:old",
            ],
        ),
        ({"ROOT": {"groups": {}}}, ["delete group ROOT/group:Users"]),  # the system's groups stay
    ],
)
def test_pruning_takes_only_from_sections_that_are_given(wanted: dict[str, Any], gone: list[str]) -> None:
    assert pruned(wanted) == gone


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"ROOT": {"users": {"bob": {}}}}, "pruning would delete it, but ROOT/user:me is the owner of the API key"),
        (
            {"ROOT": {"groups": {"Admin": {"members": ["bob"]}}}},
            "pruning would take it out of ROOT/group:Admin, but ROOT/user:me is the owner",
        ),
    ],
)
def test_pruning_shuts_nobody_out_who_holds_the_key(wanted: dict[str, Any], message: str) -> None:
    cloud = crowded()
    with pytest.raises(RosterError, match=message):
        cloud.run(apply(roster(wanted), prune=True))
    assert cloud.writes == []


def test_without_pruning_nothing_is_removed_and_nobody_asked_who_one_is() -> None:
    cloud = crowded()
    assert told(cloud.run(apply(roster({"ACME": {"users": {"ada": {"groups": []}}, "groups": {}}})))) == []
    assert all("current" not in request.url.path for request in cloud.sent)
