"""`optcloud aimms publish|apps|categories|versions|storage` on the sandbox."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.conftest import Run
from optcloud import OptCloud
from optcloud.sandbox import Fault, Sandbox

AIMMS = "4.84.1.5-linux64-x64-vc141"


@pytest.fixture
def pack(tmp_path: Path) -> str:
    (tmp_path / "plan.aimmspack").write_bytes(b"fake pack")
    return str(tmp_path / "plan.aimmspack")


def publish(run: Run, pack: str, version: str, *more: str) -> Any:
    words = ("--name", "Planning", "--version", version, "--aimms-version", AIMMS)
    return run("aimms", "publish", pack, *words, *more)


def test_publish_in_words(sandbox: Sandbox, run: Run, pack: str, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"fake picture")
    words = ("--description", "plans", "--attribute", "team=red", "--web-ui", "--latest")
    result = publish(run, pack, "1.0", *words, "--icon", str(tmp_path / "logo.png"), "--json")
    told = json.loads(result.stdout)
    assert (told["changed"], told["latest"], told["description"]) == (True, True, "plans")
    assert told["attributes"]["team"] == "red"
    assert told["attributes"]["isWebUI"] == "true"
    assert publish(run, pack, "1.1", "--hide-old", "1.0").stdout == "published Planning 1.1\n"


def test_publish_if_changed(sandbox: Sandbox, run: Run, pack: str) -> None:
    assert publish(run, pack, "1.0", "--if-changed").stdout == "published Planning 1.0\n"
    assert publish(run, pack, "1.0", "--if-changed").stdout == "unchanged Planning 1.0\n"
    assert len([entry for entry in sandbox.journal() if entry.method == "POST"]) == 1
    Path(pack).write_bytes(b"another pack")
    refused = publish(run, pack, "1.0", "--if-changed")
    assert refused.exit_code == 1
    assert "with other content" in refused.stderr


@pytest.mark.parametrize(
    ("more", "code", "word"),
    [
        (("--keep-old", "0.9", "--hide-old", "0.8"), 1, "--keep-old"),
        (("--attribute", "team"), 2, "KEY=VALUE"),
        (("--icon", "no-such-file.png"), 2, "no-such-file.png"),
    ],
)
def test_publish_refuses_before_sending(
    sandbox: Sandbox, run: Run, pack: str, more: tuple[str, ...], code: int, word: str
) -> None:
    result = publish(run, pack, "1.0", *more)
    assert (result.exit_code, result.stdout) == (code, "")
    assert word in result.stderr
    assert sandbox.journal() == []


def test_publish_whose_fate_is_unknown(sandbox: Sandbox, run: Run, pack: str) -> None:
    sandbox.faults.add(Fault("drop-after", vendor="aimms", method="POST"))
    result = publish(run, pack, "1.0", "--json")
    assert result.exit_code == 1
    error = json.loads(result.stderr)
    assert (error["error"], error["sent"]) == ("TransportError", "unknown")
    sandbox.faults.add(Fault("drop-after", vendor="aimms", method="POST"))
    assert publish(run, pack, "1.1", "--if-changed").stdout == "published Planning 1.1\n"  # known by its hash


def test_apps(sandbox: Sandbox, run: Run, pack: str) -> None:
    publish(run, pack, "1.0", "--latest")
    publish(run, pack, "1.1")
    listed = json.loads(run("aimms", "apps", "list", "Planning", "--json").stdout)
    assert [(one["version"], one["latest"]) for one in listed] == [("1.0", True), ("1.1", False)]
    table = run("aimms", "apps", "list").stdout
    assert "Sandbox" in table
    assert "latest" in table
    shown = run("aimms", "apps", "show", "Planning").stdout.splitlines()
    assert shown[:3] == ["name: Planning", "version: 1.0", "latest: yes"]
    assert json.loads(run("aimms", "apps", "show", "Planning", "1.1", "--json").stdout)["latest"] is False
    assert run("aimms", "apps", "show", "Planning", "7").exit_code == 5
    assert run("aimms", "apps", "link", "Planning", "1.1").stdout.endswith("/launch/Planning/1.1\n")


def test_update_changes_what_is_given(sandbox: Sandbox, run: Run, pack: str) -> None:
    publish(run, pack, "1.0", "--attribute", "team=red", "--attribute", "kept=yes", "--description", "first")
    update = ("aimms", "apps", "update", "Planning", "1.0")
    assert run(*update, "--latest", "--attribute", "team=blue").stdout == "updated Planning 1.0\n"
    told = json.loads(run(*update, "--no-attribute", "team", "--json").stdout)
    assert told["attributes"]["kept"] == "yes"
    assert "team" not in told["attributes"]
    assert (told["description"], told["latest"]) == ("first", True)
    assert run(*update).exit_code == 2


def test_delete_asks_first(sandbox: Sandbox, run: Run, pack: str) -> None:
    publish(run, pack, "1.0")
    delete = ("aimms", "apps", "delete", "Planning", "1.0")
    refused = run(*delete)
    assert refused.exit_code == 2
    assert "--yes: nobody can be asked here, so it is needed to delete Planning 1.0" in refused.stderr
    assert run("aimms", "apps", "show", "Planning", "1.0").exit_code == 0
    assert run(*delete, "--yes").stdout == "deleted Planning 1.0\n"
    assert run("aimms", "apps", "show", "Planning", "1.0").exit_code == 5


def test_profiles_and_versions(sandbox: Sandbox, run: Run) -> None:
    official = run("aimms", "apps", "aimms-versions").stdout.splitlines()
    everything = json.loads(run("aimms", "apps", "aimms-versions", "--dev", "--json").stdout)
    assert set(official) < set(everything)
    with OptCloud() as oc:
        known = [one.name for one in oc.aimms.apps.resource_profiles()]
    assert run("aimms", "apps", "profiles").stdout.splitlines() == known


def test_categories(sandbox: Sandbox, run: Run) -> None:
    def names() -> list[str]:
        return [one["name"] for one in json.loads(run("aimms", "categories", "list", "--json").stdout)]

    before = names()
    for _ in range(2):  # safe to repeat
        assert run("aimms", "categories", "create", "Rosters").stdout == "there is Rosters\n"
    assert names() == [*before, "Rosters"]
    assert run("aimms", "categories", "rename", "Rosters", "Shifts").stdout == "renamed to Shifts\n"
    assert run("aimms", "categories", "delete", "Shifts").exit_code == 2
    assert run("aimms", "categories", "delete", "Shifts", "--yes").exit_code == 0
    assert names() == before
    assert run("aimms", "categories", "rename", "Rosters", "Shifts").exit_code == 5


def test_storage(sandbox: Sandbox, run: Run, tmp_path: Path) -> None:
    sent = bytes(range(256))
    (tmp_path / "logo.png").write_bytes(sent)
    assert run("aimms", "storage", "mkdir", "-p", "/a/b").stdout == "made /a\nmade /a/b\n"
    assert run("aimms", "storage", "mkdir", "-p", "/a/b").stdout == "there is /a/b\n"
    assert run("aimms", "storage", "put", str(tmp_path / "logo.png"), "/a/b/").stdout == "stored /a/b/logo.png\n"
    assert run("aimms", "storage", "put", "-", "/a/b/piped", stdin=b"piped").exit_code == 0
    assert run("aimms", "storage", "put", "-", "/a/b/", stdin=b"piped").exit_code == 2
    assert [one["path"] for one in json.loads(run("aimms", "storage", "list", "/a", "--json").stdout)] == ["/a/b/"]
    assert "/a/b/piped" in run("aimms", "storage", "list", "/a/b/").stdout
    assert "path: /a/b/piped" in run("aimms", "storage", "show", "/a/b/piped").stdout
    assert run("aimms", "storage", "get", "/a/b/logo.png", "-").stdout_bytes == sent
    to = tmp_path / "fetched.png"
    assert run("aimms", "storage", "get", "/a/b/logo.png", str(to)).stdout == f"saved {to}\n"
    assert to.read_bytes() == sent
    assert run("aimms", "storage", "rename", "/a/b/piped", "renamed").stdout == "renamed to /a/b/renamed\n"
    assert run("aimms", "storage", "rename", "--bucket", "/a/b/", "c").stdout == "renamed to /a/c\n"
    assert run("aimms", "storage", "delete", "/a/c/renamed").exit_code == 2
    assert run("aimms", "storage", "delete", "/a/c/renamed", "--yes").exit_code == 0
    assert run("aimms", "storage", "show", "/a/c/renamed").exit_code == 5
    assert run("aimms", "storage", "delete", "/a/c/logo.png", "--yes").exit_code == 0
    assert run("aimms", "storage", "delete", "--bucket", "/a/c", "--yes").stdout == "deleted /a/c\n"
    assert run("aimms", "storage", "list", "/a").stderr == "nothing in it\n"
