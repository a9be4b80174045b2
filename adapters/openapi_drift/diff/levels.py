"""How bad each kind of change is: `levels.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from openapi_drift.diff.change import Level


@cache
def levels() -> dict[str, Level]:
    """Return the level of each id."""
    table = tomllib.loads(files(__package__).joinpath("levels.toml").read_text(encoding="utf-8"))
    rated = [(word, table[word]) for word in table if word != "rules"]
    rated += [(rule["level"], rule["ids"]) for rule in table["rules"]]
    return {id_: Level(word) for word, ids in rated for id_ in ids}


def level_of(id_: str) -> Level:
    """Return an id's level. Raises KeyError for an id that `levels.toml` does not list: a rule's mistake."""
    return levels()[id_]
