"""Whether what came back is what went in, up to what a document allows to differ.

These are no differences: another spelling of the same instant (date-time) or length of time (duration); a whole
number as 1 or 1.0; a property that was not there and comes back with a default which the document gives to a
property of that name. All else is one, null for absent included.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

Defaults = Mapping[str, list[Any]]


def difference(got: Any, given: Any, defaults: Defaults, place: str = "") -> str | None:
    """Return the first difference in words, or None."""
    if isinstance(got, dict) and isinstance(given, dict):
        return _of_objects(got, given, defaults, place)
    if isinstance(got, list) and isinstance(given, list):
        if len(got) != len(given):
            return f"{place or 'it'} has {len(got)} items, given were {len(given)}"
        found = (
            difference(*pair, defaults, f"{place}[{index}]") for index, pair in enumerate(zip(got, given, strict=True))
        )
        return next((words for words in found if words is not None), None)
    if same(got, given):
        return None
    return f"{place or 'it'} is {_short(got)}, given was {_short(given)}"


def same(got: Any, given: Any) -> bool:
    """Return whether two scalars say the same."""
    if isinstance(got, str) and isinstance(given, str):
        return got == given or _same_instant(got, given) or _same_duration(got, given)
    if isinstance(got, bool) or isinstance(given, bool) or not isinstance(got, int | float):
        return type(got) is type(given) and bool(got == given)
    return isinstance(given, int | float) and got == given


def _of_objects(got: dict[str, Any], given: dict[str, Any], defaults: Defaults, place: str) -> str | None:
    for name, value in given.items():
        below = f"{place}.{name}" if place else name
        if name not in got:
            return f"{below} is lost"
        words = difference(got[name], value, defaults, below)
        if words is not None:
            return words
    for name, value in got.items():
        if name not in given and not any(value == default for default in defaults.get(name, ())):
            return f"{f'{place}.{name}' if place else name} has come: {_short(value)}"
    return None


def _same_instant(got: str, given: str) -> bool:
    if "T" not in got or "T" not in given:
        return False
    try:
        first, second = (datetime.datetime.fromisoformat(value) for value in (got, given))
    except ValueError:
        return False
    return (first, first.utcoffset()) == (second, second.utcoffset())


def _same_duration(got: str, given: str) -> bool:
    import msgspec  # noqa: PLC0415  heavy, and only for durations

    if not got[:1] == given[:1] == "P":
        return False
    try:
        first, second = (msgspec.convert(value, datetime.timedelta) for value in (got, given))
    except msgspec.ValidationError:
        return False
    return first == second


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 120 else f"{shown[:117]}..."
