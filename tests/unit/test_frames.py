"""Secrets do not show in the local variables of frames, which rich and error trackers print."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpcore
import httpx
import pytest

from optcloud import AsyncOptCloud, HookReceiver, OptCloud, Secret
from optcloud.aimms.people.file import load
from optcloud.core import secret_store as vault
from optcloud.core.errors import OptCloudError
from optcloud.core.prompts import Question, ask, ask_async
from optcloud.core.settings import AdiutaOptSettings, AimmsSettings, AnySettings, GurobiSettings
from optcloud.core.settings_sources import Config
from optcloud.transport.failures import Destination, transport_error
from unit.frames import errors_of, leaks

HUSH = "planted-fake-secret-5f1c"
ENVIRONMENT = {
    "OPTCLOUD_AIMMS_API_KEY": HUSH,
    "OPTCLOUD_ADIUTAOPT_PASSWORD": HUSH,
    "OPTCLOUD_ADIUTAOPT_CLIENT_SECRET": HUSH,
    "IC_SECRET_KEY": HUSH,
    "SOMETHING_ELSE": HUSH,
}
ADIUTAOPT = {"url": "https://a.test", "username": "ada", "password": HUSH, "client_secret": HUSH, "client_id": "c"}
POOL = {"user_pool_id": "eu-central-1_A"}
GUROBI = {"access_id": "id", "secret_key": HUSH}
AIMMS = {"url": "https://acme.test/pro-api/v2", "api_key": HUSH}
KINDS: dict[str, type[AnySettings]] = {
    "aimms": AimmsSettings,
    "adiutaopt": AdiutaOptSettings,
    "gurobi": GurobiSettings,
}


def raised(doing: Callable[[], object]) -> OptCloudError:
    """The error of ours that it raises."""
    with pytest.raises(OptCloudError) as caught:
        doing()
    return caught.value


def assert_hidden(doing: Callable[[], object]) -> None:
    assert leaks(raised(doing), (HUSH, HUSH[:-4], HUSH[3:], repr(HUSH.encode()))) == []


FILES = {
    "not TOML": f'[default.gurobi]\nsecret_key = "{HUSH}"\n= broken',
    "not TOML in the secret": f'[default.gurobi]\nsecret_key = "{HUSH}\n',
    "not UTF-8": f'[default.gurobi]\nsecret_key = "{HUSH}\udce4"\n',
    "another name": f'[default.gurobi]\nsecret_keys = "{HUSH}"\n',
    "no table": f'[default]\ngurobi = "{HUSH}"\n',
    "no profile": f'default = "{HUSH}"\n',
    "a list": f'[default.gurobi]\nsecret_key = ["{HUSH}"]\naccess_id = "id"\napi = "v3"\n',
    "a missing one": f'[default.gurobi]\nsecret_key = "{HUSH}"\n',
    "a word": f'[default.gurobi]\nsecret_key = "{HUSH}"\naccess_id = "id"\napi = "v3"\n',
    "an address": f'[default.gurobi]\nsecret_key = "{HUSH}"\naccess_id = "id"\nurl = "http://acme.test"\n',
}


@pytest.mark.parametrize("name", FILES)
def test_the_file_is_read_out_of_sight(name: str, tmp_path: Path) -> None:
    """Whatever is wrong with a file, its content shows nowhere."""
    file = tmp_path / "config.toml"
    file.write_bytes(FILES[name].encode(errors="surrogateescape"))
    assert_hidden(
        lambda: Config.load(path=file, environment=ENVIRONMENT | {"IC_SECRET_KEY": ""}).settings(GurobiSettings)
    )
    assert_hidden(lambda: OptCloud(config_file=file).gurobi)


WRONG: list[dict[str, Any]] = [
    {"aimms": {"api_key": HUSH}},
    {"aimms": AIMMS | {"url": "http://acme.test"}},
    {"aimms": AIMMS | {"local": "perhaps"}},
    {"aimms": AIMMS | {"locale": "x"}},
    {"aimms": {"account": "a/b", "api_key": HUSH}},
    {"aimms": {"local": "true", "local_limit": "many", "api_key": HUSH}},
    {"adiutaopt": ADIUTAOPT},
    {"adiutaopt": ADIUTAOPT | {"user_pool_id": "eu"}},
    {"adiutaopt": ADIUTAOPT | POOL | {"bearer": "perhaps"}},
    {"adiutaopt": ADIUTAOPT | POOL | {"token_cache": "shoe box"}},
    {"adiutaopt": ADIUTAOPT | POOL | {"cognito_url": "ftp://x"}},
    {"gurobi": {"secret_key": HUSH}},
    {"gurobi": GUROBI | {"api": "v3"}},
    {"gurobi": GUROBI | {"url": "https://u:p@acme.test"}},
    {"gurobi": {"access_id": "id", "secret_key": f"{HUSH}\n", "api": "v2"}},
    {"gurobi": {"access_id": "i d ", "secret_key": HUSH, "api": "v2"}},
]


@pytest.mark.parametrize("given", WRONG, ids=lambda given: json.dumps(given)[:50])
def test_arguments_and_environment_are_read_out_of_sight(
    given: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings that cannot be used raise without a secret in any frame, wherever they were given."""
    monkeypatch.setenv("OPTCLOUD_CONFIG", os.devnull)
    for client in (OptCloud, AsyncOptCloud):
        assert_hidden(lambda: [getattr(client(**given), name) for name in given])  # noqa: B023
        assert_hidden(lambda: client("bad name", **given))  # noqa: B023
    for cloud, words in given.items():
        names = {setting.name: setting.env for setting in KINDS[cloud].SETTINGS}
        if not set(words) - set(names):
            for name, word in words.items():
                monkeypatch.setenv(names[name], word)
            assert_hidden(lambda: getattr(OptCloud(), cloud))  # noqa: B023
            assert_hidden(lambda: OptCloud("bad name"))
            assert_hidden(lambda: OptCloud("prod").aimms)


