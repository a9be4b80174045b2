"""`optcloud aimms keys|sessions|secrets`: what no output may show, and where it goes instead."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend

from cli.conftest import Run
from optcloud import OptCloud
from optcloud.sandbox import AfterPolls, Fault, Sandbox

NEW_SECRET = "planted-content-of-a-secret"


class Remembering(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.known: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.known.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.known[service, username] = password


@pytest.fixture
def remembering() -> Iterator[Remembering]:
    before, ours = keyring.get_keyring(), Remembering()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


def data(result: Any) -> Any:
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def works(sandbox: Sandbox, secret: str) -> bool:
    with OptCloud(aimms={"url": sandbox.urls.aimms, "api_key": secret}) as oc:
        return bool(oc.aimms.keys.list())


def writes(sandbox: Sandbox) -> list[str]:
    return [entry.method for entry in sandbox.journal() if entry.method != "GET"]


# ---------------------------------------------------------------- keys


def test_a_secret_goes_into_a_file_that_only_its_owner_reads(
    sandbox: Sandbox, run: Run, secrets: list[str], tmp_path: Path
) -> None:
    place = tmp_path / "key"
    scopes = ("--scope", "API Key", "--scope", "Task")
    result = run("aimms", "keys", "create", "ci", *scopes, "--expires", "90d", "--store", f"file:{place}", "--json")
    secrets.append(place.read_text())
    assert place.read_text() not in result.stdout + result.stderr
    told = data(result)
    day = (datetime.fromtimestamp(sandbox.now(), UTC) + timedelta(days=90)).date()
    assert (told["name"], told["expires"], told["stored"]) == ("ci", day.isoformat(), f"file:{place}")
    assert sorted(told["scopes"]) == ["APIKey", "Tasks"]
    assert "secret" not in told
    if os.name == "posix":
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert works(sandbox, place.read_text())
    assert "ci" in run("aimms", "keys", "list").stdout
    before = len(writes(sandbox))
    taken = run("aimms", "keys", "create", "another", *scopes, "--store", f"file:{place}")
    assert taken.exit_code == 1
    assert "exists" in taken.stderr
    assert len(writes(sandbox)) == before  # nothing is made that has no place


def test_a_secret_goes_into_the_keyring(sandbox: Sandbox, run: Run, remembering: Remembering) -> None:
    result = run("aimms", "keys", "create", "ci", "--scope", "APIKey", "--store", "keyring:ci")
    assert result.stdout.startswith("made ci, until ")
    (secret,) = remembering.known.values()
    assert secret not in result.stdout + result.stderr
    assert works(sandbox, secret)


def test_a_secret_is_printed_when_asked_for(sandbox: Sandbox, run: Run) -> None:
    result = run("aimms", "keys", "create", "ci", "--scope", "APIKey", "--print-secret")
    assert works(sandbox, result.stdout.strip())
    assert result.stdout.strip() not in result.stderr
    assert "made ci" in result.stderr
    told = data(run("aimms", "keys", "create", "another", "--scope", "APIKey", "--print-secret", "--json"))
    assert works(sandbox, told["secret"])


@pytest.mark.parametrize(
    ("more", "code", "word"),
    [
        ((), 2, "--print-secret"),
        (("--store", "somewhere"), 2, "keyring:NAME"),
        (("--print-secret", "--expires", "400d"), 1, "more than a year ahead"),
        (("--print-secret", "--expires", "soon"), 1, "no date"),
    ],
)
def test_a_key_that_cannot_be_made_is_not_asked_for(
    sandbox: Sandbox, run: Run, more: tuple[str, ...], code: int, word: str
) -> None:
    result = run("aimms", "keys", "create", "ci", "--scope", "Tasks", *more)
    assert (result.exit_code, result.stdout) == (code, "")
    assert word in result.stderr
    assert sandbox.journal() == []


def test_a_secret_that_could_not_be_stored(
    sandbox: Sandbox, run: Run, remembering: Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(_service: str, _username: str, _password: str) -> None:
        raise keyring.errors.PasswordSetError("locked")

    monkeypatch.setattr(remembering, "set_password", locked)
    result = run("aimms", "keys", "create", "ci", "--scope", "APIKey", "--store", "keyring:ci")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "delete it, make another" in result.stderr
    both = run("aimms", "keys", "create", "other", "--scope", "APIKey", "--store", "keyring:ci", "--print-secret")
    assert both.exit_code == 1
    assert works(sandbox, both.stdout.strip())  # asked for, so it is not lost


def test_rotate(sandbox: Sandbox, run: Run, tmp_path: Path) -> None:
    place = f"file:{tmp_path / 'key'}"
    run("aimms", "keys", "create", "ci", "--scope", "APIKey", "--store", place)
    old = (tmp_path / "key").read_text()
    rotate = ("aimms", "keys", "rotate", "ci", "--store", place)
    assert run(*rotate).exit_code == 2
    told = data(run(*rotate, "--yes", "--json"))
    assert (told["old"], told["old_key"], told["scopes"]) == ("ci", "deleted", ["APIKey"])
    new = (tmp_path / "key").read_text()
    assert new != old
    assert works(sandbox, new)
    names = [key["name"] for key in data(run("aimms", "keys", "list", "--json"))]
    assert told["name"] in names
    assert "ci" not in names


def test_rotate_again_and_again_with_the_same_words(sandbox: Sandbox, run: Run) -> None:
    first = run("aimms", "keys", "create", "ci", "--scope", "Tasks", "--expires", "90d", "--print-secret", "--json")
    old, until = "ci", data(first)["expires"]
    for number in range(3):
        result = run("aimms", "keys", "rotate", "ci", "--print-secret", "--yes", "--json")
        told = data(result)
        assert (told["old"], told["old_key"], told["scopes"], told["expires"]) == (old, "deleted", ["Tasks"], until)
        assert ("lifetime not known" in result.stderr) is (number == 0)
        assert {"event": "deleted", "name": old} in map(json.loads, result.stderr.splitlines())
        old = told["name"]
    unsure = run("aimms", "keys", "rotate", "ci", "--print-secret")
    assert (unsure.exit_code, f"replace the key {old}, and delete it" in unsure.stderr) == (2, True)
    mine = [key["name"] for key in data(run("aimms", "keys", "list", "--json")) if key["name"].startswith("ci")]
    assert mine == [old]


def test_a_rotation_that_leaves_both(sandbox: Sandbox, run: Run, tmp_path: Path) -> None:
    run("aimms", "keys", "create", "ci", "--scope", "APIKey", "--store", f"file:{tmp_path / 'key'}")
    sandbox.faults.add(Fault("status", vendor="aimms", method="DELETE", status=500))
    result = run("aimms", "keys", "rotate", "ci", "--store", f"file:{tmp_path / 'key'}", "--yes")
    assert result.exit_code == 1
    assert result.stdout.startswith("made ci-")
    assert "delete it: optcloud aimms keys delete ci" in result.stderr


def test_expiring_and_delete(sandbox: Sandbox, run: Run, tmp_path: Path) -> None:
    for name, days in (("soon", "10d"), ("later", "200d")):
        run("aimms", "keys", "create", name, "--scope", "APIKey", "--expires", days, "--print-secret")
    assert [key["name"] for key in data(run("aimms", "keys", "expiring", "--json"))] == ["soon"]
    assert "later" in run("aimms", "keys", "expiring", "--within", "300d").stdout
    assert run("aimms", "keys", "expiring", "--within", "soon").exit_code == 2
    assert run("aimms", "keys", "delete", "soon").exit_code == 2
    assert run("aimms", "keys", "delete", "soon", "--yes").stdout == "deleted soon\n"
    assert run("aimms", "keys", "expiring").stderr == "none within 30d\n"


def test_keys_by_the_newer_service(sandbox: Sandbox, run: Run) -> None:
    newer = "--user-manager"
    assert "APIKey" in run("aimms", "keys", "scopes").stdout
    secret = run("aimms", "keys", "create", "mine", "--scope", "APIKey", "--print-secret", newer).stdout.strip()
    assert works(sandbox, secret)
    assert "mine" in [key["name"] for key in data(run("aimms", "keys", "list", newer, "--json"))]
    assert run("aimms", "keys", "delete", "mine", newer, "--yes").exit_code == 0
    assert "mine" not in run("aimms", "keys", "list", newer).stdout


# ---------------------------------------------------------------- secrets


@pytest.fixture
def kept(sandbox: Sandbox, run: Run) -> None:
    assert run("aimms", "secrets", "mkdir", "databases").exit_code == 0
    create = ("aimms", "secrets", "create", "databases/production", "--content-file", "-")
    assert run(*create, stdin=NEW_SECRET.encode() + b"\n").stdout == "created databases/production\n"


def test_contents_are_not_shown_unasked(
    kept: None, run: Run, secrets: list[str], tmp_path: Path, remembering: Remembering
) -> None:
    secrets.append(NEW_SECRET)
    assert "databases" in run("aimms", "secrets", "list").stdout
    listed = data(run("aimms", "secrets", "list", "databases", "--json"))
    assert listed == [{"path": "databases/production", "kind": "secret"}]
    run("aimms", "secrets", "list", "databases/production")
    assert run("aimms", "secrets", "get", "databases/production").exit_code == 2
    place = tmp_path / "content"
    assert run("aimms", "secrets", "get", "databases/production", "--store", f"file:{place}").exit_code == 0
    assert place.read_text() == NEW_SECRET
    run("aimms", "secrets", "get", "databases/production", "--store", "keyring:db", "--json")
    assert list(remembering.known.values()) == [NEW_SECRET]
    assert run("aimms", "secrets", "get", "databases", "--store", f"file:{tmp_path / 'other'}").exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["content"]


def test_a_content_that_is_asked_for(kept: None, run: Run) -> None:
    get = ("aimms", "secrets", "get", "databases/production", "--print-secret")
    assert run(*get).stdout == NEW_SECRET
    assert data(run(*get, "--json"))["content"] == NEW_SECRET


def test_secrets_are_changed(kept: None, run: Run, tmp_path: Path) -> None:
    (tmp_path / "content").write_text("another-planted-content\n")
    update = ("aimms", "secrets", "update", "databases/production")
    assert run(*update).exit_code == 2
    assert run(*update, "--content-file", str(tmp_path / "content"), "--new-name", "live").exit_code == 0
    assert run("aimms", "secrets", "get", "databases/live", "--print-secret").stdout == "another-planted-content"
    assert run("aimms", "secrets", "delete", "databases/live").exit_code == 2
    assert run("aimms", "secrets", "delete", "databases/live", "--yes").stdout == "deleted databases/live\n"
    assert run("aimms", "secrets", "list", "databases").stderr == "nothing in it\n"


def test_access_to_secrets(kept: None, run: Run) -> None:
    run("aimms", "people", "create", "ROOT/group:planners")
    path, planners = "databases/production", "ROOT/group:planners"
    assert run("aimms", "secrets", "grant", path, planners, "read_write").exit_code == 0
    found = {one["who"]: one["access"] for one in data(run("aimms", "secrets", "access", path, "--json"))}
    assert found[planners] == "read_write"
    assert run("aimms", "secrets", "revoke", path, planners).exit_code == 0
    assert planners not in run("aimms", "secrets", "access", path).stdout
    assert run("aimms", "secrets", "grant", path, "ROOT").exit_code == 1
    assert run("aimms", "secrets", "grant", path, planners, "write").exit_code == 2


# ---------------------------------------------------------------- sessions


def test_sessions(sandbox: Sandbox, run: Run, tmp_path: Path) -> None:
    first, second = sandbox.add_aimms_session("webui"), sandbox.add_aimms_session("webui")
    listed = data(run("aimms", "sessions", "list", "--sort", "-session_id", "--json"))
    assert [one["id"] for one in listed] == sorted([first, second], reverse=True)
    assert len(data(run("aimms", "sessions", "list", "--limit", "1", "--json"))) == 1
    assert run("aimms", "sessions", "list", "solve").stderr == "no sessions\n"
    assert run("aimms", "sessions", "list", "nosuch").exit_code == 2
    assert run("aimms", "sessions", "list", "--filter", "sort=id").exit_code == 2
    assert run("aimms", "sessions", "terminate", "webui", first).exit_code == 2
    assert run("aimms", "sessions", "terminate", "webui", first, "--yes").stdout == f"terminated {first}\n"
    assert run("aimms", "sessions", "terminate", "webui", first, "--yes").exit_code == 1
    ended = data(run("aimms", "sessions", "list", "webui", "--filter", "state=Terminated", "--json"))
    assert [one["id"] for one in ended] == [first]
    assert "state: Terminated" in run("aimms", "sessions", "show", "webui", first).stdout.splitlines()
    assert "terminated" in run("aimms", "sessions", "logs", "webui", first).stdout
    entries = run("aimms", "sessions", "logs", "webui", first, "--json").stdout.splitlines()
    assert all("text" in json.loads(entry) for entry in entries)
    log = tmp_path / "log"
    assert run("aimms", "sessions", "logs", "webui", first, "-o", str(log)).stdout == f"saved {log}\n"
    assert second in run("aimms", "sessions", "address", second, "webui").stdout
    assert run("aimms", "sessions", "delete", "webui", first, "--yes").stdout == f"deleted {first}\n"
    assert run("aimms", "sessions", "show", "webui", first).exit_code == 5


def test_a_tasks_session_is_deleted_only_on_purpose(sandbox: Sandbox, run: Run) -> None:
    sandbox.pace = AfterPolls(50)
    with OptCloud() as oc:
        job = oc.aimms.run("Sandbox", "echo", input={})
        while job.poll().state.name == "QUEUED":
            pass
        (session,) = oc.aimms.sessions.list("task")
    delete = ("aimms", "sessions", "delete", "task", session.id, "--yes")
    refused = run(*delete)
    assert refused.exit_code == 1
    assert "interrupt the task instead" in refused.stderr
    assert run(*delete, "--kill-task").exit_code == 0
