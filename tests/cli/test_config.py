"""`optcloud config`: settings are asked for or given, tried and stored; profiles are listed and shown."""

from __future__ import annotations

import json
import os
import stat
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.conftest import Run
from optcloud.cli.config import init, trial
from optcloud.cli.config.setting_options import SettingOptions
from optcloud.cli.config.storing import with_section
from optcloud.core import secret_store
from optcloud.core.errors import ConfigError
from optcloud.core.settings import ALL_SETTINGS
from optcloud.sandbox import Sandbox

OLD = '# mine\n[default.gurobi]\napi = "v2" # the new one\n'


@pytest.fixture
def file(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the configuration file is to be; there is no keyring, and no setting in the environment."""
    path = tmp_path / "new" / "config.toml"
    for name in sandbox.environment():
        monkeypatch.delenv(name)
    monkeypatch.setenv("OPTCLOUD_CONFIG", str(path))
    monkeypatch.setattr(secret_store, "keyring_works", lambda: False)
    return path


def aimms(sandbox: Sandbox) -> tuple[str, ...]:
    return ("config", "init", "--cloud", "aimms", "--url", sandbox.urls.aimms, "--api-key-stdin")


def test_given_settings_are_tried_and_stored(run: Run, sandbox: Sandbox, file: Path) -> None:
    key = sandbox.credentials.aimms_api_key
    result = run(*aimms(sandbox), "--profile", "prod", "--json", stdin=key.encode() + b"\n")
    secret = file.parent / "secrets" / "prod.aimms.api_key"
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["secrets"] == {"api_key": f"file:{secret}"}
    assert secret.read_text() == key
    stored = {"url": sandbox.urls.aimms, "api_key": f"file:{secret}"}
    assert tomllib.loads(file.read_text()) == {"prod": {"aimms": stored}}
    assert key not in file.read_text()
    assert run("aimms", "tasks", "--profile", "prod").exit_code == 0
    if os.name == "posix":
        assert {stat.S_IMODE(path.stat().st_mode) for path in (file, secret)} == {0o600}


def test_what_does_not_work_is_not_stored(run: Run, sandbox: Sandbox, file: Path) -> None:
    wrong = b"fake-wrong-key\n"
    result = run(*aimms(sandbox), stdin=wrong)
    assert result.exit_code == 4
    assert "nothing was stored; --no-try stores them without trying" in result.stderr
    assert not file.exists() and "fake-wrong-key" not in result.stderr
    assert run(*aimms(sandbox), "--no-try", stdin=wrong).exit_code == 0
    assert file.exists()


def test_gurobi_and_adiutaopt_are_tried_too(run: Run, sandbox: Sandbox, file: Path) -> None:
    known, urls = sandbox.credentials, sandbox.environment()
    gurobi = ("--cloud", "gurobi", "--url", urls["OPTCLOUD_GUROBI_URL"], "--access-id", known.gurobi_access_id)
    assert run("config", "init", *gurobi, "--secret-key-stdin", stdin=b"fake-wrong\n").exit_code == 4
    done = run("config", "init", *gurobi, "--secret-key-stdin", stdin=known.gurobi_secret_key.encode())
    assert done.exit_code == 0, done.stderr
    words: list[str] = []
    for name in ("url", "username", "user_pool_id", "client_id", "cognito_url"):
        words += [f"--{name.replace('_', '-')}", urls[f"OPTCLOUD_ADIUTAOPT_{name.upper()}"]]
    planner = ("config", "init", "--cloud", "adiutaopt", *words, "--password-stdin")
    assert run(*planner, stdin=b"fake-wrong\n").exit_code == 4
    assert run(*planner, stdin=known.password.encode()).exit_code == 0
    listed = json.loads(run("config", "list", "--json").stdout)
    assert listed == [{"profile": "default", "clouds": ["adiutaopt", "gurobi"]}]


def test_no_profile_is_replaced_unasked_and_comments_stay(run: Run, file: Path) -> None:
    file.parent.mkdir()
    file.write_text(OLD)
    file.chmod(0o600)
    words = ("config", "init", "--cloud", "gurobi", "--access-id", "fake-id", "--secret-key-stdin", "--no-try")
    refused = run(*words, stdin=b"fake-key")
    assert (refused.exit_code, file.read_text()) == (2, OLD)
    assert "--overwrite" in refused.stderr
    assert run(*words, "--overwrite", "--api", "v2", stdin=b"fake-key").exit_code == 0
    text = file.read_text()
    assert text.startswith(OLD) and 'access_id = "fake-id"' in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "give one of aimms, adiutaopt, gurobi"),
        (("--cloud", "azure"), "give one of aimms, adiutaopt, gurobi"),
        (("--cloud", "aimms"), "AIMMS PRO needs --account, --api-key-stdin"),
        (("--cloud", "gurobi", "--account", "acme"), "--account: it is no setting of gurobi"),
        (("--cloud", "aimms", "--api-key", "fake-key"), "the secret itself only through stdin"),
        (("--cloud", "aimms", "--api-key", "file:x", "--api-key-stdin"), "it is given by --api-key already"),
        (("--cloud", "aimms", "--api-key-stdin"), "stdin has no more line for it"),
    ],
)
def test_what_cannot_be_used_is_a_usage_error(run: Run, file: Path, words: tuple[str, ...], said: str) -> None:
    result = run("config", "init", *words)
    assert (result.exit_code, said in result.stderr) == (2, True), result.stderr
    assert "fake-key" not in result.stderr


@pytest.mark.parametrize("kind", ALL_SETTINGS)
def test_every_setting_has_an_option(kind: Any) -> None:
    options = {field.name for field in fields(SettingOptions)}
    assert {setting.name for setting in kind.SETTINGS} <= options
    assert {f"{setting.name}_stdin" for setting in kind.SETTINGS if setting.secret} <= options


# ---------------------------------------------------------------- asking


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the person types where nothing is shown; there is somebody to ask."""
    hidden: list[str] = []
    monkeypatch.setattr("getpass.getpass", lambda prompt, stream: hidden.pop(0))
    for module in (init, trial):
        monkeypatch.setattr(module, "can_ask", lambda messages: True)
    return hidden


def test_the_wizard_asks_lets_correct_and_stores(run: Run, sandbox: Sandbox, file: Path, typed: list[str]) -> None:
    known = sandbox.credentials
    typed += ["fake-wrong", known.aimms_api_key]
    answers = ["amis", "aim", "a b", "prod", "", "", sandbox.urls.aimms, "cor", "", "", ""]
    result = run("config", "init", stdin="\n".join(answers).encode() + b"\n")
    assert result.exit_code == 0, result.stderr
    assert "'amis' is none of these" in result.stderr
    assert "profile 'a b'" in result.stderr and "these settings do not work" in result.stderr
    assert "local_limit" not in result.stderr, "it says something with local only"
    assert set(tomllib.loads(file.read_text())["prod"]["aimms"]) == {"url", "api_key"}


def test_what_is_wrong_is_asked_for_again(run: Run, file: Path, typed: list[str]) -> None:
    typed += ["", "fake key", "fake-key"]
    answers = ["", "", "fake-id", "v3", "v2", "", ""]
    result = run("config", "init", "--cloud", "gurobi", "--no-try", stdin="\n".join(answers).encode() + b"\n")
    assert result.exit_code == 0, result.stderr
    for said in ("it is needed", "white space within it", "it is one of v1, v2"):
        assert said in result.stderr
    assert tomllib.loads(file.read_text())["default"]["gurobi"]["api"] == "v2"


@pytest.mark.parametrize(("answer", "code", "stored"), [("keep", 0, True), ("leave", 1, False), ("", 1, False)])
def test_settings_that_do_not_work_may_be_kept(
    run: Run, sandbox: Sandbox, file: Path, typed: list[str], answer: str, code: int, stored: bool
) -> None:
    typed += ["fake-wrong"]
    words = ("config", "init", "--cloud", "aimms", "--url", sandbox.urls.aimms, "--profile", "p")
    result = run(*words, stdin=f"\n\n{answer}".encode())
    assert (result.exit_code, file.exists()) == (code, stored), result.stderr


def test_a_keyring_that_works_is_used(run: Run, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[tuple[str, str], str] = {}
    monkeypatch.undo()
    monkeypatch.setenv("OPTCLOUD_CONFIG", str(file))
    monkeypatch.setattr(secret_store, "keyring_works", lambda: True)
    monkeypatch.setattr(secret_store, "_keyring", lambda: keyring)
    monkeypatch.setattr(keyring, "get_password", lambda service, name: kept.get((service, name)))
    monkeypatch.setattr(keyring, "set_password", lambda service, name, value: kept.update({(service, name): value}))
    words = ("config", "init", "--cloud", "aimms", "--account", "acme", "--api-key-stdin", "--no-try")
    assert run(*words, stdin=b"fake-key").exit_code == 0
    assert kept == {("optcloud", "default.aimms.api_key"): "fake-key"}
    assert 'api_key = "keyring:default.aimms.api_key"' in file.read_text()


# ---------------------------------------------------------------- looking


def test_show_says_where_each_setting_comes_from(
    run: Run, file: Path, monkeypatch: pytest.MonkeyPatch, secrets: list[str]
) -> None:
    file.parent.mkdir()
    file.write_text('[default.gurobi]\naccess_id = "id-of-the-file"\n[default.aimms]\naccount = "acme"\n')
    monkeypatch.setenv("IC_SECRET_KEY", "fake-secret")
    secrets.append("fake-secret")
    shown = json.loads(run("config", "show", "--json").stdout)["settings"]
    found = {f"{row['cloud']}.{row['setting']}": (row["value"], row["source"]) for row in shown}
    assert found["gurobi.access_id"] == ("id-of-the-file", "file")
    assert found["gurobi.secret_key"] == ("***", "environment")
    assert found["gurobi.api"] == ("v1", "default")
    assert found["aimms.api_key"] == (None, "missing")
    assert not any(name.startswith("adiutaopt") for name in found)
    text = run("config", "show").stdout
    assert "environment variable IC_SECRET_KEY" in text and "[default.gurobi]" in text


def test_show_of_no_such_profile(run: Run, file: Path) -> None:
    file.parent.mkdir()
    file.write_text(OLD)
    for words in (["defalt"], ["--profile", "defalt"]):
        result = run("config", "show", *words)
        assert result.exit_code == 4 and "did you mean default?" in result.stderr


def test_path_and_list(run: Run, file: Path) -> None:
    result = run("config", "path")
    assert (result.exit_code, result.stdout) == (0, f"{file}\n")
    assert "optcloud config init makes it" in result.stderr
    assert run("config", "list").exit_code == 1, "it is named, and not there"
    file.parent.mkdir()
    file.write_text("")
    assert run("config", "list").exit_code == 0


# ---------------------------------------------------------------- the file

NAMES = st.sampled_from(["default", "prod", "a.b", "x-1"])
CLOUDS = st.sampled_from(["aimms", "adiutaopt", "gurobi"])
TABLE = st.dictionaries(st.sampled_from(["url", "api"]), st.text(st.characters(codec="utf-8"), max_size=5), max_size=2)


def written(content: dict[str, dict[str, dict[str, str]]], form: str) -> str:
    lines: list[str] = ["# the file's own comment"]
    for profile, clouds in content.items():
        for cloud, table in clouds.items():
            pairs = [f"{name} = {json.dumps(text)}" for name, text in table.items()]
            head = f'["{profile}".{cloud}]  # of {cloud}' if form == "tables" else ""
            lines += [head, *pairs] if head else [f'"{profile}".{cloud} = {{{", ".join(pairs)}}}']
    return "\n".join(lines) + "\n"


CONTENT = st.dictionaries(NAMES, st.dictionaries(CLOUDS, TABLE))


@given(CONTENT, st.sampled_from(["tables", "inline"]), NAMES, CLOUDS, TABLE)
def test_a_section_is_added_and_all_else_stays(
    content: dict[str, dict[str, dict[str, str]]], form: str, profile: str, cloud: str, section: dict[str, str]
) -> None:
    """Or the lines to write are told."""
    text = written(content, form).replace("\\u007f", "").replace("\x7f", "")
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:  # JSON's escapes of half a pair are none of TOML
        return
    try:
        made = with_section(text, (profile, cloud), section, "config.toml")
    except ConfigError as error:
        assert form == "inline" and cloud in str(error)
        return
    before.setdefault(profile, {})[cloud] = section
    assert tomllib.loads(made) == before
    assert made.startswith("# the file's own comment")


@pytest.mark.skipif(os.name != "posix", reason="links are made by anybody on POSIX")
def test_a_link_to_the_file_stays_one(run: Run, file: Path, tmp_path: Path) -> None:
    file.parent.mkdir()
    real = tmp_path / "dotfiles.toml"
    real.write_text(OLD)
    file.symlink_to(real)
    words = ("config", "init", "--cloud", "aimms", "--account", "acme", "--api-key-stdin", "--no-try")
    assert run(*words, stdin=b"fake-key").exit_code == 0
    assert file.is_symlink() and real.read_text().startswith(OLD)


def test_nothing_is_left_beside_the_file(run: Run, file: Path) -> None:
    words = ("config", "init", "--cloud", "aimms", "--account", "acme", "--api-key-stdin", "--no-try")
    assert run(*words, stdin=b"fake-key").exit_code == 0
    assert sorted(path.name for path in file.parent.rglob("*")) == ["config.toml", "default.aimms.api_key", "secrets"]
