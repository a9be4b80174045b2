"""Apps, AIMMS versions, resource profiles and the server on scripted replies."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from optcloud.aimms import server
from optcloud.aimms.apps import app as apps
from optcloud.aimms.apps import versions
from optcloud.core.errors import AuthError, BadRequest, NotFound, ResponseMismatch, ServerError
from unit.script import Script, json_reply, plain_road
from unit.test_aimms_tasks import script

ENTRY: dict[str, Any] = {
    "aimms": {"aimms": {"name": "4.84.1.5-linux64-x64-vc141"}, "storedId": "s-1"},
    "appIconSasUrl": "https://blobs.test/icon?sig=fake-signature",
    "attributes": {"isWebUI": "True", "iconUrl": "/icons/logo"},
    "authorizations": [{"entity": 1, "authorization": 5, "deny": False}],
    "description": "plans",
    "isLatest": True,
    "newerField": 7,
    "project": {"name": "my app", "version": "1.0"},
    "projectCategory": "planning",
    "storedId": "s-2",
}


def entry(**more: Any) -> httpx.Response:
    return json_reply({**ENTRY, **more})


# ---------------------------------------------------------------- the view


def test_an_app_is_read_with_all_that_is_told_of_it() -> None:
    app = apps.app_of(ENTRY)
    assert (app.name, app.version, app.aimms_version) == ("my app", "1.0", "4.84.1.5-linux64-x64-vc141")
    assert (app.description, app.category, app.latest, app.stored_id) == ("plans", "planning", True, "s-2")
    assert (app.icon, app.web_ui, app.icon_link) == ("/icons/logo", True, ENTRY["appIconSasUrl"])
    assert app.raw["newerField"] == 7
    assert "fake-signature" not in repr(app)


@pytest.mark.parametrize("missing", [{}, dict.fromkeys(ENTRY), {"project": {}, "aimms": {"aimms": None}}])
def test_what_an_entry_leaves_out_is_empty(missing: dict[str, Any]) -> None:
    app = apps.app_of(missing, "asked", "2")
    assert (app.name, app.version, app.aimms_version, app.web_ui, app.icon) == ("asked", "2", None, None, None)
    assert (app.attributes, app.authorizations, app.latest, app.icon_link) == ({}, [], False, None)


def test_the_aimms_version_is_also_found_where_only_its_stored_id_is_told() -> None:
    assert apps.app_of({"aimms": {"aimms": {}, "storedId": "4.84"}}).aimms_version == "4.84"


@pytest.mark.parametrize("field", sorted(ENTRY.keys() - {"newerField"}))
def test_a_field_of_another_type_is_a_mismatch_that_names_it(field: str) -> None:
    wrong = entry(**{field: 7 if field != "isLatest" else "yes"})
    with pytest.raises(ResponseMismatch, match=rf"at `\$\.{field}`") as caught:
        script(wrong).run(apps.get_app("a", "1"))
    assert caught.value.body == wrong.content


# ---------------------------------------------------------------- list, look


def test_lists_of_all_apps_and_of_one() -> None:
    listed = {"applications": [ENTRY, {"project": {"name": "other", "version": "1"}}]}
    cloud = script(json_reply(listed), json_reply({"applications": [ENTRY]}))
    assert [app.name for app in cloud.run(_both())] == ["my app", "other", "my app"]
    assert [one.url.raw_path for one in cloud.sent] == [
        b"/pro-api/v2/applications",
        b"/pro-api/v2/applications/my%20app",
    ]
    assert script(json_reply({"applications": None})).run(apps.list_apps()) == []


def _both() -> Any:
    everything = yield from apps.list_apps()
    return [*everything, *(yield from apps.list_apps("my app"))]


@pytest.mark.parametrize("applications", [7, [7]])
def test_a_list_of_another_shape_is_a_mismatch(applications: Any) -> None:
    with pytest.raises(ResponseMismatch):
        script(json_reply({"applications": applications})).run(apps.list_apps())


def test_an_app_called_as_the_categories_is_never_asked_for_by_its_path() -> None:
    named = {"project": {"name": "categories", "version": "1"}}
    cloud = script(json_reply({"applications": [ENTRY, named]}))
    assert [app.name for app in cloud.run(apps.list_apps("categories"))] == ["categories"]
    assert cloud.sent[0].url.path == "/pro-api/v2/applications"
    for flow in (
        apps.get_app("categories", "1"),
        apps.delete("categories", "1"),
        apps.update_app("categories", "1", description="x"),
        apps.is_modifiable("categories", "1"),
    ):
        with pytest.raises(BadRequest, match="its path is that of the categories"):
            script().run(flow)


def test_the_latest_tagged_version_or_which_versions_there_are() -> None:
    older = {**ENTRY, "isLatest": False, "project": {"name": "my app", "version": "0.9"}}
    assert script(json_reply({"applications": [older, ENTRY]})).run(apps.latest_app("my app")).version == "1.0"
    with pytest.raises(NotFound, match=r"no version of my app has the latest tag; its versions: 0\.9$"):
        script(json_reply({"applications": [older]})).run(apps.latest_app("my app"))
    with pytest.raises(NotFound, match="there is no app my app, or none that this account may see"):
        script(json_reply({"applications": []})).run(apps.latest_app("my app"))


def test_is_modifiable() -> None:
    for told in (True, False):
        assert script(json_reply({"modifiable": told})).run(apps.is_modifiable("a", "1")) is told
    with pytest.raises(ResponseMismatch):
        script(json_reply({})).run(apps.is_modifiable("a", "1"))


def test_delete() -> None:
    cloud = script(httpx.Response(200))
    cloud.run(apps.delete("app", "1"))
    assert (cloud.sent[0].method, cloud.sent[0].url.path) == ("DELETE", "/pro-api/v2/applications/app/1")


def test_links_start_a_version_or_the_latest_at_a_page() -> None:
    base = "https://acme.aimms.cloud/pro-api/v2"
    assert apps.link(base, "Meals test") == "https://acme.aimms.cloud/launch/Meals%20test/tag/latest"
    page = "Main Project/Production Planning"
    assert apps.link(base, "A", page=page).endswith("/launch/A/tag/latest?page=Main%20Project/Production%20Planning")
    assert apps.link(base, "A/B", "1.0").endswith("/launch/A%2FB/1.0")
    assert apps.link(base, "A", "1.0", page=page).endswith("/launch/A/1.0/Main%20Project/Production%20Planning")


# ---------------------------------------------------------------- change


@pytest.mark.parametrize(
    "changes",
    [{"isLatest": True}, {"description": ""}, {"attributes": {}}, {"authorizations": []}, {"newerField": {"a": 1}}],
)
def test_a_patch_holds_what_was_given_and_nothing_else(changes: dict[str, Any]) -> None:
    cloud = script(entry())
    cloud.run(apps.update_app("my app", "1/0", changes))
    (sent,) = cloud.sent
    assert (sent.method, sent.url.raw_path) == ("PATCH", b"/pro-api/v2/applications/my%20app/1%2F0")
    assert json.loads(sent.content) == changes
    assert sent.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("words", "body"),
    [
        ({"description": ""}, {"description": ""}),
        ({"category": "planning"}, {"projectCategory": "planning"}),
        ({"latest": True}, {"isLatest": True}),
        ({"attributes": {}}, {"attributes": {}}),
        ({"authorizations": []}, {"authorizations": []}),
        ({"resource_profile": "<account>"}, {"resourceProfile": "<account>"}),
    ],
)
def test_each_word_of_a_change_goes_out_alone(words: dict[str, Any], body: dict[str, Any]) -> None:
    cloud = script(entry())
    assert cloud.run(apps.update_app("a", "1", **words)).name == "my app"
    assert json.loads(cloud.sent[0].content) == body


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "nothing was given to change"),
        ({"isLatest": "yes"}, "changes: isLatest: .*bool"),
        ({"isLatest": False}, "isLatest: the latest tag cannot be taken off; give it to another version"),
        ({"attributes": {"a": 1}}, r"changes: attributes\[...\]: .*str"),
        ({"authorizations": [{"entity": 1}]}, r"changes: authorizations\[0\]: .*(authorization|deny)"),
    ],
)
def test_a_faulty_change_is_refused_before_sending(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BadRequest, match=message) as caught:
        script().run(apps.update_app("app", "1", changes))
    assert caught.value.status is None


def test_latest_false_is_refused_in_our_words_too() -> None:
    with pytest.raises(BadRequest, match="cannot be taken off"):
        script().run(apps.update_app("app", "1", latest=False))


def test_an_older_server_answers_a_change_with_nothing_and_is_asked() -> None:
    cloud = script(httpx.Response(200), entry(description="better"))
    assert cloud.run(apps.update_app("my app", "1.0", description="better")).description == "better"
    assert [one.method for one in cloud.sent] == ["PATCH", "GET"]


def test_attributes_are_merged_with_those_that_are_there() -> None:
    cloud = script(entry(attributes={"keep": "1", "change": "2", "drop": "3"}), entry())
    cloud.run(apps.set_attributes("my app", "1.0", {"change": "x", "drop": None, "more": "4", "never": None}))
    assert json.loads(cloud.sent[1].content) == {"attributes": {"keep": "1", "change": "x", "more": "4"}}


def test_attributes_that_are_so_already_are_not_sent() -> None:
    cloud = script(entry(attributes={"keep": "1"}))
    assert cloud.run(apps.set_attributes("a", "1", {"keep": "1", "gone": None})).attributes == {"keep": "1"}


# ---------------------------------------------------------------- AIMMS versions, resource profiles


def test_aimms_versions_official_or_all() -> None:
    listed = {"versions": [{"id": "4.1", "authorizations": [{"entity": 1}]}, {"id": "4.2"}]}
    cloud = script(json_reply(listed))
    assert cloud.run(versions.version_ids()) == ["4.1", "4.2"]
    assert cloud.sent[0].url.query == b""
    cloud = script(json_reply(listed))
    first, second = cloud.run(versions.list_versions(dev=True))
    assert (first.authorizations, second.authorizations, first.raw["id"]) == ([{"entity": 1}], [], "4.1")
    assert cloud.sent[0].url.query == b"dev=true"
    assert script(json_reply({"versions": None})).run(versions.version_ids()) == []


@pytest.mark.parametrize("listed", [["4.1"], 7, [{"name": "x"}]])
def test_a_list_of_versions_of_another_shape_is_a_mismatch(listed: Any) -> None:
    with pytest.raises(ResponseMismatch):
        script(json_reply({"versions": listed})).run(versions.version_ids())


def test_one_aimms_version() -> None:
    cloud = script(json_reply({"id": "4.1", "authorizations": None}))
    assert cloud.run(versions.get_version("4.1")).authorizations == []
    assert cloud.sent[0].url.path == "/pro-api/v2/aimms-versions/4.1"


@pytest.mark.parametrize(
    "shape",
    [
        ["small", "large"],
        [{"name": "small", "cpu": 1}, {"name": "large"}],
        {"resourceProfiles": [{"profileName": "small"}, {"profileName": "large"}], "total": 2},
        {"small": {"cpu": 1}, "large": {}},
    ],
)
def test_resource_profiles_of_any_likely_shape(shape: Any) -> None:
    assert [one.name for one in script(json_reply(shape)).run(versions.list_profiles())] == ["small", "large"]


@pytest.mark.parametrize("shape", ["small", 7, [7], [{"cpu": 1}], {"a": [], "b": []}, {"a": 1}])
def test_resource_profiles_that_cannot_be_told_are_a_mismatch(shape: Any) -> None:
    with pytest.raises(ResponseMismatch, match="no list of resource profiles") as caught:
        script(json_reply(shape)).run(versions.list_profiles())
    assert caught.value.body


def test_the_limits_of_a_profile_are_kept() -> None:
    (profile,) = script(json_reply({"small": {"cpu": 1}})).run(versions.list_profiles())
    assert profile.raw == {"cpu": 1}


# ---------------------------------------------------------------- the server


def test_the_server_tells_its_versions_and_that_it_is_well() -> None:
    cloud = script(json_reply({"version": "2.1"}), json_reply({"version": "25.1"}), httpx.Response(200))
    told = cloud.run(server.server())
    assert (told.version, told.pro_version, told.healthy, told.trouble) == ("2.1", "25.1", True, None)


def test_trouble_is_told_and_not_raised() -> None:
    ill = [json_reply({"message": "no database"}, 500)] * 4
    told = script(json_reply({"version": "2.1"}), json_reply({}, 403), *ill).run(server.server())
    assert (told.healthy, told.trouble, told.pro_version) == (False, "no database", None)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_whoever_may_not_know_the_platforms_version_is_not_told(status: int) -> None:
    told = script(json_reply({"version": "2.1"}), json_reply({}, status), httpx.Response(200)).run(server.server())
    assert (told.pro_version, told.healthy) == (None, True)


def test_a_refused_key_and_a_dead_server_are_raised() -> None:
    with pytest.raises(AuthError):
        script(json_reply({"version": "2.1"}), json_reply({}, 401)).run(server.server())
    with pytest.raises(AuthError):
        script(json_reply({}, 401)).run(server.server())
    with pytest.raises(ServerError):
        script(*[json_reply({}, 503)] * 4).run(server.server())


def test_the_harness_notices_replies_that_nobody_asked_for() -> None:
    with pytest.raises(AssertionError, match="not asked for"):
        Script([json_reply({"applications": []}), json_reply({})], policy=plain_road()).run(apps.list_apps())
