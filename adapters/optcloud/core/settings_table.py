"""All settings of the clouds, and all environment variables that optcloud reads or sets: one table for those who tell.

The documentation and ``optcloud config`` read it; the code reads the settings themselves.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

from optcloud.core.setting import Setting
from optcloud.core.settings import ALL_SETTINGS, AnySettings

Use: TypeAlias = Literal["settings of a cloud", "all clouds", "command line", "network", "set for programs"]


@frozen
class SettingRow:
    """One setting of a cloud. ``needed``: "always", "never", or what it depends on, such as "unless account is set"."""

    cloud: str
    vendor: str
    name: str
    variable: str
    needed: str
    secret: bool
    words: tuple[str, ...]
    default: str
    help: str


@frozen
class VariableRow:
    """One environment variable; ``default``: what counts where it is not set, in words ("": nothing)."""

    name: str
    use: Use
    help: str
    default: str = ""


_FURTHER = (
    VariableRow("OPTCLOUD_PROFILE", "all clouds", "The profile to use, as --profile.", "default"),
    VariableRow(
        "OPTCLOUD_CONFIG",
        "all clouds",
        "The configuration file with profiles; it must be there.",
        "config.toml in the user's configuration folder",
    ),
    VariableRow(
        "OPTCLOUD_OBSERVE",
        "all clouds",
        "A file in which is noted what replies have that the vendor's document does not know (shapes, no values).",
    ),
    VariableRow(
        "OPTCLOUD_OBSERVE_DOCUMENTS",
        "all clouds",
        "A folder with documents that replies are compared with, instead of those that come with optcloud.",
    ),
    VariableRow(
        "OPTCLOUD_LOG",
        "all clouds",
        "info (a line for each request) or debug, on stderr; with ,FILE behind it, into that file. No secret is in it.",
    ),
    VariableRow(
        "OPTCLOUD_HISTORY",
        "command line",
        "The file with the references of submitted jobs, or off.",
        "jobs.sqlite3 in the user's state folder",
    ),
    VariableRow("OPTCLOUD_AIMMS_HOOK", "command line", "The address for `aimms run`, as --hook."),
    VariableRow("OPTCLOUD_BATCH_STORE", "command line", "The store of `optcloud batch`, as --store."),
    VariableRow(
        "OPTCLOUD_BATCH_FILES", "command line", "The folder of large results of `optcloud batch`, as --files-folder."
    ),
    VariableRow("COLUMNS", "command line", "How wide tables are on a terminal.", "the terminal's width"),
    VariableRow("NO_COLOR", "command line", "With any text in it, nothing is coloured."),
    VariableRow("HTTPS_PROXY", "network", "The proxy for https addresses; socks5h:// needs the extra socks."),
    VariableRow("HTTP_PROXY", "network", "The proxy for http addresses."),
    VariableRow("ALL_PROXY", "network", "The proxy for addresses that have none of their own."),
    VariableRow("NO_PROXY", "network", "Hosts that are reached without a proxy, with commas between them."),
    VariableRow("SSL_CERT_FILE", "network", "A file with the certificates to trust, in PEM form.", "certifi's"),
    VariableRow("SSL_CERT_DIR", "network", "A folder with the certificates to trust."),
    VariableRow("OPTCLOUD_SANDBOX_URL", "set for programs", "The address of the sandbox that they run against."),
    VariableRow("GRB_LICENSE_FILE", "set for programs", "The license file of the rented machines."),
    VariableRow("OPTCLOUD_GUROBI_POOL", "set for programs", "The reference of the rented machines, for `attach`."),
    VariableRow("OPTCLOUD_INPUT", "set for programs", "In a batch: the file that has the job's input."),
    VariableRow("OPTCLOUD_RESULT", "set for programs", "In a batch: the file that the result goes into."),
    VariableRow("OPTCLOUD_BATCH", "set for programs", "In a batch: its name."),
    VariableRow("OPTCLOUD_KEY", "set for programs", "In a batch: the job's key."),
)


def settings() -> tuple[SettingRow, ...]:
    """Return all settings of the clouds, as they are called in profiles and in ``OptCloud(aimms={…})``."""
    return tuple(_row(kind, setting) for kind in ALL_SETTINGS for setting in kind.SETTINGS)


def environment_variables() -> tuple[VariableRow, ...]:
    """Return all environment variables: those of the settings first."""
    of_settings = [VariableRow(row.variable, "settings of a cloud", row.help, row.default) for row in settings()]
    return (*of_settings, *_FURTHER)


def _row(kind: type[AnySettings], setting: Setting) -> SettingRow:
    needed = "always" if setting.required else "never"
    if others := [
        f"{other} is {state}" for other, state in ((setting.instead_of, "set"), (setting.unless, "true")) if other
    ]:
        needed = f"unless {' or '.join(others)}"
    return SettingRow(
        kind.CLOUD,
        kind.VENDOR,
        setting.name,
        setting.env,
        needed,
        setting.secret,
        setting.words,
        setting.default,
        setting.help,
    )
