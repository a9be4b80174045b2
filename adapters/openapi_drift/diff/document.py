"""A document as the rules see it: nodes with `$ref` followed, and the pointer of the place where each really stands.

Nothing here assumes that the document is well formed: what has the wrong type is treated as absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.change import Side
from openapi_drift.documents.document import METHODS, LoadedDocument
from openapi_drift.documents.pointers import join
from openapi_drift.documents.references import follow

if TYPE_CHECKING:
    from collections.abc import Iterator


ANY_SCHEMA: tuple[Any, ...] = ({}, True)
"""Schemas that allow anything, as no schema does."""


@dataclass(frozen=True, slots=True, eq=False)
class DocumentNode:
    """A value in a document. ``pointer`` is its real place: behind a `$ref`, the place referred to."""

    document: LoadedDocument
    value: Any
    pointer: str

    def get(self, key: str) -> DocumentNode | None:
        """Return the entry, references followed; None if there is none (or this is no mapping)."""
        if not isinstance(self.value, dict) or key not in self.value:
            return None
        return self._child(key, self.value[key])

    def schema(self) -> DocumentNode | None:
        """Return the schema under `schema` as it is written, references not followed: 3.1 heeds what is beside them."""
        value = self.plain("schema")
        return DocumentNode(self.document, value, join(self.pointer, "schema")) if value is not None else None

    def items(self) -> Iterator[tuple[str, DocumentNode]]:
        """Yield the entries of a mapping, references followed; nothing if this is no mapping."""
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                yield key, self._child(key, value)

    def elements(self) -> Iterator[DocumentNode]:
        """Yield the elements of a list, references followed; nothing if this is no list."""
        if isinstance(self.value, list):
            for index, value in enumerate(self.value):
                yield self._child(index, value)

    def plain(self, key: str) -> Any:
        """Return the entry's plain value, or None."""
        return self.value.get(key) if isinstance(self.value, dict) else None

    def text(self, key: str) -> str:
        """Return the entry if it is text, else ""."""
        value = self.plain(key)
        return value if isinstance(value, str) else ""

    def flag(self, key: str) -> bool:
        """Return whether the entry is true."""
        return self.plain(key) is True

    def texts(self, key: str) -> list[str]:
        """Return the texts of a list entry."""
        value = self.plain(key)
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []

    def side(self, *below: str) -> Side:
        """Return the node's place (or that of a field below it) for a Change."""
        pointer = join(self.pointer, *below)
        return Side(pointer, self.document.position(pointer))

    def _child(self, key: str | int, value: Any) -> DocumentNode:
        return DocumentNode(self.document, *follow(self.document, value, join(self.pointer, key)))


@dataclass(frozen=True, slots=True, eq=False)
class DocumentOperation:
    """One operation: ``node`` is its object, ``path_item`` the path's (references followed)."""

    path: str
    method: str
    node: DocumentNode
    path_item: DocumentNode

    @property
    def operation_id(self) -> str:
        return self.node.text("operationId")

    @property
    def parameters(self) -> dict[tuple[str, str], DocumentNode]:
        """The operation's own parameters by (in, name); those of the path are `common_parameters`."""
        return parameters_of(self.node)

    @property
    def common_parameters(self) -> dict[tuple[str, str], DocumentNode]:
        return parameters_of(self.path_item)

    @property
    def request_body(self) -> DocumentNode | None:
        return self.node.get("requestBody")

    @property
    def responses(self) -> dict[str, DocumentNode]:
        """The responses by status ("200", "4XX", "default")."""
        return without_extensions(self.node.get("responses"))


def entries(node: DocumentNode | None, key: str) -> dict[str, DocumentNode]:
    """Return the entries of a mapping of free names under ``key``; nothing if there is none."""
    found = node.get(key) if node else None
    return dict(found.items()) if found else {}


def without_extensions(node: DocumentNode | None) -> dict[str, DocumentNode]:
    """Return the entries of an object that may have extensions (x-…) beside them: responses, a callback, flows."""
    return {key: child for key, child in node.items() if not key.startswith("x-")} if node else {}


def content(node: DocumentNode | None) -> dict[str, DocumentNode]:
    """Return the media types of a request body, response, header or parameter, by name."""
    return entries(node, "content")


def parameters_of(node: DocumentNode) -> dict[tuple[str, str], DocumentNode]:
    """Return the parameters that an operation or a path item lists, by (in, name)."""
    listed = node.get("parameters")
    found = list(listed.elements()) if listed else []
    return {(item.text("in"), item.text("name")): item for item in found}


def root(document: LoadedDocument) -> DocumentNode:
    """Return the whole document as a node."""
    return DocumentNode(document, document.content, "")


def paths(document: LoadedDocument) -> dict[str, DocumentNode]:
    """Return the path items by path."""
    node = root(document).get("paths")
    return {path: item for path, item in node.items() if path.startswith("/")} if node else {}


def operations(path: str, item: DocumentNode) -> dict[str, DocumentOperation]:
    """Return the operations of a path item by method (upper case)."""
    found = {}
    for method in METHODS:
        node = item.get(method)
        if node is not None and isinstance(node.value, dict):
            found[method.upper()] = DocumentOperation(path, method.upper(), node, item)
    return found


def webhook_operations(document: LoadedDocument) -> dict[tuple[str, ...], DocumentOperation]:
    """Return the operations of the webhooks by (name, method); their path is "webhook NAME"."""
    return {
        (name, method): operation
        for name, item in entries(root(document), "webhooks").items()
        for method, operation in operations(f"webhook {name}", item).items()
    }


def callback_operations(operation: DocumentOperation) -> dict[tuple[str, ...], DocumentOperation]:
    """Return the operations that an operation calls back, by (name, address, method); their path names all but that."""
    return {
        (name, address, method): found
        for name, callback in entries(operation.node, "callbacks").items()
        for address, item in without_extensions(callback).items()
        for method, found in operations(f"{operation.path} callback {name}", item).items()
    }
