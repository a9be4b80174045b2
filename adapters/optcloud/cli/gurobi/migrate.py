"""`optcloud gurobi migrate`: what changes when one moves from API v1 to v2. What it says is in migration.toml.

Nothing is sent, and no secret is opened.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from optcloud.cli.session import CliSession
from optcloud.cli.tables import text_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from optcloud.cli.output import Output
    from optcloud.core.settings_sources import Config

_KEYS = ("IC_ACCESS_ID", "IC_SECRET_KEY")
_COLUMNS = (
    text_column("v1", "v1"),
    text_column("v2", "v2"),
    text_column("Says who", "source", 3),
    text_column("Note", "note", 2),
)


def migrate(session: CliSession) -> None:
    """Tell what changes from API v1 to v2.

    It looks at this profile's settings, says which are to be replaced, and prints the lines to paste. Nothing is sent.

    Examples:
        optcloud gurobi migrate
        optcloud gurobi migrate --json
    """
    from optcloud.core.settings_sources import Config  # noqa: PLC0415 - for this command only

    page = tomllib.loads(files(__package__).joinpath("migration.toml").read_text(encoding="utf-8"))
    config = Config.load(session.profile)
    found = list(_found(config))
    api = _api(config)
    profile = page["own_profile"] if _keys_of_environment(config) and not config.named else config.profile
    name = f'"{profile}"' if "." in profile else profile  # bare, a name that holds a dot would be two keys
    told: dict[str, Any] = {
        "profile": config.profile,
        "api": api,
        "found": found,
        "notes": page["notes"],
        "to_do": list(_to_do(config, page, found, api)),
        "profile_lines": [line.format(profile=name) for line in page["profile_lines"]],
        "environment_lines": page["environment_lines"],
        "license_file_lines": [f"{name}=…" for name in page["license_file"]],
        "license_file_meaning": page["license_file"],
    }
    told |= {name: [_row(*cells) for cells in table["rows"]] for name, table in page["tables"].items()}
    if session.out.as_json:
        session.out.json(told)
    else:
        _print(session.out, told, page)


def _row(v1: str, v2: str, source: str, note: str) -> dict[str, str | None]:
    return {"v1": v1, "v2": v2 or None, "source": source, "note": note}


def _print(out: Output, told: Mapping[str, Any], page: Mapping[str, Any]) -> None:
    out.lines(f"Profile {told['profile']} speaks API {told['api']} of Gurobi Instant Cloud.")
    out.lines(*(f"  {setting['setting']} is set: {setting['where']}" for setting in told["found"]), "", *told["notes"])
    out.lines("", "To do", *(f"  {number}. {step}" for number, step in enumerate(told["to_do"], 1)))
    out.lines("", "Into the profile", *(f"  {line}" for line in told["profile_lines"]))
    out.lines("", "or into the environment", *(f"  {line}" for line in told["environment_lines"]))
    out.lines("", "License file of Gurobi programs (gurobi.lic, or where GRB_LICENSE_FILE points)")
    out.lines(*(f"  {name}=…  # {meaning}" for name, meaning in told["license_file_meaning"].items()))
    for name, table in page["tables"].items():
        out.lines("", table["heading"])
        out.table(_COLUMNS, told[name], empty="nothing")


def _found(config: Config) -> Iterator[dict[str, str]]:
    """Say where each setting is found, first what counts; never what it is. Raises `ConfigError`."""
    from optcloud.core.settings import GurobiSettings  # noqa: PLC0415 - for this command only

    written = config.written(GurobiSettings)
    for setting in GurobiSettings.SETTINGS:
        if not config.named and config.environment.get(setting.env):
            yield {"setting": setting.name, "where": f"environment variable {setting.env}"}
        if written.get(setting.name):
            place = f"{setting.name} under [{config.profile}.gurobi] in {config.path}"
            yield {"setting": setting.name, "where": place}


def _api(config: Config) -> str:
    """Return which API the settings choose. Raises `ConfigError` for one that there is not."""
    from optcloud.core.errors import ConfigError  # noqa: PLC0415 - for this command only
    from optcloud.core.secret import Secret  # noqa: PLC0415
    from optcloud.core.settings import GUROBI_URLS, GurobiSettings  # noqa: PLC0415

    said = "" if config.named else config.environment.get("OPTCLOUD_GUROBI_API")
    word = said or config.written(GurobiSettings).get("api", Secret("v1")).reveal() or "v1"
    if word not in GUROBI_URLS:
        raise ConfigError(f"gurobi.api: {word!r} is none of {', '.join(GUROBI_URLS)}")
    return word


def _keys_of_environment(config: Config) -> str:
    """Return the names of the variables that hold a key, for a sentence."""
    return " and ".join(name for name in _KEYS if config.environment.get(name))


def _to_do(config: Config, page: Mapping[str, Any], found: list[dict[str, str]], api: str) -> Iterator[str]:
    steps = page["steps"]
    places = {name: [at["where"] for at in found if at["setting"] == name] for name in ("secret_key", "url")}
    if api == "v2":
        yield steps["check_key"]
    else:
        yield steps["make_key"]
        old = places["secret_key"]
        yield steps["replace_key"].format(place=old[0]) if old else steps["set_key"]
    for place in places["url"]:
        yield steps["change_url"].format(place=place)
    if keys := _keys_of_environment(config):
        step = steps["ignored_keys" if config.named else "old_programs"]
        yield step.format(keys=keys, profile=config.profile, own_profile=page["own_profile"])
    yield steps["machines"]
