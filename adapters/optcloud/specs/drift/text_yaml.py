"""YAML text to plain data with line numbers, from the parser's events.

Events, because a tree of nodes is built by recursion: deep nesting would end the process instead of raising. Scalars
are read by YAML 1.2's core rules, which are JSON's, so ``on`` and ``no`` stay words and dates stay text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from optcloud.specs.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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
        builder.build(yaml.parse(text, Loader=_PARSER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise SpecsError(f"{name}:{mark.line + 1 if mark else 1}: is not YAML: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise SpecsError(f"{name}:{line}: is not YAML: a character that YAML does not allow") from error
    return builder.root, builder.lines


class _Open:
    """A collection whose end has not come yet."""

    __slots__ = ("anchor", "key", "line", "lines", "mapping", "merges", "nodes", "value")

    def __init__(self, value: Any, lines: dict[str, int], mapping: bool, anchor: str | None, line: int) -> None:
        self.value, self.lines, self.mapping = value, lines, mapping
        self.anchor, self.line = anchor, line
        self.nodes = 1
        self.key: str | None = None
        self.merges: list[dict[str, Any]] = []


class _Builder:
    """Builds the data from the parser's events. This is most of the time that reading takes, so it spares calls."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Any = None
        self.lines: Lines = {}
        self._documents = 0
        self._top: _Open | None = None
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._take: dict[Any, Callable[[Any], None]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._open,
            yaml.SequenceStartEvent: self._open,
            yaml.MappingEndEvent: self._close,
            yaml.SequenceEndEvent: self._close,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }

    def build(self, events: Iterable[Any]) -> None:
        take = self._take
        for event in events:
            method = take.get(type(event))
            if method is not None:
                method(event)

    def _error(self, line: int, problem: str) -> SpecsError:
        return SpecsError(f"{self.name}:{line}: {problem}")

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise self._error(event.start_mark.line + 1, "holds more than one YAML document")

    def _scalar(self, event: Any) -> None:
        text, top = event.value, self._top
        line = event.start_mark.line + 1
        if top is not None and top.key is None and top.mapping:
            self._key(top, text, line)
            if event.anchor:
                self._anchors[event.anchor] = (text, 1)
            return
        value = scalar(text) if event.implicit[0] and event.tag is None else text
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._add(value, line, 1)

    def _key(self, top: _Open, key: str, line: int) -> None:
        if key in top.lines:
            raise self._error(line, f"the key {key!r} is given twice")
        top.key = key
        top.lines[key] = line

    def _open(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if len(self._stack) >= MAX_DEPTH:
            raise self._error(line, f"is nested deeper than {MAX_DEPTH} levels")
        top = self._top
        if top is not None and top.key is None and top.mapping:
            raise self._error(line, "a key must be a word, not a collection")
        mapping = type(event) is yaml.MappingStartEvent
        value: Any = {} if mapping else []
        lines: dict[str, int] = {}
        self.lines[id(value)] = lines
        self._top = _Open(value, lines, mapping, event.anchor, line)
        self._stack.append(self._top)

    def _close(self, event: Any) -> None:
        done = self._stack.pop()
        self._top = self._stack[-1] if self._stack else None
        for merged in done.merges:
            self._merge(done, merged)
        if done.anchor:
            self._anchors[done.anchor] = (done.value, done.nodes)
        self._add(done.value, done.line, done.nodes)

    def _alias(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if event.anchor not in self._anchors:
            raise self._error(line, f"the alias *{event.anchor} names no anchor before it, or one around it")
        value, nodes = self._anchors[event.anchor]
        top = self._top
        if top is not None and top.key is None and top.mapping:
            if not isinstance(value, str):
                raise self._error(line, "a key must be a word")
            self._key(top, value, line)
            return
        self._add(value, line, nodes)

    def _add(self, value: Any, line: int, nodes: int) -> None:
        top = self._top
        if top is None:
            self.root = value
            return
        top.nodes += nodes
        if top.nodes > MAX_NODES:
            raise self._error(line, f"its aliases grow it beyond {MAX_NODES} nodes")
        if not top.mapping:
            top.lines[str(len(top.value))] = line
            top.value.append(value)
            return
        key, top.key = top.key, None
        if key == "<<" and isinstance(value, dict | list):
            top.merges += _mappings(value)
        else:
            top.value[key] = value

    def _merge(self, into: _Open, merged: dict[str, Any]) -> None:
        """YAML's merge key: what the mapping does not say itself comes from the merged one."""
        for key, value in merged.items():
            if key not in into.value:
                into.value[key] = value
                into.lines[key] = self.lines[id(merged)].get(key, into.line)


def _mappings(value: dict[str, Any] | list[Any]) -> Iterator[dict[str, Any]]:
    yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict))


def scalar(text: str) -> Any:
    """Return the value of a plain scalar by YAML 1.2's core schema; numbers that JSON does not know stay text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text
