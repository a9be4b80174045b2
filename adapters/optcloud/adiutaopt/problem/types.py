"""The quick check: msgspec decodes the objects of a long list into types made from the schema.

What these types take has nothing in it that would have to be named; what they refuse goes the thorough way
(`problem_walk`), which alone decides. So they may be stricter than the schema, never laxer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import attrgetter, or_
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from optcloud.adiutaopt.problem.names import EITHER_OR
from optcloud.adiutaopt.problem.schema import Node
from optcloud.adiutaopt.problem.walk import Kind

_INT64 = (-(2**63), 2**63 - 1)  # msgspec takes no wider bounds; beyond them the thorough check looks
_OBJECT, _TEXT = frozenset({"object"}), frozenset({"string"})
_MOST_TEXTS = 10_000
Columns: TypeAlias = Mapping[str, Callable[[Any], Any]]
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError)


class _NotQuickError(Exception):
    """The schema says something that types do not say."""


class QuickList:
    """Reads objects of one list. Made anew when something more is tolerated."""

    def __init__(self, node: Node, tolerated: set[Kind]) -> None:
        self._columns: dict[str, tuple[bytes, attrgetter[Any]]] = {}  # with the name as it stands in JSON
        self._tolerated = frozenset(tolerated)
        self._texts: dict[str, tuple[re.Pattern[str], set[str]]] = {}
        self._decoder: msgspec.json.Decoder[list[Any]] | None
        try:
            self._decoder = msgspec.json.Decoder(list[self._items(node)])  # type: ignore[misc]
        except _NotQuickError:
            self._decoder = None
        self._pairs = [
            (one, other)
            for one, other in EITHER_OR
            if {one, other} <= self._columns.keys() and not self._tolerates((*node.place, other), "either-or")
        ]

    def read(self, batch: bytes) -> tuple[Sequence[Any], Columns] | None:
        """Return the objects of a JSON array; None where the thorough check has to look.

        The columns, those that the batch has, get a field of an object, perhaps ``UNSET``.
        """
        if self._decoder is None:
            return None
        try:
            items = self._decoder.decode(batch)
        except _UNREADABLE:
            return None
        escaped = b"\\u" in batch  # names may be written so
        columns = {name: get for name, (text, get) in self._columns.items() if escaped or text in batch}
        return (items, columns) if self._texts_fit(items, columns) and not self._said_twice(items, columns) else None

    def _texts_fit(self, items: Sequence[Any], columns: Columns) -> bool:
        """Match each text once: a long list repeats few dates and times, and matching takes longer than decoding."""
        for name in self._texts.keys() & columns.keys():
            pattern, good = self._texts[name]
            new = set(map(columns[name], items)) - good
            new.discard(UNSET)
            if not all(map(pattern.search, new)):
                return False
            if len(good) < _MOST_TEXTS:
                good |= new
        return True

    def _said_twice(self, items: Sequence[Any], columns: Columns) -> bool:
        return any(
            first is not UNSET and second is not UNSET
            for one, other in self._pairs
            if one in columns and other in columns
            for first, second in zip(map(columns[one], items), map(columns[other], items), strict=True)
        )

    def _items(self, node: Node) -> Any:
        if node.types != _OBJECT or self._tolerates(node.place, "value") or not node.properties:
            return self._type(node)
        return self._object(node, outermost=True)

    def _type(self, node: Node) -> Any:
        if node.is_anything or self._tolerates(node.place, "value"):
            return Raw
        if node.types is None:
            raise _NotQuickError
        return reduce(or_, [self._one_type(kind, node) for kind in sorted(node.types)])

    def _one_type(self, kind: str, node: Node) -> Any:
        match kind:
            case "boolean" | "null":
                return bool if kind == "boolean" else None
            case "string":
                return str if node.pattern is None else Annotated[str, Meta(pattern=node.pattern.pattern)]
            case "array":
                return list[self._type(node.items) if node.items is not None else Raw]  # type: ignore[misc]
            case "object" if node.properties or node.closed or node.required:
                return self._object(node)
            case "object":
                return dict[str, self._type(node.extra) if node.extra is not None else Raw]  # type: ignore[misc]
            case _:
                return _number(kind, node)

    def _object(self, node: Node, *, outermost: bool = False) -> Any:
        """Make a type that refuses every field that would have to be named, until it has been."""
        if node.extra is not None or not node.properties.keys() >= set(node.required):
            raise _NotQuickError
        known = {
            name: below
            for name, below in node.properties.items()
            if not below.deprecated or self._tolerates(below.place, "deprecated")
        }
        unknown = [place[-1] for place, kind in self._tolerated if kind == "unknown" and place[:-1] == node.place]
        fields: list[Any] = []
        names: dict[str, str] = {}
        for name in (*known, *unknown):
            attribute = f"f{len(fields)}"
            names[attribute] = name
            kind = self._field(name, known[name], outermost) if name in known else Raw
            if name in node.required:
                fields.append((attribute, kind))
            elif kind is Raw:
                fields.append((attribute, Raw, Raw()))
            else:
                fields.append((attribute, kind | UnsetType, UNSET))
            if outermost and kind is not Raw:
                self._columns[name] = (msgspec.json.encode(name), attrgetter(attribute))
        strict = node.open or node.closed
        return msgspec.defstruct("Item", fields, rename=names, forbid_unknown_fields=strict, gc=False, kw_only=True)

    def _field(self, name: str, node: Node, outermost: bool) -> Any:
        kind = self._type(node)
        if outermost and kind is not Raw and node.types == _TEXT and node.pattern is not None:
            self._texts[name] = (node.pattern, set())
            return str
        return kind

    def _tolerates(self, place: tuple[str, ...], kind: str) -> bool:
        return (place, kind) in self._tolerated


def _number(kind: str, node: Node) -> Any:
    if kind not in ("number", "integer"):
        raise _NotQuickError
    if kind == "number":
        return Annotated[float, Meta(ge=node.minimum, le=node.maximum)]
    low = max(bound for bound in (node.minimum, node.by_name[0], _INT64[0]) if bound is not None)
    high = min(bound for bound in (node.maximum, node.by_name[1], _INT64[1]) if bound is not None)
    if low != int(low) or high != int(high):
        raise _NotQuickError
    return Annotated[int, Meta(ge=int(low), le=int(high))]
