"""`optcloud gurobi migrate`: what changes when one moves from API v1 to v2. Nothing is sent, no secret is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from optcloud.cli.options import Json
from optcloud.cli.session import session_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from optcloud.cli.output import Output
    from optcloud.core.config import Config
    from optcloud.gurobi.v2.migration import MigrationChange

_KEYS = ("IC_ACCESS_ID", "IC_SECRET_KEY")
_OWN_PROFILE = "gurobi-v2"  # for who has keys of v1 in the environment
_COLUMNS = {"v1": "v1", "v2": "v2", "Says who": "source", "Note": "note"}
_TABLES = {  # the key in JSON: the heading for people
    "transport": "Reaching it",
    "verbs": "Verbs",
    "options": "Options of a launch, and of a pool",
    "fields": "Fields of replies",
    "states": "States of a machine",
}


def migrate(context: typer.Context, json: Json = False) -> None:
    """Tell what changes from API v1 to v2.

    It looks at this profile's settings, says which are to be replaced, and prints the lines to paste. Nothing is sent.
    """
    from optcloud.core.config import Config  # noqa: PLC0415
    from optcloud.gurobi.v2 import migration as changes  # noqa: PLC0415 - for this command only

    session = session_of(context)
    config = Config.load(session.profile)
    found = _found(config)
    speaks = _api(config)
    told: dict[str, Any] = {
        "profile": config.profile,
        "api": speaks,
        "found": found,
        "notes": [changes.END_OF_V1, changes.STILL_V1],
        "to_do": _to_do(config, found, speaks),
        "profile_lines": _profile_lines(_OWN_PROFILE if _counts(config) else config.profile),
        "environment_lines": _environment_lines(),
        "license_file_lines": [f"{name}=…" for name, _ in changes.LICENSE_FILE],
        "license_file_meaning": dict(changes.LICENSE_FILE),
        "transport": _rows(changes.TRANSPORT),
        "verbs": _rows(changes.VERBS),
        "options": _rows(changes.OPTIONS),
        "fields": _rows(changes.FIELDS),
        "states": _rows(changes.STATES),
    }
    if session.out.as_json:
        session.out.json(told)
    else:
        _print(session.out, told)


def _print(out: Output, told: Mapping[str, Any]) -> None:
    out.data(None, f"Profile {told['profile']} speaks API {told['api']} of Gurobi Instant Cloud.")
    out.data(None, *(f"  {one['setting']} is set: {one['where']}" for one in told["found"]), "", *told["notes"])
    out.data(None, "", "To do", *(f"  {number}. {step}" for number, step in enumerate(told["to_do"], 1)))
    out.data(None, "", "Into the profile", *(f"  {line}" for line in told["profile_lines"]))
    out.data(None, "", "or into the environment", *(f"  {line}" for line in told["environment_lines"]))
    out.data(None, "", "License file of Gurobi programs (gurobi.lic, or where GRB_LICENSE_FILE points)")
    out.data(None, *(f"  {name}=…  # {meaning}" for name, meaning in told["license_file_meaning"].items()))
    for key, heading in _TABLES.items():
        out.data(None, "", heading)
        out.records(_COLUMNS, told[key], empty="nothing")


def _rows(table: Iterable[MigrationChange]) -> list[dict[str, str | None]]:
    return [{"v1": one.v1, "v2": one.v2 or None, "source": one.source, "note": one.note} for one in table]


def _found(config: Config) -> list[dict[str, str]]:
    """Say where each setting is found, first what counts; never what it is. Raises `ConfigError`."""
    from optcloud.core.settings import GurobiSettings  # noqa: PLC0415 - for this command only

    written = config.written(GurobiSettings)
    found = []
    for setting in GurobiSettings.SETTINGS:
        if not config.named and config.environment.get(setting.env):
            found.append({"setting": setting.name, "where": f"environment variable {setting.env}"})
        if written.get(setting.name):
            place = f"{setting.name} under [{config.profile}.gurobi] in {config.path}"
            found.append({"setting": setting.name, "where": place})
    return found


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


def _counts(config: Config) -> bool:
    """Say whether the environment has a key that goes before the file's."""
    return not config.named and any(config.environment.get(name) for name in _KEYS)


def _to_do(config: Config, found: list[dict[str, str]], speaks: str) -> list[str]:
    from optcloud.gurobi.v2 import migration as changes  # noqa: PLC0415 - for this command only

    places = {name: [one["where"] for one in found if one["setting"] == name] for name in ("secret_key", "url")}
    if speaks == "v2":
        steps = ["See to it that access ID and secret key are those of a v2 key: this profile speaks v2."]
    elif places["secret_key"]:
        old = places["secret_key"][0]
        steps = [changes.WHERE_KEYS_ARE, f"Put the new key in place of the old one, which v2 does not take ({old})."]
    else:
        steps = [changes.WHERE_KEYS_ARE, "Set it, and api, by the lines below: no key is set for this profile."]
    steps += [
        f"Take the address out, or make it that of v2 (url is set: {place}); left out, it follows api."
        for place in places["url"]
    ]
    keys = " and ".join(name for name in _KEYS if config.environment.get(name))
    if keys and config.named:
        steps.append(f"Leave {keys} alone: set, but not looked at for profile {config.profile}.")
    elif keys:
        steps.append(
            f"Where programs of the vendor's for v1 still run, which read {keys} too, paste the profile below instead, "
            f"and choose it with --profile {_OWN_PROFILE}: without a profile's name, the environment goes before the "
            "file."
        )
    return [*steps, "Where a program launches machines, let it start a pool; where it kills them, mind idle shutdown."]


def _profile_lines(profile: str) -> list[str]:
    return [
        f"[{_toml_key(profile)}.gurobi]",
        'api = "v2"',
        'access_id = "…"',
        'secret_key = "keyring:gurobi-v2"  # or "file:PATH"',
    ]


def _toml_key(profile: str) -> str:
    """Quote a name that holds a dot: bare, it would be two keys."""
    return f'"{profile}"' if "." in profile else profile


def _environment_lines() -> list[str]:
    return ["OPTCLOUD_GUROBI_API=v2", "IC_ACCESS_ID=…", "IC_SECRET_KEY=…"]
