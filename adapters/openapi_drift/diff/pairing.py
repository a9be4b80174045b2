"""Pairing the operations of two documents: the same method and path, or a path that differs in parameters' names only.

Servers, and so base paths, play no part. Webhooks and callbacks are operations too, whose direction is turned round.
"""

from __future__ import annotations

import enum
import re
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openapi_drift.diff.change import Change, Direction
from openapi_drift.diff.document import (
    DocumentOperation,
    callback_operations,
    entries,
    operations,
    paths,
    root,
    webhook_operations,
)
from openapi_drift.diff.levels import level_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from openapi_drift.diff.change import Level
    from openapi_drift.diff.document import DocumentNode
    from openapi_drift.documents.document import LoadedDocument

_PARAMETER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, eq=False)
class OperationPair:
    """An operation in both documents. ``renamed`` maps the base's names of path parameters to the revision's.

    ``incoming``: the service calls its user (a webhook, a callback), who reads the request and sends the response.
    """

    base: DocumentOperation
    revision: DocumentOperation
    renamed: dict[str, str] = field(default_factory=dict)
    incoming: bool = False

    @property
    def asks(self) -> Direction:
        """The direction of the request as the document's user sees it."""
        return Direction.RESPONSE if self.incoming else Direction.REQUEST

    @property
    def answers(self) -> Direction:
        """The direction of the response as the document's user sees it."""
        return Direction.REQUEST if self.incoming else Direction.RESPONSE

    def change(
        self,
        id_: str,
        text: str,
        *,
        place: Direction = Direction.BOTH,
        base: DocumentNode | None = None,
        revision: DocumentNode | None = None,
        field: str = "",
        level: Level | None = None,
    ) -> Change:
        """Return a change of this operation, as `make_change` does."""
        return make_change(
            id_, text, operation=self.revision, place=place, base=base, revision=revision, field=field, level=level
        )


@dataclass(frozen=True, slots=True, eq=False)
class Pairing:
    """All paths and operations of two documents."""

    pairs: list[OperationPair] = field(default_factory=list)
    removed: list[DocumentOperation] = field(default_factory=list)
    """Operations that only the base has; if the whole path went, they are in ``removed_paths`` instead."""
    removed_paths: dict[str, DocumentNode] = field(default_factory=dict)
    added: list[DocumentOperation] = field(default_factory=list)
    incoming: list[OperationPair] = field(default_factory=list)
    """Operations of webhooks and callbacks that both documents have."""
    incoming_removed: list[DocumentOperation] = field(default_factory=list)
    incoming_added: list[DocumentOperation] = field(default_factory=list)


class Inheritance(enum.Enum):
    """Who is concerned by what the document says for all operations that do not say it for themselves."""

    SOME = enum.auto()
    """At least one operation on both sides, or there are none: the document's word counts."""
    MOVED = enum.auto()
    """None on both sides, but some on one: the operations tell what changed."""
    NOBODY = enum.auto()


def inheritance(pairs: Iterable[OperationPair], says: Callable[[DocumentOperation], bool]) -> Inheritance:
    """Return who is concerned; ``says`` tells whether an operation says it for itself."""
    sides = {(says(pair.base), says(pair.revision)) for pair in pairs}
    if not sides or (False, False) in sides:
        return Inheritance.SOME
    return Inheritance.NOBODY if sides == {(True, True)} else Inheritance.MOVED


def make_change(
    id_: str,
    text: str,
    *,
    operation: DocumentOperation | None = None,
    place: Direction = Direction.BOTH,
    base: DocumentNode | None = None,
    revision: DocumentNode | None = None,
    field: str = "",
    level: Level | None = None,
) -> Change:
    """Return a change of an operation, or of the document; the level is the id's unless given.

    ``field`` is the field of ``base`` and ``revision`` that it is about: the change stands there where it is written.
    """
    sides = [(node.get(field) or node).side() if node else None for node in (base, revision)]
    named = (operation.method, operation.path, operation.operation_id) if operation else ("", "", "")
    return Change(id_, level or level_of(id_), text, *named, place, *sides)


def template(path: str) -> str:
    """Return the path without the names of its parameters: "/jobs/{id}" is "/jobs/{}"."""
    return _PARAMETER.sub("{}", path)


def pair(base: LoadedDocument, revision: LoadedDocument) -> Pairing:
    """Pair the operations by method and path where possible, else by method and template; then what calls back."""
    result = Pairing()
    left, right = paths(base), paths(revision)
    shapes = {template(path) for path in right}
    partners = _Partners(_operations(left), _operations(right))
    for path, item in left.items():
        if template(path) not in shapes:
            result.removed_paths[path] = item
            continue
        for operation in operations(path, item).values():
            partner = partners.take(operation)
            if partner is None:
                result.removed.append(operation)
            else:
                result.pairs.append(OperationPair(operation, partner, _renamed(operation.path, partner.path)))
    result.added.extend(partners.left())
    _pair_incoming(result, base, revision)
    return result


_Key = tuple[str, str]
"""An operation's path and method."""


def _operations(items: Mapping[str, DocumentNode]) -> dict[_Key, DocumentOperation]:
    return {(path, method): found for path, item in items.items() for method, found in operations(path, item).items()}


class _Partners:
    """The revision's operations, each of which one of the base can take."""

    def __init__(self, base: Iterable[_Key], revision: dict[_Key, DocumentOperation]) -> None:
        self._free = dict(revision)
        self._by_shape: defaultdict[_Key, deque[_Key]] = defaultdict(deque)
        known = set(base)
        for key in revision:
            if key not in known:
                self._by_shape[template(key[0]), key[1]].append(key)

    def take(self, operation: DocumentOperation) -> DocumentOperation | None:
        key = operation.path, operation.method
        if key not in self._free:
            alike = self._by_shape[template(operation.path), operation.method]
            if not alike:
                return None
            key = alike.popleft()
        return self._free.pop(key)

    def left(self) -> Iterable[DocumentOperation]:
        return self._free.values()


def _pair_incoming(result: Pairing, base: LoadedDocument, revision: LoadedDocument) -> None:
    """Pair the operations of webhooks that both have, and those of the callbacks of each pair; shared ones once."""
    names = entries(root(base), "webhooks").keys() & entries(root(revision), "webhooks").keys()
    hooks = [
        {key: operation for key, operation in webhook_operations(document).items() if key[0] in names}
        for document in (base, revision)
    ]
    _match_incoming(result, *hooks, incoming=True)
    waiting = [*result.pairs, *result.incoming]
    seen: set[tuple[str, str]] = set()
    while waiting:
        both = waiting.pop()
        sides = callback_operations(both.base), callback_operations(both.revision)
        for found in _match_incoming(result, *sides, incoming=not both.incoming):
            places = found.base.node.pointer, found.revision.node.pointer
            if places not in seen:  # a callback may be said to call back itself
                seen.add(places)
                waiting.append(found)


def _match_incoming(
    result: Pairing,
    base: Mapping[tuple[str, ...], DocumentOperation],
    revision: Mapping[tuple[str, ...], DocumentOperation],
    *,
    incoming: bool,
) -> list[OperationPair]:
    both = [OperationPair(base[key], revision[key], incoming=incoming) for key in base if key in revision]
    result.incoming.extend(both)
    result.incoming_removed.extend(operation for key, operation in base.items() if key not in revision)
    result.incoming_added.extend(operation for key, operation in revision.items() if key not in base)
    return both


def _renamed(base: str, revision: str) -> dict[str, str]:
    names = zip(_PARAMETER.findall(base), _PARAMETER.findall(revision), strict=False)
    return {old: new for old, new in names if old != new}
