"""Where settings come from, and which place goes before which."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optcloud.core.errors import ConfigError, CredentialsNotFound
from optcloud.core.secret import Secret
from optcloud.core.settings import ALL_SETTINGS, AdiutaOptSettings, AimmsSettings, GurobiSettings
from optcloud.core.settings_sources import Config

FILE = """
[default.gurobi]
access_id = "file-id"
secret_key = "file-key"
[prod.gurobi]
access_id = "prod-id"
secret_key = "prod-key"
url = "http://127.0.0.1:8000/api/"
[prod.adiutaopt]
url = "https://planner.test"
username = "ada"
password = "file-password"
user_pool_id = "eu-central-1_AbC"
client_id = "client"
bearer = false
"""
ENVIRONMENT = {"IC_ACCESS_ID": "env-id", "IC_SECRET_KEY": "env-key"}


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A file without a profile."""
    path = tmp_path / "empty.toml"
    path.write_text("# nothing yet\n")
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(FILE)
    return path


def gurobi(config: Config, **given: Any) -> tuple[str, str]:
    settings = config.settings(GurobiSettings, given)
    return settings.access_id, settings.secret_key.reveal()


def test_arguments_then_environment_then_the_file(file: Path) -> None:
    config = Config.load(path=file, environment={"IC_ACCESS_ID": "env-id"})
    assert gurobi(config) == ("env-id", "file-key")
    assert gurobi(config, access_id="given-id") == ("given-id", "file-key")
    assert gurobi(Config.load(path=file, environment=ENVIRONMENT)) == ("env-id", "env-key")
    assert gurobi(Config.load(path=file, environment={})) == ("file-id", "file-key")


def test_what_is_empty_is_not_set(file: Path) -> None:
    config = Config.load(path=file, environment={"IC_ACCESS_ID": "", "IC_SECRET_KEY": "env-key"})
    assert gurobi(config, secret_key="") == ("file-id", "env-key")
    assert gurobi(config, secret_key=None, access_id=Secret("given")) == ("given", "env-key")


@pytest.mark.parametrize("by", ["argument", "environment"])
def test_a_named_profile_leaves_the_environments_credentials_out(file: Path, by: str) -> None:
    named = {"OPTCLOUD_PROFILE": "prod"} if by == "environment" else {}
    config = Config.load("prod" if by == "argument" else None, path=file, environment=ENVIRONMENT | named)
    assert (config.profile, gurobi(config)) == ("prod", ("prod-id", "prod-key"))
    assert gurobi(config, access_id="given") == ("given", "prod-key")
    with pytest.raises(CredentialsNotFound, match="not looked at: profile 'prod' was asked for by name"):
        config.settings(AimmsSettings)


def test_the_file_may_be_named_by_the_environment(file: Path) -> None:
    assert gurobi(Config.load(environment={"OPTCLOUD_CONFIG": str(file)})) == ("file-id", "file-key")


def test_all_that_is_missing_is_told_at_once_with_every_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "none.toml"
    monkeypatch.setattr("platformdirs.user_config_path", lambda name: tmp_path)
    with pytest.raises(CredentialsNotFound) as caught:
        Config.load(environment={}).settings(AdiutaOptSettings, {"url": "https://planner.test"})
    assert caught.value.what == "adiutaopt.username, adiutaopt.user_pool_id, adiutaopt.client_id"
    assert caught.value.tried == (
        "argument OptCloud(adiutaopt={'username': …, 'user_pool_id': …, 'client_id': …})",
        "environment variables OPTCLOUD_ADIUTAOPT_USERNAME, OPTCLOUD_ADIUTAOPT_USER_POOL_ID, "
        "OPTCLOUD_ADIUTAOPT_CLIENT_ID",
        f"username, user_pool_id, client_id under [default.adiutaopt] in {path.with_name('config.toml')} "
        "(there is no such file)",
    )
    text = str(caught.value)
    assert text.startswith("adiutaOpt needs username, user_pool_id and client_id. Places tried, in this order:\n")
    assert all(place in text for place in caught.value.tried) and "optcloud config init" in text


@given(st.data())
def test_whatever_is_missing_is_told(data: st.DataObject) -> None:
    """All that is missing, and nothing that is there."""
    kind: Any = data.draw(st.sampled_from(ALL_SETTINGS))
    needed = [setting.name for setting in kind.SETTINGS if setting.required]
    there = data.draw(st.sets(st.sampled_from(needed), max_size=len(needed) - 1))
    missing = [f"account (or {name})" if name == "url" and kind is AimmsSettings else name for name in needed]
    missing = [words for words, name in zip(missing, needed, strict=True) if name not in there]
    with pytest.raises(CredentialsNotFound) as caught:
        Config.load(path=os.devnull, environment={}).settings(kind, dict.fromkeys(there, "given"))
    assert caught.value.what == ", ".join(f"{kind.CLOUD}.{words}" for words in missing)


