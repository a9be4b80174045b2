"""The table of settings and environment variables has all that the code reads."""

from __future__ import annotations

import re
from pathlib import Path

from optcloud.core.settings import ALL_SETTINGS
from optcloud.core.settings_table import environment_variables, settings

CODE = Path(__file__).parents[2] / "adapters" / "optcloud"
VARIABLE = re.compile(r"""["'](OPTCLOUD_[A-Z0-9_]+|IC_[A-Z_]+|GRB_[A-Z_]+|SSL_CERT_[A-Z]+)["'=]""")


def test_every_variable_that_the_code_names_is_in_the_table() -> None:
    named = {name for file in CODE.rglob("*.py") for name in VARIABLE.findall(file.read_text(encoding="utf-8"))}
    assert named - {row.name for row in environment_variables()} == set()
    assert {"OPTCLOUD_OBSERVE", "IC_SECRET_KEY", "SSL_CERT_FILE"} <= named


def test_every_row_says_what_it_is() -> None:
    rows = [*settings(), *environment_variables()]
    assert all(row.help.endswith(".") and not row.default.endswith(".") for row in rows)
    names = [row.name for row in environment_variables()]
    assert len(names) == len(set(names))


def test_settings_that_are_not_always_needed_say_when() -> None:
    needed = {f"{row.cloud}.{row.name}": row.needed for row in settings()}
    assert needed["aimms.url"] == "unless account is set or local is true"
    assert (needed["gurobi.secret_key"], needed["gurobi.url"]) == ("always", "never")
    assert len(needed) == sum(len(kind.SETTINGS) for kind in ALL_SETTINGS)
