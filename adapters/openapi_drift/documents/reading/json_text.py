"""JSON text to plain data, and the lines of its places (found only when a place is asked for)."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from openapi_drift.documents.reading.limits import MAX_DEPTH, MAX_DIGITS, MAX_VALUES
from openapi_drift.errors import SpecsError

if TYPE_CHECKING:
    from openapi_drift.documents.reading.yaml_text import Lines

_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|(?P<open>[{\[])|(?P<close>[}\]])', re.DOTALL)
_COMMA = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|(?P<value>[{\[,])', re.DOTALL)
_HALF_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")
_HALF = re.compile("[\ud800-\udfff]")
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],]|\n|:')


class _Twice(Exception):  # noqa: N818  a signal from inside the standard library's parser
    pass


def parse_json(text: str, name: str) -> Any:
    """Return the data. Raises SpecsError with file and line."""
    _check_depth(text, name)
    _check_number_of_values(text, name)
    try:
        content = json.loads(
            text, object_pairs_hook=_unique, parse_constant=str, parse_int=_integer, parse_float=_float
        )
    except json.JSONDecodeError as error:
        raise SpecsError(f"{name}:{error.lineno}: is not JSON: {error.msg}") from error
    except _Twice as error:
        key, line = _find_twice(text)
        raise SpecsError(f"{name}:{line}: the key {key!r} is given twice") from error
    if _HALF_ESCAPED.search(text):
        _refuse_half_characters(text, name)
    return content


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Twice
    return value


def _integer(text: str) -> Any:
    # Python refuses to read integers of thousands of digits; as text they still compare.
    return int(text) if len(text) <= MAX_DIGITS else text


def _float(text: str) -> Any:
    value = float(text)
    return value if math.isfinite(value) else text


def _check_depth(text: str, name: str) -> None:
    depth = 0
    for match in _BRACKET.finditer(text):
        if match.lastgroup == "open":
            depth += 1
            if depth > MAX_DEPTH:
                line = text.count("\n", 0, match.start()) + 1
                raise SpecsError(f"{name}:{line}: is nested deeper than {MAX_DEPTH} levels")
        elif match.lastgroup == "close":
            depth -= 1


def _check_number_of_values(text: str, name: str) -> None:
    if text.count(",") + text.count("[") + text.count("{") <= MAX_VALUES:
        return  # the quick answer, which counts what stands in words too
    if sum(match.lastgroup == "value" for match in _COMMA.finditer(text)) > MAX_VALUES:
        raise SpecsError(f"{name}:1: has more than {MAX_VALUES:,} values")


def _refuse_half_characters(text: str, name: str) -> None:
    for match in _TOKEN.finditer(text):
        word = match.group()
        if word[0] == '"' and _HALF_ESCAPED.search(word) and _HALF.search(_unquoted(word)):
            line = text.count("\n", 0, match.start()) + 1
            raise SpecsError(f"{name}:{line}: has half of a surrogate pair, which is no character")


def _find_twice(text: str) -> tuple[str, int]:
    """Return the first key given twice and its line."""
    line = 1
    seen: list[set[str]] = []
    last: tuple[str, int] = ("", 1)
    for match in _TOKEN.finditer(text):
        mark = match.group()
        if mark == "\n":
            line += 1
        elif mark in "{[":
            seen.append(set())
        elif mark in "}]":
            seen.pop()
        elif mark == ":":
            key, _ = last
            if key in seen[-1]:
                return last
            seen[-1].add(key)
        elif mark[0] == '"':
            last = (_unquoted(mark), line)
    return last


class JsonLines:
    """The lines of a JSON text's places."""

    def __init__(self, text: str, name: str) -> None:
        self._text, self._name = text, name
        self._lines: Lines | None = None

    def by_container(self, content: Any) -> Lines:
        """Return the lines of each container's entries, by the container's id()."""
        if self._lines is None:
            self._lines = _scan(self._text, content)
        return self._lines


def _scan(text: str, content: Any) -> Lines:
    """Walk the text beside the data that came from it: the same containers begin in the same order."""
    lines: Lines = {}
    stack: list[tuple[Any, dict[str, int]]] = []
    line = 1
    key: str | None = None
    word: tuple[str, int] | None = None
    for match in re.finditer(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:\n]|[^\s"{}\[\],:]+', text):
        mark = match.group()
        if mark == "\n":
            line += 1
        elif mark == ":":
            assert word is not None  # noqa: S101  the text has been parsed before  # nosec B101
            key, at = _unquoted(word[0]), word[1]
            stack[-1][1][key] = at
            word = None
        elif mark in "}]":
            stack.pop()
            key = word = None
        elif mark == ",":
            key = word = None
        else:
            value = content
            if stack:
                parent, entries = stack[-1]
                if isinstance(parent, list):
                    index = len(entries)
                    entries[str(index)] = line
                    value = parent[index]
                elif key is not None:
                    value = parent[key]
            if mark in "{[":
                stack.append((value, lines.setdefault(id(value), {})))
                key = None
            else:
                word = (mark, line)
    return lines


def _unquoted(word: str) -> str:
    text: str = word[1:-1] if "\\" not in word else json.loads(word, strict=False)
    return text
