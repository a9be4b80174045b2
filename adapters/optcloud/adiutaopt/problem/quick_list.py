"""The quick check of a long list: msgspec decodes its objects, in batches, into types made from the schema.

What these types take has nothing in it that would have to be named; what they refuse goes the thorough way
(`optcloud.adiutaopt.problem.walk`), which alone decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeAlias

import msgspec
from msgspec import UNSET, Raw

from optcloud.adiutaopt.problem.names import EITHER_OR
from optcloud.json_schema.nodes import SchemaNode
from optcloud.json_schema.quick import QuickCheck, Tolerated

_OBJECT, _TEXT = frozenset({"object"}), frozenset({"string"})
_MOST_TEXTS = 10_000
Columns: TypeAlias = Mapping[str, Callable[[Any], Any]]


class QuickList(QuickCheck):
    """Reads objects of one list. Made anew when something more is tolerated."""

    _unknown = Raw

    def __init__(self, node: SchemaNode, tolerated: Collection[Tolerated]) -> None:
        self._columns: dict[str, tuple[bytes, attrgetter[Any]]] = {}  # with the name as it stands in JSON
        self._texts: dict[str, tuple[re.Pattern[str], set[str]]] = {}
        super().__init__(node, tolerated)
        self._pairs = [
            (first, second)
            for first, second in EITHER_OR
            if {first, second} <= self._columns.keys() and not self._tolerates(node.properties[second], "either-or")
        ]

    def read(self, batch: bytes) -> tuple[Sequence[Any], Columns] | None:
        """Return the objects of a JSON array; None where the thorough check has to look.

        The columns, those that the batch has, get a field of an object, perhaps ``UNSET``.
        """
        items = self.decode(batch)
        if items is None:
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
            value is not UNSET and other is not UNSET
            for first, second in self._pairs
            if first in columns and second in columns
            for value, other in zip(map(columns[first], items), map(columns[second], items), strict=True)
        )

    def _root_type(self, root: SchemaNode) -> Any:
        if root.types != _OBJECT or self._tolerates(root, "value") or not root.properties:
            return list[self._type(root, ())]  # type: ignore[misc]
        types = self._fields(root, (root,))
        for number, name in enumerate(types):
            below = root.properties.get(name)
            if below is None or types[name] is Raw:
                continue
            self._columns[name] = (msgspec.json.encode(name), attrgetter(f"f{number}"))
            if below.types == _TEXT and below.pattern is not None:
                self._texts[name] = (below.pattern, set())
                types[name] = str
        return list[self._struct(root, types)]  # type: ignore[misc]

    def _lets_pass(self, node: SchemaNode) -> bool:
        return not (node.is_open or node.closed)
