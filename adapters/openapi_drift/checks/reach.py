"""Which operations a place of a document reaches: those that it stands in, and those that refer to it, however far."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Any

from openapi_drift.diff.document import operations, paths, root
from openapi_drift.diff.reachable import targets
from openapi_drift.documents.document import METHODS
from openapi_drift.documents.pointers import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openapi_drift.diff.document import DocumentOperation
    from openapi_drift.documents.document import LoadedDocument

Owner = tuple[str, ...]
"""The part of a document that a place is in: the tokens of an operation, a path, a component, or a field at the top."""

_SCHEMES = ("components", "securitySchemes")


class OperationReach:
    """Asks one document. What operations refer to is read once, when the first place is asked for."""

    def __init__(self, document: LoadedDocument) -> None:
        self._document = document

    def operations(self, pointer: str) -> tuple[str, ...]:
        """Return the operations that a place reaches, as "GET /tasks", in the document's order."""
        owner = _owner(pointer)
        if owner not in self._reached:
            self._reached[owner] = self._reached_by(owner)
        return self._reached[owner]

    @cached_property
    def _reached(self) -> dict[Owner, tuple[str, ...]]:
        return {}

    def _reached_by(self, owner: Owner) -> tuple[str, ...]:
        seen = {owner} | {other for other in self._used_by if owner and other[: len(owner)] == owner}
        waiting = list(seen)
        while waiting:
            more = self._used_by.get(waiting.pop(), set()) - seen
            seen |= more
            waiting += more
        return tuple(
            f"{operation.method} {operation.path}"
            for operation in self._operations
            if _owner(operation.node.pointer) in seen
        )

    @cached_property
    def _operations(self) -> list[DocumentOperation]:
        return [
            operation for path, item in paths(self._document).items() for operation in operations(path, item).values()
        ]

    @cached_property
    def _used_by(self) -> dict[Owner, set[Owner]]:
        """By part of the document: the parts that stand on it."""
        found: defaultdict[Owner, set[Owner]] = defaultdict(set)
        for owner, value in self._owners():
            for target in targets(value):
                found[_owner(target)].add(owner)
        for operation in self._operations:
            owner, said, item = _owner(operation.node.pointer), operation.node.value, operation.path_item
            found[_owner(item.pointer)].add(owner)
            if "servers" not in said and "servers" not in item.value:
                found["servers",].add(owner)
            if "security" not in said:
                found["security",].add(owner)
            for scheme in _schemes(said.get("security", self._document.content.get("security"))):
                found[*_SCHEMES, scheme].add(owner)
        return dict(found)

    def _owners(self) -> Iterator[tuple[Owner, dict[str, Any]]]:
        for operation in self._operations:
            yield _owner(operation.node.pointer), operation.node.value
            item = operation.path_item
            yield _owner(item.pointer), {key: value for key, value in item.value.items() if key not in METHODS}
        components = root(self._document).plain("components")
        for kind, entries in components.items() if isinstance(components, dict) else ():
            for name, component in entries.items() if isinstance(entries, dict) else ():
                if isinstance(component, dict):
                    yield ("components", kind, name), component


def _owner(pointer: str) -> Owner:
    parts_ = tokens(pointer)
    if parts_[:1] == ["paths"]:
        return tuple(parts_[:3] if len(parts_) > 2 and parts_[2] in METHODS else parts_[:2])
    return tuple(parts_[:3] if parts_[:1] == ["components"] else parts_[:1])


def _schemes(security: Any) -> Iterator[str]:
    for alternative in security if isinstance(security, list) else ():
        yield from alternative if isinstance(alternative, dict) else ()
