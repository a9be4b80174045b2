"""The page of all settings and environment variables, from the table that those who tell of them read."""

from __future__ import annotations

from itertools import groupby

from optcloud.core.settings_table import SettingRow, environment_variables, settings

HEAD = """# Settings and environment variables

Made from the code. A setting of a cloud comes from the environment or, where a profile is named, from its section of
`config.toml` ([how](../how-to/configuration.md)). What is *secret* is never shown, and may be a place to read it from:
`keyring:NAME` or `file:PATH`.
"""


def text() -> str:
    """Return the page."""
    parts = [HEAD]
    for vendor, rows in groupby(settings(), lambda row: row.vendor):
        parts += [f"## Settings of {vendor}\n", "| Setting, variable | Needed | Default | |", "|:--|:--|:--|:--|"]
        parts += [*map(_setting, rows), ""]
    parts.append("## All environment variables\n\nWhat optcloud reads, and what it sets for programs that it starts.\n")
    uses = list(dict.fromkeys(row.use for row in environment_variables()))
    for use in uses:
        rows = [row for row in environment_variables() if row.use == use]
        parts += [f"### {use[0].upper()}{use[1:]}\n", "| Variable | Default | |", "|:--|:--|:--|"]
        parts += [*(f"| `{row.name}` | {_cell(row.default)} | {_cell(row.help)} |" for row in rows), ""]
    return "\n".join(parts)


def _setting(row: SettingRow) -> str:
    words = _cell(row.help) + (" *Secret.*" if row.secret else "")
    variable = f"<br>`{row.variable}`" if row.variable else ""
    return f"| `{row.name}`{variable} | {_cell(row.needed)} | {_cell(row.default)} | {words} |"


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("<", "&lt;")
