"""Secrets in files and in the keyring: nobody else reads them, none is lost, none is overwritten by accident."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import PasswordDeleteError, PasswordSetError

from optcloud.core import secret_store as vault
from optcloud.core.errors import ConfigError, CredentialsNotFound
from optcloud.core.secret import Secret
from optcloud.core.secret_store import FilePlace, KeyringPlace, SecretNotStored, drawer, place_of, read
from optcloud.core.settings import AimmsSettings
from optcloud.core.settings_sources import Config

VALUE = "not-a-real-key-ä"


class Remembering(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[tuple[str, str], str] = {}
        self.broken = False

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.broken:
            raise PasswordSetError("locked")
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError("not needed")


@pytest.fixture
def ring() -> Iterator[Remembering]:
    before = keyring.get_keyring()
    remembering = Remembering()
    keyring.set_keyring(remembering)
    yield remembering
    keyring.set_keyring(before)


def keep(place: Any, value: str = VALUE, **options: Any) -> None:
    with drawer(place, **options) as ready:
        ready.keep(Secret(value))


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ("keyring:prod", KeyringPlace("prod")),
        ("keyring:prod:2", KeyringPlace("prod:2")),
        ("file:/a/b", FilePlace(Path("/a/b"))),
        (Path("c"), FilePlace(Path("c"))),
        (KeyringPlace("x"), KeyringPlace("x")),
    ],
)
def test_places(given: Any, place: Any) -> None:
    assert place_of(given) == place


@pytest.mark.parametrize("text", ["", "prod", "keyring:", "file:", "vault:prod", VALUE])
def test_no_places(text: str) -> None:
    with pytest.raises(ConfigError, match="write keyring:NAME or file:PATH"):
        place_of(text)


def test_a_file_is_the_owners_only_before_the_secret_is_there(tmp_path: Path) -> None:
    path = tmp_path / "key"
    previous = os.umask(0)
    try:
        with drawer(path) as ready:
            assert stat.S_IMODE(path.stat().st_mode) == 0o600 and path.read_bytes() == b""
            ready.keep(Secret(VALUE))
    finally:
        os.umask(previous)
    assert path.read_text(encoding="utf-8") == VALUE and read(path) == Secret(VALUE)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_never_overwritten_by_accident(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("old")
    with pytest.raises(ConfigError, match="exists: choose another name"):
        keep(path)
    assert path.read_text() == "old"
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="exists"):
        keep(tmp_path / "link")
    assert not (tmp_path / "elsewhere").exists()


def test_an_old_file_steps_aside_when_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("old")
    path.chmod(0o644)
    with drawer(path, overwrite=True) as ready:
        assert path.read_text() == "old"
        ready.keep(Secret(VALUE))
    assert read(path) == Secret(VALUE) and stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("overwrite", [False, True])
def test_without_a_secret_nothing_is_left_behind(tmp_path: Path, overwrite: bool) -> None:
    with pytest.raises(ZeroDivisionError), drawer(tmp_path / "key", overwrite=overwrite):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_secret_that_cannot_be_stored_is_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(SecretNotStored) as caught:
        keep(tmp_path / "key")
    assert caught.value.secret == Secret(VALUE) and caught.value.place == FilePlace(tmp_path / "key")
    assert VALUE not in str(caught.value) + repr(caught.value) and "field 'secret'" in str(caught.value)
    assert caught.value.__context__ is None  # which would have the value in its traceback
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_made_is_said_before(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        keep(tmp_path / "no" / "key")


def test_reading_a_file(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with pytest.raises(CredentialsNotFound, match="file:"):
        read(path)
    path.write_text(VALUE + "\n", encoding="utf-8")
    path.chmod(0o640)
    with pytest.raises(ConfigError, match=r"others than its owner may read it; run: chmod 600"):
        read(path)
    path.chmod(0o600)
    assert read(f"file:{path}") == Secret(VALUE)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="cannot be read"):
        read(path)
    path.write_text("\n")
    with pytest.raises(CredentialsNotFound, match="it is empty"):
        read(path)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_a_file_may_begin_with_a_mark_and_end_in_a_line_end(tmp_path: Path, mark: str, end: str) -> None:
    """As editors write it; of the secret itself nothing is taken off, and white space in it is refused by name."""
    path = tmp_path / "key"
    keep(path, f"{mark}planted-key{end}")
    config = Config.load(path=os.devnull, environment={"OPTCLOUD_AIMMS_API_KEY": f"file:{path}"})
    assert config.settings(AimmsSettings, {"account": "acme"}).api_key == Secret("planted-key")
    keep(path, f"{mark}planted key {end}", overwrite=True)
    assert read(path) == Secret("planted key ")
    with pytest.raises(ConfigError, match="has white space within it") as caught:
        config.settings(AimmsSettings, {"account": "acme"})
    place = f"aimms.api_key (file:{path}, named by environment variable OPTCLOUD_AIMMS_API_KEY)"
    assert str(caught.value).startswith(place) and "planted" not in str(caught.value)


def test_a_place_with_a_line_end_is_refused_by_name(tmp_path: Path) -> None:
    """The line end came in with the variable; nobody finds it in "there is no such file"."""
    environment = {"OPTCLOUD_AIMMS_API_KEY": f"file:{tmp_path}/key\n", "OPTCLOUD_AIMMS_ACCOUNT": "acme"}
    with pytest.raises(ConfigError, match=r"aimms\.api_key \(environment variable .*has a line end at its end"):
        Config.load(path=os.devnull, environment=environment).settings(AimmsSettings)


def test_a_keyring_that_has_a_line_end(ring: Remembering, tmp_path: Path) -> None:
    """A keyring is no file: nothing is taken off."""
    keep("keyring:prod", "planted-key\n")
    given = {"account": "acme", "api_key": "keyring:prod"}
    with pytest.raises(ConfigError, match=r"aimms\.api_key \(keyring:prod, named by argument") as caught:
        Config.load(path=os.devnull, environment={}).settings(AimmsSettings, given)
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize("content", [b"planted\xff", "planted".encode("utf-16")])
def test_a_file_that_is_no_text_is_not_shown(tmp_path: Path, content: bytes) -> None:
    """The error of decoding, which holds the bytes, is no part of ours."""
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="cannot be read: it is not UTF-8 text") as caught:
        read(path)
    assert caught.value.__context__ is None


def test_the_keyring(ring: Remembering) -> None:
    keep("keyring:prod")
    assert ring.entries == {("optcloud", "prod"): VALUE} and read("keyring:prod") == Secret(VALUE)
    with pytest.raises(ConfigError, match="has a secret already"):
        keep("keyring:prod", "other")
    keep("keyring:prod", "other", overwrite=True)
    assert read("keyring:prod") == Secret("other")
    with pytest.raises(CredentialsNotFound, match="keyring:test"):
        read("keyring:test")
    ring.broken = True
    with pytest.raises(SecretNotStored) as caught:
        keep("keyring:new")
    assert caught.value.secret == Secret(VALUE) and caught.value.__context__ is None


def test_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    try:
        with pytest.raises(ConfigError, match="this machine has no keyring"):
            keep("keyring:prod")
    finally:
        keyring.set_keyring(before)
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigError, match=r'pip install "optcloud\[keyring\]"'):
        read("keyring:prod")


def test_nowhere() -> None:
    keep(None)


def test_a_setting_may_say_where_its_secret_is(ring: Remembering, tmp_path: Path) -> None:
    ring.entries["optcloud", "prod"] = VALUE
    place = tmp_path / "config.toml"
    place.write_text('[default.aimms]\naccount = "keyring:acme"\napi_key = "keyring:prod"\n')
    config = Config.load(path=place, environment={})
    with pytest.raises(ConfigError, match="'keyring:acme' is not the first part"):  # an account is no secret
        config.settings(AimmsSettings)
    settings = config.settings(AimmsSettings, {"account": "acme"})
    assert settings.api_key == Secret(VALUE)
    keep(tmp_path / "key", "from-a-file")
    environment = {"OPTCLOUD_AIMMS_API_KEY": f"file:{tmp_path / 'key'}", "OPTCLOUD_AIMMS_ACCOUNT": "acme"}
    config = Config.load(path=os.devnull, environment=environment)
    assert config.settings(AimmsSettings).api_key == Secret("from-a-file")
    with pytest.raises(CredentialsNotFound, match="keyring:gone"):
        config.settings(AimmsSettings, {"api_key": "keyring:gone"})
    assert vault.is_place("keyring:x") and not vault.is_place("x:keyring")
