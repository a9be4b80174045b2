"""What the text of a setting may hold, wherever it comes from."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import Any

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud import OptCloud
from optcloud.core.errors import ConfigError
from optcloud.core.setting_texts import fault_in
from optcloud.core.settings import AdiutaOptSettings, AimmsSettings, GurobiSettings
from optcloud.core.settings_sources import Config

KEY = "planted-key"
ADIUTAOPT = {
    "url": "https://planner.test",
    "username": "ada",
    "password": "a b",
    "user_pool_id": "eu-central-1_AbC",
    "client_id": "client",
}
VALID: dict[Any, dict[str, str]] = {
    AimmsSettings: {"url": "https://pro.test/pro-api/v2", "api_key": KEY},
    GurobiSettings: {"access_id": "id", "secret_key": KEY},
    AdiutaOptSettings: {**ADIUTAOPT, "client_secret": KEY},
}
# The word ``local`` decides which other settings count, so it is read before all.
EVERY = [(kind, setting) for kind in VALID for setting in kind.SETTINGS if setting.name != "local"]
AWKWARD = {
    "a\n": "a line end at its end",
    "a\r\n": "a line end at its end",
    "\na": "a line end at its beginning",
    "a\nb": "a line end within it",
    "a\u2028b": "a line end within it",
    "a\0b": "a control character within it",
    "a\x1b[31mb": "a control character within it",
    "\ufeffa": "a byte order mark at its beginning",
    "a\ud800b": "bytes that are not UTF-8 text within it",
}
OF_WORDS = {
    " a": "white space at its beginning",
    "a ": "white space at its end",
    "a\u00a0b": "white space within it",
    "a\tb": "a tab within it",
    "a\u200bb": "a character that cannot be seen within it",
}


def load(place: str, kind: Any, setting: Any, value: str, tmp_path: Path) -> Any:
    """Read settings, one of them from this place, the others as arguments."""
    given = {**VALID[kind]}
    given.pop(setting.name, None)
    environment = {}
    file = tmp_path / "config.toml"
    file.touch()
    if place == "argument":
        given[setting.name] = value
    elif place == "environment":
        environment[setting.env] = value
    else:
        text = "".join(f"\\U{ord(one):08X}" for one in value)
        file.write_text(f'[default.{kind.CLOUD}]\n{setting.name} = "{text}"\n', encoding="utf-8")
    return Config.load(path=file, environment=environment).settings(kind, given)


PLACES = {
    "argument": "argument OptCloud(",
    "environment": "environment variable ",
    "file": "config.toml",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("kind", "setting"), EVERY, ids=lambda one: getattr(one, "name", None) or one.CLOUD)
def test_every_setting_is_refused_by_name_and_place(place: str, kind: Any, setting: Any, tmp_path: Path) -> None:
    """Each awkward text, in each setting, from each place; nothing of the text is told."""
    for awkward, words in {**AWKWARD, **({} if setting.text in {"password", "path"} else OF_WORDS)}.items():
        if place == "file" and "\ud800" in awkward:
            continue  # TOML cannot say it
        value = awkward.replace("a", "planted-one").replace("b", "planted-two")
        with pytest.raises(ConfigError) as caught:
            load(place, kind, setting, value, tmp_path)
        assert f"{kind.CLOUD}.{setting.name} (" in str(caught.value), awkward
        assert PLACES[place] in str(caught.value)
        assert words in str(caught.value)
        assert "planted" not in str(caught.value) + repr(caught.value.__context__)


@pytest.mark.parametrize("value", ["planted\n", "pl anted", "€planted"])
@pytest.mark.parametrize(
    ("kind", "name"), [(AimmsSettings, "api_key"), (GurobiSettings, "secret_key"), (AdiutaOptSettings, "client_secret")]
)
def test_settings_objects_are_looked_at_when_they_are_used(kind: Any, name: str, value: str) -> None:
    """An object says no more than a mapping: what no header carries is refused before anything is sent."""
    words = VALID[kind] | {name: value}
    words.setdefault("cognito_url", "https://idp.test") if kind is AdiutaOptSettings else None
    with OptCloud(**{kind.CLOUD: kind(**words)}) as oc:
        with pytest.raises(ConfigError, match=f"{kind.CLOUD}.{name} .*a header cannot hold it") as caught:
            getattr(oc, kind.CLOUD)
        assert "planted" not in str(caught.value)


def test_what_is_allowed() -> None:
    """Passwords keep their spaces, names are of any script, keys of Latin-1."""
    config = Config.load(path=os.devnull, environment={})
    password = " a  b\u00a0€\U0001f468\u200d\U0001f469 "
    settings = config.settings(AdiutaOptSettings, ADIUTAOPT | {"password": password, "username": "ада€ن\u200cم"})
    assert settings.password is not None and settings.password.reveal() == password
    assert settings.username == "ада€ن\u200cم"
    ledger = {"access_id": "id", "secret_key": "ä/+=", "ledger": "/a folder/with\ttab"}
    assert config.settings(GurobiSettings, ledger).ledger == "/a folder/with\ttab"


@pytest.mark.parametrize("value", [b"key", ["key"], {"a": "key"}, 1.5, object()], ids=lambda one: type(one).__name__)
def test_what_is_no_text_is_refused(value: Any) -> None:
    """Its repr would be sent in its place."""
    with pytest.raises(ConfigError, match=r"aimms\.api_key is no text"):
        Config.load(path=os.devnull, environment={}).settings(AimmsSettings, {"account": "acme", "api_key": value})


@given(st.text(st.characters(max_codepoint=0x17F, exclude_categories=["Cc"]), min_size=1, max_size=8))
def test_a_key_without_fault_goes_into_a_header(text: str) -> None:
    """Whatever is accepted for a key, h11 takes, and nobody takes off white space at its ends."""
    if fault_in(text, "key") is not None:
        assert text != text.strip() or any(one.isspace() or one > "\xff" or one == "\xad" for one in text)
        return
    request = h11.Request(method="GET", target="/", headers=[(b"Host", b"a"), (b"apikey", text.encode())])
    assert dict(request.headers)[b"apikey"].decode() == text
    assert text.encode("latin-1") and text == text.strip()


@given(st.text())
def test_a_password_is_refused_for_signs_alone_that_nobody_types(text: str) -> None:
    """Control characters, line ends, halves of surrogate pairs and the byte order mark; everything else passes."""
    odd = [one for one in text if unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"} or one == "\ufeff"]
    assert (fault_in(text, "password") is not None) == bool(odd)


@given(st.text(), st.sampled_from(["key", "name", "password", "path"]))
def test_nothing_of_the_text_is_told(text: str, kind: Any) -> None:
    """The words are of a fixed set."""
    fault = fault_in(text, kind)
    assert fault is None or fault.endswith((" at its beginning", " within it", " at its end"))
    assert fault is None or fault.isascii()
