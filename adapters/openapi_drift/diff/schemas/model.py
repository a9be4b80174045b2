"""A schema of OpenAPI 3.0 or 3.1 in one form: what is only written differently looks the same here."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.document import DocumentNode
from openapi_drift.documents.pointers import join
from openapi_drift.documents.references import follow, reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.documents.document import LoadedDocument

ABSENT: Any = object()
"""Stands for a keyword that is not there, where null would be a value."""

ANNOTATIONS = frozenset(
    {"title", "description", "example", "examples", "default", "externalDocs", "$comment", "xml", "deprecated"}
)
"""Keywords that say nothing about which values are valid."""

_ANYTHING: dict[str, Any] = {}
_NOTHING: dict[str, Any] = {"not": {}}
"""What the schemas `true` and `false` mean."""

_LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


class Schema:
    """A schema, references followed. ``reference`` is the `$ref` that stood here, if any."""

    def __init__(self, node: DocumentNode, reference: str | None = None, *, null: bool = False) -> None:
        self.node = node
        self.reference = reference
        self.value: dict[str, Any] = node.value if isinstance(node.value, dict) else {}
        self._null = null

    @property
    def identity(self) -> object:
        """The same for what is the same place (or the same boolean)."""
        constant = self.value is _ANYTHING or self.value is _NOTHING
        return (self.node.pointer if constant else id(self.value)), self._null

    @property
    def pointer(self) -> str:
        return self.node.pointer

    @cached_property
    def types(self) -> frozenset[str]:
        """The types but null; empty: any type."""
        types = self._written_types - {"null"}
        return types or self._written_types

    @cached_property
    def nullable(self) -> bool:
        """Whether null is named as a value, in 3.0's or 3.1's way."""
        return self._null or self.value.get("nullable") is True or "null" in self._written_types

    @cached_property
    def _written_types(self) -> frozenset[str]:
        written = self.value.get("type")
        names = written if isinstance(written, list) else [written]
        return frozenset(name for name in names if isinstance(name, str))

    @cached_property
    def enum(self) -> list[Any] | None:
        """The values allowed (null is `nullable`'s); None: any; []: no value but null."""
        values = self.value.get("enum")
        if not isinstance(values, list):
            return None
        return [value for value in values if value is not None]

    @property
    def const(self) -> Any:
        return self.value.get("const", ABSENT)

    @property
    def default(self) -> Any:
        return self.value.get("default", ABSENT)

    def text(self, key: str) -> str:
        return self.node.text(key)

    def flag(self, key: str) -> bool:
        return self.node.flag(key)

    def limit(self, key: str) -> float | int | None:
        """A numeric keyword; 3.0's exclusiveMinimum: true makes `minimum` exclusive, as 3.1 writes it."""
        value: Any = self.value.get(key)
        if key in _LIMITS:
            plain, exclusive = key.replace("exclusiveM", "m"), "exclusive" + key[0].upper() + key[1:]
            if key in ("minimum", "maximum") and self.value.get(exclusive) is True:
                return None
            if value is True:
                value = self.value.get(plain)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    @cached_property
    def required(self) -> frozenset[str]:
        return frozenset(self.node.texts("required"))

    def schema(self, key: str) -> Schema | None:
        """The schema under a keyword; None if there is none. A boolean one is `{}` or `{"not": {}}`."""
        return self._child(self.value[key], join(self.node.pointer, key)) if key in self.value else None

    def schemas(self, key: str) -> dict[str, Schema]:
        """The schemas of a keyword that maps names to schemas."""
        found = self.value.get(key)
        if not isinstance(found, dict):
            return {}
        return dict(self._children(((name, value) for name, value in found.items()), key))

    def alternatives(self, key: str) -> list[Schema]:
        """The schemas of a keyword that lists schemas."""
        found = self.value.get(key)
        if not isinstance(found, list):
            return []
        return [child for _, child in self._children(((str(index), value) for index, value in enumerate(found)), key)]

    def _children(self, entries: Iterator[tuple[str, Any]], key: str) -> Iterator[tuple[str, Schema]]:
        for name, value in entries:
            child = self._child(value, join(self.node.pointer, key, name))
            if child is not None:
                yield name, child

    def _child(self, value: Any, pointer: str) -> Schema | None:
        return schema_at(self.node.document, value, pointer)

    def with_null(self) -> Schema:
        """The same schema that also allows null."""
        return Schema(self.node, self.reference, null=True)


def schema_at(document: LoadedDocument, value: Any, pointer: str) -> Schema | None:
    """Return the schema that a value of a document is, references followed; None if it is none."""
    target = reference(value)
    real, place = follow(document, value, pointer)
    if isinstance(real, bool):
        real = _ANYTHING if real else _NOTHING
    if not isinstance(real, dict):
        return None
    beside = _beside(value) if target is not None and document.version != "3.0" else {}
    if beside:
        return Schema(DocumentNode(document, document.merged(value, {**real, **beside}), pointer), target)
    return Schema(DocumentNode(document, real, place), target)


def _beside(value: dict[str, Any]) -> dict[str, Any]:
    """Return what stands beside a `$ref` and matters: 3.1 heeds it, 3.0 does not."""
    silent = ANNOTATIONS - {"deprecated", "default"} | {"$ref"}
    return {key: item for key, item in value.items() if key not in silent}
