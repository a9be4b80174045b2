"""Other words for commands and options: they work, and no help or completion has them.

A group's aliases lead from a word to the command that it stands for, as typed behind the group: ``{"show": "tasks
show"}``. In every group ``ls`` and ``rm`` stand for ``list`` and ``delete``. An option's earlier names are further long
names of it: ``option("--delay", "--after", "DELAY", …)`` is ``--delay`` in the help, and takes ``--after``.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import takewhile
from typing import Any

_SHORT = {"ls": "list", "rm": "delete"}


def command_words(word: str, commands: Container[str], aliases: Mapping[str, str]) -> list[str]:
    """Return the words of the command that a word stands for; the word itself, where it is none's alias."""
    if word in commands:
        return [word]
    words = ({name: full for name, full in _SHORT.items() if full in commands} | dict(aliases)).get(word, word)
    return words.split()


class EarlierNames:
    """The earlier names of a command's options: they are taken, and no help and no completion has them."""

    def __init__(self, options: Iterable[Any]) -> None:
        self._of = [(option, _long(option)[1:]) for option in options if _long(option)[1:]]
        self._now = {name: _long(option)[0] for option, names in self._of for name in names}
        for option, names in self._of:
            option.opts = [name for name in option.opts if name not in names]

    @contextmanager
    def known(self) -> Iterator[None]:
        """Let a parser that is made inside the block know them."""
        for option, names in self._of:
            option.opts += names
        try:
            yield
        finally:
            for option, names in self._of:
                option.opts = [name for name in option.opts if name not in names]

    def used(self, args: Iterable[str]) -> dict[str, str]:
        """Return those among the arguments, as far as ``--``, with the names that they have now."""
        words = [arg.partition("=")[0] for arg in takewhile(lambda arg: arg != "--", args)]
        return {name: now for name, now in self._now.items() if name in words}


def _long(option: Any) -> list[str]:
    return [name for name in option.opts if name.startswith("--")]
