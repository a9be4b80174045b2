"""`optcloud config init`: settings are asked for or given, tried, and stored."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optcloud.cli.config.setting_options import SettingOptions, option_name
from optcloud.cli.exit_codes import ERROR, UsageError
from optcloud.cli.options import Store, flag, option
from optcloud.cli.prompts import can_ask
from optcloud.cli.session import CliSession
from optcloud.core.extras import needs

if TYPE_CHECKING:
    from optcloud.cli.config.wizard import Wizard
    from optcloud.core.secret import Secret
    from optcloud.core.settings import AnySettings
    from optcloud.core.settings_sources import Config


def init(
    session: CliSession,
    *,
    cloud: Annotated[str | None, option("CLOUD", "Name of a cloud: aimms, adiutaopt or gurobi.")] = None,
    settings: SettingOptions,
    store: Store = None,
    no_try: Annotated[bool, flag("Store the settings without trying them.")] = False,
    overwrite: Annotated[bool, flag("Replace what the profile has of this cloud.")] = False,
) -> None:
    """Ask for a cloud's settings, try them, and store them.

    Settings go into the configuration file, into the profile that --profile names. Secrets go into the keyring of this
    machine, or, where none works, into a file that only you can read. What is given by options is not asked for;
    without a terminal nothing is.

    Examples:
        optcloud config init
        optcloud config init --cloud aimms --account acme --api-key-stdin < key.txt
    """
    with needs("cli"):
        import tomlkit  # noqa: F401, PLC0415 - missing, it is told before anything is asked
    from optcloud.cli.config.storing import store_settings  # noqa: PLC0415 - only when it is run
    from optcloud.cli.config.wizard import Wizard  # noqa: PLC0415

    wizard = Wizard(session.messages) if can_ask(session.messages) else None
    kind = _kind(cloud, wizard)
    given = settings.given(kind)
    config = _config(session.profile, wizard)
    there = config.written(kind) if config.file.is_there else {}
    if there and not overwrite:
        _ask_to_replace(session, config, kind, wizard)
    values = given if wizard is None else wizard.settings(kind, given, there)
    if wizard is None:
        _check_complete(config, kind, values)
    values = _tried(session, config, kind, values, wizard, no_try=no_try)
    stored = store_settings(config, kind, values, place=store, replace=bool(there))
    lines = [f"stored [{config.profile}.{kind.CLOUD}] in {stored.file}"]
    lines += [f"{name} is kept at {place}" for name, place in stored.secrets.items()]
    facts = {"profile": config.profile, "cloud": kind.CLOUD, "file": str(stored.file), "secrets": stored.secrets}
    session.out.data(facts, *lines)


def _kind(cloud: str | None, wizard: Wizard | None) -> type[AnySettings]:
    from optcloud.core.settings import ALL_SETTINGS  # noqa: PLC0415 - only when it is run

    kinds = {kind.CLOUD: kind for kind in ALL_SETTINGS}
    if cloud is None and wizard is not None:
        cloud = wizard.choice("Which cloud", list(kinds))
    if cloud not in kinds:
        raise typer.BadParameter(f"give one of {', '.join(kinds)}", param_hint="--cloud")
    return kinds[cloud]


def _config(profile: str | None, wizard: Wizard | None) -> Config:
    from optcloud.core.settings_sources import Config  # noqa: PLC0415 - only when it is run

    config = Config.load(profile)
    return config if profile is not None or wizard is None else Config.load(wizard.profile(config.profile))


def _ask_to_replace(session: CliSession, config: Config, kind: type[AnySettings], wizard: Wizard | None) -> None:
    words = f"profile {config.profile} has settings of {kind.CLOUD}"
    if wizard is None:
        raise typer.BadParameter(f"{words}; it is needed to replace them", param_hint="--overwrite")
    session.confirm(f"{words} in {config.path}; replace them", yes=False)


def _alone(config: Config) -> Config:
    """Return the profile without any place that settings could come from: what is stored is tried, and nothing else."""
    from optcloud.core.config_file import ConfigFile  # noqa: PLC0415 - only when it is run
    from optcloud.core.settings_sources import Config  # noqa: PLC0415

    return Config(config.profile, True, ConfigFile(Path(os.devnull)), {})


def _check_complete(config: Config, kind: type[AnySettings], values: dict[str, Secret]) -> None:
    """Refuse what cannot be complete, by the names of options (a usage error)."""
    alone = _alone(config)
    if missing := alone.missing(kind, alone.found(kind, values)):
        names = [option_name(f"{each.name}_stdin" if each.secret else each.instead_of or each.name) for each in missing]
        raise UsageError(f"{kind.VENDOR} needs {', '.join(names)}")


def _tried(
    session: CliSession,
    config: Config,
    kind: type[AnySettings],
    values: dict[str, Secret],
    wizard: Wizard | None,
    *,
    no_try: bool,
) -> dict[str, Secret]:
    """Return settings that work, or that somebody wants all the same. Raises `OptCloudError`, `typer.Exit`."""
    from optcloud.cli.config.trial import failure_of  # noqa: PLC0415 - only when it is run

    alone = _alone(config)
    while failure := failure_of(session, alone, kind, values, only_read=no_try):
        if wizard is None:
            failure.add_note("nothing was stored" + ("" if no_try else "; --no-try stores them without trying"))
            raise failure
        session.messages.say(f"these settings do not work: {failure}", event="settings refused", reason=str(failure))
        what = wizard.choice("Correct them, keep them as they are, or leave", ("correct", "keep", "leave"))
        if what == "leave":
            session.messages.say("left as it is", event="declined")
            raise typer.Exit(ERROR)
        if what == "keep":
            return values
        values = wizard.settings(kind, {}, values)
    return values
