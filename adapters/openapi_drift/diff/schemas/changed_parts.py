"""A graph that grows, and what changed in or below each of its nodes, in time that grows with the graph."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

K = TypeVar("K", bound=Hashable)
F = TypeVar("F", bound=Hashable)


@dataclass(slots=True, eq=False)
class _Part(Generic[F]):
    """Nodes that reach each other (or one alone), with what changed in them, and the changed parts below."""

    found: tuple[F, ...]
    below: tuple[_Part[F], ...]
    reached: tuple[F, ...] | None = None


@dataclass(slots=True, eq=False)
class _Visit(Generic[K]):
    """A node being visited by the search for parts (Tarjan's), with the children still to look at."""

    node: K
    index: int
    lowest: int
    waiting: list[K] = field(default_factory=list)


class ChangedParts(Generic[K, F]):
    """Nodes with their own findings and their children; a node's children are added before it is asked about."""

    def __init__(self) -> None:
        self._nodes: dict[K, tuple[tuple[F, ...], Sequence[K]]] = {}
        self._parts: dict[K, _Part[F] | None] = {}

    def __contains__(self, node: K) -> bool:
        return node in self._nodes

    def add(self, node: K, found: tuple[F, ...], children: Sequence[K]) -> None:
        """Add a node: what was found in itself, and its children."""
        self._nodes[node] = (found, children)

    def below(self, node: K) -> tuple[F, ...]:
        """Return what was found in the node and in all that it reaches, each once."""
        if node not in self._parts:
            self._find_parts(node)
        part = self._parts[node]
        if part is None:
            return ()
        if part.reached is None:
            part.reached = _collect(part)
        return part.reached

    def _find_parts(self, start: K) -> None:
        visits = {start: _Visit(start, 0, 0, list(self._nodes[start][1]))}
        path, open_ = [visits[start]], [start]
        while path:
            visit = path[-1]
            if visit.waiting:
                child = visit.waiting.pop()
                if child in self._parts:
                    continue
                if child in visits:
                    visit.lowest = min(visit.lowest, visits[child].index)
                    continue
                visits[child] = _Visit(child, len(visits), len(visits), list(self._nodes[child][1]))
                path.append(visits[child])
                open_.append(child)
                continue
            path.pop()
            if path:
                path[-1].lowest = min(path[-1].lowest, visit.lowest)
            if visit.lowest == visit.index:
                self._close(open_, visit.node)

    def _close(self, open_: list[K], first: K) -> None:
        """Take the nodes of a finished part off the stack and record the part."""
        start = len(open_) - 1
        while open_[start] != first:
            start -= 1
        members = open_[start:]
        del open_[start:]
        found = tuple(change for node in members for change in self._nodes[node][0])
        below: dict[int, _Part[F]] = {}
        for node in members:
            for child in self._nodes[node][1]:
                part = self._parts.get(child)
                if part is not None:
                    below[id(part)] = part
        part = _Part(found, tuple(below.values())) if found or len(below) > 1 else next(iter(below.values()), None)
        for node in members:
            self._parts[node] = part


def _collect(part: _Part[F]) -> tuple[F, ...]:
    found: dict[F, None] = {}
    seen = {id(part)}
    work = [part]
    while work:
        current = work.pop()
        found.update(dict.fromkeys(current.found))
        for child in current.below:
            if id(child) not in seen:
                seen.add(id(child))
                work.append(child)
    return tuple(found)
