"""The group `optcloud config`, and its commands that only look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from optcloud.cli.common_options import profile_names
from optcloud.cli.config.init import init
from optcloud.cli.group import CommandGroup
from optcloud.cli.options import argument
from optcloud.cli.session import CliSession
from optcloud.cli.tables import Column, name_column, text_column

if TYPE_CHECKING:
    from optcloud.core.settings import AnySettings
    from optcloud.core.settings_sources import Config

_PROFILES = (name_column("Profile", "profile"), Column("Clouds", "clouds"))
_SETTINGS = (
    Column("Cloud", "cloud"),
    name_column("Setting", "setting"),
    text_column("Value", "value"),
    text_column("From", "from"),
)
app = CommandGroup(
    help="""Settings: profiles, and where each value comes from.

    Examples:
        optcloud config init
        optcloud config list
        optcloud config show
    """
)
app.command()(init)


@app.command("list")
def list_profiles(session: CliSession) -> None:
    """List the profiles of the configuration file.


    Examples:
        optcloud config list
        optcloud config list --json
    """
    from optcloud.core.settings_sources import config_file  # noqa: PLC0415 - only when it is run

    profiles = config_file().profiles().items()
    records = [{"profile": name, "clouds": list(clouds)} for name, clouds in profiles]
    session.out.records(_PROFILES, records, empty="no profiles; optcloud config init makes one")


@app.command()
def show(
    session: CliSession,
    *,
    name: Annotated[
        str | None, argument("PROFILE", "Which [default: the one in use].", autocompletion=profile_names)
    ] = None,
) -> None:
    """Show each setting, and where it comes from.

    Secrets are not shown. A cloud of which nothing is set is left out.

    Examples:
        optcloud config show
        optcloud config show prod --json
    """
    from optcloud.core.settings import ALL_SETTINGS  # noqa: PLC0415 - only when it is run
    from optcloud.core.settings_sources import Config  # noqa: PLC0415

    config = Config.load(name or session.profile)
    rows = [row for kind in ALL_SETTINGS for row in _rows(config, kind)]
    if not rows and config.named:
        raise config.not_found(ALL_SETTINGS[0], "api_key")
    if session.out.as_json:
        session.out.json({"profile": config.profile, "file": str(config.path), "settings": rows})
        return
    session.messages.say(f"profile {config.profile}, file {config.path}", event="profile", profile=config.profile)
    records = [row | {"from": _from(row, config)} for row in rows]
    session.out.records(_SETTINGS, records, empty="nothing is set; optcloud config init asks for settings")


def _from(row: dict[str, Any], config: Config) -> str:
    """Return where a setting comes from, in few words."""
    words: str = f"[{config.profile}.{row['cloud']}]" if row["source"] == "file" else row["place"] or row["source"]
    return words


def _rows(config: Config, kind: type[AnySettings]) -> list[dict[str, Any]]:
    """Return a row for each setting of a cloud; none, where nothing of it is set."""
    found = config.found(kind)
    missing = config.missing(kind, found)
    rows: list[dict[str, Any]] = []
    for setting in kind.SETTINGS if found else ():
        here = found.get(setting.name)
        value: str | None = None
        source, place = "missing", ""
        if here is not None:
            value, source, place = here.shown, here.source, here.place
        elif setting.default and setting.instead_of not in found and setting.only_with in (None, *found):
            value, source = setting.default, "default"
        elif setting not in missing:
            continue
        rows.append({"cloud": kind.CLOUD, "setting": setting.name, "value": value, "source": source, "place": place})
    return rows


@app.command()
def path(session: CliSession) -> None:
    """Print the path of the configuration file.


    Examples:
        optcloud config path
        optcloud config path --json
    """
    from optcloud.core.settings_sources import config_file  # noqa: PLC0415 - only when it is run

    file = config_file()
    facts = {"path": str(file.path), "exists": file.is_there, "named_by": file.named_by or None}
    session.out.data(facts, str(file.path))
    if not file.is_there:
        words = "there is no such file yet; optcloud config init makes it"
        session.messages.say(words, event="no configuration file", path=str(file.path))
