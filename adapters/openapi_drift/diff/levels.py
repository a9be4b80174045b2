"""How bad each kind of change is, and why: `levels.toml`, by two policies."""

from __future__ import annotations

import enum
import sys
import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import groupby

from openapi_drift.diff.change import Change, Level


@dataclass(frozen=True, slots=True)
class RatedId:
    """An id of changes with its level. ``oasdiff`` is the level that oasdiff gives it; None: it has no such id."""

    id: str
    level: Level
    oasdiff: Level | None
    why: str


class LevelPolicy(enum.StrEnum):
    """Who says how bad a change is."""

    DEFAULT = "default"
    """HTTP and JSON Schema: a request that is refused, or a reader that meets what it did not expect, is breaking."""
    OASDIFF = "oasdiff"
    """The levels of oasdiff, for who carries lists over from it; ids that it has not keep ours."""

    def level_of(self, id_: str) -> Level:
        """Return an id's level by this policy. Raises KeyError for an id that `levels.toml` does not list."""
        rated = rated_ids()[id_]
        return rated.oasdiff if self is LevelPolicy.OASDIFF and rated.oasdiff else rated.level

    def judge(self, change: Change) -> Change:
        """Return a change with this policy's level; what a rule found milder than its id stays so."""
        if self is LevelPolicy.DEFAULT or SEVERITY[change.level] > SEVERITY[level_of(change.id)]:
            return change
        return replace(change, level=self.level_of(change.id))


SEVERITY = {level: index for index, level in enumerate(Level)}
"""The place of each level, the worst first."""


@cache
def rated_ids() -> dict[str, RatedId]:
    """Return all ids with their levels."""
    table = tomllib.loads(files(__package__).joinpath("levels.toml").read_text(encoding="utf-8"))
    return {
        id_: RatedId(id_, Level(rule["level"]), _oasdiff(rule), rule["why"])
        for rule in table["rules"]
        for id_ in rule["ids"]
    }


def _oasdiff(rule: dict[str, str]) -> Level | None:
    word = rule.get("oasdiff", rule["level"])
    return None if word == "none" else Level(word)


def level_of(id_: str) -> Level:
    """Return an id's level. Raises KeyError for an id that `levels.toml` does not list: a rule's mistake."""
    return rated_ids()[id_].level


_HEAD = """# Ids and levels

Made from `levels.toml`: `python -m openapi_drift.diff.levels > adapters/openapi_drift/diff/LEVELS.md`.

The default policy asks HTTP and JSON Schema. **breaking**: a request that was valid is refused, means something else,
or reaches nobody; or a reader meets what could not come before, or misses what always came. **warning**: that may be
so, and the documents do not tell. **info**: neither. A change is milder than its id where it bears on nothing: in a
read-only property of a request, in a write-only one of a response, or for a type of values that is not allowed there.
What stands below `not` and `if` is a warning: more that fits inside may be fewer outside.
`--policy oasdiff` gives the levels of [oasdiff](https://github.com/oasdiff/oasdiff) instead; ids without one keep ours.
"""


def table() -> str:
    """Return all ids with both policies' levels and the reason, as Markdown."""
    lines = [_HEAD]
    worst_first = sorted(rated_ids().values(), key=lambda rated: SEVERITY[rated.level])
    for level, listed in groupby(worst_first, key=lambda rated: rated.level):
        lines += [f"## {level.value}", "", "| id | oasdiff | why |", "|:--|:--|:--|"]
        lines += [f"| `{rated.id}` | {_word(rated)} | {rated.why} |" for rated in listed]
        lines.append("")
    return "\n".join(lines)


def _word(rated: RatedId) -> str:
    if rated.oasdiff is None:
        return "no such id"
    return "the same" if rated.oasdiff is rated.level else rated.oasdiff.value


if __name__ == "__main__":
    sys.stdout.write(table())
