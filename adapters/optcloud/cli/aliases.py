"""Other words for commands and options: they work, and no help or completion has them.

A group's aliases lead from a word to the command that it stands for, as typed behind the group: ``{"show": "tasks
show"}``. In every group ``ls`` and ``rm`` stand for ``list`` and ``delete``. An option's earlier names are further long
names of it: ``option("--delay", "--after", "DELAY", …)`` is ``--delay`` in the help, and takes ``--after``.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

_SHORT = {"ls": "list", "rm": "delete"}


def command_words(word: str, commands: Container[str], aliases: Mapping[str, str]) -> list[str]:
    """Return the words of the command that a word stands for; the word itself, where it is none's alias."""
    if word in commands:
        return [word]
    words = ({name: full for name, full in _SHORT.items() if full in commands} | dict(aliases)).get(word, word)
    return words.split()


def take_earlier_names(options: list[Any]) -> dict[str, str]:
    """Leave each option its first long name. Returns the earlier names, with those that they have now."""
    found: dict[str, str] = {}
    for option in options:
        first, *earlier = [name for name in option.opts if name.startswith("--")] or [""]
        found |= dict.fromkeys(earlier, first)
        option.opts = [name for name in option.opts if name not in earlier]
    return found


def with_present_names(args: Sequence[str], earlier: Mapping[str, str]) -> tuple[list[str], set[str]]:
    """Return arguments with the options' present names, as far as ``--``, and the earlier ones that were found."""
    found, count = set(), args.index("--") if "--" in args else len(args)
    present = list(args)
    for place, arg in enumerate(args[:count]):
        name, sign, value = arg.partition("=")
        if name in earlier:
            found.add(name)
            present[place] = f"{earlier[name]}{sign}{value}"
    return present, found
