"""Values of JSON: whether two are the same, and how people read them."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

ABSENT: Any = object()
"""Stands for a field that is not there, where null would be a value."""

_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
_LONGEST = 60
"""Letters of a value in a sentence."""


def type_of(value: Any) -> str:
    """Return the type that JSON Schema gives a value: "integer", "null", ..."""
    return _TYPES.get(type(value), "null")


def frozen(value: Any) -> Any:
    """Return a JSON value as something hashable; 1 and true stay apart."""
    if isinstance(value, dict):
        return "{}", frozenset((key, frozen(item)) for key, item in value.items())
    if isinstance(value, list):
        return "[]", tuple(frozen(item) for item in value)
    return ("?", value) if isinstance(value, bool) else value


def equal(one: Any, other: Any) -> bool:
    """Return whether two values (or `ABSENT`) are the same JSON; true is not 1."""
    return bool(frozen(one) == frozen(other))


def difference(name: str, old: Any, new: Any) -> str:
    """Return a sentence on a field that differs; `ABSENT` stands for one that is not there."""
    if old is ABSENT:
        return f"`{name}` is new: {shown(new)}"
    if new is ABSENT:
        return f"`{name}` is gone; it was {shown(old)}"
    return f"`{name}` is now {shown(new)} instead of {shown(old)}"


def shown(value: Any) -> str:
    """Return a value as people read it: JSON, cut where it is long.

    Unlike values are told in unlike words: what was cut, or has spaces that sentences do not keep, has a check value.
    """
    text = json.dumps(value, ensure_ascii=False, default=str)
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    if " ".join(cut.split()) == text:
        return f"`{text}`"
    return f"`{cut}` (sha256 {sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]})"


class ValueNumbers:
    """Numbers for JSON values: equal ones for what is written the same. Each part of a large value is read once."""

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
