"""Access in words, on scripted replies: each change sends its own part and leaves the others' as it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.aimms.apps import access, access_tables
from optcloud.aimms.apps.access_rules import NONE, Access, Rule, effective, rewritten, rules_of
from optcloud.aimms.people.entities import Entity
from optcloud.core.errors import BadRequest, NotFound, ResponseMismatch
from optcloud.core.flow import Flow
from unit.script import LOST, json_reply
from unit.test_aimms_tasks import script

READ, WRITE, EXECUTE = Access.READ, Access.WRITE, Access.EXECUTE
PLACE = {"id": 1, "name": "ACME"}
OTHERS: list[dict[str, Any]] = [
    {"authorization": 5, "deny": False, "entity": 20, "since": "2024"},
    {"authorization": 2, "deny": True, "entity": 20},
    {"authorization": 4, "deny": False, "entity": 20},
]


def entity(number: int, name: str, **more: Any) -> dict[str, Any]:
    return {"entity": number, "name": name, "environment": PLACE, "isGroup": False} | more


def app(*authorizations: dict[str, Any]) -> httpx.Response:
    return json_reply({"project": {"name": "App", "version": "1"}, "authorizations": list(authorizations)})


def one(access_: int, number: int, deny: bool = False) -> dict[str, Any]:
    return {"authorization": access_, "deny": deny, "entity": number}


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (Access.READ | Access.EXECUTE, 5),
        (5, 5),
        ("read+execute", 5),
        ("READ | write", 6),
        ("execute, read", 5),
        ("all", 7),
    ],
)
def test_accesses(given_: Any, expected: int) -> None:
    assert Access.of(given_) == expected


@pytest.mark.parametrize("given_", [0, 8, -1, "", "rw", "read+run"])
def test_no_accesses(given_: Any) -> None:
    with pytest.raises(BadRequest, match="such as read"):
        Access.of(given_)


@pytest.mark.parametrize(
    ("text", "entity_"),
    [
        ("ACME", Entity("ACME")),
        ("ACME/group:planners", Entity("ACME", "group", "planners")),
        ("ACME/user:ada", Entity("ACME", "user", "ada")),
        ("A/B/user:a/b", Entity("A/B", "user", "a/b")),
        ("ACME/group:<everyone>", Entity("ACME", "group", "<everyone>")),
    ],
)
def test_whom(text: str, entity_: Entity) -> None:
    assert Entity.parse(text) == entity_ and str(entity_) == text


@pytest.mark.parametrize("text", ["", "ACME/user:", "/group:"])
def test_nobody(text: str) -> None:
    with pytest.raises(BadRequest, match="ENV/group:NAME"):
        Entity.parse(text)


NAME = st.text(min_size=1).filter(lambda text: "/user:" not in text and "/group:" not in text)


@given(NAME, st.sampled_from(["group", "user"]), st.text(min_size=1))
def test_names_survive_their_text(environment: str, kind: Any, name: str) -> None:
    entity_ = Entity(environment, kind, name)
    assert Entity.parse(str(entity_)) == entity_


# ---------------------------------------------------------------- changes


def sent_entries(cloud: Any) -> Any:
    (patch,) = [request for request in cloud.sent if request.method == "PATCH"]
    body = json.loads(patch.content)
    assert set(body) == {"authorizations"}
    assert patch.url.path == "/pro-api/v2/applications/App/1"
    return body["authorizations"]


Verb = Callable[..., Flow[Any]]
CHANGES: list[tuple[str, Verb, tuple[Any, ...], list[dict[str, Any]], list[dict[str, Any]]]] = [
    ("a first grant", access.grant, (READ | EXECUTE,), [], [one(5, 7)]),
    ("more", access.grant, ("execute",), [one(4, 7)], [one(5, 7)]),
    ("what was denied", access.grant, ("write",), [one(4, 7), one(3, 7, True)], [one(6, 7), one(1, 7, True)]),
    ("take back", access.revoke, ("read",), [one(5, 7), one(2, 7, True)], [one(1, 7), one(2, 7, True)]),
    ("take all back", access.revoke, (), [one(5, 7), one(2, 7, True)], [one(2, 7, True)]),
    ("deny", access.deny, ("write",), [one(6, 7)], [one(4, 7), one(2, 7, True)]),
    ("deny what two entries grant", access.deny, (6,), [one(4, 7), one(3, 7)], [one(1, 7), one(6, 7, True)]),
    ("clear one", access.clear, (), [one(5, 7), one(2, 7, True)], []),
]


@pytest.mark.parametrize(("verb", "words", "had", "expected"), [case[1:] for case in CHANGES])
def test_a_change_and_the_others(verb: Verb, words: tuple[Any, ...], had: list[Any], expected: list[Any]) -> None:
    cloud = script(app(*OTHERS[:2], *had, OTHERS[2]), app())
    report = cloud.run(verb("App", "1", 7, *words))
    entries = sent_entries(cloud)
    assert [entry for entry in entries if entry["entity"] == 20] == OTHERS
    assert [entry for entry in entries if entry["entity"] == 7] == expected
    (change,) = report.changes
    assert (change.id, report.dry_run, report.differs) == (7, False, True)
    assert rules_of(had).get(7, Rule()) == change.before and rules_of(expected).get(7, Rule()) == change.after


@pytest.mark.parametrize(("verb", "words", "_had", "settled"), [case[1:] for case in CHANGES])
def test_what_is_so_already_is_not_sent(verb: Verb, words: tuple[Any, ...], _had: Any, settled: list[Any]) -> None:
    report = script(app(*OTHERS, *settled)).run(verb("App", "1", 7, *words))
    assert report.changes == () and not report.differs


def test_a_dry_run_sends_no_change() -> None:
    cloud = script(app(one(4, 7)))
    report = cloud.run(access.grant("App", "1", 7, "all", dry_run=True))
    assert report.dry_run and str(report.changes[0]) == "#7: read -> read+write+execute"
    assert [request.method for request in cloud.sent] == ["GET"]


def test_the_reply_to_a_change_may_be_empty() -> None:
    cloud = script(app(), httpx.Response(200))  # before PRO 24.2.2
    assert cloud.run(access.grant("App", "1", 7, 4)).differs


def test_a_change_is_sent_once() -> None:
    with pytest.raises(Exception, match="connection reset"):
        script(app(), LOST).run(access.grant("App", "1", 7, 4))


def test_names_are_looked_up() -> None:
    cloud = script(json_reply(entity(7, "ada")), app(), app())
    report = cloud.run(access.grant("App", "1", "ACME/user:ada", "read"))
    assert str(report.changes[0]) == "ACME/user:ada: nothing -> read"
    assert cloud.sent[0].url.path == "/pro-api/v2/environments/ACME/users/ada"
    cloud = script(json_reply(entity(8, "planners", isGroup=True)), app(), app())
    cloud.run(access.deny("App", "1", Entity("ACME", "group", "planners"), "read"))
    assert cloud.sent[0].url.path == "/pro-api/v2/environments/ACME/groups/planners"
    assert sent_entries(cloud) == [one(4, 8, True)]
    cloud = script(json_reply({"id": 1, "name": "ACME"}), app(), app())
    cloud.run(access.grant("App", "1", "ACME", "read"))
    assert sent_entries(cloud) == [one(4, 1)]
    cloud = script(app(), app())
    cloud.run(access.grant("App", "1", "#99", "read"))
    assert sent_entries(cloud) == [one(4, 99)]
    with pytest.raises(NotFound):
        script(json_reply({"message": "no such user"}, 404)).run(access.grant("App", "1", "ACME/user:eve", 4))


def test_replace_and_clear_all() -> None:
    cloud = script(app(*OTHERS, one(4, 7)), app())
    report = cloud.run(access.replace("App", "1", {7: "read+execute", 9: Rule(READ, WRITE)}))
    assert sent_entries(cloud) == [one(5, 7), one(4, 9), one(2, 9, True)]
    assert {change.id: change.after for change in report.changes} == {
        20: Rule(),
        7: Rule(READ | EXECUTE),
        9: Rule(READ, WRITE),
    }
    cloud = script(app(*OTHERS), app())
    cloud.run(access.clear("App", "1"))
    assert sent_entries(cloud) == []
    with pytest.raises(BadRequest, match="named twice"):
        script().run(access.replace("App", "1", {7: 4, "#7": 1}))


def test_an_entry_without_the_field_is_not_taken_for_nothing() -> None:
    bare = json_reply({"project": {"name": "App", "version": "1"}})
    cloud = script(bare, json_reply({"entities": []}), app())
    assert cloud.run(access.grant("App", "1", 7, 4)).differs
    bare = json_reply({"project": {"name": "App", "version": "1"}})
    with pytest.raises(ResponseMismatch, match="others have access to it"):
        script(bare, json_reply({"entities": [entity(3, "bob")]})).run(access.grant("App", "1", 7, 4))


@pytest.mark.parametrize(
    "listed", [[{"authorization": 4}], [{"authorization": "4", "deny": False, "entity": 7}], 7, [1]]
)
def test_authorizations_of_another_shape_are_a_mismatch(listed: Any) -> None:
    with pytest.raises(ResponseMismatch, match="authorizations"):
        script(json_reply({"authorizations": listed})).run(access.grant("App", "1", 7, 4))


RULES = st.builds(Rule, st.integers(0, 7).map(Access), st.integers(0, 7).map(Access))
ENTRIES = st.lists(st.builds(one, st.integers(1, 7), st.integers(1, 5), st.booleans()))


@given(ENTRIES, st.dictionaries(st.integers(1, 7), RULES))
def test_rewriting_says_what_was_meant_and_leaves_the_others(entries: list[Any], changed: dict[int, Rule]) -> None:
    result = rewritten(tuple(entries), changed)
    after = rules_of(result)
    assert all(after.get(number, Rule()) == rule for number, rule in changed.items())
    assert [entry for entry in result if entry["entity"] not in changed] == [
        entry for entry in entries if entry["entity"] not in changed
    ]


@given(st.lists(RULES))
def test_deny_beats_allow(rules: list[Rule]) -> None:
    for bit in (READ, WRITE, EXECUTE):
        granted = any(bit in rule.granted for rule in rules)
        denied = any(bit in rule.denied for rule in rules)
        assert (bit in effective(rules)) is (granted and not denied)
    assert effective([]) == NONE


# ---------------------------------------------------------------- tables


def test_who() -> None:
    cloud = script(
        app(one(5, 8), one(4, 7), one(2, 7, True), one(1, 66)),
        json_reply(entity(8, "planners", isGroup=True)),
        json_reply(entity(7, "ada")),
        json_reply({"message": "gone"}, 404),
    )
    rights = cloud.run(access_tables.who("App", "1"))
    assert [(right.who and str(right.who), right.id, right.access) for right in rights] == [
        ("ACME/group:planners", 8, READ | EXECUTE),
        ("ACME/user:ada", 7, READ),
        (None, 66, EXECUTE),
    ]
    assert rights[2].rules == {"#66": Rule(EXECUTE)}


def test_who_down_to_persons() -> None:
    cloud = script(
        app(one(5, 8), one(1, 7, True), one(2, 1)),
        json_reply(entity(8, "planners", isGroup=True)),
        json_reply(entity(7, "ada")),
        json_reply({"entity": 1, "name": "ACME", "environment": PLACE}),
        json_reply({"entities": [entity(7, "ada"), entity(9, "bob")]}),  # planners
        json_reply({"entities": [entity(7, "ada")]}),  # users of ACME
        json_reply({"entities": [entity(8, "planners", isGroup=True)]}),
        json_reply({"entities": [entity(9, "bob")]}),  # planners again
    )
    rights = {str(right.who): right for right in cloud.run(access_tables.who("App", "1", persons=True))}
    assert {name: right.access for name, right in rights.items()} == {
        "ACME/user:ada": READ | WRITE,
        "ACME/user:bob": READ | WRITE | EXECUTE,
    }
    assert set(rights["ACME/user:ada"].rules) == {"ACME/group:planners", "ACME/user:ada", "ACME"}


def test_what_one_person_can_do() -> None:
    def listed(*apps: tuple[str, list[Any]]) -> httpx.Response:
        entries = [{"project": {"name": name, "version": "1"}, "authorizations": rules} for name, rules in apps]
        return json_reply({"applications": entries})

    shared = ("Shared", [one(4, 7), one(1, 8), one(4, 55)])
    cloud = script(
        json_reply(entity(7, "ada", groups=[8])),
        json_reply(entity(8, "planners", isGroup=True)),
        json_reply({"message": "no <everyone>"}, 404),
        listed(shared),
        listed(shared, ("Group's", [one(7, 8), one(2, 1, True)])),
        listed(),
    )
    rights = cloud.run(access_tables.what("ACME", "ada"))
    assert {right.app: right.access for right in rights} == {"Shared": READ | EXECUTE, "Group's": READ | EXECUTE}
    assert set(rights[1].rules) == {"ACME/group:planners", "ACME"}


def test_groups_are_looked_through_where_the_user_does_not_tell() -> None:
    cloud = script(
        json_reply(entity(7, "ada")),
        json_reply({"entities": [entity(8, "planners", isGroup=True), entity(9, "buyers", isGroup=True)]}),
        json_reply({"entities": [entity(7, "ada")]}),
        json_reply({"entities": []}),
        json_reply({"message": "no <everyone>"}, 404),
        *[json_reply({"applications": []})] * 3,
    )
    assert cloud.run(access_tables.what("ACME", "ada")) == []
    assert [request.url.path.rsplit("/v2")[1] for request in cloud.sent[-3:]] == [
        "/entity/7/app_access",
        "/entity/8/app_access",
        "/entity/1/app_access",
    ]


def test_the_environment_of_a_group_elsewhere_counts() -> None:
    admins = entity(8, "admins", isGroup=True) | {"environment": {"id": 2, "name": "ROOT"}}
    apps = [{"project": {"name": "App", "version": "1"}, "authorizations": [one(4, 2), one(1, 1)]}]
    cloud = script(
        json_reply(entity(7, "ada", groups=[8])),
        json_reply(admins),
        *[json_reply({"message": "no <everyone>"}, 404)] * 2,
        *[json_reply({"applications": []})] * 3,
        json_reply({"applications": apps}),
    )
    (right,) = cloud.run(access_tables.what("ACME", "ada"))
    assert right.rules == {"ROOT": Rule(READ), "ACME": Rule(EXECUTE)} and right.access == READ | EXECUTE


def test_everyone_stands_for_the_environment() -> None:
    everyone = entity(9, "<everyone>", isGroup=True)
    cloud = script(
        app(one(5, 9)),
        json_reply(everyone),
        json_reply({"entities": [entity(7, "ada")]}),
        json_reply({"entities": [entity(8, "planners", isGroup=True)]}),
        json_reply({"entities": [entity(6, "bob") | {"environment": {"id": 2, "name": "ROOT"}}]}),
    )
    rights = cloud.run(access_tables.who("App", "1", persons=True))
    assert {str(right.who): right.access for right in rights} == {
        "ACME/user:ada": READ | EXECUTE,
        "ROOT/user:bob": READ | EXECUTE,
    }
    apps = [{"project": {"name": "App", "version": "1"}, "authorizations": [one(5, 9)]}]
    cloud = script(
        json_reply(entity(7, "ada", groups=[])),
        json_reply(everyone),
        *[json_reply({"applications": []})] * 2,
        json_reply({"applications": apps}),
    )
    (right,) = cloud.run(access_tables.what("ACME", "ada"))
    assert right.rules == {"ACME/group:<everyone>": Rule(READ | EXECUTE)}
    assert cloud.sent[1].url.raw_path.endswith(b"/environments/ACME/groups/%3Ceveryone%3E")
