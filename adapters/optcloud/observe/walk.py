"""The thorough look at the body of a reply: each thing that its document does not know, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from optcloud.json_schema.nodes import SchemaNode
from optcloud.json_schema.quick import KEYS, Tolerated
from optcloud.json_schema.walk import TYPES, SchemaWalk, Steps
from optcloud.observe.shape import HIDDEN, Observation, field_name, word

_DEEPEST = 64
_OF_TYPE = ("type", "null")  # kinds of observations: the value is of another type
_MAP_KEYS = 12  # an object with more unknown keys than this is a map, and its keys are data
_STRANGERS = 3  # so is one that has more than this and none of the documented fields
_MOST_NAMES = 24  # names noted for one schema; after that they are taken for data too
Noted = defaultdict[str, set[str]]
"""Unknown names that were shown, by the schema of their object; after many they are taken for data."""


class ReplyWalk(SchemaWalk):
    """One look. ``found`` holds each observation once, with the schema that it contradicts.

    ``tolerated``: what is to be known from here on, so that the quick check passes it.
    """

    def __init__(
        self,
        redact: Callable[[str], str],
        most_items: int | None = None,
        noted: Noted | None = None,
        depth: int = 0,
    ) -> None:
        self.found: dict[Observation, SchemaNode] = {}
        self.tolerated: set[Tolerated] = set()
        self.most_items = most_items
        self._redact = redact
        self._noted = Noted(set) if noted is None else noted
        self._depth = depth

    def visit(self, node: SchemaNode, value: Any, path: Steps) -> None:
        """Look at a value and what is inside."""
        if len(path) + self._depth > _DEEPEST:
            return
        if node.alternatives:
            self._best(node, value, path)
        else:
            SchemaWalk.visit(self, node, value, path)

    def step(self, node: SchemaNode, name: str) -> str:
        """Hide the keys of maps: they may be data."""
        return name if name in node.properties else HIDDEN

    def wrong_type(self, node: SchemaNode, value: Any, path: Steps) -> None:
        """Note the JSON type of a value that should have another."""
        kind = TYPES[type(value)]
        self._add(node, Observation("null" if kind == "null" else "type", node.at, _place(path), found=kind))

    def fields(self, node: SchemaNode, value: Any, path: Steps) -> None:
        """Note fields that the document does not name, and those that are missing."""
        if not node.properties:
            return
        unknown = [] if node.extra is not None else [name for name in value if name not in node.properties]
        if unknown:
            self._unknown(node, value, unknown, _place(path))
        for name in node.required.keys() - value.keys():
            self._add(node, Observation("missing", node.required[name], f"{_place(path)}.{name}", name))

    def scalar(self, node: SchemaNode, value: Any, path: Steps) -> None:
        """Note a word that is not in the vocabulary."""
        known = node.words
        if known is None or (value.lower() if node.ignores_case and isinstance(value, str) else value) in known:
            return
        kind = TYPES[type(value)]
        spaced = any(" " in str(text) for text in known)
        shown = word(value, self._redact, spaced=spaced) if kind == "string" else HIDDEN
        listed = tuple(sorted(map(str, known))) if node.ignores_case else ()
        self._add(node, Observation("word", node.words_at, _place(path), shown, kind, listed))

    def _unknown(self, node: SchemaNode, value: dict[str, Any], names: list[str], place: str) -> None:
        is_map = len(names) > _MAP_KEYS or (len(names) == len(value) and len(names) > _STRANGERS)
        noted = self._noted[node.at]
        for name in names:
            shown = HIDDEN if is_map else field_name(name, self._redact)
            if shown not in noted and len(noted) >= _MOST_NAMES:
                shown = HIDDEN
            noted.add(shown)
            if shown is HIDDEN and node.additional not in (None, False):
                self.tolerated.add(Tolerated(node.at, "field", KEYS))  # a map by the document's own words
            else:
                kind = "" if shown is HIDDEN else TYPES[type(value[name])]
                self._add(node, Observation("field", node.pointer, f"{place}.{shown}", shown, kind))

    def _best(self, node: SchemaNode, value: Any, path: Steps) -> None:
        """Judge by the alternative that contradicts least; one of another type contradicts most."""
        attempts = []
        for alternative in node.alternatives:
            attempt = ReplyWalk(self._redact, self.most_items, self._noted, self._depth + 1)
            attempt.visit(alternative, value, path)
            if not attempt.found:
                return
            attempts.append(attempt)
        place = _place(path)
        best = min(attempts, key=lambda attempt: (attempt._misses(place), len(attempt.found)))
        self.found |= best.found
        self.tolerated |= best.tolerated

    def _misses(self, place: str) -> bool:
        return any(seen.place == place and seen.kind in _OF_TYPE for seen in self.found)

    def _add(self, node: SchemaNode, seen: Observation) -> None:
        if seen not in self.found:
            self.found[seen] = node
            self.tolerated.add(_tolerated(seen, node))


def _tolerated(seen: Observation, node: SchemaNode) -> Tolerated:
    """Return what lets the quick check pass what was seen; the thorough look goes on to count it."""
    match seen.kind:
        case "field":
            return Tolerated(node.at, "field", KEYS if seen.name == HIDDEN else seen.name)
        case "missing":
            return Tolerated(node.at, "missing", seen.name)
        case "word":
            return Tolerated(node.at, "word")
    return Tolerated(node.at, "type", seen.found)


def _place(path: Steps) -> str:
    """Write where something is in a reply: ``$.tasks[].state``."""
    return "$" + "".join("[]" if isinstance(step, int) else f".{step}" for step in path)
