"""`optcloud aimms people|access` on the sandbox."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from optcloud.sandbox import Fault, Sandbox

ROSTER = """environments:
  ACME:
    description: Planning of Acme
    groups:
      planners: {description: Those who plan}
    users:
      ada: {full_name: Ada Lovelace, email: ada@acme.test, password: Planted-Password-Of-Ada-1, groups: [planners]}
"""


@pytest.fixture
def roster(tmp_path: Path, secrets: list[str]) -> str:
    secrets.append("Planted-Password-Of-Ada-1")
    (tmp_path / "people.yaml").write_text(ROSTER)
    return str(tmp_path / "people.yaml")


@pytest.fixture
def acme(sandbox: Sandbox, run: Run, roster: str) -> None:
    assert run("aimms", "people", "apply", roster).exit_code == 0


def data(result: Any) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def writes(sandbox: Sandbox) -> list[str]:
    return [entry.method for entry in sandbox.journal() if entry.method != "GET"]


def test_a_file_is_applied_once(sandbox: Sandbox, run: Run, roster: str) -> None:
    planned = run("aimms", "people", "apply", roster, "--dry-run")
    assert "would create user ACME/user:ada" in planned.stdout
    assert writes(sandbox) == []
    changes = data(run("aimms", "people", "apply", roster, "--json"))
    assert [(one["action"], one["kind"], one["done"]) for one in changes] == [
        ("create", "environment", True),
        ("create", "group", True),
        ("create", "user", True),
        ("add", "member", True),
    ]
    assert run("aimms", "people", "apply", roster).stdout == "nothing to change\n"


def test_a_file_that_cannot_be_applied_is_named_by_line(sandbox: Sandbox, run: Run, tmp_path: Path) -> None:
    (tmp_path / "people.yaml").write_text("environments:\n  ACME:\n    descripton: Planning\n")
    result = run("aimms", "people", "apply", str(tmp_path / "people.yaml"))
    assert result.exit_code == 1
    assert "people.yaml:3" in result.stderr
    assert sandbox.journal() == []


def test_what_was_done_before_a_failure_is_told(sandbox: Sandbox, run: Run, roster: str) -> None:
    sandbox.faults.add(Fault("status", vendor="aimms", method="POST", path="/users$", status=500))
    result = run("aimms", "people", "apply", roster)
    assert result.exit_code == 1
    assert [line.split(" (")[0] for line in result.stdout.splitlines()] == [
        "create environment ACME",
        "create group ACME/group:planners",
    ]
    assert "apply again to do the rest" in result.stderr


def test_prune_asks_first(acme: None, sandbox: Sandbox, run: Run, roster: str) -> None:
    run("aimms", "people", "create", "ACME/user:bob")
    assert run("aimms", "people", "apply", roster, "--prune").exit_code == 2
    assert "would delete user ACME/user:bob" in run("aimms", "people", "apply", roster, "--prune", "--dry-run").stdout
    assert run("aimms", "people", "apply", roster, "--prune", "--yes").stdout == "delete user ACME/user:bob\n"


def test_look(acme: None, run: Run) -> None:
    def names(*whom: str) -> list[str]:
        return [one["name"] for one in data(run("aimms", "people", "list", *whom, "--json"))]

    assert "ACME" in names()
    assert names("ACME") == ["ACME/group:planners", "ACME/user:ada"]
    assert names("ACME/group:planners") == ["ACME/user:ada"]
    assert "Ada Lovelace" in run("aimms", "people", "list", "ACME/group:planners").stdout
    shown = run("aimms", "people", "show", "ACME/user:ada").stdout.splitlines()
    assert "email: ada@acme.test" in shown
    assert run("aimms", "people", "show", "ACME/group:planners").exit_code == 0
    assert run("aimms", "people", "show", "ACME/user:eve").exit_code == 5
    assert run("aimms", "people", "list", "ACME/user:ada").exit_code == 2
    assert data(run("aimms", "people", "me", "--json"))["admin"] is True


def test_add_is_safe_to_repeat(acme: None, run: Run, secrets: list[str]) -> None:
    secrets.append("Planted-Password-Of-Bob-1")
    add = ("aimms", "people", "create", "ACME/user:bob", "--full-name", "Bob", "--password-file", "-")
    assert "would create user ACME/user:bob" in run(*add, "--dry-run", stdin=b"Planted-Password-Of-Bob-1\n").stdout
    assert run(*add, stdin=b"Planted-Password-Of-Bob-1\n").stdout.startswith("create user ACME/user:bob")
    assert run(*add, stdin=b"Planted-Password-Of-Bob-1\n").stdout == "nothing to change\n"
    (change,) = data(run("aimms", "people", "create", "ACME/user:bob", "--full-name", "Robert", "--json"))
    assert (change["action"], change["fields"]) == ("update", {"full_name": {"before": "Bob", "after": "Robert"}})
    assert run("aimms", "people", "create", "OTHER", "--description", "Others").exit_code == 0
    assert run("aimms", "people", "create", "OTHER/group:buyers", "--max-users", "3").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (("create", "ACME/group:planners", "--email", "a@acme.test"), "--email"),
        (("create", "ACME/user:ada", "--description", "x"), "--description"),
        (("create", "ACME", "--password-file", "-"), "--password-file"),
        (("update", "ACME/user:ada", "--default"), "--default"),
        (("update", "ACME/user:ada"), "nothing was given"),
        (("join", "ACME", "ada"), "group"),
        (("create", "ACME/user:"), "names nobody"),
    ],
)
def test_what_cannot_be_said_is_refused(sandbox: Sandbox, run: Run, arguments: tuple[str, ...], option: str) -> None:
    result = run("aimms", "people", *arguments, stdin=b"x")
    assert result.exit_code == 2
    assert option in result.stderr
    assert sandbox.journal() == []


def test_update_join_leave_and_remove(acme: None, sandbox: Sandbox, run: Run) -> None:
    changed = run("aimms", "people", "update", "ACME/user:ada", "--new-name", "lovelace", "--email", "new@acme.test")
    assert changed.stdout == "updated ACME/user:lovelace\n"
    assert run("aimms", "people", "update", "ACME/group:planners", "--description", "Plan").exit_code == 0
    assert run("aimms", "people", "update", "ACME", "--description", "Acme").exit_code == 0
    membership = ("ACME/group:planners", "lovelace")
    assert run("aimms", "people", "join", *membership).stdout == "nothing to change\n"
    assert run("aimms", "people", "leave", *membership, "--dry-run").stdout.startswith("would remove member")
    assert run("aimms", "people", "leave", *membership).stdout.startswith("remove member")
    assert run("aimms", "people", "join", *membership).stdout.startswith("add member")
    for whom in ("ACME/group:planners", "ACME/user:lovelace", "ACME"):
        assert run("aimms", "people", "delete", whom).exit_code == 2
        assert run("aimms", "people", "delete", whom, "--yes").stdout == f"deleted {whom}\n"
        assert run("aimms", "people", "show", whom).exit_code == 5


# ---------------------------------------------------------------- access


def access(run: Run, verb: str, *more: str) -> Any:
    return run("aimms", "access", verb, "Sandbox", "1.0", *more)


def rules(run: Run) -> dict[str, tuple[str, str]]:
    rights = data(access(run, "who", "--json"))
    return {one["who"]: tuple(one["rules"][one["who"]][side] for side in ("granted", "denied")) for one in rights}


def test_grant_deny_and_revoke(acme: None, sandbox: Sandbox, run: Run) -> None:
    access(run, "clear", "--yes")
    planners = "ACME/group:planners"
    before = len(writes(sandbox))
    planned = access(run, "grant", planners, "read+execute", "--dry-run")
    assert planned.stdout == f"would change {planners}: nothing -> read+execute\n"
    assert len(writes(sandbox)) == before
    assert access(run, "grant", planners, "read+execute").stdout == f"{planners}: nothing -> read+execute\n"
    assert access(run, "grant", planners, "read").stdout == "nothing to change\n"
    report = data(access(run, "deny", "ACME/user:ada", "write", "--json"))
    assert report["changes"][0]["after"] == {"granted": "", "denied": "write"}
    assert rules(run) == {planners: ("read+execute", ""), "ACME/user:ada": ("", "write")}
    assert access(run, "revoke", planners, "execute").exit_code == 0
    assert rules(run)[planners] == ("read", "")
    access(run, "revoke", planners)
    assert planners not in rules(run)


def test_tables(acme: None, run: Run) -> None:
    access(run, "clear", "--yes")
    access(run, "grant", "ACME/group:planners", "read+execute")
    access(run, "deny", "ACME/user:ada", "execute")
    (ada,) = data(access(run, "who", "--persons", "--json"))
    assert (ada["who"], ada["access"]) == ("ACME/user:ada", "read")
    assert "ACME/group:planners" in access(run, "who").stdout
    (mine,) = data(run("aimms", "access", "what", "ACME/user:ada", "--json"))
    assert (mine["app"], mine["version"], mine["access"]) == ("Sandbox", "1.0", "read")
    assert set(mine["rules"]) == {"ACME/group:planners", "ACME/user:ada"}
    assert run("aimms", "access", "what", "ACME/group:planners").exit_code == 2
    assert [one["granted"] for one in data(access(run, "show", "--json"))] == ["read+execute", ""]


def test_replace_and_clear_ask_first(acme: None, sandbox: Sandbox, run: Run) -> None:
    wanted = ("ACME/group:planners=read+execute", "--deny", "ACME/user:ada=write")
    assert access(run, "replace", *wanted).exit_code == 2
    assert access(run, "replace", "--yes").exit_code == 2  # nobody named
    assert access(run, "replace", "ACME/user:ada", "--yes").exit_code == 2  # without an access
    assert writes(sandbox).count("PATCH") == 0
    assert "would change" in access(run, "replace", *wanted, "--dry-run").stdout
    assert access(run, "replace", *wanted, "--yes").exit_code == 0
    assert rules(run) == {"ACME/group:planners": ("read+execute", ""), "ACME/user:ada": ("", "write")}
    assert access(run, "clear", "ACME/user:ada").exit_code == 2
    assert access(run, "clear", "ACME/user:ada", "--yes").exit_code == 0
    assert list(rules(run)) == ["ACME/group:planners"]
    assert access(run, "clear", "--dry-run").stdout.startswith("would change")
    assert access(run, "clear", "--yes").exit_code == 0
    assert access(run, "who").stderr == "nobody\n"


@pytest.mark.parametrize(("whom", "right"), [("ACME/group:planners", "run"), ("ACME/group:", "read")])
def test_wrong_words(sandbox: Sandbox, run: Run, whom: str, right: str) -> None:
    result = access(run, "grant", whom, right)
    assert (result.exit_code, result.stdout) == (1, "")
    assert writes(sandbox) == []
