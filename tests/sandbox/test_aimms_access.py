"""Access to apps end to end: real sockets, blocking and asyncio."""

from __future__ import annotations

from typing import Any

import pytest

from optcloud import BadRequest, NotFound, OptCloudError, TransportError
from optcloud.aimms.apps.access_rules import Access, Rule
from optcloud.sandbox import Fault, Sandbox

APP = ("Sandbox", "1.0")
R, W, X = Access.READ, Access.WRITE, Access.EXECUTE


@pytest.fixture
def aimms(cloud: Any) -> Any:
    people = cloud.aimms.people
    people.create_environment("ACME")
    people.create_group("ACME", "planners")
    for name in ("ada", "bob"):
        people.create_user("ACME", name)
    people.add_member("ACME", "planners", "ada")
    return cloud.aimms


def test_grant_deny_revoke_clear(aimms: Any) -> None:
    access = aimms.access
    assert access.read(*APP).authorizations == ()
    report = access.grant(*APP, "ACME/group:planners", R | X)
    assert [str(change) for change in report.changes] == ["ACME/group:planners: nothing -> read+execute"]
    assert not access.grant(*APP, "ACME/group:planners", "read").differs
    access.grant(*APP, "ACME/user:ada", "write")
    access.deny(*APP, "ACME/user:ada", X)
    rules = access.read(*APP).rules
    group, ada = (aimms.people.group("ACME", "planners"), aimms.people.user("ACME", "ada"))
    assert rules == {group.id: Rule(R | X), ada.id: Rule(W, X)}
    access.revoke(*APP, ada, W)
    access.clear(*APP, group)
    assert access.read(*APP).rules == {ada.id: Rule(Access(0), X)}
    assert access.clear(*APP).differs and access.read(*APP).rules == {}


def test_a_dry_run_changes_nothing(aimms: Any, sandbox: Sandbox) -> None:
    assert aimms.access.grant(*APP, "ACME", "all", dry_run=True).differs
    assert aimms.access.read(*APP).rules == {}
    assert all(entry.method == "GET" for entry in sandbox.journal()[-3:])


def test_replace(aimms: Any) -> None:
    access = aimms.access
    access.grant(*APP, "ACME/user:bob", "all")
    report = access.replace(*APP, {"ACME": "read", "ACME/group:planners": Rule(X, W)})
    assert len(report.changes) == 3
    assert {str(right.who): right.access for right in access.who(*APP)} == {"ACME": R, "ACME/group:planners": X}


def test_who_can_do_what(aimms: Any) -> None:
    aimms.access.grant(*APP, "ACME", R)
    aimms.access.grant(*APP, "ACME/group:planners", "write+execute")
    aimms.access.deny(*APP, "ACME/user:ada", W)
    persons = {str(right.who): right for right in aimms.access.who(*APP, persons=True)}
    assert {name: right.access for name, right in persons.items()} == {"ACME/user:ada": R | X, "ACME/user:bob": R}
    (right,) = aimms.access.what("ACME", "ada")
    assert ((right.app, right.version), right.access) == (APP, R | X)
    assert right.rules == persons["ACME/user:ada"].rules
    assert [one.access for one in aimms.access.what("ACME", "bob")] == [R]


def test_whom_there_is_not(aimms: Any) -> None:
    for whom in ("ACME/user:eve", "NOWHERE", "ACME/group:nobody"):
        with pytest.raises(NotFound):
            aimms.access.grant(*APP, whom, R)
    with pytest.raises(NotFound):
        aimms.access.read("Sandbox", "9")
    with pytest.raises(BadRequest):  # the sandbox knows no such entity
        aimms.access.grant(*APP, 5, R)


@pytest.mark.parametrize("kind", ["drop-before", "drop-after", "status", "html", "cut"])
def test_a_change_on_a_fault_is_made_once_or_said(aimms: Any, sandbox: Sandbox, kind: Any) -> None:
    sandbox.faults.add(Fault(kind, method="PATCH"))
    try:
        aimms.access.grant(*APP, "ACME", R)
    except OptCloudError as error:
        assert kind != "drop-after" or (isinstance(error, TransportError) and error.sent == "unknown")
    patches = [entry for entry in sandbox.journal() if entry.method == "PATCH"]
    assert len(patches) == 1
    aimms.access.grant(*APP, "ACME", R)  # whatever became of it: once more makes it so
    assert list(aimms.access.read(*APP).rules.values()) == [Rule(R)]
