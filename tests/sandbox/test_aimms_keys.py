"""API keys end to end: real sockets, blocking and asyncio; secrets in files and nowhere else."""

from __future__ import annotations

import logging
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from optcloud import BadRequest, ConfigError, Conflict, NotFound
from optcloud.aimms.keys.scopes import Scope
from optcloud.core.secret_store import SecretNotStored, read
from optcloud.sandbox import Fault, Sandbox
from sandbox.facades import Opener

MONTH = timedelta(days=30)


@pytest.fixture
def keys(cloud: Any) -> Any:
    return cloud.aimms.keys


def test_create_use_delete(
    keys: Any, open_cloud: Opener, sandbox: Sandbox, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    place = tmp_path / "key"
    key = keys.create("ci", MONTH, ["Task", Scope.PUBLISH_APP], store=place)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600 and read(place) == key.secret
    (listed,) = [one for one in keys.list() if one.name == "ci"]
    assert listed.secret is None and {one.scope for one in listed.scopes} == {Scope.TASKS, Scope.PUBLISH_APP}
    assert listed.expires is not None and listed.expires.date() == (datetime.now(UTC) + MONTH).date()
    other = open_cloud(aimms={"url": sandbox.urls.aimms, "api_key": f"file:{place}"})
    assert list(other.aimms.tasks()) == []
    assert key.secret.reveal() not in caplog.text + repr(key)
    keys.delete("ci")
    with pytest.raises(NotFound):
        keys.delete("ci")


def test_a_year_ahead_and_not_more(keys: Any, sandbox: Sandbox) -> None:
    keys.create("ci", timedelta(days=365), ["Tasks"])
    before = len(sandbox.journal())
    with pytest.raises(BadRequest, match="more than a year ahead"):
        keys.create("ci2", timedelta(days=367), ["Tasks"])
    assert len(sandbox.journal()) == before
    with pytest.raises(Conflict):
        keys.create("ci", MONTH, ["Tasks"])


def test_no_key_is_made_that_cannot_be_stored(keys: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("old")
    with pytest.raises(ConfigError, match="exists"):
        keys.create("ci", MONTH, ["Tasks"], store=tmp_path / "key")
    with pytest.raises(ConfigError, match="cannot be written"):
        keys.create("ci", MONTH, ["Tasks"], store=tmp_path / "no" / "key")
    assert [entry for entry in sandbox.journal() if entry.method == "POST"] == []
    sandbox.faults.add(Fault("status", status=500, method="POST"))
    with pytest.raises(Exception, match="500"):
        keys.create("ci", MONTH, ["Tasks"], store=tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_what_expires_soon(keys: Any) -> None:
    for name, days in (("far", 300), ("near", 10), ("nearer", 5)):
        keys.create(name, timedelta(days=days), ["Tasks"])
    assert [key.name for key in keys.expiring()] == ["nearer", "near"]
    assert [key.name for key in keys.expiring(timedelta(days=7))] == ["nearer"]


def test_rotate(keys: Any, tmp_path: Path) -> None:
    place = tmp_path / "key"
    old = keys.create("ci", MONTH, ["Tasks", "Session"], store=place)
    rotation = keys.rotate("ci", store=place)
    assert rotation.old_key == "deleted" and not rotation.both_live
    assert rotation.new.name.startswith("ci-") and read(place) == rotation.new.secret != old.secret
    names = {key.name: [one.scope for one in key.scopes] for key in keys.list()}
    assert "ci" not in names and names[rotation.new.name] == [Scope.TASKS, Scope.SESSION]


def test_both_live_when_the_old_one_cannot_be_deleted(keys: Any, sandbox: Sandbox) -> None:
    keys.create("ci", MONTH, ["Tasks"])
    sandbox.faults.add(Fault("drop-before", method="DELETE", times=None))
    rotation = keys.rotate("ci", new_name="ci2", expires=MONTH)
    assert rotation.both_live and rotation.trouble is not None
    sandbox.faults.clear()
    assert {"ci", "ci2"} <= {key.name for key in keys.list()}


def test_the_old_key_is_left_alone_when_storing_fails(
    keys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.create("ci", MONTH, ["Tasks"])

    def broken(self: Path, target: Any) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(SecretNotStored) as caught:
        keys.rotate("ci", new_name="ci2", store=tmp_path / "key")
    assert caught.value.secret and {"ci", "ci2"} <= {key.name for key in keys.list()}
    assert list(tmp_path.iterdir()) == []


def test_the_key_in_use_can_be_rotated(open_cloud: Opener, sandbox: Sandbox) -> None:
    first = open_cloud().aimms.keys.create("mine", MONTH, ["APIKey", "Tasks"])
    own = open_cloud(aimms={"url": sandbox.urls.aimms, "api_key": first.secret})
    rotation = own.aimms.keys.rotate("mine")
    assert rotation.old_key == "deleted"
    new = open_cloud(aimms={"url": sandbox.urls.aimms, "api_key": rotation.new.secret})
    assert list(new.aimms.tasks()) == []


@pytest.mark.parametrize("kind", ["drop-after", "cut"])
def test_creating_on_a_fault_is_sent_once(keys: Any, sandbox: Sandbox, kind: Any) -> None:
    sandbox.faults.add(Fault(kind, method="POST"))
    with pytest.raises(Exception, match="createApiKey"):
        keys.create("ci", MONTH, ["Tasks"])
    assert len([entry for entry in sandbox.journal() if entry.method == "POST"]) == 1