def test_either_account_or_address_and_both_are_listed(empty: Path) -> None:
    config = Config.load(path=empty, environment={"OPTCLOUD_AIMMS_API_KEY": "key"})
    with pytest.raises(CredentialsNotFound, match=r"AIMMS PRO needs account \(or url\)\.") as caught:
        config.settings(AimmsSettings)
    assert "environment variable OPTCLOUD_AIMMS_ACCOUNT or OPTCLOUD_AIMMS_URL\n" in str(caught.value)
    assert config.settings(AimmsSettings, {"account": "acme"}).url == "https://acme.aimms.cloud/pro-api/v2"
    assert config.settings(AimmsSettings, {"url": "https://pro.test/v2/"}).url == "https://pro.test/v2"


def test_a_given_account_is_not_sent_to_the_environments_address(empty: Path) -> None:
    elsewhere = {"OPTCLOUD_AIMMS_URL": "https://elsewhere.test/v2", "OPTCLOUD_AIMMS_API_KEY": "key"}
    config = Config.load(path=empty, environment=elsewhere)
    assert config.settings(AimmsSettings, {"account": "acme"}).url == "https://acme.aimms.cloud/pro-api/v2"
    both = {"account": "acme", "url": "https://mine.test"}
    assert config.settings(AimmsSettings, both).url == "https://mine.test"
    by_account = Config.load(path=empty, environment={"OPTCLOUD_AIMMS_ACCOUNT": "acme"})
    assert by_account.settings(AimmsSettings, {"url": "https://mine.test", "api_key": "k"}).url == "https://mine.test"


def test_the_rest_of_the_file(file: Path) -> None:
    config = Config.load("prod", path=file, environment={})
    assert config.settings(GurobiSettings).url == "http://127.0.0.1:8000/api"
    settings = config.settings(AdiutaOptSettings)
    assert settings.cognito_url == "https://cognito-idp.eu-central-1.amazonaws.com"
    assert settings.bearer is False and settings.password == Secret("file-password")
    assert config.settings(AdiutaOptSettings, {"bearer": True}).bearer is True


