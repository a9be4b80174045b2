"""Where tokens are kept: nobody else reads them, a new one is whole or not there, and one at a time renews them."""

from __future__ import annotations

import os
import stat
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from optcloud.core.errors import ConfigError
from optcloud.core.secret import Secret
from optcloud.core.settings import AdiutaOptSettings
from optcloud.core.settings_sources import Config
from optcloud.process.token_store import PIECE, FileTokenStore, FileTurn, KeyringTokenStore, token_store_for
from patience import PATIENCE
from unit.test_vault import Remembering

TEXT = Secret('{"id_token":"not-a-real-token"}')
LONG = Secret("ä token" * 700)


@pytest.fixture
def token_store(tmp_path: Path) -> FileTokenStore:
    return FileTokenStore(tmp_path / "state" / "tokens.json", tmp_path / "state" / "tokens.lock")


def facts(**changes: Any) -> AdiutaOptSettings:
    given = {
        "url": "https://planner.test",
        "username": "ada@example.test",
        "password": "correct horse",
        "user_pool_id": "eu-central-1_AbCdEfGhI",
        "client_id": "fake-client-id",
        "cognito_url": "https://idp.test",
    }
    return AdiutaOptSettings(**(given | changes))


# ---------------------------------------------------------------- files


@pytest.mark.skipif(os.name != "posix", reason="modes are a thing of POSIX")
def test_only_the_owner_reads_the_file_and_its_folder(token_store: FileTokenStore) -> None:
    token_store.keep(TEXT)
    token_store.keep(LONG)
    assert token_store.load() == LONG
    assert stat.S_IMODE(token_store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(token_store.path.parent.stat().st_mode) == 0o700
    assert [path.name for path in token_store.path.parent.iterdir()] == ["tokens.json"], "nothing is left behind"


@pytest.mark.skipif(os.name != "posix", reason="modes are a thing of POSIX")
def test_a_file_that_others_may_read_is_not_used(token_store: FileTokenStore) -> None:
    token_store.keep(TEXT)
    token_store.path.chmod(0o640)
    with pytest.raises(ConfigError, match="others than its owner may read it"):
        token_store.load()
    token_store.keep(TEXT)
    assert token_store.load() == TEXT


def test_nothing_is_kept_before_and_after(token_store: FileTokenStore) -> None:
    assert token_store.load() is None and token_store.remove() is False
    token_store.keep(TEXT)
    assert token_store.remove() is True and token_store.load() is None


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file", encoding="utf-8")
    token_store = FileTokenStore(tmp_path / "state" / "tokens.json", tmp_path / "state" / "tokens.lock")
    with pytest.raises(ConfigError, match="cannot be made"):
        token_store.keep(TEXT)
    with pytest.raises(ConfigError, match="state"):
        token_store.turn().take()
    with pytest.raises(ConfigError):
        token_store.remove()


def test_what_cannot_be_written_does_not_show(token_store: FileTokenStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    token_store.keep(TEXT)
    monkeypatch.setattr("os.write", full)
    with pytest.raises(ConfigError, match=r"cannot be written.*No space left") as caught:
        token_store.keep(LONG)
    assert caught.value.__suppress_context__ and "not-a-real-token" not in str(caught.value)
    monkeypatch.undo()
    assert token_store.load() == TEXT, "what was there is whole"


# ---------------------------------------------------------------- turns


def test_one_has_the_turn(token_store: FileTokenStore) -> None:
    one, two = token_store.turn(), token_store.turn()
    assert one.take() and one.take() and not two.take()
    one.give_back()
    assert two.take()
    two.give_back()
    assert not two.take(), "over is over"
    assert token_store.lock.exists()


def test_a_turn_that_was_given_back_is_not_taken_by_a_thread_that_comes_late(token_store: FileTokenStore) -> None:
    """As when a task is cancelled while a thread takes the turn for it."""
    turn = token_store.turn()
    turn.give_back()
    late = threading.Thread(target=turn.take)
    late.start()
    late.join()
    assert token_store.turn().take()


def test_the_end_of_a_process_frees_its_turn(token_store: FileTokenStore) -> None:
    import subprocess

    code = "import sys; from pathlib import Path; from optcloud.process.token_store import FileTurn; import os\n"
    code += "assert FileTurn(Path(sys.argv[1])).take(); print('taken', flush=True); sys.stdin.read(1); os._exit(9)"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(token_store.lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdin and other.stdout and other.stdout.readline().strip() == b"taken"
        turn = FileTurn(token_store.lock)
        assert not turn.take()
        other.stdin.write(b"x")
        other.stdin.close()
        assert other.wait(PATIENCE) == 9
        assert turn.take()
        turn.give_back()


def test_where_files_cannot_be_locked_it_is_said(token_store: FileTokenStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(_: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr("optcloud.process.token_store._lock", no_locks)
    with pytest.raises(ConfigError, match=r"cannot be locked: .*No locks available"):
        token_store.turn().take()


# ---------------------------------------------------------------- the keyring


@pytest.fixture
def ring() -> Any:
    import keyring

    before, remembering = keyring.get_keyring(), Forgetting()
    keyring.set_keyring(remembering)
    yield remembering
    keyring.set_keyring(before)


class Forgetting(Remembering):
    """A keyring in memory that also deletes, and takes no more than Windows does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        assert len(password.encode("utf-16-le")) <= 2560
        super().set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


@pytest.mark.parametrize("text", [TEXT, LONG, Secret("x" * PIECE), Secret("x" * (PIECE + 1))])
def test_the_keyring_takes_any_length(ring: Forgetting, tmp_path: Path, text: Secret) -> None:
    token_store = KeyringTokenStore("tokens", tmp_path / "lock")
    assert token_store.load() is None and token_store.remove() is False
    token_store.keep(LONG)
    token_store.keep(text)
    assert token_store.load() == text
    assert len(ring.entries) == 1 + -(-len(text.reveal()) // PIECE), "nothing is left of longer tokens"
    assert {service for service, _ in ring.entries} == {"optcloud"}
    assert token_store.remove() is True and token_store.load() is None and ring.entries == {}


@pytest.mark.parametrize("change", [("tokens-0", "other"), ("tokens-1", None), ("tokens", "2:abc"), ("tokens", "?")])
def test_pieces_that_do_not_belong_together_are_not_used(
    ring: Forgetting, tmp_path: Path, change: tuple[str, str | None]
) -> None:
    token_store = KeyringTokenStore("tokens", tmp_path / "lock")
    token_store.keep(LONG)
    name, value = change
    if value is None:
        del ring.entries["optcloud", name]
    else:
        ring.entries["optcloud", name] = value
    with pytest.raises(ConfigError, match=r"do not belong together|cannot be read"):
        token_store.load()
    token_store.keep(TEXT)
    assert token_store.load() == TEXT
    assert len(ring.entries) == 2 or value == "2:abc", "which lies about how many pieces there are"


def test_a_locked_keyring_is_named(ring: Forgetting, tmp_path: Path) -> None:
    ring.broken = True
    with pytest.raises(ConfigError, match=r"cannot be written \(PasswordSetError\)"):
        KeyringTokenStore("tokens", tmp_path / "lock").keep(TEXT)


# ---------------------------------------------------------------- whose tokens


def test_each_user_of_each_pool_client_and_address_has_a_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("platformdirs.user_state_path", lambda _: tmp_path)
    ways = [
        {},
        {"url": "https://other.test"},
        {"username": "bob"},
        {"user_pool_id": "eu-central-1_Other"},
        {"client_id": "another"},
        {"cognito_url": "https://other.test"},
    ]
    places = [str(token_store_for(facts(**way), "file")) for way in ways]
    assert len(set(places)) == len(ways)
    assert all("example" not in place and "planner" not in place for place in places)
    assert str(token_store_for(facts(password="another"), "file")) == places[0]
    assert str(tmp_path / "adiutaopt") in places[0]
    assert (
        isinstance(token_store_for(facts(), "keyring"), KeyringTokenStore) and token_store_for(facts(), "off") is None
    )


def test_the_setting_is_one_of_three_words() -> None:
    config = Config.load(path=os.devnull, environment={"OPTCLOUD_ADIUTAOPT_TOKEN_CACHE": "keyring"})
    given = {"url": "https://x.test", "username": "u", "user_pool_id": "r_p", "client_id": "c"}
    settings = config.settings(AdiutaOptSettings, given)
    assert (settings.token_cache, settings.password, settings.client_secret) == ("keyring", None, None)
    with pytest.raises(ConfigError, match=r"adiutaopt.token_cache: 'drawer' is none of file, keyring, off"):
        config.settings(AdiutaOptSettings, given | {"token_cache": "drawer"})
