"""Pairing the operations of two documents: the same path, or the same but for the names of its parameters.

Servers, and so base paths, play no part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openapi_drift.diff.change import Change, Direction
from openapi_drift.diff.document import DocumentOperation, operations, paths
from openapi_drift.diff.levels import level_of

if TYPE_CHECKING:
    from openapi_drift.diff.change import Level
    from openapi_drift.diff.document import DocumentNode
    from openapi_drift.documents.document import LoadedDocument

_PARAMETER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, eq=False)
class OperationPair:
    """An operation in both documents. ``renamed`` maps the base's names of path parameters to the revision's."""

    base: DocumentOperation
    revision: DocumentOperation
    renamed: dict[str, str]

    def change(
        self,
        id_: str,
        text: str,
        *,
        place: Direction = Direction.BOTH,
        base: DocumentNode | None = None,
        revision: DocumentNode | None = None,
        level: Level | None = None,
    ) -> Change:
        """Return a change of this operation; the level is the id's unless given."""
        return operation_change(self.revision, id_, text, place=place, base=base, revision=revision, level=level)


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """All paths and operations of two documents."""

    pairs: list[OperationPair] = field(default_factory=list)
    removed: list[DocumentOperation] = field(default_factory=list)
    """Operations that only the base has; if the whole path went, they are in ``removed_paths`` instead."""
    removed_paths: dict[str, DocumentNode] = field(default_factory=dict)
    added: list[DocumentOperation] = field(default_factory=list)


def operation_change(
    operation: DocumentOperation,
    id_: str,
    text: str,
    *,
    place: Direction = Direction.BOTH,
    base: DocumentNode | None = None,
    revision: DocumentNode | None = None,
    level: Level | None = None,
) -> Change:
    """Return a change of an operation that is in one document only (or see `OperationPair.change`)."""
    return Change(
        id=id_,
        level=level or level_of(id_),
        text=text,
        method=operation.method,
        path=operation.path,
        operation_id=operation.operation_id,
        place=place,
        base=base.side() if base else None,
        revision=revision.side() if revision else None,
    )


def document_change(
    id_: str,
    text: str,
    *,
    place: Direction = Direction.BOTH,
    base: DocumentNode | None = None,
    revision: DocumentNode | None = None,
) -> Change:
    """Return a change of no single operation."""
    return Change(
        id_,
        level_of(id_),
        text,
        place=place,
        base=base.side() if base else None,
        revision=revision.side() if revision else None,
    )


def template(path: str) -> str:
    """Return the path without the names of its parameters: "/jobs/{id}" is "/jobs/{}"."""
    return _PARAMETER.sub("{}", path)


def pair(base: LoadedDocument, revision: LoadedDocument) -> Pairing:
    """Pair the paths, exactly where possible, else by template; then the operations in them."""
    result = Pairing()
    left, right = paths(base), paths(revision)
    partners = {path: path for path in left if path in right}
    free: dict[str, str] = {}
    for path in right:
        if path not in partners:
            free.setdefault(template(path), path)
    for path in left:
        if path not in partners and template(path) in free:
            partners[path] = free.pop(template(path))
    for path, item in left.items():
        if path not in partners:
            result.removed_paths[path] = item
            continue
        _pair_operations(result, operations(path, item), operations(partners[path], right[partners[path]]))
    for path in right.keys() - set(partners.values()):
        result.added.extend(operations(path, right[path]).values())
    return result


def _pair_operations(
    result: Pairing, base: dict[str, DocumentOperation], revision: dict[str, DocumentOperation]
) -> None:
    for method, operation in base.items():
        if method in revision:
            result.pairs.append(
                OperationPair(operation, revision[method], _renamed(operation.path, revision[method].path))
            )
        else:
            result.removed.append(operation)
    result.added.extend(operation for method, operation in revision.items() if method not in base)


def _renamed(base: str, revision: str) -> dict[str, str]:
    names = zip(_PARAMETER.findall(base), _PARAMETER.findall(revision), strict=False)
    return {old: new for old, new in names if old != new}
