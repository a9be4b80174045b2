"""Environments, groups and users end to end: real sockets, blocking and asyncio."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import Any

import pytest

from optcloud import BadRequest, Conflict, Forbidden, NotFound, OptCloudError, Secret
from optcloud.aimms.people.changes import ApplyError
from optcloud.aimms.people.roster import RosterError
from optcloud.sandbox import Fault, Sandbox
from sandbox.facades import Opener

PASSWORD = "not-a-real-password-1!"


@pytest.fixture
def people(cloud: Any) -> Any:
    return cloud.aimms.people


def test_environments_groups_users(people: Any) -> None:
    made = people.create_environment("ACME", description="Planning", domain="acme.test")
    assert people.environment("ACME") == made and made.domain == "acme.test"
    assert people.update_environment("ACME", description="").description == ""
    assert people.environment("ACME").domain == "acme.test"
    group = people.create_group("ACME", "planners", max_users=2)
    assert people.update_group("ACME", "planners", description="x").max_users == 2 and people.entity(group.id) == (
        people.group("ACME", "planners")
    )
    ada = people.create_user("ACME", "ada", full_name="Ada Lovelace", email="a@acme.test", password=PASSWORD)
    assert people.update_user("ACME", "ada", email="b@acme.test").full_name == "Ada Lovelace"
    people.add_member("ACME", "planners", "ada")
    assert [one.id for one in people.members("ACME", "planners")] == [ada.id]
    assert people.user("ACME", "ada").groups == (group.id,) and people.group("ACME", "planners").users == 1
    people.remove_member("ACME", "planners", ada)
    assert people.members("ACME", "planners") == []
    with pytest.raises(Conflict):
        people.create_user("ACME", "ada")
    people.delete_user("ACME", "ada")
    people.delete_group("ACME", "planners")
    assert (people.users("ACME"), people.groups("ACME")) == ([], [])
    people.delete_environment("ACME")
    assert "ACME" not in [one.name for one in people.environments()]
    with pytest.raises(NotFound):
        people.environment("ACME")
    me = people.current()
    assert me.is_admin and people.user(me.environment, me.name).name == me.name


def test_ensure(people: Any, sandbox: Sandbox) -> None:
    def ensure(dry_run: bool) -> list[str]:
        words: dict[str, Any] = {"dry_run": dry_run}
        changes = [
            people.ensure_environment("ACME", description="Planning", **words),
            people.ensure_group("ACME", "planners", **words),
            people.ensure_user("ACME", "ada", full_name="Ada", password=PASSWORD, **words),
            people.ensure_member("ACME", "planners", "ada", **words),
        ]
        assert all(change.done is (change.differs and not dry_run) for change in changes)
        return [change.action for change in changes]

    assert ensure(True) == ["create", "create", "create", "add"]
    assert all(entry.method == "GET" for entry in sandbox.journal())
    assert ensure(False) == ["create", "create", "create", "add"]
    assert ensure(False) == ["none"] * 4
    assert people.ensure_user("ACME", "ada", full_name="Lady Ada").fields == {"full_name": ("Ada", "Lady Ada")}
    assert people.ensure_no_member("ACME", "planners", "ada").done and people.members("ACME", "planners") == []


YAML = """\
environments:
  ACME:
    description: Planning of Acme
    groups:
      planners: {description: Those who plan, members: [ROOT/user:sandbox-user]}
      buyers:
    users:
      ada: {full_name: Ada Lovelace, email: ada@acme.test, password_env: ADA_PASSWORD, groups: [planners, buyers]}
      bob: {groups: [buyers]}
"""
CSV = """\
environment,group,user,full_name,groups
ACME,planners,,,
ACME,,ada,Ada,planners
"""


def test_a_file_is_made_so(
    people: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("ADA_PASSWORD", PASSWORD)
    file = tmp_path / "people.yaml"
    file.write_text(YAML)
    planned = people.apply(file, dry_run=True)
    assert "ACME" not in [one.name for one in people.environments()]
    report = people.apply(file)
    assert [str(change) for change in report] == [str(change) for change in planned]
    assert len(report) == 9 and all(change.done for change in report)
    assert not people.apply(str(file)).differs
    assert {one.name for one in people.members("ACME", "planners")} == {"ada", "sandbox-user"}
    assert PASSWORD not in caplog.text + repr(report)
    table = tmp_path / "people.csv"
    table.write_text(CSV)
    gone = [str(change) for change in people.apply(table, prune=True)]
    assert gone == [
        "update user ACME/user:ada (full_name 'Ada Lovelace' -> 'Ada')",
        "delete user ACME/user:bob",
        "delete group ACME/group:buyers",
    ]
    assert people.user("ACME", "ada").email == "ada@acme.test"


def test_a_faulty_file_changes_nothing(people: Any, tmp_path: Path, sandbox: Sandbox) -> None:
    file = tmp_path / "people.yaml"
    file.write_text("environments:\n  ACME: {groups: {planners: {members: [eve]}}}\n")
    with pytest.raises(RosterError, match=r"people.yaml:2: environments.ACME.groups.planners.members"):
        people.apply(file)
    assert all(entry.method == "GET" for entry in sandbox.journal())


def test_a_stop_in_the_middle_and_again(open_cloud: Opener, sandbox: Sandbox) -> None:
    told: list[Any] = []
    people = open_cloud(on_event=told.append).aimms.people
    people.create_environment("ACME")
    wanted = {"environments": {"ACME": {"groups": {"a": {}, "b": {}}, "users": {"ada": {"groups": ["a", "b"]}}}}}
    sandbox.faults.add(Fault("drop-after", method="POST", path="/groups/b/"))
    with pytest.raises(ApplyError) as caught:
        people.apply(wanted)
    assert caught.value.fate_unknown and len(caught.value.done) == 4
    assert told[-4:] == list(caught.value.done)
    report = people.apply(wanted)  # what was lost on the way had arrived
    assert [str(one) for one in report] == []


def test_a_weak_password_is_refused_and_not_shown(people: Any) -> None:
    people.create_environment("ACME")
    with pytest.raises(BadRequest) as caught:
        people.create_user("ACME", "ada", password="planted")
    assert "password" in str(caught.value) and "planted" not in str(caught.value)


def shown(error: BaseException) -> str:
    """The traceback with all local variables, as error trackers record it."""
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


@pytest.mark.parametrize("kind", ["drop-before", "drop-after", "status", "html", "cut"])
def test_what_is_secret_is_in_no_traceback(cloud: Any, sandbox: Sandbox, tmp_path: Path, kind: Any) -> None:
    secret = Secret(PASSWORD)
    cloud.aimms.people.create_environment("ACME")
    for verb in (
        lambda: cloud.aimms.people.create_user("ACME", "ada", password=secret),
        lambda: cloud.aimms.people.update_user("ROOT", "sandbox-user", password=secret),
        lambda: cloud.aimms.people.ensure_user("ACME", "bob", password=secret),
        lambda: cloud.aimms.secrets.create("token", secret),
    ):
        sandbox.faults.add(Fault(kind, method="PATCH"), Fault(kind, method="POST"))
        try:
            verb()
        except OptCloudError as error:
            assert PASSWORD not in shown(error) and "verb" in shown(error)
        sandbox.faults.clear()


def test_without_the_scope(open_cloud: Opener, sandbox: Sandbox) -> None:
    sandbox.add_aimms_key("not-a-real-key-for-tasks", "Tasks")
    people = open_cloud(aimms={"url": sandbox.urls.aimms, "api_key": "not-a-real-key-for-tasks"}).aimms.people
    with pytest.raises(Forbidden):
        people.environments()
    assert people.current().name
