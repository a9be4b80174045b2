"""The thorough check: walks over values as JSON gives them, beside their schema.

It takes several times as long as the quick one (`optcloud.json_schema.quick`), which needs it where it refuses.
"""

from __future__ import annotations

from itertools import islice
from typing import Any, TypeAlias

from optcloud.json_schema.nodes import SchemaNode

Steps: TypeAlias = tuple[str | int, ...]
TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null", dict: "object"}
TYPES[list] = "array"


class SchemaWalk:
    """Walks over a value and all that is in it. Subclasses say what becomes of what does not fit.

    ``unknown`` is the node of values of which the schema says nothing; None: these are not walked over.
    ``most_items``: of each array, no more than these.
    """

    unknown: SchemaNode | None = None
    most_items: int | None = None

    def visit(self, node: SchemaNode, value: Any, path: Steps) -> None:
        """Check a value and all that is in it."""
        kind = TYPES[type(value)]
        if node.types is not None and not is_of_type(value, kind, node.types):
            self.wrong_type(node, value, path)
            if self.unknown is None:
                return
            node = self.unknown
        if kind == "object":
            self._object(node, value, path)
        elif kind == "array":
            items = node.items or self.unknown
            if items is not None:
                for index, item in enumerate(islice(value, self.most_items)):
                    self.visit(items, item, (*path, index))
        elif kind != "null":
            self.scalar(node, value, path)

    def _object(self, node: SchemaNode, value: dict[str, Any], path: Steps) -> None:
        self.fields(node, value, path)
        for name, inner in value.items():
            below = node.properties.get(name) or node.extra or self.unknown
            if below is not None:
                self.visit(below, inner, (*path, self.step(node, name)))

    def step(self, node: SchemaNode, name: str) -> str:
        """Return how a field is named in paths."""
        return name

    def wrong_type(self, node: SchemaNode, value: Any, path: Steps) -> None:
        """Note a value of another type."""
        raise NotImplementedError

    def fields(self, node: SchemaNode, value: Any, path: Steps) -> None:
        """Check which fields an object has."""
        raise NotImplementedError

    def scalar(self, node: SchemaNode, value: Any, path: Steps) -> None:
        """Check a text, a number or a truth value, which has the right type."""
        raise NotImplementedError


def is_of_type(value: Any, kind: str, types: frozenset[str]) -> bool:
    """Say whether a value of this JSON type fits. An integer is a number, and 1.0 is an integer (JSON Schema)."""
    if kind in types or (kind == "integer" and "number" in types):
        return True
    return kind == "number" and "integer" in types and bool(value.is_integer())
