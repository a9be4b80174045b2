"""The text of a changed place, as it stands in the document."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import yaml

from openapi_drift.checks.overlaid import Overlaid
from openapi_drift.documents.pointers import join, tokens
from openapi_drift.reports.report import Excerpt

if TYPE_CHECKING:
    from collections.abc import Callable

    from openapi_drift.diff.change import Side
    from openapi_drift.documents.document import LoadedDocument

LINES = 14
_WIDTH = 240
_BRIEF = 6


class DocumentSources:
    """Excerpts of one document. ``read`` gives its text, and is called only if an excerpt is wanted."""

    def __init__(self, document: LoadedDocument, read: Callable[[], str]) -> None:
        self._document = document
        self._read = read
        self._lines: list[str] | None = None
        self._blocks: dict[int, Excerpt] = {}

    def excerpt(self, side: Side) -> Excerpt | None:
        """Return the block of lines at a place; the value as YAML where no lines of the file say it."""
        pointer = self._telling(side.pointer)
        if isinstance(self._document, Overlaid) and self._document.written_below(pointer):
            return self._value(pointer)
        if side.position is None:
            return None
        if self._lines is None:
            self._lines = self._read().splitlines()
        line = self._document.position(pointer).line
        if line not in self._blocks:  # thousands of changes may stand in one long list
            self._blocks[line] = block(self._lines, line)
        found = self._blocks[line]
        if any(len(line) > _WIDTH for line in found.lines):  # a document on one line
            return self._value(pointer)
        return found

    def _telling(self, pointer: str) -> str:
        """The place itself, or the object around it where it is a word alone, such as a type."""
        value, place = self._walk(pointer)
        brief = not isinstance(value, dict | list) or (isinstance(value, list) and _is_brief(value))
        return pointer.rpartition("/")[0] if brief and place == pointer and pointer.count("/") > 1 else pointer

    def _walk(self, pointer: str) -> tuple[Any, str]:
        """The value at a place, or at the nearest one above it that is there, and its pointer."""
        value: Any = self._document.content
        place = ""
        for token in tokens(pointer):
            if isinstance(value, list) and token.isdigit() and int(token) < len(value):
                value = value[int(token)]
            elif isinstance(value, dict) and token in value:
                value = value[token]
            else:
                break
            place = join(place, token)
        return value, place

    def _value(self, pointer: str) -> Excerpt | None:
        value, place = self._walk(pointer)
        above, _ = self._walk(place.rpartition("/")[0])
        shown = {tokens(place)[-1]: value} if place and isinstance(above, dict) else value
        lines = yaml.safe_dump(_shallow(shown), sort_keys=False, allow_unicode=True, width=_WIDTH).splitlines()
        return Excerpt(0, [line[:_WIDTH] for line in lines[:LINES]], max(0, len(lines) - LINES))


def _is_brief(items: list[Any]) -> bool:
    return len(items) <= _BRIEF and not any(isinstance(item, dict | list) for item in items)


def block(lines: list[str], number: int) -> Excerpt:
    """Return the block that begins at a line (from 1): what is indented deeper, and the bracket that closes it."""
    first = lines[number - 1] if number <= len(lines) else ""
    depth = _depth(first)
    end = number
    for line in islice(lines, number, None):
        deeper = not line.strip() or _depth(line) > depth
        item = first.rstrip().endswith(":") and _depth(line) == depth and line.lstrip().startswith("- ")
        if deeper or item:
            end += 1
            continue
        if _depth(line) == depth and line.strip()[:1] in ("}", "]"):
            end += 1
        break
    while end > number and not lines[end - 1].strip():
        end -= 1
    found = lines[number - 1 : end]
    return Excerpt(number, [line[depth:] for line in found[:LINES]], max(0, len(found) - LINES))


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _shallow(value: Any, depth: int = 6) -> Any:
    """What can be seen in a few lines; the whole of a large document would take long to write."""
    if isinstance(value, dict):
        return {key: _shallow(item, depth - 1) for key, item in list(value.items())[:LINES]} if depth else "…"
    if isinstance(value, list):
        return [_shallow(item, depth - 1) for item in value[:LINES]] if depth else "…"
    return value