def test_places_of_secrets_are_read_out_of_sight(tmp_path: Path) -> None:
    """A file that others may read, that is no text, or empty; and one that is fine beside a setting that is not."""
    file = tmp_path / "key"
    settings = {"access_id": "id", "secret_key": f"file:{file}"}
    for content, mode in ((HUSH.encode() + b"\xff", 0o600), (HUSH.encode(), 0o644), (b"\n", 0o600)):
        file.write_bytes(content)
        file.chmod(mode)
        assert_hidden(lambda: vault.read(f"file:{file}"))
        assert_hidden(lambda: OptCloud(gurobi=settings).gurobi)
    file.write_text(HUSH)
    file.chmod(0o600)
    assert_hidden(lambda: OptCloud(gurobi=settings | {"url": "http://acme.test"}).gurobi)


async def _promised(_question: Question) -> str:
    return HUSH


def test_answers_are_taken_out_of_sight() -> None:
    """An answer of another type than text is refused without being shown."""
    question = Question("SMS_MFA", "SMS_MFA_CODE", "the code")
    for answer in (HUSH.encode(), [HUSH], {"code": HUSH}):
        assert_hidden(lambda: ask(lambda _question: answer, question))  # type: ignore[arg-type, return-value] # noqa: B023
        assert_hidden(lambda: _run(ask_async(lambda _question: answer, question)))  # type: ignore[arg-type, return-value] # noqa: B023
    assert_hidden(lambda: ask(_promised, question))


def _run(coroutine: Any) -> Any:
    import asyncio

    return asyncio.run(coroutine)


def test_frames_of_the_http_library_are_left_behind() -> None:
    """Where the wire fails, variables of httpx and httpcore hold the headers: class and words of the cause stay."""
    source = f"""
def send(headers):
    try:
        raise BrokenPipeError(32, "broken pipe")
    except OSError as error:
        raise httpcore.WriteError("pipe") from error

def handle(headers):
    try:
        send(headers)
    except httpcore.WriteError as error:
        raise httpx.WriteError("pipe") from error

handle([(b"apikey", b"{HUSH}")])
"""
    code = compile(source, "somewhere/httpcore.py", "exec")

    def failing() -> None:
        try:
            exec(code, {"httpcore": httpcore, "httpx": httpx})
        except httpx.TransportError as error:
            raise transport_error(error, Destination("cloud.test:443")) from error

    assert_hidden(failing)
    kinds = [type(one) for one in errors_of(raised(failing))]
    assert kinds[1:] == [httpx.WriteError, httpcore.WriteError, BrokenPipeError]


PEOPLE: dict[str, str] = {
    "a.json": json.dumps({"environments": {"ACME": {"users": {"ada": {"password": HUSH, "emial": HUSH}}}}}),
    "b.json": '{"environments": "' + HUSH,
    "c.json": json.dumps({"environments": {"ACME": {"users": {"ada": {"password": HUSH, "password_env": "NONE"}}}}}),
    "a.yaml": f"environments:\n  ACME:\n    users:\n      ada:\n        password: {HUSH}\n        emial: x\n",
    "b.yaml": f"environments: [{HUSH}\n",
    "a.csv": f"environment,user,password,emial\nACME,ada,{HUSH},x\n",
    "b.csv": f'environment,user,password\nACME,ada,"{HUSH}\n',
    "c.csv": f"environment,user,password\nACME,ada,{HUSH}\udce4\n",
}


@pytest.mark.parametrize("name", PEOPLE)
def test_files_of_people_are_read_out_of_sight(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords in a file of people, and the environment that others come from, show nowhere."""
    monkeypatch.setenv("SOMETHING_ELSE", HUSH)
    file = tmp_path / name
    file.write_bytes(PEOPLE[name].encode(errors="surrogateescape"))
    assert_hidden(lambda: load(file))
    if name == "a.json":
        assert_hidden(lambda: load(json.loads(PEOPLE[name])))


def test_hooks_are_given_out_of_sight() -> None:
    """A hook's address that cannot be used shows nowhere, nor does what came in a call that is not believed."""
    cloud = OptCloud(aimms=AIMMS)
    for hook in (f"http://acme.test/?key={HUSH}", Secret(f"https://acme.test/#?key={HUSH}"), f"ftp://{HUSH}"):
        assert_hidden(lambda: cloud.aimms.run("app", "service", hook=hook))  # noqa: B023
    assert_hidden(lambda: HookReceiver(HUSH).receive("https://a.test/?key=another"))
    assert_hidden(lambda: HookReceiver(HUSH).receive("?a", "GET"))
