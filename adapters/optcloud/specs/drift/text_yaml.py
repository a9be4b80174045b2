"""YAML text to plain data with line numbers, from the parser's events.

Events, because a tree of nodes is built by recursion: deep nesting would end the process instead of raising. Scalars
are read by YAML 1.2's core rules, which are JSON's, so ``on`` and ``no`` stay words and dates stay text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from optcloud.specs.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 200
MAX_NODES = 2_000_000
"""Of the document with its aliases written out."""

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?[0-9]{1,400}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}

Lines = dict[int, dict[str, int]]
"""The lines of a container's entries (by key, or by index as text), by the container's id()."""


def parse_yaml(text: str, name: str) -> tuple[Any, Lines]:
    """Return the data and its lines. Raises SpecsError with file and line."""
    builder = _Builder(name)
    try:
        for event in yaml.parse(text, Loader=_PARSER):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise SpecsError(f"{name}:{mark.line + 1 if mark else 1}: is not YAML: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise SpecsError(f"{name}:{line}: is not YAML: a character that YAML does not allow") from error
    return builder.root, builder.lines


@dataclass(slots=True)
class _Open:
    """A collection whose end has not come yet."""

    value: dict[str, Any] | list[Any]
    anchor: str | None
    line: int
    nodes: int = 1
    key: str | None = None
    merges: list[Any] = field(default_factory=list)


class _Builder:
    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Any = None
        self.lines: Lines = {}
        self._documents = 0
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._take_scalar(event)
        elif kind in (yaml.MappingStartEvent, yaml.SequenceStartEvent):
            self._open(event, {} if kind is yaml.MappingStartEvent else [])
        elif kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
            self._close()
        elif kind is yaml.AliasEvent:
            self._take_alias(event)
        elif kind is yaml.DocumentStartEvent:
            self._documents += 1
            if self._documents > 1:
                raise self._error(event.start_mark.line + 1, "holds more than one YAML document")

    def _error(self, line: int, problem: str) -> SpecsError:
        return SpecsError(f"{self.name}:{line}: {problem}")

    def _take_scalar(self, event: Any) -> None:
        line = event.start_mark.line + 1
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._set_key(top, event.value, line)
            return
        plain = event.implicit[0] and event.tag is None
        value = scalar(event.value) if plain else event.value
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._add(value, line, 1)

    def _set_key(self, top: _Open, key: str, line: int) -> None:
        if key in self.lines[id(top.value)]:
            raise self._error(line, f"the key {key!r} is given twice")
        top.key = key
        self.lines[id(top.value)][key] = line

    def _open(self, event: Any, value: dict[str, Any] | list[Any]) -> None:
        line = event.start_mark.line + 1
        if len(self._stack) >= MAX_DEPTH:
            raise self._error(line, f"is nested deeper than {MAX_DEPTH} levels")
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            raise self._error(line, "a key must be a word, not a collection")
        self.lines[id(value)] = {}
        self._stack.append(_Open(value, event.anchor, line))

    def _close(self) -> None:
        done = self._stack.pop()
        for merged in done.merges:
            self._merge(done, merged)
        if done.anchor:
            self._anchors[done.anchor] = (done.value, done.nodes)
        self._add(done.value, done.line, done.nodes)

    def _take_alias(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if event.anchor not in self._anchors:
            raise self._error(line, f"the alias *{event.anchor} names no anchor before it, or one around it")
        value, nodes = self._anchors[event.anchor]
        top = self._stack[-1] if self._stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            if not isinstance(value, str):
                raise self._error(line, "a key must be a word")
            self._set_key(top, value, line)
            return
        self._add(value, line, nodes)

    def _add(self, value: Any, line: int, nodes: int) -> None:
        if not self._stack:
            self.root = value
            return
        top = self._stack[-1]
        top.nodes += nodes
        if top.nodes > MAX_NODES:
            raise self._error(line, f"its aliases grow it beyond {MAX_NODES} nodes")
        if isinstance(top.value, list):
            self.lines[id(top.value)][str(len(top.value))] = line
            top.value.append(value)
            return
        key, top.key = top.key, None
        assert key is not None  # noqa: S101  the parser gives a key before each value
        if key == "<<" and isinstance(value, dict | list):
            top.merges += _mappings(value)
        else:
            top.value[key] = value

    def _merge(self, into: _Open, merged: dict[str, Any]) -> None:
        """YAML's merge key: what the mapping does not say itself comes from the merged one."""
        if not isinstance(into.value, dict):
            return
        lines = self.lines[id(into.value)]
        for key, value in merged.items():
            if key not in into.value:
                into.value[key] = value
                lines[key] = self.lines[id(merged)].get(key, into.line)


def _mappings(value: dict[str, Any] | list[Any]) -> Iterator[dict[str, Any]]:
    yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict))


def scalar(text: str) -> Any:
    """Return the value of a plain scalar by YAML 1.2's core schema; numbers that JSON does not know stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text
