"""Values of JSON, and the keywords that say nothing about them."""

from __future__ import annotations

from typing import Any

ABSENT: Any = object()
"""Stands for a keyword that is not there, where null would be a value."""

ANNOTATIONS = frozenset(
    {"title", "description", "example", "examples", "default", "externalDocs", "$comment", "xml", "deprecated"}
)
"""Keywords that say nothing about which values are valid."""


def frozen(value: Any) -> Any:
    """Return a JSON value as something hashable; 1 and true stay apart."""
    if isinstance(value, dict):
        return "{}", frozenset((key, frozen(item)) for key, item in value.items())
    if isinstance(value, list):
        return "[]", tuple(frozen(item) for item in value)
    return ("?", value) if isinstance(value, bool) else value


class Texts:
    """Numbers of JSON values: the same for those that are written the same, however large, each looked at once."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {}
        self._known: dict[int, tuple[Any, int]] = {}

    def of(self, value: Any) -> int:
        """Return the value's number."""
        if not isinstance(value, dict | list):
            return self._number((type(value), value))
        known = self._known.get(id(value))
        if known is None:
            if isinstance(value, dict):
                content: Any = frozenset([(key, self.of(item)) for key, item in value.items()])
            else:
                content = tuple([self.of(item) for item in value])
            # The value is kept: its id stays its own.
            known = self._known[id(value)] = value, self._number((type(value), content))
        return known[1]

    def _number(self, key: Any) -> int:
        return self._numbers.setdefault(key, len(self._numbers))
