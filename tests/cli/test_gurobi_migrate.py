"""`optcloud gurobi migrate`: what it says of a setup, and that it shows no secret and sends nothing."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
import typer
from typer.testing import CliRunner

from optcloud.cli.group import CommandGroup, Root
from optcloud.cli.gurobi.migrate import migrate
from optcloud.cli.session import session_of

SECRET, ACCESS_ID = "Fake_Secret_Key_To_Hide_00000", "FakeAccessIdToHide"
Told = Callable[..., dict[str, Any]]

app = typer.Typer(cls=Root, rich_markup_mode=None, pretty_exceptions_enable=False)
group = CommandGroup()
group.command()(migrate)
group.command()(lambda session: None)
app.add_typer(group, name="gurobi")


@app.callback()
def root(context: typer.Context, profile: Annotated[str | None, typer.Option("--profile")] = None) -> None:
    """As the real one."""
    session_of(context).profile = profile


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of a configuration file, and an environment without settings; nothing may be sent."""
    names = ("IC_ACCESS_ID", "IC_SECRET_KEY", "GUROBI_API", "GUROBI_URL", "GUROBI_LEDGER", "PROFILE")
    for name in names:
        monkeypatch.delenv(name if name.startswith("IC_") else f"OPTCLOUD_{name}", raising=False)
    (tmp_path / "config.toml").touch()
    monkeypatch.setenv("OPTCLOUD_CONFIG", str(tmp_path / "config.toml"))

    def sent(*_: Any, **__: Any) -> None:
        raise AssertionError("a request was sent")

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", sent)
    return tmp_path / "config.toml"


def invoke(*arguments: str) -> Any:
    result = CliRunner().invoke(app, [*arguments], prog_name="optcloud")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    for hidden in (SECRET, ACCESS_ID):
        assert hidden not in result.stdout + result.stderr
    return result


@pytest.fixture
def told(config: Path) -> Told:
    def running(*profile: str) -> dict[str, Any]:
        result = invoke(*profile, "gurobi", "migrate", "--json")
        assert result.exit_code == 0, result.stderr
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    return running


def environment(monkeypatch: pytest.MonkeyPatch, **more: str) -> None:
    for name, value in {"IC_ACCESS_ID": ACCESS_ID, "IC_SECRET_KEY": SECRET, **more}.items():
        monkeypatch.setenv(name, value)


def test_a_setup_in_the_environment(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch)
    said = told()
    assert (said["profile"], said["api"]) == ("default", "v1")
    assert said["found"] == [
        {"setting": "access_id", "where": "environment variable IC_ACCESS_ID"},
        {"setting": "secret_key", "where": "environment variable IC_SECRET_KEY"},
    ]
    steps = " ".join(said["to_do"])
    assert "in place of the old one, which v2 does not take (environment variable IC_SECRET_KEY)" in steps
    assert "programs of the vendor's for v1" in steps
    assert "address" not in steps
    assert "--profile gurobi-v2" in steps
    assert said["profile_lines"][0] == "[gurobi-v2.gurobi]"  # under [default.gurobi] the environment would go before it


def test_a_setup_in_a_profile(config: Path, told: Told) -> None:
    config.write_text(
        f'[prod.gurobi]\naccess_id = "{ACCESS_ID}"\nsecret_key = "{SECRET}"\nurl = "https://cloud.gurobi.com/api"\n'
    )
    said = told("--profile", "prod")
    assert said["profile"] == "prod"
    assert said["found"][1] == {"setting": "secret_key", "where": f"secret_key under [prod.gurobi] in {config}"}
    steps = " ".join(said["to_do"])
    assert f"Take the address out, or make it that of v2 (url is set: url under [prod.gurobi] in {config})" in steps
    assert "IC_ACCESS_ID" not in steps


def test_what_the_environment_has_does_not_count_for_a_named_profile(
    config: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(monkeypatch, OPTCLOUD_GUROBI_API="v2")
    said = told("--profile", "prod")
    assert (said["api"], said["found"]) == ("v1", [])
    assert "Leave IC_ACCESS_ID and IC_SECRET_KEY alone" in " ".join(said["to_do"])
    assert "no key is set for this profile" in " ".join(said["to_do"])


def test_the_place_of_a_secret_is_not_opened(config: Path, told: Told) -> None:
    config.write_text('[default.gurobi]\naccess_id = "x"\nsecret_key = "file:/no/such/place"\n')
    assert [one["setting"] for one in told()["found"]] == ["access_id", "secret_key"]


@pytest.mark.parametrize("place", ["environment", "file"])
def test_a_profile_that_speaks_v2_already(
    config: Path, told: Told, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    if place == "environment":
        environment(monkeypatch, OPTCLOUD_GUROBI_API="v2")
        config.write_text('[default.gurobi]\napi = "v1"\n')  # the environment goes before it
    else:
        config.write_text('[default.gurobi]\napi = "v2"\n')
    said = told()
    assert said["api"] == "v2"
    assert said["to_do"][0].endswith("this profile speaks v2.")


def test_the_lines_to_paste_make_a_profile_of_v2(config: Path, told: Told) -> None:
    for profile in ("default", "prod", "a.b"):
        lines = told("--profile", profile)["profile_lines"]
        assert set(tomllib.loads("\n".join(lines))[profile]["gurobi"]) == {"api", "access_id", "secret_key"}
        assert told("--profile", profile)["api"] == "v1"
        config.write_text("\n".join(lines))
        assert told("--profile", profile)["api"] == "v2"


def test_each_change_says_who_says_so_and_what_is_unknown_is_null(told: Told) -> None:
    said = told()
    rows = [row for key in ("transport", "verbs", "options", "fields", "states") for row in said[key]]
    assert len(rows) > 25
    for row in rows:
        assert row["source"] in {"vendor", "client", "inferred", "not published"}
        assert (row["v2"] is None) == (row["source"] == "not published")
    by_name = {row["v1"]: row["v2"] for row in rows}
    assert by_name["launch error"] == "error"
    assert by_name["_id"] == "machineId"
    assert by_name["kill(IDS)"] is None
    assert said["license_file_lines"] == ["CLOUDACCESSID=…", "CLOUDSECRETKEY=…", "LICENSEID=…", "CLOUDPOOL=…"]
    assert said["environment_lines"][0] == "OPTCLOUD_GUROBI_API=v2"
    assert any("would not be there in the next release" in note for note in said["notes"])


def test_what_people_are_shown(monkeypatch: pytest.MonkeyPatch, config: Path) -> None:
    environment(monkeypatch)
    result = invoke("gurobi", "migrate")
    assert result.exit_code == 0
    shown = result.stdout
    for words in (
        "Profile default speaks API v1",
        "secret_key is set: environment variable IC_SECRET_KEY",
        "  1. Make a v2 key",
        "[gurobi-v2.gurobi]",
        'api = "v2"',
        "CLOUDPOOL=…",
        "X-GUROBI-SECRET-KEY",
        "nbComputeServers",
        "not published",
    ):
        assert words in shown
    assert "None" not in shown
    assert result.stderr == ""


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("[default.gurobi", "config.toml"),
        ('[default]\ngurobi = "x"', "default.gurobi must be a table"),
        ('[default.gurobi]\napi = "v3"', "gurobi.api: 'v3' is none of v1, v2"),
        ('[default.gurobi]\nkey = "x"', "has key, which is no setting of gurobi: there are access_id"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(config: Path, written: str, words: str) -> None:
    config.write_text(written)
    result = invoke("gurobi", "migrate")
    assert result.exit_code == 1
    assert words in result.stderr.replace("\n", "")
