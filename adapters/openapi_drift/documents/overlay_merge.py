"""What one action of an overlay does to a document: merging an update into each match, or removing the matches.

The places that are `kept` stay as the document has them. An item that a list already has is not appended again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openapi_drift.documents.overlay_meaning import identity
from openapi_drift.documents.pointers import join

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from openapi_drift.documents.document import Document
    from openapi_drift.documents.overlay_targets import Match

INFERRED = "x-inferred"
"""Beside what is only inferred: in an object of an update, or in an action for all of it."""


@dataclass(frozen=True)
class Merge:
    """How to write into a document.

    ``kept`` are pointers of places that stay as they are. ``yielding``: the document is the vendor's own, so that what
    is only inferred adds keys that are missing and changes nothing.
    """

    document: Document
    kept: Collection[str] = ()
    yielding: bool = False

    def write(self, action: dict[str, Any], matches: Iterable[Match]) -> list[str]:
        """Do what an action says to its matches, and return the pointers of all that is new or another value."""
        inferred = self.yielding and INFERRED in action
        if action.get("remove"):
            return [] if inferred else self._removed([match for match in matches if match.pointer not in self.kept])
        return [
            pointer
            for match in matches
            if match.pointer not in self.kept
            for pointer in self._merge(match.value, unshared(action["update"]), match.pointer, inferred=inferred)
        ]

    def _merge(self, target: Any, update: Any, pointer: str, *, inferred: bool) -> Iterator[str]:
        if isinstance(target, list):
            yield from self._append(target, update if isinstance(update, list) else [update], pointer, inferred)
            return
        inferred = inferred or (self.yielding and INFERRED in update)
        changed = False
        for key in sorted(update, key=INFERRED.__eq__) if inferred else update:  # the mark last
            value, old, below = update[key], target.get(key), join(pointer, key)
            if below in self.kept or (key == INFERRED and inferred and not changed):
                continue
            if isinstance(old, dict | list) and isinstance(value, type(old)):
                for written in self._merge(old, value, below, inferred=inferred):
                    changed = True
                    yield written
            elif key not in target or (not inferred and (type(old) is not type(value) or old != value)):
                target[key] = value
                changed = True
                yield below

    def _append(self, target: list[Any], items: list[Any], pointer: str, inferred: bool) -> Iterator[str]:
        """Append what is not there. A list of plain values is one value: what is inferred does not change it."""
        if inferred and not all(isinstance(item, dict) for item in items):
            return
        known = {identity(self.document, item) for item in target}
        for item in items:
            if identity(self.document, item) not in known:
                known.add(identity(self.document, item))
                yield join(pointer, len(target))
                target.append(item)

    def _removed(self, matches: list[Match]) -> list[str]:
        """Remove each match. In a list, what stands behind it moves up, and so counts as written."""
        written = []
        for match in reversed(matches):  # of one list, the last first
            parent, last = match.holders[-1], match.tokens[-1]
            del parent[last]
            if isinstance(parent, list):
                written += [join("", *match.tokens[:-1], index) for index in range(int(last), len(parent))]
        return written


def unshared(value: Any) -> Any:
    """Return a copy that shares no object between two of its places."""
    return json.loads(json.dumps(value))
