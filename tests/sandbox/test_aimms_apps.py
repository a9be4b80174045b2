"""Apps end to end: publish in words and twice, change, categories, AIMMS versions; real sockets, both forms."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from optcloud import BadRequest, Conflict, Forbidden, NotFound, OptCloudError, TransportError
from optcloud.aimms.apps.publish import HASH
from optcloud.core.events import Transferred
from optcloud.sandbox import Fault, Sandbox
from sandbox.facades import FAST, Opener

FIRST: dict[str, Any] = {"name": "Meals test", "version": "1.0", "aimms_version": "4.84.1.5-linux64-x64-vc141"}
SECOND: dict[str, Any] = FIRST | {"version": "2.0"}
PACK = b"not a real .aimmspack"


def uploads(sandbox: Sandbox) -> int:
    return sum(one.method == "POST" and one.path.endswith("/applications") for one in sandbox.journal())


def names(cloud: Any) -> set[tuple[str, str]]:
    return {(app.name, app.version) for app in cloud.aimms.apps.list()}


# ---------------------------------------------------------------- publish


def test_publish_in_words_and_run_the_latest(cloud: Any, tmp_path: Path) -> None:
    pack = tmp_path / "meals.aimmspack"
    pack.write_bytes(PACK)
    done = cloud.aimms.apps.publish(
        pack, **FIRST, description="plans", category="food", attributes={"a": "b"}, web_ui=True, latest=True
    )
    app = done.app
    assert (app.name, app.version, app.aimms_version) == ("Meals test", "1.0", FIRST["aimms_version"])
    assert (app.description, app.category, app.attributes, app.latest) == (
        "plans",
        "food",
        {"a": "b", "isWebUI": "true"},
        True,
    )
    assert app == cloud.aimms.apps.get("Meals test", "1.0") == cloud.aimms.apps.latest("Meals test")
    assert cloud.aimms.run("Meals test", "echo", input=[1]).result(pace=FAST).json() == [1]


def test_a_new_app_has_no_latest_tag(cloud: Any) -> None:
    assert not cloud.aimms.apps.publish(PACK, **FIRST).app.latest
    with pytest.raises(NotFound, match=r"no version of Meals test has the latest tag; its versions: 1\.0"):
        cloud.aimms.apps.latest("Meals test")


@pytest.mark.parametrize("hide", [False, True])
def test_a_new_version_replaces_the_old_and_takes_over_its_access(cloud: Any, hide: bool) -> None:
    environment = cloud.aimms.people.environments()[0]
    rights = [{"entity": environment.id, "authorization": 5, "deny": False}]
    cloud.aimms.apps.publish(PACK, **FIRST, latest=True)
    cloud.aimms.apps.update("Meals test", "1.0", authorizations=rights)
    words = {"hide_old": "1.0"} if hide else {"keep_old": "1.0"}
    app = cloud.aimms.apps.publish(PACK, **SECOND, **words).app
    assert list(app.authorizations) == rights
    assert (("Meals test", "1.0") in names(cloud)) is not hide
    assert app.latest is hide  # the tag of a hidden version moves


def test_a_version_that_is_renamed_names_the_old_one(cloud: Any) -> None:
    cloud.aimms.apps.publish(PACK, **FIRST)
    cloud.aimms.apps.publish(PACK, **SECOND | {"name": "Dinners"}, hide_old="1.0", old_name="Meals test")
    assert {("Dinners", "2.0")} == {one for one in names(cloud) if one[0] in {"Dinners", "Meals test"}}


def test_what_the_cloud_refuses_is_a_named_error(cloud: Any, sandbox: Sandbox) -> None:
    with pytest.raises(BadRequest, match="AIMMS version"):
        cloud.aimms.apps.publish(PACK, **FIRST | {"aimms_version": "0.1"})
    cloud.aimms.apps.publish(PACK, **FIRST)
    with pytest.raises(Conflict):
        cloud.aimms.apps.publish(PACK, **FIRST)
    asked = uploads(sandbox)
    with pytest.raises(BadRequest, match="needed, and not given"):
        cloud.aimms.apps.publish(PACK, name="A")
    assert uploads(sandbox) == asked


def test_an_icon_is_sent_along_or_stored_and_referred_to(cloud: Any) -> None:
    along = cloud.aimms.apps.publish(PACK, **FIRST, icon=b"\x89PNG").app
    assert along.icon is None and along.icon_link
    stored = cloud.aimms.apps.publish(PACK, **SECOND, icon=b"\x89PNG 2", icon_label="meals").app
    assert stored.icon == "/icons/meals"
    assert cloud.aimms.storage.read("/icons/meals") == b"\x89PNG 2"


def test_progress_is_told_while_a_stream_goes_up(cloud: Any) -> None:
    seen: list[Transferred] = []
    cloud.aimms.apps.publish(io.BytesIO(b"x" * 3_000_000), **FIRST, progress=seen.append)
    assert [one.direction for one in seen] == ["up"] * len(seen) and len(seen) >= 2
    assert seen[-1].what == "publishApp" and seen[-1].done == seen[-1].total
    assert seen[-1].total is not None and seen[-1].total > 3_000_000


# ---------------------------------------------------------------- twice


def test_publishing_twice_sends_once(cloud: Any, sandbox: Sandbox) -> None:
    words = FIRST | {"attributes": {"a": "b"}, "icon": b"png", "icon_label": "meals", "if_changed": True}
    first = cloud.aimms.apps.publish(PACK, **words)
    again = cloud.aimms.apps.publish(io.BytesIO(PACK), **words, latest=True)
    assert (first.changed, again.changed, again.app.latest) == (True, False, True)
    assert uploads(sandbox) == 1
    assert len(again.app.attributes[HASH]) == 64
    with pytest.raises(Conflict, match="with other content"):
        cloud.aimms.apps.publish(PACK + b"!", **words)
    assert cloud.aimms.apps.publish(PACK + b"!", **words | {"version": "1.1"}, hide_old="1.0").changed


def test_a_lost_reply_is_no_lost_app(cloud: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("drop-after", method="POST", path="/applications$"))
    done = cloud.aimms.apps.publish(PACK, **FIRST, if_changed=True, latest=True)
    assert (done.changed, done.app.latest, uploads(sandbox)) == (True, True, 1)
    sandbox.faults.add(Fault("drop-after", method="POST", path="/applications$"))
    with pytest.raises(TransportError, match=r"whether Meals test 2\.0 was published is not known") as caught:
        cloud.aimms.apps.publish(PACK, **SECOND)
    assert caught.value.sent == "unknown"
    assert uploads(sandbox) == 2


def test_an_upload_that_never_arrived_is_not_adopted(cloud: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("drop-before", method="POST", path="/applications$"))
    with pytest.raises(TransportError, match="it is not in the list yet"):
        cloud.aimms.apps.publish(PACK, **FIRST, if_changed=True)
    assert cloud.aimms.apps.publish(PACK, **FIRST, if_changed=True).changed


def test_an_app_whose_tag_fails_is_said_to_be_published(cloud: Any, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault("status", method="PATCH", status=500))
    with pytest.raises(OptCloudError) as caught:
        cloud.aimms.apps.publish(PACK, **FIRST, latest=True)
    assert any("IS published" in note for note in caught.value.__notes__)
    assert cloud.aimms.apps.update("Meals test", "1.0", latest=True).latest


# ---------------------------------------------------------------- change, look


def test_update_changes_what_is_given(cloud: Any) -> None:
    cloud.aimms.apps.publish(PACK, **FIRST, description="old", attributes={"a": "1", "b": "2"})
    app = cloud.aimms.apps.update("Meals test", "1.0", category="food", resource_profile="large")
    assert (app.description, app.category, app.attributes) == ("old", "food", {"a": "1", "b": "2"})
    assert app.raw["resourceProfile"] == "large"
    app = cloud.aimms.apps.set_attributes("Meals test", "1.0", {"a": None, "c": "3"})
    assert app.attributes == {"b": "2", "c": "3"}
    assert cloud.aimms.apps.is_modifiable("Meals test", "1.0") is True
    cloud.aimms.apps.delete("Meals test", "1.0")
    for gone in (cloud.aimms.apps.get, cloud.aimms.apps.delete):
        with pytest.raises(NotFound):
            gone("Meals test", "1.0")


def test_the_versions_of_one_app_are_listed(cloud: Any) -> None:
    cloud.aimms.apps.publish(PACK, **FIRST)
    cloud.aimms.apps.publish(PACK, **SECOND)
    assert [app.version for app in cloud.aimms.apps.list("Meals test")] == ["1.0", "2.0"]
    assert {app.name for app in cloud.aimms.apps.list()} == {"Sandbox", "Meals test"}
    assert cloud.aimms.apps.link("Meals test").endswith("/launch/Meals%20test/tag/latest")


def test_a_key_without_the_scope_is_told_so(open_cloud: Opener, sandbox: Sandbox) -> None:
    sandbox.add_aimms_key("fake-key-for-tasks-only", "Tasks")
    tasks_only = open_cloud(aimms={"url": sandbox.urls.aimms, "api_key": "fake-key-for-tasks-only"})
    with pytest.raises(Forbidden):
        tasks_only.aimms.apps.publish(PACK, **FIRST)


def test_categories(cloud: Any) -> None:
    categories = cloud.aimms.apps.categories
    assert categories.list() == []
    food = categories.create("food")
    assert categories.ensure("food") == food and categories.list() == [food]
    assert categories.rename("food", "meals") == categories.list()[0]
    categories.delete("meals")
    with pytest.raises(NotFound, match="there are: none"):
        categories.delete("meals")


def test_aimms_versions_profiles_and_the_server(cloud: Any, sandbox: Sandbox) -> None:
    official, available = cloud.aimms.versions(), cloud.aimms.versions(dev=True)
    assert set(official) < set(available)
    assert cloud.aimms.aimms_version(official[0]).id == official[0]
    assert [one.id for one in cloud.aimms.aimms_versions()] == official
    assert {"small", "large"} <= {one.name for one in cloud.aimms.apps.resource_profiles()}
    told = cloud.aimms.server()
    assert told.version and told.pro_version and told.healthy
    sandbox.faults.add(Fault("status", path="/health-check", times=None))
    assert not cloud.aimms.server().healthy
