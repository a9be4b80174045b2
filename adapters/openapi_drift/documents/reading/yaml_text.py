"""YAML text to plain data with line numbers, from the parser's events.

Events, because a tree of nodes is built by recursion: deep nesting would end the process instead of raising. Scalars
are read by YAML 1.2's core rules, which are JSON's, so ``on`` and ``no`` stay words and dates stay text.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import yaml

from openapi_drift.documents.reading.limits import MAX_DEPTH, MAX_DIGITS, MAX_VALUES, TEXT_LENGTH
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(rf"[-+]?[0-9]{{1,{MAX_DIGITS}}}\Z")
_OTHER_BASE = re.compile(rf"0(?:o[0-7]{{1,{MAX_DIGITS}}}|x[0-9a-fA-F]{{1,{MAX_DIGITS}}})\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}

_TAG = "tag:yaml.org,2002:"
_TAGGED: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "bool": (bool,), "null": (type(None),)}
_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BRACKET = re.compile(r"""'[^']*'|"(?:[^"\\]|\\.)*"|#.*|(?P<open>[\[{])|(?P<close>[\]}])""")
_HALF = re.compile("[\ud800-\udfff]")
_HALF_ESCAPED = re.compile(r"\\(?:u|U0{4})[dD][89a-fA-F]")

Lines = dict[int, dict[str, int]]
"""The lines of a container's entries (by key, or by index as text), by the container's id()."""

Written = dict[tuple[int, str], str]
"""The text of numbers that Python writes in another way, by the id() of their container and their key."""


def parse_yaml(text: str, name: str) -> tuple[Any, Lines, Written]:
    """Return the data, its lines, and how numbers are written. Raises SpecsError with file and line."""
    if match := _NOT_ALLOWED.search(text):
        line = text.count("\n", 0, match.start()) + 1
        raise SpecsError(f"{name}:{line}: is not YAML: a character that YAML does not allow")
    builder = _Builder(name, text)
    builder.build()
    return builder.root, builder.lines, builder.written


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

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.root: Any = None
        self.lines: Lines = {}
        self.written: Written = {}
        self._text = text
        self._may_have_halves = _HALF_ESCAPED.search(text) is not None
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

    def build(self) -> None:
        take = self._take
        last = 0  # where the parser's last event ended
        try:
            for event in yaml.parse(self._text, Loader=_PARSER):
                method = take.get(type(event))
                if method is not None:
                    method(event)
                last = event.end_mark.index  # type: ignore[union-attr]  # events of a parser have marks
        except yaml.MarkedYAMLError as error:
            raise self._broken(error, last) from error
        except yaml.YAMLError as error:
            raise self._error(self._text.count("\n", 0, last) + 1, "is not YAML") from error

    def _broken(self, error: yaml.MarkedYAMLError, last: int) -> SpecsError:
        """Parsers read ahead, and some have a limit of their own: what they did not report yet is counted here."""
        mark = error.problem_mark or error.context_mark
        end = mark.index if mark else last
        depth = len(self._stack)
        for match in _BRACKET.finditer(self._text, last, end + 1):
            depth += {"open": 1, "close": -1}.get(match.lastgroup or "", 0)
            if depth > MAX_DEPTH:
                return self._too_deep(self._text.count("\n", 0, match.start()) + 1)
        line = mark.line + 1 if mark else 1
        if _HALF_ESCAPED.search(self._text, last, end + 12):
            return self._half_character(line)
        return self._error(line, f"is not YAML: {error.problem}")

    def _error(self, line: int, problem: str) -> SpecsError:
        return SpecsError(f"{self.name}:{line}: {problem}")

    def _too_deep(self, line: int) -> SpecsError:
        return self._error(line, f"is nested deeper than {MAX_DEPTH} levels")

    def _half_character(self, line: int) -> SpecsError:
        return self._error(line, "has half of a surrogate pair, which is no character")

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise self._error(event.start_mark.line + 1, "holds more than one YAML document")

    def _scalar(self, event: Any) -> None:
        text, top = event.value, self._top
        line = event.start_mark.line + 1
        if self._may_have_halves and _HALF.search(text):
            raise self._half_character(line)
        weight = 1 + len(text) // TEXT_LENGTH
        value = text
        if event.tag is not None:
            value = self._tagged(event.tag, text, line)
        elif event.implicit[0]:
            value = scalar(text)
        if top is not None and top.key is None and top.mapping:
            self._key(top, text, line)
            if event.anchor:
                self._anchors[event.anchor] = (text, weight)
            return
        if event.anchor:
            self._anchors[event.anchor] = (value, weight)
        if top is not None and type(value) in (int, float) and str(value) != text:
            self.written[id(top.value), str(len(top.value)) if top.key is None else top.key] = text
        self._add(value, line, weight)

    def _tagged(self, tag: str, text: str, line: int) -> Any:
        kind = tag.removeprefix(_TAG)
        if kind in ("!", "str"):
            return text
        if kind not in _TAGGED:
            raise self._error(line, f"the tag {tag!r} is none of those that JSON has a type for")
        value = scalar(text)
        if type(value) not in _TAGGED[kind]:
            raise self._error(line, f"{text[:40]!r} has the tag !!{kind} and is none")
        return float(value) if kind == "float" else value

    def _key(self, top: _Open, key: str, line: int) -> None:
        if key in top.lines:
            raise self._error(line, f"the key {key!r} is given twice")
        top.key = key
        top.lines[key] = line

    def _open(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if len(self._stack) >= MAX_DEPTH:
            raise self._too_deep(line)
        top = self._top
        if top is not None and top.key is None and top.mapping:
            raise self._error(line, "a key must be a word, not a collection")
        mapping = type(event) is yaml.MappingStartEvent
        if event.tag not in (None, "!", f"{_TAG}{'map' if mapping else 'seq'}"):
            raise self._error(line, f"the tag {event.tag!r} is none of those that JSON has a type for")
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
            top.nodes += nodes
            return
        self._add(value, line, nodes)

    def _add(self, value: Any, line: int, nodes: int) -> None:
        top = self._top
        if top is None:
            self.root = value
            return
        top.nodes += nodes
        if top.nodes > MAX_VALUES:
            grown = "its aliases grow it beyond" if self._anchors else "has more than"
            raise self._error(line, f"{grown} {MAX_VALUES:,} values")
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
    """Return the value of a plain scalar by YAML 1.2's core schema.

    Numbers that JSON does not know (.inf, .nan), that no float holds, or of thousands of digits stay text.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789":
        return text
    if _INTEGER.match(text):
        return int(text)
    if _OTHER_BASE.match(text):
        return int(text, 0)
    if _FLOAT.match(text) and math.isfinite(value := float(text)):
        return value
    return text
