"""The thorough look at one body: every value against its schema, findings collected."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from optcloud.observe.schema import TYPES, Node
from optcloud.observe.shape import HIDDEN, Finding, field_name, word

_DEEPEST = 64
_OF_TYPE = ("type", "null")  # kinds of findings: the value is of another type
_MAP_KEYS = 12  # an object with more unknown keys than this is a map, and its keys are data
_STRANGERS = 3  # so is one that has more than this and none of the documented fields
_MOST_NAMES = 24  # names noted for one schema; after that they are taken for data too


class Walk:
    """One look. ``found`` holds each finding once, with the node that it contradicts."""

    def __init__(self, redact: Callable[[str], str], most_items: int | None = None) -> None:
        self.found: dict[Finding, Node] = {}
        self.has_loosened = False
        self._redact = redact
        self._most_items = most_items

    def value(self, node: Node, value: Any, place: str, depth: int = 0) -> None:
        """Look at a value and what is inside."""
        if depth > _DEEPEST:
            return
        if node.alternatives:
            self._best(node, value, place, depth)
            return
        kind = TYPES[type(value)]
        if node.types is not None and kind not in node.types and not _is_number(value, kind, node.types):
            self._add(node, Finding("null" if kind == "null" else "type", node.at, place, found=kind))
        elif kind == "object":
            self._object(node, value, place, depth)
        elif kind == "array":
            if node.items is not None:
                for item in islice(value, self._most_items):
                    self.value(node.items, item, f"{place}[]", depth + 1)
        elif node.words is not None and value is not None:
            self._word(node, value, kind, place)

    def _object(self, node: Node, value: dict[str, Any], place: str, depth: int) -> None:
        fields = node.fields
        if fields is None:
            if node.rest is not None:
                for inner in value.values():
                    self.value(node.rest, inner, f"{place}.{HIDDEN}", depth + 1)
            return
        unknown = []
        for name, inner in value.items():
            if name in fields:
                self.value(fields[name], inner, f"{place}.{name}", depth + 1)
            elif node.rest is not None:
                self.value(node.rest, inner, f"{place}.{HIDDEN}", depth + 1)
            else:
                unknown.append(name)
        if unknown:
            self._unknown(node, value, unknown, place)
        for name in node.required.keys() - value.keys():
            self._add(node, Finding("missing", node.required[name], f"{place}.{name}", name))

    def _unknown(self, node: Node, value: dict[str, Any], names: list[str], place: str) -> None:
        is_map = len(names) > _MAP_KEYS or (len(names) == len(value) and len(names) > _STRANGERS)
        for name in names:
            shown = HIDDEN if is_map else field_name(name, self._redact)
            if shown not in node.noted and len(node.noted) >= _MOST_NAMES:
                shown = HIDDEN
            node.noted.add(shown)
            if shown is HIDDEN and node.more_allowed:
                self.has_loosened |= not node.loose_keys
                node.loose_keys = True  # a map by the document's own words
            else:
                kind = "" if shown is HIDDEN else TYPES[type(value[name])]
                self._add(node, Finding("field", node.pointer, f"{place}.{shown}", shown, kind))

    def _word(self, node: Node, value: Any, kind: str, place: str) -> None:
        known = node.words or frozenset()
        if (value.lower() if node.fold and kind == "string" else value) in known:
            return
        spaced = any(" " in str(one) for one in known)
        shown = word(value, self._redact, spaced=spaced) if kind == "string" else HIDDEN
        listed = tuple(sorted(map(str, known))) if node.fold else ()
        self._add(node, Finding("word", node.words_at, place, shown, kind, listed))

    def _best(self, node: Node, value: Any, place: str, depth: int) -> None:
        """Judge by the alternative that contradicts least; one of another type contradicts most."""
        fewest: Walk | None = None
        least = (True, 0)
        for option in node.alternatives:
            attempt = Walk(self._redact, self._most_items)
            attempt.value(option, value, place, depth + 1)
            rank = (any(one.place == place and one.kind in _OF_TYPE for one in attempt.found), len(attempt.found))
            if fewest is None or rank < least:
                fewest, least = attempt, rank
            if not attempt.found:
                return
        if fewest is not None:
            self.found |= fewest.found

    def _add(self, node: Node, finding: Finding) -> None:
        self.found.setdefault(finding, node)


def _is_number(value: Any, kind: str, types: frozenset[str]) -> bool:
    """JSON Schema: an integer is a number, and 1.0 is an integer."""
    return (kind == "integer" and "number" in types) or (
        kind == "number" and "integer" in types and bool(value.is_integer())
    )


def loosen(finding: Finding, node: Node) -> None:
    """Let the quick check pass what was found; the thorough one goes on to count it."""
    match finding.kind:
        case "field" if finding.name == HIDDEN:
            node.loose_keys = True
        case "field":
            node.loose_names.add(finding.name)
        case "missing":
            node.loose_missing.add(finding.name)
        case "word":
            node.loose_words = True
        case _:
            node.loose_types.add(finding.found)