def test_settings_objects_are_taken_as_they_are() -> None:
    settings = GurobiSettings(access_id="a", secret_key="b")
    assert Config.load(environment={}).settings(GurobiSettings, settings) is settings


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        (
            GurobiSettings,
            {"acces_id": "x"},
            r"gurobi: there is no setting 'acces_id': did you mean access_id\? There are access_id, api, ledger",
        ),
        (GurobiSettings, {"url": "http://cloud.gurobi.com/api"}, "gurobi.url: .* in the clear; use https"),
        (AimmsSettings, {"api_key": "k", "url": "http://acme.aimms.cloud"}, "aimms.url: .* in the clear"),
        (AimmsSettings, {"api_key": "k", "account": "evil.test/"}, "aimms.account: 'evil.test/' is not"),
        (AdiutaOptSettings, {"user_pool_id": "AbC"}, "does not look like eu-central-1_AbCdEfGhI"),
        (AdiutaOptSettings, {"bearer": "perhaps"}, "adiutaopt.bearer: 'perhaps' is neither true nor false"),
        (AdiutaOptSettings, {"cognito_url": "http://idp.test"}, "adiutaopt.cognito_url: .* in the clear"),
    ],
)
def test_bad_settings_are_named(file: Path, kind: Any, given: Mapping[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Config.load("prod", path=file, environment={}).settings(kind, given)


def test_plain_http_is_refused_in_settings_objects_too() -> None:
    with pytest.raises(ConfigError, match="in the clear"):
        AimmsSettings(url="http://acme.test", api_key="k")
    with pytest.raises(ConfigError, match="in the clear"):
        GurobiSettings(url="http://acme.test", access_id="a", secret_key="k")
    for place in ({"url": "http://acme.test"}, {"cognito_url": "http://acme.test"}):
        words: dict[str, Any] = {"url": "https://a.test", "cognito_url": "https://b.test", "username": "u"}
        with pytest.raises(ConfigError, match="in the clear"):
            AdiutaOptSettings(password="p", user_pool_id="r_p", client_id="c", **(words | place))
    assert AimmsSettings(url="http://localhost:1/", api_key="k").url == "http://localhost:1"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[default.gurobi", r"config.toml: it is not TOML: .*\(at "),
        (b"[default.gurobi]\napi = ", r"config.toml: it is not TOML: .*at (end of document|line 2, column 7)"),
        (b"[default.gurobi]\nacess_id = 'x'", r"has acess_id, .*: did you mean access_id\?"),
        (b"[default.gorubi]\napi = 'x'", r"\[default\] has gorubi, which is no cloud: did you mean gurobi\?"),
        (b"[gurobi]\napi = 'v1'", r"\[gurobi\] is no profile: write \[default\.gurobi\]"),
        (b"\xff\xfe", "config.toml: "),
        (
            b"[default.gurobi]\nsecret = 'x'\nkey = 'y'",
            r"\[default.gurobi\] has key, secret, which is no setting of gurobi: there are access_id",
        ),
        (b"[default]\ngurobi = 'x'", "default.gurobi must be a table"),
        (b"default = 'x'", "default must be a table"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        Config.load(path=path, environment={}).settings(GurobiSettings)


def test_the_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    """As editors of Windows write it, line ends included."""
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf" + FILE.replace("\n", "\r\n").encode())
    assert gurobi(Config.load(path=path, environment={})) == ("file-id", "file-key")


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    """A file that is there but cannot be read is never taken for none."""
    with pytest.raises(ConfigError, match=f"^{tmp_path}: cannot be read"):
        Config.load(path=tmp_path, environment={}).settings(GurobiSettings)


@pytest.mark.parametrize("value", ["[1]", "{a = 1}", "1979-05-27", "1.5"])
def test_what_is_no_text_in_the_file_is_named(tmp_path: Path, value: str) -> None:
    """Its repr would be sent in its place."""
    path = tmp_path / "config.toml"
    path.write_text(f"[default.gurobi]\naccess_id = 'id'\nsecret_key = {value}\n")
    with pytest.raises(ConfigError, match=r"default\.gurobi\.secret_key is no text in quotes: it is (a|of)"):
        Config.load(path=path, environment={}).settings(GurobiSettings)


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    """What names it is named, too; the usual file need not be there."""
    path = tmp_path / "none.toml"
    by_variable = Config.load(environment={"OPTCLOUD_CONFIG": str(path), **ENVIRONMENT})
    for config, by in ((by_variable, "environment variable OPTCLOUD_CONFIG"), (Config.load(path=path), "config_file")):
        with pytest.raises(ConfigError, match=f"{by} names {path}, and there is no such file"):
            config.settings(GurobiSettings)
    with pytest.raises(ConfigError, match="there is no such file"):
        Config.load(path=Path(__file__) / "below a file").settings(GurobiSettings)


@pytest.mark.parametrize("name", ["account", "url", "api_key"])
def test_true_is_no_text(empty: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=rf"aimms\.{name} is no text in quotes: it is true or false"):
        Config.load(path=empty, environment={}).settings(AimmsSettings, {name: True})


def test_a_mistyped_profile_names_those_that_there_are(file: Path) -> None:
    config = Config.load("Prdo", path=file, environment=ENVIRONMENT)
    with pytest.raises(CredentialsNotFound) as caught:
        config.settings(GurobiSettings)
    said = str(caught.value).splitlines()[0]
    assert said == f"there is no profile 'Prdo' in {file}: did you mean prod? There are default, prod"
    assert gurobi(config, access_id="given", secret_key="given") == ("given", "given")


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX")
@pytest.mark.parametrize(("mode", "key", "warned"), [(0o644, "file-key", True), (0o600, "file-key", False)])
def test_a_secret_that_others_may_read_is_warned_of(
    file: Path, caplog: pytest.LogCaptureFixture, mode: int, key: str, warned: bool
) -> None:
    file.chmod(mode)
    assert gurobi(Config.load(path=file, environment={}))[1] == key
    assert [f"chmod 600 '{file}'" in each.getMessage() for each in caplog.records] == [True] * warned
    assert key not in caplog.text


def test_no_warning_where_the_secret_is_not_in_the_file(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    file.chmod(0o644)
    assert gurobi(Config.load(path=file, environment=ENVIRONMENT)) == ("env-id", "env-key")
    assert not caplog.records


def test_profiles_and_the_clouds_that_each_has(file: Path) -> None:
    found = Config.load(path=file, environment={}).file.profiles()
    assert found == {"default": ("gurobi",), "prod": ("adiutaopt", "gurobi")}


@pytest.mark.parametrize("profile", ["a b", "a/b", "ä", "a:b"])
def test_a_profile_must_fit_into_references(profile: str) -> None:
    with pytest.raises(ConfigError, match="it is part of references"):
        Config.load(profile, environment={})


def test_the_environment_is_not_shown() -> None:
    assert "env-key" not in repr(Config.load(environment=ENVIRONMENT))
