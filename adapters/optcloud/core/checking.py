"""Strict when sending: values are checked against the document's types, and a fault is named by its path."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from attrs import frozen

_PATH = re.compile(r" - at `(?P<path>\$[^`]*)`$")
_STEP = re.compile(r"\.(?P<key>[^.\[]+)|(?P<any>\[\.\.\.\])")


@frozen
class Fault:
    """What is wrong, and where: ``tasks[17].revenue``, or "" for the value as a whole."""

    what: str
    path: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}" if self.path else self.what


def find_fault(value: Any, kind: Any) -> Fault | None:
    """Return the first fault of a value (JSON bytes, or Python objects) as an instance of ``kind``, or None."""
    try:
        if isinstance(value, bytes):
            msgspec.json.decode(value, type=kind)
        else:
            msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        plain = msgspec.json.decode(value) if isinstance(value, bytes) else value
        return _fault(error, plain, kind)
    except msgspec.DecodeError as error:
        return Fault(f"not JSON: {error}", "")
    return None


def _fault(error: msgspec.ValidationError, value: Any, kind: Any) -> Fault:
    text = str(error)
    match = _PATH.search(text)
    if match is None:
        return Fault(text, "")
    return Fault(text[: match.start()], _locate(match["path"], value, kind))


def _locate(path: str, value: Any, kind: Any) -> str:
    """Replace each ``[...]`` that msgspec prints by the index of the first faulty item."""
    steps: list[str | int] = []
    for step in _STEP.finditer(path):
        here = _at(value, steps)
        if step["key"] is not None:
            steps.append(step["key"])
        elif isinstance(here, list):
            index = _first_faulty(value, steps, here, kind)
            steps.append(index)
        else:
            steps.append("*")  # the values of a map: its keys are data, not field names
    shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return shown.removeprefix(".")


def _first_faulty(value: Any, steps: list[str | int], items: list[Any], kind: Any) -> int:
    """Find by bisection the shortest faulty prefix of a list inside ``value``; its last item is the faulty one."""
    sound, faulty = 0, len(items)
    while faulty - sound > 1:
        middle = (sound + faulty) // 2
        try:
            msgspec.convert(_with(value, steps, items[:middle]), kind)
        except msgspec.ValidationError:
            faulty = middle
        else:
            sound = middle
    return faulty - 1


def _at(value: Any, steps: list[str | int]) -> Any:
    for step in steps:
        value = value[step] if step != "*" else None
        if value is None:
            return None
    return value


def _with(value: Any, steps: list[str | int], part: Any) -> Any:
    """Return ``value`` with the part at ``steps`` replaced, copying only the containers on the way."""
    if not steps:
        return part
    copy = value.copy()
    copy[steps[0]] = _with(value[steps[0]], steps[1:], part)
    return copy
